"""The proof of revisions that anybody wrote: up, down and up again on a scratch database, with rows in it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from autogen.compare import compare
from autogen.dialects.base import Dialect, Scope, ScratchUnavailable
from autogen.errors import AutogenError
from autogen.project.url import resolve
from autogen.prove.proof import State, beside_differs, differences, state_of
from autogen.prove.scratch import Scratch
from autogen.replay.ground import Ground, at
from autogen.runtime import rows
from autogen.runtime.deployment import Deployment
from autogen.runtime.environment import said, scripts
from autogen.runtime.run import load_steps
from autogen.runtime.ways import Way
from autogen.schema import Schema
from autogen.values import value

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory
    from sqlalchemy import Table
    from sqlalchemy.engine import URL, Connection

    from autogen.dialects.deploying import Direction
    from autogen.project.revisions import RevisionFile

Verdict = Literal["proven", "loses", "fails", "not run"]


@value(frozen=True, slots=True)
class Verified:
    """``loses`` says that the schema is restored and rows are not; ``reason`` is what is wrong. ``lost`` are
    the rows that the way down does not bring back, ``untried`` the tables for which no row could be made."""

    file: RevisionFile
    verdict: Verdict
    reason: str = ""
    lost: tuple[rows.Lost, ...] = ()
    untried: tuple[str, ...] = ()
    seconds: float = 0.0


def ground_of(deployment: Deployment) -> Ground:
    """The server for scratch databases: scratch_url, that of the database, or one that autogen brings."""
    scratch = deployment.config.scratch_url
    if scratch is not None:
        return at(resolve(scratch, source="scratch_url", root=deployment.config.root))
    own = deployment.dialect.own_server()
    if not deployment.deploying.exists(deployment.url) and own is not None:
        return Ground(own.dialect(), own.label, own.running)
    try:
        return at(deployment.url)
    except AutogenError:
        if own is None:
            raise
        return Ground(own.dialect(), own.label, own.running)


def verify(deployment: Deployment, wanted: Sequence[RevisionFile], ground: Ground) -> Iterator[Verified]:
    """Each revision, oldest first, as soon as it is known. The revisions before them are run, and not
    judged.

    A revision meets the rows of those before it, with NULL in columns that came since, which a backfill
    between two deploys would have filled: one that fails there is tried again with rows made for it alone.
    """
    from sqlalchemy.exc import DBAPIError

    asked = {file.id for file in wanted}
    needed = deployment.revisions.ancestors(asked)
    order = [file for file in deployment.revisions.ordered() if file.id in needed]
    bench: _Bench | None = None
    try:
        with ExitStack() as stack:
            for place, file in enumerate(order):
                rows_before = bench is not None and bench.filled
                bench = bench or stack.enter_context(_bench(deployment, ground, order[:place]))
                if file.id not in asked:
                    bench.run("upgrade", file)
                    continue
                found, clean = _verified(bench, file)
                if not clean and rows_before:
                    stack.close()
                    bench = stack.enter_context(_bench(deployment, ground, order[:place]))
                    found, clean = _verified(bench, file)
                asked.discard(file.id)
                yield found
                if not clean:
                    stack.close()
                    bench = None
    except _Failed as failure:
        rest = [f for f in order[order.index(failure.file) :] if f.id in asked]
        for file in rest:
            yield Verified(file, "not run", f"revision {failure.file.id} before it fails: {failure.reason}")
    except ScratchUnavailable as error:
        raise AutogenError(f"Nothing was verified: {error}.") from error
    except DBAPIError as error:
        raise AutogenError(f"The scratch server ({ground.server}) was lost: {said(error)}.") from error


class _Failed(Exception):
    def __init__(self, file: RevisionFile, reason: str) -> None:
        super().__init__(reason)
        self.file, self.reason = file, reason


@dataclass
class _Bench:
    """A scratch database on which revisions run one by one."""

    deployment: Deployment
    dialect: Dialect
    url: URL
    server: URL
    script: ScriptDirectory
    scope: Scope = field(default_factory=Scope)
    schema: Schema = field(default_factory=Schema)
    """What stood there when it was last looked at."""
    filled: bool = False

    def run(self, direction: Direction, file: RevisionFile) -> None:
        """One revision, through env.py; raises _Failed."""
        from autogen.runtime.scratch_env import run_on_scratch

        try:
            steps = load_steps(self.deployment, Way(direction, (), (file,)), self.script)
            run_on_scratch(self.deployment, self.dialect, self.url, steps)
        except Exception as error:
            reason = str(error) if isinstance(error, AutogenError) else said(error)
            raise _Failed(file, " ".join(reason.split()).rstrip(".")) from error

    def state(self) -> State:
        """What stands there now."""
        with self.dialect.connect(self.url) as (dialect, connection):
            self.dialect = dialect
            own = self.deployment.config.schemas
            schemas = dialect.user_schemas(connection) if dialect.usual_schema else own
            self.scope = Scope(tuple(schemas), self.deployment.version_table)
            found = state_of(connection, dialect, self.scope)
            self.schema = found.schema
            return found

    def fill(self, enough: int) -> rows.Filled:
        """Puts rows everywhere."""
        self.filled = True
        with self._rows() as (connection, found):
            return rows.fill(connection, found, self.schema, enough)

    def held(self) -> rows.Held:
        """The rows that are there."""
        with self._rows() as (connection, found):
            return rows.held(connection, found)

    @contextmanager
    def _rows(self) -> Iterator[tuple[Connection, list[Table]]]:
        import sqlalchemy as sa

        engine = sa.create_engine(type(self.dialect).sync_url(self.url), poolclass=sa.NullPool)
        try:
            with engine.connect() as connection:
                found = rows.tables(connection, self.deployment.version_table, self.scope.schemas)
                connection.rollback()
                yield connection, found
        finally:
            engine.dispose()

    def differ(self, one: State, two: State) -> str:
        """What differs between two moments, by name."""
        with self.dialect.connect(self.url) as (dialect, connection):
            scratch = Scratch(dialect, connection, self.server, one.schema)
            wrong = differences(compare(one.schema, two.schema, dialect, scratch))
        return wrong or beside_differs(two, one)


@contextmanager
def _bench(deployment: Deployment, ground: Ground, before: Sequence[RevisionFile]) -> Iterator[_Bench]:
    """A new one, on which the revisions ``before`` were run without any rows."""
    with ground.running() as server, ground.dialect.scratch_database(server) as url:
        bench = _Bench(deployment, ground.dialect, url, server, scripts(deployment.settings))
        for file in before:
            bench.run("upgrade", file)
        yield bench


def _verified(bench: _Bench, file: RevisionFile) -> tuple[Verified, bool]:
    """The verdict, and whether the scratch database stands behind the revision as if nothing had happened."""
    started = time.perf_counter()
    tried = _Tried(bench.state(), set(bench.fill(rows.ROWS).refused))
    try:
        reason = _there_and_back(bench, file, tried) or _once_more_in_use(bench, file, tried)
    except _Failed as failure:
        reason = f"{tried.stage}: {failure.reason}"
    verdict: Verdict = "fails" if reason else "loses" if tried.lost else "proven"
    seconds = time.perf_counter() - started
    return Verified(file, verdict, reason, tried.lost, tuple(sorted(tried.refused)), seconds), not reason


@dataclass
class _Tried:
    """What has come of a revision so far; ``stage`` is what is wrong if the next run fails."""

    start: State
    refused: set[str]
    stage: str = "upgrade() fails"
    lost: tuple[rows.Lost, ...] = ()


def _there_and_back(bench: _Bench, file: RevisionFile, tried: _Tried) -> str:
    """Up, down and up with the same rows: one that is put in meanwhile may be just like one that went."""
    before = bench.held()
    bench.run("upgrade", file)
    up = bench.state()
    tried.stage = "downgrade() fails"
    bench.run("downgrade", file)
    wrong = bench.differ(bench.state(), tried.start)
    tried.lost = tuple(rows.lost(before, bench.held()))
    if wrong:
        return f"downgrade() does not restore the schema: {wrong}"
    tried.stage = "upgrade() fails the second time"
    bench.run("upgrade", file)
    again = bench.differ(bench.state(), up)
    return f"upgrade() makes something else the second time: {again}" if again else ""


def _once_more_in_use(bench: _Bench, file: RevisionFile, tried: _Tried) -> str:
    """Down and up with rows that were put in behind the upgrade, as an application does."""
    filled = bench.fill(2 * rows.ROWS)
    tried.refused.update(filled.refused)
    if not filled.put:
        return ""
    tried.stage = "downgrade() fails with rows that came after the upgrade"
    bench.run("downgrade", file)
    wrong = bench.differ(bench.state(), tried.start)
    if wrong:
        return f"downgrade() does not restore the schema with rows that came after the upgrade: {wrong}"
    tried.stage = "upgrade() fails with rows that came after the first one"
    bench.run("upgrade", file)
    return ""
