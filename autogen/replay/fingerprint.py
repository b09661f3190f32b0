"""All that the outcome of a replay depends on, as far as files tell."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from autogen.project.importable import KNOWN
from autogen.project.revisions import RevisionFile, source_text

if TYPE_CHECKING:
    from autogen.project.location import Project

_LARGEST = 4_000_000
_PASSED_OVER = ("__pycache__", ".git", "node_modules")


class Fingerprint:
    """The files of a project that revisions are run with. Each is read once."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def of(self, files: Sequence[RevisionFile]) -> str:
        """A digest of these revisions and of all that they are run with: the environment beside them, the
        naming conventions of the models, and modules of the project's that they import."""
        digest = sha256(self._around.encode())
        imported: set[str] = set()
        for file in files:
            text = source_text(file.path) if file.path.suffix == ".py" else _digest(file.path)
            digest.update(f"{file.id}\0{len(text)}\0{text}".encode("utf-8", "surrogatepass"))
            imported |= set(_imported(text))
        for name in sorted(imported):
            digest.update(f"{name} {self._module(name)}".encode())
        return digest.hexdigest()

    @cached_property
    def _around(self) -> str:
        """What stands beside the revisions, env.py above all, and Alembic's configuration."""
        settings = self._project.settings
        revisions = {file.path.resolve() for file in self._project.revisions.files}
        beside = [p for p in _files(settings.script_location) if p.resolve() not in revisions]
        files = [*beside, *([settings.source] if settings.source else [])]
        listed = [f"{path} {_digest(path)}" for path in files]
        conventions = [repr(sorted(map(repr, m.naming_convention.items()))) for m in self._project.metadatas]
        return "\n".join([*listed, *conventions])

    def _module(self, name: str) -> str:
        """A digest of a module of the project's own, or its whole package; nothing for an installed one."""
        try:
            spec = find_spec(name)
        except (ImportError, ValueError):
            return "missing"
        places = (
            [*(spec.submodule_search_locations or ()), *([spec.origin] if spec.origin else [])]
            if spec
            else []
        )
        own = [Path(p) for p in places if Path(p).exists() and "site-packages" not in Path(p).parts]
        found = {file for path in own for file in (_files(path) if path.is_dir() else [path])}
        python = sorted(path for path in found if path.suffix == ".py")
        return sha256("".join(_digest(path) for path in python).encode()).hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_file() and not any(part in _PASSED_OVER for part in inside) and path.suffix != ".pyc":
            yield path


def _digest(path: Path) -> str:
    """Of a large file, which is no source, its size and time are enough."""
    try:
        if path.stat().st_size > _LARGEST:
            return f"{path.stat().st_size} {path.stat().st_mtime_ns}"
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "unreadable"


def _imported(text: str) -> Iterable[str]:
    """The packages that a source imports besides those that are known not to change."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return ()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names - KNOWN
