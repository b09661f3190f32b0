"""Files and lines for findings: where the models declare a table or column, and how a report names a file.

Declarations are looked for in the text of the modules that are loaded already: a place to point at on a
review, not more.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from autogen.project.git import repository

_TABLE = r"""(?:\b__tablename__\s*(?::[^=\n]*)?=\s*|\bTable\(\s*)(['"]){}\1"""
_NEXT = re.compile(r"^class\s|\bTable\(", re.M)
_COLUMN = r"""^[ \t]+{0}\s*[:=]|\bColumn\(\s*['"]{0}['"]"""


def source_root(folder: Path) -> Path:
    """What code hosts name files from: the workspace of the workflow, else the repository's root."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    if workspace and folder.resolve().is_relative_to(Path(workspace).resolve()):
        return Path(workspace).resolve()
    return repository(folder) or folder.resolve()


def relative(path: Path, base: Path) -> str | None:
    """The path as it is written from a folder, with ``/``; None where it is not inside."""
    absolute = path.resolve()
    return absolute.relative_to(base).as_posix() if absolute.is_relative_to(base) else None


class Declarations:
    """The project's modules as text, those named first."""

    def __init__(self, root: Path, modules: Iterable[str]) -> None:
        self._root = root.resolve()
        self._named = [name.partition(":")[0].strip() for name in modules]

    @cached_property
    def main(self) -> Path | None:
        """The file of the first module that holds models."""
        return next((path for path in map(_file, self._named) if path), None)

    def of(self, label: str, kind: str | None) -> tuple[Path, int] | None:
        """The line of a table, or of a column of one, by its label."""
        names = label.split(".")
        table, part = (names[-1], "") if kind == "table" or len(names) == 1 else (names[-2], names[-1])
        for path, text in self._texts:
            found = re.search(_TABLE.format(re.escape(table)), text) or _model(table, text)
            if found is None:
                continue
            following = _NEXT.search(text, found.end())
            end = following.start() if following else len(text)
            inside = re.compile(_COLUMN.format(re.escape(part)), re.M).search(text, found.end(), end)
            start = (inside or found).start() if part else found.start()
            return path, text.count("\n", 0, start) + 1
        return None

    @cached_property
    def _texts(self) -> list[tuple[Path, str]]:
        return [(path, path.read_text("utf-8", "replace")) for path in self._paths()]

    def _paths(self) -> Iterator[Path]:
        loaded = sorted(name for name in sys.modules if name not in self._named)
        seen: set[Path] = set()
        for path in map(_file, [*self._named, *loaded]):
            if path is None or path in seen or not path.is_relative_to(self._root):
                continue
            seen.add(path)
            if "site-packages" not in path.parts and path.is_file():
                yield path


def _file(module: str) -> Path | None:
    name = getattr(sys.modules.get(module), "__file__", None)
    return Path(name).resolve() if isinstance(name, str) and name.endswith(".py") else None


def _model(table: str, text: str) -> re.Match[str] | None:
    """The class that gives its own name to a table, in lower case."""
    return next((m for m in re.finditer(r"^class\s+(\w+)", text, re.M) if m[1].lower() == table), None)
