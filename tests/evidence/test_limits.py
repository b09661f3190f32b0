"""What is said where not all rows were read: too slow, too large, no right, not wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen import pipeline
from autogen.dialects.base import Scope
from autogen.dialects.probing import Probing, TooLong
from autogen.errors import AutogenError
from autogen.plan import Evidence, Finding
from autogen.review import review
from autogen.review.inquiry import Inquiry, inquiry_for
from autogen.wishes import PROPOSE
from tests.databases.databases import Backend
from tests.harness import build, connect

MANY = 200_000
SERIES = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows}) "
    "INSERT INTO t (id, a, n) SELECT n, 'v' || n, n FROM s",
    "mariadb": "INSERT INTO t (id, a, n) SELECT seq, concat('v', seq), seq FROM seq_1_to_{rows}",
}
POSTGRESQL = "INSERT INTO t (id, a, n) SELECT s, 'v' || s, s FROM generate_series(1, {rows}) s"
RULES = {"add-check", "add-fk", "add-unique", "drop-column", "set-not-null", "type-lossy"}


def before() -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table("owners", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(40)),
        sa.Column("n", sa.Integer),
        sa.Column("gone", sa.Integer),
    )
    return metadata


def after() -> sa.MetaData:
    """Everything at once: a narrowed NOT NULL column, a unique, a foreign key, a check, a column dropped."""
    metadata = sa.MetaData()
    sa.Table("owners", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(7), nullable=False),
        sa.Column("n", sa.Integer, sa.ForeignKey("owners.id", name="fk")),
        sa.UniqueConstraint("a", name="uq"),
        sa.CheckConstraint("n > 0", name="ck"),
    )
    return metadata


def filled(url: URL, backend: Backend, rows: int) -> None:
    series = SERIES.get(backend, POSTGRESQL).format(rows=rows)
    owners = series.replace("INTO t (id, a, n)", "INTO owners (id)")
    for text in ("seq, concat('v', seq), seq", "n, 'v' || n, n", "s, 'v' || s, s"):
        owners = owners.replace(text, text.partition(",")[0])
    build(url, before(), (owners, series))


@contextmanager
def asked(url: URL) -> Iterator[tuple[pipeline.Examination, Inquiry]]:
    with pipeline.connected(url) as (dialect, connection):
        seen = pipeline.examine(dialect, connection, (after(),), Scope(), url, PROPOSE)
        inquiry = inquiry_for(seen.comparison, dialect, connection, True)
        assert inquiry is not None
        yield seen, inquiry


def findings(seen: pipeline.Examination, inquiry: Inquiry) -> dict[str, Finding]:
    found = review(seen.comparison, seen.dialect, lambda _: True, tuple, inquiry)
    return {finding.rule: finding for finding in found}


def evidence(found: dict[str, Finding]) -> dict[str, Evidence]:
    return {rule: finding.evidence for rule, finding in found.items() if finding.evidence}


def test_what_takes_too_long_is_given_up(database_url: URL, backend: Backend) -> None:
    filled(database_url, backend, MANY)
    with asked(database_url) as (seen, inquiry):
        found = findings(seen, replace(inquiry, sizes={}, each=0.001))
        told = evidence(found)
        assert set(told) == RULES
        for rule, one in told.items():
            assert one.verdict == "unknown", (rule, one)
            assert "took too long" in one.text
        assert found["set-not-null"].severity == "high"
        # the connection is of use afterwards, and has its own limit back
        assert seen.dialect.has_rows(seen.connection, seen.comparison.before.tables[0].key)
        assert set(evidence(findings(seen, replace(inquiry, each=60, seconds=600)))) == RULES


def test_the_review_ends_when_its_time_is_over(database_url: URL, backend: Backend) -> None:
    filled(database_url, backend, 10)
    with asked(database_url) as (seen, inquiry):
        told = evidence(findings(seen, replace(inquiry, seconds=0)))
    assert {one.verdict for one in told.values()} == {"unknown"}
    assert "gave up, the 0 seconds of the review were over" in told["add-unique"].text


class Slow:
    """A live database on which only what reads a sample comes in time."""

    def __init__(self, probing: Probing) -> None:
        self._probing = probing
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._probing, name)

    def rows(self, sql: str, seconds: float) -> Sequence[Sequence[Any]]:
        self.asked.append(sql)
        if "TABLESAMPLE" not in sql and "AS sampled" not in sql:
            raise TooLong("reading all of it took too long")
        return self._probing.rows(sql, seconds)


@pytest.mark.parametrize("known", [True, False], ids=["size known", "size unknown"])
def test_a_sample_never_shows_that_all_is_well(database_url: URL, backend: Backend, known: bool) -> None:
    filled(database_url, backend, 2000)
    if backend.startswith("pg"):
        with connect(database_url) as connection:
            connection.exec_driver_sql("ANALYZE t")
            connection.commit()
    with asked(database_url) as (seen, inquiry):
        sizes = inquiry.sizes if known else {}
        slow: Any = Slow(inquiry.probing)
        found = findings(seen, replace(inquiry, probing=slow, sizes=sizes))
    told = evidence(found)
    assert {rule: one.verdict for rule, one in told.items()} == dict.fromkeys(RULES, "none in sample")
    assert told["add-unique"].text == "none in a sample (reading all of it took too long)"
    assert not any(finding.certain for finding in found.values())
    assert found["set-not-null"].severity == "high"
    if known and backend.startswith("pg"):
        assert any("TABLESAMPLE" in sql for sql in slow.asked)


def test_a_sample_shows_what_is_wrong(database_url: URL, backend: Backend) -> None:
    filled(database_url, backend, 10)
    with connect(database_url) as connection:
        for statement in (
            "INSERT INTO t (id, a, n, gone) VALUES (90, NULL, -3, 1)",
            "INSERT INTO t (id, a, n) VALUES (91, 'v1', 1)",
            "INSERT INTO t (id, a, n) VALUES (92, 'much too long', 1)",
        ):
            connection.exec_driver_sql(statement)
        connection.commit()
    with asked(database_url) as (seen, inquiry):
        slow: Any = Slow(inquiry.probing)
        found = findings(seen, replace(inquiry, probing=slow, sizes={}))
    assert {rule: one.verdict for rule, one in evidence(found).items()} == dict.fromkeys(RULES, "violated")
    enforced = RULES - ({"add-fk"} if backend == "sqlite" else set())
    for rule in enforced - {"drop-column", "type-lossy"}:
        assert found[rule].certain, rule
    one = found["add-unique"].evidence
    assert one and one.more and one.text.startswith("at least 1 duplicate, e.g. 'v1' twice")


def test_a_large_table_is_sampled_first(database_url: URL, backend: Backend) -> None:
    filled(database_url, backend, 10)
    with connect(database_url) as connection:
        connection.exec_driver_sql("INSERT INTO t (id, a, n) VALUES (91, 'v1', 1)")
        connection.commit()
    with asked(database_url) as (seen, inquiry):
        slow: Any = Slow(inquiry.probing)
        sizes = {key: replace(size, rows=None, bytes=1 << 40) for key, size in inquiry.sizes.items()}
        found = findings(seen, replace(inquiry, probing=slow, sizes=sizes))
    assert found["add-unique"].certain
    assert not any("x0" in sql and "AS sampled" not in sql and "GROUP BY x0" in sql for sql in slow.asked)


def test_a_table_that_may_not_be_read(pg_url: URL) -> None:
    role = f"{pg_url.database}_reader"
    filled(pg_url, "pg18", 3)
    with connect(pg_url) as connection:
        connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
        connection.commit()
    try:
        with asked(pg_url.set(username=role, password=None)) as (seen, inquiry):
            told = evidence(findings(seen, inquiry))
        for one in told.values():
            assert one.verdict == "unknown"
            assert one.text == "not known: this user has no right to read it"
        assert set(told) == RULES
    finally:
        with connect(pg_url) as connection:
            connection.exec_driver_sql(f"DROP ROLE {role}")
            connection.commit()


def test_a_locked_table_is_not_waited_for(pg_url: URL) -> None:
    filled(pg_url, "pg18", 3)
    with asked(pg_url) as (seen, inquiry), connect(pg_url) as other:
        other.exec_driver_sql("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        told = evidence(findings(seen, replace(inquiry, each=0.05, sizes={})))
    assert {one.verdict for one in told.values()} == {"unknown"}


def test_no_lock_outlives_the_review(database_url: URL, backend: Backend) -> None:
    """Somebody else can change the table at once, while the connection of the review is still open."""
    filled(database_url, backend, 3)
    with asked(database_url) as (seen, _):
        assert all(f.evidence for f in pipeline.planned(seen).findings if f.rule in RULES)
        with connect(database_url) as other:
            wait = {"sqlite": "PRAGMA busy_timeout = 100", "mariadb": "SET SESSION lock_wait_timeout = 1"}
            other.exec_driver_sql(wait.get(backend, "SET lock_timeout = '200ms'"))
            other.exec_driver_sql("ALTER TABLE t ADD COLUMN more INTEGER")
            other.commit()


def test_values_are_not_shown_where_they_are_not_wanted(database_url: URL, backend: Backend) -> None:
    filled(database_url, backend, 3)
    with connect(database_url) as connection:
        for statement in (
            "INSERT INTO t (id, a, n) VALUES (90, 'secret', -300)",
            "INSERT INTO t (id, a, n) VALUES (91, 'secret', -300)",
            "INSERT INTO t (id, a, n) VALUES (92, 'secret too long', -300)",
        ):
            connection.exec_driver_sql(statement)
        connection.commit()
    with pipeline.connected(database_url) as (dialect, connection):
        seen = pipeline.examine(dialect, connection, (after(),), Scope(), database_url, PROPOSE)
        shown = pipeline.planned(seen)
        hidden = pipeline.planned(seen, pipeline.Reading(values=False))
    assert "secret" in str(shown.findings)
    assert "-300" in str(shown.findings)
    assert "secret" not in str(hidden.findings)
    assert "300" not in str(hidden.findings)
    counts = [[f.evidence.count for f in plan.findings if f.evidence] for plan in (shown, hidden)]
    assert counts[0] == counts[1]


def test_without_data_no_row_is_read(database_url: URL, backend: Backend) -> None:
    filled(database_url, backend, 3)
    with pipeline.connected(database_url) as (dialect, connection):
        seen = pipeline.examine(dialect, connection, (after(),), Scope(), database_url, PROPOSE)
        statements: list[str] = []
        sa.event.listen(
            connection,
            "before_cursor_execute",
            lambda c, cursor, statement, *more: statements.append(statement),
        )
        plan = pipeline.planned(seen, pipeline.Reading(data=False))
    assert {finding.rule for finding in plan.findings} >= RULES
    assert not any(finding.evidence for finding in plan.findings)
    reads = [s for s in statements if re.search(r"FROM (\S+\.)?[\"`]?(t|owners)[\"`]?(?![\w.])", s)]
    assert reads
    assert all("EXISTS (SELECT 1" in s or "LIMIT 1" in s or "max(_rowid_)" in s for s in reads), reads


def test_a_lock_that_keeps_the_catalog_from_being_read_is_named(
    pg_url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autogen.dialects.postgresql.connection.LOCK_TIMEOUT", "200ms")
    filled(pg_url, "pg18", 3)
    with connect(pg_url) as connection:
        connection.exec_driver_sql("ALTER TABLE t ALTER a SET DEFAULT 'x'")
        connection.commit()
    with connect(pg_url) as other:
        other.exec_driver_sql("SET application_name = 'nightly job'")
        other.exec_driver_sql("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        process = other.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with pytest.raises(AutogenError) as raised, asked(pg_url):
            pass
    said = str(raised.value)
    assert f"t by process {process} (nightly job of " in said
    assert "pg_catalog" not in said
