"""The project's own env.py, run in this process the way the ``alembic`` command runs it."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from autogen.errors import AutogenError
from autogen.project.revisions import script_directory
from autogen.project.settings import AlembicSettings

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig
    from alembic.runtime.migration import MigrationContext, RevisionStep
    from alembic.script import ScriptDirectory

    from autogen.runtime.deployment import Deployment

Steps = Callable[[Any, "MigrationContext"], Iterable["RevisionStep"]]


def scripts(settings: AlembicSettings) -> ScriptDirectory:
    """Alembic's view of the revisions, all of them loaded; one whose code fails is an AutogenError."""
    script = script_directory(settings)
    try:
        with _to_stderr():
            list(script.walk_revisions())
    except (Exception, SystemExit) as error:
        raise AutogenError(
            f"A revision could not be loaded{_place(error, settings.version_locations)}: "
            f"{type(error).__name__}: {error}. Correct the file; nothing was run."
        ) from error
    return script


def run_env(
    deployment: Deployment,
    steps: Steps,
    *,
    offline: bool = False,
    start: str | None = None,
    destination: str | None = None,
    output: TextIO | None = None,
) -> None:
    """Runs env.py, which runs what ``steps`` gives for the revisions that the database stands at. An URL that
    was given on the command line is env.py's, too: as AUTOGEN_URL, and as sqlalchemy.url."""
    from alembic.runtime.environment import EnvironmentContext

    settings = deployment.settings
    env = settings.script_location / "env.py"
    if not env.is_file():
        raise AutogenError(
            f"{env} does not exist, so no revision can be run. `autogen init` makes an Alembic environment."
        )
    config = alembic_config(settings, output)
    variables: dict[str, str] = {}
    if deployment.config.url_source == "--url":
        url = deployment.url.render_as_string(hide_password=False)
        variables["AUTOGEN_URL"] = url
        config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    script = script_directory(settings)
    reached = False

    def reach(heads: Any, context: MigrationContext) -> Iterable[RevisionStep]:
        nonlocal reached
        reached = True
        return steps(heads, context)

    try:
        with (
            surroundings(deployment.config.root, variables),
            EnvironmentContext(
                config, script, fn=reach, as_sql=offline, starting_rev=start, destination_rev=destination
            ),
        ):
            script.run_env()
    except AutogenError:
        raise
    except (Exception, SystemExit) as error:
        if reached:
            raise
        raise AutogenError(
            f"{env} failed before any revision was run{_place(error, [settings.script_location])}: "
            f"{said(error)}. `alembic current` fails the same way."
        ) from error


def alembic_config(settings: AlembicSettings, output: TextIO | None = None) -> AlembicConfig:
    """What ``context.config`` is to env.py and to a revision's own code."""
    from alembic.config import Config

    source = settings.source
    ini = str(source) if source is not None and source.suffix == ".ini" else None
    config = Config(ini, output_buffer=output, **_toml(source))
    config.set_main_option("script_location", str(settings.script_location).replace("%", "%%"))
    return config


def _toml(source: Path | None) -> dict[str, Any]:
    """pyproject.toml, where this Alembic reads it (1.16)."""
    import inspect

    from alembic.config import Config

    known = "toml_file" in inspect.signature(Config.__init__).parameters
    return {"toml_file": str(source)} if known and source is not None and source.suffix == ".toml" else {}


@contextmanager
def surroundings(folder: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """What the ``alembic`` command would have around it: the project's folder, these variables. Standard
    output is kept for autogen's own, input is at its end, and Alembic's progress is told by autogen."""
    before = {name: os.environ.get(name) for name in variables}
    here = os.getcwd()
    logger = logging.getLogger("alembic.runtime.migration")
    standard_input = sys.stdin
    os.environ.update(variables)
    os.chdir(folder)
    logger.addFilter(_serious)
    try:
        with open(os.devnull, encoding="utf-8") as nothing, _to_stderr():
            sys.stdin = nothing
            yield
    finally:
        sys.stdin = standard_input
        logger.removeFilter(_serious)
        os.chdir(here)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _serious(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def _to_stderr() -> contextlib.AbstractContextManager[Any]:
    return contextlib.redirect_stdout(sys.stderr)


def said(error: BaseException) -> str:
    """What an error says, on one line, without the values of rows that SQLAlchemy would add."""
    words = str(getattr(error, "orig", None) or error)
    line = " ".join(words.split())[:600].rstrip(".")
    kind = type(getattr(error, "orig", None) or error).__name__
    return f"{kind}: {line}" if line else kind


def _place(error: BaseException, folders: Iterable[Path]) -> str:
    """The innermost line of the project's own files."""
    if isinstance(error, SyntaxError) and error.filename:
        return f" ({error.filename}, line {error.lineno})"
    inside = tuple(str(folder) for folder in folders)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.startswith(inside):
            return f" ({frame.filename}, line {frame.lineno})"
    return ""
