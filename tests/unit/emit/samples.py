"""Hand-made values that the tests of emission share."""

from __future__ import annotations

from datetime import UTC, datetime

from autogen.changes import Alter, Change, Create, Drop, Rename, apply
from autogen.emit.report import Command, Located, Report
from autogen.emit.revision import Header
from autogen.plan import Comparison, Finding, Plan, Step
from autogen.schema import Code, Column, ColumnType, Index, IndexElement, Key, Object, Schema, Table

SA = frozenset({"import sqlalchemy as sa"})
HOSTILE = (
    '"""',
    '""""""',
    'ends with a quote"',
    "back\\slash\\",
    "\\N{DASH}\\x41\\u0041",
    "new\nline",
    "carriage\rreturn\x0bfeed\x0c\x85\u2028",
    "%(x)s %s %%",
    "{braces} {0}",
    "emoji 🦀 wide 表",
    "bidi \u202e\u2066 gnp.exe",
    "'; DROP TABLE t; --",
    "# fmt: off",
    "nul\x00 esc\x1b[31m",
    "lone surrogate \ud800",
    '"""\nimport os; os._exit(3)\n"""',
    "-*- coding: utf-7 -*-",
    "Proven: upgrade\nDrafted by autogen 9 from x against y.\nReview:\n",
    ":x \\:y",
    "x" * 300,
    "",
)


def key(label: str, kind: str = "column") -> Key:
    table, _, name = label.partition(".")
    return Key(kind, "", table, name) if name else Key("table", "", "", table)  # type: ignore[arg-type]


def step(text: str, label: str, note: str = "", block: str = "", **more: frozenset[str]) -> Step:
    return Step(
        Code(text, more.get("imports", SA)), key(label), note, block, more.get("helpers", frozenset())
    )


def column(label: str, type_: str = "VARCHAR(20)", **more: object) -> Column:
    table, _, name = label.partition(".")
    return Column("", table, name, ColumnType(type_), **more)  # type: ignore[arg-type]


def table(name: str, **more: object) -> Table:
    return Table("", name, **more)  # type: ignore[arg-type]


def plan_of(*changes: Change, findings: tuple[Finding, ...] = ()) -> Plan:
    """A plan whose database holds just what the changes start from."""
    before: dict[Key, Object] = {}
    keys = {change.key for change in changes}
    for change in changes:
        if not isinstance(change, Create):
            before[change.before.key] = change.before
            if change.key.table:
                before.setdefault(change.before.key.owner, Table("", change.before.key.table))
        elif change.key.table and Key("table", "", "", change.key.table) not in keys:
            before.setdefault(change.key.owner, Table("", change.key.table))
    schema = Schema(before.values())
    return Plan(Comparison(changes, schema, apply(changes, schema)), findings)


def report_of(plan: Plan, command: Command = "diff", **more: object) -> Report:
    """A report of a plan whose findings have no place."""
    located = tuple(Located(finding) for finding in plan.findings)
    return Report(command, located, plan.comparison, **more)  # type: ignore[arg-type]


def header(message: str = "split name, refund reasons", **more: object) -> Header:
    values = {
        "revision_id": "3f9c1a7be21d",
        "down_revision": "8a1d0c4f5e77",
        "create_date": datetime(2026, 11, 21, 10, 15, 2, tzinfo=UTC),
        "version": "0.1.0",
        "models": "myapp.models:Base",
        "server": "PostgreSQL 18.4",
        **more,
    }
    return Header(message, **values)  # type: ignore[arg-type]


RENAME = Rename(column("users.fullname"), column("users.full_name"))
REFUND = Create(column("orders.refund_reason", "TEXT"))
STATUS = Alter(
    column("orders.status", nullable=False),
    column("orders.status", "VARCHAR(10)", default="'new'", nullable=False),
)
LEGACY = Drop(column("orders.legacy_code", "VARCHAR(12)"))
INDEX = Create(Index("", "orders", "ix_orders_user_id", (IndexElement("user_id"),)))
FINDINGS = (
    Finding(
        "drop-column",
        "blocker",
        "orders.legacy_code",
        "Deletes the column's values. downgrade() restores the column, not the values; code that still reads "
        "it breaks.",
    ),
    Finding(
        "type-lossy",
        "blocker",
        "orders.status",
        "Narrowing: fails on values that do not fit. Check the data first.",
    ),
)
EVERYTHING = plan_of(RENAME, REFUND, STATUS, LEGACY, INDEX, findings=FINDINGS)
