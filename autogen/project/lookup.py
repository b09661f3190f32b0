"""One revision by what a person calls it: its id, the beginning of it, or a branch label."""

from __future__ import annotations

from autogen.errors import AutogenError
from autogen.project.revisions import RevisionFile, Revisions


def lookup(name: str, revisions: Revisions, besides: str = "") -> RevisionFile:
    """The revision of this name; AutogenError where there is none, or several begin like this. ``besides``
    are words for what else was looked for."""
    files = [f for f in revisions.files if f.id == name or name in f.labels]
    files = files or [f for f in revisions.files if name and f.id.startswith(name)]
    if len(files) == 1:
        return files[0]
    if files:
        listed = ", ".join(f.id for f in files)
        raise AutogenError(f"{name!r} may be any of the revisions {listed}. Give more of its id.")
    from difflib import get_close_matches

    near = get_close_matches(name, revisions.by_id, 1, 0.6)
    hint = (
        f"Did you mean {near[0]}?"
        if near
        else f"The project has {len(revisions.files)}; autogen history lists them."
    )
    raise AutogenError(f"There is no revision {name!r}{besides}. {hint}")
