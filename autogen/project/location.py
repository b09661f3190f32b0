"""Everything a run needs to know about the project, in one value."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from autogen.dialects.base import Scope
from autogen.errors import AutogenError
from autogen.project.configured import Configured
from autogen.project.env_text import stated_in
from autogen.project.models import load_models, make_importable
from autogen.project.revisions import Revisions, read_revisions
from autogen.project.settings import AlembicSettings, read_settings
from autogen.project.url import anchored, display, one_host, resolve
from autogen.schema import Key

if TYPE_CHECKING:
    from sqlalchemy import MetaData
    from sqlalchemy.engine import URL

    from autogen.config import Config
    from autogen.project.taken_over import TakenOver


class Project(NamedTuple):
    """The user's project as it was found."""

    config: Config
    url: URL
    scratch_url: URL | None
    metadatas: tuple[MetaData, ...]
    settings: AlembicSettings
    revisions: Revisions
    version_table: Key
    env: Configured
    """What env.py says, as far as it was asked."""
    notes: tuple[str, ...] = ()
    """What the user should know of how env.py was read."""
    databases: tuple[str, ...] = ()
    """The names of all databases, where env.py configures several by name."""

    @property
    def root(self) -> Path:
        return self.config.root

    @property
    def models(self) -> str:
        """The models as the user named them, for the draft's docstring."""
        return ", ".join(self.config.models) or _from_root(self.settings.env_py, self.root)

    @property
    def scope(self) -> Scope:
        """What the configuration lets the tool look at."""
        config = self.config
        return Scope(config.schemas, self.version_table, config.include, config.exclude)

    @property
    def taken_over(self) -> TakenOver | None:
        """What env.py leaves out of the comparison or calls equal; None where it is nothing."""
        if not self.env.options:
            return None
        from autogen.project.taken_over import TakenOver

        hooks = TakenOver(self.env.options, self.metadatas, self.settings.env_py)
        return None if hooks.idle else hooks


def load_project(config: Config) -> Project:
    """The project of a configuration, or an AutogenError. The cheap things that can be wrong are looked
    at before the models are imported."""
    make_importable(config.root, first=bool(config.models))
    settings = read_settings(config.root, config.migrations, config.alembic)
    given = given_url(config)
    scratch = config.scratch_url
    scratch_url = None if scratch is None else resolve(scratch, source="scratch_url", root=config.root)
    env, notes, databases = environment(config, settings, given)
    settings = located_by(settings, env)
    revisions = read_revisions(settings)
    url = given or url_of(settings, env)
    metadatas = tuple(load_models(config, settings.prepend_sys_path)) if config.models else env.metadatas
    if not config.models:
        _check_target(settings, metadatas, revisions)
    version_table = find_version_table(config, env)
    return Project(
        config, url, scratch_url, metadatas, settings, revisions, version_table, env, notes, databases
    )


def _check_target(settings: AlembicSettings, metadatas: Sequence[MetaData], revisions: Revisions) -> None:
    """An AutogenError where env.py names no models. Without tables in them every table of the database would
    be one to drop, which nobody means who has made revisions."""
    what = ""
    if not metadatas:
        what = "has no target_metadata, so that nothing says which models are meant. Set it there"
    elif revisions.files and not any(metadata.tables for metadata in metadatas):
        what = (
            "has a target_metadata without any table: it does not import the modules that declare them. "
            "Import them there"
        )
    if what:
        raise AutogenError(
            f"{settings.env_py} {what}, give --models myapp.models:Base, or write models under "
            "[tool.autogen]."
        )


def given_url(config: Config) -> URL | None:
    """The URL that flags, variables or [tool.autogen] give; None where that is left to env.py. A flag's path
    is meant from the working folder, any other from the project's."""
    if not config.url:
        return None
    anchor = None if config.url_source == "--url" else config.root
    return resolve(config.url, source=config.url_source, root=anchor)


def environment(
    config: Config, settings: AlembicSettings, given: URL | None
) -> tuple[Configured, tuple[str, ...], tuple[str, ...]]:
    """What env.py says, what the user should know of that, and the names of the databases where it names
    several. It is run where it has to: for models or URL that nothing else names, and for options
    that are no plain literals in it. A project that names both does without where env.py does not run."""
    stated = stated_in(settings.env_py)
    named = bool(config.models) and given is not None
    if named and stated.complete and config.database is None:
        return Configured(stated.options, begun=stated.begins), (), ()
    from autogen.project.env_py import chosen, names_of, read_env

    try:
        calls = read_env(settings, given)
        env = chosen(settings, calls, config.database)
    except AutogenError as error:
        if not named or config.database is not None:
            if config.models or given is not None:  # which is that of one of several
                raise AutogenError(str(error)) from error.__cause__
            raise
        note = f"What it passes to context.configure is left out of this: {error}"
        return Configured(stated.options, begun=stated.begins), (note,), ()
    return env, _elsewhere(settings, env, given), names_of(calls)


def located_by(settings: AlembicSettings, env: Configured) -> AlembicSettings:
    """The settings with the folders of revisions that env.py has set."""
    return settings._replace(version_locations=env.version_locations) if env.version_locations else settings


def databases_of(settings: AlembicSettings) -> tuple[str, ...]:
    """The names of the databases of a project that has several; env.py is run where it speaks of such."""
    if not stated_in(settings.env_py).several:
        return ()
    from autogen.project.env_py import names_of, read_env

    return names_of(read_env(settings))


def known_environment(config: Config, settings: AlembicSettings, given: URL | None) -> Configured:
    """What env.py says, for a command that can do without the models: it is run for the URL alone, and for
    the name of one of several databases."""
    (env,) = known_environments(config, settings, given, every=False)
    return env


def known_environments(
    config: Config, settings: AlembicSettings, given: URL | None, *, every: bool = True
) -> tuple[Configured, ...]:
    """The same for each database that env.py configures by name, where none is chosen."""
    stated = stated_in(settings.env_py)
    if given is not None and config.database is None and not stated.several:
        return (Configured(stated.options),)
    from autogen.project.env_py import chosen, names_of, read_env

    calls = read_env(settings, given)
    names = names_of(calls) if every and given is None and config.database is None else ()
    if names:
        return tuple(chosen(settings, calls, name) for name in names)
    return (chosen(settings, calls, config.database),)


def url_of(settings: AlembicSettings, env: Configured) -> URL:
    """The database that env.py connects to."""
    if env.url is None:
        raise AutogenError(
            f"{settings.env_py} makes no engine that autogen could ask where the database is. Give --url, "
            "set AUTOGEN_URL, or write url under [tool.autogen]."
        )
    return anchored(one_host(env.url, str(settings.env_py)), settings.root)


def _elsewhere(settings: AlembicSettings, env: Configured, given: URL | None) -> tuple[str, ...]:
    """A note where env.py, told the URL that was given, goes to another database all the same."""
    if given is None or env.url is None:
        return ()
    own = anchored(env.url, settings.root)
    if _place(own) == _place(given):
        return ()
    return (
        f"{settings.env_py} connects to {display(own)}, whatever sqlalchemy.url says: that is what alembic "
        f"upgrade changes. Compared is {display(given)}, which was named to autogen.",
    )


def _place(url: URL) -> tuple[object, ...]:
    from autogen.dialects import dialect_class

    return dialect_class(url.get_backend_name()), url.host, url.port, url.database


def _from_root(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def check_writable(settings: AlembicSettings) -> None:
    """An AutogenError when no draft can be written; worth knowing before the database is read."""
    for folder in settings.version_locations:
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            raise AutogenError(
                f"The folder for revisions, {folder}, is read-only for this user. Make it writable, or use "
                "--dry-run to see the draft without writing it."
            )


def find_version_table(config: Config, env: Configured) -> Key:
    """The table Alembic records revisions in: as configured, else as env.py has it, else alembic_version."""
    if not config.version_table:
        return env.version_table
    schema, _, name = config.version_table.rpartition(".")
    return Key("table", schema, "", name)
