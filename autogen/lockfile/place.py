"""Where the file lies, and whether the project has one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autogen.config import Config

NAME = "schema.lock"


def lock_path(config: Config) -> Path | None:
    """Beside the folder of revisions, or where [tool.autogen] says; None where it is switched off."""
    if config.schema_lock is False:
        return None
    if isinstance(config.schema_lock, str):
        return Path(os.path.normpath(config.root / Path(config.schema_lock).expanduser()))
    return config.migrations / NAME
