"""Numbers in words, alike wherever they are said."""

from __future__ import annotations


def number(count: int, noun: str, more: bool = False) -> str:
    """``3 values``, ``1 value``, ``at least 1,000,000 values``."""
    words = noun if count == 1 else f"{noun}s"
    return f"{'at least ' if more else ''}{count:,} {words}"


def about(rows: int) -> str:
    """``about 48,200 rows``: an estimate, to three digits."""
    digits = max(len(str(rows)) - 3, 0)
    return f"about {round(rows, -digits):,} rows"
