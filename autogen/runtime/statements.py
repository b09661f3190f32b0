"""The statements of a revision as they run: which of them stand when one of them fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autogen.dialects.deploying import Call, Care, defines, writes

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, ExceptionContext


@dataclass
class Ran:
    """A statement that changed something; ``stands`` says that nothing will undo it."""

    statement: str
    autocommit: bool = False
    stands: bool = False


class Statements:
    """Listens to one connection. ``ran`` are the statements of the revision under way, without those that
    were passed over because an earlier run had done them."""

    def __init__(self, connection: Connection, care: Care, transactional: bool, ignored: str) -> None:
        self._connection = connection
        self._care = care
        self._transactional = transactional
        self._ignored = ignored
        self._call: Call | None = None
        self.ran: list[Ran] = []
        self.failed: str | None = None
        self.outside = False
        """Whether the statement that failed was none of a transaction."""

    @contextmanager
    def listening(self) -> Iterator[None]:
        from sqlalchemy import event

        heard: list[tuple[Any, str, Any, dict[str, Any]]] = [
            (self._connection, "before_cursor_execute", self._before, {"retval": True}),
            (self._connection, "after_cursor_execute", self._after, {}),
            (self._connection, "commit", self._committed, {}),
            (self._connection, "rollback", self._rolled_back, {}),
            (self._connection.engine, "handle_error", self._errs, {}),
        ]
        for target, name, function, options in heard:
            event.listen(target, name, function, **options)
        try:
            yield
        finally:
            for target, name, function, _ in heard:
                if event.contains(target, name, function):
                    event.remove(target, name, function)

    def anew(self) -> None:
        """The next revision begins."""
        self.ran = []
        self.failed = None
        self.outside = False

    @property
    def standing(self) -> list[str]:
        return [ran.statement for ran in self.ran if ran.stands]

    @property
    def unrecorded(self) -> list[str]:
        """Rows that were changed outside of transactions: no record can be one with that."""
        return [ran.statement for ran in self.ran if ran.autocommit and not defines(ran.statement)]

    def _before(
        self, connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> tuple[str, Any]:
        autocommit = connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
        self._call = Call(connection, cursor, statement, parameters, autocommit, many)
        sent = self._care.before(self._call)
        if sent != statement:
            self._call = None
            return sent, type(parameters)() if parameters is not None else parameters
        return sent, parameters

    def _after(
        self, connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        call, self._call = self._call, None
        if call is None:
            return
        open_ = self._care.in_transaction(connection)
        if open_ is None:
            open_ = self._transactional or not defines(statement)
        self._care.after(call)
        if (defines(statement) or writes(statement)) and self._ignored not in statement:
            self.ran.append(Ran(statement, call.autocommit))
        if not open_ or call.autocommit:
            self._committed(connection)

    def _errs(self, context: ExceptionContext) -> None:
        if context.connection is not self._connection or context.statement is None:
            return
        self.failed = context.statement
        call, self._call = self._call, None
        self.outside = call is not None and call.autocommit
        # what was interrupted, or lost its connection, may still take effect
        told = isinstance(context.original_exception, Exception) and not context.is_disconnect
        if call is not None and told:
            self._care.failed(call)

    def _committed(self, connection: Connection) -> None:
        for ran in self.ran:
            ran.stands = True

    def _rolled_back(self, connection: Connection) -> None:
        self._care.rolling_back(connection)
