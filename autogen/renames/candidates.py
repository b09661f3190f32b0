"""What the detector answers, and what it is told beside the two schemas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from autogen.schema import Key
from autogen.values import value

DecidedBy = Literal["hint", "identical", "score"]


@value(frozen=True, slots=True)
class Alternative:
    """Another object that the old one may have become."""

    after: Key
    confidence: float


@value(frozen=True, slots=True)
class RenameCandidate:
    """An object of the database that seems to be one of the models' under another name.

    ``before`` is its key in the database, ``after`` its key in the models: for parts of a renamed table the
    two differ in the table too. ``confidence`` is a probability; ``evidence`` says in words what it rests on.
    For an enum label both keys are of kind ``enum``, with the type's name as table and the label as name.
    """

    before: Key
    after: Key
    confidence: float
    evidence: tuple[str, ...]
    decided_by: DecidedBy
    alternatives: tuple[Alternative, ...] = ()


@value(frozen=True)
class Evidence:
    """What neither schema shows.

    ``hints`` are old names by the key of the object in the models (``info={"renamed_from": …}``); that of a
    table may name its old schema too: ``sales.people``. ``attribute_kept`` are pairs of columns that one
    mapped attribute was and is bound to; ``edited_in_place`` are pairs whose line in the model file was
    edited since the last commit, the one becoming the other.
    """

    hints: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    attribute_kept: frozenset[tuple[Key, Key]] = frozenset()
    edited_in_place: frozenset[tuple[Key, Key]] = frozenset()
