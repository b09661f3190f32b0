"""Revisions are read from source as Alembic reads them by running it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autogen.errors import AutogenError
from autogen.project.revisions import Revisions, read_revisions, script_directory
from autogen.project.settings import AlembicSettings

PLAIN = "revision = {id!r}\ndown_revision = {down!r}\nbranch_labels = {labels!r}\ndepends_on = {needs!r}\n"


def write(
    folder: Path, id: str, down: object = None, labels: object = None, needs: object = None, text: str = PLAIN
) -> Path:
    versions = folder / "versions"
    versions.mkdir(exist_ok=True)
    path = versions / f"{id}_x.py"
    path.write_text(text.format(id=id, down=down, labels=labels, needs=needs), "utf-8")
    return path


def settings(folder: Path) -> AlembicSettings:
    return AlembicSettings(folder, (folder / "versions",))


def test_plain_files_are_read_without_running_them(tmp_path: Path) -> None:
    write(tmp_path, "a1")
    write(tmp_path, "b2", "a1", text=PLAIN + "raise RuntimeError('must not run')\n")
    found = read_revisions(settings(tmp_path))
    assert found.heads == ("b2",)
    assert found.by_id["b2"].down == ("a1",)
    assert found.by_id["b2"].path == tmp_path / "versions" / "b2_x.py"


@pytest.mark.parametrize(
    "text",
    [
        "revision: str = 'b2'  # id\ndown_revision: Union[str, None] = \"a1\"\nbranch_labels = None\n",
        "from typing import Union\nrevision = down_revision = 'b2'\ndown_revision = ('a1',)\n",
        '"""doc\n\nrevision = "zz"\n"""\nrevision = "b2"\ndown_revision = "a1"\n',
        "revision = (\n    'b2'\n)\ndown_revision = [\n    'a1',\n]\n",
        "\ufeffrevision = 'b2'\r\ndown_revision = 'a1'\r\n",
        "# -*- coding: latin-1 -*-\n# gr\u00fcn\nrevision = 'b2'\ndown_revision = 'a1'\n",
        "from typing import Union\nparts = 'b', '2'\nrevision = ''.join(parts)\ndown_revision = 'a1'\n",
        "if True:\n    revision = 'b2'\ndown_revision = 'a1'\n",
    ],
)
def test_other_spellings_are_understood(tmp_path: Path, text: str) -> None:
    write(tmp_path, "a1")
    encoding = "latin-1" if "latin-1" in text else "utf-8"
    text = text.replace("Union[str, None]", "str")
    (tmp_path / "versions" / "b2.py").write_bytes(text.encode(encoding))
    found = read_revisions(settings(tmp_path))
    assert found.heads == ("b2",)
    assert found.by_id["b2"].down == ("a1",)
    assert tuple(script_directory(settings(tmp_path)).get_heads()) == ("b2",)


def branched(folder: Path) -> Revisions:
    """a1 <- b2 <- c3, b2 <- d4; e5 of another base depends on the label of d4."""
    write(folder, "a1")
    write(folder, "b2", "a1")
    write(folder, "c3", "b2")
    write(folder, "d4", "b2", labels=("side",))
    write(folder, "e5", None, needs="side")
    return read_revisions(settings(folder))


def test_heads_and_pending_follow_branches_and_dependencies(tmp_path: Path) -> None:
    found = branched(tmp_path)
    assert found.heads == ("c3", "d4", "e5")
    assert sorted(script_directory(settings(tmp_path)).get_heads()) == list(found.heads)
    assert [f.id for f in found.pending(())] == ["a1", "b2", "c3", "d4", "e5"]
    assert [f.id for f in found.pending(("e5",))] == ["c3"]
    assert [f.id for f in found.pending(("c3", "e5"))] == []


def test_the_light_reader_agrees_with_alembic(tmp_path: Path) -> None:
    found = branched(tmp_path)
    scripts = {s.revision: s for s in script_directory(settings(tmp_path)).walk_revisions()}
    assert scripts.keys() == found.by_id.keys()
    for id, file in found.by_id.items():
        down = scripts[id].down_revision
        assert file.down == (() if down is None else (down,) if isinstance(down, str) else tuple(down))


def test_a_merge_has_several_parents(tmp_path: Path) -> None:
    branched(tmp_path)
    write(tmp_path, "m9", ("c3", "d4", "e5"))
    found = read_revisions(settings(tmp_path))
    assert found.heads == ("m9",)
    assert found.pending(("m9",)) == ()


def test_other_files_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "a1")
    for name in ("__init__.py", ".#a1_x.py", "notes.txt", "b.pyc"):
        (tmp_path / "versions" / name).write_text("(")
    assert read_revisions(settings(tmp_path)).heads == ("a1",)


def test_folders_below_are_read_when_the_project_says_so(tmp_path: Path) -> None:
    write(tmp_path, "a1")
    (tmp_path / "versions" / "2026").mkdir()
    (tmp_path / "versions" / "2026" / "b.py").write_text("revision = 'b2'\ndown_revision = 'a1'\n")
    assert read_revisions(settings(tmp_path)).heads == ("a1",)
    assert read_revisions(settings(tmp_path)._replace(recursive=True)).heads == ("b2",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("revision = 'b2'\ndown_revision = 'zz'\n", "follows the revision zz, which is in none"),
        ("revision = 'a1'\ndown_revision = None\n", "Two files have the revision id a1"),
        ("revision = 'b2'\ndown_revision = (\n", "line 2 is not valid Python"),
        ("x = 1\n", "could not be loaded by Alembic: CommandError"),
        ("revision = nosuch()\ndown_revision = 'a1'\n", "NameError: name 'nosuch' is not defined"),
        ("revision = 'b2'\ndown_revision = 'b2'\n", "in a circle: b2 -> b2"),
    ],
)
def test_broken_revisions_are_told_with_their_file(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path, "a1")
    (tmp_path / "versions" / "broken.py").write_text(text)
    with pytest.raises(AutogenError) as caught:
        read_revisions(settings(tmp_path))
    assert said in str(caught.value)


def test_undecodable_and_missing_are_told(tmp_path: Path) -> None:
    with pytest.raises(AutogenError, match=r"does not exist.*mkdir -p"):
        read_revisions(settings(tmp_path))
    write(tmp_path, "a1")
    (tmp_path / "versions" / "b.py").write_bytes(b"revision = '\xff\xfe'\n")
    with pytest.raises(AutogenError, match="neither UTF-8 nor"):
        read_revisions(settings(tmp_path))


def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "a1")
    path.unlink()
    os.symlink(tmp_path / "gone.py", path)
    with pytest.raises(AutogenError, match=r"a1_x\.py could not be read: No such file"):
        read_revisions(settings(tmp_path))
