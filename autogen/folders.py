"""Where a user's programs keep what they can make again, and who may get at it."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

NAME = "autogen"


class Account(NamedTuple):
    """The account of a server's process where it must not be that of this one."""

    uid: int
    gid: int


def account() -> Account | None:
    """Who a server runs as that refuses to run as root; None where we are not root and it runs as we do."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd

    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    return Account(65534, 65534)


def cache_folder(open_to: Account | None = None) -> Path | None:
    """autogen's folder in the user's cache, made where it is missing; None where none can be made.

    XDG_CACHE_HOME names another place. ``open_to`` is an account that has to be able to walk there: where
    root's own cache is closed, the machine's is taken."""
    for place in _places(open_to):
        folder = place / NAME
        try:
            folder.mkdir(mode=0o755 if open_to else 0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        owned = sys.platform == "win32" or folder.stat().st_uid == os.geteuid()
        if owned and os.access(folder, os.W_OK | os.X_OK) and (open_to is None or walkable(folder)):
            return folder
    return None


def _places(open_to: Account | None) -> Iterator[Path]:
    stated = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(stated):
        yield Path(stated)
    elif sys.platform == "win32":
        yield Path(os.environ.get("LOCALAPPDATA") or tempfile.gettempdir())
    else:
        home = os.path.expanduser("~")
        if os.path.isabs(home):
            yield Path(home) / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    if open_to is not None:
        yield Path("/var/cache")
        yield Path(tempfile.gettempdir())


def walkable(path: Path) -> bool:
    """Whether every account may walk down to this folder."""
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents))
