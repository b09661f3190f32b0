"""What is laid out without black is what black would have made of it."""

from __future__ import annotations

import random
from itertools import pairwise

import black
import pytest

from autogen.emit.layout import exploded
from autogen.emit.settled import Settled, laid_out

_FUNCTIONS = ("create_table", "create_index", "drop_table", "add_column", "execute", "alter_column")
_CALLS = ("sa.Column", "sa.text", "sa.Enum", "sa.PrimaryKeyConstraint", "a.b.c", "op.f", "Custom")
_ODD = (
    "'it\\'s'",
    '"it\'s"',
    "'say \"so\"'",
    "'back\\\\slash'",
    "'é'",
    "-1",
    "1.50",
    "0xAB",
    "('a',)",
    "{'a': 1}",
)


class _Code:
    """Random calls as steps hold them: unformatted, strings in either quotes."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def statement(self) -> str:
        count = self.random.randint(1, 9)
        return f"op.{self.random.choice(_FUNCTIONS)}({self.arguments(1, count)})"

    def arguments(self, depth: int, count: int) -> str:
        names = self.random.sample(["nullable", "name", "server_default"], self.random.randint(0, 2))
        given = [self.argument(depth) for _ in range(count)]
        return ", ".join([*given, *(f"{name}={self.argument(depth)}" for name in names)])

    def string(self) -> str:
        length = self.random.choice([3, 8, 20, 60])
        words = "".join(self.random.choice("abcdef_ -%{}#:()[],=") for _ in range(length))
        return self.random.choice([f'"{words}"', f"'{words}'"])

    def argument(self, depth: int) -> str:
        kind = self.random.random()
        if kind < 0.4:
            return self.string()
        if kind < 0.43:
            return self.random.choice(_ODD)
        if kind < 0.6:
            return self.random.choice(["True", "None", "sa.func.now()", "10", "[]"])
        if kind < 0.7:
            return f"[{', '.join(self.string() for _ in range(self.random.randint(0, 4)))}]"
        count = self.random.choice([0, 1, 2, 3, 6]) if depth < 4 else 0
        return f"{self.random.choice(_CALLS)}({self.arguments(depth + 1, count)})"


def by_black(code: str, indent: int, line_length: int) -> str:
    before = "def f():\n" + ("    with x():\n" if indent == 8 else "")
    source = f"{before}{' ' * indent}{exploded(code)}\n"
    return black.format_str(source, mode=black.Mode(line_length=line_length)).removeprefix(before)


@pytest.mark.parametrize("line_length", [40, 79, 100, 120])
def test_random_calls_are_laid_out_as_black_does(line_length: int) -> None:
    code = _Code(line_length)
    seen = 0
    for number in range(120):
        statement, indent = code.statement(), 4 + 4 * (number % 2)
        lines = laid_out(statement, indent, line_length)
        if lines is not None:
            seen += 1
            assert "\n".join(lines) + "\n" == by_black(statement, indent, line_length)
    assert seen >= 10


@pytest.mark.parametrize("room", range(-2, 3))
@pytest.mark.parametrize(
    "code", ['op.drop_index("ix", table_name="t")', 'op.create_index("ix", "t", ["a", "b"])']
)
def test_a_line_of_just_the_right_length_is_not_split(code: str, room: int) -> None:
    line_length = 4 + len(code) + room
    lines = laid_out(code, 4, line_length)
    assert lines is not None
    assert "\n".join(lines) + "\n" == by_black(code, 4, line_length)


@pytest.mark.parametrize(
    "odd", [*_ODD, "f'x'", "'a' 'b'", "lambda: 1", "x if y else z", "(1)", "*a", "'\\n'"]
)
def test_whatever_is_out_of_the_ordinary_is_left_to_black(odd: str) -> None:
    if odd != '"it\'s"':
        assert laid_out(f"op.execute({odd})", 4, 100) is None


def test_statements_that_are_no_single_call_are_left_to_black() -> None:
    for code in ("x = op.f(1)", "op.a(1)\nop.b(2)", "op.a(1); op.b(2)", "op.a(", "op.a(1))", "pass", ""):
        assert laid_out(code, 4, 100) is None


def test_kept_statements_return_to_their_places_and_nowhere_else() -> None:
    texts = ["settled0 stands in a comment", "settled_1"]
    settled = Settled(texts)
    stand_ins = [settled.keep([f"    op.f({n})"], "    ")[0] for n in range(12)]
    assert not any(name.strip() in text for name in stand_ins for text in texts)
    assert settled.restore("\n".join(stand_ins)) == "\n".join(f"    op.f({n})" for n in range(12))
    assert all(a != b for a, b in pairwise(stand_ins))
