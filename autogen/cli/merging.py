"""What ``autogen merge`` does, apart from its command line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from autogen.emit.verdict import labelled
from autogen.emit.words import plural
from autogen.errors import AutogenError
from autogen.lockfile.document import Conflicted, Lock, load
from autogen.lockfile.joining import Three, from_git
from autogen.lockfile.place import lock_path
from autogen.lockfile.project import Unserved, applied, unserved
from autogen.lockfile.relinking import Relink, newer, not_applied, relinked
from autogen.lockfile.sides import Side, differences, overlaps, recorded_side
from autogen.project.files import write_atomic
from autogen.project.review_lists import not_merged
from autogen.project.revisions import Revisions, read_revisions
from autogen.project.settings import AlembicSettings
from autogen.schema import Key
from autogen.values import value

if TYPE_CHECKING:
    from autogen.config import Config
    from autogen.dialects.base import Dialect

_SHOWN = 8


@value(frozen=True)
class Merged:
    """What was found and done. ``written`` is the merge revision or the one that was put elsewhere."""

    sides: tuple[Side, ...]
    both: tuple[Key, ...]
    written: Path | None
    onto: str | None
    lock: str | None
    dry_run: bool = False
    had_lock: bool = True
    would_move: Path | None = None

    @property
    def code(self) -> int:
        return 1 if self.both and self.written is None else 0

    def as_json(self) -> str:
        sides = [
            {"head": s.head, "revisions": [f.id for f in s.revisions], "not_understood": list(s.unseen)}
            for s in self.sides
        ]
        document = {
            "version": 1,
            "sides": sides,
            "same_objects": [{"kind": key.kind, "object": key.label} for key in self.both],
            "path": os.path.relpath(self.written) if self.written else None,
            "follows": self.onto,
            "lock": self.lock,
        }
        return json.dumps(document, indent=2)

    def as_text(self) -> str:
        lines = [f"{side.head}  {_revisions(side)}" for side in self.sides]
        lines += ["", *self._verdict(), ""]
        rows = list(self._rows())
        indent = max([8, *(len(label) + 2 for label, _ in rows)])
        lines += [row for label, words in rows for row in labelled(label, words, 100, indent)]
        return "\n".join(lines).rstrip()

    def _verdict(self) -> Iterator[str]:
        if self.both:
            yield "Both change the same objects:"
            yield from (f"  {key.kind.replace('_', ' ')} {key.label}" for key in self.both[:_SHOWN])
            if len(self.both) > _SHOWN:
                yield f"  and {len(self.both) - _SHOWN} more"
        else:
            yield "They change no object in common: either may run first."
        unseen = [said for side in self.sides for said in side.unseen]
        if unseen:
            yield f"Not understood: {plural(len(unseen), 'statement')}, to be read by you:"
            yield from (f"  {said}" for said in unseen[:_SHOWN])

    def _rows(self) -> Iterator[tuple[str, str]]:
        if self.would_move is not None:
            yield "Dry run", f"--relink would let {os.path.relpath(self.would_move)} follow {self.onto}"
        if self.written is None:
            if self.both and not self.dry_run:
                yield "Next", (
                    "nothing was written. autogen merge --relink puts the newer side last: then read its "
                    "revisions, which meet what the other side has done. --force joins them all the same"
                )
            return
        done = f", which follows {self.onto} now" if self.onto else ""
        yield ("Relinked" if self.onto else "Draft"), f"{os.path.relpath(self.written)}{done}"
        if self.lock:
            yield "Lock", self.lock
        first = "read the revision that was put last, then: " if self.both else ""
        again = "alembic upgrade head" + ("" if self.had_lock else ", then: autogen snapshot")
        yield "Next", f"{first}{again}"


def _revisions(side: Side) -> str:
    return f"{plural(len(side.revisions), 'revision')}: {', '.join(f.path.name for f in side.revisions)}"


def merged(config: Config, *, relink: bool, message: str | None, force: bool, dry_run: bool) -> Merged:
    """Looks at both sides, in every database that env.py configures, and joins them unless both change the
    same objects."""
    found = [_looked_at(project) for project in _projects(config)]
    project = found[0].project
    sides = tuple(_together(side) for side in zip(*(each.sides for each in found), strict=True))
    both = tuple(dict.fromkeys(key for each in found for key in each.both))
    projects = [each.project for each in found]
    if relink and len(sides) != 2:
        raise AutogenError(
            f"The revisions have {len(sides)} heads, and --relink puts one of two on top of the other. "
            "Run autogen merge without it."
        )
    if dry_run and relink:
        move = _relinking(projects, (sides[0], sides[1]))
        return Merged(sides, both, None, move.onto, None, dry_run, would_move=move.file.path)
    if dry_run or (both and not (relink or force)):
        return Merged(sides, both, None, None, None, dry_run)
    for each in found:
        each.project.metadatas()  # models that hold the marks of a conflict stop it here
    onto: str | None = None
    if relink:
        move = _relinking(projects, (sides[0], sides[1]))
        write_atomic(move.file.path, move.data, replace=True)
        written, onto = move.file.path, move.onto
    else:
        written = _drafted(project.settings, project.revisions, message)
    locks = [_lock(each.project, each.path, each.three, bool(each.both)) for each in found]
    told = "; ".join(dict.fromkeys(lock for lock, _ in locks if lock)) or None
    return Merged(sides, both, written, onto, told, had_lock=all(kept for _, kept in locks))


class _LookedAt(NamedTuple):
    """One database's view of both sides; ``both`` are the objects that both of them change."""

    project: Unserved
    path: Path | None
    three: Three | None
    sides: tuple[Side, ...]
    both: tuple[Key, ...]


def _projects(config: Config) -> tuple[Unserved, ...]:
    """The project; once for each of several databases, whose revisions are the same."""
    from autogen.project.location import databases_of
    from autogen.project.settings import read_settings

    names = databases_of(read_settings(config.root, config.migrations, config.alembic))
    if not names:
        return (unserved(config),)
    return tuple(unserved(config._replace(database=name)) for name in names)


def _looked_at(project: Unserved) -> _LookedAt:
    path = lock_path(project.config)
    three = from_git(path) if path is not None else None
    _check_heads(project.revisions, path)
    dialect = _dialect(project, path, three)
    sides = _sides(project.settings, project.revisions, dialect, three, project.config.database)
    return _LookedAt(project, path, three, sides, overlaps(sides))


def _together(sides: tuple[Side, ...]) -> Side:
    """One side as all databases see it."""
    first, *others = sides
    for side in others:
        unseen = tuple(dict.fromkeys((*first.unseen, *side.unseen)))
        first = first._replace(touched=first.touched | side.touched, unseen=unseen)
    return first


def _check_heads(revisions: Revisions, path: Path | None) -> None:
    if len(revisions.heads) > 1:
        return
    if path is not None and path.exists():
        try:
            load(path, len(revisions.heads))
        except Conflicted:
            raise
        except AutogenError:
            pass  # no matter of a merge
    head = f" ({revisions.heads[0]})" if revisions.heads else ""
    raise AutogenError(f"The revisions have one head{head}: there is nothing to merge.")


def _dialect(project: Unserved, path: Path | None, three: Three | None) -> Dialect:
    """The kind of database that the file is of, else that of the URL, or of env.py's engine."""
    from autogen.lockfile.declared import unconnected

    lock = three.ours if three else _loaded(path)
    if lock is not None:
        return unconnected(lock.dialect, lock.noted)
    from autogen.dialects import dialect_class
    from autogen.project.location import given_url, known_environment

    url = given_url(project.config) or project.env.url
    if url is None:
        url = known_environment(project.config, project.settings, None).url
    if url is None:
        raise AutogenError(
            "Without a schema.lock, the kind of the database has to be told: give --url, as in --url "
            "postgresql://. No connection is made."
        )
    return dialect_class(url.get_backend_name()).offline(url)


def _loaded(path: Path | None) -> Lock | None:
    try:
        return load(path) if path is not None and path.exists() else None
    except AutogenError:
        return None


def _sides(
    settings: AlembicSettings,
    revisions: Revisions,
    dialect: Dialect,
    three: Three | None,
    database: str | None,
) -> tuple[Side, ...]:
    """Both by what their revisions say and, where git has the files of both, by what those say."""
    from autogen.lint.history import History
    from autogen.project.env_runner import alembic_config

    history = History(revisions, dialect, alembic_config(settings), database=database)
    sides = [recorded_side(head, history) for head in revisions.heads]
    if three is None:
        return tuple(sides)
    base = three.base.schema.schema
    locks = {lock.heads: lock for lock in (three.ours, three.theirs)}
    return tuple(
        (
            side._replace(touched=side.touched | differences(base, locks[side.head,].schema.schema))
            if (side.head,) in locks
            else side
        )
        for side in sides
    )


def _drafted(settings: AlembicSettings, revisions: Revisions, message: str | None) -> Path:
    from autogen.emit.joint import merge_revision
    from autogen.project import drafts
    from autogen.project.env_text import stated_in
    from autogen.project.naming import new_revision_id, new_revision_path, now

    id_, when = new_revision_id(), now(settings)
    words = (message or "").strip() or f"merge {' and '.join(revisions.heads)}"
    path = new_revision_path(settings, revisions, words, id_, when)
    several = stated_in(settings.env_py).several
    text = merge_revision(words, id_, revisions.heads, when, several=several)
    drafts.add(settings, revisions, path, text, None)
    return path


def _relinking(projects: Sequence[Unserved], sides: tuple[Side, Side]) -> Relink:
    """The revision that is put elsewhere, as it then is; an error where some database has run its side."""
    paths = [file.path for side in sides for file in side.revisions]
    side = newer(sides, not_merged(paths))
    other = sides[1] if side == sides[0] else sides[0]
    for project in projects:
        not_applied(side, other, applied(project))
    return relinked(side, other.head)


def _lock(project: Unserved, path: Path | None, three: Three | None, both: bool) -> tuple[str | None, bool]:
    """Writes the file where it can be told without a database what it has to say: its name, or why not; and
    whether it is right now."""
    if path is None or not path.exists():
        return None, path is None
    from autogen.lockfile.joining import joined

    found = joined(three) if three is not None and not both else None
    if three is None or found is None:
        why = "both sides change the same objects"
        if not both and three is None:
            why = "git is not merging this file, so the versions of both sides are not at hand"
        return f"not written: {why}. Write it once the database is at head: autogen snapshot", False
    from autogen.lockfile.keeping import rejoined, write

    lock = rejoined(three.ours, found, project, read_revisions(project.settings))
    write(path, lock)
    return os.path.relpath(path), True
