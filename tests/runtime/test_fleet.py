"""Many databases, and many schemas of one, in one check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from tests.conftest import fresh
from tests.databases.databases import Backend
from tests.runtime.project import Deployed

MODELS = """
import sqlalchemy as sa

metadata = sa.MetaData()
sa.Table("users", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(50)))
"""


@pytest.fixture
def fleet(backend: Backend, tmp_path: Path) -> Iterator[tuple[Deployed, list[URL]]]:
    with ExitStack() as stack:
        urls = [stack.enter_context(fresh(backend, tmp_path)) for _ in range(4)]
        name = f"fleet_{tmp_path.name}".replace("-", "_").replace("[", "_").replace("]", "_")
        project = Deployed(tmp_path / "project", urls[0])
        project.begin(settings=f'models = "{name}:metadata"\n')
        project.write(f"{name}.py", MODELS)
        project.revision(
            "a1", "op.create_table('users', sa.Column('id', sa.Integer, primary_key=True))", "pass"
        )
        project.revision("b2", "op.add_column('users', sa.Column('name', sa.String(50)))", "pass")
        yield project, urls


def test_each_has_its_line(fleet: tuple[Deployed, list[URL]]) -> None:
    project, urls = fleet
    for url, target in zip(urls, ("head", "a1", "head"), strict=False):
        ran = project.autogen("upgrade", target, "--url", url.render_as_string(hide_password=False))
        assert ran.code == 0, ran.err
    changed = Deployed(project.root, urls[2])
    changed.sql("ALTER TABLE users ADD COLUMN extra INTEGER")
    lines = [url.render_as_string(hide_password=False) for url in urls[:3]]
    file = project.write("urls.txt", "# the fleet\n" + "\n\n".join(lines) + "\nsqlite:///nowhere/at/all.db\n")
    ran = project.autogen("check", "--url-file", str(file), "--format", "json")
    assert ran.code == 2, ran.err
    states = [(found["state"], found["changes"], found["pending"]) for found in ran.json["databases"]]
    assert states == [("in sync", 0, 0), ("behind", None, 1), ("differs", 1, 0), ("failed", None, None)]
    assert "users.extra" in ran.json["databases"][2]["reason"]
    text = project.autogen("check", "--url-file", str(file), "--jobs", "2")
    assert text.code == 2
    assert [line.split("  ")[0].strip() for line in text.out.splitlines()[:4]] == [s for s, _, _ in states]
    assert text.out.splitlines()[-1] == "4 checked: 1 in sync, 1 differs, 1 behind, 1 failed."
    password = urls[0].password
    assert password is None or f":{password}@" not in text.out + text.err
    file.write_text("\n".join(lines[:2]))
    assert project.autogen("check", "--url-file", str(file)).code == 1
    file.write_text(lines[0])
    assert project.autogen("check", "--url-file", str(file)).code == 0


def test_tenants(fleet: tuple[Deployed, list[URL]]) -> None:
    project, urls = fleet
    kind = urls[0].get_backend_name()
    if kind == "sqlite":
        ran = project.autogen("check", "--tenant-schemas", "tenant_*", "--url", str(urls[0]))
        assert ran.code == 2
        assert "has no schemas" in ran.err
        return
    if kind == "mysql":  # a schema is a database there
        project.autogen("upgrade")
        ran = project.autogen("check", "--tenant-schemas", f"{urls[0].database}*", "--format", "json")
        assert [found["state"] for found in ran.json["databases"]] == ["in sync"], ran.err
        return
    engine = sa.create_engine(urls[0], isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for name in ("tenant_a", "tenant_b", "other"):
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
            connection.exec_driver_sql(
                f"CREATE TABLE {name}.alembic_version (version_num VARCHAR(32) NOT NULL)"
            )
            connection.exec_driver_sql(f"INSERT INTO {name}.alembic_version VALUES ('b2')")
            more = ", extra INTEGER" if name == "tenant_b" else ""
            connection.exec_driver_sql(
                f"CREATE TABLE {name}.users (id SERIAL PRIMARY KEY, name VARCHAR(50){more})"
            )
    engine.dispose()
    ran = project.autogen("check", "--tenant-schemas", "tenant_*", "--format", "json")
    assert ran.code == 1, ran.err
    found = [(d["database"].split()[-1], d["state"], d["changes"]) for d in ran.json["databases"]]
    assert found == [("tenant_a", "in sync", 0), ("tenant_b", "differs", 1)]


def test_a_file_without_urls(local: Deployed) -> None:
    local.write("pyproject.toml", '[tool.autogen]\nurl = "env:PROJECT_URL"\nmodels = "nothing_here:x"\n')
    ran = local.autogen("check", "--url-file", "missing.txt")
    assert (ran.code, ran.out) == (2, "")
