"""What MariaDB changes in place, held against the server, which refuses ALGORITHM=INPLACE where it copies."""

from __future__ import annotations

from itertools import product

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.dialects.mysql.online import IN_PLACE, needs_no_copy, seconds
from autogen.schema import Column, ColumnType
from tests.harness import build, connect, diff, differences, run
from tests.rows import fill

SIZES = (20, 63, 64, 127, 128, 255, 256, 300)
LABELS = ("enum('a')", "enum('a','b')", "enum('b','a')", "set('a')", "set('a','b')")
OTHERS = ("int", "bigint", "text", "char(20)", "datetime", "decimal(5,2)", "decimal(9,2)", "varbinary(20)")


def pairs() -> list[tuple[str, str]]:
    strings = [f"varchar({n})" for n in SIZES]
    bytes_ = [f"varbinary({n})" for n in SIZES]
    return [*product(strings, strings), *product(bytes_, bytes_), *product(LABELS, LABELS)] + [
        pair for pair in product(OTHERS, OTHERS) if pair[0] != pair[1]
    ]


def column(type_: str, nullable: bool = True, charset: str | None = None) -> Column:
    return Column("", "t", "c", ColumnType(type_, charset=charset), nullable)


@pytest.mark.parametrize("charset", ["utf8mb4", "latin1"])
def test_every_pair_of_types(mariadb_url: URL, charset: str) -> None:
    wrong = []
    with connect(mariadb_url) as connection:
        for before, after in pairs():
            connection.exec_driver_sql("DROP TABLE IF EXISTS t")
            connection.exec_driver_sql(f"CREATE TABLE t (c {before}) CHARACTER SET {charset}")
            try:
                connection.exec_driver_sql(f"ALTER TABLE t MODIFY c {after}, {', '.join(IN_PLACE)}")
                done = True
            except sa.exc.DBAPIError:
                done = False
            said = needs_no_copy(column(before), column(after), charset, True)
            if said and not done:
                wrong.append((before, after))
            widens = before.split("(")[0] == after.split("(")[0] and before.startswith("varchar")
            if widens and done and not said:
                wrong.append((before, after))
    assert wrong == []


def test_an_unknown_character_set_may_have_any_width() -> None:
    narrow, wide = column("varchar(60)"), column("varchar(100)")
    assert needs_no_copy(narrow, wide, "latin1", True)
    assert not needs_no_copy(narrow, wide, "utf8mb4", True)
    assert not needs_no_copy(narrow, wide, None, True)
    assert needs_no_copy(column("varchar(20)"), column("varchar(64)"), "utf8mb4", True)
    assert not needs_no_copy(column("varchar(20)"), column("varchar(64)"), "utf8mb4", False)


@pytest.mark.parametrize(
    ("duration", "whole"), [("5s", 5), ("500ms", 1), ("1500 ms", 2), ("2min", 120), ("1h", 3600), ("1", 1)]
)
def test_seconds(duration: str, whole: int) -> None:
    assert seconds(duration) == whole


def test_attributes_are_kept_and_the_timeout_is_given_back(mariadb_url: URL) -> None:
    def models(size: int, nullable: bool) -> sa.MetaData:
        made = sa.MetaData()
        options = {"server_default": "it's", "comment": "what % :it is"}
        sa.Table(
            "t",
            made,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("c", sa.String(size), nullable=nullable, **options),
        )
        return made

    before, after = models(20, True), models(30, False)
    build(mariadb_url, before)
    fill(mariadb_url, before)
    drafted = diff(mariadb_url, after)
    assert (drafted.verified, drafted.reason) == (True, ""), drafted.text
    assert "ALGORITHM=INPLACE, LOCK=NONE" in drafted.text
    assert drafted.text.count("SET SESSION lock_wait_timeout = DEFAULT") == 2
    run(mariadb_url, drafted.text, "upgrade", after)
    assert differences(mariadb_url, after) == ()
