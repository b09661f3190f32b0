"""What becomes of text and bytes in another type, another character set, another collation."""

from __future__ import annotations

import re

from autogen.dialects.base import TypeChange
from autogen.dialects.mysql.types import TypeParts

NONE = TypeChange("none")
BYTES = frozenset({"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"})
STRINGS = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext"})
_LABELS = frozenset({"enum", "set"})
_BY_CHARACTERS = frozenset({"char", "varchar"})
_SIZES = {"tiny": 255, "": 65535, "medium": 16777215, "long": 4294967295}
_ALL = frozenset({"utf8mb4", "utf16", "utf16le", "utf32", "gb18030"})
"""Character sets with every character of Unicode."""
_BASIC = {"utf8mb3": 3, "ucs2": 2}
"""Those with the characters below U+10000, which are all that the character sets of one byte have."""
_WIDE = frozenset({"ucs2", "utf16", "utf16le"})
"""Those in which a character takes two bytes at least."""
_ONE_BYTE = re.compile(r"latin\d|cp\d{3,4}|koi8[ru]|greek|hebrew|ascii|mac(ce|roman)|armscii8|geostd8|tis620")
_SEVERAL_BYTES = frozenset({"cp932"})
_SENSITIVITY = re.compile(r"(?P<stem>.+?)(?P<accents>_a[is])?(?P<case>_c[is])")
_USUAL = "utf8mb4"


def capacity(parts: TypeParts) -> int:
    """How much a string or binary type holds: characters of CHAR and VARCHAR, bytes of all others."""
    if parts.args:
        return int(parts.args[0])
    if parts.name == "json":
        return _SIZES["long"]
    return _SIZES[parts.name.removesuffix("text").removesuffix("blob")]


def _widest(charset: str | None) -> int:
    """The bytes of the longest character."""
    charset = charset or _USUAL
    if charset in _BASIC:
        return _BASIC[charset]
    return 1 if _one_byte(charset) else 4


def _one_byte(charset: str) -> bool:
    return _ONE_BYTE.fullmatch(charset) is not None and charset not in _SEVERAL_BYTES


def _most_bytes(parts: TypeParts) -> int:
    in_bytes = parts.name not in _BY_CHARACTERS
    return capacity(parts) * (1 if in_bytes else _widest(parts.charset))


def printed(longest: str, new: TypeParts, what: str, fixed: bool = False) -> TypeChange:
    """Values that are written out as text or as the bytes of it; ``fixed`` where all are equally long."""
    length = len(longest) if new.name in _BY_CHARACTERS else len(longest.encode())
    if capacity(new) < length:
        return TypeChange("narrowing", f"{what} longer than {capacity(new)} are refused")
    if new.name == "binary" and not (fixed and length == capacity(new)):
        return TypeChange("lossy", "values are padded with zero bytes")
    return NONE


# -- text ----------------------------------------------------------------------------------------------


def from_string(old: TypeParts, new: TypeParts) -> TypeChange:
    if new.name in STRINGS:
        if _overflows(old, new):
            unit = "characters" if new.name in _BY_CHARACTERS else "bytes"
            return TypeChange("narrowing", f"values longer than {capacity(new)} {unit} are refused")
        if new.name == "char" and old.name != "char":
            return TypeChange("lossy", "trailing spaces are removed")
        return NONE
    if new.name in BYTES:
        if _most_bytes(old) > capacity(new):
            return TypeChange("narrowing", f"values longer than {capacity(new)} bytes are refused")
        return TypeChange("lossy", "values are padded with zero bytes") if new.name == "binary" else NONE
    if new.name in _LABELS:
        return TypeChange("may fail", "values that are none of the labels are refused")
    if new.name == "json":
        return TypeChange("may fail", "text that is not JSON is refused")
    return TypeChange("may fail", f"text that is no {new.name} is refused")


def _overflows(old: TypeParts, new: TypeParts) -> bool:
    source, target = old.charset or _USUAL, new.charset or _USUAL
    if new.name in _BY_CHARACTERS:
        narrowest = 2 if source in _WIDE else 1
        most = capacity(old) if old.name in _BY_CHARACTERS else capacity(old) // narrowest
    elif old.name in _BY_CHARACTERS:
        most = capacity(old) * _bytes_in(source, target)
    elif new.name == "longtext" or not _grows(source, target):
        most = capacity(old)
    else:
        most = capacity(old) * _bytes_in(source, target)
    return most > capacity(new)


def _bytes_in(source: str, target: str) -> int:
    """The bytes that a character of one character set takes in another, at most."""
    if target.startswith("utf8") and source == "ascii":
        return 1
    if target == "utf8mb4" and (source in _BASIC or _one_byte(source)):
        return _BASIC["utf8mb3"]
    return _widest(target)


def _grows(source: str, target: str) -> bool:
    """Whether a character may take more bytes than before."""
    same = source == target or (source.startswith("utf8") and target.startswith("utf8"))
    return not (same or _one_byte(target) or (source == "ascii" and target.startswith("utf8")))


def from_bytes(old: TypeParts, new: TypeParts) -> TypeChange:
    if new.name not in BYTES:
        if new.name in STRINGS:
            return TypeChange("may fail", f"bytes that are no {new.charset or _USUAL} text are refused")
        return TypeChange("may fail", f"bytes are converted to {new.name}")
    if capacity(new) < capacity(old):
        return TypeChange("narrowing", f"values longer than {capacity(new)} bytes are refused")
    return TypeChange("lossy", "values are padded with zero bytes") if new.name == "binary" else NONE


def characters_of(old: TypeParts, new: TypeParts) -> TypeChange:
    """What another character set does, whose characters may be fewer."""
    source, target = old.charset or _USUAL, new.charset or _USUAL
    if source == target or target in _ALL or source == "ascii":
        return NONE
    if old.name in _LABELS and all(label.isascii() for label in old.args):
        return NONE
    if target in _BASIC and (source in _BASIC or _one_byte(source)):
        return NONE
    return TypeChange("may fail", f"characters that {target} does not have are refused")


def clash(old: TypeParts, new: TypeParts) -> str:
    """Why values that a unique key tells apart may become equal; empty where they cannot."""
    textual = STRINGS | _LABELS | {"json"}
    if new.name not in textual or old.name not in textual | BYTES:
        return ""
    before, after = _collation(old), _collation(new)
    if before == after or (after is not None and _as_fine(before, after)):
        return ""
    return f"values that are equal under {after or 'its collation'} clash in unique keys"


def _collation(parts: TypeParts) -> str | None:
    if parts.name in BYTES:
        return "binary"
    return "utf8mb4_bin" if parts.name == "json" else parts.collation


def _as_fine(before: str | None, after: str) -> bool:
    """Whether every two values that differ under one collation differ under the other."""
    if _ignores_trailing_spaces(after) and not (before and _ignores_trailing_spaces(before)):
        return False
    if after.endswith("_bin"):
        return True
    old, new = _SENSITIVITY.fullmatch(before or ""), _SENSITIVITY.fullmatch(after)
    if old is None or new is None or old["stem"] != new["stem"]:
        return False
    return all(old[k] == new[k] or (new[k] or "").endswith("s") for k in ("accents", "case"))


def _ignores_trailing_spaces(collation: str) -> bool:
    return collation != "binary" and "nopad" not in collation and "_0900_" not in collation
