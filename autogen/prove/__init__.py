"""The proof: a draft is run up, down and up again on a scratch copy of the live schema."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autogen.dialects.base import Blueprint, Dialect, Scope, ScratchFactory, ScratchUnavailable
from autogen.plan import Comparison, Proof
from autogen.prove.run import DraftFailed, run_draft
from autogen.schema import Dependent, Schema

if TYPE_CHECKING:
    from sqlalchemy import MetaData
    from sqlalchemy.engine import Connection

__all__ = ["Proof", "prove"]

Differ = Callable[[Schema, Schema], Comparison]


class _Failed(Exception):
    """The draft does not do what it should; the message says what came out."""


def prove(
    text: str,
    desired: Schema,
    dialect: Dialect,
    scope: Scope,
    scratch: ScratchFactory,
    differ: Differ,
    metadatas: Sequence[MetaData] = (),
) -> Proof:
    """Runs the draft ``text`` on a scratch database built like the live one.

    After the upgrade ``differ(scratch, desired)`` must be empty, after the downgrade the schema and all that
    lives beside the tables must be what they were, and the upgrade must run once more. ``metadatas`` give
    the naming conventions that an env.py would hand to Alembic.
    """
    started = time.perf_counter()
    try:
        dialect.confine(desired)
        with scratch.open() as connection:
            server = dialect.server_label(connection)
            start = _rebuild(connection, scratch.blueprint, dialect, scope, differ)
            verified, reason = _run(text, start, desired, connection, dialect, scope, differ, metadatas)
    except ScratchUnavailable as error:
        return Proof(None, str(error))
    return Proof(verified, reason, server, time.perf_counter() - started)


@dataclass(frozen=True, slots=True)
class _State:
    """A schema and what lives beside it, at one moment on the scratch database."""

    schema: Schema
    dependents: tuple[Dependent, ...]


def _state(connection: Connection, dialect: Dialect, scope: Scope) -> _State:
    schema = dialect.introspect(connection, scope)
    state = _State(schema, dialect.dependents(connection, schema))
    connection.rollback()
    return state


def _rebuild(
    connection: Connection, blueprint: Blueprint, dialect: Dialect, scope: Scope, differ: Differ
) -> _State:
    failures = dialect.rebuild(connection, blueprint)
    start = _state(connection, dialect, scope)
    wrong = _differences(differ(start.schema, blueprint.schema))
    if wrong:
        why = "; ".join(f"{s.object}: {s.reason}" for s in failures) or f"it differs in {wrong}"
        raise ScratchUnavailable(f"the current schema could not be rebuilt on a scratch database: {why}")
    return start


def _run(
    text: str,
    start: _State,
    desired: Schema,
    connection: Connection,
    dialect: Dialect,
    scope: Scope,
    differ: Differ,
    metadatas: Sequence[MetaData],
) -> tuple[bool, str]:
    try:
        run_draft(text, "upgrade", connection, metadatas)
        reached = _state(connection, dialect, scope)
        wrong = _differences(differ(reached.schema, desired))
        if wrong:
            raise _Failed(f"upgrade() does not reach the models: {wrong}")
        run_draft(text, "downgrade", connection, metadatas)
        returned = _state(connection, dialect, scope)
        wrong = _differences(differ(returned.schema, start.schema)) or _lost(start, returned)
        if wrong:
            raise _Failed(f"downgrade() does not restore the schema: {wrong}")
        run_draft(text, "upgrade", connection, metadatas)
    except (DraftFailed, _Failed) as error:
        return False, str(error)
    return True, ""


def _differences(comparison: Comparison) -> str:
    """The objects that differ, by name, the first few of them."""
    labels = [f"{type(c).__name__.lower()} {c.key.kind} {c.key.label}" for c in comparison.changes]
    more = f" and {len(labels) - 5} more" if len(labels) > 5 else ""
    return ", ".join(labels[:5]) + more


def _lost(start: _State, end: _State) -> str:
    """Views, triggers and the like that are not as they were."""
    before = {d.identity: d for d in start.dependents}
    after = {d.identity: d for d in end.dependents}
    wrong = [name for name in sorted(before.keys() | after.keys()) if _sql(before, name) != _sql(after, name)]
    return ", ".join(wrong)


def _sql(dependents: dict[str, Dependent], name: str) -> tuple[str, ...] | None:
    found = dependents.get(name)
    return None if found is None else found.create
