"""Changes in phases: what old and what new code writes between them, and what must be there at each end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from tests.acceptance.case import ENFORCING, Models, both, column, key, table
from tests.databases.databases import BACKENDS, Backend

Rows = list[tuple[object, ...]]


@dataclass(frozen=True)
class PhaseCase:
    """``old`` and ``new`` are statements of either code, all of which must work between the phases.

    ``before`` holds at the start. After the backfill and these statements ``between`` must hold, then after
    the contract phase ``after``; back between the phases ``between`` again (or ``again``, where values are
    lost for good), and at the start ``back``. Each maps a query to its rows. ``values`` are what a person
    fills in; ``refuses`` says that the contract phase must not start before the backfill.
    """

    name: str
    old_models: Models
    new_models: Models
    rows: Sequence[str]
    old: Sequence[str]
    new: Sequence[str]
    between: Mapping[str, Rows]
    after: Mapping[str, Rows]
    back: Mapping[str, Rows]
    again: Mapping[str, Rows] = field(default_factory=dict)
    values: Sequence[str] = ()
    refuses: bool = True
    phases: Sequence[str] = ("expand", "contract")
    backends: Sequence[Backend] = BACKENDS
    renames: Sequence[str] = ()
    drops: Sequence[str] = ()
    refill: Sequence[str] = ()
    """What rows need before they fit the old schema again."""


def quoted(name: str) -> str:
    """A name as standard SQL quotes it; the runner puts it into MySQL's words."""
    return f'"{name}"'


def users(*columns: object) -> Models:
    return table("users", key(), *columns)  # type: ignore[arg-type]


NAME = column("fullname", sa.String(50), nullable=False)
NEW_NAME = column("full_name", sa.String(50), nullable=False)
RENAMED = {
    "SELECT id, fullname FROM users ORDER BY id": [(1, "Ann"), (2, "BOB"), (3, "Cy"), (4, "DEE"), (5, "ev")],
    "SELECT id, full_name FROM users ORDER BY id": [(1, "Ann"), (2, "BOB"), (3, "Cy"), (4, "DEE"), (5, "ev")],
}
OLD_NAMES, NEW_NAMES = ({query: rows} for query, rows in RENAMED.items())

RENAME = PhaseCase(
    "a column is renamed",
    both(users(NAME, lambda: sa.Index("ix_fullname", "fullname", unique=True)), table("other", key())),
    both(users(NEW_NAME, lambda: sa.Index("ix_fullname", "full_name", unique=True)), table("other", key())),
    rows=["INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob'), (5, 'Ev')"],
    old=[
        "INSERT INTO users (id, fullname) VALUES (3, 'Cy')",
        "UPDATE users SET fullname = 'BOB' WHERE id = 2",
        "UPDATE users SET fullname = fullname WHERE id = 3",
    ],
    new=[
        "INSERT INTO users (id, full_name) VALUES (4, 'Dee')",
        "UPDATE users SET full_name = 'DEE' WHERE id = 4",
        "UPDATE users SET full_name = 'ev' WHERE id = 5",
    ],
    between=RENAMED,
    after=NEW_NAMES,
    back=OLD_NAMES,
    renames=["users.fullname=users.full_name"],
)

NULLS = {
    "SELECT id, nick FROM users ORDER BY id": [(1, "a"), (2, None), (3, None), (4, "d"), (5, None)],
    "SELECT id, alias FROM users ORDER BY id": [(1, "a"), (2, None), (3, None), (4, "d"), (5, None)],
}
OLD_NULLS, NEW_NULLS = ({query: rows} for query, rows in NULLS.items())

RENAME_NULLABLE = PhaseCase(
    "a column that may be null is renamed",
    users(column("nick", sa.String(20)), column("n", sa.Integer, server_default="7")),
    users(column("alias", sa.String(20)), column("n", sa.Integer, server_default="7")),
    rows=["INSERT INTO users (id, nick) VALUES (1, 'a'), (2, 'b')"],
    old=["INSERT INTO users (id, nick) VALUES (3, NULL)", "UPDATE users SET nick = NULL WHERE id = 2"],
    new=[
        "INSERT INTO users (id, alias) VALUES (4, 'd'), (5, 'e')",
        "UPDATE users SET alias = NULL WHERE id = 5",
    ],
    between=NULLS,
    after=NEW_NULLS,
    back=OLD_NULLS,
    renames=["users.nick=users.alias"],
)

REGIONS = [(1, "eu"), (2, "eu"), (3, "us"), (4, "eu")]

REQUIRED = PhaseCase(
    "a column without a default joins, NOT NULL",
    users(),
    users(column("region", sa.String(9), nullable=False)),
    rows=["INSERT INTO users VALUES (1), (2)"],
    old=["INSERT INTO users (id) VALUES (4)"],
    new=["INSERT INTO users (id, region) VALUES (3, 'us')"],
    between={"SELECT id, region FROM users ORDER BY id": REGIONS},
    after={"SELECT id, region FROM users ORDER BY id": REGIONS},
    back={"SELECT id FROM users ORDER BY id": [(1,), (2,), (3,), (4,)]},
    values=["'eu'"],
)

SET = PhaseCase(
    "NULLs stand in a column that becomes NOT NULL",
    users(column("nick", sa.String(9))),
    users(column("nick", sa.String(9), nullable=False, server_default="none")),
    rows=["INSERT INTO users VALUES (1, NULL), (2, 'b')"],
    old=["INSERT INTO users (id, nick) VALUES (3, NULL)"],
    new=["INSERT INTO users (id, nick) VALUES (4, 'd')"],
    between={"SELECT nick FROM users ORDER BY id": [("none",), ("b",), ("none",), ("d",)]},
    after={"SELECT nick FROM users ORDER BY id": [("none",), ("b",), ("none",), ("d",)]},
    back={"SELECT nick FROM users ORDER BY id": [("none",), ("b",), ("none",), ("d",)]},
    phases=["contract"],
)

DROPPED = PhaseCase(
    "a column goes that every old row names",
    users(column("legacy", sa.String(9), nullable=False)),
    users(),
    rows=["INSERT INTO users VALUES (1, 'l')"],
    old=["INSERT INTO users (id, legacy) VALUES (2, 'm')", "UPDATE users SET legacy = 'n' WHERE id = 1"],
    new=["INSERT INTO users (id) VALUES (3)"],
    between={"SELECT id, legacy FROM users ORDER BY id": [(1, "n"), (2, "m"), (3, None)]},
    after={"SELECT id FROM users ORDER BY id": [(1,), (2,), (3,)]},
    again={"SELECT id, legacy FROM users ORDER BY id": [(1, None), (2, None), (3, None)]},
    back={},
    refuses=False,
    drops=["users.legacy"],
    refill=["UPDATE users SET legacy = 'r' WHERE legacy IS NULL"],
)

REMARKS: Rows = [(1, "one", 1), (2, "x", 2), (4, "x", 5)]

TABLE = PhaseCase(
    "a table is renamed",
    table(
        "notes",
        key(),
        column("body", sa.String(20), nullable=False, server_default="x"),
        column("n", sa.Integer),
    ),
    table(
        "remarks",
        key(),
        column("body", sa.String(20), nullable=False, server_default="x"),
        column("n", sa.Integer),
    ),
    rows=["INSERT INTO notes (id, body, n) VALUES (1, 'One', 1), (3, 'gone', 0)"],
    old=[
        "INSERT INTO notes (id, n) VALUES (2, 2)",
        "UPDATE notes SET body = 'one' WHERE id = 1",
        "DELETE FROM notes WHERE id = 3",
    ],
    new=["INSERT INTO remarks (id, n) VALUES (4, 4)", "UPDATE remarks SET n = 5 WHERE id = 4"],
    between={
        "SELECT id, body, n FROM notes ORDER BY id": REMARKS,
        "SELECT id, body, n FROM remarks ORDER BY id": REMARKS,
    },
    after={"SELECT id, body, n FROM remarks ORDER BY id": REMARKS},
    back={"SELECT id, body, n FROM notes ORDER BY id": REMARKS},
    refuses=False,
    renames=["notes=remarks"],
)

AMOUNTS: Rows = [(1, 10), (2, 21), (3, 30), (4, 40)]

RETYPED = PhaseCase(
    "a type changes that every row would be written again for",
    both(
        users(
            column("amount", sa.Integer, nullable=False),
            lambda: sa.CheckConstraint("amount > 0", name="positive"),
            lambda: sa.Index("ix_amount", "amount", unique=True),
        ),
    ),
    both(
        users(
            column("amount", sa.BigInteger, nullable=False),
            lambda: sa.CheckConstraint("amount > 0", name="positive"),
            lambda: sa.Index("ix_amount", "amount", unique=True),
        ),
    ),
    rows=["INSERT INTO users VALUES (1, 10), (2, 20)"],
    old=["INSERT INTO users (id, amount) VALUES (3, 30)", "UPDATE users SET amount = 21 WHERE id = 2"],
    new=["INSERT INTO users (id, amount) VALUES (4, 40)"],
    between={
        "SELECT id, amount FROM users ORDER BY id": AMOUNTS,
        "SELECT id, amount_new FROM users ORDER BY id": AMOUNTS,
    },
    after={"SELECT id, amount FROM users ORDER BY id": AMOUNTS},
    back={"SELECT id, amount FROM users ORDER BY id": AMOUNTS},
    backends=ENFORCING,
)

WRITTEN = [(1, 10), (2, 20), (3, 30)]

CAST = PhaseCase(
    "text becomes a number by way of another column",
    users(column("code", sa.String(9))),
    users(column("code", sa.Integer)),
    rows=["INSERT INTO users VALUES (1, '10'), (2, '20')"],
    old=["INSERT INTO users (id, code) VALUES (3, '30')"],
    new=["UPDATE users SET code = '10' WHERE id = 1"],
    between={"SELECT id, code_new FROM users ORDER BY id": list(WRITTEN)},
    after={"SELECT id, code FROM users ORDER BY id": list(WRITTEN)},
    back={"SELECT id, code FROM users ORDER BY id": [(1, "10"), (2, "20"), (3, "30")]},
    backends=ENFORCING,
)

EVERYTHING = PhaseCase(
    "a table and a column of it are renamed, another joins, another goes",
    table(
        "notes",
        column("a", sa.Integer, primary_key=True, autoincrement=False),
        column("b", sa.String(9), primary_key=True),
        column("body", sa.String(20), nullable=False),
        column("legacy", sa.Integer, nullable=False),
    ),
    table(
        "remarks",
        column("a", sa.Integer, primary_key=True, autoincrement=False),
        column("b", sa.String(9), primary_key=True),
        column("content", sa.String(20), nullable=False),
        column("size", sa.Integer, nullable=False),
        column("seen", sa.DateTime),
    ),
    rows=["INSERT INTO notes VALUES (1, 'x', 'One', 1), (1, 'y', 'Two', 1), (2, 'x', 'Three', 1)"],
    old=[
        "INSERT INTO notes (a, b, body, legacy) VALUES (2, 'y', 'four', 1)",
        "UPDATE notes SET body = 'one' WHERE a = 1 AND b = 'x'",
    ],
    new=[
        "INSERT INTO remarks (a, b, content, size) VALUES (3, 'x', 'five', 9)",
        "UPDATE remarks SET content = 'two' WHERE a = 1 AND b = 'y'",
    ],
    between={
        "SELECT a, b, body FROM notes ORDER BY a, b": [
            (1, "x", "one"),
            (1, "y", "two"),
            (2, "x", "Three"),
            (2, "y", "four"),
            (3, "x", "five"),
        ],
        "SELECT content, size FROM remarks ORDER BY a, b": [
            ("one", 3),
            ("two", 3),
            ("Three", 5),
            ("four", 4),
            ("five", 9),
        ],
    },
    after={
        "SELECT content, size FROM remarks ORDER BY a, b": [
            ("one", 3),
            ("two", 3),
            ("Three", 5),
            ("four", 4),
            ("five", 9),
        ]
    },
    back={},
    values=["length(content)"],
    renames=["notes=remarks", "notes.body=remarks.content"],
    drops=["notes.legacy"],
)

OLD_ODD, NEW_ODD = "na:me %(x)s o'c", "neu \\\\ $$ :y ü " + "x" * 30
ODD = "t:a %s ' ble"
ODD_ROWS: Rows = [(1, "A"), (2, "b"), (3, "c"), (4, "d")]

HOSTILE = PhaseCase(
    "names that SQL and Python could take for something else",
    table(
        ODD,
        key(),
        column(OLD_ODD, sa.String(9), nullable=False),
        column("k:%d", sa.Integer, nullable=False),
    ),
    table(
        ODD,
        key(),
        column(NEW_ODD, sa.String(9), nullable=False),
        column("k:%d", sa.BigInteger, nullable=False),
    ),
    rows=[f"INSERT INTO {quoted(ODD)} VALUES (1, 'a', 7), (4, 'd', 7)"],
    old=[
        f"INSERT INTO {quoted(ODD)} (id, {quoted(OLD_ODD)}, {quoted('k:%d')}) VALUES (2, 'b', 7)",
        f"UPDATE {quoted(ODD)} SET {quoted(OLD_ODD)} = 'A' WHERE id = 1",
    ],
    new=[f"INSERT INTO {quoted(ODD)} (id, {quoted(NEW_ODD)}, {quoted('k:%d')}) VALUES (3, 'c', 7)"],
    between={
        f"SELECT id, {quoted(OLD_ODD)} FROM {quoted(ODD)} ORDER BY id": ODD_ROWS,
        f"SELECT id, {quoted(NEW_ODD)} FROM {quoted(ODD)} ORDER BY id": ODD_ROWS,
    },
    after={f"SELECT id, {quoted(NEW_ODD)} FROM {quoted(ODD)} ORDER BY id": ODD_ROWS},
    back={f"SELECT id, {quoted(OLD_ODD)} FROM {quoted(ODD)} ORDER BY id": ODD_ROWS},
    renames=[f"{ODD}.{OLD_ODD}={ODD}.{NEW_ODD}"],
)

CASES = [RENAME, RENAME_NULLABLE, REQUIRED, SET, DROPPED, TABLE, RETYPED, CAST, EVERYTHING, HOSTILE]
