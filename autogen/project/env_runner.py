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
from autogen.project.url import same_place
from autogen.project.user_code import contained, failure

if TYPE_CHECKING:
    from pathlib import Path

    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from sqlalchemy.engine import URL, Connection, Engine

Steps = Callable[[Any, Any], Iterable[Any]]
"""What Alembic asks for the steps of a run: the applied revisions and the MigrationContext."""
Replaces = Callable[["Engine"], "Engine"]
_TOKEN = "_upgrades"


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
    database: str | None = None,
    own: URL | None = None,
    options: Mapping[str, Any] | None = None,
) -> None:
    """Runs env.py, which runs the steps; whatever it raises is let out (``env_error`` puts it in words).

    With ``url``, every engine of env.py leads to that database, by a synchronous driver; with
    ``connection``, the migrations run on that connection, whose transaction is the caller's when it has
    begun one. Without either they run where env.py connects to. ``database`` names the one that is meant of
    several that it migrates, at ``own``: there is nothing behind the engines of the others. ``options`` are
    further arguments of Alembic's EnvironmentContext (``as_sql``, ``starting_rev``, ``tag``, …).
    """
    from alembic.runtime.environment import EnvironmentContext

    target = connection.engine.url if connection is not None else url
    config = alembic_config(settings, url=target)
    if connection is not None:
        config.attributes["connection"] = connection
    environment = EnvironmentContext(config, script_directory(settings), fn=steps, **(options or {}))
    only_for(environment, database)
    if connection is not None:
        environment.configure = partial(_on, environment.configure, connection)  # type: ignore[method-assign]
    with contextlib.ExitStack() as stack:
        if target is not None:
            stack.enter_context(replaced(stack.enter_context(_leading_to(target))))
        elif database is not None and own is not None:
            stack.enter_context(replaced(partial(_own_alone, own, settings.root)))
        run_in(settings, environment)


def write_sql(settings: AlembicSettings, database: str, steps: Steps, options: Mapping[str, Any]) -> None:
    """Runs env.py as for a run on its databases, with nothing behind them: what would run on the named one is
    written as SQL. The form of env.py for SQL would write files of its own, one for each database."""
    from alembic.runtime.environment import EnvironmentContext

    script = script_directory(settings)
    environment = EnvironmentContext(alembic_config(settings), script, fn=steps, **options)
    configure, run_migrations = environment.configure, environment.run_migrations
    written = options["output_buffer"]

    def configured(connection: Any = None, **given: Any) -> None:
        configure(connection, **{**given, "literal_binds": True})

    def ran(**arguments: Any) -> None:
        begun = bool(written.getvalue())
        with contextlib.nullcontext() if begun else environment.begin_transaction():
            run_migrations(**arguments)

    environment.configure = configured  # type: ignore[method-assign, assignment]
    environment.run_migrations = ran  # type: ignore[method-assign]
    environment.is_offline_mode = lambda: False  # type: ignore[method-assign]
    only_for(environment, database)
    with replaced(without_database):
        run_in(settings, environment)


def without_database(engine: Engine, told: Callable[[str], None] = lambda statement: None) -> Engine:
    """The stand-in for an engine of the project's, behind which there is nothing; ``told`` hears what is sent
    there."""
    from autogen.dialects import dialect_class
    from autogen.dialects.stand_in import stand_in_engine
    from autogen.schema import Schema

    dialect = dialect_class(engine.url.get_backend_name()).offline(engine.url)
    return stand_in_engine(dialect, told, Schema, engine.url)


def _own_alone(own: URL, root: Path, engine: Engine) -> Engine:
    return engine if same_place(engine.url, own, root) else without_database(engine)


def _on(configure: Callable[..., None], given: Connection, connection: Any = None, **kw: Any) -> None:
    configure(connection=given, **kw)


def run_in(settings: AlembicSettings, environment: EnvironmentContext) -> None:
    """Runs env.py within an Alembic environment, in the folder that ``alembic`` is run in."""
    check_env_py(settings)
    make_importable(settings.root, settings.prepend_sys_path, first=False)
    with _working_in(settings.root), _logging_kept(), contained(), flask_app(settings), environment:
        environment.script.run_env()


def only_for(
    environment: EnvironmentContext,
    database: str | None,
    let_in: Callable[[Connection], None] = lambda connection: None,
) -> None:
    """Of several databases that env.py migrates in one run, lets it migrate the named one alone. ``let_in``
    may refuse the connection that migrations are to run on."""
    configure, run_migrations = environment.configure, environment.run_migrations
    name, connection = "", None

    def configured(given: Any = None, *arguments: Any, **options: Any) -> None:
        nonlocal name, connection
        connection = given = options.pop("connection", given)
        name = token(options)
        if given is not None and database in (None, name):
            let_in(given)
        configure(given, *arguments, **options)

    def ran(**arguments: Any) -> None:
        if database is None or database == (arguments.get("engine_name") or name):
            if connection is not None:
                let_in(connection)
            run_migrations(**arguments)

    # on the instance: Alembic's module alembic.context knows no class but its own
    environment.configure = configured  # type: ignore[method-assign, assignment]
    environment.run_migrations = ran  # type: ignore[method-assign]


def token(options: Mapping[str, Any]) -> str:
    """The name in ``upgrade_token``, by which the template for several databases tells them apart."""
    text = str(options.get("upgrade_token", ""))
    return text.removesuffix(_TOKEN) if text.endswith(_TOKEN) else ""


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
