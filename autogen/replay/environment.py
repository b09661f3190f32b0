"""Upgrades a database that is not the project's own through the project's env.py."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from autogen.errors import AutogenError
from autogen.project.env_runner import alembic_config, env_error, only_for, run_in
from autogen.project.importable import mending
from autogen.project.raw_connections import only_reading
from autogen.project.revisions import script_directory
from autogen.project.settings import AlembicSettings
from autogen.project.url import mask
from autogen.project.user_code import contained, failure

if TYPE_CHECKING:
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from sqlalchemy.engine import URL

    from autogen.replay.guard import Guard


class RevisionFailed(AutogenError):
    """A revision of the project does not run on an empty database that has the ones before it."""


def upgrade(
    settings: AlembicSettings,
    url: URL,
    target: Sequence[str],
    guard: Guard,
    variables: Sequence[str] = (),
    database: str | None = None,
) -> None:
    """Upgrades the database at ``url`` to the revisions of ``target``; ``database`` is what env.py calls it
    where it migrates several.

    ``variables`` are those of the process environment that name the project's database: they name this one
    meanwhile. Whatever goes wrong is an AutogenError; ``guard`` sees to it that nothing happens elsewhere."""
    config = alembic_config(settings, url=url)
    script = _loaded(settings)
    text = config.get_main_option("sqlalchemy.url") or ""
    running = _Running(script, tuple(target))
    environment = _guarded(config, script, running, guard, database)
    with _quietly(dict.fromkeys(variables, text)), guard.watching():
        try:
            run_in(settings, environment)
        except (Exception, SystemExit) as error:
            _explain(guard.refused or error, running, settings)
    if guard.refused is not None:  # env.py went on in spite of it
        _explain(guard.refused, running, settings)


def _loaded(settings: AlembicSettings) -> ScriptDirectory:
    """Alembic's own view of the revisions, which imports them all: what is wrong with one is no fault of
    env.py's."""
    script = script_directory(settings)
    try:
        with contained(), only_reading():
            script.get_heads()
    except (Exception, SystemExit) as error:
        raise AutogenError(
            f"The revisions in {settings.version_locations[0]} could not be imported: "
            f"{failure(error, settings.root)}{mending(error)}"
        ) from error
    return script


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
        self.revision = None


def _guarded(
    config: Any, script: ScriptDirectory, steps: _Running, guard: Guard, database: str | None
) -> EnvironmentContext:
    """Alembic's environment, whose migrations run on no connection but the guard's."""
    from alembic.runtime.environment import EnvironmentContext

    made = EnvironmentContext(config, script, fn=steps, as_sql=False, destination_rev=", ".join(steps.target))
    only_for(made, database, guard.check)
    return made


@contextmanager
def _quietly(variables: Mapping[str, str]) -> Iterator[None]:
    """With these variables, and without Alembic's messages about every revision."""
    before = {name: os.environ.get(name) for name in variables}
    level = logging.root.manager.disable
    os.environ.update(variables)
    logging.disable(max(level, logging.WARNING))
    try:
        yield
    finally:
        logging.disable(level)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _explain(error: BaseException, running: _Running, settings: AlembicSettings) -> NoReturn:
    """The error as a paragraph: in which revision, or where in env.py, and what was said."""
    if running.revision is None:
        if isinstance(error, AutogenError):
            raise AutogenError(f"{settings.env_py} could not be run: {mask(str(error))}") from error
        raise env_error(settings, error) from error
    said = str(error) if isinstance(error, AutogenError) else failure(error, settings.script_location)
    raise RevisionFailed(
        f"The revision {running.revision} ({running.path}) could not be replayed: {mask(said).rstrip()}"
    ) from error
