"""Constraints, indexes, tables, schemas and sequences of PostgreSQL as steps."""

from __future__ import annotations

from dataclasses import replace

from autogen import operations as ops
from autogen.dialects.lowering import dotted
from autogen.dialects.postgresql.spelling import TABLE_OPTIONS, serial_of
from autogen.dialects.postgresql.sqltext import clip, identifier, qualified, string, table_name
from autogen.dialects.postgresql.walk import Walk
from autogen.plan import Step
from autogen.schema import (
    Check,
    Column,
    Constraint,
    Exclude,
    ForeignKey,
    Identity,
    Index,
    Key,
    Namespace,
    Object,
    PrimaryKey,
    Sequence,
    Table,
    Unique,
)


def needs_sql(constraint: Constraint) -> bool:
    """Whether Alembic, or the oldest SQLAlchemy a draft may meet, cannot say all of the constraint."""
    if isinstance(constraint, Exclude):
        return True
    if isinstance(constraint, PrimaryKey | Unique):
        return bool(constraint.include) or (isinstance(constraint, PrimaryKey) and constraint.deferrable)
    if isinstance(constraint, ForeignKey):
        return "(" in (constraint.on_delete or "") or dotted(constraint) or not constraint.enforced
    return constraint.no_inherit or not constraint.enforced


def constraint_sql(constraint: Constraint) -> str:
    """The constraint as ADD CONSTRAINT takes it, after its name."""
    if isinstance(constraint, Exclude):
        return constraint.definition
    if isinstance(constraint, Check):
        inherit = " NO INHERIT" if constraint.no_inherit else ""
        return f"CHECK ({constraint.expression}){inherit}{_not_valid(constraint)}"
    if isinstance(constraint, ForeignKey):
        return _foreign_key_sql(constraint)
    columns = _listed(constraint.columns)
    if isinstance(constraint, PrimaryKey):
        kind = "PRIMARY KEY"
    else:
        kind = "UNIQUE NULLS NOT DISTINCT" if constraint.nulls_not_distinct else "UNIQUE"
    include = f" INCLUDE ({_listed(constraint.include)})" if constraint.include else ""
    return f"{kind} ({columns}){include}{deferrable_sql(constraint)}"


def _foreign_key_sql(fk: ForeignKey) -> str:
    target = qualified(fk.target_schema, fk.target_table)
    parts = [f"FOREIGN KEY ({_listed(fk.columns)}) REFERENCES {target} ({_listed(fk.target_columns)})"]
    if fk.match:
        parts.append(f"MATCH {fk.match}")
    if fk.on_delete:
        parts.append(f"ON DELETE {fk.on_delete}")
    if fk.on_update:
        parts.append(f"ON UPDATE {fk.on_update}")
    return " ".join(parts) + deferrable_sql(fk) + _not_valid(fk)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(identifier(name) for name in names)


def deferrable_sql(constraint: PrimaryKey | Unique | ForeignKey) -> str:
    if not constraint.deferrable:
        return ""
    return " DEFERRABLE INITIALLY DEFERRED" if constraint.initially_deferred else " DEFERRABLE"


def _not_valid(constraint: ForeignKey | Check) -> str:
    if not constraint.enforced:
        return " NOT ENFORCED"
    return "" if constraint.validated else " NOT VALID"


class Parts(Walk):
    """Everything but columns and enum types."""

    # -- constraints ---------------------------------------------------------------------------------

    def folds_in(self, part: Object, at: int, happens: dict[Key, int]) -> bool:
        """CREATE TABLE takes NOT VALID and forgets it, so such a constraint is added by itself."""
        if isinstance(part, Constraint):
            if isinstance(part, Exclude) or (needs_sql(part) and not _only_inline(part)):
                return False
            if isinstance(part, ForeignKey | Check) and not part.validated:
                return False
        return super().folds_in(part, at, happens)

    def create_constraint(self, constraint: Constraint) -> list[Step]:
        if not needs_sql(constraint):
            return super().create_constraint(constraint)
        name = f"CONSTRAINT {identifier(constraint.name)} " if constraint.name else ""
        sql = f"ALTER TABLE {table_name(constraint.key)} ADD {name}{constraint_sql(constraint)}"
        return [ops.execute(sql, constraint.key)]

    def drop_constraint(self, constraint: Constraint) -> list[Step]:
        return [*self.clear(constraint), *super().drop_constraint(constraint)]

    def replace_constraint(self, before: Constraint, after: Constraint) -> list[Step]:
        in_place = self.constraint_in_place(before, after)
        if in_place is not None:
            return in_place
        return [*self.drop_constraint(before), *self.create_constraint(after)]

    def constraint_in_place(self, before: Constraint, after: Constraint) -> list[Step] | None:
        """What can be said without dropping the constraint: validation, and when a foreign key is checked."""
        table = table_name(after.key)
        if isinstance(before, ForeignKey | Check) and isinstance(after, ForeignKey | Check) and after.name:
            name = identifier(after.name)
            if not before.validated and replace(before, validated=True) == after:
                return [ops.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}", after.key)]
            if isinstance(before, ForeignKey) and isinstance(after, ForeignKey):
                retimed = replace(
                    before, deferrable=after.deferrable, initially_deferred=after.initially_deferred
                )
                if retimed == after:
                    when = deferrable_sql(after).strip() or "NOT DEFERRABLE"
                    return [ops.execute(f"ALTER TABLE {table} ALTER CONSTRAINT {name} {when}", after.key)]
        return None

    def rename_constraint(self, before: Constraint, after: Constraint) -> list[Step]:
        if before.name == after.name or before.name is None or after.name is None:
            return []
        names = f"{identifier(before.name)} TO {identifier(after.name)}"
        return [ops.execute(f"ALTER TABLE {table_name(after.key)} RENAME CONSTRAINT {names}", after.key)]

    create_primary_key = create_unique = create_foreign_key = create_check = create_exclude = (
        create_constraint
    )
    drop_primary_key = drop_unique = drop_foreign_key = drop_check = drop_exclude = drop_constraint
    alter_primary_key = alter_unique = alter_foreign_key = alter_check = alter_exclude = replace_constraint
    rename_primary_key = rename_unique = rename_foreign_key = rename_check = rename_exclude = (
        rename_constraint
    )

    # -- indexes -------------------------------------------------------------------------------------

    def drop_index(self, index: Index) -> list[Step]:
        return [*self.clear(index), *super().drop_index(index)]

    def replace_index(self, before: Index, after: Index) -> list[Step]:
        return [*self.drop_index(before), *self.create_index(after)]

    def rename_index(self, before: Index, after: Index) -> list[Step]:
        if before.name == after.name:
            return []
        name = qualified(after.schema, before.name)
        return [ops.execute(f"ALTER INDEX {name} RENAME TO {identifier(after.name)}", after.key)]

    alter_index = replace_index

    # -- tables --------------------------------------------------------------------------------------

    def create_table(self, table: Table) -> list[Step]:
        """SQLAlchemy renders SERIAL for one column of the primary key alone; others get their sequence."""
        steps = super().create_table(table)
        key = self.after.primary_key(table.key)
        rendered = serial_of(self.after, key) if key else None
        for part in self.folded.get(table.key, ()):
            if isinstance(part, Column) and part.autoincrement and part.name != rendered:
                steps += self.add_serial(part, filled=False)
        return steps

    def add_serial(self, column: Column, filled: bool = True) -> list[Step]:
        """A sequence owned by the column, and the default that takes from it."""
        name = qualified(column.schema, self.free_name(column.schema, column.table, f"_{column.name}_seq"))
        table, target = table_name(column.key), identifier(column.name)
        owned = f"CREATE SEQUENCE {name} AS {column.type.sql} OWNED BY {table}.{target}"
        default = f"ALTER TABLE {table} ALTER COLUMN {target} SET DEFAULT nextval({string(name)}::regclass)"
        steps = [ops.execute(owned, column.key), ops.execute(default, column.key)]
        if filled:
            steps.append(self.continue_after(column, f"{string(name)}"))
        return steps

    def continue_after(self, column: Column, sequence: str, start: int = 1, increment: int = 1) -> Step:
        """Sets a sequence so that it goes on after the values the column holds."""
        value = identifier(column.name)
        end, beyond = ("max", ">=") if increment > 0 else ("min", "<=")
        sql = (
            f"SELECT setval({sequence}, {end}({value})) FROM {table_name(column.key)} "
            f"HAVING {end}({value}) {beyond} {start}"
        )
        return ops.execute(sql, column.key)

    def free_name(self, schema: str, stem: str, suffix: str) -> str:
        """A name like the server's own for a sequence, that nothing has before, now or afterwards."""
        taken = self.now.names(schema) | {
            name
            for o in (*self.before, *self.after)
            if o.key.schema == schema and (name := getattr(o, "name", None))
        }
        taken |= {d.name for d in self.dependents if d.schema == schema}
        name, n = clip(stem, clip(suffix)[-40:]), 0
        while name in taken:
            n += 1
            name = clip(stem, f"{clip(suffix)[-36:]}{n}")
        return name

    def drop_table(self, table: Table) -> list[Step]:
        self.blocked.add(table.key)
        self.blocked |= {part.key for part in self.now.parts(table.key)}
        steps: list[Step] = []
        for fk in self.now.referring(table.key):
            if fk.key.owner != table.key:
                steps += self.take_down(fk)
        return [*steps, *super().drop_table(table)]

    def alter_table_options(self, before: Table, after: Table) -> list[Step]:
        old, new = dict(before.options), dict(after.options)
        table, actions = table_name(after.key), []
        if bool(old.get("unlogged")) != bool(new.get("unlogged")):
            actions.append("SET UNLOGGED" if new.get("unlogged") else "SET LOGGED")
        if old.get("using") != new.get("using"):
            actions.append(f"SET ACCESS METHOD {identifier(new.get('using', 'heap'))}")
        if old.get("tablespace") != new.get("tablespace"):
            actions.append(f"SET TABLESPACE {identifier(new.get('tablespace', 'pg_default'))}")
        changed = [f"{k}={string(v)}" for k, v in after.options if k not in TABLE_OPTIONS and old.get(k) != v]
        gone = [k for k in old if k not in new and k not in TABLE_OPTIONS]
        actions += [f"SET ({', '.join(changed)})"] if changed else []
        actions += [f"RESET ({', '.join(gone)})"] if gone else []
        return [ops.execute(f"ALTER TABLE {table} {action}", after.key) for action in actions]

    def rename_table(self, before: Table, after: Table) -> list[Step]:
        steps = []
        if before.schema != after.schema:
            moved = f"ALTER TABLE {qualified(before.schema, before.name)} SET SCHEMA"
            target = identifier(after.schema or self.default_schema)
            steps.append(ops.execute(f"{moved} {target}", after.key))
        if before.name != after.name:
            steps += super().rename_table(replace(before, schema=after.schema), after)
        return steps

    # -- schemas and sequences -----------------------------------------------------------------------

    def rename_schema(self, before: Namespace, after: Namespace) -> list[Step]:
        sql = f"ALTER SCHEMA {identifier(before.name)} RENAME TO {identifier(after.name)}"
        return [ops.execute(sql, after.key)]

    def create_sequence(self, sequence: Sequence) -> list[Step]:
        name = qualified(sequence.schema, sequence.name)
        options = sequence_options(sequence, Sequence(sequence.schema, sequence.name))
        return [ops.execute(" ".join([f"CREATE SEQUENCE {name}", *options]), sequence.key)]

    def drop_sequence(self, sequence: Sequence) -> list[Step]:
        return [ops.execute(f"DROP SEQUENCE {qualified(sequence.schema, sequence.name)}", sequence.key)]

    def alter_sequence(self, before: Sequence, after: Sequence) -> list[Step]:
        options = sequence_options(after, before)
        if not options:
            return []
        if turned(before, after):
            options.append("RESTART")  # where it stands is out of its new bounds
        name = qualified(after.schema, after.name)
        altered = ops.execute(" ".join([f"ALTER SEQUENCE {name}", *options]), after.key)
        return [*self.within_bounds(before, after), altered]

    def within_bounds(self, before: Sequence, after: Sequence) -> list[Step]:
        """Moves the sequence to a value that its new bounds allow; elsewhere it goes on as it was."""
        value, name = "last_value", qualified(after.schema, after.name)
        if after.minimum is not None and after.minimum != before.minimum:
            value = f"greatest({value}, {after.minimum})"
        if after.maximum is not None and after.maximum != before.maximum:
            value = f"least({value}, {after.maximum})"
        if value == "last_value":
            return []
        kept = f"is_called AND {value} = last_value"
        return [ops.execute(f"SELECT setval({string(name)}, {value}, {kept}) FROM {name}", after.key)]

    def rename_sequence(self, before: Sequence, after: Sequence) -> list[Step]:
        if before.name == after.name:
            return []
        name = qualified(before.schema, before.name)
        return [ops.execute(f"ALTER SEQUENCE {name} RENAME TO {identifier(after.name)}", after.key)]

    def quote(self, name: str) -> str:
        return identifier(name)


def _only_inline(constraint: Constraint) -> bool:
    """Whether ``op.create_table`` can say what no operation of its own can."""
    return isinstance(constraint, PrimaryKey) and not constraint.include


def sequence_options(wanted: Sequence, known: Sequence) -> list[str]:
    """The options of a sequence that differ from those it has (or would have)."""
    type_ = [f"AS {wanted.data_type}"] if wanted.data_type != known.data_type else []
    return [*type_, *counting_options(wanted, known)]


def turned(before: Identity | Sequence, after: Identity | Sequence) -> bool:
    """Whether a sequence that counted up counts down, or the other way round."""
    return (before.increment > 0) != (after.increment > 0)


def counting_options(wanted: Identity | Sequence, known: Identity | Sequence) -> list[str]:
    options = []
    if wanted.increment != known.increment:
        options.append(f"INCREMENT BY {wanted.increment}")
    for word, new, old in (
        ("MINVALUE", wanted.minimum, known.minimum),
        ("MAXVALUE", wanted.maximum, known.maximum),
    ):
        # bounds that are not stated follow from the direction, and stay as they were unless told
        if new != old or turned(known, wanted):
            options.append(f"NO {word}" if new is None else f"{word} {new}")
    if wanted.start != known.start:
        options.append(f"START WITH {wanted.start}")
    if wanted.cache != known.cache:
        options.append(f"CACHE {wanted.cache}")
    if wanted.cycle != known.cycle:
        options.append("CYCLE" if wanted.cycle else "NO CYCLE")
    return options
