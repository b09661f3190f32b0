"""Puts a review's questions to the live database, within the time that the review may take."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autogen.dialects.probing import MOST, NoAnswer, Size, TooLong
from autogen.figures import about, number
from autogen.plan import Evidence
from autogen.review import queries
from autogen.review.future import Future
from autogen.review.inquiry import Inquiry
from autogen.review.probes import Question
from autogen.review.wording import counted
from autogen.schema import Key
from autogen.values import value

if TYPE_CHECKING:
    from autogen.review.context import Context

SAMPLE = 50_000
"""Rows that are read where reading all takes too long."""
_LARGE = 512 << 20
"""Bytes from which on a table is large, where its rows are not known to be many."""
_SHARE = 3
_LEAST = 0.02
"""Seconds below which no query is begun."""


@value(frozen=True, slots=True)
class Found:
    """What a search came to. ``late`` says why only a sample was read, where it was one."""

    count: int
    examples: Sequence[Sequence[Any]] = ()
    late: str | None = None


class Prober:
    """Each question is asked once. An answer that does not come in time is ``unknown``, or what a sample
    shows."""

    def __init__(self, context: Context, inquiry: Inquiry) -> None:
        self.context = context
        self.inquiry = inquiry
        self.probing = inquiry.probing
        self.future = Future(context, inquiry.probing)
        self._answers: dict[Question, Evidence | None] = {}
        self._rows: dict[Key, Found] = {}

    def answer(self, question: Question) -> Evidence | None:
        if question not in self._answers:
            try:
                self._answers[question] = queries.answer(self, question)
            except NoAnswer as error:
                self._answers[question] = Evidence("unknown", f"not known: {error}")
        return self._answers[question]

    # -- running -------------------------------------------------------------------------------------

    def run(self, sql: str) -> Sequence[Sequence[Any]]:
        """The rows of a query. No query takes more than a third of the time that is left, so that one
        large table does not leave all others unasked."""
        return self.probing.rows(sql, self._seconds())

    def _seconds(self) -> float:
        end = self.inquiry.begun + self.inquiry.seconds
        seconds = min(self.inquiry.each, (end - time.monotonic()) / _SHARE)
        if seconds < min(_LEAST, self.inquiry.each):
            raise TooLong(f"gave up, the {self.inquiry.seconds:g} seconds of the review were over")
        return seconds

    def search(
        self,
        table: Key,
        query: Callable[[str], str],
        width: int = 0,
        *,
        grouped: bool = False,
        exact: bool = False,
    ) -> Found:
        """Looks for rows of a live table. ``query`` makes the SQL that gives them out of what to read from:
        columns x0, x1, … (``width`` of them, to show), and n where they are ``grouped`` already.

        Of a large table a sample is read first: rows that are found there need no full search, unless the
        number is wanted as ``exact`` as it can be had."""
        name, size = self.probing.table(table), self.size(table)
        sampled = None
        if not exact and ((size.rows or 0) > MOST or (size.bytes or 0) > _LARGE):
            sampled = self._sampled(query(self.probing.sample(name, size, SAMPLE)), width, grouped)
            if sampled and sampled.count:
                return replace(sampled, late="the table is large")
        try:
            return self._found(query(name), width, grouped)
        except TooLong as late:
            found = sampled or self._sampled(query(self.probing.sample(name, size, SAMPLE)), width, grouped)
            if found is None:
                raise
            return replace(found, late=str(late))

    def _sampled(self, query: str, width: int, grouped: bool) -> Found | None:
        try:
            return self._found(query, width, grouped)
        except TooLong:
            return None

    def _found(self, query: str, width: int, grouped: bool) -> Found:
        if not (width and self.inquiry.show_values):
            return Found(int(self.run(f"SELECT count(*) FROM ({query} LIMIT {MOST + 1}) AS found")[0][0]))
        rows = self.run(self._showing(query, width, grouped))
        return Found(int(rows[0][-1]) if rows else 0, [row[:-1] for row in rows])

    def _showing(self, query: str, width: int, grouped: bool) -> str:
        """The number of rows found, with three examples: the first ones, or those found most often."""
        shown = [f"y{n}" for n in range(width)]
        texts = ", ".join(f"{self.probing.text(f'x{n}')} AS y{n}" for n in range(width))
        number, listed = ("n", ", ".join(shown)) if grouped else ("1 AS n", ", ".join(shown))
        found = f"SELECT {texts}, {number} FROM ({query} LIMIT {MOST + 1}) AS found"
        if grouped:
            return (
                f"SELECT {listed}, n, count(*) OVER () FROM ({found}) AS shown "
                f"ORDER BY n DESC, {listed} LIMIT 3"
            )
        return (
            f"SELECT {listed}, sum(n) OVER () FROM (SELECT {listed}, count(*) AS n FROM ({found}) AS shown "
            f"GROUP BY {listed}) AS counted ORDER BY {listed} LIMIT 3"
        )

    # -- tables --------------------------------------------------------------------------------------

    def size(self, table: Key) -> Size:
        return self.inquiry.sizes.get(table, Size())

    def among(self, table: Key) -> str:
        """`` among 48,200 rows``: counted where the table is small."""
        estimate = self.size(table).rows
        if estimate is not None and estimate > MOST:
            return f" among {about(estimate)}"
        try:
            count, more = counted(self.count(table))
        except NoAnswer:
            return ""
        return f" among {number(count, 'row', more)}"

    def count(self, table: Key) -> int:
        """The rows of a live table, MOST and one at most."""
        if table not in self._rows:
            name = self.probing.table(table)
            rows = self.run(f"SELECT count(*) FROM (SELECT 1 AS one FROM {name} LIMIT {MOST + 1}) AS found")
            self._rows[table] = Found(int(rows[0][0]))
        return self._rows[table].count
