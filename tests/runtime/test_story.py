"""history and show, with branches; ways through them."""

from __future__ import annotations

import pytest

from autogen.errors import AutogenError
from autogen.project.revisions import RevisionFile, Revisions
from autogen.runtime.ways import between, downgrade_way, upgrade_way
from tests.runtime.project import Deployed


def branched(project: Deployed) -> None:
    project.revision("a1", message="begin")
    project.revision("b1", down="a1", message="left", labels=("left",))
    project.revision("c1", down="b1", message="left again")
    project.revision("b2", down="a1", message="right")
    project.revision("d1", down=("c1", "b2"), message="joined")


def test_branches_and_joins(local: Deployed) -> None:
    branched(local)
    ran = local.autogen("upgrade", "b2")
    assert ran.code == 0, ran.err
    shown = [" ".join(line.split()) for line in local.autogen("history").out.splitlines()]
    assert shown == [
        "d1 2026-01-05 10:00 joined + pending head, joins c1 and b2",
        "b2 2026-01-04 10:00 right * current follows a1",
        "c1 2026-01-03 10:00 left again + pending",
        "b1 2026-01-02 10:00 left + pending label left",
        "a1 2026-01-01 10:00 begin applied branches into b1 and b2",
    ]
    ran = local.autogen("upgrade", "left@head")
    assert ran.code == 0, ran.err
    assert local.applied() == ["d1"]
    ran = local.autogen("downgrade", "b2")
    assert ran.code == 0, ran.err
    assert local.applied() == ["b2", "c1"]


def test_show(local: Deployed) -> None:
    branched(local)
    ran = local.autogen("show", "left")
    assert ran.code == 0, ran.err
    assert [" ".join(line.split()) for line in ran.out.splitlines()] == [
        "b1 left",
        "file migrations/versions/002_b1.py",
        "created 2026-01-02 10:00:00+00:00",
        "follows a1 (begin)",
        "followed by c1 (left again)",
        "labels left",
        "state pending",
    ]
    found = local.autogen("show", "head", "--format", "json").json
    assert (found["revision"], found["follows"], found["boxes"]) == ("d1", ["c1", "b2"], [])


def test_hostile_messages_steer_nothing(local: Deployed) -> None:
    local.revision("a1", message="red \\x1b[31m alert {} %s \u202e")
    for command in ("history", "status", "show a1", "upgrade"):
        ran = local.autogen(*command.split())
        assert ran.code == 0, ran.err
        assert "\x1b" not in ran.out
        assert "\u202e" not in ran.out


def made(*links: tuple[str, str | tuple[str, ...] | None]) -> Revisions:
    files = []
    for id_, down in links:
        parents = () if down is None else (down,) if isinstance(down, str) else down
        files.append(RevisionFile(id_, parents, (), (), __file__))  # type: ignore[arg-type]
    return Revisions(tuple(files))


CHAIN = made(("a", None), ("b", "a"), ("c", "b"), ("d", "c"))


@pytest.mark.parametrize(
    ("applied", "target", "runs"),
    [((), "head", "abcd"), (("b",), "head", "cd"), ((), "+2", "ab"), (("b",), "c", "c"), (("c",), "b", "")],
)
def test_ways_up(applied: tuple[str, ...], target: str, runs: str) -> None:
    assert "".join(file.id for file in upgrade_way(CHAIN, applied, target).files) == runs


@pytest.mark.parametrize(
    ("target", "runs"), [("-1", "d"), ("b", "dc"), ("base", "dcba"), ("-4", "dcba"), ("d", "")]
)
def test_ways_down(target: str, runs: str) -> None:
    assert "".join(file.id for file in downgrade_way(CHAIN, ("d",), target).files) == runs


@pytest.mark.parametrize("target", ["-1", "+0", "base", "e", "x@head", "a@tail"])
def test_ways_that_are_none(target: str) -> None:
    with pytest.raises(AutogenError):
        upgrade_way(CHAIN, (), target)


def test_between() -> None:
    assert [file.id for file in between(CHAIN, "b", "d")] == ["c", "d"]
    assert [file.id for file in between(CHAIN, "base", "")] == ["a", "b", "c", "d"]
    with pytest.raises(AutogenError):
        between(CHAIN, "d", "b")


def test_a_project_without_revisions(local: Deployed) -> None:
    for command in ("history", "status"):
        ran = local.autogen(command)
        assert (ran.code, ran.err) == (0, "")
        assert local.autogen(command, "--format", "json").json["revisions"] == []
    assert "There are no revisions yet" in local.autogen("history").out
    assert "no revision" in local.autogen("status").out
