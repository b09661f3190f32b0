"""A URL is resolved and shown, its password never, not even out of a URL that does not parse."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from autogen.errors import AutogenError
from autogen.project.url import display, has_password, mask, resolve

SECRET = "hunter2"


def test_a_variable_is_looked_up() -> None:
    url = resolve("env:DB", environ={"DB": " sqlite:///a.db "})
    assert url.render_as_string() == "sqlite:///a.db"


@pytest.mark.parametrize(("environ", "state"), [({}, "not set"), ({"DB": ""}, "empty")])
def test_an_unset_variable_is_named(environ: dict[str, str], state: str) -> None:
    with pytest.raises(AutogenError, match=rf"variable DB \(env:DB, pyproject.toml\), which is {state}"):
        resolve("env:DB", source="pyproject.toml", environ=environ)


@pytest.mark.parametrize(
    "raw",
    [
        SECRET,
        f"postgresql//u:{SECRET}@h/d",
        f"postgresql://u:{SECRET}@h:port/d",
        f"://u:{SECRET}@h",
        f"postgresql://u:{SECRET}@[::1/d",
        f"nosuch://u:{SECRET}@h/d",
        f"postgresql+nosuch://u:{SECRET}@h/d",
    ],
)
def test_a_bad_url_is_told_without_its_password(raw: str) -> None:
    with pytest.raises(AutogenError) as caught:
        resolve(raw, source="--url")
    assert SECRET not in str(caught.value)
    assert "--url" in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_common_misnomer_is_corrected() -> None:
    with pytest.raises(AutogenError, match="Did you mean postgresql"):
        resolve("postgres://h/d")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (f"postgresql://u:{SECRET}@h:5/d", "postgresql://u:***@h:5/d"),
        (f"postgresql://u:p@{SECRET}@h:5/d", "postgresql://u:***@h:5/d"),
        (
            f"postgresql://h/d?password={SECRET}&sslmode=require",
            "postgresql://h/d?sslmode=require&password=***",
        ),
        (f"postgresql://h/d?sslpassword={SECRET}", "postgresql://h/d?sslpassword=***"),
        (f"mssql+pyodbc://?odbc_connect=PWD%3D{SECRET}", "mssql+pyodbc://?odbc_connect=***"),
        ("postgresql://h/d?passfile=/a", "postgresql://h/d?passfile=%2Fa"),
    ],
)
def test_display_hides_what_is_secret(raw: str, shown: str) -> None:
    assert display(make_url(raw)) == shown


@pytest.mark.parametrize(
    "text",
    [
        f"could not reach postgresql+psycopg://u:{SECRET}@h/d today",
        f"postgresql://u:a@b{SECRET}@h/d",
        f"postgresql://u:a/{SECRET}@h/d",
        f"dsn: host=h password={SECRET} user=u",
        f"dsn: password = '{SECRET} x'",
        f"sqlite+x://?Password={SECRET}&a=b",
    ],
)
def test_mask_finds_passwords_in_any_text(text: str) -> None:
    assert SECRET not in mask(text)
    assert mask(mask(text)) == mask(text)


def test_mask_leaves_other_text_alone() -> None:
    text = "sqlite:///app.db has no table users; see https://example.org/a:b and a@b.c"
    assert mask(text) == text


def test_has_password() -> None:
    assert has_password("postgresql://u:p@h/d")
    assert has_password("postgresql://h/d?password=p")
    assert has_password("u:p@h")
    assert not has_password("postgresql://u@h/d")
    assert not has_password("env:DB")


def test_a_relative_sqlite_file_lies_in_the_projects_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = tmp_path / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    assert resolve("sqlite:///a.db", root=tmp_path).database == str(tmp_path / "a.db")
    assert resolve("sqlite:///a.db").database == "a.db"
    assert resolve("sqlite:///:memory:", root=tmp_path).database == ":memory:"
    assert resolve(f"sqlite:///{below}/b.db", root=tmp_path).database == f"{below}/b.db"
