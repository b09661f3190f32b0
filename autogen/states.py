"""Models, migrations and database: what each of the three says beside the other two."""

from __future__ import annotations

from typing import Literal

from autogen.changes import Change
from autogen.plan import Comparison
from autogen.values import value

Against = Literal["database", "migrations"]
"""What the models are held against."""


@value(frozen=True, slots=True)
class Pairing:
    """Two of the three side by side: how they differ, or why they were not compared.

    The changes are those that bring the second of the two to the first, but for migrations and database:
    there they are what brings the database to the migrations."""

    comparison: Comparison | None = None
    reason: str = ""

    @property
    def changes(self) -> tuple[Change, ...]:
        return self.comparison.changes if self.comparison is not None else ()


@value(frozen=True, slots=True)
class Pending:
    """A revision that the database has not run, with its file as it is shown."""

    revision: str
    file: str


@value(frozen=True, slots=True)
class States:
    """The three comparisons. ``pending`` are the revisions that wait for the database, ``advice`` is what
    to do about them. ``replayed_on`` is the server that the migrations were replayed on."""

    models_migrations: Pairing
    migrations_database: Pairing
    models_database: Pairing
    pending: tuple[Pending, ...] = ()
    advice: str = ""
    replayed_on: str = ""

    @property
    def by_hand(self) -> tuple[Change, ...]:
        """What brings the database to the migrations that it says it has run."""
        return self.migrations_database.changes

    @property
    def agree(self) -> bool:
        """Whether nothing of what was compared differs."""
        pairs = (self.models_migrations, self.migrations_database, self.models_database)
        return not self.pending and not any(pair.changes for pair in pairs)
