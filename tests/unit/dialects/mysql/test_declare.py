from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from autogen.declare import declare
from autogen.dialects.mysql import MySQL
from autogen.schema import Column, Index


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


class Spatial(sa.types.UserDefinedType[object]):
    """A type that decides on its column and brings an index along, as geoalchemy2's do."""

    cache_ok = True
    spatial_index = True

    def get_col_spec(self, **kw: object) -> str:
        return "POINT NOT NULL"


def test_what_a_type_says_of_its_column_and_its_index() -> None:
    metadata = sa.MetaData()
    at, twice = sa.Column("at", Spatial(), index=True), sa.Column("twice", Spatial())
    sa.Table("spots", metadata, at, twice, sa.Column("n", sa.Integer, index=True), sa.Index("own", twice))
    sqla = mysql.dialect()
    sqla.is_mariadb = True
    schema = declare([metadata], MySQL(sqla, "db"))
    columns = {c.name: (c.type.sql, c.nullable) for c in schema.of_kind(Column)}
    assert columns == {"at": ("point", False), "twice": ("point", False), "n": ("int", True)}
    methods = {i.name: i.method for i in schema.of_kind(Index)}
    assert methods == {"ix_spots_at": "spatial", "ix_spots_n": None, "own": None}
