"""What only a server can say of an expression: kept in the file, and not guessed without one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.lockfile.offline import OPEN
from tests.harness import build
from tests.lockfile.test_real import locked, offline

Models = Callable[[sa.MetaData], None]


def table(metadata: sa.MetaData, *parts: sa.schema.SchemaItem, default: str | None = None) -> None:
    sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(20), server_default=None if default is None else sa.text(default)),
        sa.Column("n", sa.Integer, nullable=False),
        *parts,
    )


def check(text: str, name: str | None) -> Models:
    return lambda metadata: table(metadata, sa.CheckConstraint(text, name=name))


def default(text: str) -> Models:
    return lambda metadata: table(metadata, default=text)


def index(text: str) -> Models:
    return lambda metadata: table(metadata, sa.Index("ix_t", sa.text(text)))


def computed(text: str) -> Models:
    return lambda metadata: table(metadata, sa.Column("twice", sa.Integer, sa.Computed(text, persisted=True)))


ODD = "CASE WHEN ((n)) > 1 THEN (n + 0) ELSE -n END BETWEEN (1) AND 10"
ODDER = "CASE WHEN n > 1 THEN n + 0 ELSE -n END BETWEEN 1 AND 11"
CASES: dict[str, tuple[Models, Models]] = {
    "named check": (check(ODD, "ck"), check(ODDER, "ck")),
    "unnamed check": (check(ODD, None), check(ODDER, None)),
    "default": (default("(coalesce(nullif('x', 'y'), 'z'))"), default("(coalesce(nullif('x', 'q'), 'z'))")),
    "computed column": (computed("((n * 2) + 0)"), computed("((n * 2) + 1)")),
}


def metadata_of(models: Models) -> sa.MetaData:
    metadata = sa.MetaData()
    models(metadata)
    return metadata


@pytest.mark.parametrize("name", CASES)
def test_unchanged_it_is_equal_and_changed_it_is_told(database_url: URL, name: str) -> None:
    before, after = CASES[name]
    build(database_url, metadata_of(before))
    lock, comparison = locked(database_url, metadata_of(before))
    assert comparison.not_compared == ()
    found = offline(lock, metadata_of(before))
    assert (found.changes, found.not_compared) == ((), ())

    found = offline(lock, metadata_of(after))
    told = {c.key.owner.label for c in found.changes} | {
        s.object.partition(".")[0] for s in found.not_compared
    }
    assert told == {"t"}, "neither equal nor silent"
    assert {s.reason for s in found.not_compared} <= {OPEN}


def test_what_differs_for_sure_is_told_beside_what_is_open(database_url: URL) -> None:
    before, _ = CASES["named check"]
    build(database_url, metadata_of(before))
    lock, _ = locked(database_url, metadata_of(before))
    wider = metadata_of(before)
    wider.tables["t"].c.name.type = sa.String(30)
    found = offline(lock, wider)
    assert [c.key.label for c in found.changes] == ["t.name"]
    assert found.not_compared == ()


@pytest.fixture
def postgresql(pg_url: URL) -> URL:
    return pg_url


def test_a_respelling_is_open_until_a_server_has_been_asked(postgresql: URL) -> None:
    """The same meaning in other words: the server takes them for one, a run without it cannot know."""
    build(postgresql, metadata_of(check(ODD, None)))
    lock, _ = locked(postgresql, metadata_of(check(ODD, None)))
    other = metadata_of(check(ODD.replace("BETWEEN (1) AND 10", "BETWEEN 1 AND 5 + 5"), None))
    found = offline(lock, other)
    assert found.changes == ()
    assert [s.reason for s in found.not_compared] == [OPEN]


def test_a_table_whose_name_a_view_has(database_url: URL) -> None:
    """It is left alone with a database, and so it is without."""
    plain, mapped = metadata_of(table), metadata_of(table)
    sa.Table("v", mapped, sa.Column("id", sa.Integer, primary_key=True))
    build(database_url, plain, ["CREATE VIEW v AS SELECT id FROM t"])
    lock, comparison = locked(database_url, mapped)
    assert [s.object for s in comparison.not_compared] == ["v"]
    found = offline(lock, mapped)
    assert (found.changes, found.not_compared) == ((), comparison.not_compared)
