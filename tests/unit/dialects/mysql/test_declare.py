from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from autogen.declare import declare
from autogen.dialects.mysql import MySQL
from autogen.schema import Column


@pytest.mark.parametrize(("is_mariadb", "nullable"), [(True, True), (False, False)])
def test_only_mysql_has_not_null_for_generated_columns(is_mariadb: bool, nullable: bool) -> None:
    sqla = mysql.dialect()
    sqla.is_mariadb = is_mariadb
    metadata = sa.MetaData()
    generated = sa.Column("g", sa.Integer, sa.Computed("x * 2"), nullable=False)
    plain = sa.Column("x", sa.Integer, nullable=False)
    sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), plain, generated)
    columns = {c.name: c.nullable for c in declare([metadata], MySQL(sqla)).of_kind(Column)}
    assert columns == {"id": False, "x": False, "g": nullable}
