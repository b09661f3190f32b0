"""Models as people declare them: Flask applications, SQLModel, several bases, packages, Advanced Alchemy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.project.env_runner import upgrade
from autogen.project.settings import read_settings
from tests.dropin.project import AlembicProject

pytestmark = [
    # env.py of `flask db init` tries the older name first
    pytest.mark.filterwarnings("ignore:'get_engine' is deprecated:DeprecationWarning"),
    # Advanced Alchemy with SQLAlchemy 2.1
    pytest.mark.filterwarnings("ignore:The declarative_mixin:sqlalchemy.exc.SADeprecationWarning"),
    # one registry for all of SQLModel, whose models are imported again here
    pytest.mark.filterwarnings("ignore:This declarative base already:sqlalchemy.exc.SAWarning"),
]


def changes(project: AlembicProject, *args: str) -> list[str]:
    ran = project.autogen("check", "--format", "json", *args)
    assert ran.code in (0, 1), ran.err
    found = [(c["action"], c["object"]) for c in json.loads(ran.out)["changes"]]
    new = {name for action, name in found if action == "create"}
    return sorted(f"{action} {name}" for action, name in found if name.partition(".")[0] not in new - {name})


FLASK = """
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class User(db.Model):
    __tablename__ = "users"
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(50))


def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = {url!r}
    db.init_app(app)
    Migrate(app, db)
    return app
"""


@pytest.fixture
def flask_project(
    project: AlembicProject, database_url: URL, monkeypatch: pytest.MonkeyPatch
) -> AlembicProject:
    """The environment of `flask db init`, with the first revision of every project here."""
    project.make(database_url)
    for path in ("alembic.ini", "models.py", "migrations/env.py", "migrations/script.py.mako"):
        (project.root / path).unlink()
    template = Path(flask_migrate.__file__).parent / "templates" / "flask"
    shutil.copy(template / "env.py", project.root / "migrations" / "env.py")
    shutil.copy(template / "script.py.mako", project.root / "migrations" / "script.py.mako")
    shutil.copy(template / "alembic.ini.mako", project.root / "migrations" / "alembic.ini")
    project.write("shop/__init__.py", FLASK.format(url=database_url.render_as_string(False)))
    monkeypatch.setenv("FLASK_APP", "shop:create_app")
    return project


def test_flask_migrate_runs_within_the_application(flask_project: AlembicProject, database_url: URL) -> None:
    upgrade(read_settings(flask_project.root, None), url=database_url)
    assert changes(flask_project) == []
    model = flask_project.root / "shop" / "__init__.py"
    model.write_text(
        model.read_text().replace("db.String(50))", "db.String(50))\n    age = db.Column(db.Integer)")
    )
    ran = flask_project.autogen("diff", "-m", "age")
    assert ran.code == 0, ran.err
    assert 'op.add_column("users", sa.Column("age", sa.Integer(), nullable=True))' in ran.out + "".join(
        path.read_text() for path in flask_project.drafts()
    )
    flask_project.forget()
    upgrade(read_settings(flask_project.root, None), url=database_url)
    assert changes(flask_project) == []


def test_without_an_application_it_says_how_to_name_it(
    flask_project: AlembicProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FLASK_APP")
    ran = flask_project.autogen("check")
    assert ran.code == 2
    assert "works within a Flask application" in ran.err and "export FLASK_APP=" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("models", ["shop:db", "shop:create_app", "shop"])
def test_an_extension_and_a_factory_are_models_as_well(
    flask_project: AlembicProject, database_url: URL, models: str
) -> None:
    upgrade(read_settings(flask_project.root, None), url=database_url)
    assert changes(flask_project, "--models", models, "--url", database_url.render_as_string(False)) == []


SQLMODEL = """
from sqlmodel import Field, SQLModel


class User(SQLModel, table=True):
    __tablename__ = "users"
    __table_args__ = {{"extend_existing": True}}
    id: int | None = Field(default=None, primary_key=True)
    name: str | None = Field(default=None, max_length={length})
"""


def test_sqlmodel(project: AlembicProject, database_url: URL) -> None:
    imports = "import models\nfrom sqlmodel import SQLModel\ntarget_metadata = SQLModel.metadata"
    from sqlmodel import SQLModel

    try:
        project.make(database_url, models=SQLMODEL.format(length=50), imports=imports)
        upgrade(read_settings(project.root, None))
        assert changes(project) == []
    finally:
        SQLModel.metadata.clear()


SEVERAL = """
from accounts.models import Base as Accounts
from billing.models import Base as Billing

target_metadata = [Accounts.metadata, Billing.metadata]
"""
BASE = """
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "{table}"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(sa.String(50))
"""


def test_several_bases(project: AlembicProject, database_url: URL) -> None:
    project.write("accounts/models.py", BASE.format(table="users"))
    project.write("billing/models.py", BASE.format(table="bills"))
    project.make(database_url, imports=SEVERAL)
    upgrade(read_settings(project.root, None))
    assert changes(project) == ["create bills"]


def test_a_package_of_models_is_walked(project: AlembicProject, database_url: URL) -> None:
    project.write("shop/__init__.py", "")
    project.write("shop/models/__init__.py", "")
    project.write("shop/models/base.py", BASE.partition("class Item")[0])
    for table in ("users", "bills"):
        item = "from shop.models.base import Base, Mapped, mapped_column, sa\n\n\nclass Item"
        text = item.replace("Item", table.title()) + BASE.partition("class Item")[2].format(table=table)
        project.write(f"shop/models/deep/{table}.py", text)
    project.write("shop/models/deep/__init__.py", "")
    project.make(database_url)
    upgrade(read_settings(project.root, None))
    url = database_url.render_as_string(False)
    assert changes(project, "--models", "shop.models", "--url", url) == ["create bills"]


ADVANCED = """
import sqlalchemy as sa
from advanced_alchemy.base import create_registry
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from advanced_alchemy.base import CommonTableAttributes, BigIntPrimaryKey


class Base(BigIntPrimaryKey, CommonTableAttributes, DeclarativeBase):
    registry = create_registry()
    __abstract__ = True


class User(Base):
    __tablename__ = "users"
    name: Mapped[str | None] = mapped_column(sa.String(50))
"""


@pytest.mark.filterwarnings(
    "ignore::sqlalchemy.exc.SADeprecationWarning"
)  # of the package with SQLAlchemy 2.1
def test_advanced_alchemy(project: AlembicProject, database_url: URL) -> None:
    first = (
        '"""first"""\nimport sqlalchemy as sa\nfrom alembic import op\n'
        'revision = "a1"\ndown_revision = None\ndef upgrade():\n    pass\ndef downgrade():\n    pass\n'
    )
    project.make(database_url, models=ADVANCED, first=first)
    upgrade(read_settings(project.root, None))
    made = changes(project)
    assert "create users" in made
    ran = project.autogen("diff")
    assert ran.code == 0, ran.err + ran.out
    assert "Proven" in project.drafts()[-1].read_text() or "Not proven" in project.drafts()[-1].read_text()
    project.forget()
    upgrade(read_settings(project.root, None))
    assert changes(project) == []
    engine = sa.create_engine(database_url)
    assert "users" in sa.inspect(engine).get_table_names()
    engine.dispose()
