"""The name of a new revision's file, by the project's file_template and Alembic's rules for the slug."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from autogen.errors import AutogenError
from autogen.project.revisions import Revisions
from autogen.project.settings import AlembicSettings

_WORD = re.compile(r"\w+")
_LONGEST_NAME = 255


def new_revision_id() -> str:
    """A fresh id in the form Alembic gives them: 12 hexadecimal digits."""
    from uuid import uuid4

    return uuid4().hex[-12:]


def now(settings: AlembicSettings) -> datetime:
    """The time a draft is dated with: in the project's timezone, or in UTC where it sets none, so that
    names sort by age wherever they are made."""
    return datetime.now(_zone(settings))


def _zone(settings: AlembicSettings) -> tzinfo:
    name = settings.timezone
    if name is None or name.upper() == "UTC":
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    for spelling in (name, name.upper()):
        try:
            return ZoneInfo(spelling)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    raise AutogenError(
        f"{settings.source}: the timezone {name!r} is not known here. Correct it, or install the tzdata "
        "package."
    )


def slug(message: str, length: int = 40) -> str:
    """The words of a message in lower case, joined by underscores; a long one ends after a whole word."""
    joined = "_".join(_WORD.findall(message)).lower()
    if len(joined) > length:
        joined = joined[:length].rsplit("_", 1)[0] + "_"
    return joined


def new_revision_path(
    settings: AlembicSettings,
    revisions: Revisions,
    message: str,
    revision_id: str,
    when: datetime,
    follows: str | None = None,
) -> Path:
    """Where the draft goes. With several version folders it lies beside the head it ``follows``."""
    follows = follows or next(iter(revisions.heads), None)
    folder = settings.version_locations[0]
    if len(settings.version_locations) > 1 and follows:
        parent = revisions.by_id[follows].path.parent
        folder = next((f for f in settings.version_locations if f == parent or f in parent.parents), parent)
    name = file_name(settings, message, revision_id, when)
    path = folder / name
    if path.exists():
        path = path.with_name(f"{path.stem}_{revision_id}.py")
    return path


def backfill_path(settings: AlembicSettings, message: str, when: datetime) -> Path:
    """Where a backfill script goes: beside the folders of revisions, never inside one that Alembic reads."""
    folder = settings.script_location
    if settings.recursive and any(f == folder or f in folder.parents for f in settings.version_locations):
        folder = folder.parent
    return folder / "backfills" / f"{when:%Y%m%d%H%M%S}_{slug(message, settings.truncate_slug_length)}.py"


def file_name(settings: AlembicSettings, message: str, revision_id: str, when: datetime) -> str:
    """The file's name; a template with folders gives a relative path."""
    fields = {
        "rev": revision_id,
        "slug": slug(message, settings.truncate_slug_length),
        "epoch": int(when.timestamp()),
        **{part: getattr(when, part) for part in ("year", "month", "day", "hour", "minute", "second")},
    }
    try:
        stem = settings.file_template % fields
    except (KeyError, ValueError, TypeError) as error:
        raise AutogenError(
            f"{settings.source}: file_template {settings.file_template!r} cannot be filled in ({error}). "
            "It may "
            f"use {', '.join(f'%({name})s' for name in fields)}."
        ) from None
    parts = [part.encode()[: _LONGEST_NAME - 3].decode("utf-8", "ignore") for part in stem.split("/")]
    return "/".join(parts) + ".py"
