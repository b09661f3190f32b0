"""What stands in the way of a safe form on PostgreSQL, and where there is none."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.emit.sql import as_sql
from autogen.online import Forms
from tests.acceptance.case import Models, column, key, table
from tests.acceptance.online import Make, check, child, index, named, reference, unique
from tests.dump import dump
from tests.harness import Drafted, build, connect, diff, differences, run
from tests.rows import fill

ALWAYS = Forms("always")


def metadata(models: Models) -> sa.MetaData:
    made = sa.MetaData()
    models(made)
    return made


def drafted(url: URL, before: Models, after: Models, forms: Forms = ALWAYS, prove: bool = False) -> Drafted:
    build(url, metadata(before))
    fill(url, metadata(before))
    return diff(url, metadata(after), prove=prove, forms=forms)


def execute(url: URL, *statements: str) -> None:
    with connect(url) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.commit()


def test_invalid_leftover_is_built_again(pg_url: URL) -> None:
    after = child(unique("uq", "name"))
    draft = drafted(pg_url, child(), after)
    execute(pg_url, "UPDATE t SET name = 'twice'")
    with pytest.raises(sa.exc.IntegrityError):
        run(pg_url, draft.text, "upgrade")
    with connect(pg_url) as connection:
        valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'uq'::regclass"
        assert connection.exec_driver_sql(valid).scalar() is False
    execute(pg_url, "UPDATE t SET name = id::text")
    run(pg_url, draft.text, "upgrade")
    assert differences(pg_url, metadata(after)) == ()


def test_valid_index_is_kept(pg_url: URL) -> None:
    draft = drafted(pg_url, child(), child(index("ix", "name")))
    execute(pg_url, "CREATE INDEX ix ON t (name)")
    with connect(pg_url) as connection:
        before = connection.exec_driver_sql("SELECT 'ix'::regclass::oid").scalar()
    run(pg_url, draft.text, "upgrade")
    with connect(pg_url) as connection:
        assert connection.exec_driver_sql("SELECT 'ix'::regclass::oid").scalar() == before


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX ix ON p (code)",
        "ALTER TABLE t ADD CONSTRAINT ix UNIQUE (name)",
        "CREATE SEQUENCE ix",
    ],
)
def test_what_owns_the_name_stops_the_run_and_stays(pg_url: URL, statement: str) -> None:
    draft = drafted(pg_url, child(), child(index("ix", "name")))
    execute(pg_url, statement)
    stands = dump(pg_url)
    with pytest.raises(RuntimeError, match="ix stands already, and is not the index of t"):
        run(pg_url, draft.text, "upgrade")
    assert dump(pg_url) == stands


def parted(*parts: Make) -> Models:
    def build_models(made: sa.MetaData) -> None:
        table("p", key())(made)
        sa.Table(
            "t",
            made,
            sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("pid", sa.Integer),
            *(part() for part in parts),
            postgresql_partition_by="RANGE (id)",
        )

    return build_models


def test_partitioned_parents_get_what_runs(pg_url: URL) -> None:
    after = parted(index("ix", "pid"), unique("uq", "id", "pid"), reference(), check("pid > 0"))
    draft = drafted(pg_url, parted(), after, prove=True)
    assert (draft.verified, draft.reason) == (True, ""), draft.text
    assert "CONCURRENTLY" not in draft.text.upper()
    assert "VALIDATE CONSTRAINT ck" in draft.text


def test_views_are_not_left_dropped_while_an_index_is_built(pg_url: URL) -> None:
    after = child(column("name", sa.Text), index("ix", "name"), index("other", "pid"))
    build(pg_url, metadata(child()))
    fill(pg_url, metadata(child()))
    execute(pg_url, "CREATE VIEW v AS SELECT name FROM t")
    draft = diff(pg_url, metadata(after))
    assert (draft.verified, draft.reason) == (True, ""), draft.text
    upgrade = draft.text.partition("def downgrade")[0]
    between = upgrade[upgrade.index("DROP VIEW") : upgrade.index("CREATE VIEW")]
    assert "autocommit_block" not in between
    assert 'unbuilt("other", "t")' in upgrade


def test_table_proven_empty_is_changed_plainly_unless_always(pg_url: URL) -> None:
    build(pg_url, metadata(child()))
    after = metadata(child(index("ix", "name")))
    assert "CONCURRENTLY" not in diff(pg_url, after, prove=False).text.upper()
    assert "CONCURRENTLY" in diff(pg_url, after, prove=False, forms=ALWAYS).text.upper()
    fill(pg_url, metadata(child()))
    assert "CONCURRENTLY" in diff(pg_url, after, prove=False).text.upper()
    plain = diff(pg_url, after, prove=False, forms=Forms("never")).text
    assert "CONCURRENTLY" not in plain.upper() and "lock_timeout" not in plain


def test_new_table_needs_no_care_but_what_it_refers_to(pg_url: URL) -> None:
    def after(made: sa.MetaData) -> None:
        child()(made)
        reference = column("tid", sa.Integer, lambda: sa.ForeignKey("t.id"))
        table("new", key(), reference, lambda: sa.Index("ix", "tid"))(made)

    draft = drafted(pg_url, child(), after, Forms(lock_timeout="3s"))
    assert "autocommit_block" not in draft.text
    assert "SET lock_timeout = '3s'" in draft.text


def test_hostile_names(pg_url: URL) -> None:
    name = "a b%:x\"'"

    def models(*parts: Make) -> Models:
        return table(f"t{name}", key(), column(name, sa.Integer), *parts)

    after = models(
        column(f"n{name}", sa.Integer),
        index(f"ix{name}", name),
        unique(f"uq{name}", name),
        named("CheckConstraint", sa.column(name) > 0, name=f"ck{name}"),
        index(f"in{name}", f"n{name}"),
    )
    draft = drafted(pg_url, models(), after, prove=True)
    assert (draft.verified, draft.reason) == (True, ""), draft.text
    run(pg_url, draft.text, "upgrade")
    assert differences(pg_url, metadata(after)) == ()


def test_as_a_script(pg_url: URL) -> None:
    """A script asks nothing: it takes all steps, and leaves its transaction for those outside."""
    after = child(column("more", sa.Integer), index("ix", "more"))
    upgrade, downgrade = as_sql(drafted(pg_url, child(), after).text, "postgresql")
    added, commit, built = (upgrade.index(w) for w in ("ADD COLUMN more", "COMMIT", "CREATE INDEX CONC"))
    assert added < commit < built
    assert "DROP INDEX CONCURRENTLY" in downgrade


def test_lock_of_a_form_that_stays_plain_is_told(pg_url: URL) -> None:
    """A second run could not tell whether the type is the old one: the index is built in its transaction."""

    def models(*labels: str, parts: tuple[Make, ...] = ()) -> Models:
        def made(metadata: sa.MetaData) -> None:
            state = sa.Column("state", sa.Enum(*labels, name="state"), nullable=False)
            others = (sa.Column("n", sa.Integer), *(part() for part in parts))
            sa.Table("t", metadata, key()(), state, *others)

        return made

    before = models("a", "b", "c")
    build(pg_url, metadata(before))
    execute(pg_url, "INSERT INTO t (state, n) VALUES ('a', 1)")

    def told(after: Models) -> Drafted:
        return diff(pg_url, metadata(after), forms=ALWAYS)

    swapped = told(models("a", "b", parts=(index("ix", "state"),)))
    assert swapped.verified and "autocommit_block" not in swapped.text.partition("def downgrade")[0]
    assert "index-not-concurrent" in swapped.rules
    beside = told(models("a", "b", "c", parts=(index("ix", "n"),)))
    assert beside.verified and "autocommit_block" in beside.text.partition("def downgrade")[0]
    assert "index-not-concurrent" not in beside.rules
