"""A comparison in phases: what running code can live with comes first, what it cannot comes after the deploy.

    before  -- expand -->  both old and new code run  -- contract -->  the models

Pure functions: what the rows hold is asked through ``Facts``. The schema between the phases has everything
that old code uses and everything that new code uses; where these are two names or two types of one column,
triggers keep both in step.
"""

from __future__ import annotations

from autogen.dialects.base import Dialect
from autogen.errors import AutogenError
from autogen.phase import Phase, Phasing
from autogen.phases.facts import Facts
from autogen.phases.split import Split
from autogen.plan import Comparison
from autogen.schema import Schema

__all__ = ["Facts", "phased"]


def phased(comparison: Comparison, dialect: Dialect, facts: Facts) -> Phasing:
    """The phases of the comparison; none where nothing in it calls for several deploys, or where it cannot
    be split. An expand phase without anything to do is left out."""
    transition = dialect.transition()
    if transition is None or not comparison.changes:
        return Phasing()
    split = Split(comparison, dialect, transition, facts)
    if not split.why:
        return Phasing((), tuple(split.whole))
    expand, contract = split.expand(), split.contract()
    _see_that_it_is_reached(contract[-1].comparison.after, comparison.after)
    phases = (
        Phase("expand", (expand,), beside=tuple(split.beside)),
        Phase("contract", contract, (), tuple(split.beside), tuple(split.backfills)),
    )
    kept = phases if phases[0].changes or split.beside else phases[1:]
    return Phasing(kept, tuple(split.whole), tuple(split.why))


def _see_that_it_is_reached(reached: Schema, wanted: Schema) -> None:
    """Changes that meet in one object in a way that the split does not know are an error, never a draft."""
    keys = sorted(reached.by_key.keys() | wanted.by_key.keys())
    missed = [key.label for key in keys if reached.get(key) != wanted.get(key)]
    if missed:
        raise AutogenError(
            f"The changes of {', '.join(missed[:3])} meet in a way that autogen cannot split into phases. "
            "Run autogen diff without --phases, or make these changes in the models one after the other."
        )
