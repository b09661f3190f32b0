"""The project's own env.py, run for the revisions that are to run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autogen.errors import AutogenError
from autogen.project.env_runner import env_error, write_sql
from autogen.project.env_runner import run_env as run_project_env
from autogen.project.importable import mending
from autogen.project.revisions import script_directory
from autogen.project.settings import AlembicSettings
from autogen.project.user_code import contained, failure

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext, RevisionStep
    from alembic.script import ScriptDirectory

    from autogen.runtime.deployment import Deployment

Steps = Callable[[Any, "MigrationContext"], Iterable["RevisionStep"]]


def scripts(settings: AlembicSettings) -> ScriptDirectory:
    """Alembic's view of the revisions, all of them loaded; one whose code fails is an AutogenError."""
    script = script_directory(settings)
    try:
        with contained():
            list(script.walk_revisions())
    except (Exception, SystemExit) as error:
        raise AutogenError(
            f"A revision could not be loaded: {failure(error)}{mending(error)} Nothing was run."
        ) from error
    return script


def run_env(deployment: Deployment, steps: Steps, options: Mapping[str, Any] | None = None) -> None:
    """Runs env.py where it connects to, or where ``--url`` says. What fails before any revision is asked for
    is an AutogenError; what a revision raises is let out. ``options`` are those for SQL, which is written and
    not run."""
    reached = False

    def reach(heads: Any, context: MigrationContext) -> Iterable[RevisionStep]:
        nonlocal reached
        reached = True
        return steps(heads, context)

    url = deployment.url if deployment.config.url_source == "--url" else None
    database = deployment.config.database
    try:
        with _told_by_us():
            if options is not None and database is not None:
                write_sql(deployment.settings, database, reach, options)
            else:
                place = deployment.url
                run_project_env(
                    deployment.settings, reach, url=url, database=database, own=place, options=options
                )
    except AutogenError:
        raise
    except (Exception, SystemExit) as error:
        if reached:
            raise
        raise env_error(deployment.settings, error) from error
    if not reached:
        raise AutogenError(
            f"{deployment.settings.env_py} ran to its end and ran no revision: it has to call "
            "context.run_migrations()."
        )


@contextmanager
def _told_by_us() -> Iterator[None]:
    """What Alembic would log of each revision, and its template for several databases of each of them, is
    told in autogen's words."""
    loggers = [logging.getLogger(name) for name in ("alembic.runtime.migration", "alembic.env")]
    for logger in loggers:
        logger.addFilter(_serious)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(_serious)


def _serious(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def said(error: BaseException) -> str:
    """What an error says, on one line, without the values of rows that SQLAlchemy would add."""
    if _blocked(error):
        return (
            "it asks for op.get_context().autocommit_block(), and env.py has begun the transaction itself, "
            "which Alembic cannot step out of: leave that to context.begin_transaction() in env.py"
        )
    own = getattr(error, "orig", None) or error
    words = own.args[1] if len(own.args) == 2 and isinstance(own.args[0], int) else own
    line = " ".join(str(words).split())[:600].rstrip(".")
    return f"{type(own).__name__}: {line}" if line else type(own).__name__


def _blocked(error: BaseException) -> bool:
    """Whether Alembic refused to leave a transaction that is not its own."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__) if isinstance(error, AssertionError) else []
    return bool(frames) and frames[-1].name == "autocommit_block"
