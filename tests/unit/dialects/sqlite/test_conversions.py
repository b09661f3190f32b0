"""What the copy of a rebuild makes of values, those that do not belong in their column included."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from autogen.dialects.sqlite.conversions import copied
from autogen.dialects.sqlite.sqltext import bare
from autogen.dialects.sqlite.type_changes import type_change
from autogen.dialects.sqlite.types import type_of
from autogen.schema import Code, Column, ColumnType
from tests.unit.dialects.sqlite.project import Project


def carried(old: str, new: str, *values: object, name: str = "v") -> list[object]:
    """The values after one copy."""
    expression = copied(bare(name), type_of(old), type_of(new))
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE TABLE a ({bare(name)} {old})")
        connection.execute(f"CREATE TABLE b (v {new})")
        connection.executemany("INSERT INTO a VALUES (?)", [(value,) for value in values])
        connection.execute(f"INSERT INTO b SELECT {expression} FROM a")
        return [row[0] for row in connection.execute("SELECT v FROM b ORDER BY rowid")]


@pytest.mark.parametrize("old", ["FLOAT", "NUMERIC(10, 2)", "DOUBLE", "JSON", "MONEY"])
@pytest.mark.parametrize("new", ["TEXT", "VARCHAR(20)", "BLOB"])
def test_every_digit_becomes_text(old: str, new: str) -> None:
    if (old, new) == ("MONEY", "BLOB"):
        return  # nothing is known of its values, so they stay what they are
    dice = random.Random(5)
    numbers = [dice.uniform(-10, 10) * 10.0 ** dice.randint(-90, 90) for _ in range(3000)]
    numbers += [dice.random() * 1000 for _ in range(3000)]
    found = carried(old, new, *numbers)
    assert [float(text) for text in found] == numbers  # type: ignore[arg-type]
    assert all(isinstance(text, bytes if new == "BLOB" else str) for text in found)


def test_short_numbers_stay_short() -> None:
    assert carried("FLOAT", "TEXT", 0.1, 5.0, 0.1 + 0.2, None, "odd") == [
        *("0.1", "5.0", "0.30000000000000004", None, "odd"),
    ]
    assert carried("NUMERIC", "TEXT", 5, 2**62, 1.25) == ["5", str(2**62), "1.25"]


def test_text_of_numbers_comes_back() -> None:
    numbers = [0.1, 1 / 3, 2.5e300, -7.0]
    assert carried("TEXT", "FLOAT", *carried("FLOAT", "TEXT", *numbers)) == numbers


def test_dates_and_moments() -> None:
    assert carried("DATE", "DATETIME", "2024-01-02", None, "odd") == [
        *("2024-01-02 00:00:00.000000", None, "odd")
    ]
    moments = ("2024-01-02 03:04:05.000006", "2024-01-02T03:04:05+02:00", None)
    assert carried("DATETIME", "DATE", *moments) == ["2024-01-02", "2024-01-02", None]
    assert carried("DATETIME", "DATE", 1704164645, "not a date", "x") == [1704164645, "not a date", "x"]
    assert carried("TIMESTAMP", "DATETIME", "2024-01-02T03:04") == ["2024-01-02T03:04"]


def test_bytes_and_text() -> None:
    assert carried("TEXT", "BLOB", "é\0", None) == ["é\0".encode(), None]
    assert carried("BLOB", "TEXT", "é\0".encode(), None) == ["é\0", None]
    assert carried("INTEGER", "BLOB", 42) == [b"42"]
    assert carried("BLOB", "INTEGER", b"42") == [42]
    assert carried("BINARY(16)", "BLOB", b"\xff\0") == [b"\xff\0"]


def test_what_is_not_known_stays() -> None:
    assert carried("SHAPE", "DATE", "somewhere", b"\xff", 7) == ["somewhere", b"\xff", 7]
    assert carried("", "INTEGER", b"42", "x") == [b"42", "x"]


@pytest.mark.parametrize("name", ["it's", "100%", ":x", "%(x)s", 'q"q', "{c}", "case", "new\nline", "b\\s"])
def test_hostile_names(name: str, tmp_path: Path) -> None:
    def models(type_: sa.types.TypeEngine[object]):  # type: ignore[no-untyped-def]
        quoted = sa.quoted_name(name, quote=True)
        return lambda metadata: sa.Table(
            "t",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column(quoted, type_),
            sa.Column("z", sa.Integer),
        )

    project = Project(tmp_path)
    project.build(models(sa.Float()))
    project.execute(f"INSERT INTO t VALUES (1, {0.1 + 0.2!r}, 5)")
    project.draft(models(sa.Text()))
    project.upgrade()
    assert project.query("SELECT * FROM t") == [(1, "0.30000000000000004", 5)]
    project.downgrade()
    assert project.query("SELECT * FROM t") == [(1, 0.1 + 0.2, 5)]
    assert "printf('%!.17g'," in project.sql()


def change(old: str, new: str, code: str | None = None) -> tuple[str, str]:
    type_ = ColumnType(new, code=Code(code) if code else None)
    found = type_change(Column("", "t", "v", type_of(old)), Column("", "t", "v", type_))
    return found.loss, found.why


@pytest.mark.parametrize(
    ("old", "new", "code", "loss", "words"),
    [
        ("VARCHAR(20)", "VARCHAR(10)", None, "narrowing", "longer than 10"),
        ("VARCHAR(10)", "VARCHAR(20)", None, "none", ""),
        ("BINARY(16)", "BINARY(8)", None, "narrowing", "longer than 8"),
        ("INTEGER", "VARCHAR(10)", None, "narrowing", "longer than 10"),
        ("INTEGER", "VARCHAR(11)", None, "none", ""),
        ("VARCHAR(5)", "VARCHAR(9)", "sa.Enum('a')", "none", ""),
        ("TEXT", "VARCHAR(9)", "sa.Enum('a')", "narrowing", "none of the labels"),
        ("VARCHAR(36)", "CHAR(32)", "sa.Uuid()", "may fail", "hyphens"),
        ("VARCHAR(36)", "CHAR(32)", None, "narrowing", "longer than 32"),
        ("VARCHAR(36)", "UUID", "sa.UUID()", "lossy", "32 hexadecimal"),
        ("DATE", "DATETIME", "sa.Interval()", "may fail", "an interval"),
        ("TEXT", "BLOB", "sa.PickleType()", "may fail", "pickle"),
        ("NUMERIC(12, 4)", "NUMERIC(12, 2)", None, "narrowing", "rounded to 2"),
        ("NUMERIC(12, 2)", "NUMERIC(10, 2)", None, "narrowing", "too large"),
        ("NUMERIC(10, 2)", "NUMERIC(12, 2)", None, "none", ""),
        ("NUMERIC(10, 2)", "NUMERIC(10, 4)", None, "narrowing", "too large"),
        ("NUMERIC", "NUMERIC(10, 2)", None, "narrowing", "rounded to 2"),
        ("NUMERIC(10, 2)", "NUMERIC", None, "none", ""),
        ("NUMERIC(10, 2)", "NUMERIC(8)", None, "none", ""),
        ("NUMERIC(10, 2)", "NUMERIC(7)", None, "narrowing", "too large"),
        ("DATETIME", "DATE", None, "lossy", "time of day"),
        ("DATETIME", "INTEGER", None, "may fail", "'2024-01-02 03:04:05.000000'"),
        ("BIGINT", "INTEGER", None, "none", ""),
        ("TEXT", "SHAPE", None, "lossy", "'007' becomes 7"),
        ("SHAPE", "DATE", None, "may fail", "not a date"),
        ("SHAPE", "TEXT", None, "none", ""),
    ],
)
def test_what_is_said(old: str, new: str, code: str | None, loss: str, words: str) -> None:
    said, why = change(old, new, code)
    assert (said, words in why) == (loss, True), why


def test_computed_values_are_computed_anew() -> None:
    from autogen.schema import Computed

    computed = Computed("1", True)
    before = Column("", "t", "v", type_of("DATETIME"), computed=computed)
    after = Column("", "t", "v", type_of("INTEGER"), computed=computed)
    assert type_change(before, after).loss == "none"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("VARCHAR(9)", "VARCHAR(9) COLLATE NOCASE", "in case alone"),
        ("VARCHAR(9) COLLATE NOCASE", "VARCHAR(9) COLLATE RTRIM", "in spaces"),
        ("VARCHAR(9)", "VARCHAR(9) COLLATE mine", "for BINARY"),
        ("VARCHAR(9) COLLATE NOCASE", "VARCHAR(9)", None),
        ("VARCHAR(9) COLLATE NOCASE", "TEXT COLLATE NOCASE", None),
        ("TEXT", "INTEGER", "'007'"),
        ("BLOB", "INTEGER", "'007'"),
        ("INTEGER", "FLOAT", "2^53"),
        ("DATETIME", "DATE", "one day"),
        ("DATE", "DATETIME", None),
        ("FLOAT", "TEXT", None),
        ("BLOB", "TEXT", None),
    ],
)
def test_what_may_clash(old: str, new: str, words: str | None) -> None:
    found = type_change(Column("", "t", "v", type_of(old)), Column("", "t", "v", type_of(new)))
    assert words in found.clash if words else found.clash == ""
