"""Columns and tables that go, and columns that come."""

from __future__ import annotations

import sqlalchemy as sa

from tests.evidence.case import EVERYWHERE, OWNERS, T_A, A, Case, both, col, table, values

CASES = [
    Case(
        "values",
        "drop-column",
        "t.a",
        "violated",
        "holds 2 values",
        T_A,
        table("t"),
        {"t": values("a", "x", "y", None)},
        severity="blocker",
    ),
    Case(
        "no values",
        "drop-column",
        "t.a",
        "clean",
        "holds no value, NULL alone",
        T_A,
        table("t"),
        {"t": values("a", None, None)},
        severity="medium",
    ),
    Case(
        "rows",
        "drop-table",
        "t",
        "violated",
        "holds 3 rows",
        both(OWNERS, T_A),
        OWNERS,
        {"t": values("a", "x", "y", None)},
        severity="blocker",
    ),
    Case(
        "no value for a new column",
        "add-not-null-no-default",
        "t.k",
        "violated",
        "2 rows without a value",
        T_A,
        table("t", A, col("k", sa.Integer, nullable=False)),
        {"t": values("a", "x", "y")},
        EVERYWHERE - {"mariadb"},
    ),
]
