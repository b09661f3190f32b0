"""A change as plain values, for JSON and for telling what differs.

They are dictionaries with the same names everywhere:

``schema``        ``{}``
``enum``          ``labels`` (list of strings)
``sequence``      ``data_type``, ``start``, ``increment``, ``minimum``, ``maximum``, ``cycle``, ``cache``
``table``         ``comment``, ``options`` (object of strings)
``column``        ``type`` (SQL, with its collation and character set), ``nullable``, ``default`` (SQL),
                  ``identity`` (object), ``computed`` (object: ``expression``, ``persisted``), ``comment``,
                  ``autoincrement``, ``on_update`` (SQL)
``primary_key``   ``name``, ``columns``, ``deferrable``, ``initially_deferred``, ``include``
``unique``        the same, and ``nulls_not_distinct``
``foreign_key``   ``name``, ``columns``, ``references`` (label of the table), ``target_columns``,
                  ``on_delete``, ``on_update``, ``deferrable``, ``initially_deferred``, ``match``,
                  ``validated``, ``enforced``
``check``         ``name``, ``expression`` (SQL), ``validated``, ``no_inherit``, ``enforced``
``exclude``       ``name``, ``definition`` (SQL)
``index``         ``columns`` (list of SQL, an element each), ``unique``, ``method``, ``predicate`` (SQL),
                  ``include``, ``nulls_not_distinct``, ``options``, ``valid``

``before_and_after`` leaves out what says nothing (null, empty, the usual value), except that ``type`` and
``nullable`` of a column are always there. Of an altered object it keeps the values that differ, of a renamed
one the ``name`` (and the ``schema`` or ``table``, where that differs too).
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from autogen.changes import Alter, Change, Create, Drop
from autogen.emit.words import as_key
from autogen.schema import (
    Check,
    Column,
    ColumnType,
    Computed,
    Exclude,
    ForeignKey,
    Identity,
    IndexElement,
    Object,
    PrimaryKey,
    Unique,
)

Facts = dict[str, Any]
_PLACE = ("schema", "table", "name", "position")


def before_and_after(change: Change) -> tuple[Facts | None, Facts | None]:
    """The plain values of a change's two sides; None for the side that does not exist."""
    if isinstance(change, Create):
        return None, _telling(change.after)
    if isinstance(change, Drop):
        return _telling(change.before), None
    if isinstance(change, Alter):
        return differing(facts(change.before), facts(change.after))
    return differing(_names(change.before), _names(change.after))


def facts(subject: Object) -> Facts:
    """All plain values of an object, in the order of its fields."""
    values: Facts = {}
    for f in fields(subject):
        value = getattr(subject, f.name)
        if f.name == "name" and not isinstance(subject, PrimaryKey | Unique | ForeignKey | Check | Exclude):
            continue
        if f.name in ("target_schema", "target_table"):
            values["references"] = subject.target.label if isinstance(subject, ForeignKey) else None
        elif f.name == "elements":
            values["columns"] = [element_words(e) for e in value]
        elif f.name == "options":
            values["options"] = dict(value)
        elif f.name == "name" or (f.compare and f.name not in _PLACE):
            values[f.name] = _plain(value)
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, ColumnType):
        return value.words
    if isinstance(value, Identity | Computed):
        return {f.name: getattr(value, f.name) for f in fields(value)}
    return list(value) if isinstance(value, tuple) else value


def _telling(subject: Object) -> Facts:
    always = ("type", "nullable") if isinstance(subject, Column) else ()
    usual = {f.name: f.default for f in fields(subject)}
    return {
        name: value
        for name, value in facts(subject).items()
        if name in always or (value not in (None, "", [], {}) and value != usual.get(name))
    }


def _names(subject: Object) -> Facts:
    key = subject.key
    return {"schema": key.schema, "table": key.table, "name": getattr(subject, "name", None)}


def differing(before: Facts, after: Facts) -> tuple[Facts, Facts]:
    """What differs. Two options, columns … that differ stay whole: a difference in a list says little."""
    names = [name for name in before if before[name] != after.get(name)]
    return {n: before[n] for n in names}, {n: after.get(n) for n in names}


def element_words(element: IndexElement) -> str:
    """An index key as in CREATE INDEX."""
    words = [as_key(element.text) if element.is_expression else element.text]
    words[0] += f"({element.length})" if element.length else ""
    words += [f"COLLATE {element.collation}"] if element.collation else []
    words += [element.opclass] if element.opclass else []
    words += ["DESC"] if element.descending else []
    if element.nulls_first != element.descending:
        words += ["NULLS FIRST" if element.nulls_first else "NULLS LAST"]
    return " ".join(words)
