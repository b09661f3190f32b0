"""Random rows and random changes: what the rows are said to forbid fails, and what they allow passes."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, note, settings
from sqlalchemy.engine import URL

from autogen.plan import Finding
from autogen.wishes import Wishes
from tests.conftest import fresh
from tests.databases.databases import BACKENDS, Backend
from tests.harness import build, connect, diff, run

EXAMPLES = int(os.environ.get("AUTOGEN_TEST_EXAMPLES", "25"))
WORDS = ("", " ", "a", "A", "a ", "a   ", "ab", "abc", "abcd", "abcdef", "é", "É", "ß", "ss", "x\ty")
DIGITS = ("7", "007", " 7", "-1", "40000", "3000000000", "1.5", "1e3", "NaN", "true", "0", "1", "t", "+5")
MOMENTS = ("2024-01-02", "2024-02-30", "20240102", "2024-01-02 03:04:05", "03:04", "2024-01-02T03:04:05.5")
OTHERS = ('{"a": 1}', "[1", "null", "ok", "c0ffee00-c0ff-ee00-c0ff-ee00c0ffee00", "00" * 16)
TEXTS = (*WORDS, *DIGITS, *MOMENTS, *OTHERS)
INTEGERS = (0, 1, 2, -1, 7, 99, 100, 1000, 32767, 32768, -32768)
LARGE = (2**31 - 1, 2**31, -(2**31) - 1, 2**53 + 1, 2**63 - 1, -(2**63))
DECIMALS = tuple(
    map(Decimal, ("0", "1", "0.5", "1.25", "1.255", "-999.95", "999.94", "32767.5", "9999999.999"))
)
FLOATS = (0.0, 0.5, 1.5, -2.5, 0.1, 32767.4, 2147483647.5, 1e10, 2.0**63, 1e300, 1e-50)
DAYS = (dt.date(2024, 1, 2), dt.date(1, 1, 1), dt.date(9999, 12, 31))
TIMES = (
    dt.datetime(2024, 1, 2),
    dt.datetime(2024, 1, 2, 3, 4, 5, 600000),
    dt.datetime(1999, 12, 31, 23, 59, 59),
)

TYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "text": (sa.Text(), TEXTS),
    "string40": (sa.String(40), TEXTS),
    "string3": (sa.String(3), tuple(t for t in TEXTS if len(t) <= 3)),
    "char4": (sa.CHAR(4), tuple(t for t in TEXTS if len(t) <= 4)),
    "small": (sa.SmallInteger(), INTEGERS[:-2]),
    "integer": (sa.Integer(), (*INTEGERS, LARGE[0])),
    "big": (sa.BigInteger(), (*INTEGERS, *LARGE)),
    "numeric10_3": (sa.Numeric(10, 3), DECIMALS),
    "numeric4_1": (sa.Numeric(4, 1), DECIMALS[:4]),
    "double": (sa.Double(), FLOATS),
    "real": (sa.REAL(), FLOATS[:-2]),
    "boolean": (sa.Boolean(), (True, False)),
    "date": (sa.Date(), DAYS),
    "datetime": (sa.DateTime(), TIMES),
    "uuid": (sa.Uuid(), ()),
    "json": (sa.JSON(), (7, "x", {"a": 1}, [1], "7")),
    "enum": (sa.Enum("ok", "a", "ab", name="labels"), ("ok", "a", "ab")),
}
UNINDEXED = {"mariadb": {"text", "json"}}
WITHOUT_EQUALITY = {"json"}


@dataclass(frozen=True)
class Change:
    """One table before and after, and its rows."""

    before: str
    after: str
    other: str
    name: str
    not_null: bool
    unique: str
    check: str
    refers: str
    adds: str
    rows: tuple[tuple[Any, Any], ...]
    parents: tuple[Any, ...]


@st.composite
def changes(draw: st.DrawFn, backend: str) -> Change:
    before = draw(st.sampled_from([name for name, (_, values) in TYPES.items() if values]))
    after = draw(st.sampled_from([before, before, *TYPES]))
    other = draw(st.sampled_from(["integer", "string40"]))
    value = st.none() | st.sampled_from(TYPES[before][1])
    beside = st.none() | st.sampled_from(TYPES[other][1][:8])
    rows = draw(st.lists(st.tuples(value, beside), min_size=1, max_size=5))
    keyed = {before, after}.isdisjoint(UNINDEXED.get(backend, set()) | WITHOUT_EQUALITY)
    partial = ["partial"] if backend != "mariadb" else []
    checks = ["", "number", "length", "null"]
    return Change(
        before,
        after,
        other,
        draw(st.sampled_from(["a", "a", "b%"])),
        draw(st.booleans()),
        draw(st.sampled_from(["", "one", "two", *partial])) if keyed else "",
        draw(st.sampled_from(checks)),
        draw(st.sampled_from(["", "parent", "self"])) if keyed and before == after else "",
        draw(st.sampled_from(["", "", "constant", "none", "unique"])),
        tuple(rows),
        tuple(draw(st.lists(st.sampled_from(TYPES[before][1]), max_size=4, unique_by=repr))),
    )


def models(change: Change, new: bool) -> sa.MetaData:
    made = sa.MetaData()
    name = change.name if new else "a"
    type_ = TYPES[change.after if new else change.before][0]
    items: list[Any] = [
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(name, type_, nullable=not (new and change.not_null)),
        sa.Column("other", TYPES[change.other][0]),
    ]
    if change.refers:
        key = sa.Column("k", TYPES[change.before][0], unique=True)
        if change.refers == "parent":
            sa.Table("p", made, sa.Column("id", sa.Integer, primary_key=True), key)
        else:
            items.append(key)
    if new:
        items += list(constraints(change, name))
    sa.Table("t", made, *items)
    return made


def constraints(change: Change, name: str) -> Iterator[Any]:
    column, other = sa.column(name), sa.column("other")
    if change.unique in ("one", "two"):
        yield sa.UniqueConstraint(*([name] if change.unique == "one" else [name, "other"]), name="uq")
    elif change.unique == "partial":
        where = other.is_not(None)
        yield sa.Index("uq", name, unique=True, postgresql_where=where, sqlite_where=where)
    if change.check == "number" and change.other == "integer":
        yield sa.CheckConstraint("other > 0 AND other <> 7", name="ck")
    elif change.check == "length" and change.other == "string40":
        yield sa.CheckConstraint("other <> 'a' AND other <> ''", name="ck")
    elif change.check == "null":
        yield sa.CheckConstraint(column.is_not(None) | other.is_not(None), name="ck")
    if change.refers:
        yield sa.ForeignKeyConstraint([name], [f"{'p' if change.refers == 'parent' else 't'}.k"], name="fk")
    if change.adds == "constant":
        yield sa.Column("more", sa.Integer, nullable=False, server_default="5")
    elif change.adds == "none":
        yield sa.Column("more", sa.Integer, nullable=False)
    elif change.adds == "unique":
        yield sa.Column("more", sa.Integer, server_default="5")
        yield sa.UniqueConstraint("more", name="uq_more")


def filled(url: URL, change: Change) -> None:
    before = models(change, new=False)
    build(url, before)
    with connect(url) as connection:
        parents = [{"id": n, "k": value} for n, value in enumerate(change.parents, 1)]
        if change.refers == "parent":
            insert(connection, before.tables["p"], parents)
        rows = [{"id": n, "a": a, "other": other} for n, (a, other) in enumerate(change.rows, 1)]
        if change.refers == "self":
            for n, row in enumerate(rows):
                row["k"] = change.parents[n] if n < len(change.parents) else None
        insert(connection, before.tables["t"], rows)
        connection.commit()


def insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Rows that the table refuses are left out."""
    for row in rows:
        nested = connection.begin_nested()
        try:
            connection.execute(table.insert().values(row))
            nested.commit()
        except sa.exc.DBAPIError:
            nested.rollback()


DECIDED = frozenset(
    {
        "add-check",
        "add-fk",
        "add-not-null-no-default",
        "add-unique",
        "set-not-null",
        "type-clash",
        "type-lossy",
    }
)


def certain(findings: tuple[Finding, ...]) -> bool:
    return any(finding.certain for finding in findings)


def allowed(findings: tuple[Finding, ...]) -> bool:
    """Whether all that rows decide was asked and answered, and nothing of it stops the upgrade."""
    asked = [f for f in findings if f.rule in DECIDED]
    answered = all(f.evidence and f.evidence.verdict in ("clean", "violated") for f in asked)
    return answered and not certain(findings)


def examined(url: URL, change: Change) -> None:
    filled(url, change)
    renames = (f"t.a=t.{change.name}",) if change.name != "a" else ()
    found = diff(url, models(change, new=True), prove=False, wishes=Wishes(renames=renames))
    if not found.text:
        return
    for finding in found.findings:
        if finding.rule in DECIDED:
            note(f"{finding.rule} {finding.object} {finding.certain} {finding.message} {finding.evidence}")
    try:
        run(url, found.text, "upgrade", foreign_keys=False)
    except Exception as error:
        note(f"the upgrade fails: {error}")
        assert not allowed(found.findings), f"nothing was said of {error}"
    else:
        assert not certain(found.findings), "the upgrade passes"


def emptied(url: URL) -> None:
    """The database without what an example made."""
    with connect(url, foreign_keys=False) as connection:
        for name in ("t", "p", "alembic_version"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
        if url.get_backend_name() == "postgresql":
            connection.exec_driver_sql("DROP TYPE IF EXISTS labels")
        connection.commit()


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_said_of_rows_comes_true(backend: Backend, tmp_path: Path) -> None:
    with fresh(backend, tmp_path) as url:

        @settings(max_examples=EXAMPLES, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
        @given(change=changes(backend))
        def comes_true(change: Change) -> None:
            try:
                examined(url, change)
            finally:
                emptied(url)

        comes_true()
