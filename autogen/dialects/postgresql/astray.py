"""Statements that reach beyond the database they are run in: what belongs to the whole server."""

from __future__ import annotations

import re

_COMMENTS = re.compile(r"\A(?:\s+|--[^\n]*\n|/\*.*?\*/)+", re.S)
_SHARED = re.compile(
    r"(?:(?P<verb>CREATE|ALTER|DROP)\s+(?P<what>ROLE|USER(?!\s+MAPPING)|GROUP|DATABASE|TABLESPACE|SUBSCRIPTION"
    r"|SYSTEM)|(?P<other>DROP\s+OWNED|REASSIGN\s+OWNED))\b",
    re.I,
)


def astray(statement: str) -> str:
    """``CREATE ROLE``; a database that a revision makes, or a role, would be left on the server."""
    found = _SHARED.match(_COMMENTS.sub("", statement, count=1))
    if found is None:
        return ""
    words = found["other"] or f"{found['verb']} {found['what']}"
    return f"runs {' '.join(words.upper().split())}, which changes the whole server"
