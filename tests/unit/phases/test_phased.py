"""The split of a comparison, without a database."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from autogen.changes import Alter, Change, Create, Drop, Rename, apply
from autogen.compare.order import ordered
from autogen.dialects.base import Dialect
from autogen.dialects.postgresql import PostgreSQL
from autogen.dialects.sqlite import SQLite
from autogen.phase import Phasing
from autogen.phases import Facts, phased
from autogen.plan import Comparison
from autogen.schema import (
    Check,
    Column,
    ColumnType,
    ForeignKey,
    Identity,
    Index,
    IndexElement,
    Object,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)

PG = PostgreSQL(postgresql.dialect(), "public")  # type: ignore[no-untyped-call]
LITE = SQLite(sqlite.dialect(), "main")  # type: ignore[no-untyped-call]
INTEGER, BIGINT, TEXT = ColumnType("integer"), ColumnType("bigint"), ColumnType("text")
ALL_ROWS = Facts(lambda _: True, lambda _: True)
EMPTY = Facts(lambda _: False, lambda _: False)
ID = Column("", "t", "id", INTEGER, nullable=False)
BASE: tuple[Object, ...] = (Table("", "t"), ID, PrimaryKey("", "t", "t_pkey", ("id",)))


def column(name: str, type_: ColumnType = TEXT, **options: object) -> Column:
    return Column("", "t", name, type_, **options)  # type: ignore[arg-type]


def split(
    before: Sequence[Object],
    after: Sequence[Object],
    facts: Facts = ALL_ROWS,
    dialect: Dialect = PG,
    renames: Sequence[tuple[Object, Object]] = (),
) -> Phasing:
    """The phases between two schemas; ``renames`` are objects of before and of after."""
    start, end = Schema(before), Schema(after)
    moved = [Rename(b, a) for b, a in renames]
    left = apply(moved, start)
    changes: list[Change] = [Drop(o) for o in left if o.key not in end]
    changes += [Create(o) for o in end if o.key not in left]
    changes += [Alter(o, end.by_key[o.key]) for o in left if o.key in end and o != end.by_key[o.key]]
    comparison = Comparison((*moved, *ordered(changes, left, end)), start, end)
    phasing = phased(comparison, dialect, facts)
    holds_together(phasing, comparison)
    return phasing


def holds_together(phasing: Phasing, comparison: Comparison) -> None:
    """Each stage begins where the one before it ends, from the database to the models."""
    stages = [stage.comparison for phase in phasing.phases for stage in phase.stages]
    now = comparison.before
    for stage in stages:
        assert stage.before == now
        assert apply(stage.changes, now) == stage.after
        assert apply(stage.reversed, stage.after) == now
        now = stage.after
    assert not stages or now == comparison.after


def words(phasing: Phasing) -> list[list[str]]:
    return [
        [f"{type(change).__name__.lower()} {change.key.name}" for change in phase.changes]
        for phase in phasing.phases
    ]


def test_what_running_code_can_live_with_needs_no_phases() -> None:
    assert split(BASE, (*BASE, column("a"), Table("", "u"))).phases == ()


def test_additions_first_and_removals_last() -> None:
    index = Index("", "t", "ix", (IndexElement("b"),))
    unique = Unique("", "t", "uq", ("b",))
    phasing = split(
        (*BASE, column("a"), column("b"), Check("", "t", "ck", "b > ''")),
        (*BASE, column("b"), column("c"), index, unique),
    )
    assert words(phasing) == [["create c", "create ix"], ["drop ck", "create uq", "drop a"]]


def test_a_column_that_may_be_left_out_needs_no_expand_phase() -> None:
    assert words(split((*BASE, column("a")), BASE)) == [["drop a"]]
    required = split((*BASE, column("a", nullable=False)), BASE)
    assert words(required) == [["alter a"], ["drop a"]]
    with_default = split((*BASE, column("a", nullable=False, default="'x'")), BASE)
    assert words(with_default) == [["drop a"]]


def test_a_required_column_is_a_matter_of_rows() -> None:
    wanted = (*BASE, column("a", nullable=False))
    assert words(split(BASE, wanted)) == [["create a"], ["alter a"]]
    assert split(BASE, wanted, EMPTY).phases == ()
    backfill = split(BASE, wanted).phases[-1].backfills[0]
    assert (backfill.value, backfill.unfilled, backfill.key) == (None, "a IS NULL", ("id",))


def test_not_null_is_a_matter_of_nulls() -> None:
    before, after = (*BASE, column("a")), (*BASE, column("a", nullable=False, default="'x'"))
    phasing = split(before, after)
    assert words(phasing) == [["alter a"]]
    assert phasing.phases[0].backfills[0].value == "'x'"
    assert split(before, after, EMPTY).phases == ()


def test_a_renamed_column_keeps_what_stands_on_it() -> None:
    old, new = column("a", nullable=False), column("b", nullable=False)
    before = (*BASE, old, Index("", "t", "ix", (IndexElement("a"),), unique=True))
    after = (*BASE, new, Index("", "t", "ix", (IndexElement("b"),), unique=True))
    assert words(split(before, after, renames=[(old, new)])) == [["create b"], ["drop b", "rename b"]]
    lite = split(before, after, dialect=LITE, renames=[(old, new)])
    assert words(lite) == [["alter a", "create b"], ["drop b", "rename b", "alter b"]]


def test_a_rename_and_more_of_the_same_column() -> None:
    old, new = column("a", nullable=False), column("b", nullable=False, default="'x'", comment="c")
    renamed = column("b", nullable=False)
    for dialect in (PG, LITE):
        split((*BASE, old), (*BASE, new), dialect=dialect, renames=[(old, renamed)])


def test_a_rename_and_a_type_that_is_written_anew() -> None:
    old, new = column("a", INTEGER), column("b", BIGINT)
    phasing = split((*BASE, old), (*BASE, new), renames=[(old, column("b", INTEGER))])
    assert words(phasing) == [["create b"], ["drop b", "rename b", "alter b"]]
    assert [told.object for told in phasing.whole] == ["t.b"]


def test_two_columns_that_swap_names_are_not_split() -> None:
    one, other = column("a"), column("b", INTEGER)
    swapped = [(one, column("b")), (other, column("a", INTEGER))]
    phasing = split((*BASE, one, other), (*BASE, *(o for _, o in swapped)), renames=swapped)
    assert phasing.phases == ()
    assert {told.object for told in phasing.whole} == {"t.a", "t.b"}


def test_a_type_that_is_written_anew() -> None:
    index, check = Index("", "t", "ix", (IndexElement("a"),)), Check("", "t", "ck", "a > 0")
    before = (*BASE, column("a", INTEGER, nullable=False), index, check)
    after = (*BASE, column("a", BIGINT, nullable=False), index)
    phasing = split(before, after)
    assert words(phasing) == [
        ["create a_new"],
        ["alter a", "drop ck", "drop ix", "drop a", "rename a", "alter a", "create ix"],
    ]
    assert split(before, after, EMPTY).phases == ()
    assert split((*BASE, column("a", ColumnType("character varying(5)"))), (*BASE, column("a"))).phases == ()


def test_a_type_that_cannot_be_swapped_is_told() -> None:
    counted = column("n", INTEGER, identity=Identity())
    phasing = split((*BASE, counted), (*BASE, column("n", BIGINT, identity=Identity())))
    assert [(told.object, told.reason) for told in phasing.whole] == [
        ("t.n", "the server gives it its values itself")
    ]
    key = split(BASE, (Table("", "t"), Column("", "t", "id", BIGINT, nullable=False), BASE[2]))
    assert [told.reason for told in key.whole] == ["it is part of the primary key"]


def test_a_table_without_a_key_is_told() -> None:
    bare = (Table("", "t"), column("a"))
    phasing = split(bare, (*bare, column("b", nullable=False)))
    assert [told.object for told in phasing.whole] == ["t.b"]
    unique = (*bare, column("u", nullable=False), Unique("", "t", "uq", ("u",)))
    assert split(unique, (*unique, column("b", nullable=False))).phases[-1].backfills[0].key == ("u",)


def test_a_renamed_table_is_seen_under_its_old_name() -> None:
    old, new = Table("", "t"), Table("", "u")
    after = (new, Column("", "u", "id", INTEGER, nullable=False), PrimaryKey("", "u", "t_pkey", ("id",)))
    phasing = split(BASE, after, renames=[(old, new)])
    assert [phase.name for phase in phasing.phases] == ["expand", "contract"]
    assert words(phasing) == [["rename u"], []]
    assert phasing.phases[0].beside == phasing.phases[1].removes
    assert phasing.phases[0].beside[0].object.create[0].startswith("CREATE VIEW t")


def test_what_stands_on_a_new_name_waits_with_it() -> None:
    old, new = column("a", INTEGER), column("b", INTEGER)
    other = (Table("", "o"), Column("", "o", "id", INTEGER, nullable=False))
    fk = ForeignKey("", "t", "fk", ("b",), "", "o", ("id",))
    key = PrimaryKey("", "o", "o_pkey", ("id",))
    phasing = split((*BASE, old), (*BASE, new, *other, key, fk), renames=[(old, new)])
    assert "create fk" in words(phasing)[1]
    assert "create o" in words(phasing)[0]


NAMES = st.sampled_from(["a", "b", "c"])
TYPES = st.sampled_from([INTEGER, BIGINT, TEXT, ColumnType("character varying(9)")])
PARTS = st.tuples(
    TYPES, st.booleans(), st.sampled_from([None, "'1'"]), st.sampled_from(["", "index", "unique"])
)
TABLE = st.dictionaries(NAMES, PARTS, max_size=3)


def objects(columns: dict[str, tuple[ColumnType, bool, str | None, str]]) -> tuple[Object, ...]:
    made: list[Object] = [*BASE]
    for name, (type_, nullable, default, part) in columns.items():
        made.append(column(name, type_, nullable=nullable, default=default))
        if part == "index":
            made.append(Index("", "t", f"ix_{name}", (IndexElement(name),)))
        if part == "unique":
            made.append(Unique("", "t", f"uq_{name}", (name,)))
    return tuple(made)


@given(TABLE, TABLE, st.sampled_from([PG, LITE]), st.sampled_from([ALL_ROWS, EMPTY]))
def test_phases_hold_together(
    old: dict[str, tuple[ColumnType, bool, str | None, str]],
    new: dict[str, tuple[ColumnType, bool, str | None, str]],
    dialect: Dialect,
    facts: Facts,
) -> None:
    phasing = split(objects(old), objects(new), facts, dialect)
    if phasing.phases and phasing.phases[0].name == "expand":
        between = phasing.phases[0].comparison.after
        for o in phasing.phases[0].comparison.before:
            assert o.key in between, "nothing that old code uses goes in the expand phase"


@given(TABLE, TABLE, st.sampled_from([PG, LITE]))
def test_phases_hold_together_around_a_rename(
    old: dict[str, tuple[ColumnType, bool, str | None, str]],
    new: dict[str, tuple[ColumnType, bool, str | None, str]],
    dialect: Dialect,
) -> None:
    for name in ("x", "y"):
        assert name not in old
        assert name not in new
    x, y = column("x", nullable=False), column("y", nullable=False)
    split((*objects(old), x), (*objects(new), y), dialect=dialect, renames=[(x, y)])
