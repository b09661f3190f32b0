"""SQL text of expressions, and the column that the server counts."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from autogen.dialects.compiled import expression, is_autoincrement, plain_dialect
from autogen.errors import AutogenError


@pytest.mark.parametrize(
    ("column", "counts"),
    [
        (sa.Column("a", sa.Integer, primary_key=True), True),
        (sa.Column("a", sa.Integer, sa.Sequence("s", optional=True), primary_key=True), True),
        (sa.Column("a", sa.Integer, sa.Sequence("s"), primary_key=True), False),
        (sa.Column("a", sa.Integer, primary_key=True, autoincrement=False), False),
        (sa.Column("a", sa.Integer, primary_key=True, server_default="1"), False),
        (sa.Column("a", sa.Integer, sa.Identity(), primary_key=True), False),
        (sa.Column("a", sa.Text, primary_key=True), False),
        (sa.Column("a", sa.Integer), False),
    ],
)
def test_autoincrement(column: sa.Column[Any], counts: bool) -> None:
    sa.Table("t", sa.MetaData(), column)
    assert is_autoincrement(column) is counts


def test_percent_signs_are_doubled_for_no_driver_and_the_dialect_itself_stays_as_it_is() -> None:
    sqla = postgresql.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]
    clause = sa.column("a%b") == "50%"
    for _ in range(2):
        assert expression(sqla, clause, "a test") == "\"a%b\" = '50%'"
        compiled = clause.compile(dialect=sqla, compile_kwargs={"literal_binds": True})
        assert str(compiled) == "\"a%%b\" = '50%%'"
    assert plain_dialect(sqla) is plain_dialect(sqla)


def test_a_value_without_sql_is_an_error_that_says_where() -> None:
    sqla = postgresql.dialect()  # type: ignore[no-untyped-call]
    with pytest.raises(AutogenError, match="in a check of table t"):
        expression(sqla, sa.literal(object(), sa.types.NullType()), "a check of table t")
