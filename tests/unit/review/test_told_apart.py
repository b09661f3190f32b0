"""Dropped columns that come back with one value in every row, under a key that tells the rows apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autogen.changes import Change, Drop
from autogen.schema import IndexElement, Object, Unique
from tests.unit.review.test_review import IX, PK, UQ, col, found

D = col("d", default="0")
UQ_D = Unique("", "t", "uq_d", ("d",))


@pytest.mark.parametrize(
    ("changes", "standing", "fails"),
    [
        ([Drop(D)], [UQ_D], True),
        ([Drop(D), Drop(UQ_D)], [], True),
        ([Drop(D)], [], False),
        ([Drop(col("d"))], [UQ_D], False),
        ([Drop(col("d"))], [replace(UQ_D, nulls_not_distinct=True)], True),
        ([Drop(replace(D, autoincrement=True))], [UQ_D], False),
        ([Drop(D)], [replace(IX, elements=(IndexElement("d"),))], True),
        ([Drop(D)], [replace(IX, elements=(IndexElement("d"),), unique=False)], False),
        ([Drop(D)], [replace(PK, columns=("d",))], True),
        ([Drop(D)], [replace(UQ_D, columns=("a", "d"))], True),
        ([Drop(D)], [replace(UQ_D, columns=("a", "d")), UQ], False),
        ([Drop(D)], [replace(UQ_D, columns=("a", "d")), replace(IX, predicate="x")], True),
        ([Drop(D), Drop(col("e"))], [replace(UQ_D, columns=("d", "e"))], False),
        ([Drop(D), Drop(replace(D, name="e"))], [replace(UQ_D, columns=("d", "e"))], True),
    ],
)
def test_a_dropped_column_that_comes_back_with_one_value(
    changes: list[Change], standing: list[Object], fails: bool
) -> None:
    said = next(f for f in found(*changes, standing=standing) if f.object == "t.d")
    assert ("tells rows apart" in said.message) == fails
