"""Every phase run for real: old and new code write between them, and no value is lost on the way or back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.wishes import Wishes
from tests.acceptance.phase_cases import CASES, HOSTILE, PhaseCase, Rows
from tests.conftest import fresh
from tests.databases.databases import Backend
from tests.dump import dump
from tests.harness import Environment, build, connect, diff_phases, differences, environment

TEXT_IS_LEFT = sa.__version__ >= "2.1"
"""SQLAlchemy 2.0 takes ``%(x)s`` in the text of a statement for a parameter, where the driver's are ``?``."""
RUNS = [
    pytest.param(case, b, id=f"{case.name}-{b}")
    for case in CASES
    for b in case.backends
    if case is not HOSTILE or b != "sqlite" or TEXT_IS_LEFT
]


@pytest.mark.parametrize(("case", "backend"), RUNS)
def test_phases(case: PhaseCase, backend: Backend, tmp_path: Path) -> None:
    old, new = sa.MetaData(), sa.MetaData()
    case.old_models(old)
    case.new_models(new)
    with fresh(backend, tmp_path, again=True) as url:
        build(url, old)
        execute(url, case.rows)
        phased = diff_phases(url, new, wishes=Wishes(tuple(case.renames), tuple(case.drops)))
        assert [*phased.names] == [*case.phases]
        assert [(proof.verified, proof.reason) for proof in phased.proofs] == [(True, "")] * len(phased.names)
        with environment(url, phased, case.values) as env:
            expand(case, env, url)
            env.migrate("upgrade", "contract")
            assert differences(url, new) == ()
            holds(url, case.after)
            back(case, env, url, old)


def expand(case: PhaseCase, env: Environment, url: URL) -> None:
    """To the point where old code may go: everything is filled."""
    if "expand" in case.phases:
        env.migrate("upgrade", "expand")
    execute(url, case.old)
    execute(url, case.new)
    if case.refuses:
        with pytest.raises(Exception, match=r"is not filled in every row yet: run backfills/fill\.py"):
            env.migrate("upgrade", "contract")
        ran = env.backfill("--batch", "2", "--pause", "0")
        assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
        assert "complete" in ran.stdout
    holds(url, case.between)


def back(case: PhaseCase, env: Environment, url: URL, old: sa.MetaData) -> None:
    """Down again: both codes work between the phases, and the values are where old code looks for them."""
    env.migrate("downgrade", "-1")
    holds(url, case.again or case.between)
    if "expand" not in case.phases:
        assert differences(url, old) == ()
        return
    if case.refill:
        stands = dump(url)
        with pytest.raises(Exception, match="holds NULL, which the schema before does not allow"):
            env.migrate("downgrade", "base")
        assert dump(url) == stands
        execute(url, case.refill)
        env.migrate("downgrade", "base")
        assert differences(url, old) == ()
    if case.again:
        return
    delete = [statement for statement in (*case.old, *case.new) if not statement.startswith("INSERT")]
    execute(url, delete)
    holds(url, case.between)
    if case.drops:
        return
    env.migrate("downgrade", "base")
    assert differences(url, old) == ()
    holds(url, case.back)


def execute(url: URL, statements: Iterable[str]) -> None:
    with connect(url) as connection:
        for statement in statements:
            connection.exec_driver_sql(spelled(url, statement))
            connection.commit()


def holds(url: URL, wanted: Mapping[str, Rows]) -> None:
    with connect(url) as connection:
        found = {
            query: [tuple(row) for row in connection.exec_driver_sql(spelled(url, query))] for query in wanted
        }
    assert found == wanted


def spelled(url: URL, sql: str) -> str:
    """A statement as the driver wants it."""
    backend = url.get_backend_name()
    sql = sql if backend == "sqlite" else sql.replace("%", "%%")
    return sql.replace('"', "`") if backend == "mysql" else sql


# -- locks -----------------------------------------------------------------------------------------------


def people(name: str, *parts: sa.CheckConstraint, nullable: bool) -> sa.MetaData:
    made = sa.MetaData()
    columns = [sa.Column("id", sa.Integer, primary_key=True), sa.Column(name, sa.String(50), nullable=False)]
    sa.Table("people", made, *columns, sa.Column("n", sa.Integer, nullable=nullable), *parts)
    return made


def test_a_contract_of_its_own_takes_the_safe_forms(pg_url: URL) -> None:
    build(pg_url, people("name", nullable=True))
    execute(pg_url, ["INSERT INTO people VALUES (1, 'Ann', NULL)"])
    phased = diff_phases(pg_url, people("name", nullable=False))
    assert [proof.verified for proof in phased.proofs] == [True]
    assert "VALIDATE CONSTRAINT people_n_not_null" in phased.texts[0]
    assert not {f.rule for f in phased.findings} & {"set-not-null-lock", "set-not-null"}
    with environment(pg_url, phased, ["0"]) as env:
        with pytest.raises(Exception, match="is not filled in every row yet"):
            env.migrate("upgrade", "contract")
        assert env.backfill("--pause", "0").returncode == 0
        env.migrate("upgrade", "contract")
        assert differences(pg_url, people("name", nullable=False)) == ()


def test_a_contract_behind_triggers_is_one_transaction_and_says_what_waits(pg_url: URL) -> None:
    build(pg_url, people("name", nullable=True))
    execute(pg_url, ["INSERT INTO people VALUES (1, 'Ann', 1)"])
    after = people("full_name", sa.CheckConstraint("n > 0", name="n_positive"), nullable=True)
    phased = diff_phases(pg_url, after, wishes=Wishes(("people.name=people.full_name",)))
    assert [proof.verified for proof in phased.proofs] == [True, True]
    contract = phased.texts[1]
    assert "autocommit_block" not in contract
    timeout, dropped = contract.index("SET lock_timeout = '5s'"), contract.index("DROP TRIGGER")
    assert timeout < dropped < contract.index("RESET lock_timeout")
    assert "add-check-lock" in {f.rule for f in phased.findings}
    with environment(pg_url, phased) as env:
        env.migrate("upgrade", "expand")
        assert env.backfill("--pause", "0").returncode == 0
        execute(pg_url, ["UPDATE people SET n = -1"])
        with pytest.raises(Exception, match="n_positive"):
            env.migrate("upgrade", "contract")
        execute(pg_url, ["UPDATE people SET n = 1"])
        env.migrate("upgrade", "contract")
        assert differences(pg_url, after) == ()
