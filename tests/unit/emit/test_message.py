"""The message made from the changes."""

from __future__ import annotations

import pytest

from autogen.changes import Alter, Change, Create, Drop, Rename
from autogen.emit.message import MAX_LENGTH, message
from autogen.schema import EnumType, Index, IndexElement, PrimaryKey, Table, Unique
from tests.unit.emit.samples import EVERYTHING, HOSTILE, column, table

INVOICES = (Create(table("invoices")), Create(column("invoices.id")), Create(column("invoices.sum")))
INDEX = Index("", "orders", "ix_orders_a", (IndexElement("a"),))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ((), "no changes"),
        ((Create(column("orders.refund_reason")),), "add refund_reason to orders"),
        (INVOICES, "create invoices"),
        ((Drop(column("orders.legacy_code")),), "drop legacy_code from orders"),
        ((Drop(table("orders")), Drop(column("orders.a"))), "drop orders"),
        ((Alter(column("orders.status"), column("orders.status", "TEXT")),), "change status of orders"),
        (
            (Rename(column("users.fullname"), column("users.full_name")),),
            "rename fullname to full_name in users",
        ),
        ((Rename(table("user"), table("users")),), "rename user to users"),
        ((Rename(Table("old", "acc"), Table("new", "account")),), "rename old.acc to new.account"),
        ((Rename(Table("", "acc"), Table("new", "acc")),), "move acc to new.acc"),
        ((Rename(EnumType("", "e", ("a",)), EnumType("", "e", ("b",))),), "change enum e"),
        ((Create(column("t.a")), Create(column("t.b")), Create(column("t.c"))), "add a, b and c to t"),
        (tuple(Create(column(f"t.c{n}")) for n in range(5)), "add 5 columns to t"),
        ((Create(column("orders.a")), Create(INDEX)), "add a to orders"),
        ((Create(INDEX),), "add ix_orders_a to orders"),
        ((Create(PrimaryKey("", "t", "pk_t", ("a",))),), "add primary key to t"),
        ((Create(Unique("", "t", "uq", ("a",))), *INVOICES), "create invoices and 1 more change"),
        ((Create(EnumType("", "mood", ("a",))), Create(column("t.mood"))), "add mood to t and 1 more change"),
        ((Create(EnumType("", "mood", ("a",))),), "create enum mood"),
        (EVERYTHING.comparison.changes, "rename fullname to full_name in users and 4 more changes"),
    ],
)
def test_message(changes: tuple[Change, ...], expected: str) -> None:
    assert message(changes) == expected


@pytest.mark.parametrize("name", [*HOSTILE, "a" * 63, "long_name_" * 6])
def test_hostile_names_fit(name: str) -> None:
    for changes in (
        [Create(Table(name, name))],
        [Rename(Table("", name), Table("", "b" * 63))],
        [Rename(column("t.x"), column("t.y")), Create(column("u.a")), Create(Table("", name))],
    ):
        words = message(changes)
        assert len(words) <= MAX_LENGTH
        assert all(c.isalnum() or c in " _" for c in words)
