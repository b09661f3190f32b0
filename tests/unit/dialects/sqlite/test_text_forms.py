"""Text that becomes another type: what is counted is what SQLAlchemy then reads wrongly or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from tests.harness import connect, diff, run

TEXTS = (
    "2024-01-02",
    "2024-02-30",
    "0000-01-01",
    "20240102",
    "2024-01-02 03:04:05",
    "2024-01-02T03:04",
    "2024-01-02 03:04:05.000006",
    "2024-01-02 25:04:05",
    "2024-01-02x",
    "03:04:05",
    "03:04:05.5",
    "03:04",
    "29:04",
    "7",
    " 7 ",
    "0",
    "1",
    "007",
    "1.5",
    "true",
    "",
    '{"a": 1}',
    "[1",
    "zzz",
    "a",
    "b'\"",
    "it's %(x)s :y",
    "00000000000000000000000000000005",
    "c0ffee00c0ffee00c0ffee00c0ffee00",
    "c0ffee00-c0ff-ee00-c0ff-ee00c0ffee00",
)
TARGETS: dict[str, Any] = {
    "date": sa.Date(),
    "datetime": sa.DateTime(),
    "time": sa.Time(),
    "interval": sa.Interval(),
    "json": sa.JSON(),
    "enum": sa.Enum("a", "b'\"", native_enum=False),
    "boolean": sa.Boolean(),
    "integer": sa.Integer(),
    "float": sa.Float(),
    "numeric": sa.Numeric(10, 2),
    "uuid": sa.Uuid(),
}
WRONG = {
    # read without an error, and yet not what the text said, or not what a query for the value finds
    "json": {"007", "00000000000000000000000000000005"},
    "boolean": set(TEXTS) - {"0", "1"},
    "integer": set(TEXTS) - {"7", "0", "1", "20240102"},
    "float": set(TEXTS) - {"7", "0", "1", "1.5", "20240102"},
    "numeric": set(TEXTS) - {"7", "0", "1", "1.5", "20240102"},
    "uuid": {"c0ffee00-c0ff-ee00-c0ff-ee00c0ffee00"},
}


def models(kind: str, type_: Any) -> sa.MetaData:
    made = sa.MetaData()
    sa.Table(kind, made, sa.Column("id", sa.Integer, primary_key=True), sa.Column("v", type_))
    return made


@pytest.mark.parametrize("kind", TARGETS)
def test_what_is_counted_is_what_is_misread(kind: str, tmp_path: Path) -> None:
    url = URL.create("sqlite", database=str(tmp_path / "app.db"))
    before, after = models(kind, sa.Text()), models(kind, TARGETS[kind])
    with connect(url) as connection:
        before.create_all(connection)
        rows = [{"id": n, "v": text} for n, text in enumerate((*TEXTS, None))]
        connection.execute(before.tables[kind].insert(), rows)
        connection.commit()
    drafted = diff(url, after, prove=False)
    evidence = next(f.evidence for f in drafted.findings if f.rule == "type-lossy")
    run(url, drafted.text, "upgrade")
    wrong = set(WRONG.get(kind, ())) | misread(url, after.tables[kind])
    assert evidence is not None
    assert evidence.count == len(wrong), (evidence, wrong)

    with connect(url) as connection:
        connection.execute(sa.text(f"DROP TABLE {kind}"))
        before.create_all(connection)
        left = [row for row in rows if row["v"] not in wrong]
        connection.execute(before.tables[kind].insert(), left)
        connection.commit()
    (clean,) = [f.evidence for f in diff(url, after, prove=False).findings if f.rule == "type-lossy"]
    assert clean is not None
    assert clean.verdict == "clean"


def misread(url: URL, table: sa.Table) -> set[str]:
    found = set()
    with connect(url) as connection:
        for number, text in enumerate(TEXTS):
            try:
                connection.execute(sa.select(table.c.v).where(table.c.id == number)).scalar()
            except Exception:
                found.add(text)
    return found
