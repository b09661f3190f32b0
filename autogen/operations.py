"""Alembic operations as source: one function an operation, for every dialect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from autogen.plan import Step
from autogen.schema import (
    Check,
    Code,
    Column,
    ColumnType,
    Computed,
    Constraint,
    ForeignKey,
    Identity,
    Index,
    Key,
    PrimaryKey,
    Table,
    Unique,
)
from autogen.source import call, escape_binds, literal, sa, text

Kwargs = Mapping[str, Code | str]


class Spelling(Protocol):
    """What differs between dialects in the source of an object; handed to every function here.

    ``final_names`` is True where the models have a naming convention that would be applied a second time
    to the names of a draft; they are then marked with ``op.f``.
    """

    final_names: bool

    def type_code(self, type_: ColumnType) -> Code:
        """The type as Python source; the models' own code where the type carries it."""
        ...

    def default_code(self, column: Column) -> Code:
        """The server default of a column that has one, as Python source."""
        ...

    def column_kwargs(self, column: Column) -> Kwargs:
        """Further keyword arguments of ``sa.Column``."""
        ...

    def constraint_kwargs(self, constraint: Constraint) -> Kwargs:
        """Dialect-prefixed keyword arguments of a constraint (``postgresql_include`` …)."""
        ...

    def index_kwargs(self, index: Index) -> Kwargs:
        """Dialect-prefixed keyword arguments of an index (``postgresql_using`` …)."""
        ...

    def index_elements(self, index: Index) -> list[Code]:
        """The keys of an index as arguments: column names as strings, the rest as ``sa.text``."""
        ...

    def table_kwargs(self, table: Table) -> Kwargs:
        """Dialect-prefixed options of ``op.create_table`` and ``prefixes``."""
        ...


NOWHERE = Key("table", "", "", "")
"""The subject of a step that is about no object."""


def step(code: Code, subject: Key, note: str = "") -> Step:
    return Step(code, subject, note)


def execute(sql: str, subject: Key, note: str = "") -> Step:
    """``op.execute`` of this very SQL."""
    return step(op("execute", literal(escape_binds(sql))), subject, note)


def execute_lines(sql: str, subject: Key, note: str = "") -> Step:
    """``op.execute`` of SQL that has lines of its own: each stays a line of the draft."""
    lines = sql.splitlines(keepends=True)
    return step(op("execute", " ".join(literal(escape_binds(line)) for line in lines)), subject, note)


def op(name: str, /, *args: Code | str, **kwargs: Code | str) -> Code:
    return call(f"op.{name}", args, kwargs)


def schema_kwarg(schema: str, name: str = "schema") -> dict[str, Code | str]:
    """The schema as an argument. Alembic takes a dot in a plain string for a boundary between two names."""
    if "." in schema:
        return {name: sa("quoted_name", literal(schema), "True")}
    return {name: literal(schema)} if schema else {}


def flags(**values: object) -> dict[str, str]:
    """Keyword arguments for the values that say something: false, empty and None are left out."""
    return {name: literal(value) for name, value in values.items() if value}


def identity(value: Identity) -> Code:
    options: dict[str, object] = {}
    options["always"] = True if value.always else None
    options["start"] = value.start if value.start != 1 else None
    options["increment"] = value.increment if value.increment != 1 else None
    options["minvalue"] = value.minimum
    options["maxvalue"] = value.maximum
    options["cycle"] = True if value.cycle else None
    options["cache"] = value.cache if value.cache != 1 else None
    return sa("Identity", **{k: literal(v) for k, v in options.items() if v is not None})


def computed(value: Computed) -> Code:
    return sa("Computed", literal(escape_binds(value.expression)), persisted=literal(value.persisted))


def column(spelling: Spelling, value: Column, checks: Iterable[Code] = ()) -> Code:
    """``sa.Column(...)`` with all that the column has of its own, and the checks written into it."""
    args = [Code(literal(value.name)), spelling.type_code(value.type)]
    if value.identity:
        args.append(identity(value.identity))
    if value.computed:
        args.append(computed(value.computed))
    args.extend(checks)
    kwargs: dict[str, Code | str] = {}
    if value.default is not None or value.on_update is not None:
        kwargs["server_default"] = spelling.default_code(value)
    kwargs.update(spelling.column_kwargs(value))
    kwargs["nullable"] = literal(value.nullable)
    if value.comment is not None:
        kwargs["comment"] = literal(value.comment)
    return sa("Column", *args, **kwargs)


def foreign_key_kwargs(value: ForeignKey) -> dict[str, str]:
    return flags(
        ondelete=value.on_delete,
        onupdate=value.on_update,
        deferrable=value.deferrable,
        initially="DEFERRED" if value.initially_deferred else None,
        match=value.match,
    )


def deferrable_kwargs(value: PrimaryKey | Unique) -> dict[str, str]:
    return flags(deferrable=value.deferrable, initially="DEFERRED" if value.initially_deferred else None)


def final_name(spelling: Spelling, name: str | None) -> str:
    """A constraint's or index's name as an argument; op.f keeps naming conventions away from it."""
    return f"op.f({literal(name)})" if name and spelling.final_names else literal(name)


def name_kwarg(spelling: Spelling, value: Constraint) -> dict[str, str]:
    return {"name": final_name(spelling, value.name)} if value.name else {}


def inline_constraint(spelling: Spelling, value: Constraint) -> Code | None:
    """The constraint as an argument of ``op.create_table``; None where SQLAlchemy has no class for it."""
    extra = spelling.constraint_kwargs(value)
    if isinstance(value, PrimaryKey):
        columns = [literal(c) for c in value.columns]
        return sa(
            "PrimaryKeyConstraint",
            *columns,
            **name_kwarg(spelling, value),
            **deferrable_kwargs(value),
            **extra,
        )
    if isinstance(value, Unique):
        columns = [literal(c) for c in value.columns]
        return sa(
            "UniqueConstraint", *columns, **name_kwarg(spelling, value), **deferrable_kwargs(value), **extra
        )
    if isinstance(value, Check):
        return sa("CheckConstraint", text(value.expression), **name_kwarg(spelling, value), **extra)
    if isinstance(value, ForeignKey):
        target = f"{value.target_schema}." if value.target_schema else ""
        targets = [f"{target}{value.target_table}.{c}" for c in value.target_columns]
        return sa(
            "ForeignKeyConstraint",
            literal(value.columns),
            literal(targets),
            **name_kwarg(spelling, value),
            **foreign_key_kwargs(value),
            **extra,
        )
    return None


def create_table(
    spelling: Spelling, table: Table, columns: Iterable[Column], constraints: Iterable[Constraint]
) -> Step:
    """``op.create_table`` with everything inside; ``constraints`` must all have an inline form."""
    columns, constraints = list(columns), list(constraints)
    within: dict[str, list[Code]] = {c.name: [] for c in columns}
    for check in constraints:
        if isinstance(check, Check) and check.column in within:
            within[check.column].append(sa("CheckConstraint", text(check.expression)))
    apart = (c for c in constraints if not (isinstance(c, Check) and c.column in within))
    inline = [inline_constraint(spelling, c) for c in apart]
    code = op(
        "create_table",
        literal(table.name),
        *(column(spelling, c, within[c.name]) for c in columns),
        *(c for c in inline if c is not None),
        **schema_kwarg(table.schema),
        **flags(comment=table.comment),
        **spelling.table_kwargs(table),
    )
    return step(code, table.key)


def drop_table(table: Table) -> Step:
    return step(op("drop_table", literal(table.name), **schema_kwarg(table.schema)), table.key)


def add_column(spelling: Spelling, value: Column) -> Step:
    code = op("add_column", literal(value.table), column(spelling, value), **schema_kwarg(value.schema))
    return step(code, value.key)


def drop_column(value: Column) -> Step:
    code = op("drop_column", literal(value.table), literal(value.name), **schema_kwarg(value.schema))
    return step(code, value.key)


def alter_column(value: Column, changed: Kwargs, existing: Kwargs = {}) -> Step:  # noqa: B006
    """``op.alter_column`` with what changes first and the ``existing_*`` facts after it."""
    code = op(
        "alter_column",
        literal(value.table),
        literal(value.name),
        **changed,
        **existing,
        **schema_kwarg(value.schema),
    )
    return step(code, value.key)


def create_index(spelling: Spelling, value: Index, extra: Kwargs = {}) -> Step:  # noqa: B006
    elements = spelling.index_elements(value)
    listed = Code(
        f"[{', '.join(e.text for e in elements)}]", frozenset().union(*(e.imports for e in elements))
    )
    code = op(
        "create_index",
        final_name(spelling, value.name),
        literal(value.table),
        listed,
        **flags(unique=value.unique),
        **schema_kwarg(value.schema),
        **spelling.index_kwargs(value),
        **extra,
    )
    return step(code, value.key)


def drop_index(spelling: Spelling, value: Index, extra: Kwargs = {}) -> Step:  # noqa: B006
    code = op(
        "drop_index",
        final_name(spelling, value.name),
        table_name=literal(value.table),
        **schema_kwarg(value.schema),
        **extra,
    )
    return step(code, value.key)


def create_constraint(spelling: Spelling, value: Constraint) -> Step | None:
    """The operation that adds the constraint to an existing table; None where Alembic has none."""
    name = final_name(spelling, value.name)
    table, extra = literal(value.table), spelling.constraint_kwargs(value)
    if isinstance(value, PrimaryKey):
        code = op(
            "create_primary_key", name, table, literal(value.columns), **schema_kwarg(value.schema), **extra
        )
    elif isinstance(value, Unique):
        code = op(
            "create_unique_constraint",
            name,
            table,
            literal(value.columns),
            **deferrable_kwargs(value),
            **schema_kwarg(value.schema),
            **extra,
        )
    elif isinstance(value, Check):
        code = op(
            "create_check_constraint",
            name,
            table,
            text(value.expression),
            **schema_kwarg(value.schema),
            **extra,
        )
    elif isinstance(value, ForeignKey):
        code = op(
            "create_foreign_key",
            name,
            table,
            literal(value.target_table),
            literal(value.columns),
            literal(value.target_columns),
            **foreign_key_kwargs(value),
            **schema_kwarg(value.schema, "source_schema"),
            **schema_kwarg(value.target_schema, "referent_schema"),
            **extra,
        )
    else:
        return None
    return step(code, value.key)


_CONSTRAINT_TYPES = {
    "primary_key": "primary",
    "unique": "unique",
    "check": "check",
    "foreign_key": "foreignkey",
}


def drop_constraint(spelling: Spelling, value: Constraint) -> Step:
    """``op.drop_constraint``; the constraint must have a name."""
    kind = {"type_": literal(_CONSTRAINT_TYPES[value.kind])} if value.kind in _CONSTRAINT_TYPES else {}
    code = op(
        "drop_constraint",
        final_name(spelling, value.name),
        literal(value.table),
        **kind,
        **schema_kwarg(value.schema),
    )
    return step(code, value.key)


def table_comment(table: Table, existing: str | None) -> Step:
    """Sets the comment of a table, or drops it when the table has none any more."""
    args = {"existing_comment": literal(existing)} if existing is not None else {}
    if table.comment is None:
        code = op("drop_table_comment", literal(table.name), **args, **schema_kwarg(table.schema))
    else:
        code = op(
            "create_table_comment",
            literal(table.name),
            literal(table.comment),
            **args,
            **schema_kwarg(table.schema),
        )
    return step(code, table.key)
