"""Runs the project's env.py in this process, as Alembic's commands do.

env.py connects by whatever engine it makes. Where a run is meant for another database, or for none, that
engine connects through one of ours (``replaced``).
"""

from __future__ import annotations

import contextlib
import logging
import os
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from autogen.errors import AutogenError
from autogen.project.flask import flask_app
from autogen.project.models import make_importable
from autogen.project.revisions import script_directory
from autogen.project.settings import AlembicSettings
from autogen.project.user_code import contained, failure

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from sqlalchemy.engine import URL, Connection, Engine

Steps = Callable[[Any, Any], Iterable[Any]]
"""What Alembic asks for the steps of a run: the applied revisions and the MigrationContext."""
Replaces = Callable[["Engine"], "Engine"]


def upgrade(
    settings: AlembicSettings,
    destination: str = "head",
    *,
    url: URL | None = None,
    connection: Connection | None = None,
) -> None:
    """Brings a database to a revision through the project's env.py. See ``run_env`` for which database."""
    steps = script_directory(settings)._upgrade_revs
    _run_to(settings, destination, steps, url, connection)


def downgrade(
    settings: AlembicSettings,
    destination: str,
    *,
    url: URL | None = None,
    connection: Connection | None = None,
) -> None:
    """Takes a database back to a revision through the project's env.py."""
    steps = script_directory(settings)._downgrade_revs
    _run_to(settings, destination, steps, url, connection)


def _run_to(
    settings: AlembicSettings,
    destination: str,
    steps: Callable[[str, Any], Iterable[Any]],
    url: URL | None,
    connection: Connection | None,
) -> None:
    run_env(
        settings,
        lambda applied, _: steps(destination, applied),
        url=url,
        connection=connection,
        options={"destination_rev": destination},
    )


def run_env(
    settings: AlembicSettings,
    steps: Steps,
    *,
    url: URL | None = None,
    connection: Connection | None = None,
    options: Mapping[str, Any] | None = None,
) -> None:
    """Runs env.py, which runs the steps; whatever it raises is let out (``env_error`` puts it in words).

    With ``url``, every engine of env.py leads to that database, by a synchronous driver; with
    ``connection``, the migrations run on that connection, whose transaction is the caller's when it has
    begun one. Without either they run where env.py connects to. ``options`` are further arguments of
    Alembic's EnvironmentContext (``as_sql``, ``starting_rev``, ``tag``, …).
    """
    from alembic.runtime.environment import EnvironmentContext

    target = connection.engine.url if connection is not None else url
    config = alembic_config(settings, url=target)
    if connection is not None:
        config.attributes["connection"] = connection
    environment = EnvironmentContext(config, script_directory(settings), fn=steps, **(options or {}))
    if connection is not None:
        environment.configure = partial(_on, environment.configure, connection)  # type: ignore[method-assign]
    with contextlib.ExitStack() as stack:
        if target is not None:
            stack.enter_context(replaced(stack.enter_context(_leading_to(target))))
        run_in(settings, environment)


def _on(configure: Callable[..., None], given: Connection, connection: Any = None, **kw: Any) -> None:
    configure(connection=given, **kw)


def run_in(settings: AlembicSettings, environment: EnvironmentContext) -> None:
    """Runs env.py within an Alembic environment, in the folder that ``alembic`` is run in."""
    check_env_py(settings)
    make_importable(settings.root, settings.prepend_sys_path, first=False)
    with _working_in(settings.root), _logging_kept(), contained(), flask_app(settings), environment:
        environment.script.run_env()


def check_env_py(settings: AlembicSettings) -> None:
    """An AutogenError where there is no env.py."""
    if not settings.env_py.is_file():
        raise AutogenError(
            f"{settings.env_py} does not exist. Name the folder that holds it with --migrations, or run "
            "`autogen init` where the project has no Alembic environment yet."
        )


def alembic_config(settings: AlembicSettings, *, url: URL | None = None) -> Config:
    """What ``context.config`` is to env.py. ``url`` stands in ``sqlalchemy.url`` of the section in use."""
    from inspect import signature

    from alembic import command
    from alembic.config import Config

    chosen = settings.chosen
    source = settings.source
    files: dict[str, Any] = {}
    if source is not None and source.suffix == ".toml":
        if "toml_file" in signature(Config).parameters:  # since Alembic 1.16
            files["toml_file"] = str(source)
    elif source is not None:
        files["file_"] = str(source)
    said = Namespace(
        config=[str(source)] if source else None,
        name=chosen.section,
        x=list(chosen.arguments),
        raiseerr=False,
        autogenerate=True,
        sql=False,
        message=None,
        cmd=(command.revision, [], []),
    )
    config = Config(**files, ini_section=chosen.section, cmd_opts=said)
    config.set_main_option("script_location", str(settings.script_location).replace("%", "%%"))
    if url is not None:
        stated = _as_stated(url, config.get_main_option("sqlalchemy.url"))
        config.set_main_option("sqlalchemy.url", stated.render_as_string(False).replace("%", "%%"))
    return config


def _as_stated(url: URL, stated: str | None) -> URL:
    """The URL with the driver that the project states for its own: an asynchronous env.py takes no other."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        own = make_url(stated or "")
    except (ArgumentError, ValueError):
        return url
    from autogen.dialects import dialect_class

    same = dialect_class(own.get_backend_name()) is dialect_class(url.get_backend_name())
    return url.set(drivername=own.drivername) if same else url


def env_error(settings: AlembicSettings, error: BaseException) -> AutogenError:
    """What env.py raised, in a paragraph with the last line of its own that ran."""
    return AutogenError(
        f"{settings.env_py} could not be run: {failure(error, settings.root)}It has to run as it does for "
        "the alembic command; give what it needs (environment variables, -x arguments, the section with -n)."
    )


@contextlib.contextmanager
def replaced(replacement: Replaces) -> Iterator[None]:
    """Meanwhile every engine of SQLAlchemy's, asynchronous ones as well, connects through the engine that
    ``replacement`` gives for it."""
    from sqlalchemy.engine import Connection, Engine

    connect, raw = Engine.connect, Engine.raw_connection
    ours: dict[int, Engine] = {}

    def own(engine: Engine) -> Engine:
        if id(engine) in ours:
            return engine
        made = replacement(engine)
        return ours.setdefault(id(made), made)

    Engine.connect = lambda self: Connection(own(self))  # type: ignore[method-assign]
    Engine.raw_connection = lambda self: raw(own(self))  # type: ignore[method-assign]
    try:
        yield
    finally:
        Engine.connect, Engine.raw_connection = connect, raw  # type: ignore[method-assign]


@contextlib.contextmanager
def _leading_to(url: URL) -> Iterator[Replaces]:
    import sqlalchemy as sa

    from autogen.dialects import dialect_class

    sync = dialect_class(url.get_backend_name()).sync_url(url)
    engine = sa.create_engine(sync, poolclass=sa.NullPool)
    try:
        yield lambda _: engine
    finally:
        engine.dispose()


@contextlib.contextmanager
def _working_in(folder: Any) -> Iterator[None]:
    """Relative paths in env.py, those of SQLite files above all, start where alembic is run."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextlib.contextmanager
def _logging_kept() -> Iterator[None]:
    """env.py sets up logging for the alembic command; what it changes is put back."""
    root = logging.getLogger()
    known = [
        root,
        *(logger for logger in root.manager.loggerDict.values() if isinstance(logger, logging.Logger)),
    ]
    before = [
        (logger, logger.level, logger.handlers[:], logger.disabled, logger.propagate) for logger in known
    ]
    try:
        yield
    finally:
        for logger, level, handlers, disabled, propagate in before:
            logger.setLevel(level)
            logger.handlers[:] = handlers
            logger.disabled, logger.propagate = disabled, propagate
