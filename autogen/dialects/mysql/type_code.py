"""Server type -> SQLAlchemy source: what a person would have written for that column."""

from __future__ import annotations

from functools import lru_cache

from autogen.dialects.mysql import types
from autogen.schema import Code, ColumnType
from autogen.source import SA, literal

MYSQL = "from sqlalchemy.dialects import mysql"

_PLAIN = {
    "int": "sa.Integer()",
    "bigint": "sa.BigInteger()",
    "smallint": "sa.SmallInteger()",
    "tinyint(1)": "sa.Boolean()",
    "float": "sa.Float()",
    "double": "sa.Double()",
    "date": "sa.Date()",
    "datetime": "sa.DateTime()",
    "timestamp": "sa.TIMESTAMP()",
    "time": "sa.Time()",
    "blob": "sa.LargeBinary()",
    "json": "sa.JSON()",
    "uuid": "sa.UUID()",
}
_GENERIC_TEXT = {"char": "sa.CHAR", "varchar": "sa.String", "text": "sa.Text"}
_BINARY = {"binary": "sa.BINARY", "varbinary": "sa.VARBINARY"}
_BARE = frozenset({"mediumint", "tinyblob", "mediumblob", "longblob", "year", "bit"})


def type_code(type_: ColumnType) -> Code:
    """The models' own spelling where there is one, else what the server's text stands for."""
    return type_.code or _from_sql(type_.sql, type_.charset, type_.collation)


@lru_cache(maxsize=4096)
def _from_sql(sql: str, charset: str | None, collation: str | None) -> Code:
    plain = _PLAIN.get(sql)
    if plain is not None and collation is None:
        return Code(plain, frozenset({SA}))
    parts = types.parse(sql)
    name, args = parts.name, parts.args
    if name in ("enum", "set"):
        return _labels(parts, charset, collation)
    if name in types.TEXTS:
        return _text(name, args, charset, collation)
    if name == "decimal" and not parts.unsigned:
        return Code(f"sa.Numeric({', '.join(args)})", frozenset({SA}))
    if name in _BINARY:
        return Code(f"{_BINARY[name]}({', '.join(args)})", frozenset({SA}))
    if name in types.INTEGERS | {"decimal", "float", "double"}:
        return _number(parts)
    if name in ("datetime", "timestamp", "time") and args:
        return _mysql(name, {"fsp": args[0]})
    if name in _BARE:
        return _mysql(name, {"length": args[0]} if name == "bit" else {})
    return exact(sql)


def _mysql(name: str, kwargs: dict[str, str], *args: str) -> Code:
    words = [*args, *(f"{k}={v}" for k, v in kwargs.items())]
    spelled = "INTEGER" if name == "int" else name.upper()
    return Code(f"mysql.{spelled}({', '.join(words)})", frozenset({MYSQL}))


def _collated(charset: str | None, collation: str | None) -> dict[str, str]:
    stated = {"charset": charset, "collation": collation}
    return {k: literal(v) for k, v in stated.items() if v is not None}


def _text(name: str, args: tuple[str, ...], charset: str | None, collation: str | None) -> Code:
    if collation is None and name in _GENERIC_TEXT:
        return Code(f"{_GENERIC_TEXT[name]}({', '.join(args)})", frozenset({SA}))
    return _mysql(name, _collated(charset, collation), *args)


def _number(parts: types.TypeParts) -> Code:
    flags = {"unsigned": "True"} if parts.unsigned else {}
    if parts.zerofill:
        flags["zerofill"] = "True"
    if parts.name in types.INTEGERS and parts.args:
        flags = {"display_width": parts.args[0], **flags}
        return _mysql(parts.name, flags)
    return _mysql(parts.name, flags, *parts.args)


def _labels(parts: types.TypeParts, charset: str | None, collation: str | None) -> Code:
    """Labels that SQLAlchemy's versions do not all escape alike are written as SQL."""
    if any(c in label for label in parts.args for c in "\\%\n\r\0\x1a") or "" in parts.args:
        full = f"{parts.sql} CHARACTER SET {charset} COLLATE {collation}" if collation else parts.sql
        return exact(full)
    listed = [literal(label) for label in parts.args]
    if parts.name == "enum" and collation is None:
        return Code(f"sa.Enum({', '.join(listed)})", frozenset({SA}))
    return _mysql(parts.name, _collated(charset, collation), *listed)


def exact(sql: str) -> Code:
    """A type SQLAlchemy has no word for, by its DDL; the driver's paramstyle wants ``%`` doubled."""
    spec = literal(sql.replace("%", "%%"))
    return Code(
        'type("ServerType", (sa.types.UserDefinedType,), '
        f'{{"cache_ok": True, "get_col_spec": lambda self, **kw: {spec}}})()',
        frozenset({SA}),
    )
