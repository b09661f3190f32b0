"""Changes of a table with rows, and what the rows say of them: models before, rows, models after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

Rows = list[dict[str, Any]]
EVERYWHERE = frozenset({"sqlite", "pg15", "pg18", "mariadb"})
POSTGRESQL = frozenset({"pg15", "pg18"})


@dataclass(frozen=True)
class Case:
    """``before`` and ``after`` make the tables; ``rows`` go into the tables of ``before``. The rule finds
    ``verdict`` with the ``text`` on the object; ``certain`` on these backends: there the upgrade fails."""

    name: str
    rule: str
    object: str
    verdict: str
    text: str
    before: Callable[[sa.MetaData], None]
    after: Callable[[sa.MetaData], None]
    rows: dict[str, Rows] = field(default_factory=dict)
    certain: frozenset[str] = frozenset()
    severity: str = ""
    on: frozenset[str] = EVERYWHERE
    renames: tuple[str, ...] = ()


def table(name: str, *items: Any) -> Callable[[sa.MetaData], None]:
    """A table with an id and these columns and constraints; a callable makes one anew for each use."""

    def make(metadata: sa.MetaData) -> None:
        made = [item() if callable(item) else item for item in items]
        sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True), *made)

    return make


def both(*makes: Callable[[sa.MetaData], None]) -> Callable[[sa.MetaData], None]:
    def make(metadata: sa.MetaData) -> None:
        for one in makes:
            one(metadata)

    return make


def col(name: str, type_: Any, *more: Any, **options: Any) -> Callable[[], sa.Column[Any]]:
    return lambda: sa.Column(name, type_, *(item() for item in more), **options)


def values(column: str, *found: Any) -> Rows:
    return [{"id": n, column: value} for n, value in enumerate(found, 1)]


TEXT = sa.String(40)
A = col("a", TEXT)
UQ = lambda *names: lambda: sa.UniqueConstraint(*names, name="uq")  # noqa: E731
CK = lambda text: lambda: sa.CheckConstraint(text, name="ck")  # noqa: E731
FK = lambda to: lambda: sa.ForeignKey(to, name="fk")  # noqa: E731
HOSTILE = "x'\"`\n\x1b[31m%s %(a)s :b {c} \u202e" + '"""'

T_A = table("t", A)
T_NUMBER = table("t", col("n", sa.Integer))
OWNERS = table("owners")
T_OWNER = table("t", col("owner_id", sa.Integer))
T_OWNER_FK = table("t", col("owner_id", sa.Integer, FK("owners.id")))
TWO_OWNERS: Rows = [{"id": 1}, {"id": 2}]


def enum(*labels: str) -> Callable[[sa.MetaData], None]:
    return table("t", lambda: sa.Column("mood", sa.Enum(*labels, name="mood")))


CASES = [
    Case("null", "set-not-null", "t.a", "violated", "2 NULLs among 3 rows: this upgrade will fail",
         T_A, table("t", col("a", TEXT, nullable=False)), {"t": values("a", None, "x", None)}, EVERYWHERE, "blocker"),
    Case("no null", "set-not-null", "t.a", "clean", "no NULL among 2 rows",
         T_A, table("t", col("a", TEXT, nullable=False)), {"t": values("a", "x", "y")}, severity="medium"),
    Case("duplicates", "add-unique", "t.uq", "violated", "2 duplicates, e.g. 'b' 3 times, 'a' twice: this upgrade will fail",
         T_A, table("t", A, UQ("a")), {"t": values("a", "b", "b", "b", "a", "a", "c", None, None)}, EVERYWHERE, "blocker"),
    Case("no duplicates", "add-unique", "t.uq", "clean", "no duplicates among 4 rows",
         T_A, table("t", A, UQ("a")), {"t": values("a", "a", "b", None, None)}, severity="medium"),
    Case("duplicates of two columns", "add-unique", "t.uq", "violated", "1 duplicate, e.g. ('a', 1) twice: this upgrade will fail",
         table("t", A, col("n", sa.Integer)), table("t", A, col("n", sa.Integer), UQ("a", "n")),
         {"t": [{"id": 1, "a": "a", "n": 1}, {"id": 2, "a": "a", "n": 1}, {"id": 3, "a": "a", "n": None}, {"id": 4, "a": "a", "n": None}]},
         EVERYWHERE),
    Case("duplicate of a renamed column", "add-unique", "u.uq", "violated", "1 duplicate, e.g. 'a' twice: this upgrade will fail",
         T_A, table("u", col("b", TEXT), UQ("b")), {"t": values("a", "a", "a")}, EVERYWHERE, renames=("t=u", "t.a=u.b")),
    Case("partial unique", "add-unique", "t.uq", "clean", "no duplicates among 3 rows",
         table("t", A, col("n", sa.Integer)),
         table("t", A, col("n", sa.Integer), lambda: sa.Index("uq", "a", unique=True, postgresql_where=sa.text("n > 0"), sqlite_where=sa.text("n > 0"))),
         {"t": [{"id": 1, "a": "a", "n": 1}, {"id": 2, "a": "a", "n": 0}, {"id": 3, "a": "a", "n": 0}]}, on=EVERYWHERE - {"mariadb"}),
    Case("unique over an expression", "add-unique", "t.uq", "violated", "1 duplicate, e.g. 'ann' twice: this upgrade will fail",
         T_A, table("t", A, lambda: sa.Index("uq", sa.text("lower(a)"), unique=True)), {"t": values("a", "Ann", "ann")},
         EVERYWHERE - {"mariadb"}, on=EVERYWHERE - {"mariadb"}),
    Case("nulls not distinct", "add-unique", "t.uq", "violated", "1 duplicate, e.g. NULL twice: this upgrade will fail",
         T_A, table("t", A, lambda: sa.UniqueConstraint("a", name="uq", postgresql_nulls_not_distinct=True)),
         {"t": values("a", None, None)}, POSTGRESQL, on=POSTGRESQL),
    Case("duplicates by collation", "add-unique", "t.uq", "violated", "1 duplicate",
         T_A, table("t", A, UQ("a")), {"t": values("a", "Ann", "ann")}, frozenset({"mariadb"}), on=frozenset({"mariadb"})),
    Case("unique over a new constant", "add-unique", "t.uq", "violated", "1 duplicate, e.g. 'x' twice: this upgrade will fail",
         T_A, table("t", A, col("k", TEXT, server_default="x"), UQ("k")), {"t": values("a", "a", "b")}, EVERYWHERE),
    Case("hostile duplicates", "add-unique", "t.uq", "violated", "1 duplicate, e.g. ",
         T_A, table("t", A, UQ("a")), {"t": values("a", HOSTILE, HOSTILE)}, EVERYWHERE),
    Case("orphans", "add-fk", "t.fk", "violated", "2 rows without a partner in owners, e.g. 7, 8: this upgrade will fail",
         both(OWNERS, T_OWNER), both(OWNERS, T_OWNER_FK), {"owners": TWO_OWNERS, "t": values("owner_id", 1, 7, 8, None)}, EVERYWHERE, "blocker"),
    Case("no orphans", "add-fk", "t.fk", "clean", "every value has its partner in owners",
         both(OWNERS, T_OWNER), both(OWNERS, T_OWNER_FK), {"owners": TWO_OWNERS, "t": values("owner_id", 1, 2, None)}, severity="medium"),
    Case("orphans of a new table", "add-fk", "t.fk", "violated", "1 row without a partner in owners, e.g. 1: this upgrade will fail",
         T_OWNER, both(OWNERS, T_OWNER_FK), {"t": values("owner_id", 1, None)}, EVERYWHERE),
    Case("orphans under renames", "add-fk", "u.fk", "violated", "1 row without a partner in people, e.g. 9: this upgrade will fail",
         both(OWNERS, T_OWNER), both(table("people"), table("u", col("person_id", sa.Integer, FK("people.id")))),
         {"owners": TWO_OWNERS, "t": values("owner_id", 1, 9)}, EVERYWHERE,
         renames=("t=u", "owners=people", "t.owner_id=u.person_id")),
    Case("violated check", "add-check", "t.ck", "violated", "2 rows violate it, e.g. n = -1; n = -5: this upgrade will fail",
         T_NUMBER, table("t", col("n", sa.Integer), CK("n >= 0")), {"t": values("n", 1, -1, -5, None)}, EVERYWHERE, "blocker"),
    Case("satisfied check", "add-check", "t.ck", "clean", "no row violates it among 2 rows",
         T_NUMBER, table("t", col("n", sa.Integer), CK("n >= 0")), {"t": values("n", 1, None)}, severity="medium"),
    Case("check on a renamed column", "add-check", "t.ck", "violated", "1 row violates it, e.g. m = -1: this upgrade will fail",
         T_NUMBER, table("t", col("m", sa.Integer), CK("m >= 0")), {"t": values("n", 1, -1)}, EVERYWHERE, renames=("t.n=t.m",)),
    Case("check with a percent sign", "add-check", "t.ck", "violated", "1 row violates it, e.g. a = 'y': this upgrade will fail",
         T_A, table("t", A, CK("a LIKE 'x%'")), {"t": values("a", "xx", "y")}, EVERYWHERE),
    Case("too long", "type-lossy", "t.a", "violated", "longer than 3, e.g. ",
         T_A, table("t", col("a", sa.String(3))), {"t": values("a", "abc", "abcd", "ab     ", None)}, EVERYWHERE - {"sqlite"}),
    Case("short enough", "type-lossy", "t.a", "clean", "longest value has 3 characters",
         T_A, table("t", col("a", sa.String(3))), {"t": values("a", "abc", "ab")}, severity="medium"),
    Case("out of range", "type-lossy", "t.n", "violated", "1 value out of the range of smallint, e.g. 40000: this upgrade will fail",
         T_NUMBER, table("t", col("n", sa.SmallInteger)), {"t": values("n", 1, 40000)}, POSTGRESQL | {"mariadb"}, on=POSTGRESQL | {"mariadb"}),
    Case("in range", "type-lossy", "t.n", "clean", "every value fits smallint",
         T_NUMBER, table("t", col("n", sa.SmallInteger)), {"t": values("n", 1, -32768)}, severity="medium", on=POSTGRESQL | {"mariadb"}),
    Case("rounded", "type-lossy", "t.n", "violated", "1 value that would be rounded, e.g. 1.255",
         table("t", col("n", sa.Numeric(10, 3))), table("t", col("n", sa.Numeric(10, 2))), {"t": values("n", 1.5, 1.255)},
         severity="blocker", on=POSTGRESQL | {"mariadb"}),
    Case("not rounded", "type-lossy", "t.n", "clean", "",
         table("t", col("n", sa.Numeric(10, 3))), table("t", col("n", sa.Numeric(10, 2))), {"t": values("n", 1.5, 1.25)}, severity="medium"),
    Case("too large", "type-lossy", "t.n", "violated", "1 value ",
         table("t", col("n", sa.Numeric(10, 2))), table("t", col("n", sa.Numeric(4, 2))), {"t": values("n", 1.5, 1234.5)}, EVERYWHERE - {"sqlite"}),
    Case("not castable", "type-lossy", "t.a", "violated", "e.g. 'x'",
         T_A, table("t", col("a", sa.Integer)), {"t": values("a", "1", "x", "22")}, EVERYWHERE - {"sqlite"}),
    Case("castable", "type-lossy", "t.a", "clean", "every value",
         T_A, table("t", col("a", sa.Integer)), {"t": values("a", "1", "22", None)}, severity="medium"),
    Case("not one of the labels", "type-lossy", "t.mood", "violated", "e.g. 'sad'",
         table("t", col("mood", TEXT)), enum("ok", "glad"), {"t": values("mood", "ok", "sad")}, EVERYWHERE - {"sqlite"}, on=EVERYWHERE - {"sqlite"}),
    Case("clash of a new type", "type-clash", "t.a", "violated", "1 duplicate, e.g. 7 twice: this upgrade will fail",
         table("t", A, UQ("a")), table("t", col("a", sa.Integer), UQ("a")), {"t": values("a", "7", "007")}, POSTGRESQL, on=POSTGRESQL),
    Case("clash of a collation", "type-clash", "t.a", "violated", "1 duplicate",
         table("t", col("a", sa.String(40, collation="utf8mb4_bin")), UQ("a")),
         table("t", col("a", sa.String(40, collation="utf8mb4_general_ci")), UQ("a")), {"t": values("a", "Ann", "ann")},
         frozenset({"mariadb"}), on=frozenset({"mariadb"})),
    Case("clash of a collation on SQLite", "type-clash", "t.a", "violated", "1 duplicate",
         table("t", A, UQ("a")), table("t", col("a", sa.String(40, collation="NOCASE")), UQ("a")), {"t": values("a", "Ann", "ann")},
         frozenset({"sqlite"}), on=frozenset({"sqlite"})),
    Case("label in use", "type-lossy", "mood.sad", "violated", "2 rows hold it: this upgrade will fail",
         enum("ok", "sad"), enum("ok"), {"t": values("mood", "ok", "sad", "sad")}, POSTGRESQL, on=POSTGRESQL),
    Case("label out of use", "type-lossy", "mood.sad", "clean", "no row holds it",
         enum("ok", "sad"), enum("ok"), {"t": values("mood", "ok")}, severity="medium", on=POSTGRESQL),
    Case("values", "drop-column", "t.a", "violated", "holds 2 values",
         T_A, table("t"), {"t": values("a", "x", "y", None)}, severity="blocker"),
    Case("no values", "drop-column", "t.a", "clean", "holds no value, NULL alone",
         T_A, table("t"), {"t": values("a", None, None)}, severity="medium"),
    Case("rows", "drop-table", "t", "violated", "holds 3 rows",
         both(OWNERS, T_A), OWNERS, {"t": values("a", "x", "y", None)}, severity="blocker"),
    Case("no value for a new column", "add-not-null-no-default", "t.k", "violated", "2 rows without a value",
         T_A, table("t", A, col("k", sa.Integer, nullable=False)), {"t": values("a", "x", "y")}, EVERYWHERE - {"mariadb"}),
]  # fmt: skip
