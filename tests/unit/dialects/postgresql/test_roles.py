"""Whoever reads the database: an owner without superuser, a role without rights, another search path."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from tests.harness import build, connect, diff, differences, run


def models(later: bool = False) -> sa.MetaData:
    metadata = sa.MetaData()
    labels = ("a", "b", "c") if later else ("a", "b")
    sa.Table(
        "p",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.BigInteger if later else sa.Integer),
        sa.Column("e", sa.Enum(*labels, name="st")),
        sa.CheckConstraint("abs(a) + 1 > 0" if later else "abs(a) > 0", name="ck"),
    )
    return metadata


def as_admin(url: URL, *statements: str) -> None:
    with connect(url) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.commit()


@pytest.fixture
def role(pg_url: URL) -> Iterator[str]:
    name = f"autogen_test_{secrets.token_hex(4)}"
    as_admin(pg_url, f"CREATE ROLE {name} LOGIN", f"GRANT ALL ON SCHEMA public TO {name}")
    yield name
    as_admin(pg_url, f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def there_and_back(url: URL) -> None:
    build(url, models())
    assert differences(url, models()) == ()
    drafted = diff(url, models(later=True))
    assert (drafted.verified, drafted.reason, drafted.not_compared) == (True, "", ())
    run(url, drafted.text, "upgrade")
    assert differences(url, models(later=True)) == ()
    run(url, drafted.text, "downgrade")
    assert differences(url, models()) == ()


def test_owner_that_may_create_databases_needs_no_more(pg_url: URL, role: str) -> None:
    as_admin(pg_url, f"ALTER ROLE {role} CREATEDB")
    there_and_back(pg_url.set(username=role))


def test_role_that_may_create_no_database_is_told_so(pg_url: URL, role: str) -> None:
    build(pg_url, models())
    drafted = diff(pg_url.set(username=role), models(later=True))
    assert drafted.verified is None
    assert f"{role}' may not create databases" in drafted.reason
    assert "alter column p.a: type" in drafted.changes
    assert [left.object for left in drafted.not_compared] == ["p.ck"]


@pytest.mark.parametrize("path", ["app, public", '"My App"'])
def test_search_path_of_the_role_is_the_default_schema(pg_url: URL, role: str, path: str) -> None:
    schema = path.partition(",")[0]
    as_admin(
        pg_url,
        f"CREATE SCHEMA {schema} AUTHORIZATION {role}",
        f"ALTER ROLE {role} CREATEDB",
        f"ALTER ROLE {role} SET search_path = {path}",
    )
    there_and_back(pg_url.set(username=role))


def test_search_path_of_the_url_is_the_default_schema(pg_url: URL) -> None:
    as_admin(pg_url, "CREATE SCHEMA app")
    there_and_back(pg_url.update_query_dict({"options": "-csearch_path=app"}))


def test_leftover_of_a_failed_index_is_made_anew_by_whoever(pg_url: URL, role: str) -> None:
    metadata = models()
    sa.Index("ix", metadata.tables["p"].c.a)
    as_admin(pg_url, f"ALTER ROLE {role} CREATEDB")
    build(pg_url.set(username=role), metadata)
    as_admin(pg_url, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix'::regclass")
    for url in (pg_url, pg_url.set(username=role)):
        drafted = diff(url, metadata)
        assert drafted.changes == ("alter index p.ix: valid",)
        assert (drafted.verified, drafted.reason) == (True, "")
