"""Runs upgrade() or downgrade() of a revision with nothing behind it, and records what it says.

Every operation of Alembic's passes one door, ``Operations.invoke``; what the revision's own code sends
through ``op.get_bind()`` passes the stand-in connection. Both end here, each with its line of the file.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from alembic.operations import BatchOperations, Operations, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import SQLAlchemyError

from autogen.changes import Change, Create, Drop, Rename, apply
from autogen.errors import AutogenError
from autogen.lint.apart import STATEMENTS, Endless
from autogen.lint.loading import Gap, Module, apart, connecting, line_in, line_of, stopped
from autogen.lint.meaning import NOTHING, Effect, Meaning
from autogen.lint.sql import read_sql
from autogen.lint.stand_in import stand_in
from autogen.lint.written import Batch, Data, Locked, Unclear, Written
from autogen.schema import Key, Object, Schema, TablePart
from autogen.values import value

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig
    from sqlalchemy import MetaData

    from autogen.dialects.base import Dialect

Direction = Literal["upgrade", "downgrade"]


@value(frozen=True, slots=True)
class Step:
    """A statement with what it changes; ``before`` is the schema it meets, of which ``supposed`` was not
    known and must have stood."""

    written: Written
    changes: tuple[Change, ...]
    before: Schema = field(repr=False)
    supposed: frozenset[Key] = frozenset()


@value(frozen=True, slots=True)
class Recording:
    """What one direction of a revision says. ``before`` is the schema it starts from, completed by what its
    statements suppose; ``first_line`` is that of the function."""

    path: Path
    direction: Direction
    first_line: int
    steps: tuple[Step, ...]
    before: Schema = field(repr=False)
    after: Schema = field(repr=False)
    gaps: tuple[Gap, ...] = ()
    asks: tuple[int, ...] = ()
    long_names: tuple[tuple[int, str], ...] = ()
    """Names that the server would cut off or refuse, with their lines."""
    missing: bool = False
    """Whether the file has no such function."""

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for step in self.steps for change in step.changes)


_WHOLE = {"render_postcompile": True}
"""Lists of IN are spelled out: what SQLAlchemy has for them until a statement is run is no SQL."""


class _Context(MigrationContext):
    """Alembic's context with a block that commits by itself, and no transactions."""

    tape: _Tape

    @contextmanager
    def autocommit_block(self) -> Iterator[None]:
        self.tape.autocommit += 1
        try:
            yield
        finally:
            self.tape.autocommit -= 1


class _Tape:
    """What has been recorded so far, and the schema as it stands by then."""

    def __init__(self, path: Path, dialect: Dialect, start: Schema) -> None:
        self.path = str(path)
        self.dialect = dialect
        self.start = start
        self.now = start
        self.steps: list[Step] = []
        self.gaps: list[Gap] = []
        self.asks: list[int] = []
        self.long_names: list[tuple[int, str]] = []
        self.autocommit = 0
        self.batch: Batch | None = None
        self.batches = 0
        self.created: set[Key] = set()
        self.moved: dict[Key, Key] = {}
        self.meaning: Meaning
        self.engine = stand_in(dialect, self.sql, lambda: self.now)
        self.connection = self.engine.connect()

    # -- what comes in --------------------------------------------------------------------------------

    def operation(self, operation: Any) -> Any:
        """One operation of Alembic's; returns what ``op`` returns."""
        if isinstance(operation, ops.ExecuteSQLOp):
            self.sql(self._compiled(operation.sqltext))
            return None
        if isinstance(operation, ops.BulkInsertOp):
            table = self.meaning.key(operation.table.name, getattr(operation.table, "schema", None))
            self._add(Data("insert", (table,)), "")
            return None
        self._add(operation, "")
        if isinstance(operation, ops.CreateTableOp):
            return self.meaning.made_table(operation)
        return None

    def sql(self, text: str) -> None:
        """SQL text, of one statement or several."""
        for found in read_sql(text, self.dialect.grammar, self.dialect.folds_names):
            if isinstance(found, Data | Locked):
                tables = tuple(self.meaning.key(t.name, t.schema or None) for t in found.tables)
                found = replace(found, tables=tables)
            if isinstance(found, Data) and not found.writes:
                self.asks.append(self._line())
            self._add(found, text)

    def _compiled(self, clause: Any) -> str:
        from autogen.dialects.compiled import plain_dialect

        return (
            clause
            if isinstance(clause, str)
            else str(clause.compile(dialect=plain_dialect(self.dialect.sqla), compile_kwargs=_WHOLE))
        )

    # -- what becomes of it ---------------------------------------------------------------------------

    def _add(self, operation: Any, sql: str) -> None:
        line = self._line()
        commits = bool(self.autocommit) or bool(getattr(self.connection.dialect, "autocommit", False))
        written = Written(operation, line, len(self.steps), commits, self.batch, sql)
        if isinstance(operation, Unclear):
            self.gaps.append(Gap(line, operation.text, operation.why))
            return
        self._shorten(operation)
        try:
            effect = self.meaning.effect(operation, self.now)
        except AutogenError as error:
            effect = Effect(unclear=_uncompiled(error))
        except SQLAlchemyError:
            raise  # as Alembic would
        except Exception as error:
            effect = NOTHING
            fault = f"autogen fails on it ({type(error).__name__}: {error}): report this"
            self.gaps.append(Gap(line, sql or _named(operation), fault, grave=True))
        if effect.unclear:
            self.gaps.append(Gap(line, sql or _named(operation), effect.unclear))
        self._suppose(effect.assumed)
        before = self.now
        for change in effect.changes:
            self.now = _after(change, self.now, self.dialect)
            self._follow(change)
        self.now = self.now.replace(effect.absorbed) if effect.absorbed else self.now
        supposed = frozenset(o.key for o in effect.assumed)
        if len(self.steps) >= STATEMENTS:
            raise Endless
        self.steps.append(Step(written, effect.changes, before, supposed))

    def _shorten(self, operation: Any) -> None:
        """Notes a name that is too long, and goes on with as much of it as the server would keep."""
        most = self.dialect.max_identifier
        for field_ in ("index_name", "constraint_name"):
            name = getattr(operation, field_, None)
            if isinstance(name, str) and self.dialect.length(name) > most:
                self.long_names.append((self._line(), name))
                while self.dialect.length(name) > most:
                    name = name[:-1]
                setattr(operation, field_, name)

    def _suppose(self, assumed: Sequence[Object]) -> None:
        """What must have stood: before the revision, too, unless this revision made its table."""
        new = [o for o in assumed if o.key not in self.now]
        self.now = self.now.replace(add=new)
        for o in new:
            if o.key.owner in self.created:
                continue
            origin = self.moved.get(o.key.owner, o.key.owner)
            if isinstance(o, TablePart) and origin != o.key.owner:
                o = replace(o, schema=origin.schema, table=origin.name)
            self.start = self.start.replace(add=[o])

    def _follow(self, change: Change) -> None:
        if isinstance(change, Create) and change.key.kind == "table":
            self.created.add(change.key)
        if isinstance(change, Rename) and change.key.kind == "table":
            before = change.before.key
            self.moved[change.key] = self.moved.pop(before, before)
            if before in self.created:
                self.created.add(change.key)

    def _line(self) -> int:
        return line_in(self.path)

    def connects(self) -> None:
        """The revision's code is about to reach for a database."""
        gap = connecting(self._line())
        if gap not in self.gaps:
            self.gaps.append(gap)

    # -- batches --------------------------------------------------------------------------------------

    @contextmanager
    def batch_alter_table(
        self, table_name: str, schema: str | None = None, recreate: str = "auto", *_: Any, **__: Any
    ) -> Iterator[BatchOperations]:
        self.batches += 1
        impl: Any = _BatchImpl(str(table_name), schema)
        batch = BatchOperations(self.meaning.context, impl=impl)
        batch.invoke = self.operation  # type: ignore[method-assign]
        outside = self.batch
        self.batch = Batch(self.meaning.key(table_name, schema), str(recreate), self.batches)
        try:
            yield batch
        finally:
            self.batch = outside

    def run_async(self, *_: Any, **__: Any) -> None:
        self.gaps.append(Gap(self._line(), "op.run_async", "asynchronous code is not run"))


@value(frozen=True)
class _BatchImpl:
    """What Alembic's batch operations read of their block."""

    table_name: str
    schema: str | None


def _named(operation: Any) -> str:
    """``CreateTable``, as a person may find it in the file."""
    return type(operation).__name__.removesuffix("Op")


def _uncompiled(error: AutogenError) -> str:
    """What SQLAlchemy said of something it has no DDL for."""
    said = str(error).partition(" DDL, in ")[2] or str(error)
    return said.partition("; did you")[0].partition(". Correct")[0]


def record(
    path: Path,
    module: Module,
    direction: Direction,
    dialect: Dialect,
    start: Schema,
    config: AlembicConfig,
    metadatas: Sequence[MetaData] = (),
    database: str | None = None,
) -> Recording:
    """Runs one function of a loaded revision on ``start``. What it raises ends the recording, and is told.
    ``database`` is the one that is meant of several, whose name env.py hands on to the function."""
    from alembic.runtime.environment import EnvironmentContext

    function: Callable[..., object] | None = module.namespace.get(direction)
    tape = _Tape(path, dialect, start)
    environment = EnvironmentContext(config, None)  # type: ignore[arg-type]
    options: dict[str, Any] = {"transaction_per_migration": True}
    if metadatas:
        options["target_metadata"] = metadatas[0] if len(metadatas) == 1 else list(metadatas)
    context = _Context(tape.connection.dialect, tape.connection, options, environment)
    context.tape, tape.meaning = tape, Meaning(dialect, context)
    environment._migration_context = context
    operations: Any = Operations(context)
    operations.invoke = tape.operation
    operations.batch_alter_table = tape.batch_alter_table
    operations.run_async = tape.run_async
    code = getattr(function, "__code__", None)
    if callable(function):
        named = (database,) if database is not None and code is not None and code.co_argcount else ()
        _run(lambda: function(*named), operations, environment, tape)
    return Recording(
        path,
        direction,
        code.co_firstlineno if code is not None else 1,
        tuple(tape.steps),
        tape.start,
        tape.now,
        (*(module.gaps if direction == "upgrade" else ()), *tape.gaps),
        tuple(dict.fromkeys(tape.asks)),
        tuple(tape.long_names),
        missing=not callable(function),
    )


def _run(function: Callable[[], object], operations: Any, environment: Any, tape: _Tape) -> None:
    operations._install_proxy()
    try:
        with environment, apart(tape.dialect, tape.connects), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            function()
    except (Exception, SystemExit, Endless) as error:
        tape.gaps.append(stopped(error, line_of(error, Path(tape.path)) or 0))
    finally:
        operations._remove_proxy()


def _after(change: Change, schema: Schema, dialect: Dialect) -> Schema:
    if isinstance(change, Rename):
        return apply((change,), schema, dialect.in_new_names)
    gone = () if isinstance(change, Create) else (change.before.key,)
    return schema.replace(gone, () if isinstance(change, Drop) else (change.after,))
