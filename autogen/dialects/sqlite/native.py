"""What SQLite's own ALTER TABLE can do, and where it cannot."""

from __future__ import annotations

from dataclasses import replace

from autogen import operations as ops
from autogen.dialects.sqlite import ddl
from autogen.dialects.sqlite.rebuild import TableDiff, readable
from autogen.dialects.sqlite.restore import Beside
from autogen.dialects.sqlite.spelling import Spelling
from autogen.dialects.sqlite.sqltext import names
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
    TablePart,
    Unique,
)

_CONSTRAINTS: tuple[type[TablePart], ...] = (PrimaryKey, Unique, Check, ForeignKey)


def blockers(diff: TableDiff, version: tuple[int, ...], beside: Beside) -> list[str]:
    """What about the table is beyond ADD COLUMN, DROP COLUMN and the indexes' own statements, as verbs;
    empty where nothing is, and the table can stay."""
    created, dropped, altered = diff.of(Column)
    found = [f"change {_aspect(b, a)} of {a.name}" for b, a in altered]  # type: ignore[arg-type]
    found += [f"give {new} the values of {old}" for new, old in sorted(diff.came_from.items())]
    moved = set(diff.came_from.values())
    for column in created:
        assert isinstance(column, Column)
        if column.name not in diff.came_from and not addable(column, diff):
            found.append(f"add {column.name}")
    for column in dropped:
        assert isinstance(column, Column)
        if column.name not in moved and not droppable(column, diff.before, version, beside):
            found.append(f"drop {column.name}")
    found += _constraint_blockers(diff, {c.key.name for c in created})
    if diff.before.get(diff.key) != diff.after.get(diff.key):
        found.append("change the table's options")
    return found


def _constraint_blockers(diff: TableDiff, new: set[str]) -> list[str]:
    found = []
    for kind in _CONSTRAINTS:
        created, dropped, altered = diff.of(kind)
        words = kind.kind.replace("_", " ")
        added = [c for c in created if not (isinstance(c, ForeignKey) and inline(c, diff, new))]
        if altered or (added and dropped):
            found.append(f"change a {words}")
        elif added or dropped:
            found.append(f"{'add' if added else 'drop'} a {words}")
    return found


def _aspect(before: Column, after: Column) -> str:
    aspects = [
        (before.type != after.type, "the type"),
        (before.nullable != after.nullable, "NOT NULL"),
        (before.default != after.default, "the default"),
        (before.computed != after.computed, "the expression"),
        (before.autoincrement != after.autoincrement, "AUTOINCREMENT"),
    ]
    return " and ".join(words for differs, words in aspects if differs) or "a property"


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
    drops = [ops.drop_column(c) for c in dropped if isinstance(c, Column)]
    columns = sorted((c for c in created if isinstance(c, Column)), key=lambda c: c.position)
    adds = [_add(c, diff, spelling) for c in columns]
    none_stays = len(drops) == len(diff.before.columns(diff.key))  # and a table must have a column
    steps = [*adds, *drops] if none_stays else [*drops, *adds]
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
        f"ALTER TABLE {readable(column.schema, column.table)} ADD COLUMN {ddl.column(column)} "
        f"{name}{ddl.references(constraint)}"
    )
    return replace(ops.execute(sql, column.key), subject=column.key)
