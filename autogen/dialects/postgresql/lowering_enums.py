"""Enum types of PostgreSQL as steps: labels are added in place; removed and reordered by a new type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autogen import operations as ops
from autogen.changes import Alter, Change
from autogen.dialects.postgresql.lowering_online import OnlineForms
from autogen.dialects.postgresql.online_order import AUTOCOMMIT
from autogen.dialects.postgresql.sqltext import identifier, qualified, split_type, string
from autogen.plan import Step
from autogen.schema import Check, Code, Column, EnumType, Exclude, ForeignKey, Index, TablePart
from autogen.source import literal


def grows(before: EnumType, after: EnumType) -> bool:
    """Whether labels only join, none leaves and none changes its place."""
    rest = iter(after.labels)
    return all(label in rest for label in before.labels)


class Enums(OnlineForms):
    """A new label may be used only after the transaction that adds it, so it is added before all else."""

    def first(self, change: Change, changes: Sequence[Change]) -> list[Step]:
        if not isinstance(change, Alter) or not isinstance(change.before, EnumType):
            return []
        assert isinstance(change.after, EnumType)
        if not grows(change.before, change.after):
            return []
        before = change.before
        return self.add_labels(before, change.after)

    def add_labels(self, before: EnumType, after: EnumType) -> list[Step]:
        steps = []
        name, present = qualified(before.schema, before.name), list(before.labels)
        for at, label in enumerate(after.labels):
            if label in present:
                continue
            place = ""
            if at < len(present):
                place = f" AFTER {string(after.labels[at - 1])}" if at else f" BEFORE {string(present[0])}"
            present.insert(at, label)
            sql = f"ALTER TYPE {name} ADD VALUE IF NOT EXISTS {string(label)}{place}"
            steps.append(replace(ops.execute(sql, after.key), block=AUTOCOMMIT))
        return steps

    def create_enum(self, enum: EnumType) -> list[Step]:
        labels = ", ".join(string(label) for label in enum.labels)
        sql = f"CREATE TYPE {qualified(enum.schema, enum.name)} AS ENUM ({labels})"
        return [ops.execute(sql, enum.key)]

    def drop_enum(self, enum: EnumType) -> list[Step]:
        self.blocked.add(enum.key)
        return [ops.execute(f"DROP TYPE {qualified(enum.schema, enum.name)}", enum.key)]

    def rename_enum(self, before: EnumType, after: EnumType) -> list[Step]:
        steps = []
        if before.schema != after.schema:
            target = identifier(after.schema or self.default_schema)
            sql = f"ALTER TYPE {qualified(before.schema, before.name)} SET SCHEMA {target}"
            steps.append(ops.execute(sql, after.key))
        if before.name != after.name:
            sql = f"ALTER TYPE {qualified(after.schema, before.name)} RENAME TO {identifier(after.name)}"
            steps.append(ops.execute(sql, after.key))
        for old, new in zip(before.labels, after.labels, strict=True):
            if old != new:
                name = qualified(after.schema, after.name)
                sql = f"ALTER TYPE {name} RENAME VALUE {string(old)} TO {string(new)}"
                steps.append(ops.execute(sql, after.key))
        return steps

    def moves(self, change: Change | None) -> bool:
        if isinstance(change, Alter) and isinstance(change.after, EnumType):
            assert isinstance(change.before, EnumType)
            return not grows(change.before, change.after)
        return super().moves(change)

    def carry_out(self, change: Change) -> list[Step]:
        """A column whose enum type is about to be swapped gets its default with the swap."""
        if isinstance(change, Alter) and isinstance(change.after, Column):
            assert isinstance(change.before, Column)
            enum = change.after.type.enum
            if enum and enum == change.before.type.enum and self.moves(self.pending.get(enum)):
                self.final[change.after.key] = change.after
                kept = change.before.default if _same(change.before, change.after) else None
                change = Alter(change.before, replace(change.after, default=kept))
        return super().carry_out(change)

    def alter_enum(self, before: EnumType, after: EnumType) -> list[Step]:
        return [] if grows(before, after) else self.swap(before, after)

    # -- the swap ------------------------------------------------------------------------------------

    def swap(self, before: EnumType, after: EnumType) -> list[Step]:
        """The old type steps aside, the new one takes its name, every column moves over, the old one goes.

        Defaults and everything with an expression over the columns would keep the old type: they are
        dropped before and put back after, in their final form where that is about to change."""
        self.blocked.add(before.key)
        columns = self.now.columns_of(before.key)
        steps = [step for column in columns for step in self.clear_for_swap(column)]
        columns = self.now.columns_of(before.key)
        steps += [ops.alter_column(c, {"server_default": "None"}) for c in columns if c.default is not None]
        old = self.free_name(after.schema, after.name, "_old")
        name = qualified(after.schema, after.name)
        steps.append(ops.execute(f"ALTER TYPE {name} RENAME TO {identifier(old)}", after.key))
        steps += self.create_enum(after)
        for column in columns:
            steps += self.move(column, name, old)
        steps.append(ops.execute(f"DROP TYPE {qualified(after.schema, old)}", after.key))
        return steps

    def clear_for_swap(self, column: Column) -> list[Step]:
        self.blocked.add(column.key)
        steps: list[Step] = []
        for part in self.now.standing_on(column):
            if part.key in self.pending or _has_text(part) or isinstance(part, ForeignKey):
                steps += self.take_down(part)
        return steps

    def move(self, column: Column, name: str, old: str) -> list[Step]:
        """One column to the new type, with the default it has in the end, if its type stays."""
        brackets = "[]" * min(split_type(column.type.sql)[2], 1)
        clause = f"{identifier(column.name)}::text{brackets}::{name}{brackets}"
        final = self.final.get(column.key) or self.after.get(column.key)
        default = None if column.key in self.pending else column.default
        if isinstance(final, Column) and _same(final, column):
            default = final.default
        moved = replace(column, default=default)
        if "%" in clause:
            steps = [self.column_sql(column, f"TYPE {name}{brackets} USING {clause}")]
        else:
            code = self.spelling.type_code(column.type)
            kwargs: dict[str, Code | str] = {"type_": code, "postgresql_using": literal(clause)}
            existing: dict[str, Code | str] = {"existing_type": self.existing_type(column)}
            existing["existing_nullable"] = literal(column.nullable)
            steps = [ops.alter_column(column, kwargs, existing)]
        if default is not None:
            steps.append(ops.alter_column(moved, {"server_default": self.spelling.default_code(moved)}))
        self.now.add(moved)
        return steps


def _same(one: Column, other: Column) -> bool:
    return one.type.enum == other.type.enum and one.type.sql == other.type.sql


def _has_text(part: TablePart) -> bool:
    """Whether the part holds an expression, which names the type it was made for."""
    if isinstance(part, Index):
        return part.predicate is not None or any(e.is_expression for e in part.elements)
    return isinstance(part, Column | Check | Exclude)
