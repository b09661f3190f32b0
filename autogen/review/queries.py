"""Each question as SQL, and its answer as evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autogen.dialects.probing import MOST, Attempt, Misfit, NoAnswer, TooLong, Unfit
from autogen.figures import about, number
from autogen.plan import Evidence
from autogen.review import probes
from autogen.review.wording import assigned, counted, quoted, such_as, times, together, verb
from autogen.schema import (
    Column,
    EnumType,
    ForeignKey,
    Index,
    IndexElement,
    Key,
    PrimaryKey,
    TablePart,
    requires,
)

if TYPE_CHECKING:
    from autogen.review.prober import Found, Prober


def answer(prober: Prober, question: probes.Question) -> Evidence | None:
    """None where no query decides it. Raises NoAnswer where one does and was not answered."""
    asked: Callable[[Prober, Any], Evidence | None] = _ASKED[type(question)]
    return asked(prober, question)


def _evidence(
    found: Found, violated: Callable[[int, bool], str], clean: str, examples: Sequence[str] = ()
) -> Evidence:
    """The verdict of a search; ``violated`` words a number and whether there may be more."""
    if not found.count:
        if found.late is None:
            return Evidence("clean", clean, 0)
        return Evidence("none in sample", f"none in a sample ({found.late})")
    count, more = counted(found.count)
    more = more or found.late is not None
    return Evidence("violated", violated(count, more) + such_as(examples), count, more, tuple(examples))


def _rows(prober: Prober, asked: probes.Rows) -> Evidence:
    count, more = counted(prober.count(asked.table))
    if not count:
        return Evidence("clean", "holds no row", 0)
    estimate = prober.size(asked.table).rows or 0
    words = about(estimate) if more and estimate > MOST else number(count, "row", more)
    return Evidence("violated", f"holds {words}", count, more)


def _values(prober: Prober, asked: probes.Values) -> Evidence:
    column = prober.probing.name(asked.column.name)
    found = prober.search(
        asked.column.owner,
        lambda source: f"SELECT 1 AS x0 FROM {source} WHERE {column} IS NOT NULL",
        exact=True,
    )
    clean = "holds no value, NULL alone"
    return _evidence(found, lambda count, more: f"holds {number(count, 'value', more)}", clean)


def _nulls(prober: Prober, asked: probes.Nulls) -> Evidence:
    live = prober.future.live_table(asked.table)
    null = " OR ".join(prober.future.null(asked.table, column) for column in asked.columns)

    def query(source: str) -> str:
        return f"SELECT 1 AS x0 FROM {source} WHERE {null}"

    found, among = prober.search(live, query), prober.among(live)
    return _evidence(found, lambda count, more: f"{number(count, 'NULL', more)}{among}", f"no NULL{among}")


def _duplicates(prober: Prober, asked: probes.Duplicates) -> Evidence:
    key = asked.key
    table, live = key.key.owner, prober.future.live_table(key.key.owner)
    index = key if isinstance(key, Index) else None
    elements = index.elements if index else tuple(IndexElement(name) for name in key.columns)
    keys = [prober.probing.element(element) for element in elements]
    needed = _columns(prober, replace(key, include=()))
    listed = ", ".join(f"{sql} AS x{n}" for n, sql in enumerate(keys))
    names = ", ".join(f"x{n}" for n in range(len(keys)))
    equal_nulls = not isinstance(key, PrimaryKey) and key.nulls_not_distinct
    held = [] if equal_nulls else [f"{sql} IS NOT NULL" for sql in keys]
    held += [f"({index.predicate})"] if index and index.predicate else []
    where = f" WHERE {' AND '.join(held)}" if held else ""

    def query(source: str) -> str:
        rows = f"SELECT {listed} FROM {prober.future.rows(table, needed, source)}{where}"
        return f"SELECT {names}, count(*) AS n FROM ({rows}) AS probed GROUP BY {names} HAVING count(*) > 1"

    found, among = prober.search(live, query, len(keys), grouped=True), prober.among(live)
    examples = [f"{together(row[:-1])} {times(int(row[-1]))}" for row in found.examples]
    return _evidence(
        found, lambda count, more: number(count, "duplicate", more), f"no duplicates{among}", examples
    )


def _orphans(prober: Prober, asked: probes.Orphans) -> Evidence:
    fk = asked.key
    table, live = fk.key.owner, prober.future.live_table(fk.key.owner)
    name = prober.probing.name
    own = [f"c.{name(column)}" for column in fk.columns]
    listed = ", ".join(f"{column} AS x{n}" for n, column in enumerate(own))
    full = fk.match == "FULL" and len(own) > 1
    filled = " AND ".join(f"{column} IS NOT NULL" for column in own)
    wrong = f"{filled} AND {_refers_to_nothing(prober, fk)}"
    if full:
        some = " OR ".join(f"{column} IS NOT NULL" for column in own)
        wrong = f"({some}) AND (NOT ({filled}) OR {_refers_to_nothing(prober, fk)})"

    def query(source: str) -> str:
        rows = prober.future.rows(table, fk.columns, source)
        return f"SELECT {listed} FROM (SELECT * FROM {rows}) AS c WHERE {wrong}"

    found = prober.search(live, query, len(own))
    return _evidence(
        found,
        lambda count, more: f"{number(count, 'row', more)} without a partner in {fk.target.label}",
        f"every value has its partner in {fk.target.label}",
        [together(row) for row in found.examples],
    )


def _refers_to_nothing(prober: Prober, fk: ForeignKey) -> str:
    """The condition that the row c refers to no row; a table that is only created has none."""
    name = prober.probing.name
    if fk.target in prober.context.created_tables:
        return "1 = 1"
    if not prober.context.stands(fk.target):
        raise NoAnswer(f"{fk.target.label} is not looked at")
    pairs = zip(fk.target_columns, fk.columns, strict=True)
    equal = " AND ".join(f"p.{name(theirs)} = c.{name(ours)}" for theirs, ours in pairs)
    rows = prober.future.rows(fk.target, fk.target_columns)
    return f"NOT EXISTS (SELECT 1 FROM (SELECT * FROM {rows}) AS p WHERE {equal})"


def _violations(prober: Prober, asked: probes.Violations) -> Evidence:
    table = asked.check.key.owner
    live = prober.future.live_table(table)
    columns = _columns(prober, asked.check)
    listed = ", ".join(f"{prober.probing.name(column)} AS x{n}" for n, column in enumerate(columns))

    def query(source: str) -> str:
        rows = prober.future.rows(table, columns, source)
        return f"SELECT {listed or '1 AS x0'} FROM {rows} WHERE NOT ({asked.check.expression})"

    found, among = prober.search(live, query, len(columns)), prober.among(live)
    return _evidence(
        found,
        lambda count, more: f"{number(count, 'row', more)} {verb(count, more, 'violate')} it",
        f"no row violates it{among}",
        [assigned(columns, row) for row in found.examples],
    )


def _conflicts(prober: Prober, asked: probes.Conflicts) -> Evidence:
    table = asked.exclude.key.owner
    live = prober.future.live_table(table)
    needed = _columns(prober, asked.exclude)

    def query(source: str) -> str:
        rows = prober.future.rows(table, needed, source)
        made = prober.probing.conflicts(asked.exclude, rows)
        if made is None:
            raise NoAnswer("the constraint is not understood")
        return made

    found, among = prober.search(live, query), prober.among(live)
    return _evidence(
        found,
        lambda count, more: f"{number(count, 'conflict', more)}",
        f"no two rows conflict{among}",
    )


def _labelled(prober: Prober, asked: probes.Labelled) -> Evidence:
    found = [_holding(prober, key, asked.label) for key in asked.users]
    late = next((one.late for one in found if one.late is not None), None)
    total = replace(found[0], count=sum(one.count for one in found), late=late) if found else None
    if total is None:
        return Evidence("clean", "no column keeps the type", 0)
    return _evidence(
        total,
        lambda count, more: f"{number(count, 'row', more)} {verb(count, more, 'hold')} it",
        "no row holds it",
    )


def _holding(prober: Prober, key: Key, label: str) -> Found:
    column = prober.context.comparison.before.get(key)
    if not isinstance(column, Column):
        raise NoAnswer(f"the database has no column {key.label}")
    holds = prober.probing.holds_label(column, prober.probing.name(key.name), label)
    return prober.search(key.owner, lambda source: f"SELECT 1 AS x0 FROM {source} WHERE {holds}")


def _misfits(prober: Prober, asked: probes.Misfits) -> Evidence | None:
    after, live = asked.after, prober.context.live_column(asked.after.key)
    sql = prober.probing.name(live.name)
    enum = prober.context.comparison.after.get(after.type.enum) if after.type.enum else None
    labels = enum.labels if isinstance(enum, EnumType) else None
    wanted = prober.probing.misfits(asked.before, after, sql, labels)
    if isinstance(wanted, Attempt):
        return _attempted(prober, live, wanted) if asked.fails else None
    answers = [_misfit(prober, live, sql, one) for one in wanted if one.fails == asked.fails]
    told = [a for a in answers if a.verdict == "violated"] or [a for a in answers if a.verdict != "clean"]
    return next(iter(told or answers), None)


def _misfit(prober: Prober, live: Key, sql: str, misfit: Misfit) -> Evidence:
    clean = misfit.clean
    try:
        if misfit.measure and (longest := _measured(prober, live, misfit)) is not None:
            if longest <= misfit.limit:
                return Evidence("clean", clean.format(f"{longest:,}"), 0)
            clean = "every value fits"
        found = prober.search(
            live.owner, lambda source: f"SELECT {sql} AS x0 FROM {source} WHERE {misfit.condition}", 1
        )
    except Unfit as error:
        return _unfit(prober, error)
    words = [together(row) for row in found.examples]
    return _evidence(found, lambda n, more: f"{number(n, 'value', more)} {misfit.words}", clean, words)


def _measured(prober: Prober, live: Key, misfit: Misfit) -> int | None:
    """The longest value, which decides most cases in one reading; None where that takes too long."""
    try:
        found = prober.run(f"SELECT {misfit.measure} FROM {prober.probing.table(live.owner)}")
    except TooLong:
        return None
    return int(found[0][0] or 0)


def _attempted(prober: Prober, live: Key, attempt: Attempt) -> Evidence:
    """Every value converted: the first one that cannot be ends the query with an error."""
    query = f"SELECT count({attempt.expression}) FROM {prober.probing.table(live.owner)}"
    try:
        prober.run(query)
    except Unfit as error:
        return _unfit(prober, error)
    return Evidence("clean", "every value converts", 0)


def _unfit(prober: Prober, error: Unfit) -> Evidence:
    # what the server names may be a part of the value: an element of an array
    examples = (quoted(error.example),) if error.example and prober.inquiry.show_values else ()
    why = f" because of {examples[0]}" if examples else ""
    return Evidence("violated", f"at least 1 value does not convert{why}", 1, True, examples)


def _columns(prober: Prober, part: TablePart) -> list[str]:
    """The columns that a constraint or index reads, in the order of the table."""
    after = prober.context.comparison.after
    read = requires(part, after)
    return [column.name for column in after.columns(part.key.owner) if column.key in read]


_ASKED: dict[type, Callable[[Prober, Any], Evidence | None]] = {
    probes.Rows: _rows,
    probes.Values: _values,
    probes.Nulls: _nulls,
    probes.Duplicates: _duplicates,
    probes.Orphans: _orphans,
    probes.Violations: _violations,
    probes.Conflicts: _conflicts,
    probes.Misfits: _misfits,
    probes.Labelled: _labelled,
}
