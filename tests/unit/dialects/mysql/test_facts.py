"""Row versions, which MySQL counts from 8.0.29 on: asked there alone, and weighed when they run out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from autogen.changes import Change, Create, Drop
from autogen.dialects.facts import Asked, Facts
from autogen.dialects.mysql.facts import facts
from autogen.plan import Comparison
from autogen.review import review
from autogen.schema import Column, ColumnType, Key, Schema, Table
from tests.unit.review.judge import JUDGE

TABLE = Key("table", "", "", "t")


class Server:
    """Answers what the catalog would."""

    def __init__(self, versions: int) -> None:
        self.versions = versions
        self.asked: list[str] = []

    def execute(self, query: Any, parameters: Any) -> Any:
        self.asked.append(str(query))
        assert parameters == {"tables": [("shop", "t")]}
        found = (
            [("shop", "t", self.versions)]
            if "total_row_versions" in str(query)
            else [("shop", "t", 9, 16384, None, 1)]
        )
        return SimpleNamespace(all=lambda: found)


def dialect(version: tuple[int, ...], mariadb: bool) -> Any:
    sqla = SimpleNamespace(server_version_info=version, is_mariadb=mariadb)
    return SimpleNamespace(default_schema="shop", sqla=sqla)


@pytest.mark.parametrize(
    ("version", "mariadb", "asked"),
    [((8, 0, 36), False, True), ((8, 0, 28), False, False), ((10, 11, 19), True, False)],
)
def test_row_versions_are_asked_where_they_are_counted(
    version: tuple[int, ...], mariadb: bool, asked: bool
) -> None:
    server: Any = Server(61)
    found = facts(dialect(version, mariadb), server, Asked((TABLE,)))
    assert found.versions == ({TABLE: 61} if asked else {})
    assert len(server.asked) == 1 + asked
    assert found.sizes[TABLE].rows == 9


OLD, NEW = (Column("", "t", name, ColumnType("INT")) for name in ("old", "new"))


@pytest.mark.parametrize("change", [Create(NEW), Drop(OLD)])
@pytest.mark.parametrize(("used", "fires"), [(55, False), (61, True)])
def test_a_budget_that_runs_out_is_told(change: Change, used: int, fires: bool) -> None:
    before = Schema((Table("", "t"), OLD))
    comparison = Comparison((change,), before, before)
    found = review(comparison, JUDGE, lambda _: True, catalog=lambda _: Facts(versions={TABLE: used}))
    told = [f for f in found if f.rule == "mysql-instant-budget"]
    assert [f.message for f in told] == (
        ["Instant changes have left 61 of 64 row versions in t: at 64 MySQL refuses ALGORITHM=INSTANT."]
        if fires
        else []
    )
