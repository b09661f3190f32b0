"""Type names as format_type spells them, from any spelling that PostgreSQL understands."""

from __future__ import annotations

import re
from functools import lru_cache

from autogen.dialects.postgresql.names import parts, quoted

_ALIASES = {
    "int": "integer",
    "int4": "integer",
    "serial": "integer",
    "serial4": "integer",
    "int8": "bigint",
    "bigserial": "bigint",
    "serial8": "bigint",
    "int2": "smallint",
    "smallserial": "smallint",
    "serial2": "smallint",
    "float4": "real",
    "float8": "double precision",
    "float": "double precision",
    "decimal": "numeric",
    "dec": "numeric",
    "varchar": "character varying",
    "char varying": "character varying",
    "nchar varying": "character varying",
    "national character varying": "character varying",
    "char": "character",
    "nchar": "character",
    "national character": "character",
    "bool": "boolean",
    "varbit": "bit varying",
    "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone",
    "timestamp": "timestamp without time zone",
    "time": "time without time zone",
}
_KEPT = frozenset(_ALIASES.values())
_PLAIN = _KEPT | {"text", "date", "uuid", "json", "jsonb", "bytea", "bit", "inet", "cidr", "macaddr"}
_ARRAY = re.compile(r"\s*(?:\[\s*\d*\s*\]|\bARRAY(?:\s*\[\s*\d+\s*\])?)\s*\Z", re.I)
_ZONED = re.compile(r"(timestamp|time)\s*(?:\(\s*(\d+)\s*\))?\s*(?:(with|without)\s+time\s+zone)?\Z")
_INTERVAL = re.compile(
    r"interval(?:\s+((?:year|month|day|hour|minute|second)(?:\s+to\s+(?:month|hour|minute|second))?))?"
    r"\s*(?:\(\s*(\d+)\s*\))?\Z"
)
_MODIFIED = re.compile(r"(.*?)\s*\(([^()]*)\)\s*(.*)\Z", re.S)
_SHAPE_NAMES = """
Geometry Point LineString Polygon MultiPoint MultiLineString MultiPolygon GeometryCollection
CircularString CompoundCurve CurvePolygon MultiCurve MultiSurface PolyhedralSurface Triangle Tin
"""
_SHAPES = {
    shape.lower(): shape
    for base in _SHAPE_NAMES.split()
    for shape in (base, f"{base}Z", f"{base}M", f"{base}ZM")
}


@lru_cache(4096)
def type_name(ddl: str, default_schema: str = "") -> str:
    """The canonical spelling of a type; ``default_schema`` is left out where it qualifies the name."""
    text, dims = ddl.strip(), 0
    while match := _ARRAY.search(text):
        text, dims = text[: match.start()], dims + 1
    return _scalar(text.strip(), default_schema) + "[]" * dims


def is_built_in(name: str) -> bool:
    """Whether a canonical name is that of a common built-in type, its parameters aside."""
    return base_name(name) in _PLAIN


def base_name(name: str) -> str:
    """A canonical type without its parameters: what a cast without them is to."""
    if "(" not in name:
        return "interval" if name.startswith("interval ") else name
    if name.startswith("interval"):
        return "interval"
    bare = re.sub(r"\([^()]*\)", "", name)
    return bare.replace("character[", "bpchar[") if bare.startswith("character[") else bare


def _scalar(text: str, default_schema: str) -> str:
    plain = " ".join(text.lower().split())
    if plain in ("character", "char", "nchar"):
        return "character(1)"
    if plain == "bit":
        return "bit(1)"
    if zoned := _ZONED.match(plain):
        precision = f"({zoned[2]})" if zoned[2] else ""
        return f"{zoned[1]}{precision} {zoned[3] or 'without'} time zone"
    if interval := _INTERVAL.match(plain):
        fields = f" {interval[1]}" if interval[1] else ""
        return f"interval{fields}" + (f"({interval[2]})" if interval[2] else "")
    if plain in _KEPT:
        return plain
    if plain in _ALIASES:
        return _ALIASES[plain]
    modified = _MODIFIED.match(text)
    if modified and modified[3] == "" and not modified[1].endswith('"'):
        return _with_parameters(modified[1], modified[2], default_schema)
    return _named(text, default_schema)


def _with_parameters(name: str, parameters: str, default_schema: str) -> str:
    values = [value.strip() for value in parameters.split(",")]
    base = " ".join(name.lower().split())
    if base in ("timestamptz", "timetz"):
        return f"{base[:-2]}({values[0]}) with time zone"
    base = _ALIASES.get(base, base)
    if base == "double precision" and values[0].isdigit():
        return "real" if int(values[0]) <= 24 else "double precision"
    if base == "numeric":
        return f"numeric({values[0]},{values[1] if len(values) > 1 else '0'})"
    if base in _KEPT or base == "bit":
        return f"{base}({','.join(values)})"
    named = _named(name, default_schema)
    if named.rpartition(".")[2] in ("geometry", "geography"):
        return named + _shape(values, "4326" if named.endswith("geography") else "")
    return f"{named}({','.join(values)})"


def _shape(values: list[str], unstated: str) -> str:
    """The parameters of a PostGIS column as its output function writes them."""
    shape = _SHAPES.get(values[0].lower(), values[0])
    srid = values[1] if len(values) > 1 else unstated
    known = srid.isdigit() and int(srid) > 0
    if not known and shape == "Geometry":
        return ""
    return f"({shape},{srid})" if known else f"({shape})"


def _named(text: str, default_schema: str) -> str:
    """A user-defined type, or a built-in one that has one spelling only."""
    found = parts(text)
    if not found:
        return text
    if len(found) == 2 and found[0] in (default_schema, "pg_catalog"):
        found = found[1:]
    if len(found) == 1 and found[0] in _ALIASES and '"' not in text:
        return _scalar(found[0], default_schema)
    if found == ["json"]:
        return "json"  # a keyword since PostgreSQL 16, which format_type knows and does not quote
    return ".".join(quoted(name) for name in found)
