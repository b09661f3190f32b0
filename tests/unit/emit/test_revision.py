"""The text of a revision file, byte for byte, and under hostile text."""

from __future__ import annotations

import ast
from pathlib import Path

import black
import pytest

from autogen.emit.revision import LINE_LENGTH, draft, line_length, with_proof
from autogen.plan import Finding, Plan, Proof
from autogen.schema import Code, Key
from autogen.source import literal
from tests.unit.emit.samples import EVERYTHING, HOSTILE, SA, Step, header, plan_of, step

CONCURRENTLY = "with op.get_context().autocommit_block():  # outside the transaction: writes go on"
UPGRADE = [
    step("op.alter_column('users', 'fullname', new_column_name='full_name')", "users.full_name"),
    step(
        "op.add_column('orders', sa.Column('refund_reason', sa.Text(), nullable=True))",
        "orders.refund_reason",
    ),
    step(
        "op.alter_column('orders', 'status', type_=sa.String(10), existing_type=sa.String(20))",
        "orders.status",
        "review: narrowing, fails on values that do not fit",
    ),
    step(
        "op.drop_column('orders', 'legacy_code')", "orders.legacy_code", "review: deletes the column's values"
    ),
    step("op.create_index('ix_orders_user_id', 'orders', ['user_id'])", "orders.ix", "", CONCURRENTLY),
    step("op.create_index('ix_users_email', 'users', ['email'])", "users.ix", "", CONCURRENTLY),
]
DOWNGRADE = [
    step("op.drop_index('ix_users_email', table_name='users')", "users.ix", "", CONCURRENTLY),
    step("op.drop_index('ix_orders_user_id', table_name='orders')", "orders.ix", "", CONCURRENTLY),
    step("op.add_column('orders', sa.Column('legacy_code', sa.String(12)))", "orders.legacy_code"),
]

GOLDEN = '''\
"""split name, refund reasons

Revision ID: 3f9c1a7be21d
Revises: 8a1d0c4f5e77
Create Date: 2026-11-21 10:15:02+00:00

Drafted by autogen 0.1.0 from myapp.models:Base against PostgreSQL 18.4.
Not proven: the draft has not been run yet.

Review:

- [ ] drop-column orders.legacy_code
      Deletes the column's values. downgrade() restores the column, not the values; code
      that still reads it breaks.
- [ ] type-lossy orders.status
      Narrowing: fails on values that do not fit. Check the data first.
"""

import sqlalchemy as sa
from alembic import op

revision = "3f9c1a7be21d"
down_revision = "8a1d0c4f5e77"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # users
    op.alter_column("users", "fullname", new_column_name="full_name")

    # orders
    op.add_column("orders", sa.Column("refund_reason", sa.Text(), nullable=True))
    # review: narrowing, fails on values that do not fit
    op.alter_column("orders", "status", type_=sa.String(10), existing_type=sa.String(20))
    op.drop_column("orders", "legacy_code")  # review: deletes the column's values
    with op.get_context().autocommit_block():  # outside the transaction: writes go on
        op.create_index("ix_orders_user_id", "orders", ["user_id"])

        # users
        op.create_index("ix_users_email", "users", ["email"])


def downgrade() -> None:
    with op.get_context().autocommit_block():  # outside the transaction: writes go on
        # users
        op.drop_index("ix_users_email", table_name="users")

        # orders
        op.drop_index("ix_orders_user_id", table_name="orders")
    op.add_column("orders", sa.Column("legacy_code", sa.String(12)))
'''


def formatted(text: str, length: int = LINE_LENGTH) -> bool:
    return black.format_str(text, mode=black.Mode(line_length=length)) == text


def test_golden() -> None:
    text = draft(EVERYTHING, UPGRADE, DOWNGRADE, header())
    assert text == GOLDEN
    assert formatted(text)


def test_one_table_needs_no_heading() -> None:
    text = draft(plan_of(), UPGRADE[1:4], DOWNGRADE[2:], header())
    assert "# orders" not in text
    assert "Review:" not in text


def test_nothing_to_do_is_pass() -> None:
    text = draft(plan_of(), [], [step("", "orders", "nothing restores this")], header(down_revision=None))
    assert "def upgrade() -> None:\n    pass\n" in text
    assert "def downgrade() -> None:\n    # nothing restores this\n    pass\n" in text
    assert "Revises:\n" in text
    assert "down_revision = None" in text


def test_a_block_over_one_table_stands_under_its_heading() -> None:
    steps = [step("op.a()", "a"), step("op.b()", "b", "", "with x:"), step("op.c()", "b", "", "with x:")]
    text = draft(plan_of(), steps, [step("", "a", "nothing to do", "with x:")], header())
    assert "    # a\n    op.a()\n\n    # b\n    with x:\n        op.b()\n        op.c()\n" in text
    assert text.endswith("    with x:\n        # nothing to do\n        pass\n")


def test_identifiers_as_alembic_writes_them() -> None:
    text = draft(plan_of(), [], [], header(down_revision=("a1", "b2"), branch_labels=("x",), depends_on="c3"))
    assert "Revises: a1, b2\n" in text
    namespace: dict[str, object] = {}
    exec(text.partition("down_revision")[1] + text.partition("down_revision")[2], namespace)
    assert namespace["down_revision"] == ("a1", "b2")
    assert namespace["branch_labels"] == ("x",)
    assert namespace["depends_on"] == "c3"


def test_imports_are_merged_sorted_and_grouped() -> None:
    needed = frozenset(
        {
            "import sqlalchemy as sa",
            "import enum",
            "import geoalchemy2",
            "from sqlalchemy.dialects import postgresql",
            "from myapp.types import money",
            "from myapp.types import Money",
            "from myapp.types import ZONE",
        }
    )
    text = draft(plan_of(), [step("pass", "t", imports=needed)], [], header())
    assert text.partition('"""\n\n')[2].startswith(
        "import enum\n\n"
        "import geoalchemy2\nimport sqlalchemy as sa\nfrom alembic import op\n"
        "from sqlalchemy.dialects import postgresql\n\n"
        "from myapp.types import ZONE, Money, money\n"
    )


def test_helpers_stand_once_at_the_end() -> None:
    helpers = frozenset({"def _rebuild(name):\n    op.execute(name)\n"})
    steps = [step("_rebuild('a')", "a", helpers=helpers), step("_rebuild('b')", "a", helpers=helpers)]
    text = draft(plan_of(), steps, steps, header())
    assert text.endswith("\n\n\ndef _rebuild(name):\n    op.execute(name)\n")
    assert text.count("def _rebuild") == 1


def test_created_table_has_a_column_a_line() -> None:
    text = draft(plan_of(), [step("op.create_table('t', sa.Column('a', sa.Text()))", "t")], [], header())
    assert '    op.create_table(\n        "t",\n        sa.Column("a", sa.Text()),\n    )\n' in text


def test_statements_of_many_lines_keep_their_strings() -> None:
    code = 'for a in (1, 2):\n    op.execute("""one\n  two\n""")\nop.execute("x")'
    text = draft(
        plan_of(), [step(code, "a", "why", "with op.get_context().autocommit_block():")], [], header()
    )
    assert "        # why\n        for a in (1, 2):\n" in text
    strings = [n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Constant)]
    assert "one\n  two\n" in strings


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_text_stays_text(words: str) -> None:
    """Names, messages and labels come back as they were, and what stands around them is unharmed."""
    call = f"op.drop_column({literal(words)}, {literal(words)})"
    steps = [
        Step(Code(call, SA), Key("column", words, words, words), words),
        step("op.drop_table('other')", "other", words),
    ]
    findings = (Finding("drop-column", "blocker", words, words),)
    text = draft(
        Plan(plan_of().comparison, findings),
        steps,
        steps,
        header(words, models=words, server=words, version=words),
        proof=Proof(False, words),
    )
    tree = ast.parse(text)
    assert [type(n).__name__ for n in tree.body] == [
        "Expr", "Import", "ImportFrom", "Assign", "Assign", "Assign", "Assign", "FunctionDef", "FunctionDef",
    ]  # fmt: skip
    function = tree.body[-2]
    assert isinstance(function, ast.FunctionDef)
    assert len(function.body) == 2
    dropped = function.body[0]
    assert isinstance(dropped, ast.Expr) and isinstance(dropped.value, ast.Call)
    assert [ast.literal_eval(a) for a in dropped.value.args] == [words, words]
    assert formatted(text)
    proven = with_proof(text, Proof(True))
    assert proven.count("\nProven: upgrade reaches the models, downgrade restores the schema.\n") == 1
    assert with_proof(proven, Proof(False, words)) == text


def test_proof_is_replaced_and_nothing_else() -> None:
    text = draft(EVERYTHING, UPGRADE, DOWNGRADE, header())
    reason = "after upgrade these differ:\norders.x: VARCHAR(20) -> VARCHAR(10)\n" + "word " * 40
    unproven = with_proof(text, Proof(False, reason))
    assert "\nUnproven: after upgrade these differ:\n    orders.x: VARCHAR(20) -> VARCHAR(10)\n" in unproven
    assert formatted(unproven)
    proven = with_proof(unproven, Proof(True))
    assert proven == GOLDEN.replace(
        "Not proven: the draft has not been run yet.",
        "Proven: upgrade reaches the models, downgrade restores the schema.",
    )
    assert with_proof(proven, Proof(None, "no right to create a scratch database")) == GOLDEN.replace(
        "the draft has not been run yet.", "no right to create a scratch database"
    )


@pytest.mark.parametrize(("steps", "told"), [(1, False), (2, True)])
def test_statements_that_no_transaction_holds_together_say_so(steps: int, told: bool) -> None:
    line = "PostgreSQL 18.4 commits each statement at once: if one fails, those before it stay."
    text = draft(EVERYTHING, UPGRADE[:steps], DOWNGRADE[:1], header(), transactional=False)
    assert (line in text.splitlines()) is told
    assert line in with_proof(text, Proof(True)).splitlines() or not told
    assert line not in draft(EVERYTHING, UPGRADE, DOWNGRADE, header())


def test_with_proof_refuses_a_text_that_is_no_draft() -> None:
    with pytest.raises(ValueError, match="drafted"):
        with_proof('"""mine"""\n', Proof(True))


def test_line_length_of_the_project(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    project = tmp_path / "pyproject.toml"
    project.write_text("[tool.ruff]\nline-length = 79\n")
    assert line_length(inner) == 79
    project.write_text("[tool.ruff]\nline-length = 79\n[tool.black]\nline-length = 120\n")
    assert line_length(inner) == 120
    project.write_text("not toml")
    assert line_length(inner) == LINE_LENGTH
    text = draft(EVERYTHING, UPGRADE, DOWNGRADE, header(), line_length=60)
    assert formatted(text, 60)
    assert text != GOLDEN
