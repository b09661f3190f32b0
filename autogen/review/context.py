"""What a rule sees: the changes, both schemas, the dialect, and which tables hold rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from autogen.changes import Alter, Change, Create, Drop, Rename, pairs_of, parted
from autogen.dialects.base import Dialect
from autogen.dialects.facts import Asked, Facts, Size, Work
from autogen.plan import Comparison, Evidence, Finding, RenameDecision
from autogen.review.asking import asked
from autogen.review.rule import Rule as Rule
from autogen.schema import Column, Dependent, EnumType, Key, Object, Schema, Table, is_label

if TYPE_CHECKING:
    from autogen.review.inquiry import Inquiry
    from autogen.review.prober import Prober
    from autogen.review.probes import Question

T = TypeVar("T", bound=Object)
SMALL = Size(100_000, 64 * 1024**2)
"""Below both, the server is through with a whole table in well under a second."""


@dataclass
class Context:
    """One review. Every table is asked for rows at most once."""

    comparison: Comparison
    dialect: Dialect
    has_rows: Callable[[Key], bool | None]
    beside: Callable[[], tuple[Dependent, ...]] = tuple
    inquiry: Inquiry | None = None
    catalog: Callable[[Asked], Facts] = lambda _: Facts()
    client: Callable[[], Mapping[Key, str]] = dict
    online: Callable[[Key], bool] = lambda _: False
    """Whether the draft changes this table, or this part of one, in the forms that keep it usable."""
    found: tuple[Finding, ...] = ()
    """What the rules before have found: some look at it."""
    _rows: dict[Key, bool] = field(default_factory=dict)

    # -- rows ----------------------------------------------------------------------------------------

    def ask(self, question: Question) -> Evidence | None:
        """What the rows of the live database say; None where they are not to be asked."""
        return self.prober.answer(question) if self.prober else None

    @cached_property
    def prober(self) -> Prober | None:
        if self.inquiry is None:
            return None
        from autogen.review.prober import Prober

        return Prober(self, self.inquiry)

    @property
    def strict(self) -> bool:
        """Whether the server refuses values that do not fit, NULL in what becomes NOT NULL among them."""
        return self.inquiry is None or self.inquiry.probing.strict

    # -- changes -------------------------------------------------------------------------------------

    def created(self, kind: type[T]) -> Iterator[T]:
        for change in self.comparison.changes:
            if isinstance(change, Create) and isinstance(change.after, kind):
                yield change.after

    def dropped(self, kind: type[T]) -> Iterator[T]:
        for change in self.comparison.changes:
            if isinstance(change, Drop) and isinstance(change.before, kind):
                yield change.before

    def altered(self, kind: type[T]) -> Iterator[tuple[T, T]]:
        for change in self.comparison.changes:
            if (
                isinstance(change, Alter)
                and isinstance(change.before, kind)
                and isinstance(change.after, kind)
            ):
                yield change.before, change.after

    def changed(self, kind: type[T]) -> Iterator[tuple[Create | Alter, T]]:
        """What is created or altered, with its change."""
        for change in self.comparison.changes:
            if isinstance(change, Create | Alter) and isinstance(change.after, kind):
                yield change, change.after

    @cached_property
    def retyped(self) -> tuple[tuple[Column, Column], ...]:
        """Standing columns whose type changes, as the dialect sees them before and after."""
        if not any(isinstance(change, Alter) for change in self.comparison.changes):
            return ()
        return tuple(self.dialect.retyped(self.comparison))

    @cached_property
    def new_columns(self) -> Mapping[Key, Column]:
        return {column.key: column for column in self.created(Column)}

    @cached_property
    def created_tables(self) -> frozenset[Key]:
        """Some may bear the name that another table has given up."""
        return frozenset(table.key for table in self.created(Table))

    @cached_property
    def dropped_tables(self) -> frozenset[Key]:
        return frozenset(table.key for table in self.dropped(Table))

    @cached_property
    def closest(self) -> Mapping[Key, RenameDecision]:
        """What each object that goes is likest to, where nobody said what becomes of it."""
        return {d.before: d for d in self.comparison.renames if d.open and not d.accepted}

    @cached_property
    def _old_names(self) -> Mapping[Key, Key]:
        """The live key of every renamed object, by its new key."""
        return {c.after.key: c.before.key for c in self.comparison.changes if isinstance(c, Rename)}

    def old_name(self, key: Key) -> Key:
        return self._old_names.get(key, key)

    def live_name(self, key: Key) -> Key:
        """The key in the database of what is compared under the new name of its table."""
        owner = self.old_name(key.owner) if key.table else key
        return key._replace(schema=owner.schema, table=owner.name) if key.table else self.old_name(key)

    def live_column(self, key: Key) -> Key:
        """The key in the database of a column that stands, whatever is renamed."""
        old = self.old_name(key)
        return old if old != key else self.live_name(key)

    def live_label(self, enum: EnumType, label: str) -> str:
        """What the database calls a label that an enum type has after the renames."""
        new = Key("enum", enum.schema, enum.name, label)
        return self._old_labels.get(new, new).name

    @cached_property
    def _old_labels(self) -> Mapping[Key, Key]:
        renames = (c for c in self.comparison.changes if isinstance(c, Rename))
        return {after: before for before, after in pairs_of(renames) if is_label(after)}

    @cached_property
    def standing(self) -> Schema:
        """What the database has, under the names that it has after the accepted renames: what stood on a
        renamed object still does."""
        before = self.comparison.before
        renames = parted(self.comparison.changes).renames
        if not renames:
            return before
        from autogen.schema.renaming import renamed

        return renamed(before, pairs_of(renames), self.dialect.in_new_names)

    @cached_property
    def dependents(self) -> tuple[Dependent, ...]:
        """What lives beside the tables of the database."""
        return self.beside()

    @cached_property
    def facts(self) -> Facts:
        """What the catalog of the live database says about all that changes, asked at once."""
        return self.catalog(asked(self.comparison, self.old_name))

    @cached_property
    def client_defaults(self) -> Mapping[Key, str]:
        """What the models' own Python code fills in, by column, as text."""
        return self.client()

    def work(self, change: Change) -> Work | None:
        """What the server does with the rows of the change's table; None where that is nothing."""
        return self.dialect.work(change, self.comparison, self.facts)

    # -- tables --------------------------------------------------------------------------------------

    def stands(self, table: Key) -> bool:
        """Whether the table is in the database already, under this name or the one it is renamed from."""
        live = self.old_name(table)
        return live in self.comparison.before and table not in self.created_tables

    def may_hold_rows(self, table: Key) -> bool:
        """Whether the table stands and is not proven empty: what is not known counts as rows."""
        live = self.old_name(table)
        if live not in self.comparison.before or table in self.created_tables:
            return False
        if live not in self._rows:
            self._rows[live] = self.has_rows(live) is not False
        return self._rows[live]

    def size(self, table: Key) -> Size:
        """How large the table is in the database, as its catalog says."""
        return self.facts.sizes.get(self.old_name(table), Size())

    def is_small(self, table: Key) -> bool:
        """Whether the server is through with the whole table at once; not, where its size is not known."""
        return at_most(self.size(table), SMALL)

    def always_null(self, table: Key, columns: Iterable[str]) -> bool:
        """Whether one of the columns is new and null in every row that stands: no row has values there."""
        found = (self.new_columns.get(Key("column", table.schema, table.name, name)) for name in columns)
        return any(c and c.nullable and gives_nothing(c) for c in found)


def gives_nothing(column: Column) -> bool:
    """Whether rows that stand get no value for this new column."""
    return (
        column.default is None
        and column.identity is None
        and column.computed is None
        and not column.autoincrement
    )


def at_most(size: Size, limit: Size) -> bool:
    """Whether what is known of a size is below the limit, and anything is known."""
    known = [(n, most) for n, most in ((size.rows, limit.rows), (size.bytes, limit.bytes)) if n is not None]
    return bool(known) and all(most is None or n < most for n, most in known)
