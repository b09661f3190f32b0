"""Runs revisions: Alembic's runtime in the project's own env.py, with a say before and after each of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from autogen.dialects.deploying import Interrupted, Lock
from autogen.errors import AutogenError
from autogen.runtime.deployment import Deployment
from autogen.runtime.environment import run_env, scripts
from autogen.runtime.statements import Statements
from autogen.runtime.ways import Way
from autogen.values import value

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext, RevisionStep
    from alembic.script import ScriptDirectory

    from autogen.project.revisions import RevisionFile


class Teller(Protocol):
    """Who is told what happens."""

    def begins(self, file: RevisionFile, left: Interrupted | None) -> None: ...

    def ends(self, file: RevisionFile, seconds: float) -> None: ...


@value(frozen=True, slots=True)
class Failure:
    """What ended a run. ``file`` is the revision under way, None outside of all; ``statement`` the one that
    failed, None where the revision's own code did; ``standing`` are the statements that nothing undoes,
    ``doubtful`` the one that may have taken effect or not, ``unrecorded`` those of them that run again where
    a record of the others is kept. ``outside`` says that the statement that failed was none of a
    transaction."""

    error: BaseException
    file: RevisionFile | None = None
    statement: str | None = None
    standing: tuple[str, ...] = ()
    doubtful: str | None = None
    unrecorded: tuple[str, ...] = ()
    outside: bool = False

    @property
    def interrupted(self) -> bool:
        """Whether somebody stopped it, by Ctrl-C or a signal."""
        return isinstance(self.error, KeyboardInterrupt)

    def recorded(self, left: Interrupted | None) -> Failure:
        """The same by the record that the database keeps, which knows best what stands."""
        mine = left if left is not None and self.file is not None and left.revision == self.file.id else None
        return replace(
            self,
            standing=mine.done if mine is not None else (),
            doubtful=mine.doubtful if mine is not None else None,
        )


@value(frozen=True, slots=True)
class Outcome:
    """The revisions that ran to their end, and what ended the run before its time. Whether those revisions
    stand is for the database to say: they may have shared a transaction with the one that failed."""

    finished: tuple[RevisionFile, ...] = ()
    failure: Failure | None = None


def load_steps(
    deployment: Deployment, way: Way, loaded: ScriptDirectory | None = None
) -> Callable[[], Sequence[RevisionStep]]:
    """Loads the revisions, whose code may be wrong, before anything is locked or asked."""
    script = loaded or scripts(deployment.settings)

    def steps() -> Sequence[RevisionStep]:
        return [_step(script, file, way.direction == "upgrade") for file in way.files]

    steps()
    return steps


def _step(script: ScriptDirectory, file: RevisionFile, up: bool) -> RevisionStep:
    from alembic.runtime.migration import RevisionStep

    loaded = script.get_revision(file.id)
    assert loaded is not None
    try:
        return RevisionStep(script.revision_map, loaded, up)
    except AttributeError:
        name = "upgrade" if up else "downgrade"
        raise AutogenError(
            f"{file.path} has no function {name}(), so revision {file.id} cannot be run that way. "
            "Nothing was run."
        ) from None


def run(deployment: Deployment, way: Way, lock: Lock, teller: Teller) -> Outcome:
    """Runs the way to its end, or up to what goes wrong."""
    steps = load_steps(deployment, way)
    running = _Running(deployment, way, lock, teller, steps)
    try:
        run_env(deployment, running.steps)
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        if not running.reached:
            raise
        return running.failed(error)
    return Outcome(tuple(running.finished))


class _Running:
    """One run, as Alembic's runtime drives it."""

    def __init__(
        self,
        deployment: Deployment,
        way: Way,
        lock: Lock,
        teller: Teller,
        steps: Callable[[], Sequence[RevisionStep]],
    ) -> None:
        self._deployment = deployment
        self._way = way
        self._lock = lock
        self._teller = teller
        self._load = steps
        self._statements: Statements | None = None
        self._current: RevisionFile | None = None
        self._before: tuple[str, ...] = ()
        """The statements of the current revision that an earlier run has done."""
        self.reached = False
        self.finished: list[RevisionFile] = []

    def steps(self, heads: Any, context: MigrationContext) -> Iterator[RevisionStep]:
        connection = context.connection
        assert connection is not None
        self._check(tuple(heads), context)
        self.reached = True
        care = self._deployment.deploying.care(self._deployment.version_table)
        transactional = bool(context.impl.transactional_ddl)
        watched = Statements(connection, care, transactional, self._deployment.version_table.name)
        self._statements = watched
        with watched.listening():
            for file, step in zip(self._way.files, self._load(), strict=True):
                if not self._lock.guards(connection):
                    raise AutogenError("the lock of the database was lost, and with it the right to go on")
                left = care.begin(connection, file.id, self._way.direction)
                watched.anew()
                self._current, self._before = file, left.done if left is not None else ()
                self._teller.begins(file, left)
                started = time.perf_counter()
                yield step
                self._current = None
                self.finished.append(file)
                self._teller.ends(file, time.perf_counter() - started)
            care.finish(connection)

    def _check(self, heads: tuple[str, ...], context: MigrationContext) -> None:
        """That env.py leads to the database that was looked at and locked."""
        connection = context.connection
        assert connection is not None
        if not self._lock.guards(connection) or set(heads) != set(self._way.start):
            url = connection.engine.url
            from autogen.project.url import display

            raise AutogenError(
                f"env.py connects to {display(url)}, and autogen was to look after {self._deployment.shown} "
                f"(from {self._deployment.config.url_source}), which is another database, or another version "
                "table in it. Nothing was run. Give both the same URL: autogen's stands in [tool.autogen] or "
                "AUTOGEN_URL, that of env.py in its code or in alembic.ini."
            )

    def failed(self, error: BaseException) -> Outcome:
        watched = self._statements
        assert watched is not None
        standing = (*self._before, *watched.standing)
        failure = Failure(_cause(error), self._current, watched.failed, standing)
        failure = replace(failure, unrecorded=tuple(watched.unrecorded), outside=watched.outside)
        return Outcome(tuple(self.finished), failure)


def _cause(error: BaseException) -> BaseException:
    """What ended the run: where a block was left on the way, its own complaint is the last that is heard."""
    from sqlalchemy.exc import PendingRollbackError

    found = error
    while not isinstance(found, KeyboardInterrupt):
        before = found.__cause__ or found.__context__
        if before is None:
            return (error.__context__ or error) if isinstance(error, PendingRollbackError) else error
        found = before
    return found
