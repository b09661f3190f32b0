"""What upgrade and downgrade have in common: agree on the way, lock, run, tell."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from autogen.cli.asking import can_ask
from autogen.cli.terminal import ask, fail, paint, printable, say
from autogen.errors import AutogenError

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext, RevisionStep

    from autogen.dialects.deploying import Interrupted
    from autogen.project.revisions import RevisionFile, Revisions
    from autogen.runtime.deployment import Deployment, Standing
    from autogen.runtime.run import Outcome
    from autogen.runtime.ways import Way

    Find = Callable[[Revisions, Sequence[str], str], Way]

FAILED = 1


class Lines:
    """A line a revision: ``migrating 3f9c1a7be21d split name … migrated (0.023 s)``."""

    def __init__(self, stream: TextIO, direction: str) -> None:
        self._stream = stream
        self._verbs = ("migrating", "migrated") if direction == "upgrade" else ("undoing", "undone")
        self._open = False

    def waits(self, holder: str) -> None:
        self._write(f"waiting for another run of revisions{f': {holder}' if holder else ''}\n")

    def begins(self, file: RevisionFile, left: Interrupted | None) -> None:
        if left is not None and left.done:
            count = len(left.done)
            what = "statement that was run" if count == 1 else "statements that were run"
            self._write(f"going on with {file.id}, behind the {count} {what} before\n")
        self._write(f"{self._verbs[0]} {file.id} {_message(file)} … ")
        self._open = True

    def ends(self, file: RevisionFile, seconds: float) -> None:
        self._write(f"{self._verbs[1]} ({seconds:.3f} s)\n")
        self._open = False

    def over(self, outcome: Outcome, at: str) -> None:
        if self._open:
            self._write("failed\n")
            self._open = False
        elif outcome.failure is None and not outcome.finished:
            self._write("Nothing is left to run: another run has done it.\n")

    def _write(self, text: str) -> None:
        self._stream.write(printable(text))
        self._stream.flush()


class JsonLines:
    """A JSON object a line: what a machine may follow."""

    def __init__(self, stream: TextIO, direction: str, database: str | None = None) -> None:
        self._stream = stream
        self._direction = direction
        self._of_several = {"database": database} if database is not None else {}

    def waits(self, holder: str) -> None:
        self._write("waiting", holder=holder or None)

    def begins(self, file: RevisionFile, left: Interrupted | None) -> None:
        done = len(left.done) if left is not None else 0
        self._write("begins", revision=file.id, message=_message(file), passed_over=done)

    def ends(self, file: RevisionFile, seconds: float) -> None:
        self._write("ends", revision=file.id, message=_message(file), seconds=round(seconds, 6))

    def over(self, outcome: Outcome, at: str) -> None:
        failure = outcome.failure
        if failure is None:
            self.done([file.id for file in outcome.finished], at)
            return
        from autogen.runtime.environment import said

        self.failed(
            "interrupted" if failure.interrupted else said(failure.error),
            revision=failure.file.id if failure.file else None,
            statement=failure.statement,
            standing=failure.standing,
            at=at,
        )

    def done(self, revisions: Sequence[str], at: str) -> None:
        self._write("done", revisions=revisions, at=at)

    def failed(
        self,
        error: str,
        revision: str | None = None,
        statement: str | None = None,
        standing: Sequence[str] = (),
        at: str | None = None,
    ) -> None:
        from autogen.project.url import mask

        self._write(
            "failed",
            revision=revision,
            error=mask(error),
            statement=statement,
            standing=list(standing),
            at=at,
        )

    def _write(self, event: str, **more: object) -> None:
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"time": time, "event": event, "direction": self._direction, **self._of_several, **more}
        self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._stream.flush()


def _message(file: RevisionFile) -> str:
    from autogen.runtime.facts import facts

    return facts(file).message


@contextmanager
def ending(direction: str, log_json: bool) -> Iterator[None]:
    """What ends a command before any revision was begun: it says so, and a log gets its last line."""
    try:
        yield
    except (AutogenError, KeyboardInterrupt) as error:
        stopped = isinstance(error, KeyboardInterrupt)
        if log_json:
            lines = JsonLines(sys.stdout, direction, getattr(error, "database", None))
            lines.failed("interrupted" if stopped else str(error))
        if not stopped:
            raise
        print(file=sys.stderr)
        raise AutogenError("Interrupted; nothing was run.") from None


def sought(deployment: Deployment, find: Find, revision: str) -> tuple[Standing, Way]:
    """Where the database stands, and the way from there to a revision."""
    from autogen.runtime.deployment import standing_now
    from autogen.runtime.ways import behind_what_stands

    found = standing_now(deployment)
    way = find(deployment.revisions, found.applied, revision)
    if found.running:
        return found, way  # the lock is waited for, and then it is looked again
    return found, behind_what_stands(way, found.interrupted)


def nothing_to_run(
    deployment: Deployment, found: Standing, way: Way, lock_timeout: float, log_json: bool
) -> int:
    """Says that the database stands where it is to stand."""
    from autogen.runtime.deployment import named

    if found.untidy:
        _clear_away(deployment, lock_timeout)
    if log_json:
        JsonLines(sys.stdout, way.direction, deployment.config.database).done([], shown_at(found))
        return 0
    at = named(deployment, found.applied)
    if way.direction == "downgrade":
        say("Nothing to undo.")
    else:
        say(printable(f"Nothing to run: the database is at {at}.") if at else "Nothing to run: no revisions.")
    return 0


def shown_at(found: Standing | None) -> str:
    """Where a database stands, for a log; ``found`` is None where it could not be asked."""
    return (" ".join(found.applied) or "no revision") if found is not None else "unknown"


@contextmanager
def own_output() -> Iterator[TextIO]:
    """Standard output for autogen alone: while revisions run, what they print goes to standard error."""
    try:
        copy = os.dup(sys.stdout.fileno())
    except (OSError, ValueError):  # a test, or a program, has put something of its own there
        yield sys.stdout
        return
    with open(copy, "w", encoding=sys.stdout.encoding, errors="backslashreplace") as stream:
        yield stream


def migrate(deployment: Deployment, way: Way, lock_timeout: float, log_json: bool) -> int:
    """Runs the way under the database's lock, tells what happens; the exit code."""
    from autogen.runtime.deployment import standing
    from autogen.runtime.locking import locked
    from autogen.runtime.run import Outcome, load_steps, run

    load_steps(deployment, way)
    sys.stdout.flush()
    with own_output() as stream:
        teller = (
            JsonLines(stream, way.direction, deployment.config.database)
            if log_json
            else Lines(stream, way.direction)
        )
        with locked(deployment, lock_timeout, teller.waits) as lock:
            way = _still(way, deployment, standing(deployment))
            outcome = run(deployment, way, lock, teller) if way.files else Outcome()
            try:
                return _tell(deployment, way, outcome, teller)
            except KeyboardInterrupt:
                raise AutogenError(
                    "Interrupted when the revisions had run or failed: autogen status tells where the "
                    "database stands."
                ) from None


def _tell(deployment: Deployment, way: Way, outcome: Outcome, teller: Lines | JsonLines) -> int:
    """Tells what has come of it, by the database itself, while nobody else can move that."""
    from autogen.runtime.aftermath import aftermath
    from autogen.runtime.deployment import named

    found = _afterwards(deployment)
    resumes = deployment.deploying.care(deployment.version_table).resumes
    if outcome.failure is not None and resumes and found is not None:
        outcome = replace(outcome, failure=outcome.failure.recorded(found.interrupted))
    teller.over(outcome, shown_at(found))
    if outcome.failure is None:
        return 0
    at = named(deployment, found.applied) if found is not None else ""
    done = found.done if found is not None else None
    fail(aftermath(way, outcome, done, at or "no revision", resumes))
    return FAILED


def _clear_away(deployment: Deployment, lock_timeout: float) -> None:
    """Takes away the record of a run that was killed when all was done."""
    from sqlalchemy.exc import DBAPIError

    from autogen.runtime.deployment import standing
    from autogen.runtime.locking import locked

    with locked(deployment, lock_timeout):
        found = standing(deployment)
        if found.untidy and found.interrupted is None:
            with suppress(DBAPIError):  # the next run finds it, too
                deployment.deploying.tidy(deployment.url)


def _afterwards(deployment: Deployment) -> Standing | None:
    """None where the database could not be asked. A record of nothing is taken away at once."""
    from sqlalchemy.exc import DBAPIError

    from autogen.runtime.deployment import standing

    try:
        found = standing(deployment)
    except AutogenError:
        return None
    if found.untidy and found.interrupted is None:
        with suppress(DBAPIError):  # the next run finds it, too
            deployment.deploying.tidy(deployment.url)
    return found


def _still(way: Way, deployment: Deployment, found: Standing) -> Way:
    """The way from where the database stands now that nobody else can move it."""
    from autogen.runtime.ways import behind_what_stands

    if set(found.applied) != set(way.start):
        if way.direction == "downgrade":
            raise AutogenError(
                "The database was moved by another run while this one waited: it is at "
                f"{' and '.join(found.applied) or 'no revision'} now. Nothing was undone; look again, and "
                "run it again."
            )
        left = tuple(file for file in way.files if file.id not in found.done)
        way = way._replace(start=found.applied, files=left)
    return behind_what_stands(way, found.interrupted)


def as_sql(deployment: Deployment, way: Way) -> str:
    """The way as SQL, as ``alembic --sql`` writes it, from what ``way.start`` says has been run."""
    from autogen.dialects.compiled import plain_dialect
    from autogen.project.user_code import failure
    from autogen.runtime.environment import run_env
    from autogen.runtime.run import load_steps

    under: list[RevisionFile] = []

    def to_a_file(heads: object, context: MigrationContext) -> Iterable[RevisionStep]:
        # Alembic would write % as the driver needs it, which is twice
        context.dialect = context.impl.dialect = plain_dialect(context.dialect)
        for file, step in zip(way.files, steps(), strict=True):
            under.append(file)
            yield step

    steps = load_steps(deployment, way)
    written = io.StringIO()
    start = way.start[0] if len(way.start) == 1 else way.start or None
    options = {
        "as_sql": True,
        "starting_rev": start,
        "destination_rev": way.files[-1].id if way.files else start,
        "output_buffer": written,
    }
    try:
        run_env(deployment, to_a_file, options)
    except (Exception, SystemExit) as error:
        if isinstance(error, AutogenError) or not under:
            raise
        raise AutogenError(
            f"The {way.direction} of revision {under[-1].id} could not be written as SQL: "
            f"{failure(error, deployment.config.root)}There is no database behind it then: what asks one "
            f"runs with autogen {way.direction} alone."
        ) from error
    return written.getvalue()


def agree(question: str, flag: bool) -> None:
    """Goes on where somebody says yes, now or with --yes; an AutogenError everywhere else."""
    if flag:
        return
    if not can_ask():
        apart = "" if question.endswith("\n") else " "
        raise AutogenError(f"{question}{apart}Nothing was run. Where that is meant, say so: --yes")
    print(paint(printable(question), "bold", stream=sys.stderr), file=sys.stderr)
    if ask("Type yes to go on: ").strip().lower() not in ("y", "yes"):
        raise AutogenError("Nothing was run.")


def agree_to_production(deployment: Deployment, way: Way, yes: bool) -> None:
    """Asks before a database that [tool.autogen] calls production is touched."""
    if not deployment.config.production:
        return
    count = len(way.files)
    what = "run" if way.direction == "upgrade" else "undone"
    agree(
        f"{deployment.shown} is marked as production; {count} revision{'s' if count != 1 else ''} would be "
        f"{what}: {', '.join(file.id for file in way.files)}.",
        yes,
    )
