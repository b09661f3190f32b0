"""What ``autogen init`` has to write: [tool.autogen], and an Alembic environment where there is none."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from importlib.resources import files as resource_files
from pathlib import Path

from autogen.config import tool_table
from autogen.errors import AutogenError
from autogen.project import pyproject
from autogen.project.guess import guess_models
from autogen.project.settings import AlembicSettings, read_settings
from autogen.project.url import anchored, has_password, mask, resolve
from autogen.values import value

DEFAULT_URL = "env:DATABASE_URL"
_PLACEHOLDER = "driver://"


@value(frozen=True, slots=True)
class Wishes:
    """The flags of ``autogen init``."""

    models: tuple[str, ...] = ()
    url: str | None = None
    migrations: str | None = None


@dataclass
class Work:
    """Everything that is to be written, and what to tell the user about it."""

    files: dict[Path, bytes] = field(default_factory=dict)
    replaced: dict[Path, bytes] = field(default_factory=dict)
    written: list[tuple[Path, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    next_steps: list[str] = field(default_factory=list)

    def add(self, path: Path, data: bytes) -> None:
        if os.path.lexists(path):
            raise AutogenError(
                f"{path} exists already and is not overwritten. Remove it, or name another folder with "
                "--migrations."
            )
        self.files[path] = data
        self.written.append((path, ""))


def prepare(start: Path, wishes: Wishes) -> Work:
    """Decides everything and writes nothing, so that a refusal leaves the project as it was."""
    root = pyproject.find_root(start)
    path = root / pyproject.NAME
    if tool_table(path):
        raise AutogenError(
            f"{path} has a [tool.autogen] section already, and init overwrites nothing. Edit it there, or "
            "remove it "
            "and run autogen init again."
        )
    location = _location(start, root, wishes.migrations)
    settings = read_settings(root, location)
    models = _wanted_models(root, wishes)
    url = wishes.url or os.environ.get("AUTOGEN_URL") or _url_of_ini(settings) or DEFAULT_URL
    if not url.startswith("env:"):
        resolve(url)
    work = Work()
    if has_password(url):
        work.warnings.append(
            f"The URL holds a password, and {path} is usually under version control. Better keep the URL "
            "in an "
            'environment variable and write url = "env:DATABASE_URL".'
        )
    _environment(work, root, settings, models)
    _section(work, path, models, url, settings.script_location)
    work.next_steps = _next_steps(url, settings, bool(work.files.keys() - {path}))
    return work


def _location(start: Path, root: Path, flag: str | None) -> Path | None:
    """The folder the user names, checked against the one that Alembic's configuration names."""
    base, named = (start, flag) if flag else (start, os.environ.get("AUTOGEN_MIGRATIONS"))
    settings = read_settings(root, None)
    if not named:
        return None
    location = Path(os.path.normpath(base / Path(named).expanduser()))
    if settings.configured and settings.script_location != location:
        raise AutogenError(
            f"{settings.source} names {settings.script_location} as script_location, and --migrations "
            "names "
            f"{location}. Leave --migrations out, or correct that file, so that alembic and autogen agree."
        )
    return location


def _wanted_models(root: Path, wishes: Wishes) -> list[str]:
    given = wishes.models or (os.environ.get("AUTOGEN_MODELS", ""),)
    names = [name.strip() for text in given for name in text.split(",") if name.strip()]
    if names:
        return names
    guessed = guess_models(root)
    if not guessed:
        raise AutogenError(
            f"No module with SQLAlchemy or SQLModel tables was found in {root}. Name yours: autogen init "
            "--models "
            "myapp.models:Base"
        )
    if any(":" in name for name in guessed) and len(guessed) > 1:
        raise AutogenError(
            f"Several modules could hold the models: {', '.join(guessed)}. Name the right one: autogen "
            "init --models "
            f"{guessed[0]}"
        )
    return guessed


def _url_of_ini(settings: AlembicSettings) -> str | None:
    """The URL an existing alembic.ini has, unless it is the template's or holds a password."""
    if settings.source is None or settings.source.suffix != ".ini":
        return None
    from configparser import Error, RawConfigParser

    parser = RawConfigParser()
    try:
        parser.read_string(settings.source.read_text("utf-8"))
    except (Error, OSError, ValueError):
        return None
    url = parser.get("alembic", "sqlalchemy.url", fallback="").strip().replace("%%", "%")
    if not url or url.startswith(_PLACEHOLDER) or "%(" in url or has_password(url):
        return None
    return url


def _environment(work: Work, root: Path, settings: AlembicSettings, models: list[str]) -> None:
    location = settings.script_location
    env = location / "env.py"
    if env.exists():
        if settings.source is None:
            _add_ini(work, root, location)
        work.notes.append(f"kept   {_short(env, root)} as it is")
        return
    if settings.source is None:
        _add_ini(work, root, location)
    elif not settings.configured:
        raise AutogenError(
            f"{settings.source} configures Alembic without a script_location. Add script_location = "
            f"{_short(location, root)} to it and run autogen init again."
        )
    work.add(env, _env_py(root, location, models))
    if not (location / "script.py.mako").exists():
        work.add(location / "script.py.mako", _template("script.py.mako").encode())
    for folder in settings.version_locations:
        if not folder.is_dir():
            work.add(folder / ".gitkeep", b"")


def _add_ini(work: Work, root: Path, location: Path) -> None:
    short = _short(location, root).replace("%", "%%")
    # a percent sign in the folder's own path would break Alembic's %(here)s
    here = "" if "%" in str(root) or os.path.isabs(short) else "%(here)s/"
    work.add(
        root / "alembic.ini", _template("alembic.ini.txt").replace("{script_location}", here + short).encode()
    )


def _env_py(root: Path, location: Path, models: list[str]) -> bytes:
    if not location.is_relative_to(root) or location == root:
        raise AutogenError(
            f"The migrations folder {location} has to be a folder inside the project {root}. Name one "
            "with --migrations."
        )
    listed = ", ".join(repr(name) for name in models)
    depth = len(location.relative_to(root).parts)
    import black

    source = _template("env.py.txt").format(depth=depth, models=f"[{listed}]")
    return black.format_str(source, mode=black.Mode()).encode()


def _template(name: str) -> str:
    return resource_files("autogen.project").joinpath("templates", name).read_text("utf-8")


def _short(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _section(work: Work, path: Path, models: list[str], url: str, location: Path) -> None:
    """pyproject.toml with the section at its end, every byte before it as it was."""
    import tomllib

    import tomlkit

    single = models[0] if len(models) == 1 else models
    migrations = _short(location, path.parent)
    entries = {"models": single, "url": url, "migrations": migrations}
    lines = [
        "[tool.autogen]",
        *(f"{key} = {tomlkit.item(value).as_string()}" for key, value in entries.items()),
    ]
    exists = path.is_file()
    before = path.read_bytes() if exists else b""
    newline = b"\r\n" if b"\r\n" in before else b"\n"
    separator = b"" if not before else newline if before.endswith(b"\n") else newline * 2
    if before.endswith(newline * 2):
        separator = b""
    after = before + separator + newline.join(line.encode() for line in lines) + newline
    try:
        ok = tomllib.loads(after.decode("utf-8"))["tool"]["autogen"] == entries
    except (tomllib.TOMLDecodeError, KeyError, TypeError):
        ok = False
    if not ok:
        shown = "; ".join(mask(line) for line in lines[1:])
        raise AutogenError(
            f"[tool.autogen] cannot be added at the end of {path}, because `tool` is written as an inline "
            "table or "
            f"dotted key there. Add it by hand: {shown}"
        )
    (work.replaced if exists else work.files)[path] = after
    shown_models = ", ".join(models)
    work.written.insert(0, (path, f"[tool.autogen] models = {shown_models}, url = {_shown_url(url)}"))


def _shown_url(url: str) -> str:
    from autogen.project.url import display

    return url if url.startswith("env:") else display(resolve(url))


def _missing_file(url: str, root: Path) -> bool:
    """Whether the URL is that of an SQLite file which is not there yet."""
    if url.startswith("env:"):
        return False
    found = anchored(resolve(url), root)
    inside = found.database in (None, "", ":memory:") or str(found.database).startswith("file:")
    return found.get_backend_name() == "sqlite" and not inside and not os.path.exists(str(found.database))


def _next_steps(url: str, settings: AlembicSettings, fresh: bool) -> list[str]:
    steps = []
    variable = url.removeprefix("env:").strip() if url.startswith("env:") else ""
    if variable and not os.environ.get(variable):
        steps.append((f"export {variable}=…", "the database's URL, for example sqlite:///app.db"))
    if _missing_file(url, settings.root):
        steps.append(("alembic upgrade head", "makes the database file"))
    elif not fresh:
        steps.append(("alembic upgrade head", "so that the database is where the revisions are"))
    message = "first tables" if fresh else "what you changed"
    steps.append((f'autogen diff -m "{message}"', "drafts a revision from the models and proves it"))
    steps.append(("alembic upgrade head", "runs it"))
    width = max(len(command) for command, _ in steps)
    return [f"{command:{width}}   {what}" for command, what in steps]
