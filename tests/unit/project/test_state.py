"""A draft follows one head that the database is at; all else stops the run and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from autogen.errors import AutogenError
from autogen.project.revisions import RevisionFile, Revisions
from autogen.project.state import check_state, database_revisions
from autogen.schema import Key


def revisions(*edges: tuple[str, tuple[str, ...]]) -> Revisions:
    return Revisions(tuple(RevisionFile(id, down, (), (), Path(f"/p/v/{id}.py")) for id, down in edges))


LINE = revisions(("a1", ()), ("b2", ("a1",)), ("c3", ("b2",)))


def test_at_head() -> None:
    assert check_state(LINE, ("c3",)) == "c3"
    assert check_state(revisions(), ()) is None


def test_pending_revisions_are_named() -> None:
    with pytest.raises(AutogenError) as caught:
        check_state(LINE, ("a1",), Path("/p"))
    assert "2 revisions have not been applied: b2 (v/b2.py), c3 (v/c3.py)" in str(caught.value)
    assert "alembic upgrade head" in str(caught.value)


def test_a_database_without_a_record_may_want_a_stamp() -> None:
    with pytest.raises(AutogenError, match=r"no record of any revision.*alembic stamp head"):
        check_state(LINE, ())


def test_several_heads_are_named() -> None:
    forked = revisions(("a1", ()), ("b2", ("a1",)), ("c3", ("a1",)))
    with pytest.raises(AutogenError, match=r"2 heads: b2 .*, c3 .*autogen merge"):
        check_state(forked, ("b2", "c3"))


def test_an_unknown_revision_is_named() -> None:
    with pytest.raises(AutogenError, match="at revision zz, which is in none"):
        check_state(LINE, ("zz",))


def test_a_long_list_is_cut() -> None:
    long = revisions(("r00", ()), *((f"r{i:02}", (f"r{i - 1:02}",)) for i in range(1, 30)))
    with pytest.raises(AutogenError, match="and 22 more"):
        check_state(long, ())


@pytest.mark.parametrize("name", ["alembic_version", 'odd "name" %(x)s :y'])
def test_the_version_table_is_read(name: str) -> None:
    table = sa.Table(name, sa.MetaData(), sa.Column("version_num", sa.String(32)))
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        assert database_revisions(connection, Key("table", "", "", name)) == ()
        table.create(connection)
        assert database_revisions(connection, Key("table", "", "", name)) == ()
        connection.execute(table.insert(), [{"version_num": "b"}, {"version_num": "a"}])
        assert database_revisions(connection, Key("table", "", "", name)) == ("a", "b")
    engine.dispose()


def test_branches_that_stay_apart_are_no_obstacle_once_they_are_applied() -> None:
    apart = Revisions(
        (
            RevisionFile("a1", (), ("shop",), (), Path("v/a1.py")),
            RevisionFile("a2", ("a1",), (), (), Path("v/a2.py")),
            RevisionFile("b1", (), ("audit",), (), Path("v/b1.py")),
        )
    )
    assert check_state(apart, ("a2", "b1"), drafting=False) in ("a2", "b1")
    for name, head in {"shop": "a2", "shop@head": "a2", "audit@head": "b1", "b1": "b1", "a2": "a2"}.items():
        assert check_state(apart, ("a2", "b1"), head=name) == head
    for name in ("a1", "other@head", "", "head"):
        with pytest.raises(
            AutogenError, match=r"names none of the heads a2 and b1\. Branch labels: audit, shop"
        ):
            check_state(apart, ("a2", "b1"), head=name)
    with pytest.raises(AutogenError, match="1 revision has not been applied: b1"):
        check_state(apart, ("a2",), head="shop")
