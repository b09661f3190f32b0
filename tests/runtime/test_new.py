"""Revisions begun by autogen new, filled in as a person would, run on every backend."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.runtime.project import Deployed


def begun(project: Deployed, *args: str) -> Path:
    before = set((project.root / "migrations/versions").iterdir())
    ran = project.autogen("new", *args)
    assert ran.code == 0, ran.err
    (path,) = set((project.root / "migrations/versions").glob("*.py")) - before
    assert str(path.relative_to(project.root)) in ran.out
    return path


def test_an_empty_revision(local: Deployed) -> None:
    first = begun(local, "-m", 'nothing """ yet\\').read_text()
    assert "down_revision = None" in first
    second = begun(local, "-m", "more").read_text()
    found = re.search(r'^revision = "(\w+)"', first, re.M)
    assert found is not None
    assert f'down_revision = "{found[1]}"' in second
    assert second.startswith('"""more\n\nRevision ID: ')
    assert local.autogen("upgrade").code == 0
    assert local.autogen("downgrade", "base").code == 0


@pytest.mark.parametrize("form", ["--sql", "--data"])
def test_what_is_not_filled_in_does_not_run(local: Deployed, form: str) -> None:
    begun(local, "-m", "later", form)
    ran = local.autogen("upgrade")
    assert ran.code == 1
    assert "is not finished: look for FILL IN" in ran.err


def test_sql_with_its_way_back(deployed: Deployed) -> None:
    path = begun(deployed, "-m", "notes", "--sql")
    text = path.read_text()
    up = '"CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY, body VARCHAR(50))",\n'
    up += "    \"INSERT INTO notes (id, body) VALUES (1, '100 % at 10:30 :x')\",\n"
    text = text.replace("# FILL IN: SQL, a string a statement", up, 1)
    text = re.sub(r"# FILL IN: what undoes it.*", '"DROP TABLE notes",', text)
    path.write_text(text)
    ran = deployed.autogen("upgrade")
    assert ran.code == 0, ran.err
    assert deployed.sql("SELECT body FROM notes") == [("100 % at 10:30 :x",)]
    assert deployed.autogen("downgrade", "base", "--yes").code == 0
    assert "notes" not in deployed.tables()


def test_data_in_batches(deployed: Deployed) -> None:
    """Rows come and go between the keys; the batch is smaller than the table; a second run finds nothing."""
    values = ", ".join(f"({n}, 'name{n}')" for n in range(1, 60) if n % 7)
    deployed.revision(
        "a1",
        [
            "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50), upper_name VARCHAR(50))",
            f"INSERT INTO users (id, name) VALUES {values}",
        ],
    )
    path = begun(deployed, "-m", "upper names", "--data")
    text = path.read_text().replace('TABLE = ""', 'TABLE = "users"').replace("BATCH = 1000", "BATCH = 10")
    parts = iter(
        ("upper_name = upper(name)", "upper_name IS NULL", "upper_name = NULL", "upper_name IS NOT NULL")
    )
    text = re.sub(r'^    "",  # FILL IN.*$', lambda _: f'    "{next(parts)}",', text, flags=re.M)
    path.write_text(text)
    ran = deployed.autogen("upgrade")
    assert ran.code == 0, ran.err
    assert deployed.sql("SELECT count(*) FROM users WHERE upper_name = upper(name)") == [(51,)]
    ran = deployed.autogen("downgrade", "a1", "--yes")
    assert ran.code == 0, ran.err
    assert deployed.sql("SELECT count(*) FROM users WHERE upper_name IS NOT NULL") == [(0,)]


def test_data_with_words_like_parameters(deployed: Deployed) -> None:
    """What a literal of the SQL holds is handed on as it stands, in batches and as SQL."""
    rows = ", ".join(f"({n}, 'n')" for n in range(1, 6))
    table = "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(80))"
    deployed.revision("a1", [table, f"INSERT INTO users (id, name) VALUES {rows}"])
    words = """100%:last ::x {"k":first} \\\\:first %s %(a)s"""
    backend = deployed.url.get_backend_name()
    said = words.replace("\\\\", "\\") if backend == "mysql" else words
    cast = "::text" if backend == "postgresql" else ""
    path = begun(deployed, "-m", "names", "--data")
    text = path.read_text().replace('TABLE = ""', 'TABLE = "users"').replace("BATCH = 1000", "BATCH = 2")
    parts = iter(
        (f"name = '{words}'{cast}", f"name <> '{words}'{cast}", f"name = 'n'{cast}", "name <> ':last'")
    )
    path.write_text(re.sub(r'^    "",  # FILL IN.*$', lambda _: f"    {next(parts)!r},", text, flags=re.M))
    ran = deployed.autogen("upgrade")
    assert ran.code == 0, ran.err
    assert deployed.sql("SELECT DISTINCT name FROM users") == [(said,)]
    ran = deployed.autogen("downgrade", "a1", "--yes")
    assert ran.code == 0, ran.err
    assert deployed.sql("SELECT DISTINCT name FROM users") == [("n",)]
    ran = deployed.autogen("upgrade", "--sql", "a1:head")
    assert f"UPDATE users SET name = '{words}'{cast} WHERE" in ran.out


def test_several_heads(local: Deployed) -> None:
    local.revision("a1")
    local.revision("b1", down="a1")
    local.revision("b2", down="a1")
    ran = local.autogen("new", "-m", "x")
    assert ran.code == 2
    assert "2 heads: b1, b2" in ran.err
    assert 'down_revision = "b2"' in begun(local, "-m", "x", "--head", "b2").read_text()
    ran = local.autogen("new", "-m", "x", "--head", "a1")
    assert (ran.code, "a1 is no head" in ran.err) == (2, True)


def test_alembics_own_options(local: Deployed) -> None:
    """The section of a file says where revisions go, and how they are named."""
    local.write("pyproject.toml", '[tool.autogen]\nurl = "env:PROJECT_URL"\n')
    (local.root / "elsewhere" / "versions").mkdir(parents=True)
    local.write("elsewhere/env.py", "raise SystemExit('new runs no env.py')\n")
    local.write("other.ini", "[second]\nscript_location = elsewhere\nfile_template = v_%%(slug)s\n")
    ran = local.autogen("new", "-m", "more", "-c", "other.ini", "-n", "second", "-x", "tenant=one")
    assert ran.code == 0, ran.err
    assert (local.root / "elsewhere" / "versions" / "v_more.py").is_file()
    ran = local.autogen("new", "-m", "more", "-c", "missing.ini")
    assert (ran.code, "missing.ini" in ran.err) == (2, True)


@pytest.mark.parametrize("form", ["--sql", "--data"])
def test_what_is_not_filled_in_is_told_where_sql_is_written(local: Deployed, form: str) -> None:
    local.autogen("new", "-m", "x", form)
    for arguments in (["upgrade", "--sql"], ["show", "head", "--sql"]):
        ran = local.autogen(*arguments)
        assert ran.code == 2
        assert "could not be written as SQL: RuntimeError: " in ran.err and "look for FILL IN" in ran.err
        assert "internal error" not in ran.err


def test_what_reads_rows_is_told_where_sql_is_written(local: Deployed) -> None:
    local.revision("a1", "op.get_bind().execute(sa.text('SELECT 1')).fetchall()")
    ran = local.autogen("upgrade", "--sql")
    assert ran.code == 2 and "internal error" not in ran.err
    assert "The upgrade of revision a1 could not be written as SQL: AttributeError" in ran.err
    assert "There is no database behind it" in ran.err
