"""What lives beside the tables and stands on a column or a table that goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.indexing import leading
from autogen.review.rules.rename_breaks import uses_name
from autogen.schema import Column, Dependent, Index, Key, Table, Unique

RULES = {
    kind: Rule(
        f"drop-{kind}-dependents",
        "blocker",
        summary,
        page="drop-dependents",
    )
    for kind, summary in (
        ("column", "a dropped column that views, triggers or keys over several columns stand on"),
        ("table", "a dropped table that views or triggers elsewhere stand on"),
    )
}
_KINDS = ("view", "materialized view", "function", "trigger", "rule", "policy")
_LISTED = 5


def check(context: Context) -> Iterable[Finding]:
    for table in context.dropped(Table):
        yield from _stands_on(context, table.key, table.key)
    for column in context.dropped(Column):
        owner = column.key.owner
        if owner not in context.dropped_tables:
            yield from _stands_on(context, column.key, context.old_name(owner))
            yield from _goes_along(context, column)


def _stands_on(context: Context, key: Key, table: Key) -> Iterator[Finding]:
    live = key if key.kind == "table" else key._replace(schema=table.schema, table=table.name)
    users = sorted(d.identity for d in context.dependents if _uses(context, d, live))
    if users:
        more = f" and {len(users) - _LISTED} more" if len(users) > _LISTED else ""
        follows = (
            "the server refuses the drop while they stand"
            if context.dialect.dependents_follow
            else "they fail from then on, a trigger with every statement that fires it"
        )
        yield RULES[key.kind].finding(
            key,
            f"Used by {', '.join(users[:_LISTED])}{more}: {follows}.",
            remedy="Drop or redefine them before it, in both functions.",
        )


def _uses(context: Context, dependent: Dependent, key: Key) -> bool:
    """Whether a dependent that outlives the drop stands on what is dropped; where the server does not say
    which columns it reads, whether it names the column."""
    if dependent.kind not in _KINDS:
        return False
    own = Key("table", dependent.schema, "", dependent.table)
    if key.kind == "table":
        return key in dependent.uses and own != key
    if key in dependent.uses:
        return True
    says_columns = any(used.kind == "column" for used in dependent.uses)
    on_table = own == key.owner or key.owner in dependent.uses
    return not says_columns and on_table and uses_name(dependent.create, key.name)


def _goes_along(context: Context, column: Column) -> Iterator[Finding]:
    """Keys and indexes over this and other columns, which guarded or served those as well."""
    table = column.key.owner
    keys: tuple[Unique | Index, ...] = (*context.dropped(Unique), *context.dropped(Index))
    several = [
        part
        for part in keys
        if part.key.owner == table and column.name in part.columns and len(part.columns) > 1
    ]
    rest = [part for part in several if not _replaced(context, part, column.name)]
    if rest and context.may_hold_rows(table):
        listed = ", ".join(sorted(f"{part.key.name} ({', '.join(part.columns)})" for part in rest))
        yield RULES["column"].finding(
            column.key,
            f"With it goes {listed}, which served the other columns, too.",
            "low" if context.is_small(table) and all(isinstance(p, Index) for p in rest) else "medium",
            "Build what is to replace it before the column goes.",
        )


def _replaced(context: Context, part: Unique | Index, column: str) -> bool:
    """Whether something begins with the columns that are left."""
    left = [name for name in part.columns if name != column]
    gone = {c.name for c in context.dropped(Column) if c.key.owner == part.key.owner}
    left = [name for name in left if name not in gone]
    return not left or bool(leading(context.comparison.after, part.key.owner, left))
