"""The file for a schema that a server holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from autogen.changes import Create
from autogen.compare import compare
from autogen.lockfile.checksums import of_declarations, of_object, of_revision
from autogen.lockfile.declared import declarations, unconnected
from autogen.lockfile.document import Lock, Recorded, objects_text
from autogen.lockfile.offline import compare_offline
from autogen.lockfile.reading import Read
from autogen.lockfile.writing import lines
from autogen.schema import Column, Key, Schema
from autogen.values import value

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from autogen.dialects.base import Dialect, Scope, ScratchFactory
    from autogen.plan import Comparison
    from autogen.project.revisions import Revisions
    from autogen.project.taken_over import TakenOver


NONE: Mapping[str, str] = {}


@value(frozen=True)
class Source:
    """A server's schema held against the models, and what it takes to ask that server again."""

    comparison: Comparison
    dialect: Dialect
    scope: Scope
    scratch: ScratchFactory
    metadatas: Sequence[MetaData]
    taken_over: TakenOver | None = None


def recorded(revisions: Revisions) -> tuple[Recorded, ...]:
    """Every revision with its checksum, each after those that it follows."""
    return tuple(Recorded(f.id, of_revision(f.path), f.path.name) for f in revisions.ordered())


def of_revisions(lock: Lock, revisions: Revisions, pinned: Mapping[str, str] = NONE) -> Lock:
    """The file for these revisions; ``pinned`` are checksums that stay what they were, by revision."""
    now = (r._replace(checksum=pinned.get(r.id, r.checksum)) for r in recorded(revisions))
    return lock._replace(heads=revisions.heads, revisions=tuple(now))


def made(source: Source) -> Lock:
    """The file, of no revisions yet. Whatever a run without the server could not tell to be equal is marked
    with a digest of what the models say. Where the models differ, the file is the server's schema alone."""
    here, hooks = source.dialect, source.taken_over
    of_models = hooks.offline() if hooks is not None else None
    scope = replace(source.scope, left={})  # which of the models' tables that leaves out, of_models says
    online = declarations(source.metadatas, here, scope, of_models)
    backend, noted = here.sqla.name, here.noted(source.metadatas, online)
    dialect = unconnected(backend, noted)
    desired = declarations(source.metadatas, dialect, scope, of_models)
    matched = source.comparison.matched
    models = of_declarations(desired)
    if models != of_declarations(online):
        matched = compare(source.comparison.before, desired, here, source.scratch).matched
    live = source.comparison.before
    if hooks is not None:
        live = _limited(live, desired, matched, hooks.left)
    schema = arranged(live, desired)
    differing = _differing(source.comparison)
    digests = _digests(schema, desired, matched, dialect)
    kept = {key: digest for key, digest in digests.items() if key not in differing}
    text = objects_text(lines(schema, kept))
    return Lock((), backend, noted, "" if differing else models, (), text)


def _limited(live: Schema, desired: Schema, matched: Mapping[Key, Key], left: frozenset[Key]) -> Schema:
    """The server's schema without the parts that are left out and that no run without it looks at."""
    from autogen.project.taken_over_offline import without

    wanted = {matched.get(key, key) for key in desired.by_key}
    return without(live, set(), {key for key in left if key not in wanted})


def _differing(comparison: Comparison) -> set[Key]:
    """What the models have otherwise, by its keys on both sides."""
    ends = ((getattr(c, "before", None), getattr(c, "after", None)) for c in comparison.changes)
    return {end.key for pair in ends for end in pair if end is not None}


def arranged(live: Schema, desired: Schema) -> Schema:
    """The server's schema with its columns in the order of the models, which is the same for everybody. Of
    what was left alone only that remains which a table of the models names."""
    moved = []
    for table in live.tables:
        wanted = {c.name: n for n, c in enumerate(desired.columns(table.key))}
        columns = live.columns(table.key)
        order = sorted(columns, key=lambda c: (wanted.get(c.name, len(wanted)), c.position))
        if list(order) != list(columns):
            moved += [replace(c, position=n) for n, c in enumerate(order, 1)]
    named = {table.key.label for table in desired.tables}
    kept = sorted({s for s in live.skipped if s.object in named}, key=lambda s: (s.object, s.reason))
    return live.replace(add=moved).skipping(kept)


def _digests(schema: Schema, desired: Schema, matched: Mapping[Key, Key], dialect: Dialect) -> dict[Key, str]:
    """The digests that a comparison without the server needs to find no difference."""
    bare = compare_offline(Read(schema, {}), desired, dialect)
    if not bare.changes and not bare.not_compared:
        return {}
    doubtful = {c.before.key for c in bare.changes if not isinstance(c, Create)}
    labels = {s.object for s in bare.not_compared}
    found = {}
    for key, item in desired.by_key.items():
        live = matched.get(key, key)
        stands = schema.get(live)
        asked = live in doubtful or live.label in labels
        if asked and stands is not None and (stands != item or isinstance(item, Column)):
            found[live] = of_object(item)
    return found
