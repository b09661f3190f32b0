"""What SQLite's own ALTER TABLE can do, and where it cannot."""

from __future__ import annotations

from dataclasses import replace

from autogen import operations as ops
from autogen.dialects.sqlite import ddl
from autogen.dialects.sqlite.rebuild import TableDiff
from autogen.dialects.sqlite.restore import Beside
from autogen.dialects.sqlite.spelling import Spelling
from autogen.dialects.sqlite.sqltext import names, qualified
from autogen.dialects.sqlite.types import is_literal
from autogen.plan import Step
from autogen.schema import (
    Check,
    Column,
    Constraint,
    ForeignKey,
    Index,
    PrimaryKey,
    Schema,
    Unique,
)


def needs_rebuild(diff: TableDiff, version: tuple[int, ...], beside: Beside) -> bool:
    """Whether anything about the table is beyond ADD COLUMN, DROP COLUMN and the indexes' own statements."""
    if diff.before.get(diff.key) != diff.after.get(diff.key) or diff.came_from:
        return True
    created, dropped, altered = diff.of(Column)
    if altered or any(
        diff.of(kind)[1] or diff.of(kind)[2] for kind in (PrimaryKey, Unique, Check, ForeignKey)
    ):
        return True
    new = {c.key.name for c in created}
    for constraint in (c for kind in (PrimaryKey, Unique, Check, ForeignKey) for c in diff.of(kind)[0]):
        if not (isinstance(constraint, ForeignKey) and inline(constraint, diff, new)):
            return True
    if not all(isinstance(c, Column) and addable(c, diff) for c in created):
        return True
    return not all(isinstance(c, Column) and droppable(c, diff.before, version, beside) for c in dropped)


def inline(fk: ForeignKey, diff: TableDiff, new: set[str]) -> bool:
    """Whether a new foreign key can be the REFERENCES clause of a new column without a default."""
    if len(fk.columns) != 1 or fk.columns[0] not in new:
        return False
    column = diff.after.column(diff.key, fk.columns[0])
    others = [
        o
        for o in diff.after.parts(diff.key)
        if isinstance(o, ForeignKey) and o.columns == fk.columns and o != fk
    ]
    plain = column is not None and column.default is None and column.computed is None
    return plain and len(fk.target_columns) == 1 and not others


def addable(column: Column, diff: TableDiff) -> bool:
    """Whether ADD COLUMN takes the column on a table with rows, or refuses it for the rows' own sake."""
    if column.autoincrement or (column.computed and column.computed.persisted):
        return False
    conflict = f"on_conflict not null({column.name})"
    table = diff.after.get(diff.key)
    if conflict in dict(getattr(table, "options", ())):
        return False
    return column.default is None or is_literal(column.default)


def droppable(column: Column, schema: Schema, version: tuple[int, ...], beside: Beside) -> bool:
    """Whether nothing in the table or beside it mentions the column (its indexes are dropped before)."""
    if version < (3, 35) or beside.uses(column.key) or beside.anything_broken:
        return False
    word = column.name.lower()
    for part in schema.parts(column.key.owner):
        if isinstance(part, Column) and part.computed and word in names(part.computed.expression):
            return False
        if isinstance(part, Check) and word in names(part.expression):
            return False
        if isinstance(part, PrimaryKey | Unique | ForeignKey) and column.name in part.columns:
            return False
    return not any(
        fk.target == column.key.owner and column.name in fk.target_columns
        for fk in schema.of_kind(ForeignKey)
    )


def alter(diff: TableDiff, final_names: bool) -> list[Step]:
    """DROP COLUMN, ADD COLUMN and CREATE INDEX."""
    spelling = Spelling(diff.after, final_names)
    created, dropped, _ = diff.of(Column)
    made_indexes, _, changed_indexes = diff.of(Index)
    steps = [ops.drop_column(c) for c in dropped if isinstance(c, Column)]
    columns = sorted((c for c in created if isinstance(c, Column)), key=lambda c: c.position)
    steps.extend(_add(c, diff, spelling) for c in columns)
    indexes = [i for i in (*made_indexes, *(new for _, new in changed_indexes)) if isinstance(i, Index)]
    steps.extend(ops.create_index(spelling, i) for i in sorted(indexes, key=lambda i: i.key))
    return steps


def _add(column: Column, diff: TableDiff, spelling: Spelling) -> Step:
    """``op.add_column``; with REFERENCES in SQL, since Alembic would add the foreign key afterwards."""
    references = [
        p for p in diff.after.parts(diff.key) if isinstance(p, ForeignKey) and p.columns == (column.name,)
    ]
    if not references:
        return ops.add_column(spelling, column)
    constraint: Constraint = references[0]
    assert isinstance(constraint, ForeignKey)
    name = f"CONSTRAINT {ddl.names([constraint.name])} " if constraint.name else ""
    sql = (
        f"ALTER TABLE {qualified(column.schema, column.table)} ADD COLUMN {ddl.column(column)} "
        f"{name}{ddl.references(constraint)}"
    )
    return replace(ops.execute(sql, column.key), subject=column.key)
