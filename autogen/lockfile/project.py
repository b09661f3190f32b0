"""The project without its database: the models, the revisions and what the configuration looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from autogen.dialects.base import Scope
from autogen.errors import AutogenError
from autogen.project.configured import Configured
from autogen.project.env_text import stated_in
from autogen.project.location import (
    environment,
    find_version_table,
    given_url,
    known_environment,
    located_by,
    url_of,
)
from autogen.project.models import load_models, make_importable
from autogen.project.revisions import Revisions, read_revisions
from autogen.project.settings import AlembicSettings, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import MetaData

    from autogen.config import Config
    from autogen.project.taken_over_offline import TakenOverOffline


class Unserved(NamedTuple):
    """What is read of a project where nobody connects; the models are imported when they are asked for."""

    config: Config
    settings: AlembicSettings
    env: Configured
    revisions: Revisions
    notes: tuple[str, ...] = ()
    """What the user should know of how env.py was read."""

    @property
    def scope(self) -> Scope:
        config = self.config
        version_table = find_version_table(config, self.env)
        return Scope(config.schemas, version_table, config.include, config.exclude)

    def metadatas(self) -> Sequence[MetaData]:
        if self.config.models:
            return tuple(load_models(self.config, self.settings.prepend_sys_path))
        return self.env.metadatas

    def hooks(self, metadatas: Sequence[MetaData]) -> TakenOverOffline | None:
        """What env.py leaves out of the comparison or calls equal; None where it is nothing."""
        if not self.env.options:
            return None
        from autogen.project.taken_over import TakenOver

        found = TakenOver(self.env.options, metadatas, self.settings.env_py)
        return None if found.idle else found.offline()


def applied(project: Unserved) -> tuple[str, ...]:
    """The revisions that the project's database has recorded; none where no database answers."""
    from autogen.pipeline import connected
    from autogen.project.state import database_revisions

    config, settings = project.config, project.settings
    try:
        given = given_url(config)
        env = known_environment(config, settings, given)
        with connected(given or url_of(settings, env)) as (_, connection):
            return database_revisions(connection, find_version_table(config, env))
    except AutogenError:
        return ()


def unserved(config: Config) -> Unserved:
    """The project. env.py is run where nothing else names the models, and where it says what is compared in
    other words than plain literals."""
    make_importable(config.root, first=bool(config.models))
    settings = read_settings(config.root, config.migrations, config.alembic)
    env, notes = _environment(config, settings)
    settings = located_by(settings, env)
    return Unserved(config, settings, env, read_revisions(settings), notes)


def _environment(config: Config, settings: AlembicSettings) -> tuple[Configured, tuple[str, ...]]:
    stated = stated_in(settings.env_py)
    if config.models and stated.limits_read:
        return Configured(stated.options), ()
    try:
        return environment(config, settings, None)[0], ()
    except AutogenError as error:
        if not config.models:
            raise
        return Configured(stated.options), (
            f"What it passes to context.configure is left out of this: {error}",
        )
