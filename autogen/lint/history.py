"""The schema a revision starts from: the live one, else what the earlier revisions make of an empty one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from autogen.errors import AutogenError
from autogen.lint.loading import Module, load
from autogen.lint.recording import Direction, Recording, record
from autogen.lint.targets import Target
from autogen.project.revisions import Revisions
from autogen.schema import Schema
from autogen.values import value

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig
    from sqlalchemy import MetaData

    from autogen.dialects.base import Dialect


@value(frozen=True, slots=True)
class Live:
    """The live database: its schema and the revisions it has run."""

    schema: Schema
    applied: tuple[str, ...]
    server: str


@value(frozen=True, slots=True)
class Start:
    """A schema to start from. ``source`` says where it comes from; ``live`` that it goes back to the live
    database, ``exact`` that this stands there now, ``complete`` that nothing had to be supposed."""

    schema: Schema = field(repr=False)
    source: str
    exact: bool = False
    live: bool = False
    complete: bool = True
    unfollowed: int = 0
    """How many statements of earlier revisions were not understood."""


class History:
    """The revisions of a project, run offline as far as they are asked for, each once."""

    def __init__(
        self,
        revisions: Revisions,
        dialect: Dialect,
        config: AlembicConfig,
        metadatas: Sequence[MetaData] = (),
        live: Live | None = None,
        why_not_live: str = "",
        database: str | None = None,
    ) -> None:
        self.revisions = revisions
        self.dialect = dialect
        self.config = config
        self.metadatas = metadatas
        self.live = live
        self.why_not_live = why_not_live
        self.database = database
        self._modules: dict[Path, Module | AutogenError] = {}
        self._last: Recording | None = None
        """The last upgrade that was run: the next revision asks for it again."""
        self._last_start = Schema()
        self._latest: tuple[tuple[str, ...], Start] = ((), Start(Schema(), ""))
        """The last start made from nothing and the revisions in it: the next one often goes on from there."""

    def run(self, path: Path, direction: Direction, start: Schema) -> Recording:
        """One direction of one file, recorded."""
        last = self._last if direction == "upgrade" and self._last_start == start else None
        if last is not None and last.path == path:
            return last
        module = self._module(path)
        found = record(
            path, module, direction, self.dialect, start, self.config, self.metadatas, self.database
        )
        if direction == "upgrade":
            self._last, self._last_start = found, start
        return found

    def _module(self, path: Path) -> Module:
        """What a file comes to; each is run once, whatever it is asked for."""
        if path not in self._modules:
            try:
                self._modules[path] = load(path, self.dialect)
            except AutogenError as error:
                self._modules[path] = error
        found = self._modules[path]
        if isinstance(found, AutogenError):
            raise found
        return found

    def start(self, target: Target) -> Start:
        """What the revision meets."""
        earlier = self.revisions.ancestors(target.parents)
        if target.id is None:
            earlier = self.revisions.ancestors(self._named_in(target.path))
        live = self.live
        if live is None:
            return self._from_nothing(target, earlier, self.why_not_live)
        done = self.revisions.ancestors(live.applied)
        if not done <= earlier:
            later = target.id in done
            why = "has run it already" if later else "has run revisions that this one does not follow"
            return self._from_nothing(target, earlier, f"the database ({live.server}) {why}")
        whole = f"the live database ({live.server})"
        waiting = [file for file in self.revisions.ordered() if file.id in earlier - done]
        found = Start(live.schema, whole, exact=not waiting, live=True)
        for file in waiting:
            found = self._next(found, file.path)
        if waiting:
            count = len(waiting)
            behind = f"{whole}, with the {count} revisions in between applied offline"
            if count == 1:
                behind = f"{whole}, with the revision in between ({waiting[0].id}) applied offline"
            found = replace(found, source=behind)
        return found

    def _named_in(self, path: Path) -> tuple[str, ...]:
        """What a file that is none of the project's says it follows, as far as the project has it."""
        down = self._module(path).namespace.get("down_revision")
        names = (down,) if isinstance(down, str) else tuple(down or ())
        return tuple(revision for revision in names if revision in self.revisions.by_id)

    def _from_nothing(self, target: Target, earlier: frozenset[str], why: str) -> Start:
        files = [file for file in self.revisions.ordered() if file.id in earlier]
        found = Start(Schema(), "", complete=bool(files) or target.id is not None)
        done, last = self._latest
        if tuple(file.id for file in files[: len(done)]) == done and done:
            found = last
        else:
            done = ()
        for file in files[len(done) :]:
            found = self._next(found, file.path)
        self._latest = (tuple(file.id for file in files), found)
        count = len(files)
        source = f"the {count} earlier revision{'s' if count > 1 else ''}, applied offline to nothing"
        source = source if files else "nothing: only what the revision itself says is known"
        return replace(found, source=f"{source} ({why})" if why else source)

    def _next(self, start: Start, path: Path) -> Start:
        """The schema after one revision more."""
        try:
            recording = self.run(path, "upgrade", start.schema)
        except AutogenError:
            return replace(start, exact=False, complete=False, unfollowed=start.unfollowed + 1)
        supposed = len(recording.before.by_key) > len(start.schema.by_key)
        complete = start.complete and not recording.gaps and not supposed
        return replace(
            start,
            schema=recording.after,
            exact=False,
            complete=complete,
            unfollowed=start.unfollowed + len(recording.gaps),
        )
