"""New files are named as Alembic would name them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from autogen.errors import AutogenError
from autogen.project.naming import file_name, new_revision_id, new_revision_path, now, slug
from autogen.project.revisions import Revisions, read_revisions, script_directory
from autogen.project.settings import FILE_TEMPLATE, AlembicSettings

WHEN = datetime(2026, 11, 21, 10, 15, 2, tzinfo=UTC)
MESSAGES = [
    "split name, refund reasons",
    "Größe ändern!",
    "",
    "x" * 60,
    "add " * 30,
    "a_b-c.d",
    "../../etc/passwd",
]


def settings(folder: Path, template: str = FILE_TEMPLATE) -> AlembicSettings:
    return AlembicSettings(folder, (folder / "versions",), file_template=template)


def test_the_default_is_a_timestamp_and_the_slug(tmp_path: Path) -> None:
    path = new_revision_path(settings(tmp_path), Revisions(()), "split name, refund reasons", "abc", WHEN)
    assert path == tmp_path / "versions" / "20261121101502_split_name_refund_reasons.py"


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("template", [FILE_TEMPLATE, "%(rev)s_%(slug)s", "%(year)d/%(epoch)s-%(rev)s"])
def test_alembic_gives_the_same_name(tmp_path: Path, message: str, template: str) -> None:
    chosen = settings(tmp_path, template)
    theirs = script_directory(chosen)._rev_path(tmp_path, "abc", message, WHEN)
    assert tmp_path / file_name(chosen, message, "abc", WHEN) == theirs


def test_a_long_slug_ends_after_a_word() -> None:
    assert slug("one two three", 8) == "one_two_" or slug("one two three", 8) == "one_"
    assert len(slug("word " * 50)) <= 40


def test_a_name_that_is_taken_gets_the_revision_id(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    first = new_revision_path(chosen, Revisions(()), "m", "abc", WHEN)
    first.parent.mkdir()
    first.touch()
    assert new_revision_path(chosen, Revisions(()), "m", "abc", WHEN).name == "20261121101502_m_abc.py"


def test_with_several_folders_it_lies_beside_the_head(tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    first.mkdir(), second.mkdir()
    second.joinpath("a.py").write_text("revision = 'a1'\ndown_revision = None\n")
    chosen = AlembicSettings(tmp_path, (first, second))
    assert new_revision_path(chosen, read_revisions(chosen), "m", "abc", WHEN).parent == second
    assert new_revision_path(chosen, Revisions(()), "m", "abc", WHEN).parent == first


@pytest.mark.parametrize("template", ["%(nosuch)s", "%(slug)d", "%(slug"])
def test_a_template_that_cannot_be_filled_is_told(tmp_path: Path, template: str) -> None:
    with pytest.raises(AutogenError, match="cannot be filled in"):
        file_name(settings(tmp_path, template), "m", "abc", WHEN)


def test_ids_and_time_zones(tmp_path: Path) -> None:
    assert len(new_revision_id()) == 12
    assert int(new_revision_id(), 16) >= 0
    assert new_revision_id() != new_revision_id()
    assert now(settings(tmp_path)).utcoffset() == WHEN.utcoffset()
    assert now(settings(tmp_path)._replace(timezone="Europe/Berlin")).utcoffset() != WHEN.utcoffset()
    with pytest.raises(AutogenError, match="timezone 'Mars/Base' is not known"):
        now(settings(tmp_path)._replace(timezone="Mars/Base"))
