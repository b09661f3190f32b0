"""SQLModel, several MetaData, schemas, types of one's own and of packages, on asynchronous drivers."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from tests.cli.project import MODELS, UserProject

KINDS = """
import sqlalchemy as sa


class Upper(sa.types.TypeDecorator):
    impl = sa.String(30)
    cache_ok = True


class Level(sa.types.TypeDecorator):
    impl = sa.Integer
    cache_ok = True

    def __init__(self, limit=3):
        super().__init__()
        self.limit = limit
"""
HEROES = """
from sqlalchemy import Column
from sqlmodel import Field, SQLModel
from shop.kinds import Level, Upper


class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    upper: str = Field(sa_column=Column(Upper(), nullable=False))
    level: int = Field(sa_column=Column(Level(limit=5)))
"""
THINGS = """
import sqlalchemy as sa
from pgvector.sqlalchemy import Vector
from sqlalchemy_utils import EmailType, UUIDType

m = sa.MetaData(schema="extra")
sa.Table(
    "things",
    m,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mail", EmailType),
    sa.Column("u", UUIDType(binary=False)),
    sa.Column("v", Vector(3)),
)
"""
PLACES = """
import sqlalchemy as sa
from geoalchemy2 import Geometry

m = sa.MetaData()
sa.Table("places", m, sa.Column("at", Geometry("POINT", srid=4326)))
"""


SHAPES = """
import geoalchemy2
import sqlalchemy as sa

m = sa.MetaData()
sa.Table(
    "shapes",
    m,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("twice", sa.Integer, sa.Computed("id * 2", persisted=True)),
)
"""


SPOTS = """
import sqlalchemy as sa
from geoalchemy2 import Geometry


class Spot(sa.types.TypeDecorator):
    impl = Geometry("POINT")
    cache_ok = True


m = sa.MetaData()
sa.Table(
    "spots",
    m,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Geometry("POINT")),
    sa.Column("area", Geometry("POLYGON", spatial_index=False)),
    sa.Column("way", Geometry("LINESTRING", spatial_index=False), nullable=False),
    sa.Column("spot", Spot),
)
"""


@pytest.fixture
def shop_package(tmp_path: Path) -> UserProject:
    found = UserProject(tmp_path)
    files = {
        "__init__": "",
        "kinds": KINDS,
        "heroes": HEROES,
        "things": THINGS,
        "places": PLACES,
        "shapes": SHAPES,
        "spots": SPOTS,
    }
    for name, text in files.items():
        found.write(f"src/shop/{name}.py", text)
    found.write(".git/HEAD", "")
    return found


def ran(project: UserProject, *args: str, **env: str) -> str:
    done = project.autogen(*args, **env)
    assert done.code == 0, done
    return done.out


def test_they_are_drafted_and_run(shop_package: UserProject, pg_url: URL) -> None:
    engine = sa.create_engine(pg_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        try:
            connection.exec_driver_sql("CREATE EXTENSION vector")
        except sa.exc.DBAPIError as error:
            pytest.skip(f"the server has no pgvector: {error.orig}")
    url = pg_url.set(drivername="postgresql+asyncpg").render_as_string(False)
    project = UserProject(shop_package.root, {"DATABASE_URL": url})
    ran(project, "init", "--models", "shop.heroes:Hero", "--models", "shop.things:m")
    ran(project, "diff")
    draft = project.draft()
    assert "import shop.kinds\n\nrevision" in draft
    for code in (
        'sa.Column("upper", shop.kinds.Upper(30), nullable=False)',
        'sa.Column("level", shop.kinds.Level(5), nullable=True)',
        'sa.Column("mail", sqlalchemy_utils.EmailType(), nullable=True)',
        'sa.Column("u", sqlalchemy_utils.UUIDType(binary=False), nullable=True)',
        'sa.Column("v", pgvector.sqlalchemy.VECTOR(3), nullable=True)',
        'schema="extra"',
    ):
        assert code in draft
    project.upgrade()
    assert "In sync" in ran(project, "check")
    project.downgrade()
    project.upgrade()
    assert "In sync" in ran(project, "check")


def test_a_computed_column_is_what_the_libraries_of_the_models_make_of_it(
    shop_package: UserProject, mariadb_url: URL
) -> None:
    """geoalchemy2 leaves STORED out on MariaDB: what create_all() would make is what the models mean."""
    project = UserProject(shop_package.root, {"DATABASE_URL": mariadb_url.render_as_string(False)})
    ran(project, "init", "--models", "shop.shapes:m")
    ran(project, "diff")
    project.upgrade()
    assert "In sync" in ran(project, "check")


def test_what_a_geometry_says_of_its_column_and_index(shop_package: UserProject, mariadb_url: URL) -> None:
    """geoalchemy2 writes NOT NULL into the type on MariaDB, and makes the index SPATIAL by itself."""
    project = UserProject(shop_package.root, {"DATABASE_URL": mariadb_url.render_as_string(False)})
    ran(project, "init", "--models", "shop.spots:m")
    ran(project, "diff")
    draft = project.draft()
    assert "\nimport geoalchemy2\n" in draft
    assert "ServerType" not in draft
    assert draft.count("spatial_index=False") == 4
    project.upgrade()
    assert "In sync" in ran(project, "check")
    with sa.create_engine(mariadb_url, poolclass=sa.NullPool).connect() as connection:
        columns = connection.exec_driver_sql(
            "SELECT column_name, column_type, is_nullable FROM information_schema.columns"
            " WHERE table_schema = database() AND table_name = 'spots' ORDER BY ordinal_position"
        )
        assert [tuple(row) for row in columns][1:] == [
            ("at", "point", "NO"),
            ("area", "polygon", "YES"),
            ("way", "linestring", "NO"),
            ("spot", "point", "NO"),
        ]
        keys = connection.exec_driver_sql("SHOW KEYS FROM spots WHERE index_type = 'SPATIAL'")
        assert {(row.Key_name, row.Column_name) for row in keys} == {
            ("idx_spots_at", "at"),
            ("idx_spots_spot", "spot"),
        }
    project.write("src/shop/spots.py", SPOTS.replace('"POLYGON", spatial_index=False', '"POLYGON"'))
    ran(project, "diff")
    project.upgrade()
    assert "In sync" in ran(project, "check")
    project.downgrade()
    project.upgrade()
    assert "In sync" in ran(project, "check")


def test_without_the_extension_the_draft_is_there_and_unproven(
    shop_package: UserProject, pg_url: URL
) -> None:
    project = UserProject(shop_package.root, {"DATABASE_URL": pg_url.render_as_string(False)})
    ran(project, "init", "--models", "shop.places:m")
    done = project.autogen("diff")
    assert done.code == 1, done
    assert "geoalchemy2" in project.draft()
    assert "Unproven: upgrade() fails:" in project.draft()


def test_an_asynchronous_sqlite(tmp_path: Path) -> None:
    project = UserProject(tmp_path)
    project.write(".git/HEAD", "")
    project.write("models.py", MODELS)
    ran(project, "init", "--url", "sqlite+aiosqlite:///app.db")
    project.upgrade()
    ran(project, "diff")
    project.upgrade()
    project.write("models.py", MODELS.replace("String(50)", "String(51)"))
    ran(project, "diff")
    project.upgrade()
    assert "In sync" in ran(project, "check")
