"""One spelling for column types, and a type's default literal in the server's spelling."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from autogen.dialects.mysql import expressions
from autogen.dialects.mysql.tokens import NotUnderstood, Token, string, tokenize
from autogen.schema import ColumnType
from autogen.values import value

_SYNONYMS = {
    "integer": "int",
    "int1": "tinyint",
    "int2": "smallint",
    "int3": "mediumint",
    "middleint": "mediumint",
    "int4": "int",
    "int8": "bigint",
    "dec": "decimal",
    "fixed": "decimal",
    "numeric": "decimal",
    "double precision": "double",
    "real": "double",
    "float4": "float",
    "float8": "double",
    "character": "char",
    "character varying": "varchar",
    "char varying": "varchar",
    "nvarchar": "national varchar",
    "nchar": "national char",
    "national character": "national char",
    "national character varying": "national varchar",
    "national char varying": "national varchar",
    "geomcollection": "geometrycollection",
    "char byte": "binary",
    "long varchar": "mediumtext",
    "long": "mediumtext",
    "long varbinary": "mediumblob",
}
INTEGERS = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint"})
_ZERO_FILLED = {"tinyint": "3", "smallint": "5", "mediumint": "8", "int": "10", "bigint": "20"}
"""Widths that zerofill fills up to where none is stated."""
NUMBERS = INTEGERS | {"decimal", "float", "double", "bit", "year"}
TEXTS = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"})
_SIZED_TEXT = (("tiny", 255), ("", 65535), ("medium", 16777215), ("long", 1 << 40))
_TIMES = frozenset({"datetime", "timestamp", "time"})


@value(frozen=True, slots=True)
class TypeParts:
    """A type taken apart: ``args`` are the numbers or labels in parentheses, as values."""

    name: str
    args: tuple[str, ...] = ()
    unsigned: bool = False
    zerofill: bool = False
    charset: str | None = None
    collation: str | None = None
    nullable: bool = True
    """False where the text goes on to say NOT NULL, as GeoAlchemy2's types do; no part of the type."""

    @property
    def sql(self) -> str:
        """The canonical spelling, without character set and collation."""
        args = self.args
        if self.name in ("enum", "set"):
            args = tuple(string(label) for label in args)
        listed = f"({','.join(args)})" if args else ""
        return (
            f"{self.name}{listed}{' unsigned' if self.unsigned else ''}{' zerofill' if self.zerofill else ''}"
        )


_BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}


def integer_range(parts: TypeParts) -> tuple[int, int]:
    """The smallest and the largest value of an integer type, or of YEAR."""
    if parts.name == "year":
        return 0, 2155
    bits = _BITS[parts.name]
    return (0, 2**bits - 1) if parts.unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def charset_name(name: str) -> str:
    """``utf8`` is an alias of ``utf8mb3``, in the names of character sets and of collations."""
    name = name.lower()
    return name.replace("utf8", "utf8mb3", 1) if name == "utf8" or name.startswith("utf8_") else name


@lru_cache(maxsize=16384)
def parse(sql: str) -> TypeParts:
    """The parts of a type in whatever spelling; a type that is not understood is all name."""
    try:
        tokens, nullable = _without_not_null(tokenize(sql))
        return replace(_normal(_taken_apart(tokens)), nullable=nullable)
    except (NotUnderstood, IndexError):
        return TypeParts(sql.strip().lower())


def _without_not_null(tokens: tuple[Token, ...]) -> tuple[tuple[Token, ...], bool]:
    words = [text.lower() if kind == "word" else "" for kind, text in tokens]
    for i in range(1, len(words) - 1):
        if words[i : i + 2] == ["not", "null"]:
            return tokens[:i] + tokens[i + 2 :], False
    return tokens, True


def _taken_apart(tokens: tuple[Token, ...]) -> TypeParts:
    words: list[str] = []
    args: list[str] = []
    rest: list[str] = []
    inside = seen = False
    for i, (kind, text) in enumerate(tokens):
        if text.lower() == "character" and i + 1 < len(tokens) and tokens[i + 1].text.lower() == "set":
            seen = True
        if kind == "op" and text == "(":
            inside = seen = True
        elif kind == "op" and text == ")":
            inside = False
        elif inside and text != ",":
            args.append(text)
        elif not inside:
            (rest if seen or text.lower() in _MODIFIERS else words).append(text.lower())
            seen = seen or text.lower() in _MODIFIERS
    charset, collation = _after(rest, ("set", "charset")), _after(rest, ("collate",))
    if charset is None and ("ascii" in rest or "unicode" in rest):
        charset = "latin1" if "ascii" in rest else "ucs2"
    return TypeParts(
        " ".join(words),
        tuple(args),
        "unsigned" in rest or "zerofill" in rest,
        "zerofill" in rest,
        charset_name(charset) if charset else None,
        charset_name(collation) if collation else None,
    )


_MODIFIERS = frozenset({"unsigned", "signed", "zerofill", "charset", "collate", "ascii", "unicode"})


def _after(words: list[str], markers: tuple[str, ...]) -> str | None:
    for i, word in enumerate(words[:-1]):
        if word in markers:
            return words[i + 1]
    return None


def _normal(parts: TypeParts) -> TypeParts:
    """Synonyms, unstated parameters and display widths settled."""
    name, args, charset, collation = parts.name, parts.args, parts.charset, parts.collation
    name = _SYNONYMS.get(name, name)
    if name in ("bool", "boolean"):
        name, args = "tinyint", ("1",)
    elif name.startswith("national "):
        name, charset = name.removeprefix("national "), "utf8mb3"
    elif name == "serial":
        return TypeParts("bigint", unsigned=True)
    if name in INTEGERS:
        if not parts.zerofill and (name, args) != ("tinyint", ("1",)):
            args = ()
        elif parts.zerofill:
            args = args or (_ZERO_FILLED[name],)
    elif name == "decimal":
        args = ((*args, "0") if len(args) == 1 else args) or ("10", "0")
    elif name == "float" and len(args) == 1:
        name, args = ("double" if int(args[0]) > 24 else "float"), ()
    elif name in ("bit", "char", "binary"):
        args = args or ("1",)
    elif name == "year" or (name in _TIMES and args == ("0",)):
        args = ()
    elif name in ("text", "blob") and args:
        size = int(args[0]) * (4 if name == "text" else 1)
        name, args = next(p for p, limit in _SIZED_TEXT if size <= limit) + name, ()
    return TypeParts(name, args, parts.unsigned, parts.zerofill, charset, collation)


_KNOWN = (
    NUMBERS
    | TEXTS
    | _TIMES
    | {
        "json",
        "uuid",
        "inet4",
        "inet6",
        "date",
        "binary",
        "varbinary",
        "tinyblob",
        "blob",
        "mediumblob",
        "longblob",
    }
)


def is_known(sql: str) -> bool:
    """Whether the canonical spelling of this type is surely the server's own."""
    return parse(sql).name in _KNOWN


def is_literal(default: str) -> bool:
    """Whether a canonical default is a literal or the current time, which have one spelling each."""
    return default.startswith("current_timestamp(") or _literal(default) is not None


# -- defaults ----------------------------------------------------------------------------------------


@lru_cache(maxsize=65536)
def default(sql: str, type_sql: str, database: str = "") -> str | None:
    """A server default in canonical spelling; None for DEFAULT NULL, which is the same as none."""
    text = expressions.canonical(sql, database)
    if text == "NULL":
        return None
    parts = parse(type_sql)
    value = _literal(text)
    if value is None:
        return text
    if parts.name in NUMBERS:
        return _number(value, parts) or text
    if parts.name in _TIMES | {"date"}:
        return string(_moment(value, parts)) if text[0] == "'" else text
    if parts.name == "json" or text[0] in "bx":
        return text
    return string(value)


def _literal(text: str) -> str | None:
    """The value of a literal default, None when it is an expression."""
    try:
        tokens = tokenize(text)
    except NotUnderstood:
        return None
    sign = ""
    if len(tokens) == 2 and tokens[0].text == "-" and tokens[1].kind == "number":
        sign, tokens = "-", tokens[1:]
    if len(tokens) != 1 or tokens[0].kind not in ("string", "number", "prefixed"):
        return None
    return sign + tokens[0].text


def _number(value: str, parts: TypeParts) -> str | None:
    """A numeric literal as the server stores it for this type."""
    if parts.name == "bit":
        if value[:1] in "bB" and "'" in value:
            return f"b'{value[2:-1].lstrip('0') or '0'}'"
        return f"b'{int(value):b}'" if value.isdigit() else None
    try:
        number = Decimal(value.strip())
        if parts.name == "decimal":
            return str(number.quantize(Decimal(1).scaleb(-int(parts.args[1]))))
        if parts.name in ("float", "double"):
            found = repr(float(number))
            return found.removesuffix(".0")
        if number == number.to_integral_value():
            return str(int(number)).rjust(int(parts.args[0]) if parts.zerofill and parts.args else 0, "0")
    except (InvalidOperation, ValueError):
        pass
    return None


def _moment(value: str, parts: TypeParts) -> str:
    """Date and time literals with the parts the server fills in."""
    precision = int(parts.args[0]) if parts.args else 0
    if parts.name in ("datetime", "timestamp") and len(value) == 10:
        value += " 00:00:00"
    head, _, fraction = value.partition(".")
    if precision and len(head) in (8, 19):
        return f"{head}.{fraction[:precision].ljust(precision, '0')}"
    return head if fraction and not fraction.strip("0") else value


def refers(column: ColumnType, target: ColumnType) -> bool:
    """Whether InnoDB lets a column of one type refer to the other: lengths of text may differ, character
    sets, collations, signs and sizes of numbers may not."""
    old, new = parse(column.sql), parse(target.sql)
    said = ((column.charset, target.charset), (column.collation, target.collation))
    if any(mine != other for mine, other in said if mine and other):
        return False
    if old.name in TEXTS and new.name in TEXTS:
        return (old.name in ("enum", "set")) == (new.name in ("enum", "set"))
    return (old.name, old.unsigned) == (new.name, new.unsigned)
