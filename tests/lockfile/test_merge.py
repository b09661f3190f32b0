"""Two branches that both add a revision: git stops, autogen merge joins them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.lockfile.project import LockedProject


def branched(project: LockedProject, ours: tuple[str, str], theirs: tuple[str, str]) -> str:
    """Two branches with an edit of the models and a draft each, merged by git; what git says of it."""
    project.git("checkout", "-q", "-b", "theirs")
    database = (project.root / "app.db").read_bytes()
    project.edit("models.py", *theirs)
    project.drafted("theirs")
    project.commit("theirs")
    project.git("checkout", "-q", "main")
    (project.root / "app.db").write_bytes(database)
    project.edit("models.py", *ours)
    project.drafted("ours")
    project.commit("ours")
    return project.git("merge", "theirs", check=False)


NAME = "name: Mapped[str] = mapped_column(sa.String(50))"
TOTAL = "total: Mapped[int] = mapped_column(sa.Integer)"
OURS = (TOTAL, f"{TOTAL}\n    note: Mapped[str | None] = mapped_column(sa.String(20))")
THEIRS = (NAME, f"{NAME}\n    mail: Mapped[str | None] = mapped_column(sa.String(70))")


def test_git_stops_and_merge_joins(project: LockedProject) -> None:
    said = branched(project, OURS, THEIRS)
    assert "CONFLICT (content): Merge conflict in migrations/schema.lock" in said
    assert "models.py" not in [line for line in said.splitlines() if "CONFLICT" in line]
    ran = project.autogen("check", "--offline")
    assert ran.code == 2 and "autogen merge" in ran.err

    ran = project.autogen("merge")
    assert ran.code == 0, ran.err + ran.out
    assert "They change no object in common" in ran.out
    assert project.autogen("check", "--offline").out.startswith("In sync: models and schema.lock agree")
    project.commit("merged")
    text = max(project.revisions(), key=lambda p: p.stat().st_mtime_ns).read_text()
    assert "down_revision = (" in text

    written = project.lock.read_bytes()
    project.upgrade()
    assert project.autogen("check").code == 0
    assert project.autogen("snapshot").code == 0
    assert project.lock.read_bytes() == written


def test_relink_puts_the_unmerged_side_on_top(project: LockedProject) -> None:
    project.git("checkout", "-q", "-b", "theirs")
    database = (project.root / "app.db").read_bytes()
    project.edit("models.py", *THEIRS)
    theirs = project.drafted("theirs")
    project.commit("theirs")
    project.git("checkout", "-q", "main")
    (project.root / "app.db").write_bytes(database)
    project.edit("models.py", *OURS)
    ours = project.drafted("ours")
    project.commit("ours")
    merged = ours.read_bytes()
    project.git("checkout", "-q", "theirs")
    assert "CONFLICT" in project.git("merge", "main", check=False)

    count = len(project.revisions())
    ran = project.autogen("merge", "--relink")
    assert ran.code == 0, ran.err + ran.out
    assert "Relinked" in ran.out and theirs.name in ran.out
    assert len(project.revisions()) == count
    assert ours.read_bytes() == merged
    assert project.autogen("check", "--offline").code == 0
    project.upgrade("head")
    assert project.autogen("check").code == 0
    before = project.lock.read_bytes()
    assert project.autogen("snapshot").code == 0
    assert project.lock.read_bytes() == before


def test_relink_moves_nothing_that_the_database_has_run(project: LockedProject) -> None:
    branched(project, OURS, THEIRS)
    (moved,) = [path for path in project.revisions() if "theirs" in path.name]
    (first,) = [path for path in project.revisions() if "first" in path.name]
    project.upgrade("heads")
    before = project.files()
    ran = project.autogen("merge", "--relink")
    assert ran.code == 2 and "The database has run" in ran.err, ran
    assert project.files() == before
    (advised,) = re.findall(r"autogen downgrade (\w+)", ran.err)
    assert f'revision = "{advised}"' in first.read_text()
    assert moved.read_bytes() == before[str(moved.relative_to(project.root))]


def test_the_same_object_is_named_and_nothing_written(project: LockedProject) -> None:
    branched(project, (NAME, NAME.replace("50", "60")), (NAME, NAME.replace("50", "70")))
    project.git("checkout", "--ours", "models.py")
    before = project.files()
    ran = project.autogen("merge")
    assert ran.code == 1
    assert "Both change the same objects:\n  column users.name" in ran.out
    assert project.files() == before
    ran = project.autogen("merge", "--format", "json")
    document = json.loads(ran.out)
    assert document["same_objects"] == [{"kind": "column", "object": "users.name"}]
    assert document["path"] is None

    ran = project.autogen("merge", "--force")
    assert ran.code == 0
    assert "Lock    not written" in ran.out
    assert "autogen snapshot" in ran.out


def test_a_drop_and_what_builds_on_it(project: LockedProject) -> None:
    index = "total: Mapped[int] = mapped_column(sa.Integer, index=True)"
    branched(project, (f"    {TOTAL}\n", ""), (TOTAL, index))
    project.git("checkout", "--ours", "models.py")
    ran = project.autogen("merge")
    assert ran.code == 1
    assert "column orders.total" in ran.out


def test_models_that_hold_a_conflict_stop_it(project: LockedProject) -> None:
    branched(project, (NAME, NAME.replace("50", "60")), (NAME, NAME.replace("50", "70")))
    before = project.files()
    ran = project.autogen("merge", "--force")
    assert (ran.code, ran.out) == (2, "")
    assert "models" in ran.err
    assert project.files() == before


@pytest.mark.parametrize("flag", [(), ("--relink",)])
def test_one_head_is_nothing_to_merge(project: LockedProject, flag: tuple[str, ...]) -> None:
    before = project.files()
    ran = project.autogen("merge", *flag)
    assert ran.code == 2
    assert "nothing to merge" in ran.err
    assert project.files() == before


def test_relink_edits_no_merged_revision(project: LockedProject) -> None:
    branched(project, OURS, THEIRS)
    project.git("checkout", "--ours", "migrations/schema.lock")
    project.commit("merged without joining the heads")
    before = project.files()
    ran = project.autogen("merge", "--relink")
    assert ran.code == 2
    assert "merged already, which are never edited" in ran.err
    assert project.files() == before
    ran = project.autogen("merge", "-m", "join them")
    assert ran.code == 0
    assert "not written: git is not merging this file" in ran.out
    assert any(path.name.endswith("_join_them.py") for path in project.revisions())
    project.upgrade()
    assert project.autogen("snapshot").code == 0
    assert project.autogen("check", "--offline").code == 0


def test_a_dry_run_only_says(project: LockedProject) -> None:
    branched(project, OURS, THEIRS)
    before = project.files()
    ran = project.autogen("merge", "--dry-run")
    assert (ran.code, project.files()) == (0, before)
    assert "They change no object in common" in ran.out and "Dry run" not in ran.out

    ran = project.autogen("merge", "--relink", "--dry-run")
    assert (ran.code, project.files()) == (0, before)
    told = re.search(r"^Dry run +--relink would let (\S+) follow (\w+)$", ran.out, re.M)
    assert told, ran.out
    assert project.autogen("merge", "--relink").code == 0
    assert f'down_revision = "{told[2]}"' in (project.root / told[1]).read_text()


def test_what_was_not_understood_is_said(project: LockedProject) -> None:
    branched(project, OURS, THEIRS)
    path = next(p for p in project.revisions() if p.name.endswith("_theirs.py"))
    text = path.read_text()
    path.write_text(
        text.replace("def upgrade() -> None:\n", "def upgrade() -> None:\n    op.execute('VACUUMX')\n")
    )
    ran = project.autogen("merge", "--dry-run")
    assert "Not understood: 1 statement, to be read by you:" in ran.out
    assert f"{path.name}:" in ran.out


def test_sides_that_conflict_lead_to_a_snapshot_whoever_is_asked(project: LockedProject) -> None:
    branched(project, (NAME, NAME.replace("50", "60")), (NAME, NAME.replace("50", "70")))
    project.git("checkout", "--theirs", "models.py")
    ran = project.autogen("diff", "-m", "x")
    assert (
        ran.code == 2 and "Join them first: autogen merge && " in ran.err and "alembic merge" not in ran.err
    )
    ran = project.autogen("merge", "--relink")
    assert ran.code == 0, ran.err
    assert re.search(r"^Relinked  migrations/versions/\S+\.py, which", ran.out, re.M)
    assert "not written: both sides change the same objects" in ran.out
    for command in (("check", "--offline"), ("merge",)):
        ran = project.autogen(*command)
        assert (
            ran.code == 2
            and "has nothing to join. Run alembic upgrade head, then autogen snapshot"
            in " ".join(ran.err.split())
        )
    project.upgrade("head")
    assert project.autogen("snapshot").code == 0
    assert project.autogen("check", "--offline").code == 0


def test_new_with_two_heads_names_the_command_that_joins_the_files(project: LockedProject) -> None:
    branched(project, OURS, THEIRS)
    ran = project.autogen("new", "-m", "x")
    assert ran.code == 2 and ran.err.rstrip().endswith("or join them first: autogen merge")
    project.lock.unlink()
    ran = project.autogen("upgrade")
    assert ran.code == 2 and ran.err.rstrip().endswith("or join them first: autogen merge")
    ran = project.autogen("merge")  # the kind of database is that of the URL
    assert ran.code == 0, ran.err
    assert project.autogen("new", "-m", "x").code == 0


def test_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = LockedProject(tmp_path / "empty").autogen("merge")
    assert ran.code == 2 and "env.py does not exist" in ran.err and "autogen init" in ran.err
    assert "internal error" not in ran.err
