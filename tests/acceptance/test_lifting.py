"""New NOT NULL columns whose default is in Python alone, on tables with rows."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from autogen.online import Forms
from tests.acceptance.case import Case, Models, both, column, key, table
from tests.conftest import fresh
from tests.databases.databases import Backend
from tests.dump import dump
from tests.harness import build, connect, diff, differences, run
from tests.rows import fill

LIFT = Forms(lift_defaults=True)
BEFORE: Models = both(table("t", key()), table("empty", key()))


class Reversed(sa.TypeDecorator[str]):
    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> bytes | None:
        return None if value is None else value[::-1].encode()

    def process_result_value(self, value: bytes | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else value.decode()[::-1]


NEW = (
    column("number", sa.Integer, default=7, nullable=False, index=True),
    column("words", sa.String(20), default="it's 5% :x", nullable=False),
    column("flag", sa.Boolean, default=True, nullable=False),
    column("kind", sa.Enum("a", "b", name="kinds"), default="b", nullable=False),
    column("bytes", sa.LargeBinary, default=b"\x00\xff'\\", nullable=False),
    column("document", sa.JSON, default={"a": ["it's 5% :x", None]}, nullable=False),
    column("other", Reversed, default="abc", nullable=False),
)
AFTER: Models = both(table("t", key(), *NEW), table("empty", key()))
CASE = Case("lifted", BEFORE, AFTER)


def test_rows_get_the_value_and_the_models_are_reached(backend: Backend, tmp_path: Path) -> None:
    before, after = CASE.metadata(BEFORE), CASE.metadata(AFTER)
    with fresh(backend, tmp_path, again=True) as url:
        build(url, before)
        fill(url, before)
        original = dump(url)
        drafted = diff(url, after, forms=LIFT)
        assert (drafted.verified, drafted.reason) == (True, ""), drafted.text
        found = [f for f in drafted.findings if f.rule == "add-not-null-no-default"]
        assert {f.object for f in found} == {f"t.{c().name}" for c in NEW}
        assert {(f.severity, f.answer) for f in found} == {("medium", "answered by --lift-defaults")}
        assert {f.evidence.text for f in found if f.evidence} == {"3 rows get the models' default"}
        assert not any(f.certain or "will fail" in f.sentences for f in found)
        run(url, drafted.text, "upgrade", after)
        assert differences(url, after) == ()
        with connect(url) as connection:
            rows = connection.execute(sa.select(*(after.tables["t"].c[c().name] for c in NEW))).all()
        value = (7, "it's 5% :x", True, "b", b"\x00\xff'\\", {"a": ["it's 5% :x", None]}, "abc")
        assert [tuple(row) for row in rows] == [value] * 3
        run(url, drafted.text, "downgrade", after)
        assert dump(url) == original


@pytest.mark.parametrize("default", [int, sa.func.random(), None])
def test_only_values_are_lifted(sqlite_url: sa.URL, default: object) -> None:
    after = CASE.metadata(table("t", key(), column("n", sa.Integer, default=default, nullable=False)))
    build(sqlite_url, CASE.metadata(BEFORE))
    fill(sqlite_url, CASE.metadata(BEFORE))
    (finding,) = (
        f
        for f in diff(sqlite_url, after, prove=False, forms=LIFT).findings
        if f.rule == "add-not-null-no-default"
    )
    assert (finding.severity, finding.answer) == ("blocker", "")
    assert finding.certain
    assert "--lift-defaults finds no value for it that SQL can state" in finding.remedy


def test_the_way_out_is_named(sqlite_url: sa.URL) -> None:
    build(sqlite_url, CASE.metadata(BEFORE))
    fill(sqlite_url, CASE.metadata(BEFORE))
    findings = diff(sqlite_url, CASE.metadata(AFTER), prove=False).findings
    remedies = {f.object: f.remedy for f in findings if f.rule == "add-not-null-no-default"}
    assert remedies["t.number"] == (
        "autogen diff --amend --lift-defaults: rows that stand get the models' default, 7."
    )
