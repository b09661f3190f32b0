"""Real projects' models on every backend: their schema through the file, and held against it offline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen import pipeline
from autogen.changes import Alter, Change
from autogen.dialects.base import Scope
from autogen.lockfile.declared import declarations, unconnected
from autogen.lockfile.document import Lock, parse, render
from autogen.lockfile.keeping import source_of
from autogen.lockfile.making import made
from autogen.lockfile.offline import compare_offline
from autogen.plan import Comparison
from tests.acceptance.test_real import Project, built, project, url

__all__ = ["project", "url"]  # fixtures


def locked(url: URL, metadata: sa.MetaData) -> tuple[Lock, Comparison]:
    """The file of a database that equals its models, written and read, and what made it."""
    with pipeline.connected(url) as (dialect, connection):
        seen = pipeline.examine(dialect, connection, [metadata], Scope(), url)
        assert seen.comparison.changes == ()
        text = render(made(source_of(seen)))
        return parse(text, Path("schema.lock")), seen.comparison


def offline(lock: Lock, metadata: sa.MetaData) -> Comparison:
    dialect = unconnected(lock.dialect, lock.noted)
    desired = declarations([metadata], dialect, Scope())
    return compare_offline(lock.schema, desired, dialect, [metadata])


def labels(changes: Sequence[Change]) -> set[str]:
    return {
        f"{type(c).__name__} {c.key.kind} {c.key.label} {sorted(c.changed) if isinstance(c, Alter) else ''}"
        for c in changes
    }


@pytest.mark.parametrize("version", ["before", "after"])
def test_a_schema_in_sync(project: Project, url: URL, version: str) -> None:
    metadata = getattr(project, version)
    built(project, url, metadata)
    lock, comparison = locked(url, metadata)
    assert lock.schema.schema == comparison.before
    found = offline(lock, metadata)
    assert (found.changes, found.not_compared) == ((), comparison.not_compared)
    assert render(lock._replace(objects=lock.objects)) == render(lock)


def test_what_the_newer_models_change(project: Project, url: URL) -> None:
    """No database, and the same changes, but for what only a database could decide, which is said."""
    built(project, url, project.before)
    lock, _ = locked(url, project.before)
    with pipeline.connected(url) as (dialect, connection):
        online = pipeline.examine(dialect, connection, [project.after], Scope(), url).comparison
    found = offline(lock, project.after)
    undecided = {s.object for s in found.not_compared}
    mine = labels(found.changes)
    theirs = {label for label in labels(online.changes) if label.split(" ")[2] not in undecided}
    assert mine - labels(online.changes) == set()
    assert theirs - mine == set()
