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


class Unserved(NamedTuple):
    """What is read of a project where nobody connects; the models are imported when they are asked for."""

    config: Config
    settings: AlembicSettings
    env: Configured
    revisions: Revisions

    @property
    def scope(self) -> Scope:
        config = self.config
        version_table = find_version_table(config, self.env)
        return Scope(config.schemas, version_table, config.include, config.exclude)

    def metadatas(self) -> Sequence[MetaData]:
        if self.config.models:
            return tuple(load_models(self.config, self.settings.prepend_sys_path))
        return self.env.metadatas


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
    """env.py is run where nothing else names the models."""
    make_importable(config.root, first=bool(config.models))
    settings = read_settings(config.root, config.migrations, config.alembic)
    if config.models:
        env = Configured(stated_in(settings.env_py).options)
    else:
        env = environment(config, settings, None)[0]
    settings = located_by(settings, env)
    return Unserved(config, settings, env, read_revisions(settings))
