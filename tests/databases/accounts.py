"""Who a server runs as: PostgreSQL and MariaDB refuse root, so root hands them to another account."""

from __future__ import annotations

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Account:
    """The account of a server's process; ``None`` everywhere means the one that runs the tests."""

    uid: int | None = None
    gid: int | None = None

    @property
    def popen(self) -> dict[str, Any]:
        """Arguments for subprocess."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def account(*preferred: str) -> Account:
    """The first of these accounts that exists, ``nobody`` at last; our own unless we are root."""
    if os.geteuid() != 0:
        return Account()
    for name in (*preferred, "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    return Account(65534, 65534)


def reachable(path: Path) -> bool:
    """Whether every account may walk down to this path."""
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents) if step.is_dir())


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def copy_tree(source: Path, target: Path) -> Path:
    shutil.copytree(source, target, symlinks=True)
    return target
