"""One table built anew: everything that SQLite's ALTER TABLE cannot do, in one copy of the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from autogen import operations as ops
from autogen.dialects.sqlite import conversions, ddl
from autogen.dialects.sqlite.spelling import Spelling
from autogen.dialects.sqlite.sqltext import bare, qualified, string
from autogen.plan import Step
from autogen.schema import (
    Column,
    Constraint,
    ForeignKey,
    Index,
    Key,
    PrimaryKey,
    Schema,
    Table,
    TablePart,
)
from autogen.source import escape_binds, literal
from autogen.values import value


@value(frozen=True, slots=True)
class TableDiff:
    """One table on both sides, under one name; ``came_from`` maps new column names to old ones."""

    key: Key
    before: Schema
    after: Schema
    came_from: Mapping[str, str]

    def _parts(self, schema: Schema) -> dict[Key, TablePart]:
        return {part.key: part for part in schema.parts(self.key)}

    def of(
        self, kind: type[TablePart]
    ) -> tuple[list[TablePart], list[TablePart], list[tuple[TablePart, TablePart]]]:
        """Created, dropped and altered parts of a kind."""
        old = {k: p for k, p in self._parts(self.before).items() if isinstance(p, kind)}
        new = {k: p for k, p in self._parts(self.after).items() if isinstance(p, kind)}
        created = [p for k, p in new.items() if k not in old]
        dropped = [p for k, p in old.items() if k not in new]
        altered = [(old[k], p) for k, p in new.items() if k in old and old[k] != p]
        return created, dropped, altered

    def old(self, column: Column) -> Column | None:
        """The column of the old table whose values a column of the new one gets."""
        return self.before.column(self.key, self.came_from.get(column.name, column.name))

    @property
    def columns(self) -> list[Column]:
        """The new table's columns: as the models order them, unless that would move those that stand."""
        wanted = list(self.after.columns(self.key))
        stands = [c.name for c in self.before.columns(self.key)]
        old = {c.name: self.came_from.get(c.name, c.name) for c in wanted}
        kept = [c for c in wanted if old[c.name] in stands]
        if [old[c.name] for c in kept] == [name for name in stands if name in {old[c.name] for c in kept}]:
            return wanted
        kept.sort(key=lambda c: stands.index(old[c.name]))
        return [*kept, *(c for c in wanted if c not in kept)]


@value(frozen=True, slots=True)
class Naming:
    """``final``: see Spelling.final_names. ``conventions``: a naming convention of the models gives names
    to constraints that have none, also to those that must not get one."""

    final: bool = False
    conventions: bool = False


def needs_sql(schema: Schema, key: Key, naming: Naming) -> bool:
    """Whether SQLAlchemy has no way to write this CREATE TABLE."""
    columns = {c.name: c for c in schema.columns(key)}
    automatic = {c.name for c in columns.values() if c.autoincrement}
    for part in schema.parts(key):
        if isinstance(part, ForeignKey):
            dotted = "." in "".join((part.target_schema, part.target_table, *part.target_columns))
            if dotted or not part.target_columns or not automatic.isdisjoint(part.columns):
                return True
        if isinstance(part, PrimaryKey) and automatic:
            if part.name:
                return True
        elif isinstance(part, Constraint) and part.name is None and naming.conventions:
            return True
    return False


def create(schema: Schema, key: Key, columns: Iterable[Column], naming: Naming, name: str = "") -> Step:
    """``op.create_table``, perhaps under another name; plain SQL where SQLAlchemy has no word for it."""
    table = schema.get(key)
    assert isinstance(table, Table)
    if needs_sql(schema, key, naming):
        return _execute(ddl.create_table_lines(schema, key, name, columns), key)
    spelling = _TableSpelling(schema, naming.final, key)
    constraints = [p for p in schema.parts(key) if isinstance(p, Constraint)]
    constraints.sort(key=lambda c: (ddl.ORDER[c.kind], c.key))
    step = ops.create_table(spelling, replace(table, name=name or table.name), columns, constraints)
    return replace(step, subject=key)


class _TableSpelling(Spelling):
    """Knows the table whose columns say whether it is one with AUTOINCREMENT."""

    def __init__(self, schema: Schema, final_names: bool, key: Key) -> None:
        super().__init__(schema, final_names)
        self.key = key

    def table_kwargs(self, table: Table) -> ops.Kwargs:
        automatic = {"sqlite_autoincrement": "True"} if self.autoincrement(self.key) else {}
        return {**automatic, **super().table_kwargs(table)}


def rebuild(diff: TableDiff, temporary: str, naming: Naming, triggers: Sequence[str], why: str) -> list[Step]:
    """Create, copy, drop, rename; then indexes and triggers, which fell with the old table."""
    key = diff.key
    spelling = Spelling(diff.after, naming.final)
    steps = [
        replace(create(diff.after, key, diff.columns, naming, temporary), note=why),
        replace(_execute(copy_rows(diff, temporary), key), leaves=left_behind(diff)),
        *(ops.execute(sql, key) for sql in keep_sequence(diff, temporary)),
        ops.step(ops.op("drop_table", literal(key.name), **ops.schema_kwarg(key.schema)), key),
        ops.step(
            ops.op("rename_table", literal(temporary), literal(key.name), **ops.schema_kwarg(key.schema)), key
        ),
    ]
    indexes = sorted((p for p in diff.after.parts(key) if isinstance(p, Index)), key=lambda i: i.key)
    steps.extend(replace(ops.create_index(spelling, index), subject=key) for index in indexes)
    steps.extend(ops.execute(sql, key) for sql in triggers)
    return steps


def _execute(parts: Sequence[str], subject: Key) -> Step:
    """``op.execute`` of one statement in several string literals, which stand on a line each when long."""
    pieces = parts if len("".join(parts)) > 70 else ("".join(parts),)
    return ops.step(ops.op("execute", " ".join(literal(escape_binds(part)) for part in pieces)), subject)


def copy_rows(diff: TableDiff, temporary: str) -> tuple[str, ...]:
    """INSERT … and SELECT … with every column named; generated columns fill themselves, new ones from
    their defaults. OR ABORT keeps ON CONFLICT clauses of the new table from swallowing rows."""
    pairs = [
        (bare(c.name), _selected(c, old)) for c in diff.columns if c.computed is None and (old := diff.old(c))
    ]
    rowid = _hidden_rowid(diff)
    if rowid:
        pairs.insert(0, (rowid, rowid))
    pairs = pairs or [_a_row_each(diff)]
    table = diff.after.get(diff.key)
    careful = isinstance(table, Table) and any(o.startswith("on_conflict") for o, _ in table.options)
    verb = "INSERT OR ABORT INTO" if careful else "INSERT INTO"
    targets, sources = zip(*pairs, strict=True)
    return (
        f"{verb} {readable(diff.key.schema, temporary)} ({', '.join(targets)}) ",
        *_lines("SELECT ", sources, f" FROM {readable(diff.key.schema, diff.key.name)}"),
    )


def _selected(new: Column, old: Column) -> str:
    return conversions.copied(bare(old.name), old.type, new.type)


def _lines(start: str, sources: Sequence[str], end: str) -> list[str]:
    """The select list, with what is converted in lines of its own."""
    lines = [start]
    for place, source in enumerate(sources):
        last = place == len(sources) - 1
        text = source + (end if last else ", ")
        if not source.startswith(("CASE ", "CAST(")):
            lines[-1] += text
            continue
        head, then, tail = text.partition(" THEN ")
        lines.extend([f"{head} ", f"THEN {tail}"] if then and len(text) > 90 else [text])
        if not last:
            lines.append("")
    return [line for line in lines if line]


def left_behind(diff: TableDiff) -> tuple[Key, ...]:
    """The columns that hold values of their own and have no place in the new table."""
    taken = {diff.came_from.get(c.name, c.name) for c in diff.columns if c.computed is None}
    stood = diff.before.columns(diff.key)
    return tuple(c.key for c in stood if c.computed is None and c.name not in taken)


def readable(schema: str, name: str) -> str:
    """A qualified name, quoted only where it must be."""
    return f"{bare(schema)}.{bare(name)}" if schema else bare(name)


def _a_row_each(diff: TableDiff) -> tuple[str, str]:
    """What to fill and from what where the tables have no column in common, so that the rows stay."""
    rowid = _rowid(diff)
    if rowid:
        return rowid, rowid
    column = next(c for c in diff.columns if c.computed is None)
    return bare(column.name), column.default or "NULL"


def _rowid(diff: TableDiff) -> str | None:
    """A name of the rowid that no column hides; None where one of the tables has no rowid."""
    for schema in (diff.before, diff.after):
        table = schema.get(diff.key)
        if isinstance(table, Table) and "without_rowid" in dict(table.options):
            return None
    taken = {c.name.lower() for s in (diff.before, diff.after) for c in s.columns(diff.key)}
    return next((name for name in ("rowid", "_rowid_", "oid") if name not in taken), None)


def _hidden_rowid(diff: TableDiff) -> str | None:
    """The name of the rowid where no column is its alias, so that rows keep theirs; None where one is."""
    for schema in (diff.before, diff.after):
        primary = schema.primary_key(diff.key)
        if primary and len(primary.columns) == 1:
            column = schema.column(diff.key, primary.columns[0])
            if column and column.type.sql == "INTEGER":
                return None
    return _rowid(diff)


def keep_sequence(diff: TableDiff, temporary: str) -> list[str]:
    """AUTOINCREMENT goes on counting where the old table stopped, also past rows that were deleted."""
    if not all(any(c.autoincrement for c in s.columns(diff.key)) for s in (diff.before, diff.after)):
        return []
    table = qualified(diff.key.schema, "sqlite_sequence") if diff.key.schema else "sqlite_sequence"
    old, new = string(diff.key.name), string(temporary)
    return [
        f"DELETE FROM {table} WHERE name = {new}",
        f"INSERT INTO {table} (name, seq) SELECT {new}, seq FROM {table} WHERE name = {old}",
    ]


def reason(blockers: Sequence[str]) -> str:
    """Why the table is built anew, in words."""
    listed = ", ".join(blockers[:3]) + (" …" if len(blockers) > 3 else "")
    return f"SQLite cannot {listed} in place: a new table takes over the rows"
