"""autogen as a library, the way another program uses it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen import api
from tests.harness import build, connect, run
from tests.rows import fill


def before() -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table(
        "users", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(9))
    )
    return metadata


def after() -> sa.MetaData:
    metadata = before()
    sa.Table("users", metadata, sa.Column("age", sa.Integer), extend_existing=True)
    metadata.tables["users"].c.name.nullable = False
    return metadata


def test_from_models_to_a_proven_draft(database_url: URL) -> None:
    build(database_url, before())
    fill(database_url, before())
    with api.connect(database_url) as database:
        stands, wanted = api.introspect(database), api.declare(database, after())
        assert [t.key.label for t in stands.tables] == [t.key.label for t in wanted.tables] == ["users"]
        assert api.compare(database, before()).comparison.changes == ()
        found = api.compare(database, after())
        assert {change.key.label for change in found.comparison.changes} == {"users.age", "users.name"}
        plan = api.review(found)
        assert "set-not-null" in {finding.rule for finding in plan.findings}
        assert all(finding.evidence is None for finding in api.review(found, data=False).findings)
        text = api.draft(found, plan, down_revision=None, revision_id="0123456789ab")
        proof = api.prove(found, text)
    assert (proof.verified, proof.reason) == (True, "")
    run(database_url, text, "upgrade", after())
    with api.connect(database_url) as database:
        assert api.compare(database, after()).comparison.changes == ()


def test_what_is_left_out(sqlite_url: URL) -> None:
    build(sqlite_url, before(), ("CREATE TABLE other (id INTEGER)", "CREATE TABLE versions (id INTEGER)"))
    with api.connect(sqlite_url, exclude=["oth*"], version_table="versions") as database:
        assert api.compare(database, before()).comparison.changes == ()
        assert [table.key.label for table in api.introspect(database).tables] == ["users"]


def test_what_cannot_be_done_is_said_without_a_password() -> None:
    with pytest.raises(api.AutogenError) as raised, api.connect("postgresql://ann:secret@127.0.0.1:1/none"):
        pass
    assert "127.0.0.1" in str(raised.value) and "secret" not in str(raised.value)


def test_the_database_is_only_read(database_url: URL) -> None:
    build(database_url, before())
    with api.connect(database_url) as database, pytest.raises(sa.exc.DBAPIError):
        database.connection.exec_driver_sql("DELETE FROM users")
    with connect(database_url) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM users").scalar() == 0


def test_every_public_name_is_there() -> None:
    assert sorted(api.__all__, key=str.lower) == sorted(set(api.__all__), key=str.lower)
    assert all(getattr(api, name).__doc__ for name in api.__all__)
