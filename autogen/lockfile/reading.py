"""Lines as objects: the exact way back from ``writing``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from autogen.lockfile.words import (
    Unreadable,
    number,
    read_key,
    read_names,
    read_qualified,
    read_text,
    split_list,
)
from autogen.lockfile.writing import PARTS, UNNAMED
from autogen.schema import (
    Check,
    Column,
    ColumnType,
    Computed,
    EnumType,
    Exclude,
    ForeignKey,
    Identity,
    Index,
    IndexElement,
    Key,
    Namespace,
    Object,
    PrimaryKey,
    Schema,
    Skipped,
    Table,
    Unique,
)
from autogen.schema import Sequence as SequenceObject

_SPACES = re.compile(" {2,}")


class Read(NamedTuple):
    """A schema, and the digests of what the models spell otherwise."""

    schema: Schema
    digests: dict[Key, str]


class _Extra(dict[str, Any]):
    """What a line says beyond its first fields, by attribute; ``digest`` is no attribute."""

    digest: str = ""


def read(lines: Iterable[str], first: int = 1) -> Read:
    """The objects of the lines; ``first`` is the number of the first one, for messages."""
    run = _Reader()
    for n, line in enumerate(lines, first):
        if line:
            try:
                run.line(line)
            except (Unreadable, ValueError, IndexError, KeyError, TypeError) as error:
                why = str(error) if isinstance(error, Unreadable) else "it is not of this format"
                raise Unreadable(f"line {n}: {why}") from None
    run.close()
    return Read(Schema.keyed(run.objects, run.skipped), run.digests)


class _Reader:
    """The objects so far, and the block that is being read."""

    def __init__(self) -> None:
        self.objects: dict[Key, Object] = {}
        self.digests: dict[Key, str] = {}
        self.skipped: list[Skipped] = []
        self.place: tuple[str, str] | None = None
        self.enum: tuple[str, str, str] | None = None
        self.labels: list[str] = []
        self.position = 0

    def line(self, line: str) -> None:
        if line[:2] != "  ":
            self.close()
            self._block(line)
        elif self.place is not None:
            fields = _SPACES.split(line[2:])
            part = _PARTS.get(fields[0])
            self._add(*(self._column(fields) if part is None else part(self.place, fields)))
        elif self.enum is not None:
            self.labels.append(read_text(line[2:]))
        else:
            raise Unreadable("it belongs to nothing")

    def close(self) -> None:
        """The end of a block; an enum type is whole only then."""
        if self.enum is not None:
            schema, name, digest = self.enum
            extra = _Extra()
            extra.digest = digest
            self._add(EnumType(schema, name, tuple(self.labels)), extra)
        self.place = self.enum = None
        self.labels = []
        self.position = 0

    def _block(self, line: str) -> None:
        head, *fields = _SPACES.split(line)
        if head == "left alone":
            self.skipped.append(Skipped(read_text(fields[0]), read_text(fields[1])))
            return
        kind, _, label = head.partition(" ")
        schema, name, _ = read_qualified(label)
        if kind == "table":
            self.place = schema, name
            extra = _extra(fields, _TABLE)
            self._add(Table(schema, name, extra.get("comment"), extra.get("options", ())), extra)
        elif kind == "enum":
            self.enum = schema, name, _extra(fields, {}).digest
        elif kind == "sequence":
            extra = _extra(fields[1:], _COUNTING)
            self._add(SequenceObject(schema, name, read_text(fields[0]), **extra), extra)
        elif kind == "schema":
            self._add(Namespace(name), _extra(fields, {}))
        else:
            raise Unreadable(f"{kind!r} is no kind of object")

    def _column(self, fields: Sequence[str]) -> tuple[Column, _Extra]:
        assert self.place is not None
        self.position += 1
        type_: dict[str, Any] = {}
        extra = _Extra()
        for field in fields[2:]:
            flag = _COLUMN_FLAGS.get(field)
            if flag is not None:
                extra[flag[0]] = flag[1]
                continue
            word, _, rest = field.partition(" ")
            if word in _TYPE:
                type_[_TYPE[word]] = read_key("enum", rest) if word == "enum" else read_text(rest)
            elif word == "models":
                extra.digest = rest
            else:
                attribute, value = _COLUMN[word](rest)
                extra[attribute] = value
        made = ColumnType(read_text(fields[1]), **type_)
        return Column(*self.place, read_text(fields[0]), made, position=self.position, **extra), extra

    def _add(self, made: Object, extra: _Extra) -> None:
        key = made.key
        if key in self.objects:
            raise Unreadable(f"{key.label} stands there twice")
        self.objects[key] = made
        if extra.digest:
            self.digests[key] = extra.digest


_Words = dict[str, tuple[str, Any]]
"""What a field begins with (or, as a flag, all of it): its attribute, and its value or what reads it."""


def _extra(fields: Iterable[str], words: _Words) -> _Extra:
    found = _Extra()
    options: list[tuple[str, str]] = []
    for field in fields:
        flag = words.get(field)
        word, _, rest = field.partition(" ")
        if flag is not None and not callable(flag[1]):
            found[flag[0]] = flag[1]
        elif word == "models":
            found.digest = rest
        elif word == "with" and "with" in words:
            options.append(_option(rest))
        elif word in words:
            attribute, value = words[word]
            found[attribute] = value(rest)
        else:
            raise Unreadable(f"{field!r} is not known here")
    if options:
        found["options"] = tuple(options)
    return found


def _option(field: str) -> tuple[str, str]:
    if field[:1] != '"':
        name, _, value = field.partition(" ")
        return name, read_text(value)
    from json import JSONDecoder

    name, end = JSONDecoder().raw_decode(field)
    return name, read_text(field[end + 1 :])


def _identity(field: str) -> Identity:
    words = field.split()
    found: dict[str, Any] = {}
    while words:
        word = words.pop(0)
        found[word] = True if word in ("always", "cycle") else number(words.pop(0))
    return Identity(**found)


def _name(field: str) -> str | None:
    return None if field == UNNAMED else read_text(field)


def _primary_key(place: tuple[str, str], fields: Sequence[str]) -> tuple[Object, _Extra]:
    extra = _extra(fields[3:], _KEY)
    return PrimaryKey(*place, _name(fields[1]), read_names(fields[2]), **extra), extra


def _unique(place: tuple[str, str], fields: Sequence[str]) -> tuple[Object, _Extra]:
    extra = _extra(fields[3:], _KEY)
    return Unique(*place, _name(fields[1]), read_names(fields[2]), **extra), extra


def _foreign_key(place: tuple[str, str], fields: Sequence[str]) -> tuple[Object, _Extra]:
    if fields[3][:3] != "-> ":
        raise Unreadable("the foreign key refers to nothing")
    schema, table, columns = read_qualified(fields[3][3:])
    extra = _extra(fields[4:], _FOREIGN_KEY)
    names = read_names(fields[2])
    return ForeignKey(*place, _name(fields[1]), names, schema, table, read_names(columns), **extra), extra


def _check(place: tuple[str, str], fields: Sequence[str]) -> tuple[Object, _Extra]:
    extra = _extra(fields[3:], _CHECK)
    return Check(*place, _name(fields[1]), read_text(fields[2]), **extra), extra


def _exclude(place: tuple[str, str], fields: Sequence[str]) -> tuple[Object, _Extra]:
    extra = _extra(fields[3:], {})
    return Exclude(*place, _name(fields[1]), read_text(fields[2])), extra


def _index(place: tuple[str, str], fields: Sequence[str]) -> tuple[Object, _Extra]:
    elements = tuple(map(_element, split_list(fields[2])))
    extra = _extra(fields[3:], _INDEX)
    return Index(*place, _name(fields[1]) or "", elements, **extra), extra


def _element(words: list[str]) -> IndexElement:
    first, *rest = words
    is_expression = first == "sql"
    text = read_text(rest.pop(0) if is_expression else first)
    found: dict[str, Any] = {}
    while rest:
        word = rest.pop(0)
        if word == "desc":
            found["descending"] = True
        elif word in ("nulls_first", "nulls_last"):
            found["nulls_first"] = word == "nulls_first"
        elif word == "length":
            found["length"] = number(rest.pop(0))
        elif word in ("collate", "opclass"):
            found["collation" if word == "collate" else word] = read_text(rest.pop(0))
        else:
            raise Unreadable(f"{word!r} is not known in an index")
    found.setdefault("nulls_first", found.get("descending", False))
    return IndexElement(text, is_expression, **found)


_TYPE = {"charset": "charset", "collate": "collation", "enum": "enum"}
_COLUMN_FLAGS: _Words = {
    "not null": ("nullable", False),
    "autoincrement": ("autoincrement", True),
    "some default": ("default_known", False),
}
_COLUMN: dict[str, Callable[[str], tuple[str, Any]]] = {
    "default": lambda rest: ("default", read_text(rest)),
    "onupdate": lambda rest: ("on_update", read_text(rest)),
    "identity": lambda rest: ("identity", _identity(rest)),
    "stored": lambda rest: ("computed", Computed(read_text(rest), True)),
    "virtual": lambda rest: ("computed", Computed(read_text(rest), False)),
    "comment": lambda rest: ("comment", read_text(rest)),
}
_TABLE: _Words = {"comment": ("comment", read_text), "with": ("options", read_text)}
_COUNTING: _Words = {
    "start": ("start", number),
    "increment": ("increment", number),
    "minimum": ("minimum", number),
    "maximum": ("maximum", number),
    "cycle": ("cycle", True),
    "cache": ("cache", number),
}
_KEY: _Words = {
    "include": ("include", read_names),
    "nulls not distinct": ("nulls_not_distinct", True),
    "deferrable": ("deferrable", True),
    "initially deferred": ("initially_deferred", True),
}
_STANDING: _Words = {"not valid": ("validated", False), "not enforced": ("enforced", False)}
_FOREIGN_KEY: _Words = {
    "ondelete": ("on_delete", read_text),
    "onupdate": ("on_update", read_text),
    "match": ("match", read_text),
    "deferrable": ("deferrable", True),
    "initially deferred": ("initially_deferred", True),
    **_STANDING,
}
_CHECK: _Words = {"column": ("column", read_text), "no inherit": ("no_inherit", True), **_STANDING}
_INDEX: _Words = {
    "unique": ("unique", True),
    "using": ("method", read_text),
    "include": ("include", read_names),
    "nulls not distinct": ("nulls_not_distinct", True),
    "with": ("options", read_text),
    "where": ("predicate", read_text),
    "invalid": ("valid", False),
}
_PARTS: dict[str, Callable[[tuple[str, str], Sequence[str]], tuple[Object, _Extra]]] = dict(
    zip(PARTS, (_primary_key, _unique, _foreign_key, _check, _exclude, _index), strict=True)
)
