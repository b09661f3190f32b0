"""What diff and check have in common: find the project, connect, see that it is at head, compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autogen.changes import Drop
from autogen.cli.terminal import warn
from autogen.dialects.base import Dialect
from autogen.errors import AutogenError
from autogen.project.location import Project
from autogen.schema import Key
from autogen.values import value
from autogen.wishes import Ask, Wishes

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from autogen.online import Forms
    from autogen.pipeline import Examination, Reading
    from autogen.plan import Comparison
    from autogen.project.drafts import Amended
    from autogen.project.state import NotAtHead


@value(frozen=True)
class Session:
    """A compared database. ``head`` is the revision a new draft follows, None for the first one."""

    project: Project
    seen: Examination
    head: str | None
    amended: Amended | None = None
    data: bool = True
    behind: NotAtHead | None = None
    """The revisions that wait for the database, where that was allowed."""

    @property
    def reading(self) -> Reading:
        """What the review may read of the rows, by flag and configuration."""
        from autogen.pipeline import Reading

        return Reading(self.data, self.project.config.show_values)


@contextmanager
def session(
    project: Project,
    *,
    amend: bool = False,
    renames: Sequence[str] = (),
    drops: Sequence[str] = (),
    asking: bool = False,
    data: bool = True,
    head: str | None = None,
    drafting: bool = True,
    anywhere: bool = False,
) -> Iterator[Session]:
    """Connects, checks that the database stands at head, and compares it with the models.

    ``renames`` and ``drops`` are answers given ahead; ``asking`` says that somebody may be asked the rest,
    ``data`` that rows may be counted and looked at. ``head`` names the one to follow of several, which a run
    that is not ``drafting`` need not choose from. ``anywhere`` says that the database may have revisions
    before it: it is compared as it is then.
    """
    from autogen.pipeline import connected, examine, unheard_hints
    from autogen.project.state import NotAtHead, check_state, database_revisions

    for note in project.notes:
        warn(note)
    with refusals(project), connected(project.url) as (dialect, connection):
        applied = database_revisions(connection, project.version_table)
        revisions, amended = project.revisions, None
        if amend:
            from autogen.project.drafts import amendable

            amended = amendable(revisions, applied)
            revisions = amended.others
        follows, behind = None, None
        try:
            follows = check_state(revisions, applied, project.root, head, drafting)
        except NotAtHead as error:
            _refuse_half_done(project, dialect, connection, applied)
            if not anywhere:
                raise
            behind = error
        scratch_url = project.scratch_url or project.url
        wishes = Wishes(
            tuple(renames),
            tuple(drops),
            (amended.renames, amended.drops) if amended else ((), ()),
            project.config.renames,
            _asker(dialect, connection, data) if asking and project.config.renames == "ask" else None,
            lambda: _edits(project),
        )
        seen = examine(
            dialect,
            connection,
            project.metadatas,
            project.scope,
            scratch_url,
            wishes,
            _forms(project, amended, dialect),
            project.taken_over,
        )
        if behind is None and seen.comparison.changes:  # half of a downgrade may be why
            _refuse_half_done(project, dialect, connection, applied)
        for key, names in unheard_hints(seen).items():
            warn(unheard(key, names, seen.comparison))
        for pair in _given_up(amended, seen.comparison):
            warn(
                f"The draft that is replaced has a ticked box for the rename {pair}, which fits the models "
                "and the database no more: it is not made."
            )
        yield Session(project, seen, follows, amended, data, behind)


def _refuse_half_done(
    project: Project, dialect: Dialect, connection: Connection, applied: Sequence[str]
) -> None:
    """An AutogenError where a revision was cut short and a part of it stands: compared, that part looks as if
    somebody had made it by hand, and a run from the beginning would do it twice."""
    done = project.revisions.ancestors(applied)
    left = dialect.deploying().interrupted(connection, sorted(done))
    if left is not None:
        from autogen.runtime.aftermath import left_behind, under_way
        from autogen.runtime.deployment import running

        if runner := running(dialect.deploying(), project.url, project.version_table):
            raise AutogenError(f"{under_way(left, runner)} Run autogen again when that has ended.")
        raise AutogenError(f"{left_behind(left)} Run that first, and then autogen again.")


def _given_up(amended: Amended | None, comparison: Comparison) -> list[str]:
    """The ticked renames of a draft about to be replaced that are none any more."""
    if amended is None:
        return []
    made = {f"{d.before.label}={d.after.label}" for d in comparison.renames if d.accepted}
    return [said.text.replace("=", " -> ", 1) for said in amended.renames if said.text not in made]


def unheard(key: Key, names: Sequence[str], comparison: Comparison) -> str:
    """Why an object is new though a hint states an old name of it, and what to do about it."""
    dropped = {c.key for c in comparison.changes if isinstance(c, Drop)}
    other = [name for name in names if key._replace(name=name) in dropped]
    if key.kind == "index" and other:
        return (
            f"{key.label} is no rename of {other[0]}, as its hint renamed_from says: the two differ in more "
            f"than the name. {other[0]} is dropped, {key.name} created."
        )
    advice = (
        "Give the old name alone, or schema.table for one that was in another schema, which has to stand in "
        "schemas under [tool.autogen] where no model uses it any more."
        if key.kind == "table"
        else "Give the old name alone (fullname, not users.fullname)."
    )
    return (
        f"{key.label} is new: its hint renamed_from names nothing of the database that goes, or what another "
        f"one has taken. {advice}"
    )


def _forms(project: Project, amended: Amended | None, dialect: Dialect) -> Forms:
    """As configured; defaults that the draft about to be replaced lifts are lifted again. Safe forms step out
    of the transaction, which Alembic cannot where env.py has begun it."""
    forms = project.config.forms
    if project.env.begun and dialect.transactional_ddl:
        forms = forms._replace(mode="never")
    again = forms.lift_defaults is None and amended is not None and amended.lifts_defaults
    return forms._replace(lift_defaults=True) if again else forms


def _asker(dialect: Dialect, connection: Connection, data: bool) -> Ask | None:
    from autogen.cli.asking import asker, can_ask

    return asker(dialect, connection, data) if can_ask() else None


def _edits(project: Project) -> Sequence[tuple[str, str]]:
    from autogen.project.edits import edits

    return edits(project.root, project.settings.version_locations)


@contextmanager
def refusals(project: Project) -> Iterator[None]:
    """What the database refuses to tell, in a paragraph; a query it does not grasp is autogen's fault."""
    from sqlalchemy.exc import DBAPIError, ProgrammingError

    try:
        yield
    except DBAPIError as error:
        said = " ".join(str(error.orig).split())
        denied = "denied" in said.lower()
        if isinstance(error, ProgrammingError) and not denied:
            raise
        from autogen.project.url import display

        advice = "Give this user the right to read it. " if denied else ""
        raise AutogenError(
            f"The database at {display(project.url)} could not be read: {said.rstrip('.')}. {advice}"
            "Nothing was written."
        ) from error
