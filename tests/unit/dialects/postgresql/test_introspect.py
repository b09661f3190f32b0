"""The catalog as values: what models cannot state, what is left alone, and how many queries it takes."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.dialects.base import Scope
from autogen.dialects.postgresql import PostgreSQL
from autogen.dialects.postgresql.catalog import Catalog
from autogen.schema import (
    Check,
    Column,
    EnumType,
    Exclude,
    ForeignKey,
    Index,
    Key,
    Schema,
    Sequence,
    Table,
    Unique,
)

SCRIPT = """
CREATE TYPE mood AS ENUM ('b', 'a');
CREATE SCHEMA other;
CREATE TYPE other."My Mood" AS ENUM ('x');
CREATE TABLE p (
  id serial PRIMARY KEY, arr int[][], v varchar(9) COLLATE "C" UNIQUE, om other."My Mood", b int)
  WITH (fillfactor = 70, autovacuum_enabled = off);
ALTER SEQUENCE p_id_seq RENAME TO odd_name;
CREATE TABLE c (
  pid int REFERENCES p, x int REFERENCES p MATCH FULL ON DELETE SET NULL (x), name text, r int4range,
  UNIQUE NULLS NOT DISTINCT (name) INCLUDE (pid), EXCLUDE USING gist (r WITH &&) WHERE (pid > 0));
ALTER TABLE c ADD CONSTRAINT ck CHECK (pid > 0) NOT VALID;
CREATE INDEX ix ON c (lower(name) text_pattern_ops DESC, pid NULLS FIRST, name COLLATE "C")
  WHERE name LIKE 'a%';
CREATE TABLE part (id int, d date) PARTITION BY RANGE (d);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE INDEX ix_part ON part (id);
CREATE TABLE heir (x int) INHERITS (p);
CREATE VIEW view AS SELECT * FROM c;
CREATE MATERIALIZED VIEW matview AS SELECT 1 AS x;
CREATE SEQUENCE sq AS int CACHE 5;
CREATE TABLE other.o (id int PRIMARY KEY DEFAULT nextval('sq'), p int REFERENCES p);
CREATE TABLE alembic_version (version_num text);
COMMENT ON TABLE p IS 'a "table"'; COMMENT ON COLUMN p.b IS 'a ''column''';
"""


def run(url: URL, script: str) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(script, execution_options={"no_parameters": True})


def read(url: URL, *schemas: str, **options: Any) -> Schema:
    with PostgreSQL.connect(url) as (dialect, connection):
        return dialect.introspect(connection, Scope(schemas=schemas, **options))


def get(schema: Schema, kind: Any, table: str, name: str, in_schema: str = "") -> Any:
    return schema.get(Key(kind, in_schema, table, name))


@pytest.fixture
def live(pg_url: URL) -> Schema:
    run(pg_url, SCRIPT)
    return read(pg_url, "other", "absent")


def test_tables_and_what_is_left_alone(live: Schema) -> None:
    assert {t.key.label for t in live.tables} == {"p", "c", "part", "heir", "other.o"}
    skipped = {s.object: s.reason for s in live.skipped}
    assert skipped["part_1"] == "a partition of part"
    assert skipped["view"] == "a view"
    assert skipped["matview"] == "a materialized view"
    assert skipped["alembic_version"] == "Alembic's version table"
    options = (("autovacuum_enabled", "false"), ("fillfactor", "70"))
    assert get(live, "table", "", "p") == Table("", "p", 'a "table"', options)
    assert get(live, "table", "", "part").options == (("partition_by", "RANGE (d)"),)
    assert get(live, "table", "", "heir").options == (("inherits", "p"),)


def test_columns(live: Schema) -> None:
    serial: Column = get(live, "column", "p", "id")
    assert (serial.autoincrement, serial.default, serial.nullable) == (True, None, False)
    assert get(live, "column", "p", "arr").type.sql == "integer[][]"
    assert get(live, "column", "p", "v").type.collation == '"C"'
    assert get(live, "column", "p", "b").comment == "a 'column'"
    mood = get(live, "column", "p", "om").type
    assert (mood.sql, mood.enum) == ('other."My Mood"', Key("enum", "other", "", "My Mood"))
    assert get(live, "column", "o", "id", "other").default == "nextval('sq'::regclass)"
    assert [c.name for c in live.columns(Key("table", "", "", "heir"))] == ["x"]


def test_constraints(live: Schema) -> None:
    keys = {f.columns[0]: f for f in live.of_kind(ForeignKey) if f.table == "c"}
    assert (keys["x"].on_delete, keys["x"].match) == ("SET NULL (x)", "FULL")
    assert {f.target for f in live.of_kind(ForeignKey) if f.schema} == {Key("table", "", "", "p")}
    unique = next(u for u in live.of_kind(Unique) if u.table == "c")
    assert (unique.columns, unique.include, unique.nulls_not_distinct) == (("name",), ("pid",), True)
    assert live.of_kind(Check) == (Check("", "c", "ck", "pid > 0", validated=False),)
    assert live.of_kind(Exclude)[0].definition == "EXCLUDE USING gist (r WITH &&) WHERE (pid > 0)"


def test_indexes_without_those_of_constraints_and_partitions(live: Schema) -> None:
    assert [i.name for i in live.of_kind(Index)] == ["ix", "ix_part"]
    index = live.of_kind(Index)[0]
    assert index.predicate == "name LIKE 'a%'"
    first, second, third = index.elements
    assert (first.text, first.is_expression, first.descending, first.nulls_first) == (
        "lower(name)",
        True,
        True,
        True,
    )
    assert (first.opclass, second.nulls_first, third.collation) == ("text_pattern_ops", True, '"C"')


def test_enums_and_sequences(live: Schema) -> None:
    assert live.of_kind(EnumType) == (EnumType("", "mood", ("b", "a")), EnumType("other", "My Mood", ("x",)))
    assert live.of_kind(Sequence) == (Sequence("", "sq", "integer", cache=5),)


def test_an_invalid_index_is_seen(pg_url: URL) -> None:
    run(pg_url, "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)")
    engine = sa.create_engine(pg_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.exec_driver_sql("CREATE UNIQUE INDEX CONCURRENTLY ix ON t (a)")
    assert [i.valid for i in read(pg_url).of_kind(Index)] == [False]


def test_generated_columns(pg_url: URL) -> None:
    run(pg_url, "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)")
    computed = get(read(pg_url), "column", "t", "b").computed
    assert (computed.expression, computed.persisted) == ("a * 2", True)


def test_objects_of_extensions_are_left_alone(pg_url: URL) -> None:
    run(pg_url, "CREATE TABLE owned (a int); CREATE TYPE kind AS ENUM ('x'); CREATE EXTENSION btree_gist")
    run(pg_url, "ALTER EXTENSION btree_gist ADD TABLE owned; ALTER EXTENSION btree_gist ADD TYPE kind")
    schema = read(pg_url)
    assert schema.objects == ()
    assert {s.object for s in schema.skipped} >= {"owned", "kind"}


def test_the_number_of_queries_does_not_grow(pg_url: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    queries: list[str] = []
    execute = Catalog.execute
    monkeypatch.setattr(Catalog, "execute", lambda *a: (queries.append(a[1]), execute(*a))[1])
    run(pg_url, SCRIPT)
    read(pg_url, "other")
    few = len(queries)
    run(
        pg_url,
        ";".join(f"CREATE TABLE other.t{i} (id serial PRIMARY KEY, n int DEFAULT {i})" for i in range(20)),
    )
    queries.clear()
    read(pg_url, "other")
    assert len(queries) == few <= 15


def test_session_settings_do_not_change_what_is_read(pg_url: URL) -> None:
    run(
        pg_url,
        "CREATE TABLE t (a interval DEFAULT '1 day 02:00', b timestamptz DEFAULT '2020-01-02 00:00+00')",
    )
    plain = read(pg_url)
    with PostgreSQL.connect(pg_url) as (dialect, connection):
        connection.exec_driver_sql(
            "SET IntervalStyle = 'iso_8601'; SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'SQL'"
        )
        assert dialect.introspect(connection, Scope()) == plain
        assert connection.exec_driver_sql("SHOW IntervalStyle").scalar() == "iso_8601"
