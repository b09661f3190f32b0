"""The revisions as a story: which are applied, where branches begin and meet."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Literal, NamedTuple

from autogen.runtime.facts import Facts, facts

if TYPE_CHECKING:
    from autogen.project.revisions import RevisionFile, Revisions
    from autogen.runtime.deployment import Standing

State = Literal["current", "applied", "pending", "unknown", "cut short", "running"]


class Chapter(NamedTuple):
    """One revision. ``notes`` say what the order of the lines does not: heads, branches, joins, labels."""

    file: RevisionFile
    facts: Facts
    state: State
    notes: tuple[str, ...] = ()


def story(revisions: Revisions, found: Standing | None) -> tuple[Chapter, ...]:
    """Every revision, the newest first; ``found`` is None where no database could be asked."""
    ordered = list(reversed(_in_lines(revisions)))
    children: dict[str, list[str]] = {}
    for file in ordered:
        for down in file.down:
            children.setdefault(down, []).append(file.id)
    return tuple(
        Chapter(file, facts(file), state_of(file, found), tuple(_notes(file, after, revisions, children)))
        for file, after in zip_longest(ordered, ordered[1:])
    )


def _in_lines(revisions: Revisions) -> list[RevisionFile]:
    """Oldest first, each revision right behind one that it follows wherever that can be."""
    placed: list[RevisionFile] = []
    ready: list[RevisionFile] = []
    done: set[str] = set()
    waiting = revisions.ordered()
    while waiting or ready:
        ready += [f for f in waiting if f not in ready and done.issuperset(revisions.parents(f.id))]
        behind = [f for f in ready if placed and placed[-1].id in f.down]
        chosen = (behind or ready)[0]
        ready.remove(chosen)
        waiting = [f for f in waiting if f.id != chosen.id]
        placed.append(chosen)
        done.add(chosen.id)
    return placed


def state_of(file: RevisionFile, found: Standing | None) -> State:
    if found is None:
        return "unknown"
    if found.interrupted is not None and found.interrupted.revision == file.id:
        return "running" if found.running else "cut short"
    if file.id in found.applied:
        return "current"
    return "applied" if file.id in found.done else "pending"


def _notes(
    file: RevisionFile, after: RevisionFile | None, revisions: Revisions, children: dict[str, list[str]]
) -> list[str]:
    """``after`` is the revision on the next line, which a reader takes for the one before it in time."""
    notes = ["head"] if file.id in revisions.heads else []
    if len(file.down) > 1:
        notes.append(f"joins {' and '.join(file.down)}")
    elif file.down and (after is None or file.down[0] != after.id):
        notes.append(f"follows {file.down[0]}")
    elif not file.down and after is not None:
        notes.append("begins a history of its own")
    if len(children.get(file.id, ())) > 1:
        notes.append(f"branches into {' and '.join(sorted(children[file.id]))}")
    notes += [f"label {label}" for label in file.labels]
    if file.depends_on:
        notes.append(f"depends on {' and '.join(file.depends_on)}")
    return notes
