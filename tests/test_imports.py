"""The architecture, as the import graph: imports point down only, and nobody outside asks for a dialect."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STAGES = ("introspect", "declare", "renames", "compare", "review", "emit", "prove")
LAYERS: tuple[tuple[str, ...], ...] = (
    ("schema", "errors", "figures", "folders", "values"),
    ("changes",),
    ("plan", "source", "operations", "type_code", "boxes"),
    ("phase", "states"),
    ("dialects",),
    STAGES,
    ("phases",),
    ("wishes", "online", "lifting"),
    ("answers",),
    ("project", "config"),
    ("clues",),
    ("decisions",),
    ("resolution",),
    ("pipeline",),
    ("rollout", "lint", "replay"),
    ("lockfile",),
    ("api", "runtime"),
    ("cli",),
    ("testing", "pytest_plugin"),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
ANYONE = {"", "__main__"}
"""autogen itself (its version) may be imported by all; __main__ imports the command line."""


@dataclass(frozen=True)
class Module:
    """What is asked of a module, each with its line."""

    part: str
    path: Path
    imports: tuple[tuple[str, int], ...]
    relative: tuple[int, ...]
    dialects: tuple[tuple[int, str], ...]


@cache
def modules() -> tuple[Module, ...]:
    return tuple(map(read, sorted((ROOT / "autogen").rglob("*.py"))))


def read(path: Path) -> Module:
    parts = path.relative_to(ROOT / "autogen").with_suffix("").parts
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    return Module(
        part_of(".".join(p for p in parts if p != "__init__")),
        path.relative_to(ROOT),
        tuple(imported(nodes)),
        tuple(n.lineno for n in nodes if isinstance(n, ast.ImportFrom) and n.level),
        tuple(
            (n.lineno, ast.unparse(n)) for n in nodes if isinstance(n, ast.Compare) and asks_for_dialect(n)
        ),
    )


def part_of(dotted: str) -> str:
    return dotted.partition(".")[0]


def imported(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    """The parts of autogen that a module imports, wherever in it the import stands."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (
                (part_of(a.name[8:]), node.lineno) for a in node.names if a.name.startswith("autogen.")
            )
        elif isinstance(node, ast.ImportFrom) and node.module == "autogen":
            yield from ((a.name if a.name in LEVEL else "", node.lineno) for a in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autogen."):
            yield part_of((node.module or "")[8:]), node.lineno


def test_every_module_has_its_layer() -> None:
    assert {module.part for module in modules()} - ANYONE <= LEVEL.keys()


def test_imports_point_down() -> None:
    wrong = [
        f"{module.path}:{line} imports {target}"
        for module in modules()
        if module.part not in ANYONE
        for target, line in module.imports
        if target not in ANYONE and not allowed(module.part, target)
    ]
    assert wrong == []


def allowed(part: str, target: str) -> bool:
    return (
        part == target or LEVEL[target] < LEVEL[part] or (LEVEL[target] == LEVEL[part] and part not in STAGES)
    )


def test_no_relative_imports() -> None:
    assert [f"{module.path}:{line}" for module in modules() for line in module.relative] == []


def test_only_dialects_ask_which_dialect_it_is() -> None:
    wrong = [
        f"{module.path}:{line} {text}"
        for module in modules()
        if module.part != "dialects"
        for line, text in module.dialects
    ]
    assert wrong == []


def asks_for_dialect(node: ast.Compare) -> bool:
    """``dialect.name == …``, ``dialect == …``, ``url.get_backend_name() in …``, or a name as text."""
    sides = [node.left, *node.comparators]
    names = {"postgresql", "sqlite", "mysql", "mariadb", "oracle", "mssql"}
    literals = [c for side in sides for c in ast.walk(side) if isinstance(c, ast.Constant)]
    spelled = [ast.unparse(side) for side in sides]
    words = any(w.endswith(("dialect.name", "get_backend_name()", "dialect")) for w in spelled)
    return words or any(literal.value in names for literal in literals)
