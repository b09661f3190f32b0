"""Alembic's own settings, from alembic.ini and [tool.alembic], read without importing Alembic."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from autogen.errors import AutogenError
from autogen.project import pyproject

FILE_TEMPLATE = "%(year)d%(month).2d%(day).2d%(hour).2d%(minute).2d%(second).2d_%(slug)s"
"""The name of a new revision's file where the project has no template of its own."""
SLUG_LENGTH = 40
_SEPARATORS = {"space": " ", "newline": "\n", "os": os.pathsep, ":": ":", ";": ";"}


class Chosen(NamedTuple):
    """What the command line says to Alembic: its options -c, -n and -x."""

    file: Path | None = None
    section: str = "alembic"
    arguments: tuple[str, ...] = ()


NOTHING_CHOSEN = Chosen()


class AlembicSettings(NamedTuple):
    """What Alembic's configuration says about the project's revisions. Paths are absolute."""

    script_location: Path
    version_locations: tuple[Path, ...]
    """Where revisions lie; the first is for the first revision, later ones lie beside their parent."""
    file_template: str = FILE_TEMPLATE
    timezone: str | None = None
    truncate_slug_length: int = SLUG_LENGTH
    recursive: bool = False
    sourceless: bool = False
    prepend_sys_path: tuple[Path, ...] = ()
    source: Path | None = None
    """The file the settings came from: alembic.ini, pyproject.toml, or None."""
    configured: bool = False
    """Whether that file names a script_location."""
    chosen: Chosen = NOTHING_CHOSEN
    root: Path = Path()
    """The folder that Alembic is run in."""

    @property
    def env_py(self) -> Path:
        return self.script_location / "env.py"


def read_settings(root: Path, migrations: Path | None, chosen: Chosen = NOTHING_CHOSEN) -> AlembicSettings:
    """The settings of the project at ``root``. ``migrations`` is the folder the user named, if any; it
    wins over script_location, and version_locations of another script_location are then not used."""
    options, source, here = _options(root, migrations, chosen)
    named = options.get("script_location")
    configured = _located(str(named), here) if named else None
    if (
        configured
        and source
        and not (configured / "env.py").is_file()
        and (source.parent / "env.py").is_file()
    ):
        configured = source.parent  # Flask-Migrate says where, and not the file
    location = migrations or configured or root / "migrations"
    separator = options.get("path_separator", options.get("version_path_separator"))
    same = migrations is None or configured is None or configured == location
    versions = _paths(options.get("version_locations"), separator, here) if same else ()
    return AlembicSettings(
        script_location=location,
        version_locations=versions or (location / "versions",),
        file_template=str(options.get("file_template") or FILE_TEMPLATE),
        timezone=str(options["timezone"]) if options.get("timezone") else None,
        truncate_slug_length=_length(options.get("truncate_slug_length"), source),
        recursive=_true(options.get("recursive_version_locations")),
        sourceless=_true(options.get("sourceless")),
        prepend_sys_path=_paths(options.get("prepend_sys_path"), separator, here),
        source=source,
        configured=configured is not None,
        chosen=chosen,
        root=root,
    )


def _options(
    root: Path, migrations: Path | None, chosen: Chosen
) -> tuple[Mapping[str, Any], Path | None, Path]:
    """The options, the file they come from, and the folder relative paths start from. As in Alembic, the
    .ini file goes before pyproject.toml, option by option."""
    toml = root / pyproject.NAME
    data = pyproject.read(toml)
    table = pyproject.table_of(data, "tool", "alembic") or {}
    expanded = {key: _expanded(value, root, toml, key) for key, value in table.items()}
    for path in [chosen.file] if chosen.file else _candidates(root, migrations):
        if path.is_file():
            return {**expanded, **_ini(path, chosen.section)}, path, root
    if chosen.file:
        raise AutogenError(f"{chosen.file}, named as Alembic's configuration, is no file.")
    return expanded, toml if table else None, root


def _candidates(root: Path, migrations: Path | None) -> list[Path]:
    """Where alembic.ini may be; some projects keep it inside the migrations folder."""
    named = os.environ.get("ALEMBIC_CONFIG", "")
    first = [root / named] if named.endswith(".ini") else []
    inside = [migrations / "alembic.ini"] if migrations else [root / "migrations" / "alembic.ini"]
    return [*first, root / "alembic.ini", *inside]


def _why(error: Exception) -> str:
    """What is wrong with an alembic.ini, and what to do, behind what says where."""
    import configparser

    match error:
        case configparser.DuplicateOptionError():
            return f": [{error.section}] has {error.option} twice. Leave one of the two."
        case configparser.DuplicateSectionError():
            return f": the section [{error.section}] stands there twice. Make one of the two."
        case configparser.InterpolationError():
            return f" ({type(error).__name__}). Correct it; a percent sign in a value is written %%."
        case _:
            return f" ({type(error).__name__}). Correct it."


def _expanded(value: Any, here: Path, path: Path, key: str) -> Any:
    if isinstance(value, list):
        return [_expanded(item, here, path, key) for item in value]
    if not isinstance(value, str) or "%" not in value:
        return value
    try:
        return value % {"here": here.as_posix()}
    except (KeyError, ValueError, TypeError):
        raise AutogenError(
            f"{path}, [tool.alembic]: {key} has a % that Alembic cannot read. Write %% for a percent sign; "
            "%(here)s stands for the file's folder."
        ) from None


def _ini(path: Path, section: str) -> dict[str, Any]:
    """The section, by default [alembic], expanded as Alembic does it; the URL in it is none of
    our business."""
    import configparser

    parser = configparser.ConfigParser({"here": path.parent.as_posix()})
    try:
        parser.read_string(path.read_bytes().decode("utf-8"), str(path))
        if not parser.has_section(section):
            if section != NOTHING_CHOSEN.section:
                raise AutogenError(f"{path} has no section [{section}].")
            return {}
        names = [name for name in parser[section] if not name.startswith("sqlalchemy.")]
        return {name: parser.get(section, name) for name in names if name != "here"}
    except (configparser.Error, UnicodeDecodeError) as error:
        line = getattr(error, "lineno", None) or next((n for n, _ in getattr(error, "errors", ())), None)
        option = getattr(error, "option", None)
        where = f", line {line}" if line else f", option {option}" if option else ""
        raise AutogenError(f"{path}{where}: not readable as Alembic's configuration{_why(error)}") from None
    except OSError as error:
        raise AutogenError(f"{path} could not be read: {error.strerror}.") from None


def _located(text: str, here: Path) -> Path:
    """A folder from a path, or from ``package:folder`` as Alembic allows it."""
    if ":" in text and not os.path.isabs(text):
        from importlib.util import find_spec

        package, *parts = text.split(":")
        try:
            spec = find_spec(package)
        except (ImportError, ValueError):
            spec = None
        if spec is not None and spec.submodule_search_locations:
            return Path(spec.submodule_search_locations[0], *parts)
        if (inside := here.joinpath(*package.split("."), *parts)).is_dir():
            return inside
    return Path(os.path.normpath(here / text))


def _paths(value: Any, separator: Any, here: Path) -> tuple[Path, ...]:
    if not value:
        return ()
    if isinstance(value, str):
        char = _SEPARATORS.get(str(separator)) if separator else None
        value = value.split(char) if char else re.split(r", *|(?: +)", value)
    return tuple(_located(str(item).strip(), here) for item in value if str(item).strip())


def _length(value: Any, source: Path | None) -> int:
    try:
        return int(value) if value else SLUG_LENGTH
    except (TypeError, ValueError):
        raise AutogenError(f"{source}: truncate_slug_length has to be a whole number.") from None


def _true(value: Any) -> bool:
    return value is True or value == "true"
