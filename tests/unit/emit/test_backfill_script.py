"""The script that fills rows runs where autogen is not installed."""

from __future__ import annotations

import ast
import sys

from autogen.dialects import dialect_class
from autogen.emit.backfill import backfill_script


def test_it_imports_sqlalchemy_and_python_alone() -> None:
    transition = dialect_class("sqlite")(sqla=None, default_schema="main").transition()  # type: ignore[arg-type]
    assert transition is not None
    tree = ast.parse(backfill_script((), "fills rows", transition))
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names]
    found = {name.partition(".")[0] for name in modules}
    assert "sqlalchemy" in found
    assert found - {"sqlalchemy"} <= sys.stdlib_module_names
