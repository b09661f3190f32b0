"""downgrade() does not bring back the schema that upgrade() met."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.emit.words import listed
from autogen.lint.told import Reading, Told
from autogen.review.rules.irreversible_downgrade import RULE
from autogen.schema import Key, Schema

_SHOWN = 4


def check(reading: Reading) -> Iterable[Told]:
    recording, back = reading.recording, reading.back
    if back is None or not recording.changes:
        return
    if any(gap.text == "NotImplementedError" for gap in back.gaps):
        message = "downgrade() refuses to run: once it is applied, this revision is there to stay."
        yield RULE.about_revision(message, "low"), back.first_line
    elif back.missing or not back.steps:
        message = "downgrade() does nothing: the revision counts as undone, and its changes stay."
        remedy = "Undo them, or raise NotImplementedError with the reason."
        yield RULE.about_revision(message, remedy=remedy), back.first_line
    elif not back.gaps and not recording.gaps:
        wrong = _different(recording.before, back.after)
        if wrong:
            shown = [key.label for key in wrong[:_SHOWN]]
            shown += [f"{len(wrong) - _SHOWN} more"] if len(wrong) > _SHOWN else []
            message = f"downgrade() does not restore what upgrade() met: {listed(shown)}."
            yield RULE.about_revision(message), back.first_line


def _different(before: Schema, after: Schema) -> list[Key]:
    """The objects that are there on one side only."""
    return sorted(before.by_key.keys() ^ after.by_key.keys())
