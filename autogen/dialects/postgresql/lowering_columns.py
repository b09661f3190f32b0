"""Columns of PostgreSQL as steps: types with USING, serial, identity and generated columns."""

from __future__ import annotations

from dataclasses import replace

from autogen import operations as ops
from autogen.dialects.postgresql.casts import INTEGERS, base, using
from autogen.dialects.postgresql.lowering_parts import Parts, counting_options
from autogen.dialects.postgresql.spelling import serial_type
from autogen.dialects.postgresql.sqltext import block, identifier, split_type, string, table_name
from autogen.dialects.postgresql.type_code import type_code
from autogen.plan import Step
from autogen.schema import Code, Column, ColumnType, EnumType, ForeignKey, Identity, Index, Key, TablePart
from autogen.source import literal


class Columns(Parts):
    """``alter_column`` goes from the state the column is in, which an earlier step may have changed."""

    def create_column(self, column: Column) -> list[Step]:
        if not column.autoincrement:
            return super().create_column(column)
        null = "" if column.nullable else " NOT NULL"
        name = identifier(column.name)
        sql = f"ALTER TABLE {table_name(column.key)} ADD COLUMN {name} {serial_type(column)}{null}"
        steps = [ops.execute(sql, column.key)]
        changed: dict[str, Code | str] = {"nullable": "True"} if column.nullable else {}
        if column.comment is not None:
            changed["comment"] = literal(column.comment)
        return [*steps, ops.alter_column(column, changed)] if changed else steps

    def drop_column(self, column: Column) -> list[Step]:
        return [*self.clear(column), *super().drop_column(column)]

    def rename_column(self, before: Column, after: Column) -> list[Step]:
        if before.name == after.name:
            return []
        moved = replace(before, schema=after.schema, table=after.table)
        return super().rename_column(moved, after)

    # -- altering ------------------------------------------------------------------------------------

    def alter_column(self, before: Column, after: Column) -> list[Step]:
        if before.computed != after.computed:
            return self.alter_computed(before, after)
        steps: list[Step] = []
        if before.identity and not after.identity:
            steps.append(self.column_sql(after, "DROP IDENTITY"))
        if before.autoincrement and not after.autoincrement:
            steps += self.drop_serial(before)
        # identity and sequence wait until the column is NOT NULL and of its new type
        now = replace(before, identity=after.identity, autoincrement=after.autoincrement)
        if now.type != after.type:
            steps += self.alter_type(now, after)
        elif changed := self.changed_kwargs(now, after):
            steps.append(ops.alter_column(after, changed, self.existing_kwargs(now, after, changed)))
        if before.autoincrement and after.autoincrement and before.type.sql != after.type.sql:
            steps.append(self.widen_serial(after))
        if before.identity != after.identity and after.identity:
            steps += self.alter_identity(before.identity, after)
        if after.autoincrement and not before.autoincrement:
            steps += self.add_serial(after)
        return steps

    def column_sql(self, column: Column, action: str) -> Step:
        sql = f"ALTER TABLE {table_name(column.key)} ALTER COLUMN {identifier(column.name)} {action}"
        return ops.execute(sql, column.key)

    def existing_kwargs(
        self, before: Column, after: Column, changed: dict[str, Code | str]
    ) -> dict[str, Code | str]:
        existing = super().existing_kwargs(before, after, changed)
        if "existing_type" in existing:
            existing["existing_type"] = self.existing_type(before)
        return existing

    def existing_type(self, column: Column) -> Code:
        """The type a column has, with the labels that its enum type has by now."""
        return type_code(column.type, self.labels)

    def labels(self, enum: Key) -> tuple[str, ...]:
        stands = self.now.get(enum)
        return stands.labels if isinstance(stands, EnumType) else self.spelling.labels(enum)

    # -- types ---------------------------------------------------------------------------------------

    def alter_type(self, before: Column, after: Column) -> list[Step]:
        """The type together with what else changes, and the default by itself where it cannot be cast.

        A default is never carried through a change of the kind of type: the server would keep it as a
        cast of the old one, or refuse."""
        steps = self.clear_for_type(before, after)
        carried = before.default is None or _same_kind(before.type, after.type)
        final = after
        if not carried:
            steps.append(ops.alter_column(before, {"server_default": "None"}))
            before, final = replace(before, default=None), replace(after, default=None)
        clause = using(before.type, after.type, identifier(after.name))
        changed = self.changed_kwargs(before, final)
        if clause is not None:
            changed["postgresql_using"] = literal(clause)
        existing = self.existing_kwargs(before, final, changed)
        if clause is not None and "%" in clause:
            # Alembic hands USING on as it is, and a driver would read % as a parameter
            steps += self.type_by_sql(after, clause)
            steps += self.alter_column(replace(before, type=after.type), final)
        else:
            steps.append(ops.alter_column(after, changed, existing))
        if not carried and after.default is not None:
            steps.append(ops.alter_column(after, {"server_default": self.spelling.default_code(after)}))
        return steps

    def type_by_sql(self, after: Column, clause: str) -> list[Step]:
        collation = f" COLLATE {after.type.collation}" if after.type.collation else ""
        return [self.column_sql(after, f"TYPE {after.type.sql}{collation} USING {clause}")]

    def clear_for_type(self, before: Column, after: Column) -> list[Step]:
        """Takes down what cannot stand through the change of type: generated columns read the column,
        expressions may have no operator for the new type, and what changes anyway goes now."""
        self.blocked.add(before.key)
        steps: list[Step] = []
        same = _same_kind(before.type, after.type)
        for part in self.now.standing_on(before):
            if self.must_go(part, before, after, same):
                steps += self.take_down(part)
        return steps

    def must_go(self, part: TablePart, before: Column, after: Column, same: bool) -> bool:
        if isinstance(part, Column) or part.key in self.pending:
            return True
        if isinstance(part, ForeignKey):
            return not same and not _comparable(before.type, after.type)
        if isinstance(part, Index):
            has_text = any(e.is_expression for e in part.elements) or part.predicate is not None
            has_class = any(e.opclass or e.collation for e in part.elements if e.text == before.name)
            return not same and (has_text or has_class or part.method is not None)
        return not same and part.key.kind in ("check", "exclude")

    # -- generated columns ---------------------------------------------------------------------------

    def alter_computed(self, before: Column, after: Column) -> list[Step]:
        """In place where the server can; else the column is dropped and added with all that stands on it."""
        old, new = before.computed, after.computed
        self.blocked.add(before.key)
        if old and new is None and old.persisted and after.identity is None and not after.autoincrement:
            plain = replace(before, computed=None)
            return [self.column_sql(after, "DROP EXPRESSION"), *self.alter_column(plain, after)]
        if (
            old
            and new
            and old.persisted == new.persisted
            and self.server >= (17,)
            and before.type == after.type
        ):
            sql = f"SET EXPRESSION AS ({new.expression})"
            return [self.column_sql(after, sql), *self.alter_column(replace(before, computed=new), after)]
        return [*self.drop_column(before), *self.create_column(after)]

    # -- identity and serial -------------------------------------------------------------------------

    def alter_identity(self, before: Identity | None, after: Column) -> list[Step]:
        new = after.identity
        assert new is not None
        when = "ALWAYS" if new.always else "BY DEFAULT"
        if before is None:
            options = identity_options(Identity(), new)
            inside = f" ({' '.join(options)})" if options else ""
            added = self.column_sql(after, f"ADD GENERATED {when} AS IDENTITY{inside}")
            return [added, self.continue_after(after, self.serial_sequence(after), new.start, new.increment)]
        actions = [f"SET GENERATED {when}"] if before.always != new.always else []
        actions += [f"SET {option}" for option in identity_options(before, new)]
        moved = (before.minimum, before.maximum) != (new.minimum, new.maximum)
        if moved or (before.increment > 0) != (new.increment > 0):
            # where the sequence stands may be out of the new bounds: start anew, then go past the rows
            actions.append("RESTART")
            continued = self.continue_after(after, self.serial_sequence(after), new.start, new.increment)
            return [self.column_sql(after, " ".join(actions)), continued]
        return [self.column_sql(after, " ".join(actions))] if actions else []

    def serial_sequence(self, column: Column) -> str:
        """SQL for the name of the sequence that a serial or identity column owns."""
        return f"pg_get_serial_sequence({string(table_name(column.key))}, {string(column.name)})"

    def widen_serial(self, column: Column) -> Step:
        """The sequence of a serial column keeps the range of its old type unless told."""
        width = split_type(column.type.sql)[0]
        body = f"EXECUTE 'ALTER SEQUENCE ' || {self.serial_sequence(column)} || ' AS {width}';"
        return ops.execute(block(body), column.key)

    def drop_serial(self, column: Column) -> list[Step]:
        """The default goes first, then the sequence, whatever it is called."""
        body = f"EXECUTE 'DROP SEQUENCE ' || {self.serial_sequence(column)};"
        return [
            ops.alter_column(column, {"server_default": "None"}),
            ops.execute(block(body), column.key),
        ]


_FAMILIES = (frozenset(INTEGERS), {"real", "double precision"}, {"text", "character varying"})
"""Types that a foreign key compares with each other, whichever side has which."""


def _same_kind(before: ColumnType, after: ColumnType) -> bool:
    """Whether two types differ by their parameters alone."""
    arrays = [bool(split_type(type_.sql)[2]) for type_ in (before, after)]
    return base(before) == base(after) and before.enum == after.enum and arrays[0] == arrays[1]


def _comparable(before: ColumnType, after: ColumnType) -> bool:
    """Whether a foreign key can stand while one side has the old and the other the new type."""
    pair = {base(before), base(after)}
    arrays = split_type(before.sql)[2] or split_type(after.sql)[2]
    return not arrays and any(pair <= family for family in _FAMILIES)


def identity_options(before: Identity, after: Identity) -> list[str]:
    """The options of an identity column that differ from those it has (or would have)."""
    return counting_options(after, before)
