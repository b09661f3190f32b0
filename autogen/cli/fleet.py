"""``autogen check`` for many databases, or many schemas of one, at once: a line each."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from autogen.cli.terminal import Style, paint, printable, say, warn
from autogen.errors import AutogenError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from autogen.config import Config
    from autogen.project.location import Project

State = Literal["in sync", "differs", "behind", "failed"]
_STYLES: dict[State, Style] = {"in sync": "green", "differs": "red", "behind": "yellow", "failed": "red"}
_SHOWN = 3
_FORMATS = ("text", "json")


class Checked(NamedTuple):
    """One of the fleet. ``what`` says how it differs, what is pending, or why it could not be told."""

    name: str
    state: State
    what: str = ""
    changes: int | None = None
    pending: int | None = None


class Member(NamedTuple):
    """A database by the name that is shown; ``url`` is None where it could not be read, ``why`` says so."""

    name: str
    url: URL | None
    why: str = ""


def check_fleet(config: Config, url_file: Path | None, pattern: str | None, jobs: int, form: str) -> int:
    """Checks every member; one that is down is told and stops nothing. The gravest decides the exit code."""
    from autogen.project.location import load_project

    if form not in _FORMATS:
        raise AutogenError(f"Of many databases there is --format text or json, not {form}.")
    project = load_project(config)
    for note in project.notes:
        warn(note)
    project = project._replace(notes=())
    members = list(_from_file(url_file, config.root)) if url_file is not None else [_own(project)]
    if pattern is not None:
        members = [part for member in members for part in _tenants(project, member, pattern)]
    found = []
    for checked in _all(members, jobs, lambda member: _checked(project, member)):
        found.append(checked)
        if form == "text":
            say(_line(checked, max(len(member.name) for member in members)))
    say(_summary(found) if form == "text" else json.dumps(_json(found), indent=2, ensure_ascii=False))
    states = {checked.state for checked in found}
    return 2 if "failed" in states else 1 if states - {"in sync"} else 0


def _own(project: Project) -> Member:
    from autogen.project.url import display

    return Member(display(project.url), project.url)


def _from_file(path: Path, root: Path) -> Iterator[Member]:
    """A URL a line, or env:NAME; empty lines and what is behind # do not count."""
    from autogen.project.url import display, resolve

    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise AutogenError(f"The file of URLs, {path}, could not be read: {error}.") from None
    found = 0
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        found += 1
        where = f"{path}, line {number}"
        try:
            url = resolve(text, source=where, root=root)
            yield Member(display(url), url)
        except AutogenError as error:
            yield Member(f"{path.name}:{number}", None, str(error))
    if not found:
        raise AutogenError(f"The file of URLs, {path}, names no database: it has to hold a URL a line.")


def _tenants(project: Project, member: Member, pattern: str) -> list[Member]:
    """The schemas of a database that fit the pattern, each as a database of its own."""
    from fnmatch import fnmatchcase

    from autogen.pipeline import connected

    if member.url is None:
        return [member]
    deploying = _deploying(member.url)
    if deploying.in_schema(member.url, "x") is None:
        raise AutogenError(f"{member.name} has no schemas, so --tenant-schemas finds none there.")
    try:
        with connected(member.url) as (dialect, connection):
            names = {dialect.default_schema, *dialect.user_schemas(connection)}
    except AutogenError as error:
        return [member._replace(url=None, why=str(error))]
    fitting = sorted(name for name in names if fnmatchcase(name, pattern))
    if not fitting:
        return [member._replace(url=None, why=f"it has no schema that fits {pattern!r}")]
    return [Member(f"{member.name} {name}", deploying.in_schema(member.url, name)) for name in fitting]


def _deploying(url: URL) -> Any:
    from autogen.dialects import dialect_class

    return dialect_class(url.get_backend_name()).deploying()


def _all(members: Sequence[Member], jobs: int, check: Callable[[Member], Checked]) -> Iterator[Checked]:
    """The results in the order of the members, each as soon as those before it are known."""
    with ThreadPoolExecutor(min(jobs, len(members))) as pool:
        pending = [pool.submit(check, member) for member in members]
        try:
            for future in pending:
                yield future.result()
        except BaseException:
            for future in pending:
                future.cancel()
            raise


def _checked(project: Project, member: Member) -> Checked:
    from autogen.cli.session import session
    from autogen.emit.terminal import counted
    from autogen.project.state import NotAtHead

    if member.url is None:
        return Checked(member.name, "failed", member.why)
    try:
        with session(project._replace(url=member.url), data=False) as found:
            changes = counted(found.seen.comparison.changes)
            labels = [f"{type(c).__name__.lower()} {c.key.kind} {c.key.label}" for c in changes]
    except NotAtHead as error:
        count = len(error.pending)
        waiting = ", ".join(file.id for file in error.pending[:_SHOWN])
        more = f" and {count - _SHOWN} more" if count > _SHOWN else ""
        return Checked(member.name, "behind", f"pending: {waiting}{more}", None, count)
    except AutogenError as error:
        return Checked(member.name, "failed", str(error))
    except Exception as error:  # of one database; the others go on
        if os.environ.get("AUTOGEN_DEBUG") == "1":
            raise
        return Checked(member.name, "failed", f"{type(error).__name__}: {error}")
    if not labels:
        return Checked(member.name, "in sync", "", 0, 0)
    more = f" and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else ""
    return Checked(member.name, "differs", f"{', '.join(labels[:_SHOWN])}{more}", len(labels), 0)


def _line(checked: Checked, width: int) -> str:
    from autogen.emit.words import one_line, pad, shown
    from autogen.project.url import mask

    state = paint(pad(checked.state, 7), _STYLES[checked.state])
    what = mask(printable(one_line(checked.what)))
    return f"{state}  {pad(shown(checked.name), width)}  {what}".rstrip()


def _summary(found: Sequence[Checked]) -> str:
    counts = [(state, sum(checked.state == state for checked in found)) for state in _STYLES]
    parts = ", ".join(f"{count} {state}" for state, count in counts if count)
    return f"\n{len(found)} checked: {parts}."


def _json(found: Sequence[Checked]) -> dict[str, Any]:
    from autogen.project.url import mask

    return {
        "version": 1,
        "databases": [
            {
                "database": checked.name,
                "state": checked.state,
                "changes": checked.changes,
                "pending": checked.pending,
                "reason": mask(checked.what) or None,
            }
            for checked in found
        ],
        "summary": {state: sum(checked.state == state for checked in found) for state in _STYLES},
    }
