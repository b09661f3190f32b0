"""What the user has said: flags before environment variables before [tool.autogen]."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from autogen.errors import AutogenError
from autogen.online import DEFAULT, Forms
from autogen.project import pyproject
from autogen.project.settings import NOTHING_CHOSEN, Chosen, read_settings

if TYPE_CHECKING:
    from autogen.online import Mode as OnlineMode
    from autogen.review.settings import RuleSettings
    from autogen.wishes import Mode

KEYS = (
    "models",
    "url",
    "migrations",
    "scratch_url",
    "include",
    "exclude",
    "schemas",
    "version_table",
    "renames",
    "rules",
    "ignore",
    "show_values",
    "online",
    "lock_timeout",
    "lift_defaults",
    "schema_lock",
    "production",
)
_FLAGS = ("show_values", "lift_defaults", "production")
_CHOICES = {"renames": ("ask", "propose", "never"), "online": ("auto", "always", "never")}
_DURATION = re.compile(r"\d+ *(us|ms|s|min|h)?")
_LISTS = ("models", "include", "exclude", "schemas")


class Secret(str):
    """A string whose repr() does not show it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


class Config(NamedTuple):
    """The settings of one run. ``url`` and ``scratch_url`` are raw: they may be ``env:NAME`` and hold
    passwords, so they are left out of repr(). Without ``models`` or ``url``, env.py names them."""

    models: tuple[str, ...]
    url: Secret
    migrations: Path
    """The folder with env.py, absolute."""
    root: Path
    """The folder of pyproject.toml, absolute; the working folder where there is none."""
    scratch_url: Secret | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ()
    version_table: str | None = None
    """``table`` or ``schema.table``, where the project's env.py names another one than alembic_version."""
    renames: Mode = "ask"
    """Whether to ask about likely renames on a terminal, draft them unasked, or only what is stated."""
    rules: RuleSettings | None = None
    """What is set for rules of the review; None where nothing is."""
    show_values: bool = True
    """Whether evidence of the review may quote values of rows."""
    forms: Forms = DEFAULT
    """How tables that are in use are to be changed."""
    schema_lock: str | bool = True
    """Whether schema.lock is kept; a path of its own, from the folder of pyproject.toml."""
    url_source: str = "url"
    """Where the URL was given, for messages: ``--url``, ``AUTOGEN_URL``, ``pyproject.toml``."""
    production: bool = False
    """Whether somebody has to say yes before revisions are run or undone."""
    alembic: Chosen = NOTHING_CHOSEN
    """Which of Alembic's configurations is used, and what env.py is told with -x."""
    database: str | None = None
    """The one that is meant of several databases that env.py configures."""


def load_config(
    root: Path | None = None,
    *,
    models: str | Iterable[str] | None = None,
    url: str | None = None,
    migrations: str | Path | None = None,
    online: bool | None = None,
    lift_defaults: bool | None = None,
    environ: Mapping[str, str] | None = None,
    optional: Collection[str] = (),
    alembic: Chosen = NOTHING_CHOSEN,
    database: str | None = None,
) -> Config:
    """The configuration for a run started in ``root`` (the working folder), complete or an AutogenError;
    ``optional`` are keys that a command can do without. What is missing may be left to the project's env.py.

    The keyword arguments are the flags. Relative paths from flags are taken from the working folder,
    those from pyproject.toml from the folder of that file."""
    for flag, given in (("--url", url), ("--migrations", migrations), ("--models", models)):
        if given in ("", [""], ("",)):  # an unset variable in a script: what is meant is not known
            raise AutogenError(f"{flag} is empty. Give it a value, or leave it out.")
    start = (root or Path.cwd()).absolute()
    env = os.environ if environ is None else environ
    folder = pyproject.find_root(start)
    table = tool_table(folder / pyproject.NAME)
    found_models = _models(models) or _models(env.get("AUTOGEN_MODELS")) or tuple(table.get("models", ()))
    found_url, source = _first(
        (url, "--url"), (env.get("AUTOGEN_URL"), "AUTOGEN_URL"), (table.get("url"), pyproject.NAME)
    )
    location = _migrations(start, folder, migrations, env, table, alembic)
    if not (location / "env.py").is_file():
        if not found_models and "models" not in optional:
            raise _missing("models", "myapp.models:Base", folder)
        if not found_url and "url" not in optional:
            raise _missing("url", "sqlite:///app.db", folder)
    scratch_url = table.get("scratch_url")
    return Config(
        models=found_models,
        url=Secret(found_url),
        migrations=location,
        root=folder,
        scratch_url=None if scratch_url is None else Secret(scratch_url),
        include=tuple(table.get("include", ())),
        exclude=tuple(table.get("exclude", ())),
        schemas=tuple(table.get("schemas", ())),
        version_table=table.get("version_table"),
        renames=table.get("renames", "ask"),
        rules=rule_settings(table),
        show_values=table.get("show_values", True),
        forms=_forms(online, lift_defaults, table),
        schema_lock=table.get("schema_lock", True),
        url_source=source,
        production=table.get("production", False),
        alembic=alembic,
        database=database,
    )


def rule_settings(table: Mapping[str, Any]) -> RuleSettings | None:
    """What [tool.autogen] sets for rules; None where it says nothing of them."""
    if not {"rules", "ignore"} & table.keys():
        return None
    from autogen.review.settings import RuleSettings

    return RuleSettings(table.get("rules", {}), table.get("ignore", ()))


def _forms(flag: bool | None, lift: bool | None, table: Mapping[str, Any]) -> Forms:
    mode: OnlineMode = table.get("online", DEFAULT.mode) if flag is None else "always" if flag else "never"
    lifts = table.get("lift_defaults", DEFAULT.lift_defaults) if lift is None else lift
    return Forms(mode, table.get("lock_timeout", DEFAULT.lock_timeout), lifts)


def tool_table(path: Path) -> dict[str, Any]:
    """[tool.autogen] of a pyproject.toml, its keys and types checked and its lists made lists."""
    data = pyproject.read(path)
    tool = data.get("tool")
    table = tool.get("autogen") if isinstance(tool, dict) else None
    if table is None:
        return {}
    if not isinstance(table, dict):
        raise AutogenError(f"{path}: tool.autogen is {_kind(table)}; it has to be a table, [tool.autogen].")
    return {key: _checked(path, key, value) for key, value in table.items()}


def _checked(path: Path, key: str, value: Any) -> Any:
    where = f"{path}, [tool.autogen]"
    if key not in KEYS:
        from difflib import get_close_matches

        near = get_close_matches(key.replace("-", "_").lower(), KEYS, 1, 0.5)
        hint = f"Did you mean {near[0]!r}?" if near else f"The keys are {', '.join(KEYS)}."
        raise AutogenError(f"{where}: there is no key {key!r}. {hint}")
    if key in ("rules", "ignore"):
        from autogen.review.settings import checked_ignores, checked_severities

        return checked_severities(where, value) if key == "rules" else checked_ignores(where, value)
    if key in _LISTS:
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) and item.strip() for item in items):
            raise AutogenError(
                f"{where}: {key!r} has to be a string or a list of strings, not {_kind(value)}."
            )
        return [item.strip() for item in items]
    if key in _FLAGS:
        if not isinstance(value, bool):
            raise AutogenError(f"{where}: {key!r} has to be true or false, not {_kind(value)}.")
        return value
    if key == "schema_lock" and isinstance(value, bool):
        return value
    if not isinstance(value, str) or not value.strip():
        raise AutogenError(f"{where}: {key!r} has to be a string, not {_kind(value)}.")
    choices = _CHOICES.get(key)
    if choices and value.strip() not in choices:
        raise AutogenError(f"{where}: {key!r} has to be one of {', '.join(choices)}.")
    if key == "lock_timeout" and not _DURATION.fullmatch(value.strip()):
        raise AutogenError(f"{where}: {key!r} has to be a duration such as 5s, 500ms or 1min.")
    return value.strip()


def _kind(value: Any) -> str:
    """A TOML value's type in words; the value itself may be a secret."""
    names = {bool: "a boolean", int: "an integer", float: "a float", dict: "a table", str: "an empty string"}
    if isinstance(value, list):
        return "this list" if value else "an empty list"
    return names.get(type(value), "a date or time")


def _models(given: str | Iterable[str] | None) -> tuple[str, ...]:
    """Names from a flag or variable; commas separate several."""
    texts = [given] if isinstance(given, str) else given or ()
    return tuple(name.strip() for text in texts for name in text.split(",") if name.strip())


def _first(*choices: tuple[str | None, str]) -> tuple[str, str]:
    for value, source in choices:
        if value and value.strip():
            return value.strip(), source
    return "", ""


def _migrations(
    start: Path,
    folder: Path,
    flag: str | Path | None,
    env: Mapping[str, str],
    table: Mapping[str, Any],
    alembic: Chosen,
) -> Path:
    """The folder with env.py: as given, else as Alembic's own configuration has it, else ``migrations``."""
    given: tuple[tuple[str | Path | None, Path], ...] = (
        (flag, start),
        (env.get("AUTOGEN_MIGRATIONS"), start),
        (table.get("migrations"), folder),
    )
    for value, base in given:
        if value:
            return Path(os.path.normpath(base / Path(value).expanduser()))
    return read_settings(folder, None, alembic).script_location


def _missing(key: str, example: str, folder: Path) -> AutogenError:
    what = "models have" if key == "models" else "database URL has"
    return AutogenError(
        f"No {what} been named. Give --{key} {example}, set AUTOGEN_{key.upper()}, or write "
        f'{key} = "{example}" under [tool.autogen] in {folder / pyproject.NAME}; '
        "`autogen init` writes that section for you. In a project with an env.py of Alembic's nothing is "
        "needed, but none was found here."
    )
