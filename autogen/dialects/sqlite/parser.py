"""Reads the CREATE TABLE and CREATE INDEX statements that sqlite_master keeps.

The text is the only place that holds the names of constraints, CHECKs, collations, generated columns,
deferrability, AUTOINCREMENT and ON CONFLICT; since it holds everything else as well, nothing else is asked.
The grammar followed is SQLite's own, which is laxer than its documentation (constraints without commas,
strings as names, a constraint name without a constraint).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from functools import lru_cache

from autogen.dialects.sqlite.sqltext import closing, render, tokenize, unquote
from autogen.values import value

_STARTS = frozenset(
    (
        *("CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE"),
        *("REFERENCES", "GENERATED", "AS", "DEFERRABLE"),
    )
)
_TABLE_STARTS = frozenset(("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"))


@value(frozen=False, slots=True)
class ParsedColumn:
    name: str
    type: tuple[str, ...] = ()
    not_null: bool = False
    default: tuple[str, ...] | None = None
    collation: str | None = None
    generated: str | None = None
    stored: bool = False
    autoincrement: bool = False
    not_null_conflict: str | None = None


@value(frozen=False, slots=True)
class ParsedKey:
    """A primary key or a unique constraint. ``descending`` matters for INTEGER PRIMARY KEY DESC alone."""

    name: str | None
    columns: tuple[str, ...]
    conflict: str | None = None
    descending: bool = False


@value(frozen=False, slots=True)
class ParsedForeignKey:
    name: str | None
    columns: tuple[str, ...]
    target: str = ""
    target_columns: tuple[str, ...] = ()
    on_delete: str | None = None
    on_update: str | None = None
    match: str | None = None
    deferrable: bool = False
    deferred: bool = False


@value(frozen=False, slots=True)
class ParsedTable:
    columns: list[ParsedColumn] = field(default_factory=list)
    primary_key: ParsedKey | None = None
    uniques: list[ParsedKey] = field(default_factory=list)
    foreign_keys: list[ParsedForeignKey] = field(default_factory=list)
    checks: list[tuple[str | None, str]] = field(default_factory=list)
    without_rowid: bool = False
    strict: bool = False


@value(frozen=False, slots=True)
class ParsedElement:
    text: str
    is_expression: bool
    descending: bool
    collation: str | None


@value(frozen=False, slots=True)
class ParsedIndex:
    unique: bool
    elements: list[ParsedElement]
    predicate: str | None


def parse_table(sql: str) -> ParsedTable:
    """A CREATE TABLE statement."""
    tokens = tokenize(sql)
    table = ParsedTable()
    definitions, end = _split(tokens, tokens.index("("))
    for definition in definitions:
        if definition[0].upper() in _TABLE_STARTS and table.columns:
            _Reader(definition, table).table_constraints()
            continue
        column = _plain_column(definition)
        if column is None:
            column, at = _typed_column(definition)
            _Reader(definition, table, at).column(column)
        table.columns.append(column)
    if end + 1 < len(tokens):
        options = {token.upper() for token in tokens[end + 1 :]}
        table.without_rowid = "ROWID" in options
        table.strict = "STRICT" in options
    return table


def _typed_column(definition: tuple[str, ...]) -> tuple[ParsedColumn, int]:
    """A column with its type, and where its constraints begin."""
    at = 1
    while at < len(definition) and definition[at].upper() not in _STARTS:
        at = closing(definition, at) + 1 if definition[at] == "(" else at + 1
    return ParsedColumn(unquote(definition[0]), definition[1:at]), at


@lru_cache(maxsize=16384)
def _plain_column(definition: tuple[str, ...]) -> ParsedColumn | None:
    """A column that says nothing about its table, as nearly all do; None for any other.

    Tables of one database repeat each other's columns, so these are read once and must not be changed.
    """
    column, at = _typed_column(definition)
    beside = ParsedTable()
    reader = _Reader(definition, beside, at)
    if "DEFERRABLE" in reader.upper:  # which may speak of the foreign key of a column before
        return None
    reader.column(column)
    return column if beside == ParsedTable() else None


def parse_index(sql: str) -> ParsedIndex:
    """A CREATE INDEX statement."""
    tokens = tokenize(sql)
    start = tokens.index("(")
    definitions, end = _split(tokens, start)
    where = tokens[end + 1 :]
    predicate = render(where[1:]) if where and where[0].upper() == "WHERE" else None
    return ParsedIndex(tokens[1].upper() == "UNIQUE", [parse_element(d) for d in definitions], predicate)


def parse_element(tokens: Sequence[str]) -> ParsedElement:
    """One key of an index or of a key constraint."""
    tokens = list(tokens)
    if len(tokens) > 3 and tokens[-2].upper() == "NULLS":
        tokens = tokens[:-2]
    descending = len(tokens) > 1 and tokens[-1].upper() == "DESC"
    if len(tokens) > 1 and tokens[-1].upper() in ("ASC", "DESC"):
        tokens.pop()
    collation = None
    if len(tokens) > 2 and tokens[-2].upper() == "COLLATE":
        collation = unquote(tokens[-1]).upper()
        del tokens[-2:]
    if len(tokens) == 1 and not tokens[0][0].isdigit():
        return ParsedElement(unquote(tokens[0]), False, descending, collation)
    return ParsedElement(render(tokens), True, descending, collation)


def _split(tokens: Sequence[str], start: int) -> tuple[list[tuple[str, ...]], int]:
    """The comma-separated parts of the parentheses at ``start``, and where these close."""
    parts: list[tuple[str, ...]] = []
    depth = 0
    begin = start + 1
    for position, token in enumerate(tokens[begin:], begin):
        if token == ",":
            if depth == 0:
                parts.append(tuple(tokens[begin:position]))
                begin = position + 1
        elif token == "(":
            depth += 1
        elif token == ")":
            if depth == 0:
                parts.append(tuple(tokens[begin:position]))
                return parts, position
            depth -= 1
    raise ValueError("the parentheses do not close")


class _Reader:
    """One definition inside CREATE TABLE: a column with its constraints, or table constraints."""

    def __init__(self, tokens: Sequence[str], table: ParsedTable, at: int = 0) -> None:
        self.tokens = tokens
        self.upper = [token.upper() for token in tokens]
        self.table = table
        self.at = at
        self.name: str | None = None

    def peek(self, ahead: int = 0) -> str:
        position = self.at + ahead
        return self.upper[position] if position < len(self.upper) else ""

    def skip(self, *words: str) -> bool:
        """Steps over these keywords when they come next."""
        end = self.at + len(words)
        if self.upper[self.at : end] == [*words]:
            self.at = end
            return True
        return False

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def group(self) -> Sequence[str]:
        """The tokens inside the parentheses that come next."""
        end = closing(self.tokens, self.at)
        inside = self.tokens[self.at + 1 : end]
        self.at = end + 1
        return inside

    def conflict(self) -> str | None:
        if self.skip("ON", "CONFLICT"):
            word = self.take().upper()
            return None if word == "ABORT" else word
        return None

    def take_name(self) -> str | None:
        """The name given by CONSTRAINT, once."""
        name, self.name = self.name, None
        return name

    def columns(self) -> tuple[tuple[str, ...], bool]:
        """A list of columns in parentheses, and whether the first descends."""
        parts, end = _split(self.tokens, self.at)
        self.at = end + 1
        elements = [parse_element(part) for part in parts]
        return tuple(e.text for e in elements), elements[0].descending

    # -- columns -------------------------------------------------------------------------------------

    def column(self, column: ParsedColumn) -> None:
        while self.at < len(self.tokens):
            self.column_constraint(column)

    def column_constraint(self, column: ParsedColumn) -> None:
        if self.skip("NOT", "NULL"):
            self.name = None
            column.not_null = True
            column.not_null_conflict = self.conflict()
        elif self.skip("NULL"):
            self.name = None
            self.conflict()
        elif self.skip("DEFAULT"):
            self.name = None
            column.default = self.default()
        elif self.skip("PRIMARY", "KEY"):
            self.column_primary_key(column)
        elif self.skip("UNIQUE"):
            self.table.uniques.append(ParsedKey(self.take_name(), (column.name,), self.conflict()))
        elif self.skip("COLLATE"):
            self.name = None
            column.collation = unquote(self.take()).upper()
        elif self.skip("GENERATED", "ALWAYS", "AS") or self.skip("AS"):
            self.name = None
            column.generated = render(self.group())
            column.stored = self.skip("STORED")
            self.skip("VIRTUAL")
        else:
            self.shared_constraint((column.name,))

    def column_primary_key(self, column: ParsedColumn) -> None:
        descending = self.skip("DESC")
        self.skip("ASC")
        key = ParsedKey(self.take_name(), (column.name,), self.conflict(), descending)
        self.table.primary_key = key
        column.autoincrement = self.skip("AUTOINCREMENT")

    def default(self) -> tuple[str, ...]:
        if self.peek() == "(":
            return ("(", *self.group(), ")")
        if self.peek() in "+-":
            return (self.take(), self.take())
        return (self.take(),)

    # -- constraints ---------------------------------------------------------------------------------

    def shared_constraint(self, columns: tuple[str, ...]) -> None:
        """What may stand at a column and at the table."""
        if self.skip("CONSTRAINT"):
            self.name = unquote(self.take())
        elif self.skip("CHECK"):
            self.table.checks.append((self.take_name(), render(self.group())))
            self.conflict()
        elif self.peek() == "REFERENCES":
            self.references(columns)
        elif self.peek() in ("DEFERRABLE", "NOT"):
            self.deferrable()
        else:
            raise ValueError(f"unexpected {self.peek()!r}")

    def table_constraints(self) -> None:
        while self.at < len(self.tokens):
            if self.skip("PRIMARY", "KEY"):
                columns, descending = self.columns_of_primary_key()
                self.table.primary_key = ParsedKey(self.take_name(), columns, self.conflict(), False)
            elif self.skip("UNIQUE"):
                columns, descending = self.columns()
                self.table.uniques.append(ParsedKey(self.take_name(), columns, self.conflict(), descending))
            elif self.skip("FOREIGN", "KEY"):
                columns, _ = self.columns()
                self.references(columns)
            else:
                self.shared_constraint(())

    def columns_of_primary_key(self) -> tuple[tuple[str, ...], bool]:
        """The key's columns; AUTOINCREMENT may stand inside the parentheses."""
        inside = self.group()
        automatic = inside[-1].upper() == "AUTOINCREMENT"
        parts, _ = _split(["(", *(inside[:-1] if automatic else inside), ")"], 0)
        names = tuple(parse_element(part).text for part in parts)
        for place, column in enumerate(self.table.columns):
            if automatic and column.name.lower() == names[0].lower():
                self.table.columns[place] = replace(column, autoincrement=True)
        return names, False

    def references(self, columns: tuple[str, ...]) -> None:
        self.skip("REFERENCES")
        key = ParsedForeignKey(self.take_name(), columns, unquote(self.take()))
        self.table.foreign_keys.append(key)
        if self.peek() == "(":
            key.target_columns, _ = self.columns()
        while self.peek() in ("ON", "MATCH"):
            if self.skip("MATCH"):
                match = unquote(self.take()).upper()
                key.match = None if match == "SIMPLE" else match
            elif self.peek(1) in ("DELETE", "UPDATE", "INSERT"):
                self.at += 1
                event = self.take().upper()
                action = self.action()
                if event == "DELETE":
                    key.on_delete = action
                elif event == "UPDATE":
                    key.on_update = action
            else:
                return
        self.deferrable()

    def action(self) -> str | None:
        word = self.take().upper()
        if word == "SET":
            return f"SET {self.take().upper()}"
        if word == "NO":
            self.take()
            return None
        return word

    def deferrable(self) -> None:
        """[NOT] DEFERRABLE [INITIALLY …], of the foreign key before it."""
        negated = self.peek() == "NOT" and self.peek(1) == "DEFERRABLE"
        if negated:
            self.at += 1
        if not self.skip("DEFERRABLE"):
            if self.peek() == "NOT" and self.peek(1) != "NULL":
                raise ValueError(f"unexpected NOT {self.peek(1)}")
            return
        deferred = False
        if self.skip("INITIALLY"):
            deferred = self.take().upper() == "DEFERRED"
        if self.table.foreign_keys:
            key = self.table.foreign_keys[-1]
            key.deferrable = not negated
            key.deferred = deferred and not negated
