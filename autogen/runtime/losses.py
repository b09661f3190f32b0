"""What is gone after a downgrade: tables and columns with the rows they hold now, as the revisions say it
without being run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from autogen.changes import Alter, Drop, Rename
from autogen.figures import number
from autogen.schema import Column, Key, Schema, Table

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from autogen.dialects.base import Dialect
    from autogen.lint.recording import Recording
    from autogen.runtime.deployment import Deployment
    from autogen.runtime.ways import Way


class Loss(NamedTuple):
    """``what`` is half a sentence; ``empty`` says that nothing is lost by it after all."""

    revision: str
    what: str
    empty: bool = False


def losses(deployment: Deployment, way: Way, dialect: Dialect, connection: Connection) -> tuple[Loss, ...]:
    """Everything that the way takes away, in the order in which it goes."""
    from autogen.dialects.base import Scope
    from autogen.introspect import introspect
    from autogen.lint.history import History
    from autogen.project.env_runner import alembic_config

    config = deployment.config
    live = introspect(connection, dialect, Scope(config.schemas, deployment.version_table))
    alembic = alembic_config(deployment.settings)
    history = History(deployment.revisions, dialect, alembic, database=config.database)
    found: list[Loss] = []
    schema, origin = live, dict[Key, Key]()
    for file in way.files:
        recording = history.run(file.path, way.direction, schema)
        for what, empty in _of(recording, live, origin, dialect, connection):
            found.append(Loss(file.id, what, empty))
        schema = recording.after
    return tuple(found)


def _of(
    recording: Recording, live: Schema, origin: dict[Key, Key], dialect: Dialect, connection: Connection
) -> Iterator[tuple[str, bool]]:
    from autogen.lint.examine import comparison_of
    from autogen.lint.written import Data

    changes = comparison_of(recording).changes
    for change in changes:
        if isinstance(change, Rename):
            origin[change.key] = origin.get(change.before.key, change.before.key)
    gone = {change.key for change in changes if isinstance(change, Drop) and change.key.kind == "table"}
    for change in changes:
        if change.key.kind == "column" and change.key.owner in gone:
            continue
        if isinstance(change, Drop) and isinstance(change.before, Table | Column):
            key = origin.get(change.key, change.key)
            yield _dropped(change.key, key if key in live else None, dialect, connection)
        elif isinstance(change, Alter):
            yield from _altered(change, dialect)
    for step in recording.steps:
        data = step.written.operation
        if isinstance(data, Data) and data.verb in ("delete", "truncate"):
            yield f"deletes rows of {_labels(data.tables)}", False
    for gap in recording.gaps:
        words = " ".join((gap.text or gap.why).split())[:100]
        yield f"does something that was not understood: {words}", False


def _dropped(key: Key, live: Key | None, dialect: Dialect, connection: Connection) -> tuple[str, bool]:
    held = dialect.holds(connection, live) if live is not None else None
    noun = "row" if key.kind == "table" else "value"
    if held is None:
        return f"drops {key.kind} {key.label} with its {noun}s", False
    count, more = held
    if not count:
        return f"drops {key.kind} {key.label}, which is empty", True
    return f"drops {key.kind} {key.label}, which holds {number(count, noun, more)}", False


def _altered(change: Alter, dialect: Dialect) -> Iterator[tuple[str, bool]]:
    before, after = change.before, change.after
    if not isinstance(before, Column) or not isinstance(after, Column) or before.type == after.type:
        return
    effect = dialect.type_change(before, after)
    if effect.loss != "none":
        yield f"changes the type of {change.key.label}: {effect.why or effect.loss}", False


def _labels(tables: Iterable[Key]) -> str:
    return ", ".join(table.label for table in tables) or "a table"


def grave(found: Iterable[Loss]) -> bool:
    """Whether anything is lost that somebody should agree to."""
    return any(not loss.empty for loss in found)
