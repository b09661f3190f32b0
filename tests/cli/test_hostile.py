"""Names that hold anything: drafted, proven, run by the real alembic both ways, shown on one line, executed
by nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from tests.cli.project import Ran, UserProject
from tests.databases.databases import Backend

NAMES = (
    '"); import os; os.system("touch pwned")#',
    "'); import os; os.system('touch pwned')#",
    '"""\nimport os; os.system("touch pwned")\n"""',
    "\\",
    'ends with \\"',
    "{0} {x} %(x)s %s % %% :x ::y \\:z $1 ${a}",
    "'; DROP TABLE victim; --",
    "select",
    "Order",
    "1st",
    " leading",
    "tab\tnew\nline\rreturn",
    "ñ \u202e\u00a0\u2028 \x1b[31m",
    "😀",
    "/* */ -- #",
    "`back` [brackets]",
    "%(x)s",
    ":x",
    "a.b",
    "trailing ",
    "x" * 63,
)
MODELS = """
import json
import os
from pathlib import Path

import sqlalchemy as sa

here = Path(__file__).parent
backend, step, words = json.loads((here / "names.json").read_text())
Base = m = sa.MetaData()


def add(word, name):
    schema = "s " + name[:50] if backend.startswith("pg") else None
    short, own = name[:40].rstrip(), "" if backend == "sqlite" else word
    labels = ["a", *{word.rstrip()} - {"a"}]
    more = [word[:50] + step] if step else []
    table = sa.Table(
        name, m,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(name, sa.String(200), server_default=word + step, nullable=False, key="c",
                  comment=own and own + step),
        sa.Column("e", sa.Enum(*labels, *more, name="e " + short, schema=schema)),
        sa.Column("f", sa.Enum(*labels, name="f " + short, native_enum=False, create_constraint=True)),
        sa.Column("p", sa.Integer),
        sa.UniqueConstraint("c", name="uq " + short),
        sa.Index("ix " + short, "c", "p"),
        comment=own and own + step,
        schema=schema,
    )
    parent = sa.Table("p " + short, m, sa.Column(name, sa.Integer, primary_key=True), schema=schema)
    table.append_constraint(sa.CheckConstraint(sa.column(name, sa.String) != word, name="ck " + short))
    table.append_constraint(sa.ForeignKeyConstraint(["p"], [parent.c[name]], name="fk " + short))
    if step:
        table.append_column(sa.Column("new " + name[:50], sa.Text))


for word in words:
    name = word
    if backend == "mariadb":  # names there are of the basic plane and end in no space
        name = "".join(c for c in word if ord(c) < 0x10000).rstrip() or "nothing left"
    add(word, name)
"""


@pytest.fixture
def hostile(served: UserProject) -> UserProject:
    served.write("models.py", MODELS)
    return served


def write_names(project: UserProject, backend: Backend, step: str) -> None:
    project.write("names.json", json.dumps([backend, step, NAMES]))


def ran(project: UserProject, *args: str) -> Ran:
    done = project.autogen(*args)
    assert done.code == 0, done
    assert done.err == ""
    return done


def test_hostile_names(hostile: UserProject, backend: Backend) -> None:
    write_names(hostile, backend, "")
    document = json.loads(ran(hostile, "diff", "--format", "json").out)
    assert document["verified"] is True, document["reason"]
    assert document["not_compared"] == []
    names = {change["object"] for change in document["changes"] if change["kind"] == "table"}
    assert any(name.endswith("%(x)s %s % %% :x ::y \\:z $1 ${a}") for name in names)
    hostile.upgrade()
    assert "In sync" in ran(hostile, "check").out

    write_names(hostile, backend, "2")
    out = ran(hostile, "diff").out
    assert "Proof   upgrade reaches the models" in out
    unprintable = {c for c in out.replace("\n", "") if not c.isprintable()}
    assert unprintable == set()
    assert out.count("\n  + new tab\\tnew\\nline\\rreturn") == 1
    hostile.upgrade()
    assert "In sync" in ran(hostile, "check").out
    hostile.downgrade()
    hostile.upgrade()
    assert "In sync" in ran(hostile, "check").out

    hostile.downgrade()
    for path in hostile.drafts():
        path.unlink()
    document = json.loads(ran(hostile, "diff", "--dry-run", "--sql", "--format", "json").out)
    run_script(make_url(hostile.env["DATABASE_URL"]), document["sql"]["upgrade"])
    assert "In sync" in ran(hostile, "check").out
    assert not list(hostile.root.rglob("pwned"))


def run_script(url: URL, script: str) -> None:
    """Runs statements the way a server's own client does."""
    if url.get_backend_name() == "mysql":
        from pymysql.constants.CLIENT import MULTI_STATEMENTS

        url = url.update_query_dict({"client_flag": str(MULTI_STATEMENTS)})
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    connection = engine.raw_connection()
    try:
        if url.get_backend_name() == "sqlite":
            connection.executescript(script)  # type: ignore[attr-defined]
            return
        cursor = connection.cursor()
        cursor.execute(script)
        while cursor.nextset():
            pass
    finally:
        connection.close()


def test_the_victim_of_paths(shop: UserProject) -> None:
    """A message may hold anything, too: it becomes a docstring and a file name."""
    message = '../../"""\\ {x} %(rev)s\n; import os; os.system("touch pwned")'
    done = shop.autogen("diff", "-m", message)
    assert done.code == 0, done
    (path,) = shop.drafts()
    assert Path(path).parent == shop.root / "migrations" / "versions"
    assert path.stem.partition("_")[2].replace("_", "").isalnum()
    shop.upgrade()
    assert not list(shop.root.rglob("pwned"))
