"""Every pair of the common types, with rows: a pair whose values could change or be refused has a finding,
and one whose values could not has none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import URL

from autogen.dialects.mysql.type_changes import type_change
from autogen.dialects.mysql.type_code import type_code
from autogen.dialects.mysql.types import parse
from autogen.schema import Column, ColumnType
from tests.conftest import fresh
from tests.harness import build, connect, diff, formatted, run


def strings(*values: str) -> list[str]:
    return [f"'{value}'" for value in values]


TEXT = strings("", "a ", "007", "é", "1.50", "😀")
MOMENT = "2024-05-06 07:08:09"
VALUES: dict[str, list[str]] = {
    "tinyint(1)": ["0", "1", "-128"],
    "smallint": ["-32768", "32767"],
    "int": ["-2147483648", "2147483647", "5"],
    "int unsigned": ["4294967295", "0"],
    "int(5) unsigned zerofill": ["7", "4294967295"],
    "bigint": ["-9223372036854775808", "9007199254740993"],
    "bigint unsigned": ["18446744073709551615", "0"],
    "decimal(10,2)": ["-99999999.99", "0.10", "1"],
    "decimal(12,4)": ["-99999999.9999", "1"],
    "decimal(6,3) unsigned": ["999.999", "0"],
    "decimal(5,0)": ["-99999", "99999"],
    "float": ["0.1", "3.4e38", "16777216", "1.234567", "-0.5"],
    "float(7,3)": ["1234.567", "-9999.999", "8192.003"],
    "double": ["0.1", "1.7976931348623157e308", "-2.2250738585072014e-308", "1.2345678901234567"],
    "double(10,3)": ["1234567.891", "-9999999.999"],
    "double unsigned": ["1.7976931348623157e308", "2.2250738585072014e-308"],
    "bit(1)": ["b'0'", "b'1'"],
    "bit(16)": [f"b'{'1' * 16}'", "b'0'"],
    "year": ["1901", "2155", "0000"],
    "date": strings("1000-01-01", "9999-12-31"),
    "time": strings("-838:59:59", "12:30:45"),
    "time(3)": strings("-838:59:59.999"),
    "datetime": strings("1000-01-01 00:00:00", MOMENT),
    "datetime(6)": strings("1000-01-01 00:00:00", MOMENT + ".123456"),
    "timestamp": strings(MOMENT),
    "timestamp(3)": strings(MOMENT + ".123"),
    "char(5)": [*TEXT, "'😀😀😀😀😀'"],
    "varchar(5)": [*TEXT, "'ab   '", "'😀😀😀😀😀'"],
    "varchar(100)": [*TEXT, "repeat('😀', 100)"],
    "varchar(100) charset latin1 collate latin1_swedish_ci": ["repeat('€', 100)"],
    "varchar(20) charset ascii collate ascii_bin": strings("x" * 20),
    "tinytext": [*TEXT, "repeat('x', 255)"],
    "tinytext charset latin1 collate latin1_bin": ["repeat('é', 255)"],
    "text": [*TEXT, "repeat('x', 65535)", "'😀'"],
    "text charset utf8mb3 collate utf8mb3_general_ci": ["repeat('é', 32767)"],
    "longtext": [*TEXT, "repeat('x', 65536)", "'😀'"],
    "binary(5)": ["'ab'", "x'00ff00ff01'"],
    "binary(16)": ["repeat(x'ff', 16)", "''"],
    "varbinary(5)": ["''", "x'00ff'", "'abcde'"],
    "varbinary(40)": ["''", "repeat(x'ff', 40)"],
    "blob": ["''", "x'ff'", "repeat(x'fe', 65535)"],
    "longblob": ["''", "repeat(x'fe', 65536)"],
    "enum('a','b')": strings("a", "b"),
    "enum('b','a','long label')": strings("a", "long label"),
    "enum('2','x')": strings("2", "x"),
    "set('a','b')": strings("a,b", ""),
    "set('b','a','c')": strings("a,b,c", ""),
    "json": [*strings('{"a": 1}', "[]"), "concat('\"', repeat('x', 65536), '\"')"],
    "uuid": strings("123e4567-e89b-12d3-a456-426614174000"),
    "inet4": strings("1.2.3.4"),
    "inet6": strings("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::1"),
}


def stays(old: str, new: str) -> bool:
    """Whether the session shows no change, although there is one: it converts a TIMESTAMP from and to its
    own time zone, and prints the nearest binary fraction like the decimal one."""
    names = parse(old).name, parse(new).name
    return names == ("timestamp", "datetime") or (names[0] == "decimal" and names[1] in ("float", "double"))


def type_of(sql: str) -> ColumnType:
    parts = parse(sql)
    if parts.charset is None and parts.name in ("char", "varchar", "tinytext", "text", "longtext"):
        return ColumnType(parts.sql, "utf8mb4_general_ci", "utf8mb4")
    return ColumnType(parts.sql, parts.collation, parts.charset)


def judged(old: str, new: str) -> str:
    before, after = (Column("", "t", "c", type_of(sql)) for sql in (old, new))
    return type_change(before, after).loss


SILENT = {old: [new for new in VALUES if new != old and judged(old, new) == "none"] for old in VALUES}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """One database for all pairs, which stand in temporary tables."""
    with fresh("mariadb", tmp_path_factory.mktemp("mariadb")) as found:
        yield found


@contextmanager
def session(url: URL) -> Iterator[Callable[[str], Any]]:
    with connect(url) as connection:
        yield lambda sql: connection.exec_driver_sql(sql.replace("%", "%%"))


def exact(old: str, column: str) -> str:
    """The column in a form that shows all of a value and stays the same in other types."""
    if old == "float":
        return f"{column} + 0e0"
    return f"CONCAT({column}, '')" if parse(old).name in ("date", "time", "datetime", "timestamp") else column


def written(value: object) -> object:
    """A value as text, numbers without what says no more; None where it is NULL."""
    text = value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)
    try:
        return Decimal(text).normalize()
    except ArithmeticError:
        return text


@pytest.mark.parametrize("old", VALUES)
def test_a_pair_with_a_finding_changes_or_refuses_a_value(old: str, url: URL) -> None:
    """The values stand in MyISAM, whose ALTER takes no time; one pair after the other."""
    harmless = []
    read = f"SELECT {exact(old, 'c')} FROM t ORDER BY id"
    with session(url) as execute:
        for new in VALUES.keys() - {old} - set(SILENT[old]):
            execute("DROP TEMPORARY TABLE IF EXISTS t")
            execute(
                f"CREATE TEMPORARY TABLE t (id int AUTO_INCREMENT PRIMARY KEY, c {old} NULL) ENGINE=MyISAM"
            )
            for value in VALUES[old]:
                execute(f"INSERT INTO t (c) VALUES ({value})")
            start = [written(v) for (v,) in execute(read)]
            try:
                execute(f"ALTER TABLE t MODIFY c {new} NULL")
                there = [written(v) for (v,) in execute(read)]
                execute(f"ALTER TABLE t MODIFY c {old} NULL")
                back = [written(v) for (v,) in execute(read)]
            except sa.exc.DBAPIError:
                continue
            if start == there == back and not stays(old, new):
                harmless.append(new)
    assert harmless == []


def inserted(execute: Callable[[str], Any], table: str, old: str, columns: int) -> None:
    for value in VALUES[old]:
        # no text is read as an integer beyond the signed ones, on the way back
        value = value.replace("18446744073709551615", "9223372036854775807")
        listed = ", ".join(f"c{i}" for i in range(columns))
        execute(f"INSERT INTO {table} ({listed}) VALUES ({', '.join([value] * columns)})")


@pytest.mark.parametrize("old", [old for old in VALUES if SILENT[old]])
def test_a_pair_without_a_finding_keeps_every_value_there_and_back(old: str, url: URL) -> None:
    news = SILENT[old]
    columns = ", ".join(f"c{i} {old} NULL" for i in range(len(news)))
    selected = ", ".join(exact(old, f"c{i}") for i in range(len(news)))
    select = f"SELECT {selected} FROM t ORDER BY id"
    with session(url) as execute:
        execute(f"CREATE TEMPORARY TABLE t (id int AUTO_INCREMENT PRIMARY KEY, {columns}) ENGINE=MyISAM")
        inserted(execute, "t", old, len(news))
        start = [tuple(map(written, row)) for row in execute(select)]
        execute(f"ALTER TABLE t {', '.join(f'MODIFY c{i} {new} NULL' for i, new in enumerate(news))}")
        there = [tuple(map(written, row)) for row in execute(select)]
        execute(f"ALTER TABLE t {', '.join(f'MODIFY c{i} {old} NULL' for i in range(len(news)))}")
        assert [tuple(map(written, row)) for row in execute(select)] == start
    anew = {news[i] for a, b in zip(start, there, strict=True) for i in range(len(news)) if a[i] != b[i]}
    assert anew <= set(READ_ANEW.get(old, READ_ANEW.get(parse(old).name, ())))


READ_ANEW = {
    "float": ["float", "double"],  # with all its digits
    "tinytext charset latin1 collate latin1_bin": ["blob", "longblob"],  # in bytes of latin1
    "varchar(100) charset latin1 collate latin1_swedish_ci": ["blob", "longblob"],
    "date": ["datetime", "datetime(6)"],
    "time": ["time(3)"],  # with its fraction
    "datetime": ["datetime(6)"],
    "timestamp": ["timestamp(3)"],
    "set": ["set('b','a','c')"],
    "bit": list(VALUES),
}
USUAL = ["int", "bigint", "decimal(10,2)", "double", "date", "datetime", "varchar(5)", "varchar(100)", "text"]
PAIRS = [
    (old, new) for old in [*USUAL, "json", "enum('a','b')", "blob"] for new in SILENT[old] if new in USUAL
]


def models(kind: int) -> sa.MetaData:
    """A table for each pair, before or after."""
    metadata = sa.MetaData()
    for number, pair in enumerate(PAIRS):
        made = eval(type_code(type_of(pair[kind])).text, {"sa": sa, "mysql": mysql})
        key = sa.Column("id", sa.Integer, primary_key=True)
        sa.Table(f"t{number}", metadata, key, sa.Column("c0", made))
    return metadata


def test_the_drafts_of_such_pairs_keep_them_too(mariadb_url: URL) -> None:
    build(mariadb_url, models(0))
    with session(mariadb_url) as execute:
        for number, (old, _) in enumerate(PAIRS):
            inserted(execute, f"t{number}", old, 1)
        execute("COMMIT")
        start = rows(execute)
    with formatted(False):
        drafted = diff(mariadb_url, models(1), prove=False)
    assert "type-lossy" not in drafted.rules and len(drafted.changes) == len(PAIRS) > 20
    run(mariadb_url, drafted.text, "upgrade")
    with session(mariadb_url) as execute:
        there = rows(execute)
    assert {PAIRS[n] for n in range(len(PAIRS)) if there[n] != start[n]} <= {("date", "datetime")}
    run(mariadb_url, drafted.text, "downgrade")
    with session(mariadb_url) as execute:
        assert rows(execute) == start


def rows(execute: Callable[[str], Any]) -> list[list[object]]:
    tables = range(len(PAIRS))
    return [[written(v) for (v,) in execute(f"SELECT c0 FROM t{n} ORDER BY id")] for n in tables]
