"""Identifiers as PostgreSQL's quote_ident writes them: quoted where they must be, and only there."""

from __future__ import annotations

import re
from functools import lru_cache

_KEYWORDS = """
all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean
both case cast char character check coalesce collate collation column concurrently constraint create
cross current_catalog current_date current_role current_schema current_time current_timestamp
current_user dec decimal default deferrable desc distinct do else end except exists extract false
fetch float for foreign freeze from full grant greatest group grouping having ilike in initially
inner inout int integer intersect interval into is isnull join json json_array json_arrayagg
json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value
lateral leading least left like limit localtime localtimestamp merge_action national natural nchar
none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay
placing position precision primary real references returning right row select session_user setof
similar smallint some substring symmetric system_user table tablesample then time timestamp to
trailing treat trim true union unique user using values varchar variadic verbose when where window
with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot
xmlserialize xmltable
"""
# Words that PostgreSQL does not take as any name without quotes.
KEYWORDS = frozenset(_KEYWORDS.split())
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")
_DOTTED = re.compile(r'\s*("(?:[^"]|"")+"|[^\s".]+)\s*(?:\.|\Z)')


@lru_cache(8192)
def quoted(name: str) -> str:
    """A name as the server spells it."""
    if _PLAIN.match(name) and name not in KEYWORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


def unquoted(text: str) -> str:
    """The name that an identifier in SQL stands for."""
    if text.startswith('"'):
        return text[1:-1].replace('""', '"')
    return text.lower()


def parts(text: str) -> list[str] | None:
    """The names of a dotted identifier, or None where the text is none."""
    names, at = [], 0
    while at < len(text):
        match = _DOTTED.match(text, at)
        if match is None:
            return None
        names.append(unquoted(match[1]))
        at = match.end()
    return names


def always_quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
