"""Which values ALTER COLUMN … TYPE converts by itself, and the USING clause where it does not."""

from __future__ import annotations

from autogen.dialects.postgresql.sqltext import split_type
from autogen.schema import ColumnType

STRINGS = frozenset({"text", "character varying", "character", "citext", "name"})
INTEGERS = ("smallint", "integer", "bigint")
NUMBERS = frozenset({*INTEGERS, "numeric", "real", "double precision"})

# Pairs with an assignment (or implicit) cast, besides those within NUMBERS and everything -> STRINGS.
_ASSIGNMENT = frozenset(
    {
        ("date", "timestamp without time zone"),
        ("date", "timestamp with time zone"),
        ("timestamp without time zone", "date"),
        ("timestamp without time zone", "timestamp with time zone"),
        ("timestamp without time zone", "time without time zone"),
        ("timestamp with time zone", "date"),
        ("timestamp with time zone", "timestamp without time zone"),
        ("timestamp with time zone", "time without time zone"),
        ("timestamp with time zone", "time with time zone"),
        ("time without time zone", "time with time zone"),
        ("time without time zone", "interval"),
        ("time with time zone", "time without time zone"),
        ("interval", "time without time zone"),
        ("json", "jsonb"),
        ("jsonb", "json"),
        ("cidr", "inet"),
        ("inet", "cidr"),
        ("macaddr", "macaddr8"),
        ("macaddr8", "macaddr"),
        ("bit", "bit varying"),
        ("bit varying", "bit"),
        ("integer", "money"),
        ("bigint", "money"),
        ("numeric", "money"),
        ("money", "numeric"),
        ("smallint", "oid"),
        ("integer", "oid"),
        ("bigint", "oid"),
        ("oid", "integer"),
        ("oid", "bigint"),
        ("regclass", "oid"),
        ("oid", "regclass"),
        ("vector", "halfvec"),
        ("halfvec", "vector"),
    }
)

# What people mean where there is neither an assignment cast nor a cast of that name; {c} is the column.
_SPECIAL = {
    ("smallint", "boolean"): "{c} <> 0",
    ("bigint", "boolean"): "{c} <> 0",
    ("numeric", "boolean"): "{c} <> 0",
    ("real", "boolean"): "{c} <> 0",
    ("double precision", "boolean"): "{c} <> 0",
    ("boolean", "smallint"): "{c}::integer::smallint",
    ("boolean", "bigint"): "{c}::integer::bigint",
    ("boolean", "numeric"): "{c}::integer::numeric",
    ("boolean", "real"): "{c}::integer::real",
    ("boolean", "double precision"): "{c}::integer::double precision",
    ("bigint", "timestamp without time zone"): "to_timestamp({c}) AT TIME ZONE 'UTC'",
    ("integer", "timestamp without time zone"): "to_timestamp({c}) AT TIME ZONE 'UTC'",
    ("bigint", "timestamp with time zone"): "to_timestamp({c})",
    ("integer", "timestamp with time zone"): "to_timestamp({c})",
    ("timestamp without time zone", "bigint"): "extract(epoch from {c})::bigint",
    ("timestamp without time zone", "integer"): "extract(epoch from {c})::integer",
    ("timestamp with time zone", "bigint"): "extract(epoch from {c})::bigint",
    ("timestamp with time zone", "integer"): "extract(epoch from {c})::integer",
    ("smallint", "money"): "{c}::numeric::money",
}

# Pairs with an explicit cast of their own.
_EXPLICIT = frozenset(
    {
        ("integer", "boolean"),
        ("boolean", "integer"),
        ("integer", "bit"),
        ("bigint", "bit"),
        ("bit", "integer"),
        ("bit", "bigint"),
        *(("jsonb", number) for number in NUMBERS),
        ("jsonb", "boolean"),
    }
)

_BUILTIN = (
    STRINGS
    | NUMBERS
    | {name for pair in (*_ASSIGNMENT, *_SPECIAL, *_EXPLICIT) for name in pair}
    | {"uuid", "bytea", "xml", "tsvector", "tsquery"}
) - {"vector", "halfvec"}


def base(type_: ColumnType) -> str:
    """The type without its parameters and array brackets."""
    name = split_type(type_.sql)[0]
    return "interval" if name.startswith("interval") else name


def assigns(before: ColumnType, after: ColumnType) -> bool:
    """Whether the server converts by itself, without USING."""
    if after.enum or before.enum:
        same = before.enum == after.enum and split_type(before.sql)[2] == split_type(after.sql)[2]
        return same or (after.enum is None and _is_string(after))
    if _is_string(after):
        return True
    if bool(split_type(before.sql)[2]) != bool(split_type(after.sql)[2]):
        return False
    pair = (base(before), base(after))
    if base(after) in STRINGS:
        return True
    return pair[0] == pair[1] or pair in _ASSIGNMENT or NUMBERS.issuperset(pair)


def _is_string(type_: ColumnType) -> bool:
    name, _, dimensions = split_type(type_.sql)
    return name in STRINGS and not dimensions


def using(before: ColumnType, after: ColumnType, column: str) -> str | None:
    """The USING expression a change of type needs; None where the server converts by itself.

    Never casts to a type with a length: an explicit cast cuts silently where an assignment fails.
    """
    if assigns(before, after):
        return None
    dimensions, target = split_type(after.sql)[2], _target(after)
    before_dimensions = split_type(before.sql)[2]
    if before_dimensions and not dimensions:
        if target in ("json", "jsonb"):
            return f"to_{target}({column})"
        # one item becomes the value; the text of several is none and fails, so that nothing is lost
        first, several = _item(_single(before), after, f"{column}[1]"), f"array_to_string({column}, ',')"
        return f"CASE WHEN cardinality({column}) > 1 THEN {several}::{target} ELSE {first} END"
    if dimensions and not before_dimensions:
        if _is_string(before):
            return f"{column}::{target}[]"
        return f"CASE WHEN {column} IS NOT NULL THEN ARRAY[{_item(before, _single(after), column)}] END"
    if dimensions:
        through = "" if base(before) in STRINGS and not before.enum else "::text[]"
        return f"{column}{through}::{target}[]"
    return _item(before, after, column)


def _single(array: ColumnType) -> ColumnType:
    """The type of an array's items."""
    return ColumnType(array.sql.rstrip("[]"), enum=array.enum)


def _item(before: ColumnType, after: ColumnType, column: str) -> str:
    target, pair = _target(after), (base(before), base(after))
    if pair[0] == pair[1] and before.enum == after.enum:
        return column
    if before.enum or after.enum:
        through = "" if base(before) in STRINGS and not before.enum else "::text"
        return f"{column}{through}::{target}"
    if pair in _SPECIAL:
        return _SPECIAL[pair].format(c=column)
    if pair[0] in STRINGS or pair in _EXPLICIT or assigns(before, after):
        return f"{column}::{target}"
    if pair[0] in ("json", "jsonb"):
        return f"({column} #>> '{{}}')::{target}"
    if pair[1] in ("json", "jsonb"):
        return f"to_jsonb({column})" if pair[1] == "jsonb" else f"to_json({column})"
    known = _BUILTIN.issuperset(pair)
    return f"{column}::text::{target}" if known else f"{column}::{target}"


def _target(after: ColumnType) -> str:
    """The type to cast to, without length, precision and brackets (which the assignment then checks)."""
    name = split_type(after.sql)[0]
    return "bit varying" if name == "bit" else name
