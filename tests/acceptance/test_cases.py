"""One runner over fixtures/cases: each case is migrated there, back and there again on every backend."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from autogen import pipeline
from autogen.changes import reverse
from autogen.dialects.base import Scope
from autogen.wishes import Wishes
from tests.acceptance.case import Case
from tests.conftest import fresh
from tests.databases.databases import Backend
from tests.dump import dump
from tests.harness import Drafted, build, diff, differences, formatted, needs_values, read_once, run
from tests.metadata import declared_names
from tests.rows import fill, lost, snapshot, under_new_names

CASES = Path(__file__).resolve().parents[2] / "fixtures" / "cases"


def load() -> Iterator[tuple[str, Case]]:
    for path in sorted(CASES.glob("*.py")):
        spec = spec_from_file_location(f"cases_{path.stem}", path)
        assert spec is not None and spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        cases: list[Case] = module.CASES
        yield from ((path.stem, case) for case in cases)


ALL = list(load())
RUN_ALONE: tuple[Backend, ...] = ("pg15",)
"""Where a draft is run with rows, as everywhere, and neither proven before nor held against models that were
built directly: tests/acceptance/test_real.py does both there, and a newer server of the kind does it here."""
RUNS = [
    pytest.param(case, backend, id=f"{file}: {case.name}-{backend}")
    for file, case in ALL
    if case.can_be_stated
    for backend in case.backends
]


def test_first_case_of_every_file_is_no_change() -> None:
    first = dict(reversed(ALL))
    assert all(case.before is case.after and case.changes == () for case in first.values())


def test_names_are_unique() -> None:
    names = [(file, case.name) for file, case in ALL]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("case", "backend"), RUNS)
def test_case(case: Case, backend: Backend, tmp_path: Path) -> None:
    before, after = case.metadata(case.before), case.metadata(case.after)
    with fresh(backend, tmp_path, again=True) as url:
        build(url, before, case.statements(backend))
        fill(url, before)
        with pipeline.connected(url) as live, read_once(), formatted(is_shown(case, backend)):
            assert differences(url, before, live=live) == ()
            drafted = diff(
                url,
                after,
                scope=Scope(case.schemas),
                prove=backend not in RUN_ALONE,
                wishes=Wishes(tuple(case.renames), tuple(case.drops)),
                live=live,
            )
        assert drafted.verified is not None or not drafted.changes or backend in RUN_ALONE
        judge(case, drafted)
        empty = case.fails_with_rows or needs_values(reverse(drafted.raw))
        if drafted.changes and not empty:
            there_and_back(case, backend, url, drafted, tmp_path)
    if empty:
        with fresh(backend, tmp_path, again=True) as url:
            build(url, before, case.statements(backend))
            there_and_back(case, backend, url, drafted, tmp_path)


def is_shown(case: Case, backend: Backend) -> bool:
    """Whether the draft is one that somebody reads: of one backend, and where the case asks for words."""
    return bool(case.draft_has) or backend == case.backends[0]


def judge(case: Case, drafted: Drafted) -> None:
    """What the draft says before it is run."""
    if case.changes is None:
        assert drafted.changes
    else:
        assert sorted(drafted.changes) == sorted(case.changes)
    assert drafted.not_compared == ()
    assert case.rules <= drafted.rules
    if drafted.changes and drafted.verified is not None:
        assert (drafted.verified, drafted.reason) == (True, ""), drafted.text
    for words in case.draft_has:
        assert words in drafted.text


def there_and_back(case: Case, backend: Backend, url: URL, drafted: Drafted, folder: Path) -> None:
    after = case.metadata(case.after)
    original, rows = dump(url), snapshot(url)
    skipped = [*case.loses, *(c.key.label for c in drafted.raw if type(c).__name__ == "Drop")]
    moved = under_new_names(rows, [(d.before, d.after) for d in drafted.renames if d.accepted])
    run(url, drafted.text, "upgrade", after)
    if not drafted.verified:
        assert differences(url, after) == ()
    assert lost(moved, snapshot(url), skipped) == []
    if case.same_catalog and backend not in RUN_ALONE:
        with fresh(backend, folder, again=True) as direct:
            build(direct, after, case.statements(backend) if case.setup_in_after else ())
            names = declared_names(after)
            assert dump(url, names) == dump(direct, names)
    run(url, drafted.text, "downgrade", after)
    assert dump(url) == original
    assert lost(rows, snapshot(url), skipped) == []
    if not drafted.verified:
        run(url, drafted.text, "upgrade", after)
