"""autogen as a library: what the command line does, as functions over plain values.

    from autogen import api

    with api.connect("postgresql:///shop") as database:
        found = api.compare(database, Base.metadata)
        plan = api.review(found)
        text = api.draft(found, plan, down_revision="ae1027a6acf4")
        proof = api.prove(found, text)

Nothing is written, neither to the database nor to files. What cannot be done raises AutogenError, whose text
is meant for people and holds no password.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from autogen import __version__
from autogen.dialects.base import VERSION_TABLE, Dialect, Scope
from autogen.errors import AutogenError
from autogen.online import DEFAULT, Forms
from autogen.pipeline import Examination, Reading
from autogen.plan import Comparison, Finding, Plan, Proof
from autogen.review.settings import RuleSettings
from autogen.schema import Key, Schema
from autogen.values import value
from autogen.wishes import PROPOSE, Wishes

if TYPE_CHECKING:
    from sqlalchemy import MetaData
    from sqlalchemy.engine import URL, Connection

__all__ = [
    "AutogenError",
    "Comparison",
    "Database",
    "Examination",
    "Finding",
    "Forms",
    "Plan",
    "Proof",
    "RuleSettings",
    "Schema",
    "Wishes",
    "compare",
    "connect",
    "declare",
    "draft",
    "introspect",
    "prove",
    "review",
]


@value(frozen=True)
class Database:
    """A live database while its connection, which only reads, is open. ``scratch_url`` is where doubts are
    settled and drafts are proven."""

    dialect: Dialect
    connection: Connection
    scope: Scope
    scratch_url: URL


@contextmanager
def connect(
    url: str | URL,
    *,
    schemas: Sequence[str] = (),
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    version_table: str = VERSION_TABLE.name,
    scratch_url: str | URL | None = None,
) -> Iterator[Database]:
    """A read-only connection. ``schemas`` are looked at besides the default one and those of the models;
    ``include`` and ``exclude`` are patterns of table names (``app_*``, ``legacy.*``); ``version_table`` is
    Alembic's, ``schema.name`` where it is in a schema of its own."""
    from autogen.pipeline import connected
    from autogen.project.url import resolve

    schema, _, name = version_table.rpartition(".")
    version = Key("table", schema, "", name)
    target = resolve(url) if isinstance(url, str) else url
    scratch = resolve(scratch_url) if isinstance(scratch_url, str) else scratch_url
    with connected(target) as (dialect, connection):
        scope = Scope(tuple(schemas), version, tuple(include), tuple(exclude))
        yield Database(dialect, connection, scope, scratch or target)


def introspect(database: Database) -> Schema:
    """What stands in the database: its default schema, and the others that were named."""
    from autogen.introspect import introspect as read

    return read(database.connection, database.dialect, database.scope)


def declare(database: Database, *metadatas: MetaData) -> Schema:
    """What the models say, in the terms of the database: types, defaults and names as it would have them."""
    from autogen.declare import declare as read
    from autogen.declare.scoped import within

    return within(read(metadatas, database.dialect), database.scope)


def compare(
    database: Database, *metadatas: MetaData, wishes: Wishes = PROPOSE, forms: Forms = DEFAULT
) -> Examination:
    """The database held against the models: ``.comparison.changes`` lead from the one to the other, none
    where they agree; ``.comparison.not_compared`` could not be told. ``wishes`` decide renames, ``forms`` how
    tables in use are to be changed."""
    from autogen.pipeline import examine

    return examine(
        database.dialect,
        database.connection,
        metadatas,
        database.scope,
        database.scratch_url,
        wishes,
        forms,
    )


def review(
    found: Examination,
    *,
    data: bool = True,
    show_values: bool = True,
    settings: RuleSettings | None = None,
) -> Plan:
    """The changes with their ``findings``, the gravest first, weighed by the rows of the database. Without
    ``data`` no row is asked; without ``show_values`` no value is quoted. ``settings`` are those of
    ``[tool.autogen.rules]`` and ``ignore``."""
    from autogen.pipeline import planned

    return planned(found, Reading(data, show_values), settings)


def draft(
    found: Examination,
    plan: Plan,
    *,
    down_revision: str | None,
    message: str | None = None,
    revision_id: str | None = None,
    created: datetime | None = None,
    models: str = "MetaData",
) -> str:
    """The text of a revision with both functions and the review list. ``message`` is made from the changes,
    ``revision_id`` drawn, ``created`` now by default; ``models`` is what the draft says of where they are."""
    from autogen.emit.message import message as made
    from autogen.emit.revision import Header
    from autogen.pipeline import drafted
    from autogen.project.naming import new_revision_id

    header = Header(
        message or made(found.comparison.changes),
        revision_id or new_revision_id(),
        down_revision,
        created or datetime.now(UTC).replace(microsecond=0),
        __version__,
        models,
        found.server,
    )
    return drafted(found, plan, header)


def prove(found: Examination, text: str) -> Proof:
    """Runs a draft on a scratch database, up, down and up again. ``verified`` is None where none may be
    created; ``reason`` says what was wrong."""
    from autogen.pipeline import proven

    return proven(found, text)
