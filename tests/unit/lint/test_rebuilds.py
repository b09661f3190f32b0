"""A table that is made anew under another name is the old one, changed."""

from __future__ import annotations

from pathlib import Path

from autogen.changes import apply
from autogen.lint.rebuilds import as_changed
from tests.harness import label
from tests.unit.lint.reading import looked_at, recorded, rules

START = """
op.create_table(
    "t",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("a", sa.Text(), nullable=False),
    sa.Column("gone", sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint("id"),
)
op.create_index("i", "t", ["a"])
"""
REBUILD = """
op.create_table(
    "_new_t",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("a", sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint("id"),
)
op.execute("INSERT INTO _new_t (id, a) SELECT id, a FROM t")
op.drop_table("t")
op.rename_table("_new_t", "t")
"""
AGAIN = 'op.create_index("i", "t", ["a"])\n'


def changes(upgrade: str) -> list[str]:
    start = recorded(START, "sqlite").after
    found = recorded(upgrade, "sqlite", start)
    assert apply(as_changed(found), found.before) == found.after
    return [label(change) for change in as_changed(found)]


def test_what_differs_between_the_old_table_and_the_new_one() -> None:
    assert changes(REBUILD + AGAIN) == [
        "drop column t.gone",
        "drop index t.i",
        "alter column t.a: nullable",
        "create index t.i",
    ]


def test_what_is_done_before_and_after_stays() -> None:
    found = changes(
        'op.drop_index("i", "t")\n' + REBUILD + 'op.add_column("t", sa.Column("b", sa.Text()))\n' + REBUILD
    )
    assert found.count("drop index t.i") == 1
    assert found[0] == "drop index t.i"
    assert found.index("create column t.b") < found.index("drop column t.b")


def test_a_table_that_got_a_new_name_before() -> None:
    again = REBUILD.replace('"t"', '"u"').replace("_new_t", "_new_u").replace("FROM t", "FROM u")
    renamed = 'op.rename_table("t", "u")\n'
    assert changes(renamed + again) == [
        "rename table u",
        "drop column u.gone",
        "drop index u.i",
        "alter column u.a: nullable",
    ]


def test_other_drops_and_renames_are_what_they_are() -> None:
    assert changes('op.rename_table("t", "u")') == ["rename table u"]
    made = changes('op.create_table("n", sa.Column("id", sa.Integer()))\nop.rename_table("n", "m")')
    assert "rename table m" in made


def test_the_findings_are_about_what_changes(tmp_path: Path) -> None:
    found = rules(looked_at(tmp_path, REBUILD + AGAIN, "sqlite", before=START))
    assert "drop-column" in found
    assert not found & {"drop-table", "rename-table"}


def test_a_question_about_the_database_finds_no_rows(tmp_path: Path) -> None:
    asked = 'assert not list(op.get_bind().exec_driver_sql("PRAGMA foreign_key_check"))'
    assert "not-understood" not in rules(looked_at(tmp_path, asked + REBUILD, "sqlite", before=START))


def test_a_transaction_of_its_own_is_how_sqlite_does_it(tmp_path: Path) -> None:
    statements = 'op.execute("BEGIN")\nop.execute("COMMIT")\n'
    assert "transaction-control" not in rules(looked_at(tmp_path, statements, "sqlite"))
    assert "transaction-control" in rules(looked_at(tmp_path, statements, "postgresql"))
