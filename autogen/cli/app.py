"""The command line as typer parses it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated, Any

import typer

from autogen import __version__
from autogen.cli import ERROR, guarded

COMMANDS = (
    *("init", "diff", "check", "snapshot", "merge", "lint", "new"),
    *("upgrade", "downgrade", "status", "history", "show", "verify"),
    *("rules", "explain"),
)


_SETTINGS = {"downgrade": {"ignore_unknown_options": True}}
"""Where -1 is no option."""


def run(args: Sequence[str]) -> int:
    """Parses and runs; a wrong argument is typer's to explain."""
    try:
        asked = args[:1] if args and args[0] in COMMANDS else COMMANDS
        code = typer.main.get_command(build(asked)).main(
            args=list(args), prog_name="autogen", standalone_mode=False
        )
    except typer.Abort:
        raise KeyboardInterrupt from None
    except SystemExit as stop:
        # typer ends the process itself when the reader of its help text is gone
        if isinstance(stop.__context__, BrokenPipeError):
            raise stop.__context__ from None
        return stop.code if isinstance(stop.code, int) else ERROR
    except Exception as error:
        show = getattr(error, "show", None)
        if show is None or not hasattr(error, "exit_code"):
            raise
        show()
        return ERROR
    return code if isinstance(code, int) else 0


def build(commands: Sequence[str] = COMMANDS) -> typer.Typer:
    """The application with these commands; no markup and no traceback hooks, which would import rich."""
    app = typer.Typer(
        name="autogen",
        help="Drafts Alembic migrations from SQLAlchemy models and a live database, and proves them.",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_common)
    for name in commands:
        command = getattr(import_module(f"autogen.cli.{name}"), name)
        # the whole docstring: typer would cut it off at the end of its first line in the list of commands
        app.command(name, short_help=command.__doc__, context_settings=_SETTINGS.get(name))(
            _contained(command)
        )
    return app


def _contained(command: Callable[..., int]) -> Callable[..., int]:
    """The command with its errors handled inside typer, which would take an interrupt for itself."""

    @functools.wraps(command)
    def run_command(*args: Any, **kwargs: Any) -> int:
        return guarded(lambda: command(*args, **kwargs))

    return run_command


def _version(wanted: bool) -> None:
    if wanted:
        print(f"autogen {__version__}")
        raise typer.Exit


def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass
