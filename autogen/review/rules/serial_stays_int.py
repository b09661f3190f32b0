"""A key becomes bigint, and the sequence that numbers it stays an integer."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import Column, Sequence

RULE = Rule(
    "serial-stays-int",
    "high",
    "an integer key widened while the sequence of its own that numbers it is not",
    dialects=("postgresql",),
)


def check(context: Context) -> Iterable[Finding]:
    sequences = [s for s in context.comparison.after.of_kind(Sequence) if s.data_type != "bigint"]
    for before, after in context.altered(Column):
        widened = after.type.sql == "bigint" and before.type.sql in ("smallint", "integer")
        if not widened or after.default is None or "nextval(" not in after.default:
            continue
        for sequence in sequences:
            if sequence.name in after.default:
                yield RULE.finding(
                    after.key,
                    f"Becomes bigint, but the sequence {sequence.key.label} stays {sequence.data_type}: "
                    "inserts fail where it ends all the same.",
                    remedy=f"Declare Sequence({sequence.name!r}, data_type=BigInteger), too.",
                )
