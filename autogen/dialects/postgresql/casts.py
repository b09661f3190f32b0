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

# What people mean where there is neither an assignment cast nor a cast of that name, or where the server's
# own gives something else (bytes as hex); {c} is the column.
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
    ("real", "money"): "{c}::numeric::money",
    ("double precision", "money"): "{c}::numeric::money",
    ("money", "smallint"): "{c}::numeric::smallint",
    ("money", "integer"): "{c}::numeric::integer",
    ("money", "bigint"): "{c}::numeric::bigint",
    ("money", "real"): "{c}::numeric::real",
    ("money", "double precision"): "{c}::numeric::double precision",
    ("bit", "smallint"): "{c}::integer::smallint",
    ("bit", "boolean"): "position(B'1' in {c}) > 0",
    ("uuid", "bytea"): "uuid_send({c})",
    ("bytea", "uuid"): "encode({c}, 'hex')::uuid",
    **{(name, "bytea"): "convert_to({c}, 'UTF8')" for name in STRINGS},
    **{("bytea", name): "convert_from({c}, 'UTF8')" for name in STRINGS},
}

# Pairs with an explicit cast of their own.
_EXPLICIT = frozenset(
    {
        ("integer", "boolean"),
        ("boolean", "integer"),
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
    pair = (base(before), base(after))
    dimensions, before_dimensions = split_type(after.sql)[2], split_type(before.sql)[2]
    special = pair in _SPECIAL and not dimensions and not before_dimensions and not before.enum
    if assigns(before, after) and not special:
        return None
    target = _target(after)
    if before_dimensions and not dimensions:
        if target in ("json", "jsonb"):
            return f"to_{target}({column})"
        # one item becomes the value; the text of several is none and fails, so that nothing is lost
        first, several = _item(_single(before), after, f"{column}[1]"), f"array_to_string({column}, ',')"
        return f"CASE WHEN cardinality({column}) > 1 THEN {several}::{target} ELSE {first} END"
    if dimensions and not before_dimensions:
        if _is_string(before):
            return f"{column}::{target}[]"
        if base(before) in ("json", "jsonb"):
            return f"{column}::text::{target}[]"  # which fails, where ARRAY[…] would hide an array in an item
        return f"CASE WHEN {column} IS NOT NULL THEN ARRAY[{_item(before, _single(after), column)}] END"
    if dimensions:
        cast = (base(before) in STRINGS and not before.enum) or pair in _EXPLICIT
        return f"{column}{'' if cast else '::text[]'}::{target}[]"
    return _item(before, after, column)


def has_cast(before: ColumnType, after: ColumnType) -> bool | None:
    """Whether the server, or one plain expression, converts between two scalar types; None where they are
    not known. Everything converts to text, and text to everything, by the types' own input and output."""
    pair = (base(before), base(after))
    if not STRINGS.isdisjoint(pair) or not {"json", "jsonb"}.isdisjoint(pair):
        return True
    if pair in _SPECIAL or pair in _EXPLICIT or _to_bits(pair) or assigns(before, after):
        return True
    return False if _BUILTIN.issuperset(pair) else None


def _single(array: ColumnType) -> ColumnType:
    """The type of an array's items."""
    return ColumnType(array.sql.rstrip("[]"), enum=array.enum)


def _item(before: ColumnType, after: ColumnType, column: str) -> str:
    target, pair = _target(after), (base(before), base(after))
    if pair[0] == pair[1] and before.enum == after.enum:
        return column
    if before.enum or after.enum:
        return _label(before, after, column)
    if pair in _SPECIAL:
        return _SPECIAL[pair].format(c=column)
    if _to_bits(pair):
        return _bits(pair[0], int((*split_type(after.sql)[1], "1")[0]), column)
    if pair[0] == "character":
        return f"{column}::text::{target}"  # without the blanks it is padded with
    if pair[0] in STRINGS or pair in _EXPLICIT or assigns(before, after):
        return f"{column}::{target}"
    if pair[0] in ("json", "jsonb"):
        return f"({column} #>> '{{}}')::{target}"
    if pair[1] in ("json", "jsonb"):
        return f"to_jsonb({column})" if pair[1] == "jsonb" else f"to_json({column})"
    known = _BUILTIN.issuperset(pair)
    return f"{column}::text::{target}" if known else f"{column}::{target}"


def _label(before: ColumnType, after: ColumnType, column: str) -> str:
    """A label is text: it goes to another type, and comes from one, as text does."""
    text = ColumnType("text")
    if before.enum and after.enum:
        return f"{column}::text::{_target(after)}"
    if before.enum:
        if base(after) in ("json", "jsonb"):
            return f"to_{base(after)}({column})"
        return _item(text, after, f"{column}::text")
    if base(before) in STRINGS and base(before) != "character":
        return f"{column}::{_target(after)}"
    if base(before) in ("json", "jsonb"):
        return f"({column} #>> '{{}}')::{_target(after)}"
    return f"{_item(before, text, column)}::{_target(after)}"


def _to_bits(pair: tuple[str, str]) -> bool:
    return pair[1] == "bit" and (pair[0] in INTEGERS or pair[0] == "boolean")


def _bits(before: str, length: int, column: str) -> str:
    """The cast takes the lowest bits and drops the rest; here a number that needs more fails."""
    if before == "boolean":
        return f"{column}::integer::bit({length})"
    number, width = (column, 64) if before == "bigint" else (column, 32)
    if before == "smallint":
        number = f"{column}::integer"
    if length >= width:
        return f"{number}::bit({length})"
    fits = f"{number} >> {length} = 0"
    return f"CASE WHEN {fits} THEN {number}::bit({length}) ELSE {number}::bit({width}) END"


def _target(after: ColumnType) -> str:
    """The type to cast to, without length, precision and brackets (which the assignment then checks)."""
    name = split_type(after.sql)[0]
    return "bit varying" if name == "bit" else name


def same_kind_of_key(column: ColumnType, target: ColumnType) -> bool:
    """Whether values are compared as they are stored: other lengths of one type are no difference."""
    return (base(column), column.enum, column.collation) == (base(target), target.enum, target.collation)
