"""Random models, edited at random, migrated there and back with rows on every backend."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from autogen import pipeline
from autogen.changes import Alter, Change, Drop, Rename, reverse
from autogen.schema import Column, ForeignKey, Index, Key, PrimaryKey, Unique
from autogen.wishes import Wishes
from tests.conftest import fresh
from tests.databases.databases import Backend
from tests.dump import dump
from tests.harness import Drafted, build, diff, differences, formatted, needs_values, read_once, run
from tests.metadata import declared_names
from tests.property.build import metadata
from tests.property.strategies import Models, pairs, renamed_pairs
from tests.rows import fill, lost, snapshot, under_new_names

EXAMPLES = int(os.environ.get("AUTOGEN_TEST_EXAMPLES", "200"))


MAIN: tuple[Backend, ...] = ("sqlite", "pg18", "mariadb")
OLDER: tuple[Backend, ...] = ("pg15",)
"""A server that differs little from one of the main ones: an eighth of the examples."""


def examples(share: int = 1) -> settings:
    return settings(
        max_examples=max(EXAMPLES // share, 1),
        deadline=None,
        derandomize="AUTOGEN_TEST_EXAMPLES" not in os.environ,
        database=None,
        print_blob=True,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.function_scoped_fixture,
            HealthCheck.data_too_large,
        ],
    )


@pytest.mark.parametrize("backend", MAIN)
@examples()
@given(data=st.data())
def test_round_trip(backend: Backend, data: st.DataObject) -> None:
    there_and_back(backend, data)


@pytest.mark.parametrize("backend", OLDER)
@examples(8)
@given(data=st.data())
def test_round_trip_on_an_older_server(backend: Backend, data: st.DataObject) -> None:
    there_and_back(backend, data)


@pytest.mark.parametrize("backend", MAIN)
@examples(4)
@given(data=st.data())
def test_round_trip_of_renames(backend: Backend, data: st.DataObject) -> None:
    renamed_there_and_back(backend, data)


@pytest.mark.parametrize("backend", OLDER)
@examples(32)
@given(data=st.data())
def test_round_trip_of_renames_on_an_older_server(backend: Backend, data: st.DataObject) -> None:
    renamed_there_and_back(backend, data)


def there_and_back(backend: Backend, data: st.DataObject) -> None:
    before, after = data.draw(pairs(backend))
    with tempfile.TemporaryDirectory() as folder:
        round_trip(backend, before, after, Path(folder))


def renamed_there_and_back(backend: Backend, data: st.DataObject) -> None:
    before, after, renames = data.draw(renamed_pairs(backend))
    with tempfile.TemporaryDirectory() as folder:
        round_trip(backend, before, after, Path(folder), renames)


def round_trip(
    backend: Backend, before: Models, after: Models, folder: Path, renames: tuple[str, ...] = ()
) -> None:
    old, new = metadata(before, backend), metadata(after, backend)
    with (
        formatted(bool(renames) and backend == "sqlite"),
        fresh(backend, folder, again=True) as url,
        fresh(backend, folder, again=True) as direct,
    ):
        build(url, old)
        with pipeline.connected(url) as live, read_once():
            assert differences(url, old, live=live) == ()
            drafted = diff(url, new, prove=False, wishes=Wishes(renames), live=live)
        assert drafted.not_compared == ()
        if not drafted.changes:
            return
        note(drafted.text)
        if rows_can_follow(drafted):
            fill(url, old)
        original, rows = dump(url), snapshot(url)
        changed = [c for c in drafted.raw if c.key.kind in ("table", "column") and not isinstance(c, Rename)]
        moved = [label for c in changed for label in labels(c, drafted)]
        expected = under_new_names(rows, [(d.before, d.after) for d in drafted.renames if d.accepted])
        run(url, drafted.text, "upgrade", new)
        assert differences(url, new) == ()
        assert lost(expected, snapshot(url), moved) == []
        build(direct, new)
        names = declared_names(new)
        assert dump(url, names) == dump(direct, names)
        run(url, drafted.text, "downgrade", new)
        assert dump(url) == original
        assert lost(rows, snapshot(url), moved) == []
        run(url, drafted.text, "upgrade", new)


def labels(change: Change, drafted: Drafted) -> set[str]:
    """What a changed object is called, before and after renames."""
    old = {d.after: d.before for d in drafted.renames if d.accepted}
    key = change.key
    owner = old.get(key.owner, key.owner)
    carried = key._replace(schema=owner.schema, table=owner.name) if key.table else key
    return {key.label, old.get(key, carried).label}


def rows_can_follow(drafted: Drafted) -> bool:
    """Whether no row stands in the way: changes that judge or convert values are run on empty tables."""
    waits = needs_values(drafted.raw) or needs_values(reverse(drafted.raw))
    judged = any(judges(change) for change in drafted.raw)
    return not (waits or judged or orphans(drafted) or one_value(drafted))


def judges(change: Change) -> bool:
    """Whether the change asks something of the values that are there, or converts them."""
    changed = getattr(change, "changed", ())
    if "type" in changed:
        return True
    if isinstance(change, Drop | Rename):
        return False
    after = change.after
    if isinstance(after, Column):
        return "nullable" in changed and not after.nullable
    if isinstance(after, Index):
        return after.unique
    return isinstance(after, PrimaryKey | Unique | ForeignKey)


def orphans(drafted: Drafted) -> bool:
    """Whether the downgrade puts back a foreign key to a table that comes back without its rows."""
    dropped = [c.before for c in drafted.raw if isinstance(c, Drop)]
    gone = {o.key for o in dropped}
    return any(isinstance(o, ForeignKey) and o.target in gone and o.key.owner not in gone for o in dropped)


def one_value(drafted: Drafted) -> bool:
    """Whether the downgrade puts back a unique key over a column that comes back with its default in every
    row, as the finding on the column's drop says."""
    gone = {c.key: c.before for c in drafted.raw if isinstance(c, Drop)}
    keys = [c.before for c in drafted.raw if isinstance(c, Drop | Alter)]
    columns = [
        gone.get(Key("column", key.schema, key.table, name))
        for key in keys
        if isinstance(key, PrimaryKey | Unique) or (isinstance(key, Index) and key.unique)
        for name in key.columns
    ]
    return any(isinstance(column, Column) and column.default is not None for column in columns)
