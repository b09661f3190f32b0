"""Server type text -> SQLAlchemy source: what a person would have written for that column."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from importlib.util import find_spec

from autogen.dialects.postgresql.names import always_quoted
from autogen.dialects.postgresql.sqltext import identifier, is_plain, qualified, split_name, split_type
from autogen.schema import Code, ColumnType, Key
from autogen.source import SA, literal

PG = "from sqlalchemy.dialects import postgresql"
Labels = Callable[[Key], tuple[str, ...]]

_PLAIN = {
    "smallint": "sa.SmallInteger()",
    "integer": "sa.Integer()",
    "bigint": "sa.BigInteger()",
    "real": "sa.REAL()",
    "double precision": "sa.Double()",
    "boolean": "sa.Boolean()",
    "date": "sa.Date()",
    "bytea": "sa.LargeBinary()",
    "uuid": "sa.Uuid()",
    "json": "sa.JSON()",
    "interval": "sa.Interval()",
    "timestamp without time zone": "sa.DateTime()",
    "timestamp with time zone": "sa.DateTime(timezone=True)",
    "time without time zone": "sa.Time()",
    "time with time zone": "sa.Time(timezone=True)",
}
_NAMED = """
    jsonb inet cidr macaddr macaddr8 money oid regclass regconfig tsvector tsquery citext hstore
    int4range int8range numrange daterange tsrange tstzrange int4multirange int8multirange nummultirange
    datemultirange tsmultirange tstzmultirange
"""
_POSTGRESQL = frozenset(_NAMED.split())
_VECTORS = {"vector": "Vector", "halfvec": "HALFVEC", "sparsevec": "SPARSEVEC"}
_STRINGS = {"text": "Text", "character varying": "String", "character": "CHAR"}


def type_code(type_: ColumnType, labels: Labels) -> Code:
    """The models' own spelling where there is one, else what the server's text stands for.

    Enum types never create themselves: a draft creates and drops them in steps of their own.
    """
    if type_.enum is not None:
        item = _enum(type_.enum, labels(type_.enum))
        return _array(item, split_type(type_.sql)[2])
    if type_.code is not None:
        return type_.code
    return _from_sql(type_.sql, type_.collation)


def _enum(key: Key, labels: tuple[str, ...]) -> Code:
    schema = f", schema={literal(key.schema)}" if key.schema else ""
    values = "".join(f"{literal(label)}, " for label in labels)
    name, imports = literal(key.name), frozenset({PG})
    if key.name in _known() and not key.schema:
        # SQLAlchemy takes the name for the built-in type's, unless it comes in quotes
        name, imports = f"sa.quoted_name({literal(always_quoted(key.name))}, False)", frozenset({PG, SA})
    return Code(f"postgresql.ENUM({values}name={name}{schema}, create_type=False)", imports)


def _known() -> Collection[str]:
    """Names that SQLAlchemy gives to built-in types."""
    from sqlalchemy.dialects.postgresql.base import ischema_names

    return ischema_names.keys()


def _array(item: Code, dimensions: int) -> Code:
    if not dimensions:
        return item
    extra = f", dimensions={dimensions}" if dimensions > 1 else ""
    return Code(f"postgresql.ARRAY({item.text}{extra})", item.imports | {PG})


@lru_cache(maxsize=4096)
def _from_sql(sql: str, collation: str | None) -> Code:
    base, parameters, dimensions = split_type(sql)
    collate = _collation(collation)
    if collation is not None and (collate is None or base not in (*_STRINGS, "citext")):
        return raw(f"{sql} COLLATE {_collation_sql(collation)}")
    return _array(_scalar(base, parameters, collate), dimensions)


def _scalar(base: str, parameters: tuple[str, ...], collate: str | None) -> Code:
    arguments = ", ".join(parameters)
    if base in _STRINGS:
        listed = [*parameters, *([f"collation={literal(collate)}"] if collate else [])]
        return Code(f"sa.{_STRINGS[base]}({', '.join(listed)})", frozenset({SA}))
    if base in _PLAIN and not parameters:
        return Code(_PLAIN[base], frozenset({SA}))
    if base == "numeric":
        return Code(f"sa.Numeric({arguments})", frozenset({SA}))
    if base.startswith(("timestamp", "time")) and base in _PLAIN:
        zone = "timezone=True, " if "with time" in base else ""
        return Code(f"postgresql.{base.split()[0].upper()}({zone}precision={arguments})", frozenset({PG}))
    if base.startswith("interval"):
        return _interval(base.removeprefix("interval").strip(), arguments)
    if base in ("bit", "bit varying"):
        varying = ["varying=True"] if base == "bit varying" else []
        return Code(f"postgresql.BIT({', '.join([*parameters, *varying])})", frozenset({PG}))
    if base in _POSTGRESQL and not parameters:
        named = f"collation={literal(collate)}" if collate else ""
        return Code(f"postgresql.{base.upper()}({named})", frozenset({PG}))
    if base in _VECTORS and find_spec("pgvector"):
        name = _VECTORS[base]
        return Code(f"{name}({arguments})", frozenset({f"from pgvector.sqlalchemy import {name}"}))
    return _other(base, parameters)


def _interval(fields: str, precision: str) -> Code:
    listed = [f"fields={literal(fields.upper())}"] if fields else []
    if precision:
        listed.append(f"precision={precision}")
    return Code(f"postgresql.INTERVAL({', '.join(listed)})", frozenset({PG}))


def _other(base: str, parameters: tuple[str, ...]) -> Code:
    """A domain, a composite type, a type of an extension: named, whatever it is made of.

    ``postgresql.DOMAIN`` is SQLAlchemy's one type that renders a name and asks nothing about it.
    """
    name = split_name(base)
    if not parameters and base in _known():
        # refused without a schema
        return Code(
            f"postgresql.DOMAIN({literal((name or (base,))[-1])}, sa.types.NullType(), "
            'schema="pg_catalog", create_type=False)',
            frozenset({SA, PG}),
        )
    if parameters or name is None or len(name) > 2 or any(is_plain(p) and identifier(p) != p for p in name):
        # the last: SQLAlchemy would leave out quotes that "char" and the like need
        return raw(f"{base}({', '.join(parameters)})" if parameters else base)
    schema = f", schema={literal(name[0])}" if len(name) == 2 else ""
    return Code(
        f"postgresql.DOMAIN({literal(name[-1])}, sa.types.NullType(){schema}, create_type=False)",
        frozenset({SA, PG}),
    )


def raw(sql: str) -> Code:
    """A type in the server's own words, for which SQLAlchemy has no class."""
    return Code(
        f"postgresql.DOMAIN(sa.quoted_name({literal(sql)}, False), sa.types.NullType(), create_type=False)",
        frozenset({SA, PG}),
    )


def _collation(collation: str | None) -> str | None:
    """A collation as SQLAlchemy's ``collation=`` takes it: one name that it puts in quotes unescaped."""
    name = split_name(collation) if collation else None
    if name is None or len(name) != 1 or '"' in name[0] or "%" in name[0]:
        return None
    return name[0]


def _collation_sql(collation: str) -> str:
    name = split_name(collation)
    if name is None:
        return identifier(collation)
    return qualified(name[0], name[1]) if len(name) == 2 else identifier(name[0])
