from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from autogen.dialects.mysql.type_changes import type_change
from autogen.dialects.mysql.type_code import type_code
from autogen.dialects.mysql.types import default, parse
from autogen.schema import Column, ColumnType


@pytest.mark.parametrize(
    ("stated", "canonical"),
    [
        ("BOOL", "tinyint(1)"),
        ("INTEGER", "int"),
        ("int(11)", "int"),
        ("bigint(20) unsigned", "bigint unsigned"),
        ("int(5) unsigned zerofill", "int(5) unsigned zerofill"),
        ("MEDIUMINT UNSIGNED ZEROFILL", "mediumint(8) unsigned zerofill"),
        ("NUMERIC", "decimal(10,0)"),
        ("NUMERIC(7)", "decimal(7,0)"),
        ("DOUBLE PRECISION", "double"),
        ("FLOAT(53)", "double"),
        ("CHAR", "char(1)"),
        ("YEAR(4)", "year"),
        ("DATETIME(0)", "datetime"),
        ("ENUM('a', 'it''s', '(x)')", "enum('a','it''s','(x)')"),
        ("TEXT(10)", "tinytext"),
        ("TEXT(100)", "text"),
    ],
)
def test_a_type_has_one_spelling(stated: str, canonical: str) -> None:
    assert parse(stated).sql == canonical
    assert parse(canonical).sql == canonical


def test_character_set_and_collation_stand_apart() -> None:
    parts = parse("VARCHAR(5) CHARACTER SET utf8 COLLATE utf8_bin")
    assert (parts.sql, parts.charset, parts.collation) == ("varchar(5)", "utf8mb3", "utf8mb3_bin")
    assert parse("TEXT CHARACTER SET latin1").sql == "text"
    assert parse("TEXT CHARACTER SET ascii COLLATE ascii_bin").charset == "ascii"
    assert parse("TEXT ASCII").charset == "latin1"


def test_not_null_in_the_text_is_no_part_of_the_type() -> None:
    for text, sql in (
        ("POINT NOT NULL", "point"),
        ("VARCHAR(5) NOT NULL COLLATE utf8mb4_bin", "varchar(5)"),
        ("POINT NOT NULL SRID 4326", "point srid 4326"),
    ):
        assert (parse(text).sql, parse(text).nullable) == (sql, False)
    labels = parse("ENUM('not', 'null', 'x NOT NULL')")
    assert (labels.args, labels.nullable) == (("not", "null", "x NOT NULL"), True)


@pytest.mark.parametrize(
    ("text", "type_sql", "canonical"),
    [
        ("'5'", "int", "5"),
        ("0.5", "decimal(10,2)", "0.50"),
        ("false", "tinyint(1)", "0"),
        ("NOW()", "datetime", "current_timestamp()"),
        ("'2020-01-01'", "datetime", "'2020-01-01 00:00:00'"),
        ("1e3", "double", "1000"),
        ("(1+2)", "int", "1 + 2"),
        ("5", "varchar(5)", "'5'"),
        ("NULL", "int", None),
        ("'NULL'", "varchar(4)", "'NULL'"),
        ("b'0101'", "bit(4)", "b'101'"),
        ("(uuid())", "char(36)", "uuid()"),
    ],
)
def test_a_default_is_spelled_for_its_type(text: str, type_sql: str, canonical: str | None) -> None:
    assert default(text, type_sql) == canonical


TYPES = [
    "int",
    "bigint unsigned",
    "int(5) unsigned zerofill",
    "tinyint(1)",
    "tinyint",
    "mediumint",
    "decimal(10,2)",
    "decimal(10,2) unsigned",
    "float",
    "float(7,3)",
    "double",
    "bit(3)",
    "year",
    "date",
    "datetime(6)",
    "timestamp",
    "time(3)",
    "char(3)",
    "varchar(50)",
    "text",
    "mediumtext",
    "blob",
    "longblob",
    "binary(16)",
    "varbinary(16)",
    "json",
    "uuid",
    "geometry",
    "enum('a','b')",
    "enum('a''b','50%','back\\\\slash')",
    "set('x','y')",
]


@pytest.mark.parametrize("sql", TYPES)
def test_the_source_of_a_type_makes_the_type_again(sql: str) -> None:
    code = type_code(ColumnType(sql))
    made = eval(code.text, {"sa": sa, "mysql": mysql})
    dialect = mysql.dialect(paramstyle="named")
    ddl = made.compile(dialect=dialect).replace("%%", "%")
    assert parse(ddl).sql == parse(sql).sql


def test_the_source_of_a_type_keeps_its_collation() -> None:
    code = type_code(ColumnType("varchar(5)", "latin1_bin", "latin1"))
    assert code.text == "mysql.VARCHAR(5, charset='latin1', collation='latin1_bin')"


@pytest.mark.parametrize(
    ("before", "after", "loss"),
    [
        ("int", "bigint", "none"),
        ("bigint", "int", "narrowing"),
        ("int", "int unsigned", "narrowing"),
        ("varchar(10)", "varchar(20)", "none"),
        ("varchar(20)", "varchar(10)", "narrowing"),
        ("text", "varchar(10)", "narrowing"),
        ("varchar(10)", "text", "none"),
        ("decimal(10,2)", "decimal(12,2)", "none"),
        ("decimal(10,2)", "decimal(10,1)", "lossy"),
        ("decimal(10,2)", "int", "lossy"),
        ("double", "float", "lossy"),
        ("datetime(6)", "datetime", "lossy"),
        ("datetime", "date", "lossy"),
        ("enum('a','b')", "enum('a','b','c')", "none"),
        ("enum('a','b')", "enum('a')", "narrowing"),
        ("varchar(10)", "int", "may fail"),
        ("json", "longtext", "none"),
        ("longtext", "mediumtext", "narrowing"),
        ("longblob", "mediumblob", "narrowing"),
        ("text", "mediumblob", "none"),
        ("timestamp", "datetime", "lossy"),
        ("datetime", "timestamp", "may fail"),
        ("varbinary(5)", "binary(5)", "lossy"),
        ("varchar(5)", "char(5)", "lossy"),
        ("double(10,3)", "double", "none"),
    ],
)
def test_what_a_type_change_does_to_values(before: str, after: str, loss: str) -> None:
    columns = [Column("", "t", "c", ColumnType(sql)) for sql in (before, after)]
    assert type_change(*columns).loss == loss


def collated(sql: str, collation: str) -> Column:
    return Column("", "t", "c", ColumnType(sql, collation, collation.partition("_")[0]))


@pytest.mark.parametrize(
    ("before", "after", "loss", "clash"),
    [
        ("utf8mb4_bin", "utf8mb4_general_ci", "none", True),
        ("utf8mb4_general_ci", "utf8mb4_unicode_ci", "none", True),
        ("utf8mb4_general_ci", "utf8mb4_bin", "none", False),
        ("utf8mb4_nopad_bin", "utf8mb4_bin", "none", True),
        ("utf8mb4_bin", "utf8mb4_nopad_bin", "none", False),
        ("utf8mb4_0900_ai_ci", "utf8mb4_0900_as_cs", "none", False),
        ("utf8mb4_0900_as_cs", "utf8mb4_0900_ai_ci", "none", True),
        ("latin1_bin", "utf8mb4_bin", "none", False),
        ("latin1_swedish_ci", "utf8mb4_general_ci", "none", True),
        ("utf8mb4_bin", "latin1_bin", "may fail", False),
        ("utf8mb4_bin", "utf8mb3_bin", "may fail", False),
        ("utf8mb3_bin", "utf8mb4_bin", "none", False),
        ("latin1_bin", "utf8mb3_bin", "none", False),
        ("latin1_bin", "latin2_bin", "may fail", False),
    ],
)
def test_what_another_collation_does_to_values(before: str, after: str, loss: str, clash: bool) -> None:
    change = type_change(collated("varchar(10)", before), collated("varchar(10)", after))
    assert (change.loss, bool(change.clash)) == (loss, clash)


@pytest.mark.parametrize(
    ("before", "after", "loss"),
    [
        ("latin1_bin", "utf8mb4_bin", "narrowing"),
        ("utf8mb3_bin", "utf8mb4_bin", "none"),
        ("ascii_bin", "utf8mb4_bin", "none"),
        ("utf8mb4_bin", "utf16_bin", "narrowing"),
    ],
)
def test_text_is_limited_in_bytes(before: str, after: str, loss: str) -> None:
    assert type_change(collated("text", before), collated("text", after)).loss == loss
    assert type_change(collated("longtext", before), collated("longtext", after)).loss == "none"


def test_the_labels_of_an_enum_tell_whether_a_character_set_has_them() -> None:
    plain, odd = (collated(f"enum('{label}')", "utf8mb4_bin") for label in ("a", "😀"))
    assert type_change(plain, collated("varchar(9)", "latin1_bin")).loss == "none"
    assert type_change(odd, collated("varchar(9)", "latin1_bin")).loss == "may fail"
