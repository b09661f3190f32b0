"""Finds and reads pyproject.toml; reading is strict about syntax and says where it went wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autogen.errors import AutogenError

NAME = "pyproject.toml"
_POSITION = re.compile(
    r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.S
)


def find_root(start: Path) -> Path:
    """The project's folder: the nearest one upward with [tool.autogen], else the nearest with a
    pyproject.toml or alembic.ini, else ``start``. The search ends at the root of the git repository."""
    nearest: Path | None = None
    for folder in _upward(start):
        path = folder / NAME
        if _names_autogen(path):
            return folder
        if nearest is None and (path.is_file() or (folder / "alembic.ini").is_file()):
            nearest = folder
    return nearest or start


def _upward(start: Path) -> Iterator[Path]:
    for folder in (start, *start.parents):
        yield folder
        if (folder / ".git").exists():
            return


def _names_autogen(path: Path) -> bool:
    """Whether the file configures autogen. A file that does not parse but speaks of autogen counts, so
    that its syntax error is reported; a foreign broken file further up does not."""
    try:
        if not path.is_file() or "autogen" not in (text := path.read_text("utf-8", "replace")):
            return False
        return "autogen" in (table_of(tomllib.loads(text), "tool") or {})
    except tomllib.TOMLDecodeError:
        return True
    except OSError:
        return False


def read(path: Path) -> dict[str, Any]:
    """The file's content; an empty dictionary where there is no such file."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        raise AutogenError(
            f"{path} does not parse: {_explained(error, path)}. Correct it and run again."
        ) from None
    except UnicodeDecodeError as error:
        raise AutogenError(f"{path} is not UTF-8 text (byte {error.start}), as TOML has to be.") from None
    except OSError as error:
        raise AutogenError(f"{path} could not be read: {error.strerror}.") from None


def _explained(error: tomllib.TOMLDecodeError, path: Path) -> str:
    """The parser's complaint with line and column in front; at the end of the file it names none."""
    found = _POSITION.match(str(error))
    if found is None:
        return str(error)
    if found["line"] is None:
        lines = path.read_text("utf-8").splitlines() or [""]
        return f"line {len(lines)}, column {len(lines[-1]) + 1}: {found['what']}, but the file ends there"
    return f"line {found['line']}, column {found['column']}: {found['what']}"


def table_of(data: Any, *names: str) -> dict[str, Any] | None:
    """A nested table, None where it or what leads to it is missing or no table."""
    for name in names:
        if not isinstance(data, dict):
            return None
        data = data.get(name)
    return data if isinstance(data, dict) else None
