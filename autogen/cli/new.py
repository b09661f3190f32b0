"""``autogen new``: a revision for a person to write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autogen.cli.options import AlembicFile, Arguments, Database, Migrations, Section, chosen
from autogen.cli.terminal import say, warn
from autogen.errors import AutogenError

if TYPE_CHECKING:
    from autogen.config import Config
    from autogen.emit.blank import Form
    from autogen.emit.revision import Header
    from autogen.project.revisions import Revisions
    from autogen.project.settings import AlembicSettings

_NEXT = {
    "empty": "write upgrade() and downgrade()",
    "sql": "fill in the statements and what undoes them (FILL IN)",
    "data": "fill in the table, the change and which rows are to do (FILL IN)",
}


def new(
    message: Annotated[str, typer.Option("--message", "-m", help="What the revision does.")],
    data: Annotated[
        bool, typer.Option("--data", help="Rows changed in batches, each a transaction, with a way back.")
    ] = False,
    sql: Annotated[bool, typer.Option("--sql", help="SQL statements, with those that undo them.")] = False,
    head: Annotated[
        str | None, typer.Option("--head", metavar="REV", help="The head to follow, where there are several.")
    ] = None,
    migrations: Migrations = None,
    alembic_file: AlembicFile = None,
    section: Section = "alembic",
    arguments: Arguments = None,
    database: Database = None,
) -> int:
    """Begin a revision that is written by hand."""
    from autogen.config import load_config
    from autogen.emit.blank import blank
    from autogen.emit.revision import line_length
    from autogen.project import drafts
    from autogen.project.env_text import stated_in
    from autogen.project.location import check_writable
    from autogen.project.naming import new_revision_path
    from autogen.project.revisions import read_revisions
    from autogen.project.settings import read_settings

    if data and sql:
        raise AutogenError("--data and --sql are two forms of a revision. Give one of them.")
    form: Form = "data" if data else "sql" if sql else "empty"
    alembic = chosen(alembic_file, section, arguments)
    config = load_config(migrations=migrations, alembic=alembic, optional=("models", "url"))
    settings = read_settings(config.root, config.migrations, config.alembic)
    revisions = read_revisions(settings)
    check_writable(settings)
    header = _header(message, settings, _followed(revisions, head))
    begun = stated_in(settings.env_py).begins
    text = blank(header, form, line_length(config.root), begun=begun)
    text = _for_databases(text, form, config._replace(database=database), settings)
    path = new_revision_path(settings, revisions, header.message, header.revision_id, header.create_date)
    drafts.add(settings, revisions, path, text, replaces=None)
    if begun and data:
        warn(
            f"{settings.env_py} begins the transaction that the migrations run in, and Alembic cannot step "
            "out of it: all batches are one transaction, which holds the locks of all their rows to its end."
        )
    here = Path.cwd()
    shown = path.relative_to(here) if path.is_relative_to(here) else path
    say(f"Revision  {shown}\nNext      {_NEXT[form]}, then: autogen verify {header.revision_id}")
    return 0


def _for_databases(text: str, form: Form, config: Config, settings: AlembicSettings) -> str:
    """The revision in the form for the databases of a project that has several."""
    from autogen.project.location import databases_of, known_environment
    from autogen.project.several import for_one_of

    names = databases_of(settings)
    if not names and config.database is None:
        return text
    if config.database is None and form == "empty":
        return for_one_of(text, names[0], names)  # nothing is written for any of them
    return for_one_of(text, known_environment(config, settings, None).name, names)


def _header(message: str, settings: AlembicSettings, follows: str | None) -> Header:
    from autogen import __version__
    from autogen.emit.revision import Header
    from autogen.project.naming import new_revision_id, now

    words = " ".join(message.split())
    if not words:
        raise AutogenError("What does the revision do? Say it in a few words: -m 'split name'")
    return Header(words, new_revision_id(), follows, now(settings), __version__, "", "")


def _followed(revisions: Revisions, head: str | None) -> str | None:
    from autogen.project.lookup import lookup
    from autogen.project.state import JOINING

    heads = revisions.heads
    if head is not None:
        found = lookup(head, revisions).id
        if found not in heads:
            raise AutogenError(
                f"{found} is no head: other revisions follow it. The heads: {', '.join(heads)}."
            )
        return found
    if len(heads) > 1:
        raise AutogenError(
            f"The revisions have {len(heads)} heads: {', '.join(heads)}. Name the one to follow with --head, "
            f"or join them first: {JOINING}"
        )
    return heads[0] if heads else None
