"""Revisions outlive the code that they import: the gate finds those that no longer load."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL

from autogen.project.env_runner import upgrade
from autogen.project.settings import read_settings
from tests.dropin.project import FIRST, FROM_MODELS, AlembicProject

TYPES = "import sqlalchemy as sa\n\nclass Money(sa.Numeric):\n    cache_ok = True\n"
CONFIGURED = '[tool.autogen]\nmodels = "models:Base"\nurl = "{url}"\nmigrations = "migrations"\n'


def made(project: AlembicProject, url: URL, imports: str, configured: bool = False) -> None:
    """A project in sync, whose first revision imports these."""
    project.make(url, first=FIRST.replace("from alembic import op", f"from alembic import op\n{imports}"))
    if configured:
        project.write("pyproject.toml", CONFIGURED.format(url=url.render_as_string(False)))
    project.write("kinds/__init__.py", "")
    project.write("kinds/own.py", TYPES)
    upgrade(read_settings(project.root, None))
    assert project.autogen("check").code == 0
    assert project.autogen("snapshot").code == 0


@pytest.mark.parametrize("configured", [False, True], ids=["by env.py", "configured"])
@pytest.mark.parametrize(
    ("imports", "edit", "said"),
    [
        ("from kinds.own import (\n    Money,\n)", "", "ImportError: cannot import name 'Money'"),
        ("import json, kinds.own", None, "ModuleNotFoundError: No module named 'kinds.own'"),
        ("from kinds import own", "raise RuntimeError('postgresql://me:s3cret@h/d')\n", "RuntimeError"),
        ("from kinds import own", "def broken(:\n", "SyntaxError"),
    ],
)
def test_what_a_revision_imports_has_gone(
    project: AlembicProject, sqlite_url: URL, imports: str, edit: str | None, said: str, configured: bool
) -> None:
    made(project, sqlite_url, imports, configured)
    module = project.root / "kinds" / "own.py"
    if edit is None:
        module.unlink()
    else:
        module.write_text(edit)
    project.forget()
    for arguments in (["check"], ["check", "--offline"], ["check", "--against", "database"]):
        ran = project.autogen(*arguments)
        assert (ran.code, ran.out) == (2, ""), ran
        assert "Revision a1 (" in ran.err and "cannot be imported, so" in ran.err and said in ran.err, ran.err
        assert "Traceback" not in ran.err and "s3cret" not in ran.err
    module.write_text(TYPES)
    project.forget()
    assert project.autogen("check").code == 0


@pytest.mark.parametrize(
    "imports",
    ["try:\n    import gone\nexcept ImportError:\n    gone = None", "import os.path, sqlalchemy"],
    ids=["guarded", "known"],
)
def test_imports_that_are_no_trouble(project: AlembicProject, sqlite_url: URL, imports: str) -> None:
    made(project, sqlite_url, imports)


def test_what_env_py_puts_on_the_path_is_found(project: AlembicProject, sqlite_url: URL) -> None:
    imports = f"import sys\nsys.path.insert(0, 'elsewhere')\n{FROM_MODELS}"
    project.make(sqlite_url, imports=imports, first="import found_there\n" + FIRST)
    project.write("elsewhere/found_there.py", "")
    project.write("pyproject.toml", CONFIGURED.format(url=sqlite_url.render_as_string(False)))
    upgrade(read_settings(project.root, None))
    project.forget()
    assert project.autogen("check").code == 0


def test_a_head_that_is_no_python(project: AlembicProject, sqlite_url: URL) -> None:
    made(project, sqlite_url, "")
    (path,) = project.root.glob("migrations/versions/*.py")
    path.write_text(path.read_text().replace("def downgrade():", "def downgrade(:"))
    ran = project.autogen("check")
    assert ran.code == 2
    assert "Revision a1 is not valid Python" in ran.err and f"line {line(path.read_text())}" in ran.err


def line(text: str) -> int:
    return text[: text.index("def downgrade(")].count("\n") + 1
