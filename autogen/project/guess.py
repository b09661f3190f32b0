"""Guesses where a project keeps its models, from the source alone: nothing is imported."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

from autogen.values import value

_SKIPPED = frozenset(
    {"venv", "env", "node_modules", "site-packages", "build", "dist", "tests", "test", "docs", "examples"}
    | {"migrations", "alembic", "versions", "__pycache__", "fixtures", "scripts"}
)
_HINTS = ("__tablename__", "table=True", "table = True", "Table(", "DeclarativeBase", "declarative_base")
_MORE_HINTS = ("MetaData(", "SQLAlchemy(")
_FACTORIES = frozenset({"declarative_base", "automap_base", "MetaData", "SQLAlchemy", "registry"})
_MOST_FILES, _LARGEST = 5_000, 1_000_000


@value(frozen=True, slots=True)
class _Module:
    name: str
    holders: tuple[str, ...]
    """Names that hold a MetaData, as far as the source tells: those defined here before imported ones."""
    tables: bool


def guess_models(root: Path) -> list[str]:
    """What ``models`` could be: the modules that declare tables, else the only base class there is.

    Several names are alternatives only when no module declares tables."""
    modules = list(_modules(root))
    with_tables = [module for module in modules if module.tables]
    if with_tables:
        return _named(with_tables)
    return [f"{module.name}:{holder}" for module in modules for holder in module.holders]


def _named(modules: list[_Module]) -> list[str]:
    """Names for modules with tables: ``module:Base`` for a single one, a package where it is nothing but
    models, else each module."""
    if len(modules) == 1:
        module = modules[0]
        return [f"{module.name}:{module.holders[0]}" if len(module.holders) == 1 else module.name]
    packages = {module.name.rpartition(".")[0] for module in modules}
    if len(packages) == 1 and (package := packages.pop()).rpartition(".")[2] in (
        "models",
        "tables",
        "entities",
    ):
        return [package]
    return sorted(module.name for module in modules)


def _modules(root: Path) -> Iterator[_Module]:
    source = root / "src"
    for base in (source, root) if source.is_dir() else (root,):
        for path in sorted(_files(base, skip=source if base == root else None)):
            name = _module_name(path, base)
            found = _examined(path, name) if name else None
            if found is not None:
                yield found


def _files(base: Path, skip: Path | None) -> Iterator[Path]:
    count = 0
    for folder, folders, names in os.walk(base):
        folders[:] = sorted(
            name
            for name in folders
            if name not in _SKIPPED
            and name.isidentifier()
            and Path(folder, name) != skip
            and not Path(folder, name, "pyvenv.cfg").exists()
        )
        for name in names:
            if name.endswith(".py") and not name.startswith(("test_", "conftest", "setup.")):
                count += 1
                if count > _MOST_FILES:
                    return
                yield Path(folder, name)


def _module_name(path: Path, base: Path) -> str:
    parts = [*path.relative_to(base).parts[:-1], path.stem]
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts) if all(part.isidentifier() for part in parts) else ""


def _examined(path: Path, name: str) -> _Module | None:
    try:
        if path.stat().st_size > _LARGEST:
            return None
        text = path.read_text("utf-8")
        if not any(hint in text for hint in (*_HINTS, *_MORE_HINTS)):
            return None
        tree = ast.parse(text)
    except (OSError, ValueError, SyntaxError, RecursionError):
        return None
    tables = any(_declares_table(node) for node in tree.body)
    holders = tuple(_holders(tree))
    return _Module(name, holders, tables) if tables or holders else None


def _declares_table(node: ast.stmt) -> bool:
    if isinstance(node, ast.ClassDef):
        keywords = {
            k.arg for k in node.keywords if isinstance(k.value, ast.Constant) and k.value.value is True
        }
        return "table" in keywords or any(
            isinstance(target, ast.Name) and target.id in ("__tablename__", "__table__")
            for item in node.body
            for target in _targets(item)
        )
    return _called(node) == "Table"


def _targets(node: ast.stmt) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) and node.value is not None else []


def _called(node: ast.stmt) -> str:
    """The last part of the name of what an assignment calls: ``sa.MetaData()`` is MetaData."""
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return _last(value.func) if isinstance(value, ast.Call) else ""


def _last(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _holders(tree: ast.Module) -> Iterator[str]:
    """Base classes and MetaData made here; where there are none, the imported base that the tables of
    this module stand on."""
    found: list[str] = []
    metadata: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(_last(base) == "DeclarativeBase" for base in node.bases):
            found.append(node.name)
        elif _called(node) in _FACTORIES and (
            names := [t.id for t in _targets(node) if isinstance(t, ast.Name)]
        ):
            (metadata if _called(node) == "MetaData" else found).append(names[0])
    yield from found or metadata or _stood_on(tree)


def _stood_on(tree: ast.Module) -> list[str]:
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    bases = [
        base.id
        for node in tree.body
        if isinstance(node, ast.ClassDef) and _declares_table(node)
        for base in node.bases
        if isinstance(base, ast.Name) and base.id in imported and "mixin" not in base.id.lower()
    ]
    return list(dict.fromkeys(bases))
