"""Flags before environment variables before [tool.autogen]; every mistake in that section is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from autogen.config import load_config
from autogen.errors import AutogenError
from autogen.online import Forms

FULL = '[tool.autogen]\nmodels = "app.models:Base"\nurl = "sqlite:///toml.db"\nmigrations = "db/migrations"\n'


def project(folder: Path, text: str = FULL) -> Path:
    folder.joinpath(".git").mkdir(exist_ok=True)
    folder.joinpath("pyproject.toml").write_text(text, "utf-8")
    return folder


def test_the_section_is_read(tmp_path: Path) -> None:
    config = load_config(project(tmp_path), environ={})
    assert config.models == ("app.models:Base",)
    assert config.url == "sqlite:///toml.db"
    assert config.migrations == tmp_path / "db" / "migrations"
    assert config.url_source == "pyproject.toml"


def test_variables_go_before_the_section_and_flags_before_both(tmp_path: Path) -> None:
    project(tmp_path)
    env = {"AUTOGEN_MODELS": "env.models, more", "AUTOGEN_URL": "sqlite:///env.db", "AUTOGEN_MIGRATIONS": "e"}
    config = load_config(tmp_path, environ=env)
    assert config.models == ("env.models", "more")
    assert (config.url, config.url_source) == ("sqlite:///env.db", "AUTOGEN_URL")
    assert config.migrations == tmp_path / "e"
    config = load_config(tmp_path, models=["a:B", "c"], url="sqlite://", migrations="flag", environ=env)
    assert config.models == ("a:B", "c")
    assert (config.url, config.url_source) == ("sqlite://", "--url")
    assert config.migrations == tmp_path / "flag"


def test_the_section_is_found_from_a_folder_below(tmp_path: Path) -> None:
    project(tmp_path)
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    below.joinpath("pyproject.toml").write_text("[project]\nname = 'other'\n")
    config = load_config(below, environ={})
    assert config.root == tmp_path
    assert config.migrations == tmp_path / "db" / "migrations"


def test_the_search_ends_at_the_repository(tmp_path: Path) -> None:
    project(tmp_path)
    inner = tmp_path / "inner"
    inner.joinpath(".git").mkdir(parents=True)
    with pytest.raises(AutogenError, match="No models have been named"):
        load_config(inner, environ={})


def test_alembics_script_location_is_the_default_for_migrations(tmp_path: Path) -> None:
    project(tmp_path, FULL.replace('migrations = "db/migrations"\n', ""))
    assert load_config(tmp_path, environ={}).migrations == tmp_path / "migrations"
    tmp_path.joinpath("alembic.ini").write_text("[alembic]\nscript_location = %(here)s/schema\n")
    assert load_config(tmp_path, environ={}).migrations == tmp_path / "schema"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('modles = "x"', "no key 'modles'. Did you mean 'models'"),
        ('scratch-url = "x"', "Did you mean 'scratch_url'"),
        ("zzz = 1", "The keys are models, url"),
        ("url = 5", "'url' has to be a string, not an integer"),
        ("url = true", "'url' has to be a string, not a boolean"),
        ('include = ["a", 1]', "'include' has to be a string or a list of strings, not this list"),
        ("exclude = {a = 1}", "'exclude' has to be a string or a list of strings, not a table"),
        ('online = "sometimes"', "'online' has to be one of auto, always, never"),
        ('lock_timeout = "soon"', "'lock_timeout' has to be a duration such as 5s"),
        ('lift_defaults = "yes"', "'lift_defaults' has to be true or false"),
        ('scratch_url = ""', "'scratch_url' has to be a string, not an empty string"),
    ],
)
def test_a_wrong_key_or_type_is_told(tmp_path: Path, line: str, said: str) -> None:
    project(tmp_path, f"[tool.autogen]\n{line}\n")
    with pytest.raises(AutogenError) as caught:
        load_config(tmp_path, environ={})
    assert said in str(caught.value)
    assert str(tmp_path / "pyproject.toml") in str(caught.value)


def test_a_file_that_does_not_parse_is_told_with_line_and_column(tmp_path: Path) -> None:
    project(tmp_path, '[tool.autogen]\nmodels = "a\n')
    with pytest.raises(AutogenError, match=r"pyproject.toml does not parse: line 2, column \d+: "):
        load_config(tmp_path, environ={})
    project(tmp_path, "[tool.autogen]\nmodels = [")
    with pytest.raises(AutogenError, match=r"line 2, column 11: .*the file ends there"):
        load_config(tmp_path, environ={})


def test_what_is_missing_is_told_with_three_ways_to_give_it(tmp_path: Path) -> None:
    project(tmp_path, "")
    with pytest.raises(AutogenError) as caught:
        load_config(tmp_path, models="m", environ={})
    for way in ("--url", "AUTOGEN_URL", "[tool.autogen]", "autogen init"):
        assert way in str(caught.value)


def test_the_urls_are_not_in_the_repr(tmp_path: Path) -> None:
    project(tmp_path, FULL + 'scratch_url = "mysql://a:geheim@h/d"\n')
    config = load_config(tmp_path, url="mysql://a:hunter2@h/d", environ={})
    assert "hunter2" not in repr(config)
    assert "geheim" not in repr(config)


def test_safe_forms(tmp_path: Path) -> None:
    assert load_config(project(tmp_path), environ={}).forms == Forms("auto", "5s", None)
    lines = 'online = "always"\nlock_timeout = "500ms"\nlift_defaults = true\n'
    project(tmp_path, FULL + lines)
    assert load_config(tmp_path, environ={}).forms == Forms("always", "500ms", True)
    config = load_config(tmp_path, online=False, lift_defaults=False, environ={})
    assert config.forms == Forms("never", "500ms", False)
    assert load_config(project(tmp_path), online=True, environ={}).forms == Forms("always", "5s")


@pytest.mark.parametrize("flag", ["url", "models", "migrations"])
def test_an_empty_flag_is_no_flag_left_out(tmp_path: Path, flag: str) -> None:
    """A script whose variable is not set means another database than the project's own."""
    with pytest.raises(AutogenError, match=f"--{flag} is empty"):
        load_config(tmp_path, **{flag: ""}, optional=("url", "models"))  # type: ignore[arg-type]
