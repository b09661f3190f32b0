"""The one door from the tests to the product: compare and draft, and run a draft as Alembic does."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from unittest.mock import patch

import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen import pipeline, rollout
from autogen.changes import Alter, Change, Create
from autogen.dialects.base import Dialect, Scope
from autogen.emit.revision import Header
from autogen.online import DEFAULT, Forms
from autogen.phase import Phasing
from autogen.plan import Finding, Proof, RenameDecision
from autogen.schema import Column, Key, Schema, Skipped, Table
from autogen.wishes import PROPOSE, Wishes
from tests.databases.connections import connect, forget

REVISION = "0123456789ab"
Live = tuple[Dialect, sa.Connection]
ENV = """
from alembic import context

attributes = context.config.attributes
context.configure(connection=attributes["connection"], target_metadata=attributes["metadata"])
with context.begin_transaction():
    context.run_migrations()
"""


@dataclass(frozen=True)
class Drafted:
    """What ``autogen diff`` says; ``text`` is empty and ``verified`` None when there is nothing to do."""

    changes: tuple[str, ...]
    text: str = ""
    verified: bool | None = None
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    not_compared: tuple[Skipped, ...] = ()
    raw: tuple[Change, ...] = field(default=(), repr=False)
    renames: tuple[RenameDecision, ...] = ()

    @property
    def rules(self) -> set[str]:
        return {finding.rule for finding in self.findings}


def label(change: Change) -> str:
    """``create column t.a``, ``alter column t.a: nullable, type``."""
    what = f"{type(change).__name__.lower()} {change.key.kind} {change.key.label}"
    return f"{what}: {', '.join(sorted(change.changed))}" if isinstance(change, Alter) else what


def diff(
    url: URL,
    *metadatas: sa.MetaData,
    scope: Scope | None = None,
    prove: bool = True,
    wishes: Wishes = PROPOSE,
    forms: Forms = DEFAULT,
    reading: pipeline.Reading = pipeline.READ,
    live: Live | None = None,
) -> Drafted:
    """Compares the database with the models, drafts the difference and proves it. ``live`` is what
    ``pipeline.connected`` gave for the database, where somebody else needs it as well."""
    with nullcontext(live) if live else pipeline.connected(url) as (dialect, connection):
        seen = pipeline.examine(dialect, connection, metadatas, scope or Scope(), url, wishes, forms)
        changes = tuple(label(change) for change in seen.comparison.changes)
        left = seen.comparison.not_compared
        if not changes:
            return Drafted(changes, not_compared=left)
        plan = pipeline.planned(seen, reading)
        header = Header(
            "test", REVISION, None, datetime(2026, 1, 1, tzinfo=UTC), "0", "models:Base", seen.server
        )
        text = pipeline.drafted(seen, plan, header)
        raw, renames = seen.comparison.changes, seen.comparison.renames
        if not prove:
            return Drafted(changes, text, None, "not asked for", plan.findings, left, raw, renames)
        proof = pipeline.proven(seen, text)
        return Drafted(changes, text, proof.verified, proof.reason, plan.findings, left, raw, renames)


def formatted(wanted: bool) -> AbstractContextManager[object]:
    """Drafts as black leaves them, or as they come from the emitter: black takes as long as all that is
    before it, and sees nothing of a database. CI has all of them formatted."""
    return (
        nullcontext()
        if wanted or os.environ.get("CI") == "true"
        else patch("black.format_str", lambda text, mode: text)
    )


@contextmanager
def read_once() -> Iterator[None]:
    """A database that nobody changes meanwhile is read once by each connection."""
    found: dict[tuple[int, tuple[str, ...], Key], Schema] = {}
    read = pipeline.introspect

    def remembered(connection: sa.Connection, dialect: Dialect, scope: Scope) -> Schema:
        key = id(connection), scope.schemas, scope.version_table
        if key not in found:
            found[key] = read(connection, dialect, scope)
        return found[key]

    with patch.object(pipeline, "introspect", remembered):
        yield


def differences(
    url: URL, *metadatas: sa.MetaData, scope: Scope | None = None, live: Live | None = None
) -> tuple[str, ...]:
    """The changes, and what could not be compared."""
    drafted = diff(url, *metadatas, scope=scope, prove=False, live=live)
    return (*drafted.changes, *(f"not compared {s.object}: {s.reason}" for s in drafted.not_compared))


def run(
    url: URL,
    text: str,
    direction: Literal["upgrade", "downgrade"],
    metadata: sa.MetaData | None = None,
    *,
    foreign_keys: bool = True,
) -> None:
    """Runs a draft in an Alembic environment of its own, by Alembic's own commands."""
    from alembic import command
    from alembic.config import Config

    folder = Path(tempfile.mkdtemp(prefix="autogen-draft-"))
    try:
        (folder / "versions").mkdir()
        (folder / "env.py").write_text(ENV, "utf-8")
        (folder / "versions" / f"{REVISION}_draft.py").write_text(text, "utf-8")
        config = Config()
        config.set_main_option("script_location", str(folder))
        with connect(url, foreign_keys=foreign_keys) as connection:
            config.attributes.update(connection=connection, metadata=metadata)
            if direction == "upgrade":
                command.upgrade(config, "head")
            else:
                command.downgrade(config, "base")
            connection.commit()
    finally:
        shutil.rmtree(folder)


def build(url: URL, metadata: sa.MetaData, setup: Sequence[str] = ()) -> None:
    """Builds the models directly, with their schemas, then runs whatever SQL a test adds."""
    doubled = url.get_backend_name() != "sqlite"  # these drivers take % for a parameter
    with connect(url) as connection:
        for schema in sorted({t.schema for t in metadata.tables.values() if t.schema} - {"public"}):
            connection.execute(sa.schema.CreateSchema(schema, if_not_exists=True))
        metadata.create_all(connection)
        connection.commit()
        for statement in setup:
            connection.exec_driver_sql(statement.replace("%", "%%") if doubled else statement)
        connection.commit()
    if setup:
        forget(url)  # ALTER DATABASE … SET is for the sessions that follow


def needs_values(changes: Iterable[Change]) -> bool:
    """Whether rows would need a value that nobody has: a column NOT NULL without a default is added, or
    made NOT NULL again."""
    created = {c.key for c in changes if isinstance(c, Create) and isinstance(c.after, Table)}
    return any(
        isinstance(column := change.after, Column) and not column.nullable and column.key.owner not in created
        for change in changes
        if isinstance(change, Create) or (isinstance(change, Alter) and "nullable" in change.changed)
    )


@dataclass(frozen=True)
class Phased:
    """What ``autogen diff --phases`` writes: the drafts in their order, their proofs, and the script."""

    names: tuple[str, ...]
    texts: tuple[str, ...]
    proofs: tuple[Proof, ...]
    script: str | None
    phasing: Phasing
    findings: tuple[Finding, ...] = ()


def diff_phases(
    url: URL,
    *metadatas: sa.MetaData,
    wishes: Wishes = PROPOSE,
    prove: bool = True,
    forms: Forms = DEFAULT,
) -> Phased:
    """Compares, drafts in phases and proves the chain. Revisions are called by their phases."""
    with pipeline.connected(url) as (dialect, connection):
        seen = pipeline.examine(dialect, connection, metadatas, Scope(), url, wishes, forms)
        plan = pipeline.planned(seen)
        phasing = rollout.phases_of(seen, plan)
        names = tuple(phase.name for phase in phasing.phases)
        headers = {
            name: Header(
                f"test ({name})",
                name,
                names[at - 1] if at else None,
                datetime(2026, 1, 1, tzinfo=UTC),
                "0",
                "models:Base",
                seen.server,
            )
            for at, name in enumerate(names)
        }
        if not names:
            return Phased((), (), (), None, phasing)
        plan = rollout.reviewed(
            seen, plan, phasing, lambda seen, data: pipeline.planned(seen, pipeline.Reading(data))
        )
        texts = rollout.draft_phases(seen, plan, phasing, headers, "backfills/fill.py")
        ids = {name: name for name in names}
        script = rollout.backfill_text(seen, phasing, headers["contract"], ids, 100)
        proofs = rollout.prove_phases(seen, phasing, texts) if prove else ()
        return Phased(names, tuple(texts), proofs, script, phasing, plan.findings)


@dataclass(frozen=True)
class Environment:
    """An Alembic environment of several revisions on one database, and the script beside them."""

    folder: Path
    url: URL

    def migrate(self, direction: Literal["upgrade", "downgrade"], revision: str) -> None:
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(self.folder))
        with connect(self.url) as connection:
            config.attributes.update(connection=connection, metadata=None)
            getattr(command, direction)(config, revision)
            connection.commit()

    def as_sql(self, revisions: str) -> str:
        """What ``alembic upgrade --sql`` writes."""
        import io

        from alembic import command
        from alembic.config import Config

        written = io.StringIO()
        config = Config(output_buffer=written)
        config.set_main_option("script_location", str(self.folder))
        with connect(self.url) as connection:
            config.attributes.update(connection=connection, metadata=None)
            command.upgrade(config, revisions, sql=True)
        return written.getvalue()

    def backfill(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The script, run to its end."""
        running = self.backfilling(*arguments)
        out, err = running.communicate(timeout=120)
        return subprocess.CompletedProcess(running.args, running.returncode, out, err)

    def backfilling(self, *arguments: str) -> subprocess.Popen[str]:
        """The script, just started."""
        return subprocess.Popen(
            [sys.executable, str(self.folder / "fill.py"), *arguments],
            env={**os.environ, "DATABASE_URL": self.url.render_as_string(hide_password=False)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Ctrl-C reaches it even where these tests run in the background
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )


@contextmanager
def environment(url: URL, phased: Phased, values: Sequence[str] = ()) -> Iterator[Environment]:
    """The drafts and the script as files; ``values`` are what a person fills in, in their order."""
    folder = Path(tempfile.mkdtemp(prefix="autogen-phases-"))
    try:
        (folder / "versions").mkdir()
        (folder / "env.py").write_text(ENV, "utf-8")
        for name, text in zip(phased.names, phased.texts, strict=True):
            (folder / "versions" / f"{name}.py").write_text(text, "utf-8")
        script = phased.script
        for value in values:
            assert script is not None
            script = script.replace("value=None", f"value={value!r}", 1)
        if script is not None:
            (folder / "fill.py").write_text(script, "utf-8")
        yield Environment(folder, url)
    finally:
        shutil.rmtree(folder)
