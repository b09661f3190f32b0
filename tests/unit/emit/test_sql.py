"""A draft as SQL."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import make_url

from autogen.emit.revision import draft
from autogen.emit.sql import as_sql
from autogen.errors import AutogenError
from tests.unit.emit.samples import header, plan_of, step


def sql(upgrade: str, url: str = "postgresql+psycopg://", downgrade: str = "pass") -> tuple[str, str]:
    text = draft(plan_of(), [step(upgrade, "t")], [step(downgrade, "t")], header())
    return as_sql(text, make_url(url).get_dialect()())


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://", "sqlite://", "mysql+pymysql://", "postgresql+asyncpg://"]
)
def test_both_directions_with_percent_signs_once(url: str) -> None:
    up, down = sql(
        r"op.add_column('t%', sa.Column('a%b', sa.Text(), server_default=sa.text('\'5%\'')))",
        url,
        r"op.execute('SELECT \'%s %(x)s \\:x\'')",
    )
    assert "DEFAULT '5%'" in up
    assert "t%" in up and "a%b" in up and "%%" not in up
    assert "SELECT '%s %(x)s :x'" in down


def test_a_dialect_by_name() -> None:
    text = draft(plan_of(), [step("op.drop_table('t')", "t")], [], header())
    assert "DROP TABLE t;" in as_sql(text, "sqlite")[0]


def test_what_asks_the_database_has_no_sql() -> None:
    with pytest.raises(AutogenError, match=r"upgrade\(\) .*`alembic upgrade`"):
        sql("op.get_bind().execute(sa.text('SELECT 1')).scalar()")


def test_tabs_in_names_and_texts_stay() -> None:
    up, _ = sql(r"op.add_column('t', sa.Column('a\tb', sa.Text(), server_default='c\td'))")
    assert "\"a\tb\" TEXT DEFAULT 'c\td'" in up
