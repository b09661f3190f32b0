"""A command's signature is its command line."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import pytest

from autogen.cli.arguments import Option, arguments_of, build_parser


class Colour(StrEnum):
    red = "red"
    blue = "blue"


def paint(
    name: Annotated[str | None, Option("--name", "-n", help="A name, 100 % sure.")] = None,
    many: Annotated[list[str] | None, Option("--many", metavar="X", help="Repeatable.")] = None,
    colour: Annotated[Colour, Option("--colour", help="One of two.")] = Colour.red,
    loud: Annotated[bool, Option("--loud", help="A switch.")] = False,
) -> int:
    """Paint something.

    In any colour."""
    return 0


def parsed(*args: str) -> dict[str, object]:
    found = build_parser("p", "1", {"paint": paint}).parse_args(["paint", *args])
    assert found.command is paint
    return arguments_of(paint, found)


def test_defaults() -> None:
    assert parsed() == {"name": None, "many": None, "colour": Colour.red, "loud": False}


def test_values() -> None:
    given = parsed("-n", "a", "--many", "x", "--many=y", "--colour", "blue", "--loud")
    assert given == {"name": "a", "many": ["x", "y"], "colour": Colour.blue, "loud": True}
    assert isinstance(given["colour"], Colour)


@pytest.mark.parametrize("args", [["--colour", "green"], ["--lou"], ["extra"], ["--name"]])
def test_what_is_wrong_ends_with_2(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parsed(*args)
    assert caught.value.code == 2
    assert "usage: autogen" in capsys.readouterr().err


def test_help_shows_the_docstring_and_percent_signs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parsed("--help")
    out = capsys.readouterr().out
    assert "Paint something." in out
    assert "100 % sure" in out
    assert "{red,blue}" in out
