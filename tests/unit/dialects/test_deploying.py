"""What counts as a statement that changes the schema, or rows."""

from __future__ import annotations

import pytest

from autogen.dialects.deploying import defines, writes


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE t (a int)",
        "  -- why\n  alter table t add b int",
        "/* why */ DROP TABLE t",
        "/*!50003 CREATE TRIGGER t */",
        "# why\nRENAME TABLE a TO b",
        "TRUNCATE t",
        "\n\tCREATE\nINDEX ix ON t (a)",
    ],
)
def test_schema(statement: str) -> None:
    assert defines(statement)
    assert not writes(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO t VALUES (1)",
        "with x as (select 1) update t set a = 1",
        "/* CREATE */ UPDATE t SET a = 'DROP TABLE t'",
        "REPLACE INTO t VALUES (1)",
        "CALL p()",
        "(DELETE FROM t)",
    ],
)
def test_rows(statement: str) -> None:
    assert writes(statement)
    assert not defines(statement)


@pytest.mark.parametrize(
    "statement",
    ["SELECT 1", "SET x = 1", "PRAGMA foreign_keys = OFF", "BEGIN", "", "-- CREATE TABLE t", "CREATED"],
)
def test_neither(statement: str) -> None:
    assert not defines(statement)
    assert not writes(statement)
