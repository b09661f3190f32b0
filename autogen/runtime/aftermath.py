"""What is told when a run ends before its time: what stands, what does not, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from autogen.dialects.deploying import Direction, Interrupted, StatementChanged
from autogen.runtime.environment import said
from autogen.runtime.facts import leaves_transaction

if TYPE_CHECKING:
    from autogen.runtime.run import Failure, Outcome
    from autogen.runtime.ways import Way

_LONGEST = 300


def aftermath(way: Way, outcome: Outcome, now: frozenset[str] | None, at: str, resumes: bool) -> str:
    """A paragraph, with statements on indented lines. ``now`` are all revisions that the database has run,
    None where it could not be asked; ``at`` says where it stands; ``resumes`` that a second run passes over
    what the first has done."""
    failure = outcome.failure
    assert failure is not None
    return "\n".join(
        [
            *_what(way, failure),
            *_undone(way, outcome, now),
            (
                f"The database is at {at}."
                if now is not None
                else "Where the database stands could not be asked: autogen status tells it."
            ),
            *_partial(way, failure, resumes, now is not None),
        ]
    )


def _what(way: Way, failure: Failure) -> Iterator[str]:
    error = failure.error
    name = _named(way.direction, failure.file.id) if failure.file else ""
    name = name[:1].upper() + name[1:]
    if failure.file is None and failure.interrupted:
        yield "The run was interrupted between two revisions."
    elif failure.file is None:
        yield f"The run ended before it was over: {_why(error)}."
    elif failure.interrupted and failure.statement:
        yield f"{name} was interrupted at:"
        yield from _shown([failure.statement])
    elif failure.interrupted:
        yield f"{name} was interrupted."
    elif isinstance(error, StatementChanged):
        yield (
            f"{name} was cut short in an earlier run, and its statement {error.number} is "
            "not what it was then. It was:"
        )
        yield from _shown([error.before])
        yield "and now is:"
        yield from _shown([error.now])
    else:
        yield f"{name} failed: {_why(error)}."
        if failure.statement:
            yield "It failed at:"
            yield from _shown([failure.statement])


def _why(error: BaseException) -> str:
    return str(error).rstrip(".") if type(error).__name__ == "AutogenError" else said(error)


def _undone(way: Way, outcome: Outcome, now: frozenset[str] | None) -> Iterator[str]:
    """Revisions that ran to their end in the transaction that was rolled back."""
    if now is None:
        return
    gone = [f.id for f in outcome.finished if (f.id in now) != (way.direction == "upgrade")]
    if gone:
        verb = "was" if len(gone) == 1 else "were"
        yield f"{' and '.join(gone)} ran before it in the same transaction, and {verb} undone with it."


def _partial(way: Way, failure: Failure, resumes: bool, asked: bool) -> Iterator[str]:
    again = f"autogen {way.direction}"
    if failure.file is None:
        yield f"Run {again} again to go on."
        return
    if isinstance(failure.error, StatementChanged):
        yield (
            "Put the file back as it was, or undo by hand what stands (autogen status lists it) and then "
            f"DROP TABLE autogen_journal; then run {again} again."
        )
        return
    name = _named(way.direction, failure.file.id)
    if resumes and not asked:
        yield f"What stands of {name} is recorded there: {again} goes on behind it."
        return
    standing = failure.standing
    if resumes:
        yield from _recorded(name, failure, again)
    elif not standing and not failure.outside and not leaves_transaction(failure.file):
        yield f"Nothing of {name} stands. {_corrected(failure)} {again} again."
    else:
        yield from _outside(name, failure, again)


def _outside(name: str, failure: Failure, again: str) -> Iterator[str]:
    """Where nothing is recorded, and not all of it is one transaction."""
    if failure.standing:
        yield from _standing(name, failure.standing)
        why = "These were committed on their way"
    elif failure.outside:
        why = (
            f"Nothing that this run finished of {name} stands; what it failed at ran outside of a "
            "transaction and may have left something"
        )
    else:
        why = (
            f"Nothing that this run did of {name} stands. But the revision leaves its transaction on its way "
            "(autocommit_block), so that an earlier run that was cut short may have left a part of it"
        )
    yield (
        f"{why}. A draft of autogen's passes over that when you run {again} again; of a revision written by "
        "hand, undo it first (an index that CONCURRENTLY left invalid is dropped), or finish the rest by "
        "hand and run alembic stamp."
    )


def _recorded(name: str, failure: Failure, again: str) -> Iterator[str]:
    """Where a second run passes over what the first has done."""
    if failure.standing:
        yield from _standing(name, failure.standing)
    if failure.doubtful:
        yield "It was under way with this one, which may have taken effect or not:"
        yield from _shown([failure.doubtful])
    if failure.unrecorded:
        yield "These ran outside of transactions, so that nothing undoes them, and run again with the rest:"
        yield from _shown(failure.unrecorded)
    if failure.standing or failure.doubtful:
        yield (
            f"{_corrected(failure, ' without changing what has run')} {again} again: it goes on behind "
            "what stands. Or undo that by hand, then DROP TABLE autogen_journal."
        )
    else:
        nothing = "Nothing else" if failure.unrecorded else "Nothing"
        yield f"{nothing} of {name} stands. {_corrected(failure)} {again} again."


def _corrected(failure: Failure, how: str = "") -> str:
    """Before the command that is to be run again: an interruption has no cause to correct."""
    return "Run" if failure.interrupted else f"Correct the cause{how}, and run"


def _standing(name: str, statements: Sequence[str]) -> Iterator[str]:
    yield f"{_some(len(statements))} of {name} stand{'s' if len(statements) == 1 else ''}:"
    yield from _shown(statements)


def left_behind(left: Interrupted) -> str:
    """What an earlier run that was cut short has left, for whoever asks where the database stands."""
    name = _named(left.direction, left.revision)
    lines = [f"{name[:1].upper()}{name[1:]} was cut short."]
    if left.done:
        lines += [f"{_some(len(left.done))} of it stand{'s' if len(left.done) == 1 else ''}:"]
        lines += _shown(left.done)
    if left.doubtful:
        lines += [
            "It was under way with this one, which may have taken effect or not:",
            *_shown([left.doubtful]),
        ]
    if left.failed:
        lines += ["It failed at:", *_shown([left.failed])]
    return "\n".join([*lines, f"autogen {left.direction} goes on behind what stands."])


def under_way(left: Interrupted, runner: str) -> str:
    """What is half done because it is being run, for the same."""
    name = _named(left.direction, left.revision)
    return f"{name[:1].upper()}{name[1:]} is being run at this moment: {runner}."


def _named(direction: Direction, revision: str) -> str:
    return f"the downgrade of revision {revision}" if direction == "downgrade" else f"revision {revision}"


def _some(count: int) -> str:
    return "1 statement" if count == 1 else f"{count} statements"


def _shown(statements: Sequence[str]) -> Iterator[str]:
    for statement in statements:
        line = " ".join(statement.split())
        yield f"  {line[:_LONGEST]}{' …' if len(line) > _LONGEST else ''}"
