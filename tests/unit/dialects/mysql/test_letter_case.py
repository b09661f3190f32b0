"""Names that MariaDB takes for one: those within a table always, those of tables where the server says so."""

from __future__ import annotations

import pytest
from sqlalchemy.dialects.mysql.pymysql import MySQLDialect_pymysql

from autogen.dialects.letter_case import under_live_names
from autogen.dialects.mysql import MySQL
from autogen.schema import Column, ColumnType, Index, IndexElement, Object, Schema, Table


def standing(table: str, column: str, index: str) -> Schema:
    objects: list[Object] = [
        Table("", table),
        Column("", table, column, ColumnType("int")),
        Index("", table, index, (IndexElement(column),)),
    ]
    return Schema(objects)


@pytest.mark.parametrize(
    ("folds", "name", "same"), [(False, "t", True), (False, "T", False), (True, "T", True)]
)
def test_the_models_take_the_live_names(folds: bool, name: str, same: bool) -> None:
    dialect = MySQL(MySQLDialect_pymysql(), "db", folds_tables=folds)
    live, models = standing("t", "Select", "IX"), standing(name, "select", "ix")
    found = under_live_names(live, models, dialect.folded, dialect.in_new_names)
    assert (found == live) is same
