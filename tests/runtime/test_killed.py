"""An upgrade that is killed: status tells the truth, and the next upgrade reaches head with every row."""

from __future__ import annotations

import pytest

from tests.runtime.killing import KILLED, WHOLE, Moment, found, revisions, upgrade_killed
from tests.runtime.project import Deployed


@pytest.mark.parametrize(
    ("moment", "times"),
    [
        ("before_cursor_execute", (9, 5, 6)),
        ("after_cursor_execute", (8, 4, 3, 2)),
        ("after_cursor_execute", (15, 2, 2)),
        ("commit", (1,)),
    ],
)
def test_killed_again_and_again(deployed: Deployed, moment: Moment, times: tuple[int, ...]) -> None:
    """Each number is how many statements, or commits, a run gets."""
    revisions(deployed)
    for count in times:
        assert upgrade_killed(deployed, moment, count) == KILLED
        told = deployed.autogen("status", "--format", "json")
        assert told.code == 0, told.err
        assert told.json["at"] == deployed.applied()
        left = told.json["cut_short"]
        if left is not None:
            assert left["revision"] == told.json["pending"][0]
            assert left["done"] or left["doubtful"]
    ran = deployed.autogen("upgrade")
    assert ran.code == 0, ran.err
    assert found(deployed) == WHOLE
    assert deployed.autogen("status", "--format", "json").json["pending"] == []
