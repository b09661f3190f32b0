"""What the canonical forms leave open, the server decides; one text it refuses spoils no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from autogen.dialects.base import Blueprint, Doubt, Scope, ScratchFactory, ScratchUnavailable
from autogen.dialects.postgresql import PostgreSQL
from autogen.schema import Check, Column, ColumnType, Schema, Table


class Scratch(ScratchFactory):
    def __init__(self, dialect: PostgreSQL, url: URL) -> None:
        self.dialect, self.url = dialect, url

    def open(self) -> AbstractContextManager[Connection]:
        return self.dialect.scratch(self.url)

    @property
    def blueprint(self) -> Blueprint:
        return Blueprint(Schema())


class NoScratch(Scratch):
    @contextmanager
    def open(self) -> Iterator[Connection]:
        raise ScratchUnavailable("no right")
        yield


DATE = Column("", "t", "d", ColumnType("date"), default="'2020-1-1'")
NUMBER = Column("", "t", "n", ColumnType("integer"))


def settle(url: URL, factory: type[Scratch], *after: Check | Column) -> list[tuple[object, bool]]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE IF NOT EXISTS t (d date DEFAULT '2020-01-01', n int,"
            " CONSTRAINT ck CHECK (d > '2020-01-01'), CONSTRAINT bad CHECK (n > 0))"
        )
    with PostgreSQL.connect(url) as (dialect, connection):
        assert isinstance(dialect, PostgreSQL)
        live = dialect.introspect(connection, Scope())
        desired = Schema([Table("", "t"), DATE, NUMBER, *(a for a in after if a != DATE)])
        doubts = [Doubt(live.by_key[a.key], a) for a in after]
        answers = dialect.settle(doubts, desired, factory(dialect, url))
    return [(a.unknown, a.after == d.before) for a, d in zip(answers, doubts, strict=True)]


def test_equal_texts_come_back_equal_and_others_do_not(pg_url: URL) -> None:
    equal = Check("", "t", "ck", "d > '2020-1-1'")
    other = Check("", "t", "bad", "n > 1")
    assert settle(pg_url, Scratch, equal, other, DATE) == [(None, True), (None, False), (None, True)]


def test_one_refused_text_spoils_no_other(pg_url: URL) -> None:
    refused, equal = Check("", "t", "bad", "absent(n)"), Check("", "t", "ck", "d > '2020-1-1'")
    (unknown, unchanged), good = settle(pg_url, Scratch, refused, equal)
    assert "absent" in str(unknown)
    assert unchanged
    assert good == (None, True)


def test_without_a_scratch_database_it_is_unknown(pg_url: URL) -> None:
    ((unknown, unchanged),) = settle(pg_url, NoScratch, Check("", "t", "ck", "d > '2020-1-1'"))
    assert unknown == "no scratch database to ask: no right"
    assert unchanged


@pytest.mark.parametrize("text", ["1 = 1); DROP TABLE t; --", "n % 2 = 0", "n::text <> ':x %s'"])
def test_hostile_texts_stay_texts(pg_url: URL, text: str) -> None:
    ((unknown, _),) = settle(pg_url, Scratch, Check("", "t", "bad", text))
    assert (unknown is None) == ("DROP" not in text)
