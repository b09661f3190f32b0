"""Where the file lies, and whether the project has one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autogen.config import Config

NAME = "schema.lock"


def lock_path(config: Config) -> Path | None:
    """Beside the folder of revisions, or where [tool.autogen] says; None where it is switched off. Of several
    databases each has a file of its own."""
    if config.schema_lock is False:
        return None
    path = config.migrations / NAME
    if isinstance(config.schema_lock, str):
        path = Path(os.path.normpath(config.root / Path(config.schema_lock).expanduser()))
    if config.database is None:
        return path
    named = "".join(c if c.isalnum() or c in "-_" else "_" for c in config.database)
    return path.with_name(f"{path.stem}.{named}{path.suffix}")
