"""A project as those commands see it that run revisions: its environment and its database, without models."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from autogen.config import Config, load_config
from autogen.dialects import dialect_class
from autogen.errors import AutogenError
from autogen.project.location import find_version_table, given_url, known_environments, located_by, url_of
from autogen.project.models import make_importable
from autogen.project.revisions import Revisions, read_revisions
from autogen.project.settings import NOTHING_CHOSEN, AlembicSettings, Chosen, read_settings
from autogen.project.state import database_revisions
from autogen.project.url import display
from autogen.schema import Key

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection

    from autogen.dialects.base import Dialect
    from autogen.dialects.deploying import Deploying, Interrupted


class Deployment(NamedTuple):
    """Everything that is known before a database is asked."""

    config: Config
    settings: AlembicSettings
    revisions: Revisions
    url: URL
    version_table: Key

    @property
    def deploying(self) -> Deploying:
        return self.dialect.deploying()

    @property
    def dialect(self) -> type[Dialect]:
        return dialect_class(self.url.get_backend_name())

    @property
    def shown(self) -> str:
        """The database, as it may be printed."""
        return display(self.url)

    def short(self, path: Path) -> str:
        """A path from the working folder, where it lies below."""
        here = Path.cwd()
        return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


class Standing(NamedTuple):
    """Where a database stands. ``applied`` is what its version table holds, ``done`` all that was run;
    ``untidy`` says that a record of it is left, ``running`` who is at it at this moment."""

    applied: tuple[str, ...] = ()
    done: frozenset[str] = frozenset()
    interrupted: Interrupted | None = None
    server: str = ""
    untidy: bool = False
    running: str = ""


def load_deployments(
    url: str | None = None,
    migrations: str | None = None,
    alembic: Chosen = NOTHING_CHOSEN,
    database: str | None = None,
) -> tuple[Deployment, ...]:
    """The project in the working folder; the arguments are flags. Where only env.py knows the database, it is
    asked. There is one for each database that env.py configures by name, where none is chosen."""
    config = load_config(
        url=url, migrations=migrations, alembic=alembic, database=database, optional=("models",)
    )
    settings = read_settings(config.root, config.migrations, config.alembic)
    make_importable(config.root, settings.prepend_sys_path)
    given = given_url(config)
    envs = known_environments(config, settings, given)
    revisions: Revisions | None = None
    found = []
    for env in envs:
        located = located_by(settings, env)
        revisions = revisions or read_revisions(located)
        place = url_of(settings, env) if given is None else given
        place = dialect_class(place.get_backend_name()).anchored(place, Path.cwd())
        named = config if len(envs) == 1 else config._replace(database=env.name)
        found.append(Deployment(named, located, revisions, place, find_version_table(config, env)))
    return tuple(found)


def standing(deployment: Deployment) -> Standing:
    """Where the database stands; one that does not exist yet stands at nothing."""
    from sqlalchemy.exc import DBAPIError

    if not deployment.deploying.exists(deployment.url):
        return Standing()
    tries = 3
    while True:
        tries -= 1
        connected = False
        try:
            with looking(deployment) as (dialect, connection):
                connected = True
                return standing_of(deployment, dialect, connection)
        except AutogenError as error:
            if not (tries and connected and isinstance(error.__cause__, DBAPIError)):
                raise
        time.sleep(0.2)  # what was read may have gone that moment, with a run that ended


def standing_of(deployment: Deployment, dialect: Dialect, connection: Connection) -> Standing:
    applied = database_revisions(connection, deployment.version_table)
    done = deployment.revisions.ancestors(applied)
    deploying = deployment.deploying
    untidy = deploying.untidy(connection)
    left = deploying.interrupted(connection, sorted(done)) if untidy else None
    return Standing(applied, done, left, dialect.server_label(connection), untidy)


def standing_now(deployment: Deployment) -> Standing:
    """The same for whoever runs none: what is half done may be under way."""
    found = standing(deployment)
    if found.interrupted is None:
        return found
    return found._replace(running=running(deployment.deploying, deployment.url, deployment.version_table))


def running(deploying: Deploying, url: URL, version_table: Key) -> str:
    """Who runs revisions on a database at this moment; empty where nobody does, or nobody can tell."""
    with suppress(AutogenError), deploying.lock(url, version_table) as lock:
        return "" if lock.taken() else lock.holder() or "another process"
    return ""


@contextmanager
def looking(deployment: Deployment) -> Iterator[tuple[Dialect, Connection]]:
    """A read-only connection; what the database refuses to tell becomes a paragraph."""
    from sqlalchemy.exc import DBAPIError

    with deployment.dialect.connect(deployment.url) as (dialect, connection):
        try:
            yield dialect, connection
        except DBAPIError as error:
            said = " ".join(str(error.orig).split())
            raise AutogenError(
                f"The database at {deployment.shown} could not be read: {said.rstrip('.')}."
            ) from error


def named(deployment: Deployment, revisions: Sequence[str]) -> str:
    """Revisions with their messages, for a sentence."""
    from autogen.runtime.facts import facts

    by_id = deployment.revisions.by_id
    words = [f"{r} ({facts(by_id[r]).message or by_id[r].path.name})" if r in by_id else r for r in revisions]
    return " and ".join(words)
