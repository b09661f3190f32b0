"""Likeness of two names: whole, by words, and what one must replace to get the other."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_ROLES = frozenset(
    [
        "id",
        "at",
        "on",
        "by",
        "date",
        "time",
        "datetime",
        "is",
        "has",
        "no",
        "num",
        "number",
        "count",
        "url",
        "pk",
        "fk",
        "ref",
        "flag",
        "text",
        "json",
    ]
)
_KINDS = {
    "id": "id pk fk ref uuid guid key",
    "time": "at on date time datetime ts timestamp",
    "number": "num no number count total amount",
    "url": "url uri link path href",
    "name": "name",
    "type": "type kind",
    "text": "text json html description",
    "email": "email mail",
    "by": "by",
}
_ROLE_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_ENDINGS = ("ies", "ing", "ed", "es", "s", "e", "y")
Words = tuple[str, ...]


@lru_cache(maxsize=65536)
def words(name: str) -> Words:
    """The words of a name in lower case: ``trash_date``, ``trashDate`` and ``TRASH_DATE`` have the same."""
    return tuple(word.lower() for word in _WORD.findall(name))


@lru_cache(maxsize=65536)
def core(name: Words) -> Words:
    """The words without those that only say what role the values play: ``created`` of ``created_at``."""
    return tuple(word for word in name if word not in _ROLES) or name


@lru_cache(maxsize=65536)
def likeness(a: str, b: str) -> float:
    """How alike two names are letter by letter, 0 to 1."""
    return SequenceMatcher(None, a.lower(), b.lower(), autojunk=False).ratio()


@lru_cache(maxsize=65536)
def overlap(a: Words, b: Words) -> float:
    """The share of words that two names have in common; words that begin alike count by half."""
    if not a or not b:
        return 0.0
    left, right = set(a), set(b)
    common = float(len(left & right))
    rest = sorted(right - left)
    for word in sorted(left - right):
        near = next((r for r in rest if _kin(word, r)), None)
        if near is not None:
            rest.remove(near)
            common += 0.5
    return common / (len(left) + len(right) - common)


def _kin(a: str, b: str) -> bool:
    """``notif`` and ``notification``, ``en`` and ``english``, ``publication`` and ``published``."""
    if len(a) > len(b):
        a, b = b, a
    return len(a) >= 2 and (b.startswith(a) or (len(a) >= 5 and a[:5] == b[:5]))


def edit(a: Words, b: Words) -> tuple[Words, Words]:
    """What is replaced by what between two names, the words before and after left out."""
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    return a[start : len(a) - end], b[start : len(b) - end]


def role(name: Words) -> str | None:
    """What the last word says the values are, if it is one of the usual: ``time`` of ``paid_at``."""
    return _ROLE_OF.get(name[-1]) if name else None


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The word without the endings of number and tense: ``review`` of ``reviews`` and ``reviewed``."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) >= len(ending) + 3:
            return word[: -len(ending)]
    return word
