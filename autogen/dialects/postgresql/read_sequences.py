"""Sequences: those of their own, those of serial columns, and the options of identity columns."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from autogen.dialects.postgresql.catalog import Catalog
from autogen.schema import Identity, Sequence, Skipped

_LIMITS = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}
Owner = tuple[int, int]
"""The oid of a table and the number of a column."""


@dataclass(slots=True)
class OwnedSequences:
    """What columns own: ``serial`` with the text of the default that makes it one, and ``identity``."""

    serial: dict[Owner, tuple[str, Sequence]] = field(default_factory=dict)
    identity: dict[Owner, Identity] = field(default_factory=dict)
    used: set[Owner] = field(default_factory=set)

    def is_serial(self, owner: Owner, default: str) -> bool:
        """Whether the default draws from the sequence that the column owns."""
        found = self.serial.get(owner)
        if found is None or found[0] != default:
            return False
        self.used.add(owner)
        return True

    def unused(self, tables: Container[int]) -> list[Sequence]:
        """Sequences that these tables own and no default draws from: sequences like any other."""
        unused = self.serial.keys() - self.used
        return [self.serial[owner][1] for owner in unused if owner[0] in tables]


def read_sequences(catalog: Catalog, skipped: list[Skipped]) -> tuple[list[Sequence], OwnedSequences]:
    standing: list[Sequence] = []
    owned = OwnedSequences()
    for _, schema, name, type_, *options, relation, column, dependency, shown in catalog.fetch("sequences"):
        sequence = _sequence(catalog.schema(schema), name, type_, *options)
        owner = (relation, column)
        if dependency == "e":
            skipped.append(Skipped(sequence.key.label, "owned by an extension"))
        elif dependency == "i":
            owned.identity[owner] = Identity(
                False,
                sequence.start,
                sequence.increment,
                sequence.minimum,
                sequence.maximum,
                sequence.cycle,
                sequence.cache,
            )
        elif dependency == "a":
            quoted = shown.replace("'", "''")
            owned.serial[owner] = (f"nextval('{quoted}'::regclass)", sequence)
        else:
            standing.append(sequence)
    return standing, owned


def _sequence(
    schema: str,
    name: str,
    type_: str,
    start: int,
    increment: int,
    minimum: int,
    maximum: int,
    cache: int,
    cycle: bool,
) -> Sequence:
    low, high = default_limits(type_, increment)
    return Sequence(
        schema,
        name,
        type_,
        start,
        increment,
        None if minimum == low else minimum,
        None if maximum == high else maximum,
        cycle,
        cache,
    )


def default_limits(type_: str, increment: int) -> tuple[int, int]:
    """MINVALUE and MAXVALUE of a sequence that states none."""
    limit = _LIMITS.get(type_, 2**63)
    return (1, limit - 1) if increment > 0 else (-limit, -1)
