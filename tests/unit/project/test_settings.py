"""Alembic's settings are found where Alembic finds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from autogen.errors import AutogenError
from autogen.project.settings import FILE_TEMPLATE, read_settings


def test_without_configuration_there_are_defaults(tmp_path: Path) -> None:
    found = read_settings(tmp_path, None)
    assert found.script_location == tmp_path / "migrations"
    assert found.version_locations == (tmp_path / "migrations" / "versions",)
    assert (found.file_template, found.truncate_slug_length, found.configured) == (FILE_TEMPLATE, 40, False)


def test_the_ini_file(tmp_path: Path) -> None:
    tmp_path.joinpath("alembic.ini").write_text(
        "[alembic]\nscript_location = %(here)s/db\nfile_template = %%(rev)s-%%(slug)s\n"
        "sqlalchemy.url = postgresql://u:p%40w@h/d\ntimezone = UTC\ntruncate_slug_length = 20\n"
        "version_locations = %(here)s/db/a:%(here)s/db/b\nversion_path_separator = :\n"
        "recursive_version_locations = true\n"
    )
    found = read_settings(tmp_path, None)
    assert found.script_location == tmp_path / "db"
    assert found.version_locations == (tmp_path / "db" / "a", tmp_path / "db" / "b")
    assert found.file_template == "%(rev)s-%(slug)s"
    assert (found.timezone, found.truncate_slug_length, found.recursive) == ("UTC", 20, True)
    assert found.source == tmp_path / "alembic.ini"
    elsewhere = read_settings(tmp_path, tmp_path / "other")
    assert elsewhere.version_locations == (tmp_path / "other" / "versions",)
    assert elsewhere.file_template == "%(rev)s-%(slug)s"


def test_version_locations_without_a_separator_are_split_as_alembic_does(tmp_path: Path) -> None:
    tmp_path.joinpath("alembic.ini").write_text("[alembic]\nversion_locations = a, b c\n")
    assert read_settings(tmp_path, None).version_locations == tuple(tmp_path / x for x in "abc")


def test_the_pyproject_table_and_the_ini_file_before_it(tmp_path: Path) -> None:
    tmp_path.joinpath("pyproject.toml").write_text(
        '[tool.alembic]\nscript_location = "%(here)s/db"\nfile_template = "%%(slug)s"\n'
        'version_locations = ["x", "y"]\n'
    )
    found = read_settings(tmp_path, None)
    assert (found.script_location, found.file_template) == (tmp_path / "db", "%(slug)s")
    assert found.version_locations == (tmp_path / "x", tmp_path / "y")
    tmp_path.joinpath("alembic.ini").write_text("[alembic]\nscript_location = ini\n")
    found = read_settings(tmp_path, None)
    assert (found.script_location, found.file_template) == (tmp_path / "ini", "%(slug)s")


def test_an_ini_file_inside_the_migrations_folder(tmp_path: Path) -> None:
    inside = tmp_path / "migrations"
    inside.mkdir()
    inside.joinpath("alembic.ini").write_text("[alembic]\nfile_template = %%(slug)s\n")
    assert read_settings(tmp_path, inside).file_template == "%(slug)s"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[alembic\n", "line 1: not readable"),
        ("[alembic]\nscript_location = %(nosuch)s/a\n", "option script_location: not readable"),
        ("[alembic]\nfile_template = %(rev)s\n", "option file_template: not readable"),
        ("[alembic]\na = 1\na = 2\n", "[alembic] has a twice"),
        ("[alembic]\n[alembic]\n", "the section [alembic] stands there twice"),
        ("[alembic]\ntruncate_slug_length = many\n", "truncate_slug_length has to be a whole number"),
    ],
)
def test_a_broken_ini_file_is_told(tmp_path: Path, text: str, said: str) -> None:
    tmp_path.joinpath("alembic.ini").write_text(text)
    with pytest.raises(AutogenError) as caught:
        read_settings(tmp_path, None)
    assert said in str(caught.value)
    assert "alembic.ini" in str(caught.value)
