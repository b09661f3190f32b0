"""Which of the three is to blame: models, migrations and database side by side, as far as each is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from autogen.compare import compare
from autogen.declare.scoped import declared, within
from autogen.dialects.base import Blueprint, Dialect, Scope, ScratchUnavailable
from autogen.errors import AutogenError
from autogen.introspect import introspect
from autogen.pipeline import Examination, examine, examine_schema
from autogen.plan import Comparison
from autogen.project.url import mask
from autogen.prove.scratch import Scratch
from autogen.replay import Replayed, ReplayFailed, replayed
from autogen.replay.cache import load, store
from autogen.replay.codec import to_json
from autogen.replay.ground import Ground, chosen
from autogen.schema import Dependent, Namespace, Schema
from autogen.states import Pairing, States
from autogen.values import value
from autogen.wishes import Wishes

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from autogen.project.location import Project

BEHIND = "the database is behind the migrations"
NO_TABLES = "the database has no tables yet"


@value(frozen=True, slots=True)
class Told:
    """What was found, and the comparison that it is mainly about."""

    states: States
    seen: Examination


def beside(project: Project, seen: Examination) -> States:
    """The other two comparisons where models and database differ although the database is at head: whether
    the migrations lack something, or somebody changed the database by hand."""
    models_database = Pairing(seen.comparison)
    assert seen.connection is not None
    try:
        ground = chosen(project, (seen.dialect, seen.server))
        (head,) = replayed(project, ground, _read_in(seen.scope), [project.revisions.heads])
        models = models_against(project, ground, head, project.scope)
        by_hand = _by_hand(project, ground, seen.dialect, seen.connection, seen.current, head, seen.scope)
    except AutogenError as error:
        unknown = Pairing(None, mask(str(error)))
        return States(unknown, unknown, models_database)
    return States(Pairing(models.comparison), Pairing(by_hand), models_database, replayed_on=head.server)


def behind(project: Project, dialect: Dialect, connection: Connection, applied: Sequence[str]) -> Told:
    """For a database that has revisions before it: the models beside the migrations, and the database beside
    what its own revisions make. One that has no record of any is held against all of them, where it has
    tables."""
    _, scope = declared(dialect, project.metadatas, project.scope)
    hooks = project.taken_over
    limited = scope if hooks is None else hooks.scope(dialect, connection, scope)
    current = introspect(connection, dialect, limited)
    ground = chosen(project, (dialect, dialect.server_label(connection)))
    heads = project.revisions.heads
    *before, head = replayed(project, ground, scope, [applied, heads] if applied else [heads])
    models = models_against(project, ground, head, scope)
    reached = before[0] if before else head if current.tables else None
    by_hand = None
    if reached is not None:
        by_hand = _by_hand(project, ground, dialect, connection, current, reached, limited)
    pair = Pairing(by_hand, "" if by_hand else NO_TABLES)
    states = States(Pairing(models.comparison), pair, Pairing(None, BEHIND), replayed_on=head.server)
    return Told(states, models)


def without_database(project: Project, ground: Ground, why: str) -> Told:
    """The models beside the migrations alone; ``why`` the database is left out."""
    _, scope = declared(ground.dialect, project.metadatas, project.scope)
    (head,) = replayed(project, ground, scope, [project.revisions.heads])
    models = models_against(project, ground, head, scope)
    left_out = Pairing(None, mask(why))
    return Told(States(Pairing(models.comparison), left_out, left_out, replayed_on=head.server), models)


def models_against(project: Project, ground: Ground, head: Replayed, scope: Scope) -> Examination:
    """The models held against what the migrations make. An env.py that says what is compared asks for a
    connection: the schema is built again for it."""
    dialect, scratch = ground.dialect, Standing(ground.dialect, ground, head.blueprint)
    label = f"replayed on {head.server}"
    hooks = project.taken_over
    if hooks is None:
        desired, scope = declared(dialect, project.metadatas, scope)
        desired = within(desired, scope)
        current, metadatas = head.schema, project.metadatas
        key = _agreement(head, desired)
        if key is not None and (agreed := _remembered(key, current)) is not None:
            return Examination(
                dialect, None, scope, current, desired, agreed, scratch, metadatas, replayed_on=label
            )
        seen = examine_schema(dialect, current, desired, scope, scratch, metadatas, label, _wishes(project))
        if key is not None and not seen.comparison.changes:
            store(key, (seen.comparison.not_compared, seen.comparison.notes))
        return seen
    try:
        with scratch.open() as connection, ground.running() as url:
            dialect.rebuild(connection, head.blueprint)
            seen = examine(
                dialect, connection, project.metadatas, scope, url, _wishes(project), taken_over=hooks
            )
    except ScratchUnavailable as error:
        raise ReplayFailed(f"The migrations could not be held against the models: {error}") from error
    return replace(seen, connection=None, scratch=scratch, replayed_on=label)


def _agreement(head: Replayed, desired: Schema) -> str | None:
    """Under what it is kept that these models agree with these migrations, so that no server is asked once
    more whether two texts mean the same."""
    try:
        text = to_json(desired)
    except TypeError:
        return None
    return f"agree {head.key} {sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _remembered(key: str, current: Schema) -> Comparison | None:
    match load(key):
        case (tuple() as not_compared, tuple() as notes):
            return Comparison((), current, current, not_compared, notes)
    return None


def _wishes(project: Project) -> Wishes:
    return Wishes(mode="never" if project.config.renames == "never" else "propose")


def _read_in(scope: Scope) -> Scope:
    """The scope that migrations are read with: what env.py leaves out it leaves out on both sides later."""
    return replace(scope, left={})


def _by_hand(
    project: Project,
    ground: Ground,
    dialect: Dialect,
    connection: Connection,
    current: Schema,
    reached: Replayed,
    scope: Scope,
) -> Comparison:
    """What brings the live schema to what its revisions make, within what env.py lets be compared."""
    desired = within(reached.schema, scope)
    current, desired = _with_version_schema(project, current, desired)
    if (hooks := project.taken_over) is not None:
        hooks.scope(dialect, connection, _read_in(scope))
        desired = hooks.in_schemas(desired, scope)
        current, desired = hooks.limited(dialect, connection, current, desired)
    return compare(current, desired, dialect, Standing(dialect, ground, reached.blueprint))


def _with_version_schema(project: Project, *both: Schema) -> tuple[Schema, ...]:
    """The schemas with that of Alembic's version table where either has it: it is on both sides, though a
    run may have looked there on one of them only."""
    place = Namespace(project.version_table.schema)
    if not any(place.key in schema for schema in both):
        return both
    return tuple(schema.replace(add=[place]) for schema in both)


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
