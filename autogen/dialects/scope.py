"""What is looked at in a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from autogen.schema import Key
from autogen.values import value

VERSION_TABLE = Key("table", "", "", "alembic_version")
JOURNAL = "autogen_journal"
"""The table in which a run of revisions records what it has done, while it lasts."""


@value(frozen=True, slots=True)
class Scope:
    """What is looked at in a database.

    ``schemas`` are those besides the default one. ``include`` and ``exclude`` are shell patterns matched
    against table labels (``t``, ``schema.t``); without ``include`` everything is included. ``left`` are
    further tables that are left alone, with the reason.
    """

    schemas: tuple[str, ...] = ()
    version_table: Key = VERSION_TABLE
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    left: Mapping[Key, str] = field(default_factory=dict)

    def left_out(self, table: Key) -> str | None:
        """Why a table is left alone, or None when it is compared."""
        from fnmatch import fnmatchcase

        if table == self.version_table:
            return "Alembic's version table"
        if table.name == JOURNAL:
            return "the record of a revision that was cut short: autogen status"
        if any(fnmatchcase(table.label, pattern) for pattern in self.exclude):
            return "excluded by the configuration"
        if self.include and not any(fnmatchcase(table.label, pattern) for pattern in self.include):
            return "not included by the configuration"
        return self.left.get(table)
