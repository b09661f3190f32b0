"""The models' objects in PostgreSQL's canonical spelling: the hooks of the declare stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autogen.dialects.base import Dialect, O
from autogen.dialects.compiled import stated
from autogen.dialects.postgresql import canonical, syntax
from autogen.dialects.postgresql.declare_columns import column
from autogen.dialects.postgresql.declare_indexes import index
from autogen.dialects.postgresql.declare_types import TableTypes, enum_type, enum_value, schema_name
from autogen.dialects.postgresql.default_names import default_name
from autogen.dialects.postgresql.read_sequences import default_limits
from autogen.dialects.postgresql.read_tables import storage_value
from autogen.dialects.postgresql.unstated import inherit
from autogen.schema import (
    Check,
    Column,
    EnumType,
    Exclude,
    ForeignKey,
    Index,
    Key,
    Object,
    PrimaryKey,
    Sequence,
    Table,
    Unique,
)

if TYPE_CHECKING:
    import sqlalchemy

__all__ = ["default_name", "inherit", "objects", "part", "table"]


# -- objects besides tables ---------------------------------------------------------------------------


def objects(dialect: Dialect, metadata: sqlalchemy.MetaData) -> Iterator[Object]:
    """Enum types, of columns or declared on their own, and sequences."""
    enums: dict[Key, EnumType] = {}
    for declared in _types(metadata):
        found = enum_type(dialect, declared)
        if found is not None and found.name:
            value = enum_value(dialect, found)
            enums.setdefault(value.key, value)
    yield from enums.values()
    for sequence in metadata._sequences.values():
        if not sequence.optional:
            yield _sequence(dialect, sequence)


def _types(metadata: sqlalchemy.MetaData) -> Iterator[Any]:
    """The types of all columns, then those that are attached to the MetaData without a column."""
    from sqlalchemy.types import Enum, SchemaType

    plain = _plain_types()
    for declared in metadata.tables.values():
        for c in declared.columns:
            if c.type.__class__ not in plain or c.type._variant_mapping:
                yield c.type
    for listener in metadata.dispatch.before_create:
        target = getattr(listener, "target", None) or getattr(
            getattr(listener, "func", None), "__self__", None
        )
        if isinstance(target, Enum):
            yield target
    for registered in getattr(metadata, "_objects", ()):
        if isinstance(registered, SchemaType):
            yield registered


def _plain_types() -> frozenset[type]:
    """SQLAlchemy's everyday types, which have no enum in them unless a variant has."""
    from sqlalchemy import types

    integers = {types.Integer, types.BigInteger, types.SmallInteger}
    strings = {types.String, types.Text, types.Unicode, types.Uuid, types.JSON, types.Boolean}
    others = {types.DateTime, types.Date, types.Time, types.Numeric, types.Float}
    return frozenset(integers | strings | others)


def _sequence(dialect: Dialect, declared: Any) -> Sequence:
    increment = 1 if declared.increment is None else declared.increment
    data_type = "bigint"
    if declared.data_type is not None:
        data_type = canonical.type_name(dialect.sqla.type_compiler_instance.process(declared.data_type))
    low, high = default_limits(data_type, increment)
    minimum = declared.minvalue if declared.minvalue is not None else low
    maximum = declared.maxvalue if declared.maxvalue is not None else high
    start = declared.start
    return Sequence(
        schema=schema_name(dialect, declared.schema),
        name=str(declared.name),
        data_type=data_type,
        start=start if start is not None else (minimum if increment > 0 else maximum),
        increment=increment,
        minimum=None if minimum == low else minimum,
        maximum=None if maximum == high else maximum,
        cycle=bool(declared.cycle),
        cache=1 if declared.cache is None else declared.cache,
    )


# -- tables -------------------------------------------------------------------------------------------


def table(dialect: Dialect, declared: sqlalchemy.Table, value: Table) -> Iterable[Object]:
    """The table with its options, and its exclusion constraints."""
    options = _table_options(declared)
    exclusions = _exclusions(dialect, declared, value)
    return [replace(value, options=options) if options else value, *exclusions]


def _table_options(declared: sqlalchemy.Table) -> tuple[tuple[str, str], ...]:
    given = stated(declared, "postgresql")
    options = {str(k).lower(): storage_value(v) for k, v in (given.get("with") or {}).items()}
    if any(str(prefix).upper() == "UNLOGGED" for prefix in declared._prefixes):
        options["unlogged"] = "true"
    inherits = given.get("inherits")
    if inherits is not None:
        parents = inherits if isinstance(inherits, list | tuple) else (inherits,)
        options["inherits"] = ", ".join(_parent(name) for name in parents)
    if given.get("partition_by"):
        options["partition_by"] = canonical.partition_key(str(given["partition_by"]))
    if given.get("using") and str(given["using"]).lower() != "heap":
        options["using"] = str(given["using"]).lower()
    if given.get("tablespace") and str(given["tablespace"]) != "pg_default":
        options["tablespace"] = str(given["tablespace"])
    return tuple(sorted(options.items()))


def _parent(name: Any) -> str:
    """A parent table as the server shows it; quoted_name(…, False) is SQL already."""
    return str(name) if getattr(name, "quote", None) is False else canonical.quoted(str(name))


def _exclusions(dialect: Dialect, declared: sqlalchemy.Table, value: Table) -> Iterator[Exclude]:
    from autogen.dialects.compiled import constraint_name, ddl_compiler

    types = TableTypes(dialect, declared)
    for constraint in declared.constraints:
        if constraint.__visit_name__ != "exclude_constraint":
            continue
        conditional = constraint._create_rule is not None or constraint._ddl_if is not None
        if conditional and not constraint._should_create_for_compiler(ddl_compiler(dialect.sqla)):
            continue
        name = constraint_name(dialect.sqla, constraint, declared)
        definition = canonical.exclude(_exclude_sql(dialect, constraint), types)
        yield Exclude(value.schema, value.name, name, definition)


def _exclude_sql(dialect: Dialect, constraint: Any) -> str:
    """An ExcludeConstraint as CREATE TABLE would state it, without its name and without table prefixes."""
    from autogen.dialects.compiled import expression

    where = f"an exclusion constraint of table {constraint.table.fullname}"
    elements = []
    for key, _, operator in constraint._render_exprs:
        opclass = constraint.ops.get(getattr(key, "key", None))
        text = expression(dialect.sqla, key, where)
        elements.append(f"{text}{f' {opclass}' if opclass else ''} WITH {operator}")
    sql = f"EXCLUDE USING {constraint.using} ({', '.join(elements)})"
    if constraint.where is not None:
        sql += f" WHERE ({expression(dialect.sqla, constraint.where, where)})"
    if constraint.deferrable or constraint.initially:
        sql += " DEFERRABLE" if constraint.deferrable is not False else " NOT DEFERRABLE"
        sql += f" INITIALLY {constraint.initially}" if constraint.initially else ""
    return sql


# -- parts of tables ----------------------------------------------------------------------------------


def part(dialect: Dialect, declared: Any, value: O) -> O:
    """A column, constraint or index of the models in canonical spelling."""
    canonical_part: Any = _PARTS.get(value.__class__)
    made: O = canonical_part(dialect, declared, value) if canonical_part else value
    return made


def _check(dialect: Dialect, declared: Any, value: Check) -> Check:
    text = canonical.expression(value.expression, TableTypes(dialect, _table_of(declared)))
    validated = _validated(declared)
    if text == value.expression and validated:
        return value
    return replace(value, expression=text, validated=validated)


def _foreign_key(dialect: Dialect, declared: Any, value: ForeignKey) -> ForeignKey:
    action, validated = _delete_action(declared.ondelete), _validated(declared)
    if action == value.on_delete and validated:
        return value
    return replace(value, on_delete=action, validated=validated)


def _key(dialect: Dialect, declared: Any, value: PrimaryKey | Unique) -> PrimaryKey | Unique:
    options = stated(declared, "postgresql")
    if not options:
        return value
    include = tuple(str(getattr(c, "name", c)) for c in options.get("include") or ())
    value = replace(value, include=include)
    if isinstance(value, Unique) and options.get("nulls_not_distinct"):
        return replace(value, nulls_not_distinct=True)
    return value


_PARTS: dict[type, Any] = {
    Column: column,
    Index: index,
    Check: _check,
    ForeignKey: _foreign_key,
    PrimaryKey: _key,
    Unique: _key,
}


def _table_of(constraint: Any) -> Any:
    """The table of a constraint, which may stand inside a column."""
    parent = constraint.parent
    return getattr(parent, "table", parent)


def _validated(declared: Any) -> bool:
    return not stated(declared, "postgresql").get("not_valid")


def _delete_action(text: str | None) -> str | None:
    """The action upper case, with the columns of SET NULL (…) left as the server spells them."""
    if not text:
        return None
    action, bracket, columns = text.partition("(")
    action = " ".join(action.upper().split())
    if bracket:
        names = canonical.split(syntax.tokens(columns.rpartition(")")[0]))
        listed = (canonical.quoted(canonical.unquoted(name[0][1])) for name in names if name)
        return f"{action} ({', '.join(listed)})"
    return None if action == "NO ACTION" else action
