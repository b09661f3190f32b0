"""What must hold for every row, or for every two: NOT NULL, references, checks, exclusions."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import INT4RANGE, ExcludeConstraint, Range

from tests.evidence.case import (
    ENFORCED,
    EVERYWHERE,
    OWNERS,
    POSTGRESQL,
    T_A,
    T_NUMBER,
    T_OWNER,
    T_OWNER_FK,
    TEXT,
    TWO_OWNERS,
    A,
    Case,
    Rows,
    both,
    check,
    col,
    refers_to,
    table,
    values,
)


def pairs(metadata: sa.MetaData) -> None:
    columns = (sa.Column(name, sa.Integer, primary_key=True) for name in "xy")
    sa.Table("p", metadata, *columns)


def pair_refers(match: str | None) -> Callable[[sa.MetaData], None]:
    def fk() -> sa.ForeignKeyConstraint:
        return sa.ForeignKeyConstraint(["x", "y"], ["p.x", "p.y"], name="fk", match=match)

    return table("t", col("x", sa.Integer), col("y", sa.Integer), fk)


T_PAIR = table("t", col("x", sa.Integer), col("y", sa.Integer))
PAIR_ROWS: dict[str, Rows] = {
    "p": [{"x": 1, "y": 1}],
    "t": [{"id": 1, "x": 1, "y": 1}, {"id": 2, "x": 1, "y": None}, {"id": 3, "x": None, "y": None}],
}
T_RANGE = table("t", col("r", INT4RANGE))
T_RANGE_EX = table("t", col("r", INT4RANGE), lambda: ExcludeConstraint(("r", "&&"), name="ex"))


CASES = [
    Case(
        "null",
        "set-not-null",
        "t.a",
        "violated",
        "2 NULLs among 3 rows: this upgrade will fail",
        T_A,
        table("t", col("a", TEXT, nullable=False)),
        {"t": values("a", None, "x", None)},
        EVERYWHERE,
        "blocker",
    ),
    Case(
        "no null",
        "set-not-null",
        "t.a",
        "clean",
        "no NULL among 2 rows",
        T_A,
        table("t", col("a", TEXT, nullable=False)),
        {"t": values("a", "x", "y")},
        severity="medium",
    ),
    Case(
        "orphans",
        "add-fk",
        "t.fk",
        "violated",
        "2 rows without a partner in owners, e.g. 7, 8",
        both(OWNERS, T_OWNER),
        both(OWNERS, T_OWNER_FK),
        {"owners": TWO_OWNERS, "t": values("owner_id", 1, 7, 8, None)},
        ENFORCED,
    ),
    Case(
        "no orphans",
        "add-fk",
        "t.fk",
        "clean",
        "every value has its partner in owners",
        both(OWNERS, T_OWNER),
        both(OWNERS, T_OWNER_FK),
        {"owners": TWO_OWNERS, "t": values("owner_id", 1, 2, None)},
        severity="medium",
    ),
    Case(
        "orphans of a new table",
        "add-fk",
        "t.fk",
        "violated",
        "1 row without a partner in owners, e.g. 1",
        T_OWNER,
        both(OWNERS, T_OWNER_FK),
        {"t": values("owner_id", 1, None)},
        ENFORCED,
    ),
    Case(
        "orphans under renames",
        "add-fk",
        "u.fk",
        "violated",
        "1 row without a partner in people, e.g. 9",
        both(OWNERS, T_OWNER),
        both(table("people"), table("u", col("person_id", sa.Integer, refers_to("people.id")))),
        {"owners": TWO_OWNERS, "t": values("owner_id", 1, 9)},
        ENFORCED,
        renames=("t=u", "owners=people", "t.owner_id=u.person_id"),
    ),
    Case(
        "violated check",
        "add-check",
        "t.ck",
        "violated",
        "2 rows violate it, e.g. n = -1; n = -5: this upgrade will fail",
        T_NUMBER,
        table("t", col("n", sa.Integer), check("n >= 0")),
        {"t": values("n", 1, -1, -5, None)},
        EVERYWHERE,
        "blocker",
    ),
    Case(
        "satisfied check",
        "add-check",
        "t.ck",
        "clean",
        "no row violates it among 2 rows",
        T_NUMBER,
        table("t", col("n", sa.Integer), check("n >= 0")),
        {"t": values("n", 1, None)},
        severity="medium",
    ),
    Case(
        "check on a renamed column",
        "add-check",
        "t.ck",
        "violated",
        "1 row violates it, e.g. m = -1: this upgrade will fail",
        T_NUMBER,
        table("t", col("m", sa.Integer), check("m >= 0")),
        {"t": values("n", 1, -1)},
        EVERYWHERE,
        renames=("t.n=t.m",),
    ),
    Case(
        "check with a percent sign",
        "add-check",
        "t.ck",
        "violated",
        "1 row violates it, e.g. a = 'y': this upgrade will fail",
        T_A,
        table("t", A, check("a LIKE 'x%'")),
        {"t": values("a", "xx", "y")},
        EVERYWHERE,
    ),
    Case(
        "narrowed and set not null",
        "set-not-null",
        "t.a",
        "violated",
        "1 NULL among 2 rows",
        T_A,
        table("t", col("a", sa.Integer, nullable=False)),
        {"t": values("a", "1", None)},
        EVERYWHERE,
    ),
    Case(
        "match full",
        "add-fk",
        "t.fk",
        "violated",
        "1 row without a partner in p, e.g. (1, NULL): this upgrade will fail",
        both(pairs, T_PAIR),
        both(pairs, pair_refers("FULL")),
        PAIR_ROWS,
        POSTGRESQL,
        on=POSTGRESQL,
    ),
    Case(
        "match simple",
        "add-fk",
        "t.fk",
        "clean",
        "every value has its partner in p",
        both(pairs, T_PAIR),
        both(pairs, pair_refers(None)),
        PAIR_ROWS,
    ),
    Case(
        "conflicts",
        "add-exclusion",
        "t.ex",
        "violated",
        "1 conflict: this upgrade will fail",
        T_RANGE,
        T_RANGE_EX,
        {"t": [{"id": 1, "r": Range(1, 5)}, {"id": 2, "r": Range(4, 9)}, {"id": 3, "r": Range(20, 30)}]},
        POSTGRESQL,
        on=POSTGRESQL,
    ),
    Case(
        "no conflicts",
        "add-exclusion",
        "t.ex",
        "clean",
        "no two rows conflict among 2 rows",
        T_RANGE,
        T_RANGE_EX,
        {"t": [{"id": 1, "r": Range(1, 5)}, {"id": 2, "r": Range(5, 9)}]},
        severity="medium",
        on=POSTGRESQL,
    ),
]
