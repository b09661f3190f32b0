"""One runner over fixtures/rules: each rule speaks where it should, and is silent where it should be."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from autogen.review.registry import registry
from autogen.review.rule import SEVERITIES
from autogen.wishes import Wishes
from tests.acceptance.rule_case import FAMILIES, RuleCase
from tests.conftest import fresh
from tests.databases.databases import Backend
from tests.harness import Drafted, build, connect, diff
from tests.rows import fill

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


@pytest.mark.parametrize("rule", registry())
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


@pytest.mark.parametrize(("case", "backend"), RUNS)
def test_rule(case: RuleCase, backend: Backend, tmp_path: Path) -> None:
    drafted = drafted_for(case, backend, tmp_path)
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


def drafted_for(case: RuleCase, backend: Backend, folder: Path) -> Drafted:
    before, after = case.metadata(case.before), case.metadata(case.after)
    with fresh(backend, folder) as url:
        build(url, before, case.setup)
        if not case.empty:
            with connect(url) as connection:
                for statement in case.series(backend):
                    connection.exec_driver_sql(statement)
                connection.commit()
            rest = [table for table in before.sorted_tables if table.fullname not in case.many]
            fill(url, before, tables=rest)
        wishes = Wishes(tuple(case.renames), tuple(case.drops))
        return diff(url.update_query_dict(case.query), after, prove=False, wishes=wishes)
