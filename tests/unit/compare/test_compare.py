from __future__ import annotations

from dataclasses import replace

from autogen.changes import Alter, Create, Rename
from autogen.compare import compare
from autogen.plan import Comparison
from autogen.schema import (
    Check,
    Column,
    ColumnType,
    EnumType,
    ForeignKey,
    Index,
    IndexElement,
    Key,
    Namespace,
    Object,
    PrimaryKey,
    Schema,
    Skipped,
    Table,
    Unique,
)
from tests.unit.compare.plain import NoScratch, Plain

INT, TEXT = ColumnType("integer"), ColumnType("text")


def table(name: str, *columns: str, schema: str = "") -> list[Object]:
    return [
        Table(schema, name),
        *(Column(schema, name, c, INT, position=i) for i, c in enumerate(columns)),
    ]


def column(name: str, type_: ColumnType = INT, **kwargs: object) -> Column:
    return Column("", "t", name, type_, **kwargs)  # type: ignore[arg-type]


def diff(before: list[Object], after: list[Object], dialect: Plain | None = None) -> Comparison:
    return compare(Schema(before), Schema(after), dialect or Plain(), NoScratch())


def order(comparison: Comparison) -> list[str]:
    return [f"{type(c).__name__.lower()} {c.key.kind} {c.key.label}" for c in comparison.changes]


def test_equal_schemas_have_no_difference() -> None:
    one = [*table("t", "a"), Check("", "t", "ck", "a > 0")]
    assert diff(one, list(reversed(one))).changes == ()


def test_unnamed_constraint_takes_the_live_name() -> None:
    live = [*table("t", "a"), Unique("", "t", "some_old_name", ("a",))]
    assert diff(live, [*table("t", "a"), Unique("", "t", None, ("a",))]).changes == ()


def test_unnamed_constraint_without_twin_gets_the_servers_name() -> None:
    found = diff(table("t", "a"), [*table("t", "a"), Unique("", "t", None, ("a",))])
    assert found.changes == (Create(Unique("", "t", "t_a_unique", ("a",))),)


def test_unnamed_constraint_that_changed_is_altered_under_its_default_name() -> None:
    live = ForeignKey("", "t", "t_a_foreign_key", ("a",), "", "p", ("id",))
    declared = replace(live, name=None, on_delete="CASCADE")
    base = [*table("t", "a"), *table("p", "id")]
    found = diff([*base, live], [*base, declared])
    assert found.changes == (Alter(live, replace(live, on_delete="CASCADE")),)


def test_default_name_avoids_names_of_other_constraints() -> None:
    live = [*table("t", "a"), Check("", "t", "t_a_unique", "a > 0")]
    found = diff(live, [*live, Unique("", "t", None, ("a",))])
    assert found.changes == (Create(Unique("", "t", "t_a_unique1", ("a",))),)


def test_name_alone_is_a_rename() -> None:
    live = Index("", "t", "old", (IndexElement("a"),))
    declared = replace(live, name="new")
    found = diff([*table("t", "a"), live], [*table("t", "a"), declared])
    assert found.changes == (Rename(live, declared),)


def test_primary_key_name_alone_is_a_rename() -> None:
    live = PrimaryKey("", "t", "t_pkey", ("a",))
    found = diff([*table("t", "a"), live], [*table("t", "a"), replace(live, name="pk_t")])
    assert found.changes == (Rename(live, replace(live, name="pk_t")),)


def test_doubtful_text_is_asked_and_equal_is_equal() -> None:
    live, declared = column("a", default="now()"), column("a", default="NOW( )")
    dialect = Plain({"NOW( )": "now()"})
    assert diff([Table("", "t"), live], [Table("", "t"), declared], dialect).changes == ()
    assert len(dialect.asked) == 1


def test_doubtful_text_that_differs_is_drafted_in_the_servers_spelling() -> None:
    live, declared = column("a", default="now()"), column("a", default="Clock( )")
    found = diff([Table("", "t"), live], [Table("", "t"), declared], Plain({"Clock( )": "clock()"}))
    assert found.changes == (Alter(live, replace(live, default="clock()")),)


def test_undecided_text_is_reported_and_never_drafted() -> None:
    live, declared = column("a", default="f(1)"), column("a", TEXT, nullable=False, default="f( 1)")
    found = diff([Table("", "t"), live], [Table("", "t"), declared], Plain({"f( 1)": None}))
    assert found.not_compared == (Skipped("t.a", "the server refused it"),)
    assert found.changes == (Alter(live, replace(live, nullable=False)),)


def test_default_added_or_removed_is_no_doubt() -> None:
    dialect = Plain()
    found = diff([Table("", "t"), column("a")], [Table("", "t"), column("a", default="1")], dialect)
    assert [c.changed for c in found.changes if isinstance(c, Alter)] == [("default",)]
    assert dialect.asked == []


def test_check_under_another_name_and_spelling() -> None:
    live, declared = Check("", "t", "ck_old", "(a > 0)"), Check("", "t", "ck_new", "a>0")
    found = diff([*table("t", "a"), live], [*table("t", "a"), declared], Plain({"a>0": "(a > 0)"}))
    assert found.changes == (Rename(live, replace(live, name="ck_new")),)


def test_unnamed_checks_find_their_twins_in_any_order() -> None:
    live = [Check("", "t", f"c{i}", f"(a > {i})") for i in range(3)]
    declared: list[Object] = [Check("", "t", None, f"a>{i}") for i in (2, 0, 1, 7)]
    same: dict[str, str | None] = {f"a>{i}": f"(a > {i})" for i in (0, 1, 2, 7)}
    found = diff([*table("t", "a"), *live], [*table("t", "a"), *declared], Plain(same))
    assert [c.after for c in found.changes if isinstance(c, Create)] == [
        Check("", "t", next(c.name for c in found.after.of_kind(Check) if "7" in c.expression), "a>7")
    ]
    assert len(found.changes) == 1


def test_model_on_a_view_is_not_compared() -> None:
    current = Schema([], [Skipped("v", "a view")])
    found = compare(current, Schema(table("v", "a")), Plain(), NoScratch())
    assert found.changes == ()
    assert found.not_compared == (Skipped("v", "a view"),)


def test_schemas_are_created_and_never_dropped() -> None:
    assert order(diff([], [Namespace("s"), *table("t", "a", schema="s")]))[0] == "create schema s"
    assert diff([Namespace("s")], []).changes == ()


def test_column_order_is_a_note() -> None:
    before: list[Object] = [Table("", "t"), column("a", position=0), column("b", position=1)]
    after: list[Object] = [Table("", "t"), column("a", position=1), column("b", position=0)]
    found = diff(before, after)
    assert found.changes == ()
    assert [n.object for n in found.notes] == ["t"]


def test_tables_follow_their_references_and_cycles_still_run() -> None:
    def fk(table: str, target: str) -> ForeignKey:
        return ForeignKey("", table, f"fk_{table}_{target}", ("id",), "", target, ("id",))

    tables = [o for t in ("a", "b", "c", "d") for o in table(t, "id")]
    found = diff([], [*tables, fk("a", "b"), fk("b", "a"), fk("c", "d")])
    listed = order(found)
    assert listed.index("create table d") < listed.index("create table c")
    for name in ("a", "b"):
        for made in ("create table a", "create table b"):
            assert listed.index(made) < listed.index(
                f"create foreign_key {name}.fk_{name}_{'ba'[name == 'b']}"
            )
    down = [f"{type(c).__name__.lower()} {c.key.label}" for c in found.reversed]
    assert down.index("drop c") < down.index("drop d")


def test_table_waits_for_the_column_it_refers_to() -> None:
    old = table("p", "id")
    new = [
        *table("p", "id", "code"),
        Unique("", "p", "uq", ("code",)),
        *table("c", "code"),
        ForeignKey("", "c", "fk", ("code",), "", "p", ("code",)),
    ]
    listed = order(diff(old, new))
    assert listed.index("create column p.code") < listed.index("create unique p.uq")
    assert listed.index("create unique p.uq") < listed.index("create table c")


def test_name_is_free_before_it_is_taken() -> None:
    live = [*table("t", "a"), Unique("", "t", "x", ("a",))]
    found = diff(live, [*table("t", "a"), Index("", "t", "x", (IndexElement("a"),), unique=True)])
    assert order(found) == ["drop unique t.x", "create index t.x"]


def test_constraint_is_rebuilt_around_a_type_change() -> None:
    before: list[Object] = [Table("", "t"), column("a"), Check("", "t", "ck", "a > 0")]
    after: list[Object] = [Table("", "t"), column("a", TEXT), Check("", "t", "ck", "a > '0'")]
    assert order(diff(before, after)) == ["drop check t.ck", "alter column t.a", "create check t.ck"]


def test_new_label_comes_before_the_default_that_uses_it() -> None:
    enum = Key("enum", "", "", "st")
    type_ = ColumnType("st", enum=enum)
    before: list[Object] = [EnumType("", "st", ("a",)), Table("", "t"), column("s", type_)]
    after: list[Object] = [
        EnumType("", "st", ("a", "b")),
        Table("", "t"),
        column("s", type_, default="'b'::st"),
    ]
    assert order(diff(before, after)) == ["alter enum st", "alter column t.s"]
    assert order(diff(after, before)) == ["alter column t.s", "alter enum st"]


def test_key_and_the_foreign_key_on_it_may_both_be_renamed_or_altered() -> None:
    def models(prefix: str, on_delete: str | None = None) -> list[Object]:
        key = PrimaryKey("", "p", f"{prefix}_p", ("id",))
        fk = ForeignKey("", "c", f"{prefix}_c", ("a",), "", "p", ("id",), on_delete)
        return [*table("p", "id"), *table("c", "a"), key, fk]

    renamed = diff(models("one"), models("two"))
    assert order(renamed) == ["rename primary_key p.(primary key)", "rename foreign_key c.two_c"]
    same = [replace(o, name="one_c") if isinstance(o, ForeignKey) else o for o in models("two", "CASCADE")]
    altered = diff(models("one"), same)
    assert order(altered) == ["rename primary_key p.(primary key)", "alter foreign_key c.one_c"]


def test_index_without_a_column_is_not_compared() -> None:
    empty = Index("", "t", "ix_t", ())
    live = Index("", "t", "ix_t", (IndexElement("a"),))
    for before in ([*table("t", "a"), live], table("t", "a")):
        found = diff(before, [*table("t", "a"), empty])
        assert found.changes == ()
        assert [s.object for s in found.not_compared] == ["t.ix_t"]
