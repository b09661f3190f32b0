"""Unique and primary keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from tests.evidence.case import (
    EVERYWHERE,
    HOSTILE,
    POSTGRESQL,
    T_A,
    TEXT,
    A,
    Case,
    col,
    table,
    unique,
    values,
)


def keyless(**options: Any) -> Callable[[sa.MetaData], None]:
    """A table whose id is no key."""

    def make(metadata: sa.MetaData) -> None:
        number = sa.Column("id", sa.Integer, autoincrement=False)
        sa.Table("t", metadata, number, sa.Column("a", TEXT, **options))

    return make


CASES = [
    Case(
        "duplicates",
        "add-unique",
        "t.uq",
        "violated",
        "2 duplicates, e.g. 'b' 3 times, 'a' twice: this upgrade will fail",
        T_A,
        table("t", A, unique("a")),
        {"t": values("a", "b", "b", "b", "a", "a", "c", None, None)},
        EVERYWHERE,
        "blocker",
    ),
    Case(
        "no duplicates",
        "add-unique",
        "t.uq",
        "clean",
        "no duplicates among 4 rows",
        T_A,
        table("t", A, unique("a")),
        {"t": values("a", "a", "b", None, None)},
        severity="medium",
    ),
    Case(
        "duplicates of two columns",
        "add-unique",
        "t.uq",
        "violated",
        "1 duplicate, e.g. ('a', 1) twice: this upgrade will fail",
        table("t", A, col("n", sa.Integer)),
        table("t", A, col("n", sa.Integer), unique("a", "n")),
        {
            "t": [
                {"id": 1, "a": "a", "n": 1},
                {"id": 2, "a": "a", "n": 1},
                {"id": 3, "a": "a", "n": None},
                {"id": 4, "a": "a", "n": None},
            ]
        },
        EVERYWHERE,
    ),
    Case(
        "duplicate of a renamed column",
        "add-unique",
        "u.uq",
        "violated",
        "1 duplicate, e.g. 'a' twice: this upgrade will fail",
        T_A,
        table("u", col("b", TEXT), unique("b")),
        {"t": values("a", "a", "a")},
        EVERYWHERE,
        renames=("t=u", "t.a=u.b"),
    ),
    Case(
        "partial unique",
        "add-unique",
        "t.uq",
        "clean",
        "no duplicates among 3 rows",
        table("t", A, col("n", sa.Integer)),
        table(
            "t",
            A,
            col("n", sa.Integer),
            lambda: sa.Index(
                "uq", "a", unique=True, postgresql_where=sa.text("n > 0"), sqlite_where=sa.text("n > 0")
            ),
        ),
        {"t": [{"id": 1, "a": "a", "n": 1}, {"id": 2, "a": "a", "n": 0}, {"id": 3, "a": "a", "n": 0}]},
        on=EVERYWHERE - {"mariadb"},
    ),
    Case(
        "unique over an expression",
        "add-unique",
        "t.uq",
        "violated",
        "1 duplicate, e.g. 'ann' twice: this upgrade will fail",
        T_A,
        table("t", A, lambda: sa.Index("uq", sa.text("lower(a)"), unique=True)),
        {"t": values("a", "Ann", "ann")},
        EVERYWHERE - {"mariadb"},
        on=EVERYWHERE - {"mariadb"},
    ),
    Case(
        "nulls not distinct",
        "add-unique",
        "t.uq",
        "violated",
        "1 duplicate, e.g. NULL twice: this upgrade will fail",
        T_A,
        table("t", A, lambda: sa.UniqueConstraint("a", name="uq", postgresql_nulls_not_distinct=True)),
        {"t": values("a", None, None)},
        POSTGRESQL,
        on=POSTGRESQL,
    ),
    Case(
        "duplicates by collation",
        "add-unique",
        "t.uq",
        "violated",
        "1 duplicate",
        T_A,
        table("t", A, unique("a")),
        {"t": values("a", "Ann", "ann")},
        frozenset({"mariadb"}),
        on=frozenset({"mariadb"}),
    ),
    Case(
        "unique over a new constant",
        "add-unique",
        "t.uq",
        "violated",
        "1 duplicate, e.g. 'x' twice: this upgrade will fail",
        T_A,
        table("t", A, col("k", TEXT, server_default="x"), unique("k")),
        {"t": values("a", "a", "b")},
        EVERYWHERE,
    ),
    Case(
        "duplicates of what is refused",
        "add-unique",
        "t.uq",
        "clean",
        "no duplicates among 2 rows",
        T_A,
        table("t", col("a", sa.String(5)), unique("a")),
        {"t": values("a", "123456", "123457")},
    ),
    Case(
        "duplicates of blanks that are cut",
        "add-unique",
        "t.uq",
        "violated",
        "1 duplicate, e.g. 'ab ' twice: this upgrade will fail",
        T_A,
        table("t", col("a", sa.String(3)), unique("a")),
        {"t": values("a", "ab   ", "ab    ", "ab")},
        POSTGRESQL,
        on=POSTGRESQL,
    ),
    Case(
        "duplicates of padded text",
        "add-unique",
        "t.uq",
        "violated",
        "1 duplicate, e.g. 'ab' twice: this upgrade will fail",
        T_A,
        table("t", col("a", sa.CHAR(5)), unique("a")),
        {"t": values("a", "ab", "ab ", "a")},
        POSTGRESQL | {"mariadb"},
        on=POSTGRESQL | {"mariadb"},
    ),
    Case(
        "hostile duplicates",
        "add-unique",
        "t.uq",
        "violated",
        "1 duplicate, e.g. ",
        T_A,
        table("t", A, unique("a")),
        {"t": values("a", HOSTILE, HOSTILE)},
        EVERYWHERE,
    ),
    Case(
        "a key with NULL",
        "add-pk",
        "t.(primary key)",
        "violated",
        "1 NULL among 2 rows: this upgrade will fail",
        keyless(),
        keyless(primary_key=True),
        {"t": values("a", "x", None)},
        EVERYWHERE,
    ),
    Case(
        "a key with duplicates",
        "add-pk",
        "t.(primary key)",
        "violated",
        "1 duplicate, e.g. 'x' twice: this upgrade will fail",
        keyless(nullable=False),
        keyless(primary_key=True),
        {"t": values("a", "x", "x")},
        EVERYWHERE,
    ),
    Case(
        "a key that fits",
        "add-pk",
        "t.(primary key)",
        "clean",
        "no NULL and no duplicates among 2 rows",
        keyless(),
        keyless(primary_key=True),
        {"t": values("a", "x", "y")},
        severity="medium",
    ),
]
