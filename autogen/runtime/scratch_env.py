"""The project's env.py on a scratch database, and nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from autogen.errors import AutogenError
from autogen.project.env_runner import alembic_config, env_error, only_for, run_in
from autogen.project.revisions import script_directory
from autogen.replay.guard import Guard
from autogen.runtime.deployment import Deployment

if TYPE_CHECKING:
    from alembic.runtime.migration import RevisionStep
    from sqlalchemy.engine import URL

    from autogen.dialects.base import Dialect


def run_on_scratch(
    deployment: Deployment, dialect: Dialect, url: URL, steps: Callable[[], Sequence[RevisionStep]]
) -> None:
    """Runs the steps, with every connection of env.py's led to the scratch database or refused. What a step
    raises is let out."""
    from alembic.runtime.environment import EnvironmentContext

    settings = deployment.settings
    database = deployment.config.database
    guard = Guard(dialect, url, deployment.url, deployment.config.root, database is not None)
    reached = False

    def reach(heads: object, context: object) -> Sequence[RevisionStep]:
        nonlocal reached
        reached = True
        return steps()

    config, script = alembic_config(settings, url=url), script_directory(settings)
    environment = EnvironmentContext(config, script, fn=reach)
    only_for(environment, database, guard.check)
    level = logging.root.manager.disable
    logging.disable(max(level, logging.WARNING))
    try:
        with guard.watching():
            run_in(settings, environment)
    except (Exception, SystemExit) as error:
        if guard.refused is not None or reached:
            raise guard.refused or error from None
        if isinstance(error, AutogenError):
            raise
        raise env_error(settings, error) from error
    finally:
        logging.disable(level)
    if guard.refused is not None:
        raise guard.refused
    if not reached:
        raise AutogenError(f"{settings.env_py} ran no revision: it has to call context.run_migrations()")
