"""Columns of text, as wide as what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autogen.emit.words import cells, pad, shown


def columns(rows: Sequence[Sequence[str]], head: Sequence[str] = ()) -> Iterator[str]:
    """A line a row; control characters of names and messages are made visible."""
    made = [[shown(cell) for cell in row] for row in ([head] if head else []) + list(rows)]
    if not made:
        return
    widths = [max(cells(row[n]) for row in made) for n in range(len(made[0]))]
    for row in made:
        yield "  ".join(pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()


def pairs(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Name and value a line, without those that have no value."""
    yield from columns([(name, value) for name, value in rows if value])
