"""Whatever the changes: nothing that deletes data goes without a finding."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from autogen.changes import Change, Create, Drop, apply
from autogen.plan import Comparison
from autogen.review import review
from autogen.schema import Column, ColumnType, Object, Schema, Table
from tests.unit.review.judge import JUDGE

NAMES = st.text(min_size=1, max_size=4) | st.sampled_from(["a", "b", "a.b", "a. b"])
COLUMNS = st.dictionaries(NAMES, st.tuples(st.sampled_from(["TEXT", "INTEGER"]), st.booleans()), max_size=4)
SCHEMAS = st.dictionaries(NAMES, COLUMNS, max_size=4)


def objects(tables: dict[str, dict[str, tuple[str, bool]]]) -> Schema:
    made: list[Object] = [Table("", name) for name in tables]
    made += [
        Column("", table, name, ColumnType(type_), nullable)
        for table, columns in tables.items()
        for name, (type_, nullable) in columns.items()
    ]
    return Schema(made)


@given(SCHEMAS, SCHEMAS, st.sampled_from([True, False, None]))
def test_every_drop_carries_a_finding(
    old: dict[str, dict[str, tuple[str, bool]]],
    new: dict[str, dict[str, tuple[str, bool]]],
    rows: bool | None,
) -> None:
    before, after = objects(old), objects(new)
    changes: list[Change] = [Drop(o) for o in before if o.key not in after]
    changes += [Create(o) for o in after if o.key not in before]
    findings = review(Comparison(tuple(changes), before, apply(changes, before)), JUDGE, lambda _: rows)
    told = {finding.object for finding in findings}
    for change in changes:
        if isinstance(change, Drop):
            assert change.key.label in told or change.key.owner.label in told
    shuffled = Comparison(tuple(reversed(changes)), before, apply(changes, before))
    assert review(shuffled, JUDGE, lambda _: rows) == findings
