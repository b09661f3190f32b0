"""The backfill script as it is written beside the revisions: ``emit.backfill`` fills in docstring and jobs.

It runs without autogen, so everything it needs is in here.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine


@dataclass(frozen=True)
class Job:
    """One column to fill. ``value`` is an SQL expression over the columns of the row, ``unfilled`` the
    condition of the rows to do; ``key`` tells the rows apart. ``keep`` are columns that the server would
    change by itself with every update."""

    schema: str | None
    table: str
    column: str
    key: tuple[str, ...]
    value: str | None
    unfilled: str
    estimate: str
    keep: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return ".".join(part for part in (self.schema, self.table, self.column) if part)

    @property
    def source(self) -> sa.TableClause:
        schema = None if self.schema is None else sa.quoted_name(self.schema, True)
        names = dict.fromkeys((*self.key, self.column, *self.keep))
        return sa.table(sa.quoted_name(self.table, True), *map(named, names), schema=schema)


EACH_BATCH: tuple[str, ...] = ()
JOBS: tuple[Job, ...] = ()

ASYNC_DRIVERS = {"asyncpg": "psycopg", "aiomysql": "pymysql", "asyncmy": "pymysql", "aiosqlite": "pysqlite"}
RETRIES = 8


def main() -> int:
    options = arguments()
    waiting = [job.label for job in JOBS if job.value is None and options.only in (None, job.label)]
    if waiting:
        print(f"Nothing was changed: {__file__} has no value yet for {', '.join(waiting)}.", file=sys.stderr)
        print("Look for FILL IN, write an SQL expression there, and run it again.", file=sys.stderr)
        return 2
    jobs = [job for job in JOBS if options.only in (None, job.label)]
    if not jobs:
        print(
            f"No such job: {options.only}. There is {', '.join(job.label for job in JOBS)}.", file=sys.stderr
        )
        return 2
    url = options.url or os.environ.get("DATABASE_URL")
    if not url:
        print("Which database? Set DATABASE_URL or give --url.", file=sys.stderr)
        return 2
    try:
        engine = sa.create_engine(synchronous(sa.make_url(url)), poolclass=sa.NullPool)
        print(f"Database {engine.url.render_as_string(hide_password=True)}", flush=True)
        engine.connect().close()
    except sa.exc.ArgumentError:
        print("The database URL is not one that SQLAlchemy understands.", file=sys.stderr)
        return 2
    except sa.exc.DBAPIError as error:
        print(f"Nothing was changed, there is no connection: {said(error)}", file=sys.stderr)
        return 2
    try:
        left = sum([fill(engine, job, options.batch, options.pause) for job in jobs])
    except KeyboardInterrupt:
        print("\nStopped. The rows filled so far stay filled; run it again to go on.", file=sys.stderr)
        return 130
    except sa.exc.DBAPIError as error:
        print(f"\nStopped: {said(error)}", file=sys.stderr)
        print("The rows filled so far stay filled; run it again to go on.", file=sys.stderr)
        return 1
    return 1 if left else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fills columns in batches; may be stopped and run again.")
    parser.add_argument("--url", help="the database; DATABASE_URL by default, which keeps a password unseen")
    parser.add_argument("--batch", type=positive, default=1000, metavar="ROWS", help="rows in a transaction")
    parser.add_argument("--pause", type=float, default=0.05, metavar="SECONDS", help="rest between batches")
    parser.add_argument("--only", metavar="TABLE.COLUMN", help="one column instead of all")
    return parser.parse_args()


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def synchronous(url: URL) -> URL:
    backend, _, driver = url.drivername.partition("+")
    return url.set(drivername=f"{backend}+{ASYNC_DRIVERS[driver]}") if driver in ASYNC_DRIVERS else url


def fill(engine: Engine, job: Job, batch: int, pause: float) -> int:
    """Goes through the table by its key once. Returns how many rows are still unfilled at the end."""
    with engine.connect() as connection:
        rows = connection.execute(sa.select(sa.literal_column(f"({job.estimate})"))).scalar()
        connection.rollback()
        known = f" of about {rows:,} rows in the table" if rows is not None and int(rows) >= 0 else ""
        done, last, started, shown = 0, None, time.monotonic(), 0.0
        print(f"{job.label}: filling", flush=True)
        while True:
            last, filled = patiently(connection, job, last, batch)
            if last is None:
                break
            done += filled
            if time.monotonic() - shown >= 1:
                shown = time.monotonic()
                print(f"{job.label}: {done:,} filled{known}, {shown - started:.0f} s", flush=True)
            time.sleep(pause)
        rest = (
            sa.select(sa.func.count())
            .select_from(job.source)
            .where(sa.literal_column(job.unfilled, sa.Boolean))
        )
        left = int(connection.execute(rest).scalar_one())
    end = (
        "complete"
        if not left
        else f"{left:,} rows are still unfilled: run it again once nobody writes such rows"
    )
    print(f"{job.label}: {done:,} filled in {time.monotonic() - started:.0f} s, {end}", flush=True)
    return left


def patiently(
    connection: Connection, job: Job, last: tuple[Any, ...] | None, batch: int
) -> tuple[tuple[Any, ...] | None, int]:
    """One batch, tried again where another transaction stood in the way."""
    for attempt in range(RETRIES):
        try:
            return one_batch(connection, job, last, batch)
        except sa.exc.DBAPIError as error:
            connection.rollback()
            if attempt == RETRIES - 1 or not in_the_way(error):
                raise
            print(f"{job.label}: {said(error)}; trying again", file=sys.stderr, flush=True)
            time.sleep(min(0.1 * 2**attempt, 5))
    raise AssertionError("unreachable")


def one_batch(
    connection: Connection, job: Job, last: tuple[Any, ...] | None, batch: int
) -> tuple[tuple[Any, ...] | None, int]:
    """Fills the next rows in a transaction of its own; returns the key of the last one, None at the end."""
    table, todo = job.source, sa.literal_column(f"({job.unfilled})", sa.Boolean)
    key = [table.c[name] for name in job.key]
    rows = todo if last is None else sa.and_(todo, beyond(key, last))
    with connection.begin():
        for statement in EACH_BATCH:
            connection.exec_driver_sql(statement)
        found = connection.execute(sa.select(*key).where(rows).order_by(*key).limit(batch)).fetchall()
        if not found:
            return None, 0
        end = tuple(found[-1])
        values: dict[Any, Any] = {table.c[job.column]: sa.literal_column(f"({job.value})")}
        values |= {table.c[name]: table.c[name] for name in job.keep}
        filled = connection.execute(sa.update(table).where(rows, sa.not_(beyond(key, end))).values(values))
        return end, filled.rowcount


def beyond(key: list[sa.ColumnClause[Any]], values: tuple[Any, ...]) -> sa.ColumnElement[bool]:
    """Whether a row comes after the one with these values, spelled so that every database uses its index."""
    column, value = key[0], sa.bindparam(None, values[0], sa.types.NullType())
    if len(key) == 1:
        return column > value
    return sa.and_(column >= value, sa.or_(column > value, beyond(key[1:], values[1:])))


def named(name: str) -> sa.ColumnClause[Any]:
    return sa.column(sa.quoted_name(name, True))


def in_the_way(error: sa.exc.DBAPIError) -> bool:
    """Whether another transaction was in the way: a deadlock, or a lock waited for in vain."""
    original = error.orig
    state = str(getattr(original, "sqlstate", None) or getattr(original, "pgcode", None) or "")
    number = original.args[0] if original is not None and original.args else None
    return state in ("40P01", "40001", "55P03") or number in (1205, 1213) or "is locked" in str(original)


def said(error: sa.exc.DBAPIError) -> str:
    return " ".join(str(error.orig).split())


if __name__ == "__main__":
    sys.exit(main())
