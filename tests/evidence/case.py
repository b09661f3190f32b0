"""Changes of a table with rows, and what the rows say of them: models before, rows, models after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

Rows = list[dict[str, Any]]
Make = Callable[[], Any]
EVERYWHERE = frozenset({"sqlite", "pg15", "pg18", "mariadb"})
POSTGRESQL = frozenset({"pg15", "pg18"})
ENFORCED = EVERYWHERE - {"sqlite"}
"""Where foreign keys always hold; SQLite checks them where the connection wants it to."""


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


def unique(*names: str) -> Make:
    return lambda: sa.UniqueConstraint(*names, name="uq")


def check(text: str) -> Make:
    return lambda: sa.CheckConstraint(text, name="ck")


def refers_to(to: str) -> Make:
    return lambda: sa.ForeignKey(to, name="fk")


HOSTILE = "x'\"`\n\x1b[31m%s %(a)s :b {c} \u202e" + '"""'

T_A = table("t", A)
T_NUMBER = table("t", col("n", sa.Integer))
OWNERS = table("owners")
T_OWNER = table("t", col("owner_id", sa.Integer))
T_OWNER_FK = table("t", col("owner_id", sa.Integer, refers_to("owners.id")))
TWO_OWNERS: Rows = [{"id": 1}, {"id": 2}]


def enum(*labels: str) -> Callable[[sa.MetaData], None]:
    return table("t", lambda: sa.Column("mood", sa.Enum(*labels, name="mood")))
