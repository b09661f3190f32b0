"""There and back: what a draft has to show on the scratch database."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import field
from itertools import zip_longest
from typing import TYPE_CHECKING

from autogen.dialects.base import Blueprint, Dialect, Scope, ScratchFactory, ScratchUnavailable
from autogen.plan import Comparison, Proof
from autogen.prove.run import DraftFailed, run_draft
from autogen.schema import Dependent, Schema
from autogen.values import value

if TYPE_CHECKING:
    from sqlalchemy import MetaData
    from sqlalchemy.engine import Connection

__all__ = ["Link", "Proof", "State", "beside_differs", "differences", "prove", "prove_chain", "state_of"]

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
    link = Link(text, desired, "the models")
    return prove_chain([link], dialect, scope, scratch, differ, metadatas)[0]


def prove_chain(
    links: Sequence[Link],
    dialect: Dialect,
    scope: Scope,
    scratch: ScratchFactory,
    differ: Differ,
    metadatas: Sequence[MetaData] = (),
) -> tuple[Proof, ...]:
    """The same for drafts that follow each other: all the way up, all the way down, and up again. Each has a
    proof of its own."""
    started = time.perf_counter()
    try:
        dialect.confine(links[-1].desired)
        with scratch.open() as connection:
            server = dialect.server_label(connection)
            start = _rebuild(connection, scratch.blueprint, dialect, scope, differ)
            run = _Chain(links, connection, dialect, scope, differ, metadatas)
            reasons = run.there_and_back(start)
    except ScratchUnavailable as error:
        return tuple(Proof(None, str(error), reaches=link.reaches) for link in links)
    took = time.perf_counter() - started
    return tuple(
        (
            Proof(None, "another draft of the chain fails", server, took, link.reaches)
            if reason is None
            else Proof(not reason, reason, server, took, link.reaches, reached)
        )
        for reason, link, reached in zip_longest(reasons, links, run.reached)
    )


@value(frozen=True, slots=True)
class Link:
    """A draft of a chain and the schema that its upgrade reaches, with the words for it."""

    text: str
    desired: Schema
    reaches: str


@value(frozen=True, slots=True)
class State:
    """A schema and what lives beside it, at one moment on a scratch database."""

    schema: Schema
    dependents: tuple[Dependent, ...]


def state_of(connection: Connection, dialect: Dialect, scope: Scope) -> State:
    schema = dialect.introspect(connection, scope)
    state = State(schema, dialect.dependents(connection, schema))
    connection.rollback()
    return state


def _rebuild(
    connection: Connection, blueprint: Blueprint, dialect: Dialect, scope: Scope, differ: Differ
) -> State:
    failures = dialect.rebuild(connection, blueprint)
    start = state_of(connection, dialect, scope)
    wrong = differences(differ(start.schema, blueprint.schema))
    if wrong:
        why = "; ".join(f"{s.object}: {s.reason}" for s in failures) or f"it differs in {wrong}"
        raise ScratchUnavailable(f"the current schema could not be rebuilt on a scratch database: {why}")
    return start


@value(frozen=True, slots=True)
class _Chain:
    """One run of a chain on a scratch database."""

    links: Sequence[Link]
    connection: Connection
    dialect: Dialect
    scope: Scope
    differ: Differ
    metadatas: Sequence[MetaData]
    reached: list[Comparison] = field(default_factory=list)
    """What each upgrade led to, beside what it should lead to."""

    def there_and_back(self, start: State) -> list[str | None]:
        """Why a draft fails; "" for all where none does, None for those that were not run to the end."""
        states = [start]
        tried = 0
        try:
            for n, link in enumerate(self.links):
                tried = n
                states.append(self.up(link))
            while tried >= 0:
                self.down(self.links[tried], states[tried])
                tried -= 1
            while tried < len(self.links) - 1:
                tried += 1
                run_draft(self.links[tried].text, "upgrade", self.connection, self.metadatas)
        except (DraftFailed, _Failed) as error:
            return [str(error) if n == tried else None for n in range(len(self.links))]
        return [""] * len(self.links)

    def up(self, link: Link) -> State:
        run_draft(link.text, "upgrade", self.connection, self.metadatas)
        reached = state_of(self.connection, self.dialect, self.scope)
        found = self.differ(reached.schema, link.desired)
        self.reached.append(found)
        wrong = differences(found)
        if wrong:
            raise _Failed(f"upgrade() does not reach {link.reaches}: {wrong}")
        return reached

    def down(self, link: Link, start: State) -> None:
        run_draft(link.text, "downgrade", self.connection, self.metadatas)
        returned = state_of(self.connection, self.dialect, self.scope)
        wrong = differences(self.differ(returned.schema, start.schema)) or beside_differs(start, returned)
        if wrong:
            raise _Failed(f"downgrade() does not restore the schema: {wrong}")


def differences(comparison: Comparison) -> str:
    """The objects that differ, by name, the first few of them."""
    labels = [f"{type(c).__name__.lower()} {c.key.kind} {c.key.label}" for c in comparison.changes]
    more = f" and {len(labels) - 5} more" if len(labels) > 5 else ""
    return ", ".join(labels[:5]) + more


def beside_differs(start: State, end: State) -> str:
    """Views, triggers and the like that are not as they were."""
    before = {d.identity: d for d in start.dependents}
    after = {d.identity: d for d in end.dependents}
    wrong = [name for name in sorted(before.keys() | after.keys()) if _sql(before, name) != _sql(after, name)]
    return ", ".join(wrong)


def _sql(dependents: dict[str, Dependent], name: str) -> tuple[str, ...] | None:
    found = dependents.get(name)
    return None if found is None else found.create
