"""How the safe forms and lifted defaults are asked for: flags, configuration, and what --amend keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.cli.project import MODELS, UserProject
from tests.harness import connect

CONCURRENTLY = "postgresql_concurrently=True"
INDEXED = MODELS.replace("String(50))", "String(50), index=True)")
LENT = f"{MODELS}    level: Mapped[int] = mapped_column(default=7)\n"


@pytest.fixture
def crowd(tmp_path: Path, pg_url: URL) -> UserProject:
    """A project on PostgreSQL whose table holds rows."""
    project = UserProject(tmp_path / "crowd", {"DATABASE_URL": pg_url.render_as_string(False)})
    project.write(".git/HEAD", "")
    project.write("models.py", MODELS)
    assert project.autogen("init").code == 0
    assert project.autogen("diff").code == 0
    project.upgrade()
    with connect(pg_url) as connection:
        connection.exec_driver_sql("INSERT INTO users (name) VALUES ('Ann'), ('Bob')")
        connection.commit()
    return project


def test_flags_go_before_the_configuration(crowd: UserProject) -> None:
    crowd.write("models.py", INDEXED)
    usual = crowd.autogen("diff", "--dry-run")
    assert usual.code == 0 and CONCURRENTLY in usual.out and "proven" in usual.out.casefold()
    assert CONCURRENTLY not in crowd.autogen("diff", "--dry-run", "--no-online").out
    settings = (crowd.root / "pyproject.toml").read_text("utf-8")
    crowd.write("pyproject.toml", f'{settings}\nonline = "never"\n')
    assert CONCURRENTLY not in crowd.autogen("diff", "--dry-run").out
    assert CONCURRENTLY in crowd.autogen("diff", "--dry-run", "--online").out
    crowd.write("pyproject.toml", f'{settings}\nonline = "sometimes"\n')
    wrong = crowd.autogen("diff", "--dry-run")
    assert wrong.code == 2 and "online" in wrong.err and "always" in wrong.err


def test_a_lifted_default_is_kept_by_amend(shop: UserProject) -> None:
    assert shop.autogen("diff").code == 0
    shop.upgrade()
    shop.sql("INSERT INTO users VALUES (1, 'Ann')")
    shop.write("models.py", LENT)
    plain = shop.autogen("diff")
    assert "--lift-defaults" in shop.draft() and "server_default=" not in shop.draft()
    assert plain.code == 0 and "to review" in plain.out
    assert shop.autogen("diff", "--amend", "--lift-defaults").code == 0
    lifted = shop.draft()
    assert 'server_default=sa.text("7")' in lifted
    assert "- [x] add-not-null-no-default users.level" in lifted
    assert shop.autogen("diff", "--amend").code == 0
    assert 'server_default=sa.text("7")' in shop.draft()
    assert shop.autogen("diff", "--amend", "--no-lift-defaults").code == 0
    assert "server_default=" not in shop.draft()
    shop.autogen("diff", "--amend", "--lift-defaults")
    shop.upgrade()
    assert shop.sql("SELECT level FROM users") == [(7,)]


def test_a_backfill_begins_with_the_default_of_the_models(shop: UserProject) -> None:
    assert shop.autogen("diff").code == 0
    shop.upgrade()
    shop.sql("INSERT INTO users VALUES (1, 'Ann')")
    shop.write("models.py", LENT)
    assert shop.autogen("diff", "--phases").code == 0
    (script,) = (shop.root / "migrations" / "backfills").glob("*.py")
    text = script.read_text("utf-8")
    assert "check that it suits the rows that stand" in text and "FILL IN: an" not in text
    shop.upgrade("+1")
    ran = shop.python(str(script), "--url", "sqlite:///app.db")
    assert ran.code == 0, ran.err
    assert shop.sql("SELECT level FROM users") == [(7,)]
    shop.upgrade()
    assert shop.autogen("check").code == 0
