"""Replays a project's migrations on a scratch database: the schema that its revisions make of nothing.

ground (a server)  ->  scratch database  ->  env.py upgrades it  ->  introspect  ->  cache
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autogen.dialects.base import Blueprint, Scope, ScratchUnavailable
from autogen.errors import AutogenError
from autogen.project.revisions import RevisionFile
from autogen.schema import Schema
from autogen.values import value

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from autogen.project.location import Project
    from autogen.replay.ground import Ground

__all__ = ["ReplayFailed", "Replayed", "replayed"]


class ReplayFailed(AutogenError):
    """The migrations could not be replayed; the message says why."""


@value(frozen=True, slots=True)
class Replayed:
    """What revisions make of an empty database. ``blueprint`` holds the schema and all it takes to build it;
    ``key`` is what it is kept under."""

    blueprint: Blueprint
    server: str
    key: str

    @property
    def schema(self) -> Schema:
        return self.blueprint.schema


def replayed(
    project: Project, ground: Ground, scope: Scope, stops: Sequence[Sequence[str]]
) -> list[Replayed]:
    """The state after the revisions of each stop, in an order in which one follows the other.

    Each is taken from the cache where nothing has changed that it depends on. Raises ReplayFailed."""
    from autogen.replay.cache import load, store

    keys = _keys(project, ground, scope, stops)
    found: list[Any] = [load(key) for key in keys]
    if not all(isinstance(blueprint, Blueprint) for blueprint in found):
        found = _run(project, ground, scope, stops)
        for key, blueprint in zip(keys, found, strict=True):
            store(key, blueprint)
    return [Replayed(b, ground.server, key) for b, key in zip(found, keys, strict=True)]


def _keys(project: Project, ground: Ground, scope: Scope, stops: Sequence[Sequence[str]]) -> list[str]:
    from importlib.metadata import version

    from autogen import __version__
    from autogen.replay.fingerprint import Fingerprint

    files = Fingerprint(project)
    tools = (__version__, version("alembic"), version("sqlalchemy"), ground.server, ground.settings)
    around = (*tools, project.config.database, scope)
    return [repr((*around, tuple(stop), files.of(_before(project, stop)))) for stop in stops]


def _before(project: Project, stop: Sequence[str]) -> list[RevisionFile]:
    """The revisions that lead to a stop, oldest first."""
    wanted = project.revisions.ancestors(stop)
    return [file for file in project.revisions.ordered() if file.id in wanted]


def _run(project: Project, ground: Ground, scope: Scope, stops: Sequence[Sequence[str]]) -> list[Blueprint]:
    from sqlalchemy.exc import DBAPIError

    try:
        with ground.running() as url, ground.dialect.scratch_database(url) as scratch:
            if project.version_table.schema:  # Alembic makes its table there, and not the schema
                ground.dialect.make_schema(scratch, project.version_table.schema)
            return [_reached(project, ground, scope, stop, scratch, url) for stop in stops]
    except ScratchUnavailable as error:
        raise ReplayFailed(f"The migrations could not be replayed: {error}") from error
    except AutogenError as error:
        raise ReplayFailed(str(error)) from error
    except DBAPIError as error:
        said = " ".join(str(error.orig).split())
        raise ReplayFailed(
            f"The migrations could not be replayed: the scratch server ({ground.server}) was lost: {said}"
        ) from error


def _reached(
    project: Project, ground: Ground, scope: Scope, stop: Sequence[str], scratch: URL, server: URL
) -> Blueprint:
    from autogen.pipeline import connected
    from autogen.project.state import database_revisions

    wanted = _before(project, stop)
    if wanted:
        _upgrade(project, ground, stop, scratch, server)
    with connected(scratch) as (dialect, connection):
        applied = database_revisions(connection, project.version_table)
        if project.revisions.ancestors(applied) != {file.id for file in wanted}:
            stands = f"at {applied[0]}" if applied else "empty"
            raise AutogenError(
                f"{project.settings.env_py} was run, and the scratch database is {stands} afterwards, not at "
                f"{' and '.join(stop)}. It has to "
                "call context.run_migrations() in online mode, with the version table that autogen knows of."
            )
        if project.env.options.get("include_schemas"):
            every = {*scope.schemas, *dialect.user_schemas(connection)}
            scope = replace(scope, schemas=tuple(sorted(every)))
        schema = dialect.introspect(connection, scope)
        return dialect.blueprint(connection, schema, dialect.dependents(connection, schema))


def _upgrade(project: Project, ground: Ground, stop: Sequence[str], scratch: URL, server: URL) -> None:
    from autogen.replay.environment import upgrade
    from autogen.replay.guard import Guard

    handed = _handed(project.url, scratch, server)
    named = project.config.url
    variables = ["AUTOGEN_URL", *([named.removeprefix("env:").strip()] if named.startswith("env:") else [])]
    database = project.config.database
    guard = Guard(ground.dialect, scratch, project.url, project.root, database is not None)
    upgrade(project.settings, handed, stop, guard, variables, database)


def _handed(own: URL, scratch: URL, server: URL) -> URL:
    """The scratch database as the project's env.py expects a URL: with its own driver, and, on the project's
    own server, with its own parameters."""
    from autogen.dialects import dialect_class

    if server == own:
        return own.set(database=scratch.database)
    same = dialect_class(own.get_backend_name()) is dialect_class(scratch.get_backend_name())
    if not same:
        return scratch
    query = {name: value for name, value in scratch.query.items() if name != "connect_timeout"}
    driver = own.drivername if "+" in own.drivername else scratch.drivername
    return scratch.set(drivername=driver, query=query)
