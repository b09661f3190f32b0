"""How models, migrations and database stand to each other, in three rows, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.changes import Alter, Change, Create, Drop, Rename
from autogen.emit.terminal import counts
from autogen.emit.verdict import labelled
from autogen.emit.words import listed, one_line, plural, shown
from autogen.plan import Plan
from autogen.schema import KINDS
from autogen.states import Pairing, States

TO_DRAFT = "autogen diff -m '...' drafts a revision that brings the database to the models"
_LISTED = 6
_INDENT = 24


def rows(states: States, width: int) -> list[str]:
    """``Models vs migrations  agree`` and the other two."""
    return [row for label, words in stated(states) for row in labelled(label, words, width, _INDENT)]


def stated(states: States) -> list[tuple[str, str]]:
    """The rows as labels and words."""
    return [
        ("Models vs migrations", _differ(states.models_migrations)),
        ("Migrations vs database", _standing(states)),
        ("Models vs database", _differ(states.models_database)),
    ]


def words_of(states: States, problem: str) -> str:
    """One of the problems as a sentence."""
    said = _waiting(states) if problem == "pending-revisions" else _by_hand(states)
    return f"{said[:1].upper()}{said[1:]}."


def to_do(states: States) -> list[str]:
    """What is to be done, a sentence each, in this order."""
    said = [states.advice.rstrip(".")] if states.pending else []
    drafts = bool(states.models_migrations.changes)
    if states.by_hand:
        undo = "Undo what was changed by hand, or declare it in the models"
        said.append(undo if drafts else f"{undo} and draft it: autogen diff -m '...'")
    if drafts and states.pending:
        said.append("Then autogen diff -m '...' drafts what the models have besides")
    elif drafts or (states.models_database.changes and not states.by_hand and not states.pending):
        said.append(TO_DRAFT)
    return said


def _differ(pair: Pairing) -> str:
    if pair.comparison is None:
        return f"not compared: {_clause(pair.reason)}"
    if not pair.changes:
        return "agree"
    return f"differ: {', '.join(counts(Plan(pair.comparison)))}"


def _clause(reason: str) -> str:
    return shown(one_line(reason)).rstrip(".")


def _standing(states: States) -> str:
    """What waits for the database, and what was done to it by hand."""
    parts = [_waiting(states)] if states.pending else []
    parts += [_by_hand(states)] if states.by_hand else []
    if parts:
        return "; ".join(parts)
    return _differ(states.migrations_database)


def _waiting(states: States) -> str:
    named = [f"{shown(pending.revision)} ({shown(pending.file)})" for pending in states.pending]
    verb = "has" if len(named) == 1 else "have"
    return f"{plural(len(named), 'revision')} {verb} not been applied: {_first(named)}"


def _by_hand(states: States) -> str:
    return f"changed by hand: {_first([_hand(change) for change in _whole(states.by_hand)])}"


def _first(named: list[str]) -> str:
    rest = len(named) - _LISTED
    return listed([*named[:_LISTED], *([f"{rest} more"] if rest > 0 else [])])


def _whole(changes: Iterable[Change]) -> list[Change]:
    """The changes by table, those of a table's parts left out where the whole table comes or goes."""
    found = sorted(changes, key=lambda c: (c.key.owner, KINDS.index(c.key.kind), c.key))
    whole = {c.key for c in found if c.key.kind == "table" and isinstance(c, Create | Drop)}
    return [c for c in found if c.key in whole or not c.key.table or c.key.owner not in whole]


def _hand(change: Change) -> str:
    """``index orders.by_hand added``: what was done, seen from the database."""
    name = f"{change.key.kind.replace('_', ' ')} {shown(one_line(change.key.label))}"
    if isinstance(change, Drop):
        return f"{name} added"
    if isinstance(change, Create):
        return f"{name} dropped"
    if isinstance(change, Rename):
        was, now = change.after.key, shown(one_line(change.before.key.name))
        return f"{was.kind.replace('_', ' ')} {shown(one_line(was.label))} renamed {now}"
    assert isinstance(change, Alter)
    return f"{name} changed ({', '.join(sorted(change.changed))})"
