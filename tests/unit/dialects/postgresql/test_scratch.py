"""Scratch databases: rebuilt like the live one, and gone afterwards."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.dialects.base import ScratchUnavailable
from autogen.dialects.postgresql.scratch import blueprint, rebuild, run_command, scratch
from tests.unit.dialects.postgresql.pairs import state
from tests.unit.dialects.postgresql.test_dependents import SQL

MORE = """
create schema s1; create type s1.e as enum ('a', 'b'); create domain pos as int check (value > 0);
create sequence sq start 5 increment 3;
create table s1.x(id int generated always as identity (start 5) primary key, n serial, e s1.e default 'a',
  d pos, c numeric(5, 2) default 1.5, g int generated always as (n * 2) stored, t text collate "C",
  ref int references t(id) on delete cascade deferrable, constraint ck check (n > 0));
create unique index i on s1.x (lower(t) desc, n) include (d) where n > 3; comment on column s1.x.n is 'it''s';
create unlogged table ul(id int) with (fillfactor = 70); create view w as select * from s1.x;
alter table ul add constraint nv check (id > 0) not valid;
"""


def databases(url: URL) -> set[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        names = connection.scalars(sa.text("select datname from pg_database")).all()
    return {name for name in names if name.startswith("autogen_scratch_")}


def test_rebuilt_as_it_was(pg_url: URL) -> None:
    with scratch(pg_url) as live:
        run_command(live, SQL + MORE)
        live.commit()
        dialect, schema, dependents = state(live)
        plan = blueprint(dialect, live, schema, dependents)
        with scratch(pg_url) as connection:
            assert rebuild(dialect, connection, plan) == []
            _, again, others = state(connection)
    assert again == schema
    assert others == dependents


def test_dropped_even_when_interrupted(pg_url: URL) -> None:
    with pytest.raises(KeyboardInterrupt), scratch(pg_url) as connection:
        name = connection.engine.url.database
        assert name in databases(pg_url)
        raise KeyboardInterrupt
    assert name not in databases(pg_url)


def test_no_right_to_create(pg_url: URL) -> None:
    with scratch(pg_url) as connection:
        run_command(connection, "create role autogen_test_weak login password 'x'")
        connection.commit()
        try:
            weak = pg_url.set(username="autogen_test_weak", password="x")
            with pytest.raises(ScratchUnavailable, match="may not create databases"), scratch(weak):
                pass
        finally:
            run_command(connection, "drop role autogen_test_weak")
            connection.commit()
