"""The file of two branches joined, from the files of both and of where they parted."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

from autogen.errors import AutogenError
from autogen.lockfile.document import Lock, parse
from autogen.lockfile.reading import Read
from autogen.project.git import git
from autogen.schema import Key, Schema

T = TypeVar("T")


class Three(NamedTuple):
    """The file where two branches parted, and at the end of each."""

    base: Lock
    ours: Lock
    theirs: Lock


def from_git(path: Path) -> Three | None:
    """The three files of a merge that git could not do, which it keeps until the file is added; None where
    there is no such merge, or one of them is not to be read."""
    found = []
    for stage in (1, 2, 3):
        said = git(path.parent, "show", f":{stage}:./{os.path.basename(path)}")
        if said is None:
            return None
        try:
            found.append(parse(said.replace("\r\n", "\n"), path))
        except AutogenError:
            return None
    return Three(*found)


def joined(three: Three) -> Read | None:
    """The schema that both sides' changes lead to; None where the two change one object differently."""
    base, ours, theirs = (lock.schema for lock in three)
    objects = _three_ways(base.schema.by_key, ours.schema.by_key, theirs.schema.by_key)
    digests = _three_ways(base.digests, ours.digests, theirs.digests)
    if objects is None or digests is None:
        return None
    skipped = dict.fromkeys((*ours.schema.skipped, *theirs.schema.skipped))
    return Read(Schema.keyed(objects, skipped), digests)


def _three_ways(base: Mapping[Key, T], ours: Mapping[Key, T], theirs: Mapping[Key, T]) -> dict[Key, T] | None:
    found: dict[Key, T] = {}
    for key in dict.fromkeys((*ours, *theirs)):
        old, mine, other = base.get(key), ours.get(key), theirs.get(key)
        if mine != other and old not in (mine, other):
            return None
        chosen = other if mine == old else mine
        if chosen is not None:
            found[key] = chosen
    return found
