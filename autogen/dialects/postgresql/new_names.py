"""SQL text of PostgreSQL after renames, as the server shows it: it stores trees, and prints today's names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autogen.dialects.postgresql import syntax
from autogen.dialects.postgresql.names import quoted, unquoted
from autogen.dialects.postgresql.sqltext import string
from autogen.schema import Key
from autogen.schema.renaming import TextNames

_NAMES = ("word", "quoted")
Piece = tuple[str, str]


def in_new_names(sql: str, names: TextNames) -> str:
    """The text with columns, types after ``::`` and labels of these types under their new names."""
    if not (names.columns or names.enums or names.labels or names.sequences):
        return sql
    try:
        pieces = list(_pieces(sql))
    except syntax.Unparsed:
        return sql
    labels = names.labels.get(names.enum, {}) if names.enum else {}
    if labels and len(pieces) == 1 and pieces[0][0] == "string":
        value = _value(pieces[0][1])
        return string(labels.get(value, value))
    return "".join(text for _, text in _renamed(pieces, names))


def _pieces(sql: str) -> Iterator[Piece]:
    """Every token as it is spelled, white space included."""
    at = 0
    while at < len(sql):
        match = syntax.TOKEN.match(sql, at)
        if match is None:
            raise syntax.Unparsed(sql[at : at + 20])
        at = match.end()
        yield match.lastgroup or "", match[0]


def _renamed(pieces: Sequence[Piece], names: TextNames) -> Iterator[Piece]:
    at = 0
    while at < len(pieces):
        kind, text = pieces[at]
        if kind == "cast":
            yield pieces[at]
            end, old = _type(pieces, at + 1)
            if old is not None:
                new = names.enums.get(old, old)
                yield "word", _qualified(new) if new != old else "".join(t for _, t in pieces[at + 1 : end])
                at = end
                continue
        elif kind == "string":
            cast = _is_cast(pieces, at + 1)
            enum = _type(pieces, at + 2)[1] if cast else _compared(pieces, at, names)
            labels = names.labels.get(enum, {}) if enum else {}
            value = _value(text)
            text = string(labels[value]) if value in labels else _sequence(text, pieces, at, names)
            yield kind, text
        elif kind in _NAMES and not _is_call(pieces, at):
            name = unquoted(text)
            yield kind, quoted(names.columns[name]) if name in names.columns else text
        else:
            yield pieces[at]
        at += 1


_BETWEEN = frozenset({"in", "any", "all", "array", "not", "is", "distinct", "from", "between"})


def _compared(pieces: Sequence[Piece], at: int, names: TextNames) -> Key | None:
    """The enum type of the column that a literal is compared with: the one before it (also before a list
    that it stands in) or the one after it."""
    for step in (-1, 1):
        place = at + step
        while names.typed and 0 <= place < len(pieces):
            kind, text = pieces[place]
            word = kind == "word" and text.lower() in _BETWEEN
            if kind in _NAMES and not word:
                if (found := names.typed.get(unquoted(text))) is not None:
                    return found
                break
            listed = step < 0 and (kind == "string" or text in "([,")
            if not (kind in ("space", "operator") or word or listed):
                break
            place += step
    return None


def _is_cast(pieces: Sequence[Piece], at: int) -> bool:
    return at < len(pieces) and pieces[at][0] == "cast"


def _is_call(pieces: Sequence[Piece], at: int) -> bool:
    return at + 1 < len(pieces) and pieces[at + 1][1] == "(" and pieces[at][0] == "word"


def _type(pieces: Sequence[Piece], at: int) -> tuple[int, Key | None]:
    """A type's name behind a cast: where it ends, and its key as that of an enum type."""
    found: list[str] = []
    while at < len(pieces) and pieces[at][0] in _NAMES:
        found.append(unquoted(pieces[at][1]))
        at += 1
        if at + 1 < len(pieces) and pieces[at][1] == "." and pieces[at + 1][0] in _NAMES:
            at += 1
        else:
            break
    if not found or len(found) > 2:
        return at, None
    return at, Key("enum", found[0] if len(found) == 2 else "", "", found[-1])


def _sequence(text: str, pieces: Sequence[Piece], at: int, names: TextNames) -> str:
    """A string that names a sequence (``nextval('s'::regclass)``)."""
    if not names.sequences or not any(t == "nextval" for _, t in pieces):
        return text
    value = _value(text)
    for old, new in names.sequences.items():
        if value == _qualified(old):
            return string(_qualified(new))
    return text


def _qualified(key: Key) -> str:
    return ".".join(quoted(part) for part in (key.schema, key.name) if part)


def _value(literal: str) -> str:
    if literal[0] in "eE":
        return literal[2:-1].replace("''", "'").replace("\\\\", "\\")
    return literal[1:-1].replace("''", "'")
