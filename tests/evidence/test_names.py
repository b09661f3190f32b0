"""Whatever tables and columns are called, their rows are asked."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from tests.databases.databases import Backend
from tests.harness import build, connect, diff, run

NAMES = ["p%q", """100%% "%(x)s" ? `:y {z}` é\\'--"""]


def models(name: str, new: bool) -> sa.MetaData:
    made = sa.MetaData()
    owners = sa.Table(f"owners {name}", made, sa.Column(name, sa.Integer, primary_key=True))
    type_ = sa.String(40)
    number = f"n {name}"
    items: list[sa.Column[int] | sa.Column[str] | sa.Constraint] = [
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(name, type_, nullable=not new),
        sa.Column(f"long {name}", sa.String(3) if new else type_),
        sa.Column(number, sa.Integer),
    ]
    if new:
        items += [
            sa.Column(f"more {name}", sa.Integer, nullable=False),
            sa.UniqueConstraint(f"long {name}", name="uq"),
            sa.ForeignKeyConstraint([number], [owners.c[name]], name="fk"),
            sa.CheckConstraint(sa.column(number, sa.Integer) > sa.literal_column("100"), name="ck"),
        ]
    else:
        items.append(sa.Column(f"gone {name}", sa.Date))
    sa.Table(name, made, *items)
    return made


@pytest.mark.parametrize("name", NAMES)
def test_every_question_is_answered(database_url: URL, backend: Backend, name: str) -> None:
    before = models(name, new=False)
    build(database_url, before)
    table = before.tables[name]
    row = {table.c[name]: None, table.c[f"long {name}"]: "twice", table.c[f"n {name}"]: 7}
    with connect(database_url) as connection:
        for _ in range(2):
            connection.execute(table.insert().values({**row, table.c[f"gone {name}"]: date(2024, 1, 2)}))
        connection.commit()
    found = diff(database_url, models(name, new=True), prove=False)
    told = {f.rule: f.evidence.verdict for f in found.findings if f.evidence}
    asked = {"add-not-null-no-default", "set-not-null", "add-unique", "add-fk", "add-check", "drop-column"}
    assert told == dict.fromkeys(asked | {"type-lossy"}, "violated")
    with connect(database_url) as connection:
        connection.execute(sa.delete(table))
        connection.commit()
    left = {f.rule for f in diff(database_url, models(name, new=True), prove=False).findings if f.evidence}
    assert left == set()
    run(database_url, found.text, "upgrade")
