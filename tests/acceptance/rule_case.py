"""What a case of a rule is: a change that the rule speaks of, or one that it must pass over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from autogen.plan import Severity
from tests.acceptance.case import Models, table
from tests.databases.databases import Backend

FAMILIES: Mapping[str, tuple[Backend, ...]] = {
    "postgresql": ("pg15", "pg18"),
    "mysql": ("mariadb",),
    "sqlite": ("sqlite",),
}
PG: tuple[Backend, ...] = ("pg18",)
MARIADB: tuple[Backend, ...] = ("mariadb",)
SQLITE: tuple[Backend, ...] = ("sqlite",)
ALL: tuple[Backend, ...] = (*PG, *MARIADB, *SQLITE)
SERVERS: tuple[Backend, ...] = (*PG, *MARIADB)
MANY = 150_000
"""Rows of a table that is not small."""
_SERIES = {
    "pg": "generate_series(1, {n}) AS g (n)",
    "mariadb": "(SELECT seq AS n FROM seq_1_to_{n}) AS g",
    "sqlite": "(WITH RECURSIVE g (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM g WHERE n < {n}) "
    "SELECT n FROM g)",
}
_COUNTED = {"pg": "ANALYZE {table}", "mariadb": "ANALYZE TABLE {table}", "sqlite": "ANALYZE {table}"}


@dataclass(frozen=True)
class RuleCase:
    """``before`` is built, ``setup`` run and rows put in, ``many`` into some tables (columns by table) and a
    few into the rest unless ``empty``; then the models become ``after``.

    The rule must speak of ``object``, with ``severity`` where one is given; or, where it is not to fire, of
    nothing at all. A severity in a silent case says that the rule may speak with no more than that.
    """

    rule: str
    fires: bool
    before: Models
    after: Models
    backends: Sequence[Backend] = ALL
    object: str = ""
    severity: Severity | None = None
    setup: Sequence[str] = ()
    many: Mapping[str, str] = field(default_factory=dict)
    empty: bool = False
    renames: Sequence[str] = ()
    drops: Sequence[str] = ()
    rows: int = MANY
    query: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    schemas: tuple[str, ...] = ()

    def metadata(self, models: Models) -> sa.MetaData:
        metadata = sa.MetaData()
        models(metadata)
        return metadata

    def series(self, backend: Backend) -> list[str]:
        """The statements that put many rows in, and have them counted."""
        family = "pg" if backend.startswith("pg") else backend
        made = []
        for name, columns in self.many.items():
            values = ", ".join("n" for _ in columns.split(","))
            source = _SERIES[family].format(n=self.rows)
            made.append(f"INSERT INTO {name} ({columns}) SELECT {values} FROM {source}")
            made.append(_COUNTED[family].format(table=name))
        return made


def fires(
    rule: str, about: str, before: Models, after: Models, backends: Sequence[Backend] = ALL, **more: Any
) -> RuleCase:
    return RuleCase(rule, True, before, after, backends, about, **more)


def silent(
    rule: str, before: Models, after: Models, backends: Sequence[Backend] = ALL, **more: Any
) -> RuleCase:
    return RuleCase(rule, False, before, after, backends, **more)


def t(*columns: Any, name: str = "t", **options: Any) -> Models:
    """A table with a key, and these columns and constraints."""
    return table(name, lambda: sa.Column("id", sa.Integer, primary_key=True), *columns, **options)
