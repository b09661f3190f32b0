"""What a changed type does to the values: SQLite stores nearly anything in nearly any column."""

from __future__ import annotations

import re
from dataclasses import replace

from autogen.dialects.base import TypeChange
from autogen.dialects.sqlite.conversions import NUMBERS, TEMPORAL, TEXTS, kind
from autogen.dialects.sqlite.types import affinity
from autogen.schema import Column, ColumnType, Object

_LENGTH = re.compile(r"(?:CHAR|VARYING|BINARY)\((\d+)\)")
_PARAMETERS = re.compile(r"\((\d+)(?:, (\d+))?\)")
_WIDTHS = {"boolean": 1, "date": 10, "time": 15, "datetime": 26, "interval": 26, "uuid": 32, "real": 24}
_FORMS = {
    "date": "'2024-01-02'",
    "datetime": "'2024-01-02 03:04:05.000000'",
    "interval": "'1970-01-02 03:04:05.000000'",
    "time": "'03:04:05.000000'",
}
_NOUNS = {
    "integer": "an integer",
    "real": "a number",
    "numeric": "a number",
    "boolean": "a boolean",
    "date": "a date",
    "datetime": "a date and time",
    "time": "a time of day",
    "interval": "an interval",
    "json": "a JSON document",
    "uuid": "a UUID",
    "enum": "a label",
}
_SCALE = 10
"""Places that SQLAlchemy reads of a NUMERIC without a scale."""

NONE = TypeChange("none")


def type_change(before: Object, after: Object) -> TypeChange:
    """Values move to the new column's affinity or are converted by the copy; what fits neither stays as it
    was, and is then nothing that the application can read as the new type.

    A shorter declared length is ``narrowing`` although SQLite enforces none: the models promise other
    readers (a reviewer, another database, the application's own validation) that no value is longer.
    """
    if not (isinstance(before, Column) and isinstance(after, Column)) or before.type == after.type:
        return NONE
    if after.computed:
        return NONE
    found = _converted(before.type, after.type)
    shorter = _shorter(before.type, after.type)
    if shorter and found.loss != "lossy" and kind(after.type) != "uuid":
        found = TypeChange("narrowing", f"{shorter}; {found.why}" if found.why else shorter)
    return replace(found, clash=_clash(before.type, after.type))


def _clash(old: ColumnType, new: ColumnType) -> str:
    """Why values that differed may be equal in the new column."""
    was, becomes = kind(old), kind(new)
    if _digits_alone(was, new) or (was == "blob" and becomes != "blob" and affinity(new.sql) != "TEXT"):
        return "'7' and '007' become one number"
    if (was, becomes) == ("datetime", "date"):
        return "times of one day become one date"
    if (was, becomes) == ("integer", "real") and old.sql != "SMALLINT":
        return "integers beyond 2^53 may become one number"
    if was in TEXTS and new.collation not in (None, old.collation):
        differing = {"NOCASE": "in case alone", "RTRIM": "in spaces at their end alone"}
        return f"values that differ {differing.get(new.collation, 'for BINARY')} become equal"
    return ""


def _shorter(old: ColumnType, new: ColumnType) -> str | None:
    limit = _LENGTH.search(new.sql)
    width = _width(old)
    if not limit or (width is not None and width <= int(limit[1])):
        return None
    return f"values may be longer than {limit[1]}, which SQLite does not check"


def _width(type_: ColumnType) -> int | None:
    """The characters that a value takes as text at most; None where nothing says."""
    had = _LENGTH.search(type_.sql)
    if had:
        return int(had[1])
    was = kind(type_)
    if was == "integer":
        return {"SMALLINT": 6, "INTEGER": 11}.get(type_.sql, 20)
    if was == "numeric":
        precision, _ = _parameters(type_)
        return 24 if precision is None else precision + 2
    return _WIDTHS.get(was)


def _converted(old: ColumnType, new: ColumnType) -> TypeChange:
    was, becomes = kind(old), kind(new)
    if was == becomes:
        return _rounded(old, new) if was == "numeric" else NONE
    if becomes == "unknown":
        return _numbered("the rest stays") if _digits_alone(was, new) else NONE
    if becomes == "pickle":
        return TypeChange("may fail", "what is stored is no pickle, and cannot be read as one")
    if becomes == "blob":
        return _to_bytes(was)
    if becomes == "text":
        return _unfit("bytes that are no UTF-8 text cannot be read") if was == "blob" else NONE
    if was == "unknown":
        return _unfit(f"values that are not {_noun(new)} stay as they are")
    if was == "blob":
        why = f"bytes become text, and what is not the text of {_noun(new)} cannot be read"
        return TypeChange("lossy" if affinity(new.sql) != "TEXT" else "may fail", why)
    if becomes in NUMBERS:
        return _to_number(was, old, new)
    if becomes in ("uuid", "enum"):
        return _to_text(old, new)
    return {"boolean": _to_boolean, "json": _to_json}.get(becomes, _to_moment)(was, new)


def _unfit(why: str) -> TypeChange:
    return TypeChange("may fail", why)


def _numbered(rest: str) -> TypeChange:
    return TypeChange("lossy", f"text that looks like a number becomes one ('007' becomes 7), {rest}")


def _digits_alone(was: str, new: ColumnType) -> bool:
    """Whether text moves to an affinity that makes numbers of digits."""
    return was in TEXTS and affinity(new.sql) not in ("TEXT", "BLOB")


def _noun(type_: ColumnType) -> str:
    return _NOUNS.get(kind(type_), kind(type_))


def _kept(was: str, new: ColumnType) -> TypeChange:
    """Dates and times that stay in the form in which they are stored."""
    return _unfit(
        f"stored values keep the form {_FORMS[was]}, which cannot be read as {_noun(new)}; "
        "convert them in the draft"
    )


def _to_bytes(was: str) -> TypeChange:
    if was in ("text", "json", "pickle"):
        return NONE
    if was == "unknown":
        return _unfit("values that are no bytes cannot be read")
    return _unfit("values become the bytes of their text (42 becomes b'42')")


def _to_number(was: str, old: ColumnType, new: ColumnType) -> TypeChange:
    becomes = kind(new)
    if was in TEMPORAL:
        return _kept(was, new)
    if was in TEXTS:
        return _numbered("the rest stays text, which is no number to the application")
    if was == "json":
        return _unfit("documents other than numbers stay text")
    if becomes == "integer" and was in ("real", "numeric"):
        return _unfit("values with a fraction keep it, and are read with it")
    if was == "integer" and (becomes == "real" or old.sql == "BIGINT") and old.sql != "SMALLINT":
        return TypeChange("lossy", "integers beyond 2^53 lose digits")
    if (was, becomes) == ("real", "numeric"):
        return _unfit(_read_rounded(_parameters(new)[1]))
    return NONE


def _parameters(type_: ColumnType) -> tuple[int | None, int]:
    """Precision and scale of a NUMERIC, as SQLAlchemy reads its values."""
    found = _PARAMETERS.search(type_.sql)
    if not found:
        return None, _SCALE
    return int(found[1]), int(found[2]) if found[2] else _SCALE


def _read_rounded(places: int) -> str:
    return f"values keep their digits, but are read rounded to {places} places"


def _rounded(old: ColumnType, new: ColumnType) -> TypeChange:
    """One NUMERIC to another: SQLite keeps every digit, SQLAlchemy reads as many as the type says."""
    places, wanted = _parameters(old)[1], _parameters(new)[1]
    if wanted < places:
        return TypeChange("narrowing", _read_rounded(wanted))
    had, room = _before_point(old), _before_point(new)
    if room is not None and (had is None or had > room):
        return TypeChange("narrowing", f"values may be too large for {new.sql}, which SQLite does not check")
    return NONE


def _before_point(type_: ColumnType) -> int | None:
    """The digits before the point; None where there is no limit."""
    found = _PARAMETERS.search(type_.sql)
    return int(found[1]) - int(found[2] or 0) if found else None


def _to_boolean(was: str, new: ColumnType) -> TypeChange:
    if was in TEXTS:
        return _numbered("and all other text is read as true, 'false' included")
    if was == "json":
        return _unfit("all documents but 0 are read as true, false included")
    if was in TEMPORAL:
        return _kept(was, new)
    return _unfit("values other than 0 and 1 stay: they are read as true, but no query for true finds them")


def _to_json(was: str, new: ColumnType) -> TypeChange:
    if was in TEXTS:
        why = "text that is not a JSON document cannot be read, and the document of a number is rewritten"
        return TypeChange("lossy", why)
    return _kept(was, new) if was in TEMPORAL else NONE


def _to_text(old: ColumnType, new: ColumnType) -> TypeChange:
    """Text that must have a form: a UUID, a label of an Enum."""
    was, becomes = kind(old), kind(new)
    if was in TEMPORAL:
        return _kept(was, new)
    if becomes == "enum" and was in TEXTS:
        if old.sql.startswith("VARCHAR(") and _shorter(old, new) is None:
            return NONE  # as a rule an Enum before, which has a longer label now
        return _unfit("text that is none of the labels cannot be read")
    if was not in TEXTS:
        return _unfit(f"stored values become text that is not {_noun(new)} and cannot be read")
    if _digits_alone(was, new):
        return _numbered("and other text than 32 hexadecimal digits is not found or cannot be read")
    return _unfit("text that is no UUID cannot be read, and one with hyphens is not found")


def _to_moment(was: str, new: ColumnType) -> TypeChange:
    if (was, kind(new)) == ("date", "datetime"):
        return NONE
    if (was, kind(new)) == ("datetime", "date"):
        return TypeChange("lossy", "the time of day is cut off")
    if was in TEMPORAL:
        return _kept(was, new)
    if was in TEXTS:
        form = _FORMS[kind(new)]
        why = f"text in another form than {form} cannot be read, and digits alone become a number"
        return TypeChange("lossy", why)
    return _unfit(
        f"stored values stay what they are, which cannot be read as {_noun(new)}; convert them in the draft"
    )
