"""Changes -> steps on MySQL and MariaDB.

DDL commits at once here, and MODIFY loses every attribute it does not repeat. So an altered column carries
all its facts, foreign keys step aside for what cannot change under them, and a primary key changes in one
ALTER TABLE, during which an AUTO_INCREMENT column never stands without its key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from autogen import operations as ops
from autogen.changes import Alter, Change, Create, Drop
from autogen.dialects.in_use import Online
from autogen.dialects.lowering import Lowering, phases
from autogen.dialects.mysql import types
from autogen.dialects.mysql.key_changes import combined
from autogen.dialects.mysql.no_casts import by_way
from autogen.dialects.mysql.obstacles import around_foreign_keys, implicit_index, leftover_index
from autogen.dialects.mysql.online import IN_PLACE, NO_COPY, stays_in_place, timed
from autogen.dialects.mysql.sequences import Sequences
from autogen.dialects.mysql.spelling import Spelling, definition, index_sql, modifiable, options_sql
from autogen.dialects.mysql.tokens import qualified, quote
from autogen.plan import Step
from autogen.schema import (
    Check,
    Code,
    Column,
    ColumnType,
    Constraint,
    Dependent,
    ForeignKey,
    Index,
    Key,
    Object,
    PrimaryKey,
    Schema,
    Table,
    TablePart,
)
from autogen.source import literal

if TYPE_CHECKING:
    from autogen.dialects.mysql import MySQL


def steps(
    dialect: MySQL,
    changes: Sequence[Change],
    before: Schema,
    after: Schema,
    dependents: Sequence[Dependent],
    online: Online,
) -> list[Step]:
    found = phases(dialect, changes, before, after)
    lowering = MySQLLowering(dialect, found.before, found.after, dependents, online)
    return timed(lowering.lower_phases(found), online, before, after)


class MySQLLowering(Sequences, Lowering):
    def __init__(
        self,
        dialect: MySQL,
        before: Schema,
        after: Schema,
        dependents: Sequence[Dependent],
        online: Online,
    ) -> None:
        super().__init__(Spelling(dialect, before, after), before, after, dependents)
        self.dialect = dialect
        self.online = online
        self.dropped: set[Key] = set()

    def lower(self, changes: Sequence[Change]) -> list[Step]:
        changes = around_foreign_keys(changes, self.before, self.after)
        self.dropped = {c.key for c in changes if isinstance(c, Drop)}
        kept = self.fold(changes)
        groups = combined(kept, self.before, self.after)
        return [step for group in groups for step in self.group(group)]

    def group(self, group: Change | list[Change]) -> list[Step]:
        """One change, or those that happen in one ALTER TABLE; a type that no conversion leads to directly
        is reached in a step more."""
        changes = group if isinstance(group, list) else [group]
        ways = [by_way(change) for change in changes]
        steps = [step for way in ways for change in way[:-1] for step in self.step(change)]
        last = [way[-1] for way in ways]
        return [*steps, *(self.key_change(last) if isinstance(group, list) else self.step(last[0]))]

    def quote(self, name: str) -> str:
        return quote(name)

    def execute(self, sql: str, subject: Key) -> Step:
        return ops.execute(sql, subject)

    def alter(self, subject: Key, clauses: Sequence[str]) -> Step:
        owner = subject.owner
        return self.execute(
            f"ALTER TABLE {qualified(owner.schema, owner.name)} {', '.join(clauses)}", subject
        )

    # -- tables --------------------------------------------------------------------------------------

    def folds_in(self, part: Object, at: int, happens: dict[Key, int]) -> bool:
        """A check that is not enforced can only be said in SQL."""
        if isinstance(part, Check) and not part.validated:
            return False
        return super().folds_in(part, at, happens)

    def create_table(self, table: Table) -> list[Step]:
        """What SQLAlchemy's Column cannot say is put right in a statement after it."""
        parts = self.folded.get(table.key, [])
        self.folded[table.key] = [_stand_in(p) if self.unsaid_moment(p) else p for p in parts]
        steps = super().create_table(table)
        columns = [p for p in parts if isinstance(p, Column) and not self.sayable(p)]
        if columns:
            checks = [p for p in parts if isinstance(p, Check)]
            clauses = [
                definition(
                    column,
                    self.dialect.is_mariadb,
                    [c for c in checks if c.column == column.name],
                    self.invisible(column),
                )
                for column in columns
            ]
            steps.append(self.alter(table.key, [f"MODIFY {clause}" for clause in clauses]))
        if "system_versioned" in dict(table.options):
            steps.append(self.alter(table.key, ["ADD SYSTEM VERSIONING"]))
        for dependent in self.dependents:  # its triggers went with the table
            if dependent.kind == "trigger" and (dependent.schema, dependent.table) == (
                table.schema,
                table.name,
            ):
                steps += (self.execute(sql, table.key) for sql in dependent.create)
        return steps

    def alter_table_options(self, before: Table, after: Table) -> list[Step]:
        """Columns without a collation of their own follow the table's in the same statement."""
        clauses = options_sql(before, after)
        old, new = dict(before.options), dict(after.options)
        if new.get("collation") and old.get("collation") != new["collation"]:
            pair = (new.get("charset") or new["collation"].partition("_")[0], new["collation"])
            for column in self.before.columns(before.key):
                textual = types.parse(column.type.sql).name in types.TEXTS
                if textual and column.type.collation is None:
                    clauses.append(f"MODIFY {self.definition(column, table_collation=pair)}")
        if old.get("partition_by") != new.get("partition_by"):
            removed = "partition_by" not in new
            steps = [
                self.alter(
                    after.key, ["REMOVE PARTITIONING" if removed else f"PARTITION BY {new['partition_by']}"]
                )
            ]
        else:
            steps = []
        if old.get("engine") == "Aria" != new.get("engine"):  # it left an option of its own behind
            steps.append(self.alter(after.key, ["PAGE_CHECKSUM=DEFAULT"]))
        return [self.alter(after.key, clauses), *steps] if clauses else steps

    def rename_table(self, before: Table, after: Table) -> list[Step]:
        if before.schema == after.schema:
            return super().rename_table(before, after)
        names = f"{qualified(before.schema, before.name)} TO {qualified(after.schema, after.name)}"
        return [self.execute(f"RENAME TABLE {names}", after.key)]

    # -- columns -------------------------------------------------------------------------------------

    def checks_in(self, column: Column, schema: Schema) -> list[Check]:
        """The checks inside the column's definition."""
        checks = [
            p for p in schema.parts(column.key.owner) if isinstance(p, Check) and p.key not in self.dropped
        ]
        return [c for c in checks if self.home(c) == column.name]

    def home(self, check: Check) -> str | None:
        """The column that holds the check, as the schema says that was read from the server."""
        for known in (check, self.before.get(check.key), self.after.get(check.key)):
            if isinstance(known, Check) and known.column:
                return known.column
        return None

    def invisible(self, column: Column) -> bool:
        for schema in (self.before, self.after):
            table = schema.get(column.key.owner)
            if isinstance(table, Table):
                hidden = dict(table.options).get("invisible_columns", "")
                if quote(column.name) in hidden:
                    return True
        return False

    def definition(self, column: Column, table_collation: tuple[str, str] | None = None) -> str:
        standing = self.checks_in(column, self.before)
        return definition(column, self.dialect.is_mariadb, standing, self.invisible(column), table_collation)

    def sayable(self, column: Column) -> bool:
        """Whether SQLAlchemy's Column says all that the column is."""
        key = self.after.primary_key(column.key.owner)
        counted = column.autoincrement and (key is None or column.name not in key.columns)
        updated = column.on_update is not None and column.default is None and not column.nullable
        return not (counted or updated or self.unsaid_moment(column) or self.invisible(column))

    def unsaid_moment(self, part: Object) -> bool:
        """SQLAlchemy writes NULL behind every TIMESTAMP, which MariaDB refuses in a generated column."""
        return (
            self.dialect.is_mariadb
            and isinstance(part, Column)
            and part.computed is not None
            and types.parse(part.type.sql).name == "timestamp"
        )

    def create_column(self, column: Column) -> list[Step]:
        if column.autoincrement or not self.sayable(column):
            return [self.alter(column.key, [f"ADD COLUMN {self.definition(column)}"])]
        return super().create_column(column)

    def alter_column(self, before: Column, after: Column) -> list[Step]:
        if before.computed != after.computed and not modifiable(before, after):
            return [*self.drop_column(before), *self.create_column(after)]
        plain = before.computed is None and after.computed is None
        if (
            not plain
            or not (self.sayable(before) and self.sayable(after))
            or self.checks_in(after, self.before)
        ):
            return [self.alter(after.key, [f"MODIFY {self.definition(after)}"])]
        changed = self.changed_kwargs(before, after)
        if not changed:
            return []
        if stays_in_place(before, after, self.before, self.after, self.online, self.dialect.is_mariadb):
            return [
                replace(self.alter(after.key, [f"MODIFY {self.definition(after)}", *IN_PLACE]), note=NO_COPY)
            ]
        return [ops.alter_column(after, changed, self.existing_kwargs(before, after, changed))]

    def changed_kwargs(self, before: Column, after: Column) -> dict[str, Code | str]:
        """DROP DEFAULT would leave a nullable column without its NULL, and ON UPDATE where it was: the first
        is said as DEFAULT NULL, the second with the nullability, which makes it a MODIFY."""
        changed = super().changed_kwargs(before, after)
        if (
            "server_default" in changed
            and after.default is None
            and after.on_update is None
            and after.nullable
        ):
            changed["server_default"] = Code('sa.text("NULL")', frozenset({"import sqlalchemy as sa"}))
        if before.on_update != after.on_update:
            changed["nullable"] = literal(after.nullable)
        if before.autoincrement != after.autoincrement:
            changed["autoincrement"] = literal(after.autoincrement)
        return changed

    def existing_kwargs(
        self, before: Column, after: Column, changed: dict[str, Code | str]
    ) -> dict[str, Code | str]:
        """Every fact that does not change: MODIFY and CHANGE drop what they do not repeat."""
        existing: dict[str, Code | str] = {"existing_type": self.spelling.type_code(before.type)}
        if "nullable" not in changed:
            existing["existing_nullable"] = literal(before.nullable)
        if "server_default" not in changed and (before.default is not None or before.on_update is not None):
            existing["existing_server_default"] = self.spelling.default_code(before)
        if before.comment is not None:
            existing["existing_comment"] = literal(before.comment)
        if before.autoincrement and "autoincrement" not in changed:
            existing["existing_autoincrement"] = "True"
        return existing

    def rename_column(self, before: Column, after: Column) -> list[Step]:
        """RENAME COLUMN keeps everything; as an Alembic operation it is a CHANGE with all facts."""
        # the schema at hand may have either name: renames come before all else, or after it
        inside = [*self.checks_in(before, self.before), *self.checks_in(after, self.before)]
        if before.computed or inside or not self.sayable(before):
            return [self.alter(after.key, [f"RENAME COLUMN {quote(before.name)} TO {quote(after.name)}"])]
        changed: dict[str, Code | str] = {"new_column_name": literal(after.name)}
        return [ops.alter_column(before, changed, self.existing_kwargs(before, after, changed))]

    # -- constraints and indexes ---------------------------------------------------------------------

    def key_change(self, group: list[Change]) -> list[Step]:
        """A primary key with the columns that must change in the same moment."""
        clauses: list[str] = []
        for change in group:
            clauses += self.clauses(change)
        drops = [c for c in clauses if c.startswith("DROP PRIMARY")]
        adds = [c for c in clauses if c.startswith("ADD PRIMARY")]
        rest = [c for c in clauses if c not in drops and c not in adds]
        return [self.alter(group[0].key, [*drops, *rest, *adds])]

    def clauses(self, change: Change) -> list[str]:
        found: list[str] = []
        before = None if isinstance(change, Create) else change.before
        after = None if isinstance(change, Drop) else change.after
        if isinstance(before, PrimaryKey):
            found.append("DROP PRIMARY KEY")
        if isinstance(after, PrimaryKey):
            found.append(f"ADD PRIMARY KEY ({', '.join(quote(c) for c in after.columns)})")
        if isinstance(before, Column) and after is None:
            found.append(f"DROP COLUMN {quote(before.name)}")
        if isinstance(after, Column):
            found.append(f"{'MODIFY' if before else 'ADD COLUMN'} {self.definition(after)}")
        return found

    def drop_primary_key(self, key: Constraint) -> list[Step]:
        code = ops.op(
            "drop_constraint",
            literal("PRIMARY"),
            literal(key.table),
            type_=literal("primary"),
            **ops.schema_kwarg(key.schema),
        )
        return [ops.step(code, key.key)]

    def create_check(self, check: Constraint) -> list[Step]:
        assert isinstance(check, Check)
        column = self.column_of(check, self.after)
        if column is not None:
            clause = definition(column, self.dialect.is_mariadb, [check], self.invisible(column))
            return [self.alter(check.key, [f"MODIFY {clause}"])]
        if not check.validated:
            clause = f"ADD CONSTRAINT {quote(check.name or '')} CHECK ({check.expression}) NOT ENFORCED"
            return [self.alter(check.key, [clause])]
        return self.create_constraint(check)

    def drop_check(self, check: Constraint) -> list[Step]:
        """A check inside a column goes with a MODIFY that does not repeat it, or with its column."""
        assert isinstance(check, Check)
        if self.home(check) is None:
            return self.drop_constraint(check)
        column = self.column_of(check, self.before)
        if column is None or column.key in self.dropped:
            return []
        clause = definition(column, self.dialect.is_mariadb, [], self.invisible(column))
        return [self.alter(check.key, [f"MODIFY {clause}"])]

    def column_of(self, check: Check, schema: Schema) -> Column | None:
        home = self.home(check)
        return schema.column(check.key.owner, home) if home else None

    def replace_check(self, before: Constraint, after: Constraint) -> list[Step]:
        assert isinstance(before, Check) and isinstance(after, Check)
        if before.key == after.key and self.home(after) is not None:
            return self.create_check(after)
        return [*self.drop_check(before), *self.create_check(after)]

    alter_check = rename_check = replace_check

    def drop_foreign_key(self, fk: Constraint) -> list[Step]:
        """An index of the server's own goes with its foreign key; one that stays is made a lasting one."""
        assert isinstance(fk, ForeignKey)
        steps = self.drop_constraint(fk)
        returns = any(
            isinstance(o, ForeignKey) and o.columns == fk.columns for o in self.after.parts(fk.key.owner)
        )
        standing = implicit_index(fk, self.before, self.after) if returns else None
        if standing is not None:
            columns = ", ".join(quote(c) for c in standing.columns)
            clauses = [f"DROP INDEX {quote(standing.name)}", f"ADD INDEX {quote(standing.name)} ({columns})"]
            steps.append(self.alter(standing.key, clauses))
        leftover = leftover_index(fk, self.before, self.after)
        if leftover is not None:
            steps.append(ops.drop_index(self.spelling, leftover))
        return steps

    def replace_foreign_key(self, before: Constraint, after: Constraint) -> list[Step]:
        return [*self.drop_foreign_key(before), *self.create_foreign_key(after)]

    alter_foreign_key = rename_foreign_key = replace_foreign_key

    def create_index(self, index: Index) -> list[Step]:
        unsaid = {"comment", "ignored", "invisible"} & dict(index.options).keys()
        mixed = any(e.length for e in index.elements) and any(
            e.descending or e.is_expression for e in index.elements
        )
        if unsaid or mixed:
            return [self.execute(index_sql(index), index.key)]
        return super().create_index(index)

    def rename_index(self, before: Index, after: Index) -> list[Step]:
        return self.rename_key(before, after)

    def rename_unique(self, before: Constraint, after: Constraint) -> list[Step]:
        return self.rename_key(before, after)

    def rename_key(self, before: Index | Constraint, after: Index | Constraint) -> list[Step]:
        clause = f"RENAME INDEX {quote(before.name or '')} TO {quote(after.name or '')}"
        return [self.alter(after.key, [clause])]

    def replace_primary_key(self, before: Constraint, after: Constraint) -> list[Step]:
        return self.key_change([Alter(before, after)])

    alter_primary_key = rename_primary_key = replace_primary_key


def _stand_in(part: TablePart) -> TablePart:
    """A generated TIMESTAMP as the DATETIME that it is created as, and then modified."""
    assert isinstance(part, Column)
    return replace(part, type=ColumnType(part.type.sql.replace("timestamp", "datetime")))
