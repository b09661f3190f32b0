"""Which of the three is to blame: models, migrations and database set side by side, as far as each is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autogen.compare import compare
from autogen.dialects.base import Blueprint, Dialect, Scope
from autogen.errors import AutogenError
from autogen.introspect import introspect
from autogen.pipeline import Examination, declared, examine_schema
from autogen.plan import Comparison
from autogen.prove.scratch import Scratch
from autogen.replay import Replayed, replayed
from autogen.replay.ground import Ground, chosen
from autogen.schema import Dependent, Schema
from autogen.states import Pairing, States

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from autogen.project.location import Project

BEHIND = "the database is behind the migrations"


@dataclass(frozen=True, slots=True)
class Told:
    """What was found, and the comparison that it is mainly about."""

    states: States
    seen: Examination


def beside(project: Project, seen: Examination) -> States:
    """The other two comparisons where models and database differ although the database is at head: whether
    the migrations lack something, or somebody changed the database by hand."""
    models_database = Pairing(seen.comparison)
    try:
        ground = chosen(project, (seen.dialect, seen.server))
        (head,) = replayed(project, ground, seen.scope, [project.revisions.heads])
        models = models_against(project, ground, head, seen.scope)
        by_hand = compare(seen.current, head.schema, seen.dialect, seen.scratch)
    except AutogenError as error:
        unknown = Pairing(None, str(error))
        return States(unknown, unknown, models_database)
    return States(Pairing(models.comparison), Pairing(by_hand), models_database, replayed_on=head.server)


def behind(
    project: Project, dialect: Dialect, connection: Connection, scope: Scope, applied: Sequence[str]
) -> Told:
    """For a database that has revisions before it: the models beside the migrations, and the database beside
    what its own revisions make. One that has no record of any is held against all of them, where it has
    tables."""
    _, scope = declared(dialect, project.metadatas, scope)
    current = introspect(connection, dialect, scope)
    ground = chosen(project, (dialect, dialect.server_label(connection)))
    heads = project.revisions.heads
    stops = [applied, heads] if applied else [heads]
    *before, head = replayed(project, ground, scope, stops)
    models = models_against(project, ground, head, scope)
    reached = before[0] if before else head if current.tables else None
    scratch = Standing(dialect, ground, reached.blueprint if reached else Blueprint(Schema()))
    by_hand = compare(current, reached.schema, dialect, scratch) if reached else None
    states = States(
        Pairing(models.comparison), Pairing(by_hand), Pairing(None, BEHIND), replayed_on=head.server
    )
    return Told(states, models)


def without_database(project: Project, ground: Ground, scope: Scope, why: str) -> Told:
    """The models beside the migrations alone; ``why`` the database is left out."""
    _, scope = declared(ground.dialect, project.metadatas, scope)
    (head,) = replayed(project, ground, scope, [project.revisions.heads])
    models = models_against(project, ground, head, scope)
    left_out = Pairing(None, why)
    return Told(States(Pairing(models.comparison), left_out, left_out, replayed_on=head.server), models)


def models_against(project: Project, ground: Ground, head: Replayed, scope: Scope) -> Examination:
    """The models held against what the migrations make."""
    desired, scope = declared(ground.dialect, project.metadatas, scope)
    scratch = Standing(ground.dialect, ground, head.blueprint)
    label = f"replayed on {head.server}"
    return examine_schema(ground.dialect, head.schema, desired, scope, scratch, project.metadatas, label)


class Standing(Scratch):
    """Scratch databases for a schema that no live database has."""

    def __init__(self, dialect: Dialect, ground: Ground, blueprint: Blueprint) -> None:
        self._dialect = dialect
        self._ground = ground
        self._known = blueprint

    @contextmanager
    def open(self) -> Iterator[Connection]:
        with self._ground.running() as url, self._dialect.scratch(url) as connection:
            yield connection

    @property
    def dependents(self) -> tuple[Dependent, ...]:
        return self._known.dependents

    @property
    def blueprint(self) -> Blueprint:
        return self._known
