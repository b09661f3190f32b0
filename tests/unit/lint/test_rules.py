"""Every rule about the written form: a revision in which it fires, and one in which it must not."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from autogen.lint.rules import ALL
from autogen.review.written import DATA_DEPENDENT, NOT_UNDERSTOOD, WRITTEN
from tests.unit.lint.reading import looked_at, rules

AUTOCOMMIT = "with op.get_context().autocommit_block():\n    "
ORDERS = """
op.create_table("users", sa.Column("id", sa.BigInteger(), primary_key=True))
op.create_table(
    "orders",
    sa.Column("id", sa.BigInteger(), primary_key=True),
    sa.Column("user_id", sa.BigInteger(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    sa.Column("state", sa.String(20), nullable=False, server_default="new", comment="a word"),
    sa.CheckConstraint("id > 0", name="ck"),
)
"""
SQLITE = ORDERS.replace(', comment="a word"', "").replace("BigInteger", "Integer")
NEW = 'op.create_table("orders", sa.Column("id", sa.BigInteger(), primary_key=True))\n'
NOT_VALID = 'op.create_foreign_key("fk", "orders", "users", ["user_id"], ["id"], postgresql_not_valid=True)\n'
VALIDATE = 'op.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk")\n'
TIMEOUT = "op.execute(\"SET lock_timeout = '5s'\")\n"


class Case(NamedTuple):
    """``fires`` and ``silent`` are bodies of upgrade(), both run on ``before``."""

    rule: str
    fires: str
    silent: str
    server: str = "postgresql"
    before: str = ""
    down: str = "raise NotImplementedError"
    silent_down: str = "raise NotImplementedError"


CASES = [
    Case(
        "add-column-inline",
        'op.add_column("orders", sa.Column("x", sa.Integer(), index=True))',
        'op.add_column("orders", sa.Column("x", sa.Integer()))',
    ),
    Case(
        "add-column-inline",
        'op.execute("ALTER TABLE orders ADD x int REFERENCES users (id)")',
        NEW + 'op.execute("ALTER TABLE orders ADD x int REFERENCES users (id)")',
    ),
    Case(
        "backfill-in-migration",
        "op.execute(\"UPDATE orders SET state = 'new'\")",
        'op.execute("INSERT INTO states VALUES (1)")\nop.execute("SELECT * FROM orders")',
    ),
    Case(
        "backfill-in-migration",
        'op.get_bind().execute(sa.text("DELETE FROM orders WHERE id < 5"))',
        NEW + 'op.get_bind().execute(sa.text("DELETE FROM orders WHERE id < 5"))',
        "mysql",
    ),
    Case(
        "concurrent-in-tx",
        'op.create_index("ix", "orders", ["state"], postgresql_concurrently=True)',
        AUTOCOMMIT + 'op.create_index("ix", "orders", ["state"], postgresql_concurrently=True)',
    ),
    Case("concurrent-in-tx", 'op.execute("VACUUM orders")', AUTOCOMMIT + 'op.execute("VACUUM orders")'),
    Case(
        "concurrent-in-tx",
        "pass",
        "pass",
        down='op.execute("DROP INDEX CONCURRENTLY ix")',
    ),
    Case(
        "detach-partition",
        'op.execute("ALTER TABLE orders DETACH PARTITION old")',
        AUTOCOMMIT + 'op.execute("ALTER TABLE orders DETACH PARTITION old CONCURRENTLY")',
    ),
    Case(
        "domain-constraint",
        "op.execute(\"ALTER DOMAIN email ADD CONSTRAINT c CHECK (VALUE <> '')\")",
        'op.execute("CREATE DOMAIN email AS text")',
    ),
    Case("drop-database", 'op.execute("DROP SCHEMA old CASCADE")', 'op.execute("DROP SCHEMA old")'),
    Case("drop-database", 'op.execute("DROP VIEW v CASCADE")', 'op.execute("DROP VIEW v")'),
    Case(
        "drop-index-lock",
        'op.drop_index("ix", table_name="orders")',
        AUTOCOMMIT + 'op.drop_index("ix", table_name="orders", postgresql_concurrently=True)',
    ),
    Case(
        "enum-type-missing",
        'op.add_column("orders", sa.Column("mood", sa.Enum("a", name="mood")))',
        'sa.Enum("a", name="mood").create(op.get_bind())\n'
        'op.add_column("orders", sa.Column("mood", sa.Enum("a", name="mood")))',
        before=ORDERS,
    ),
    Case(
        "invalid-index-leftover",
        AUTOCOMMIT
        + 'op.create_index("ix", "orders", ["state"], postgresql_concurrently=True, if_not_exists=True)',
        AUTOCOMMIT
        + 'op.drop_index("ix", table_name="orders", postgresql_concurrently=True, if_exists=True)\n    '
        + 'op.create_index("ix", "orders", ["state"], postgresql_concurrently=True, if_not_exists=True)',
    ),
    Case(
        "irreversible-downgrade",
        'op.add_column("orders", sa.Column("x", sa.Integer()))',
        'op.add_column("orders", sa.Column("x", sa.Integer()))',
        down="pass",
        silent_down='op.drop_column("orders", "x")',
    ),
    Case(
        "irreversible-downgrade",
        'op.add_column("orders", sa.Column("x", sa.Integer()))\nop.drop_column("orders", "y")',
        'op.add_column("orders", sa.Column("x", sa.Integer()))\nop.drop_column("orders", "y")',
        down='op.drop_column("orders", "x")',
        silent_down='op.add_column("orders", sa.Column("y", sa.Integer()))\nop.drop_column("orders", "x")',
    ),
    Case(
        "mysql-modify-drops-attrs",
        'op.alter_column("orders", "state", existing_type=sa.String(20), type_=sa.String(40))',
        'op.alter_column("orders", "state", existing_type=sa.String(20), type_=sa.String(40), '
        'existing_nullable=False, existing_server_default="new", existing_comment="a word")',
        "mysql",
        ORDERS,
    ),
    Case(
        "mysql-modify-drops-attrs",
        'op.alter_column("orders", "state", type_=sa.String(40))',
        'op.alter_column("orders", "state", server_default="old")',
        "mysql",
    ),
    Case(
        "name-too-long",
        f'op.execute("CREATE INDEX {"x" * 64} ON orders (state)")',
        f'op.execute("CREATE INDEX {"x" * 63} ON orders (state)")',
    ),
    Case(
        "no-lock-timeout",
        'op.add_column("orders", sa.Column("x", sa.Integer()))',
        TIMEOUT + 'op.add_column("orders", sa.Column("x", sa.Integer()))',
    ),
    Case(
        "no-lock-timeout",
        TIMEOUT + 'op.execute("SET lock_timeout = 0")\nop.drop_column("orders", "x")',
        AUTOCOMMIT + 'op.create_index("ix", "orders", ["state"], postgresql_concurrently=True)',
    ),
    Case(
        "no-lock-timeout",
        'op.add_column("orders", sa.Column("x", sa.Integer()))',
        'op.execute("SET SESSION lock_wait_timeout = 5")\nop.drop_column("orders", "x")',
        "mysql",
    ),
    Case(
        "rebuild-not-concurrent",
        'op.execute("REINDEX TABLE orders")',
        AUTOCOMMIT + 'op.execute("REINDEX (VERBOSE, CONCURRENTLY) TABLE orders")',
    ),
    Case(
        "sqlite-batch-cascade",
        'with op.batch_alter_table("users") as b:\n    b.alter_column("id", type_=sa.BigInteger())',
        'with op.batch_alter_table("users") as b:\n    b.add_column(sa.Column("x", sa.Integer()))',
        "sqlite",
        SQLITE,
    ),
    Case(
        "sqlite-batch-loses-objects",
        'with op.batch_alter_table("orders") as b:\n    b.drop_column("state")',
        'with op.batch_alter_table("users") as b:\n    b.alter_column("id", type_=sa.BigInteger())',
        "sqlite",
        SQLITE,
    ),
    Case("transaction-control", 'op.execute("COMMIT")', TIMEOUT + 'op.drop_column("orders", "x")'),
    Case(
        "backfill-in-migration",
        "op.execute(\"COPY orders FROM '/srv/orders.csv'\")",
        "op.execute(\"COPY orders TO '/srv/orders.csv'\")",
    ),
    Case(
        "lock-table",
        'op.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")',
        'op.execute("LOCK TABLE orders IN ROW EXCLUSIVE MODE")',
    ),
    Case(
        "lock-table",
        'op.execute("LOCK TABLES orders WRITE, users READ")',
        NEW + 'op.execute("LOCK TABLES orders WRITE")',
        "mysql",
    ),
    Case(
        "no-lock-timeout",
        'op.execute("LOCK orders")',
        TIMEOUT + 'op.execute("LOCK orders")',
    ),
    Case(
        "truncate",
        'op.execute("DELETE FROM orders")',
        'op.execute("DELETE FROM orders WHERE id < 5")',
    ),
    Case(
        "truncate",
        'op.execute(sa.delete(sa.table("orders")).where(sa.true()))',
        NEW + 'op.execute("DELETE FROM orders")',
        "mysql",
    ),
    Case("truncate", 'op.execute("TRUNCATE orders")', NEW + 'op.execute("TRUNCATE orders")'),
    Case(
        "using-truncates",
        'op.alter_column("orders", "state", type_=sa.String(5), postgresql_using="state::varchar(5)")',
        'op.alter_column("orders", "state", type_=sa.Integer(), postgresql_using="state::integer")',
        before=ORDERS,
    ),
    Case("validate-same-tx", NOT_VALID + VALIDATE, NOT_VALID + AUTOCOMMIT + VALIDATE),
    Case("validate-same-tx", NOT_VALID + VALIDATE, VALIDATE),
    Case(
        "enum-add-value",
        "op.execute(\"ALTER TYPE mood ADD VALUE 'b'\")",
        "op.execute(\"CREATE TYPE mood AS ENUM ('b')\")",
    ),
    # what the review finds, and the form takes away
    Case(
        "index-not-concurrent",
        'op.create_index("ix", "orders", ["state"])',
        AUTOCOMMIT + 'op.create_index("ix", "orders", ["state"], postgresql_concurrently=True)',
    ),
    Case(
        "index-not-concurrent",
        'op.create_index("ix", "orders", ["state"])',
        NEW + 'op.create_index("ix", "orders", ["id"])',
    ),
    Case(
        "add-fk-lock",
        'op.create_foreign_key("fk", "orders", "users", ["user_id"], ["id"])',
        NOT_VALID + AUTOCOMMIT + VALIDATE,
    ),
    Case(
        "add-unique-lock",
        'op.create_unique_constraint("uq", "orders", ["state"])',
        'op.execute("ALTER TABLE orders ADD CONSTRAINT uq UNIQUE USING INDEX uq")',
    ),
    Case(
        "add-unique",
        'op.create_unique_constraint("uq", "orders", ["state"])',
        'op.execute("ALTER TABLE orders ADD CONSTRAINT uq UNIQUE USING INDEX uq")',
    ),
    Case(
        "set-not-null",
        'op.alter_column("orders", "x", nullable=False)',
        'op.create_check_constraint("ck", "orders", "x IS NOT NULL", postgresql_not_valid=True)\n'
        + AUTOCOMMIT
        + 'op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck")\n'
        + 'op.alter_column("orders", "x", nullable=False)',
    ),
    Case(
        "set-not-null",
        'op.create_check_constraint("ck", "orders", "x IS NOT NULL", postgresql_not_valid=True)\n'
        + 'op.alter_column("orders", "x", nullable=False)',
        'op.alter_column("orders", "x", nullable=True)',
    ),
    Case(
        "work-after-ael",
        'op.drop_column("users", "x")\nop.create_index("ix", "orders", ["state"])',
        'op.drop_column("users", "x")\n'
        + AUTOCOMMIT
        + 'op.create_index("ix", "orders", ["state"], postgresql_concurrently=True)',
    ),
    Case(
        "type-drops-stats",
        'op.alter_column("orders", "id", type_=sa.Numeric())',
        'op.alter_column("orders", "id", type_=sa.Numeric())\n'
        + AUTOCOMMIT
        + 'op.execute("ANALYZE orders (id)")',
        before=ORDERS,
    ),
    Case(
        "rename-column",
        'op.alter_column("orders", "state", new_column_name="status")',
        'op.drop_column("orders", "state")',
    ),
    Case(
        "rename-column",
        'op.alter_column("orders", "state", new_column_name="status")',
        'op.add_column("orders", sa.Column("a", sa.Text()))\n'
        + 'op.alter_column("orders", "a", new_column_name="b")',
    ),
    Case(
        "rename-table",
        'op.rename_table("orders", "carts")',
        NEW + 'op.rename_table("orders", "carts")\nop.rename_table("carts", "baskets")',
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_it_fires_where_it_should_alone(case: Case, tmp_path: Path) -> None:
    fires = looked_at(tmp_path, case.fires, case.server, case.down, case.before)
    silent = looked_at(tmp_path, case.silent, case.server, case.silent_down, case.before)
    assert case.rule in rules(fires)
    assert case.rule not in rules(silent)
    assert not [u for u in (*fires.unseen, *silent.unseen) if u.finding.rule == NOT_UNDERSTOOD.id]


def test_every_rule_of_the_written_form_has_a_case() -> None:
    ids = {module.RULE.id for module in ALL} | {rule.id for rule in WRITTEN}
    assert ids - {case.rule for case in CASES} == {NOT_UNDERSTOOD.id, DATA_DEPENDENT.id}


def test_a_label_used_in_its_own_transaction_fails_the_upgrade(tmp_path: Path) -> None:
    added = "op.execute(\"ALTER TYPE mood ADD VALUE IF NOT EXISTS 'b' AFTER 'a'\")\n"
    used = "op.execute(\"UPDATE t SET m = 'b' WHERE n\")"
    severities = [
        next(f.finding.severity for f in found.findings if f.finding.rule == "enum-add-value")
        for found in (
            looked_at(tmp_path, added + used),
            looked_at(tmp_path, added),
            looked_at(tmp_path, AUTOCOMMIT + added + used),
        )
    ]
    assert severities == ["blocker", "medium", "low"]


def test_a_timeout_of_the_connection_is_seen_in_env_py(tmp_path: Path) -> None:
    change = 'op.drop_column("orders", "x")'
    env = 'connect_args={"options": "-c lock_timeout=5s"}'
    assert "no-lock-timeout" in rules(looked_at(tmp_path, change))
    assert "no-lock-timeout" not in rules(looked_at(tmp_path, change, surroundings=env))


def test_statements_that_are_not_understood_and_code_that_asks_are_told(tmp_path: Path) -> None:
    found = looked_at(
        tmp_path,
        """
        op.execute("DO $$ BEGIN NULL; END $$")
        op.get_bind().execute(sa.text("SELECT 1 FROM t"))
        raise ValueError("no")
        """,
    )
    told = [(u.finding.rule, u.finding.severity) for u in found.unseen]
    assert told == [("not-understood", "low"), ("not-understood", "medium"), ("data-dependent", "low")]


def test_a_loss_weighs_the_same_however_it_is_written(tmp_path: Path) -> None:
    ways = ('op.execute("TRUNCATE orders")', 'op.execute("DELETE FROM orders")')
    told = [
        {(f.finding.rule, f.finding.severity, f.finding.message) for f in looked_at(tmp_path, way).findings}
        for way in ways
    ]
    lost = [{finding for finding in found if finding[0] == "truncate"} for found in told]
    assert lost[0] == lost[1] != set()
    assert {severity for _, severity, _ in lost[0]} == {"blocker"}


def test_the_advice_names_the_column(tmp_path: Path) -> None:
    found = looked_at(tmp_path, 'op.alter_column("orders", "The State", nullable=False)')
    (remedy,) = {f.finding.remedy for f in found.findings if f.finding.rule == "set-not-null-lock"}
    assert '("The State" IS NOT NULL)' in remedy


RETYPED = 'op.alter_column("t", "b", type_=sa.String(3))\n'


@pytest.mark.parametrize("server", ["postgresql", "mysql", "sqlite"])
@pytest.mark.parametrize(
    "then",
    [
        'op.rename_table("t", "tt")',
        'op.alter_column("t", "b", new_column_name="bb", existing_type=sa.String(3))',
        'op.drop_column("t", "b")',
        'op.drop_table("t")',
        'op.execute("ALTER TABLE t RENAME TO tt")',
    ],
)
def test_what_changes_may_be_gone_or_renamed_at_the_end(then: str, server: str, tmp_path: Path) -> None:
    found = looked_at(tmp_path, f'{RETYPED}{then}\nop.drop_column("u", "x")', server)
    assert {"drop-column", "type-rewrite" if server != "sqlite" else "type-lossy"} <= rules(found)
    assert not [f for f in (*found.findings, *found.unseen) if f.finding.rule == NOT_UNDERSTOOD.id]


def test_a_rule_that_fails_hides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from autogen.lint.rules import truncate
    from autogen.review.rules import drop_table

    for module in (truncate, drop_table):
        monkeypatch.setattr(module, "check", lambda _: 1 / 0)
    found = looked_at(tmp_path, 'op.drop_column("t", "x")\nop.execute("LOCK t")')
    assert {"drop-column", "lock-table"} <= rules(found)
    told = {f.finding.message for f in found.findings if f.finding.rule == NOT_UNDERSTOOD.id}
    assert {rule for rule in ("truncate", "drop-table") for said in told if f"rule {rule} fails" in said} == {
        "truncate",
        "drop-table",
    }
    assert all("ZeroDivisionError" in said for said in told)


def test_a_fault_of_autogens_is_told_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autogen.lint import effects

    monkeypatch.setitem(effects.EFFECTS, "DropTableOp", lambda *_: 1 / 0)
    found = looked_at(tmp_path, 'op.drop_table("t")\nop.drop_column("u", "x")')
    assert "drop-column" in rules(found)
    (unseen,) = found.unseen
    assert "ZeroDivisionError" in unseen.finding.message
    assert unseen.finding.severity == "medium"


def test_the_advice_is_about_revisions_not_drafts(tmp_path: Path) -> None:
    found = looked_at(
        tmp_path,
        """
        op.drop_column("t", "fullname")
        op.add_column("t", sa.Column("full_name", sa.Text()))
        op.alter_column("t", "a", new_column_name="b")
        op.alter_column("t", "c", type_=sa.Integer())
        """,
    )
    assert {"rename-column", "drop-column"} <= rules(found)
    words = " ".join(f"{f.finding.message} {f.finding.remedy}" for f in found.findings)
    for word in ("autogen diff", "draft", "unknown", "answered"):
        assert word not in words.lower()


def test_not_null_is_told_where_it_is_set(tmp_path: Path) -> None:
    """Not where the same revision has added the column."""
    upgrade = """
        op.add_column("t", sa.Column("c", sa.Integer()))
        op.execute("UPDATE t SET c = 1")
        op.alter_column("t", "c", nullable=False)
    """
    before = 'op.create_table("t", sa.Column("id", sa.Integer(), primary_key=True))'
    found = looked_at(tmp_path, upgrade, before=before)
    (line,) = {f.line for f in found.findings if f.finding.rule == "set-not-null"}
    assert "nullable=False" in (tmp_path / "revision.py").read_text().splitlines()[line - 1]


def test_a_validation_has_nobody_wait(tmp_path: Path) -> None:
    change = 'op.execute("ALTER TABLE t VALIDATE CONSTRAINT fk")'
    assert "no-lock-timeout" not in rules(looked_at(tmp_path, change))
