"""What the rows say, on every backend; and whether the upgrade then does what the finding says."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.plan import Finding
from autogen.wishes import Wishes
from tests.databases.databases import Backend
from tests.evidence import checks, drops, keys, types
from tests.evidence.case import HOSTILE, Case
from tests.harness import Drafted, build, connect, diff, run

CASES = [*keys.CASES, *checks.CASES, *types.CASES, *drops.CASES]


def filled(url: URL, case: Case) -> None:
    metadata = sa.MetaData()
    case.before(metadata)
    build(url, metadata)
    with connect(url) as connection:
        for name, rows in case.rows.items():
            connection.execute(metadata.tables[name].insert().values(rows[0]))
            for row in rows[1:]:
                connection.execute(metadata.tables[name].insert().values(row))
        connection.commit()


def drafted(url: URL, case: Case) -> Drafted:
    metadata = sa.MetaData()
    case.after(metadata)
    return diff(url, metadata, prove=False, wishes=Wishes(renames=case.renames))


def the_finding(found: Drafted, case: Case) -> Finding:
    (finding,) = [f for f in found.findings if (f.rule, f.object) == (case.rule, case.object)]
    return finding


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_evidence(database_url: URL, backend: Backend, case: Case) -> None:
    if backend not in case.on:
        return
    filled(database_url, case)
    found = drafted(database_url, case)
    finding = the_finding(found, case)
    assert finding.evidence is not None
    assert finding.evidence.verdict == case.verdict, finding.evidence
    assert case.text in finding.evidence.text
    assert finding.certain == (backend in case.certain), finding
    assert not case.severity or finding.severity == case.severity
    if backend == "sqlite" and case.rule == "add-fk":
        # there the connection decides
        assert case.verdict == "clean" or "PRAGMA foreign_keys" in finding.message
        if case.verdict == "violated":
            with pytest.raises(RuntimeError, match="rows that do not exist"):
                run(database_url, found.text, "upgrade")
        run(database_url, found.text, "upgrade", foreign_keys=False)
        return
    fails = any(f.certain for f in found.findings)
    if fails:
        with pytest.raises(Exception, match=r"."):
            run(database_url, found.text, "upgrade")
    else:
        run(database_url, found.text, "upgrade")


def test_hostile_values_stay_on_their_line(database_url: URL) -> None:
    case = next(c for c in CASES if c.name == "hostile duplicates")
    filled(database_url, case)
    found = drafted(database_url, case)
    finding = the_finding(found, case)
    assert finding.evidence is not None
    (example,) = finding.evidence.examples
    assert example == f"{HOSTILE!r} twice"
    assert finding.evidence.text.isprintable()
    assert finding.note.isprintable()
    compile(found.text, "draft", "exec")
    assert "\x1b" not in found.text
