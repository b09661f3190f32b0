"""How the rows of the live database are asked about: what the queries of all servers have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from autogen.dialects.compiled import plain_dialect
from autogen.schema import Column, Exclude, IndexElement, Key
from autogen.values import value

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from autogen.dialects.base import Dialect

MOST = 1_000_000
"""Rows that are counted one by one."""
SHOWN = 60
"""Characters of a value that are fetched."""


class NoAnswer(Exception):
    """The server did not answer; the message says why, without a value of any row."""


class TooLong(NoAnswer):
    """The query was given up when its time was over."""


class Unfit(NoAnswer):
    """A value could not be converted; ``example`` is its text, empty where the server does not tell it."""

    def __init__(self, example: str = "") -> None:
        super().__init__("a value does not convert")
        self.example = example


@value(frozen=True, slots=True)
class Size:
    """What the catalog says of a table: rows and bytes, roughly, None where it does not know."""

    rows: int | None = None
    bytes: int | None = None


@value(frozen=True, slots=True)
class Misfit:
    """Values that a change of type does not leave alone.

    ``condition`` finds them. ``words`` go on after their number (``longer than 10``). ``fails`` says whether
    the upgrade stops at them, else they change. ``clean`` says that there are none; ``measure`` is an
    aggregate whose value goes into the braces of it, and up to whose ``limit`` every value fits.
    """

    condition: str
    words: str
    fails: bool = True
    clean: str = "every value fits"
    measure: str = ""
    limit: int = 0


@value(frozen=True, slots=True)
class Attempt:
    """A conversion that has to be run to know: the expression raises an error at the first value that does
    not fit."""

    expression: str


class Probing(ABC):
    """Asks one live database, through a read-only connection, for so many seconds at most a query.

    The SQL of the questions is made in the review stage out of what differs here.
    """

    strict: bool = True
    """Whether values that do not fit stop a statement; where not, they are bent silently."""
    fills_not_null: ClassVar[bool] = False
    """Whether rows get some value of the type for a new NOT NULL column without a default."""

    def __init__(self, dialect: Dialect, connection: Connection) -> None:
        self.dialect = dialect
        self.connection = connection

    # -- running -------------------------------------------------------------------------------------

    @abstractmethod
    def rows(self, sql: str, seconds: float) -> Sequence[Sequence[Any]]:
        """All rows of a query. Raises TooLong, Unfit or another NoAnswer. No lock outlives the answer."""

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is read inside is rolled back, so that no lock on a table outlives it; the server's refusals
        become a NoAnswer."""
        from sqlalchemy.exc import DBAPIError

        try:
            nested = self.connection.begin_nested()
            try:
                yield
            finally:
                if nested.is_active:
                    nested.rollback()
        except DBAPIError as error:
            raise self.no_answer(error.orig) from error

    def execute(self, sql: str) -> Sequence[Sequence[Any]]:
        """The rows of SQL text as it is: no ``%`` or ``:`` in it stands for a parameter."""
        found = self.connection.exec_driver_sql(sql, execution_options={"no_parameters": True})
        return found.all() if found.returns_rows else ()

    def no_answer(self, error: BaseException | None) -> NoAnswer:
        """A driver's error in words that hold no value."""
        return NoAnswer(f"the database refused the question ({type(error).__name__})")

    @abstractmethod
    def sizes(self, tables: Iterable[Key], seconds: float) -> Mapping[Key, Size]:
        """What the catalog says of tables, in one query where it can be."""

    # -- writing SQL ---------------------------------------------------------------------------------

    def name(self, name: str) -> str:
        # the plain dialect doubles no % for the driver: what is asked has no parameters
        return str(plain_dialect(self.dialect.sqla).identifier_preparer.quote_identifier(name))

    def table(self, key: Key) -> str:
        schema = key.schema or self.dialect.default_schema
        return f"{self.name(schema)}.{self.name(key.name)}" if schema else self.name(key.name)

    @abstractmethod
    def literal(self, value: str) -> str:
        """A string literal."""

    @abstractmethod
    def text(self, sql: str) -> str:
        """The beginning of a value's text: ``SHOWN`` characters and one more where there are more."""

    def null(self, column: Column) -> str:
        """NULL as a value of the column's type."""
        return "NULL"

    def given(self, column: Column) -> str:
        """The default of a new column as a value of its type."""
        return f"({column.default})"

    def element(self, element: IndexElement) -> str:
        """A key of an index as the index compares it; a column's name is quoted."""
        sql = f"({element.text})" if element.is_expression else self.name(element.text)
        return f"{sql} COLLATE {self.collation(element.collation)}" if element.collation else sql

    def collation(self, collation: str) -> str:
        return self.name(collation)

    def sample(self, table: str, size: Size, rows: int) -> str:
        """What to write behind FROM for about so many rows of a table, the same ones each time."""
        return f"(SELECT * FROM {table} LIMIT {rows}) AS sampled"

    # -- changes of type -----------------------------------------------------------------------------

    @abstractmethod
    def converted(self, before: Column, after: Column, sql: str) -> str | None:
        """A value as the column will hold and compare it; None where that cannot be said in a query."""

    def makes_null(self, before: Column, after: Column) -> bool:
        """Whether the conversion may make NULL of a value."""
        return False

    @abstractmethod
    def misfits(
        self, before: Column, after: Column, sql: str, labels: Sequence[str] | None
    ) -> Sequence[Misfit] | Attempt:
        """What to ask about the values of a column that gets another type; nothing where no question
        decides. ``labels`` are those of the enum type it gets."""

    def holds_label(self, column: Column, sql: str, label: str) -> str:
        """The condition that a value is, or holds, the label of an enum type."""
        return f"{sql} = {self.literal(label)}"

    def conflicts(self, exclude: Exclude, rows: str) -> str | None:
        """A query that gives one row (x0) for each two rows in conflict; None where the definition is not
        understood. ``rows`` is what stands behind FROM."""
        return None
