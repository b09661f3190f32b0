"""Command lines from signatures: a command is a function whose parameters are annotated with Option.

The standard library parses them. Typer would read nicer still, but importing it (and pydantic, which it
coerces values with) takes as long as a third of ``import sqlalchemy``: more than a check may cost.
"""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

Command = Callable[..., int]


class Option:
    """How a parameter is written on the command line: ``Annotated[str | None, Option("--url", help=…)]``.

    A bool is a switch, a list may be repeated, an Enum is one of its values."""

    def __init__(self, *flags: str, help: str, metavar: str | None = None) -> None:
        self.flags, self.help, self.metavar = flags, help, metavar


def build_parser(description: str, version: str, commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """The parser of the whole program. It leaves the function to call in ``command``."""
    parser = argparse.ArgumentParser(prog="autogen", description=description, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"autogen {version}", help="Show the version.")
    parser.set_defaults(command=None)
    listed = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, command in commands.items():
        text = inspect.getdoc(command) or ""
        summary = text.partition("\n")[0].replace("%", "%%")
        child = listed.add_parser(name, help=summary, description=text.replace("%", "%%"), allow_abbrev=False)
        _add_options(child, command)
        child.set_defaults(command=command)
    return parser


def _add_options(parser: argparse.ArgumentParser, command: Command) -> None:
    hints = get_type_hints(command, include_extras=True)
    for name, parameter in inspect.signature(command).parameters.items():
        annotated, option = get_args(hints[name])
        action = _action(annotated, parameter.default)
        if option.metavar is not None:
            action["metavar"] = option.metavar
        parser.add_argument(*option.flags, dest=name, help=option.help.replace("%", "%%"), **action)


def _action(annotated: Any, default: Any) -> dict[str, Any]:
    """What argparse is to do with the option's value, by its type."""
    if annotated is bool:
        return {"action": "store_true"}
    choices = [kind for kind in (annotated, *get_args(annotated)) if kind is not type(None)]
    if any((get_origin(kind) or kind) is list for kind in choices):
        return {"action": "append", "default": default}
    if isinstance(annotated, type) and issubclass(annotated, Enum):
        return {"choices": [member.value for member in annotated], "default": default}
    return {"default": default}


def arguments_of(command: Command, parsed: argparse.Namespace) -> dict[str, Any]:
    """The parsed values as keyword arguments of the command."""
    hints = get_type_hints(command)
    found = {name: getattr(parsed, name) for name in inspect.signature(command).parameters}
    for name, value in found.items():
        if isinstance(hints[name], type) and issubclass(hints[name], Enum):
            found[name] = hints[name](value)
    return found
