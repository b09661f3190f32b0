"""Runs a project's own env.py, the way ``alembic upgrade`` does, on a database that it is given."""

from __future__ import annotations

import contextlib
import logging
import logging.config
import os
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from unittest import mock

from autogen.errors import AutogenError
from autogen.project.revisions import script_directory
from autogen.project.settings import AlembicSettings
from autogen.project.url import mask

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from sqlalchemy.engine import URL

    from autogen.replay.guard import Guard


class RevisionFailed(AutogenError):
    """A revision of the project does not run where it has to."""


def upgrade(
    settings: AlembicSettings, url: URL, target: Sequence[str], guard: Guard, variables: Sequence[str] = ()
) -> None:
    """Upgrades the database at ``url`` to the revisions of ``target``, through env.py.

    ``variables`` are those of the process environment that name the project's database: they name this one
    meanwhile. Whatever goes wrong is an AutogenError; ``guard`` sees to it that nothing happens elsewhere."""
    text = url.render_as_string(hide_password=False)
    config, script = alembic_config(settings), script_directory(settings)
    config.set_main_option("sqlalchemy.url", text.replace("%", "%%"))
    running = _Running(script, tuple(target))
    with _quietly({name: text for name in variables}), guard.watching():
        try:
            with _context(config, script, running, guard):
                script.run_env()
        except (Exception, SystemExit) as error:
            _explain(guard.refused or error, running, settings)
    if guard.refused is not None:  # env.py went on in spite of it
        raise guard.refused


def alembic_config(settings: AlembicSettings) -> Config:
    """What env.py gets as ``context.config``: the project's own file with its sections."""
    from alembic.config import Config

    source = settings.source
    made = Config(str(source) if source is not None and source.suffix == ".ini" else None)
    made.set_main_option("script_location", str(settings.script_location).replace("%", "%%"))
    return made


class _Running:
    """The steps of an upgrade as Alembic asks for them; remembers the one that is being run."""

    def __init__(self, script: ScriptDirectory, target: tuple[str, ...]) -> None:
        self._script = script
        self.target = target
        self.revision: str | None = None
        self.path: str | None = None

    def __call__(self, current: Any, context: Any) -> Iterator[Any]:
        for step in self._script._upgrade_revs(self.target, current):  # type: ignore[arg-type]
            self.revision, self.path = step.revision.revision, step.revision.path
            yield step


def _context(config: Config, script: ScriptDirectory, steps: _Running, guard: Guard) -> EnvironmentContext:
    from alembic.runtime.environment import EnvironmentContext

    made = EnvironmentContext(config, script, fn=steps, as_sql=False, destination_rev=", ".join(steps.target))
    usual = made.configure

    def configure(connection: Any = None, *args: Any, **options: Any) -> None:
        if connection is not None:
            guard.check(connection)
        usual(connection, *args, **options)

    # on the instance: Alembic's module alembic.context knows no class but its own
    made.configure = configure  # type: ignore[method-assign]
    return made


@contextmanager
def _quietly(variables: Mapping[str, str]) -> Iterator[None]:
    """Nothing of what env.py prints, logs or reads from a terminal gets in the way, and the logging of this
    process stays as it is."""
    before = logging.root.manager.disable
    with (
        contextlib.redirect_stdout(sys.stderr),
        mock.patch.dict(os.environ, variables),
        mock.patch.object(logging.config, "fileConfig", _ignored),
        mock.patch.object(logging.config, "dictConfig", _ignored),
        Path(os.devnull).open() as nothing,
        mock.patch.object(sys, "stdin", nothing),
    ):
        logging.disable(max(before, logging.WARNING))
        try:
            yield
        finally:
            logging.disable(before)


def _ignored(*_: object, **__: object) -> None:
    pass


def _explain(error: BaseException, running: _Running, settings: AlembicSettings) -> NoReturn:
    """The error as a paragraph: in which revision, or where in env.py, and what was said."""
    from autogen.prove.run import said

    if isinstance(error, AutogenError) and running.revision is None:
        raise error
    words = str(error) if isinstance(error, AutogenError) else None
    if words is None and isinstance(error, EOFError):
        words = "it asks for input, and there is nobody to answer."
    if words is None and isinstance(error, SystemExit):
        words = f"it ends the program, sys.exit({error.code!r})."
    words = words or f"{type(error).__name__}: {said(error) if isinstance(error, Exception) else error}"
    env = settings.script_location / "env.py"
    where = _line(error, running.path or str(env))
    if running.revision is None:
        raise AutogenError(f"{env}{where} cannot be run: {mask(words)}") from error
    raise RevisionFailed(
        f"The revision {running.revision} ({running.path}{where}) cannot be replayed: {mask(words)}"
    ) from error


def _line(error: BaseException, path: str) -> str:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == path]
    return f", line {frames[-1].lineno}" if frames else ""
