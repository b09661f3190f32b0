"""What the project has done with a revision once it is written: Alembic's post-write hooks."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from pathlib import Path

from autogen.project.env_runner import alembic_config
from autogen.project.settings import AlembicSettings
from autogen.project.user_code import contained


def run_hooks(settings: AlembicSettings, paths: Iterable[Path]) -> str | None:
    """Runs the hooks that Alembic's configuration lists on each file. What went wrong, None where nothing
    did: the files stay in any case, as after ``alembic revision``."""
    from alembic.script import ScriptDirectory, write_hooks

    importable = sys.path[:]  # to which Alembic adds relative folders
    try:
        with warnings.catch_warnings():
            # of what the alembic command warns of in alembic.ini whenever it is run
            warnings.simplefilter("ignore", DeprecationWarning)
            hooks = ScriptDirectory.from_config(alembic_config(settings)).hooks
        if hooks:
            with contained():
                for path in paths:
                    write_hooks._run_hooks(str(path), hooks)
    except (Exception, SystemExit) as error:
        said = " ".join(str(error).split()) or type(error).__name__
        return f"A post-write hook of {settings.source} failed, and the draft stays as it is: {said}"
    finally:
        sys.path[:] = importable
    return None
