"""Types that people come to regret."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import Column

_HINTS = {
    "style-json": ("json has no equality and no index.", "JSONB", "a new json column"),
    "style-timestamp": (
        "A timestamp without time zone does not say which moment it means.",
        "DateTime(timezone=True)",
        "a new timestamp without time zone",
    ),
    "style-char": ("char(n) pads values with blanks.", "String or Text", "a new char(n) column"),
    "style-int-key": (
        "An integer key ends at 2,147,483,647, and is widened by rewriting the table.",
        "BigInteger",
        "a new integer key",
    ),
}
RULES = {
    id_: Rule(id_, "low", summary, dialects=("postgresql",), page="style")
    for id_, (_, _, summary) in _HINTS.items()
}


def check(context: Context) -> Iterable[Finding]:
    for column in context.created(Column):
        id_ = _hint(column)
        if id_:
            message, instead, _ = _HINTS[id_]
            yield RULES[id_].finding(column.key, message, remedy=f"Prefer {instead}.")


def _hint(column: Column) -> str:
    sql = column.type.sql
    if sql == "json":
        return "style-json"
    if sql.startswith("timestamp") and sql.endswith("without time zone"):
        return "style-timestamp"
    if sql.startswith("character("):
        return "style-char"
    counted = column.autoincrement or column.identity
    return "style-int-key" if counted and sql in ("smallint", "integer") else ""
