"""One runner over fixtures/rules: each rule speaks where it should, and is silent where it should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.dialects.base import Scope
from autogen.online import DEFAULT, Forms
from autogen.pipeline import READ, Reading
from autogen.review.registry import registry
from autogen.review.rule import SEVERITIES
from autogen.review.written import WRITTEN
from autogen.wishes import Wishes
from tests.acceptance.rule_case import FAMILIES, RuleCase
from tests.conftest import fresh
from tests.databases.databases import Backend
from tests.harness import Drafted, build, connect, diff, formatted
from tests.rows import fill

PLAIN = Forms("never")
FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "rules"


def load() -> Iterator[RuleCase]:
    for path in sorted(FOLDER.glob("*.py")):
        spec = spec_from_file_location(f"rules_{path.stem}", path)
        assert spec is not None and spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        cases: list[RuleCase] = module.CASES
        yield from cases


CASES = list(load())
RUNS = [
    pytest.param(case, backend, id=f"{n}: {case.rule} {'fires' if case.fires else 'silent'}-{backend}")
    for n, case in enumerate(CASES)
    for backend in case.backends
]


NOT_HERE = {"mysql-instant-budget"}
"""MySQL 8 counts row versions, MariaDB does not: tests/unit/dialects/mysql/test_facts.py."""


@pytest.mark.parametrize("rule", sorted(registry().keys() - {rule.id for rule in WRITTEN} - NOT_HERE))
def test_every_rule_fires_and_is_silent_on_every_database_that_it_concerns(rule: str) -> None:
    missing = [
        f"{'fires' if fires else 'silent'} on {family}"
        for family in registry()[rule].dialects or FAMILIES
        for fires in (True, False)
        if not any(
            case.rule == rule and case.fires is fires and set(case.backends) & set(FAMILIES[family])
            for case in CASES
        )
    ]
    assert missing == []


def test_cases_are_of_rules_that_there_are() -> None:
    assert {case.rule for case in CASES} <= registry().keys()


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Backend], URL]]:
    """One database of each server for all cases, empty whenever it is asked for."""
    with ExitStack() as stack:
        made: dict[Backend, URL] = {}

        def empty(backend: Backend) -> URL:
            if backend not in made or backend == "sqlite":
                made[backend] = stack.enter_context(fresh(backend, tmp_path_factory.mktemp("rules")))
            else:
                emptied(made[backend])
            return made[backend]

        yield empty


def emptied(url: URL) -> None:
    """Without anything that a case has made."""
    with connect(url) as connection:
        if url.get_backend_name() == "mysql":
            connection.exec_driver_sql(f"DROP DATABASE `{url.database}`")
            connection.exec_driver_sql(f"CREATE DATABASE `{url.database}` CHARACTER SET utf8mb4")
            return
        for schema in sa.inspect(connection).get_schema_names():
            if schema != "information_schema":
                connection.exec_driver_sql(f'DROP SCHEMA "{schema}" CASCADE')
        connection.exec_driver_sql("CREATE SCHEMA public")
        connection.commit()


def is_spared(case: RuleCase, backend: Backend) -> bool:
    """Whether the draft would take a safe form of what the case is about."""
    family = next(name for name, backends in FAMILIES.items() if backend in backends)
    return family in registry()[case.rule].drafted


SPARED = [run for run in RUNS if run.values[0].fires and is_spared(*run.values)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("case", "backend"), SPARED)
def test_safe_forms_take_a_finding_away(
    case: RuleCase, backend: Backend, databases: Callable[[Backend], URL]
) -> None:
    drafted = drafted_for(case, backend, databases(backend), DEFAULT)
    assert drafted.changes
    assert [f for f in drafted.findings if f.rule == case.rule] == []


@pytest.mark.parametrize(("case", "backend"), RUNS)
def test_rule(case: RuleCase, backend: Backend, databases: Callable[[Backend], URL]) -> None:
    """In plain forms, of which most rules about what waits speak, and by the schemas alone."""
    drafted = drafted_for(case, backend, databases(backend), PLAIN, Reading(data=False))
    assert drafted.changes
    found = [f for f in drafted.findings if f.rule == case.rule]
    if not case.fires:
        worst = case.severity and SEVERITIES.index(case.severity)
        assert [f for f in found if worst is None or SEVERITIES.index(f.severity) < worst] == []
        return
    (finding,) = [f for f in found if f.object == case.object] or [None]
    assert finding is not None, found
    assert case.severity in (None, finding.severity)
    assert case.words in finding.message
    assert finding.message.endswith((".", case.object)) or "autogen diff" in finding.message


def drafted_for(case: RuleCase, backend: Backend, url: URL, forms: Forms, reading: Reading = READ) -> Drafted:
    before, after = case.metadata(case.before), case.metadata(case.after)
    build(url, before, case.setup)
    if not case.empty:
        with connect(url) as connection:
            for statement in case.series(backend):
                connection.exec_driver_sql(statement)
            connection.commit()
        fill(url, before, tables=[t for t in before.sorted_tables if t.fullname not in case.many])
    wishes = Wishes(tuple(case.renames), tuple(case.drops))
    with formatted(False):
        return diff(
            url.update_query_dict(case.query),
            after,
            scope=Scope(case.schemas),
            prove=False,
            wishes=wishes,
            forms=forms,
            reading=reading,
        )
