"""What a database needs while old and new code run on it side by side: each dialect in its own language."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from autogen.phase import Copy
from autogen.plan import Step
from autogen.schema import Column, ColumnType, Dependent, Index, Key, Schema, Unique
from autogen.source import SA, call, literal

RATHER_FAIL = "rather fail than have others queue behind a lock"
"""What a lock timeout is for, as drafts say it."""
_REFUSE_WHILE = '''
def refuse_while(rows: str, why: str) -> None:
    """Stops while the query finds a row, also where it is run as SQL."""
    if not op.get_context().as_sql:
        if op.get_bind().scalar(sa.select(sa.literal_column(f"EXISTS ({{rows}})"))):
            raise RuntimeError(why)
        return
    said = {quoted}
    for sql in ({statements}):
        op.execute(sql.replace(":", "\\\\:"))
'''.strip()


class Transition(ABC):
    """The SQL between two phases; names are quoted and qualified as the server wants them."""

    fills_before_checks: ClassVar[bool] = True
    """Whether a trigger can give a NOT NULL column its value in a row that was written without one."""
    each_batch: ClassVar[tuple[str, ...]] = ()
    """Statements at the start of each short transaction of a backfill: how long it waits for a lock."""
    row_number: ClassVar[str] = ""
    """A column by which the rows of a table without a key can be walked through."""

    @abstractmethod
    def quote(self, name: str) -> str:
        """An SQL identifier."""

    @abstractmethod
    def table(self, key: Key) -> str:
        """The SQL name of the table a key belongs to."""

    def rewrites(self, before: Column, after: Column) -> bool:
        """Whether a change of type copies the table in place while writers wait, where a new column and a
        backfill would not make them wait."""
        return False

    def lock_limits(self, duration: str) -> tuple[str, str] | None:
        """SQL that begins and ends a lock timeout; None where nobody queues behind a lock."""
        return None

    def converted(self, column: str, before: ColumnType, after: ColumnType) -> str:
        """SQL for a column's value in another type."""
        return column

    def cannot_sync(self, column: Column, schema: Schema) -> str | None:
        """Why no trigger can keep a copy of the column in step with it."""
        return None

    @abstractmethod
    def sync(self, copy: Copy, schema: Schema) -> tuple[Dependent, ...]:
        """What keeps two columns in step whoever writes, in the order in which it is created."""

    def cannot_stand_in(self, old: Key, dependents: Sequence[Dependent]) -> str | None:
        """Why no view can take the place of the table under its old name."""
        return None

    @abstractmethod
    def stand_in(
        self, old: Key, new: Key, columns: Sequence[Column], dependents: Sequence[Dependent]
    ) -> tuple[Dependent, ...]:
        """A view under a table's old name that can be read and written like the table."""

    refusal: ClassVar[tuple[str, ...]]
    """SQL that fails while ``{rows}`` finds one, with ``{said}`` as the inside of a string."""
    quoted: ClassVar[str] = """why.replace("'", "''")"""
    """Python for the inside of a string."""

    def refuse_while(self, rows: str, why: str, subject: Key) -> Step:
        """A step that fails and says why while the query finds a row, also where a draft is run as SQL."""
        code = call("refuse_while", [literal(rows), literal(why)], {}, (SA, "from alembic import op"))
        statements = "".join(f'f"{sql}",' for sql in self.refusal)
        helper = _REFUSE_WHILE.format(quoted=self.quoted, statements=statements)
        return Step(code, subject, helpers=frozenset({helper}))

    @abstractmethod
    def estimate(self, key: Key) -> str:
        """A query for the number of rows of a table, quick rather than exact; negative where unknown."""

    def walk_by(self, table: Key, schema: Schema) -> tuple[str, ...]:
        """The columns that tell the rows of a table apart and are never NULL; none where there are none."""
        primary = schema.primary_key(table)
        if primary:
            return primary.columns
        for part in schema.parts(table):
            plain = isinstance(part, Unique) or (
                isinstance(part, Index) and part.unique and not part.predicate and part.valid
            )
            if plain and isinstance(part, Unique | Index):
                names = part.columns if isinstance(part, Unique) else tuple(e.text for e in part.elements)
                found = [schema.column(table, name) for name in names]
                if all(column is not None and not column.nullable for column in found):
                    return names
        return (self.row_number,) if self.row_number else ()


def short_name(*words: str, longest: int) -> str:
    """Words joined to a name that is unique for them, cut where it would be too long."""
    from hashlib import sha256

    name = "_".join(words)
    if len(name.encode()) <= longest and name.isascii():
        return name
    mark = sha256("\0".join(words).encode()).hexdigest()[:8]
    return f"{name.encode('ascii', 'ignore').decode()[: longest - 9]}_{mark}"
