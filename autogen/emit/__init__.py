"""Plan -> text: the revision file, its message, its SQL, and what is told to people and machines."""

from autogen.emit.json import as_json
from autogen.emit.message import message
from autogen.emit.revision import Header, draft, line_length, with_proof
from autogen.emit.sql import as_sql
from autogen.emit.terminal import render_diff, summary

__all__ = [
    "Header",
    "as_json",
    "as_sql",
    "draft",
    "line_length",
    "message",
    "render_diff",
    "summary",
    "with_proof",
]
