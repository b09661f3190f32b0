"""What replays have shown, kept in the user's cache by all that it depends on.

A file is its own checksum and one line of JSON. It is written whole or not at all, and one that does not
read as it was written counts as none. Files that nothing has read for a month go.
"""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from autogen.folders import cache_folder
from autogen.replay.codec import from_json, to_json

_FORM = "1"
"""Changes when values are written differently."""
_KEPT = 30 * 24 * 3600
_FOLDER = "replays"


def load(key: str) -> Any:
    """The value that was stored under a key, or None."""
    path = _path(key)
    if path is None:
        return None
    try:
        checksum, _, text = path.read_text("utf-8").partition("\n")
        if checksum != _checksum(text):
            return None
        value = from_json(text)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    with suppress(OSError):
        os.utime(path)
    return value


def store(key: str, value: Any) -> None:
    """Keeps a value; where that is not possible nothing is kept, and nothing said."""
    path = _path(key)
    if path is None:
        return
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        text = to_json(value)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        unfinished.write_text(f"{_checksum(text)}\n{text}", "utf-8")
        unfinished.replace(path)
        _forget_old(path.parent)
    except (OSError, TypeError, ValueError, RecursionError):
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _path(key: str) -> Path | None:
    folder = cache_folder()
    return (
        None if folder is None else folder / _FOLDER / f"{sha256(f'{_FORM} {key}'.encode()).hexdigest()}.json"
    )


def _checksum(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _forget_old(folder: Path) -> None:
    limit = time.time() - _KEPT
    for path in folder.iterdir():
        with suppress(OSError):
            if path.stat().st_mtime < limit:
                path.unlink()
