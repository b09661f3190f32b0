"""What no ALTER TABLE changes is reported, never drafted."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from tests.harness import build, diff


def models(**options: Any) -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table("base", metadata, sa.Column("a", sa.Integer))
    sa.Table("other", metadata, sa.Column("a", sa.Integer))
    sa.Table("t", metadata, sa.Column("a", sa.Integer), sa.Column("b", sa.Integer), **options)
    return metadata


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            {"postgresql_partition_by": "RANGE (a)"},
            {"postgresql_partition_by": "LIST (a)"},
            "RANGE (a) instead of LIST (a)",
        ),
        ({}, {"postgresql_partition_by": "LIST (a)"}, "not at all instead of LIST (a)"),
        ({"postgresql_partition_by": "LIST (a)"}, {}, "LIST (a) instead of not at all"),
        ({"postgresql_inherits": "base"}, {"postgresql_inherits": "other"}, "base instead of other"),
        ({"postgresql_inherits": "base"}, {}, "inherits from other tables"),
    ],
)
def test_other_partitioning_and_parents_are_not_compared(
    pg_url: URL, before: dict[str, Any], after: dict[str, Any], words: str
) -> None:
    build(pg_url, models(**before))
    drafted = diff(pg_url, models(**after))
    (left,) = drafted.not_compared
    assert (drafted.changes, left.object) == ((), "t")
    assert words in left.reason


def test_what_else_changes_is_drafted_and_proven(pg_url: URL) -> None:
    build(pg_url, models(postgresql_partition_by="RANGE (a)"))
    after = models(postgresql_partition_by="LIST (a)")
    after.tables["t"].append_column(sa.Column("c", sa.Integer))
    drafted = diff(pg_url, after)
    assert (drafted.changes, drafted.verified) == (("create column t.c",), True)
    assert [left.object for left in drafted.not_compared] == ["t"]
