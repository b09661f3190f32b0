"""The whole file: a head of a few lines, the revisions, and the schema.

The head holds what two branches that both add a revision write differently, on lines next to each other:
git cannot merge them, so nobody overlooks it. What follows is read only when it is needed, once its
checksum has been found right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from autogen.errors import AutogenError
from autogen.lockfile.checksums import of_text
from autogen.lockfile.words import Unreadable, read_text, text, token

if TYPE_CHECKING:
    from autogen.lockfile.reading import Read

FORMAT = 1
_TITLE = (
    "# The schema that the head revision reaches, and a checksum of every revision.\n"
    "# Written by autogen diff and autogen snapshot, not by hand; after a merge conflict: autogen merge\n"
)
_MARKS = ("<<<<<<< ", "=======\n", ">>>>>>> ")
_REVISIONS = "revisions\n"


class Recorded(NamedTuple):
    """A revision as it was when the file was written; the name of its file is for people."""

    id: str
    checksum: str
    name: str


class Lock(NamedTuple):
    """The file as a value. ``objects`` is the text of the schema, which few runs need to read."""

    heads: tuple[str, ...]
    dialect: str
    noted: Mapping[str, str]
    models: str
    """The checksum of the models' declarations that this schema equals; empty where none is known to."""
    revisions: tuple[Recorded, ...]
    objects: str

    @property
    def schema(self) -> Read:
        """The schema, read anew each time."""
        from autogen.lockfile.reading import read

        return read(self.objects.split("\n"))


class Conflicted(AutogenError):
    """The file holds the marks of a merge that git could not do."""


class Newer(AutogenError):
    """The file is of a format that a later autogen has brought."""


def render(lock: Lock) -> str:
    recorded = "".join(f"  {text(r.id)}  {r.checksum}  {text(r.name)}\n" for r in lock.revisions)
    rest = f"{_REVISIONS}{recorded}{lock.objects}"
    head = [f"format {FORMAT}", f"head {' '.join(map(token, lock.heads)) or 'none'}"]
    head += [f"models {lock.models or 'unknown'}", f"dialect {lock.dialect}"]
    head += [f"server {token(name)} {text(value)}" for name, value in sorted(lock.noted.items())]
    head.insert(2, f"content {of_content(head, rest)}")
    return _TITLE + "\n".join(head) + "\n\n" + rest


def of_content(head: Iterable[str], rest: str) -> str:
    """The checksum of all that the file says; the title and the line of the checksum itself are left out."""
    told = [line for line in head if line[:1] != "#" and not line.startswith("content ")]
    return of_text("\n".join([*told, "", rest]))


def objects_text(lines: Iterable[str]) -> str:
    """The lines of a schema as the file holds them, each block behind a blank line."""
    return "".join(f"{line}\n" for line in lines)


def load(path: Path, heads: int | None = None) -> Lock:
    """The file, or an AutogenError that says what is wrong with it. ``heads`` is how many the revisions have,
    where that is known: with one, nothing is left to be joined."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AutogenError(f"{path} could not be read: {error.strerror}.") from None
    try:
        said = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise _broken(path, "it is not UTF-8") from None
    try:
        return parse(said, path)
    except Conflicted:
        if heads is None or heads > 1:
            raise
        raise Conflicted(
            f"{path} holds the marks of a merge conflict, and the revisions have one head, so that "
            "autogen merge has nothing to join. Run alembic upgrade head, then autogen snapshot, which "
            "writes it anew."
        ) from None


def parse(said: str, path: Path) -> Lock:
    if any(f"\n{said}".find(f"\n{mark}") >= 0 for mark in _MARKS):
        raise Conflicted(
            f"{path} holds the marks of a merge conflict: two branches have changed the schema. "
            "Run autogen merge, which joins their revisions and writes the file anew."
        )
    head, _, rest = said.partition("\n\n")
    try:
        return _read(head, rest, path)
    except (Unreadable, ValueError, IndexError) as error:
        raise _broken(
            path, str(error) if isinstance(error, Unreadable) else "its head is not whole"
        ) from None


def _read(head: str, rest: str, path: Path) -> Lock:
    found: dict[str, str] = {}
    noted: dict[str, str] = {}
    for line in head.split("\n"):
        name, _, value = line.partition(" ")
        if name == "server":
            key, _, told = value.rpartition(" ") if value[:1] == '"' else value.partition(" ")
            noted[read_text(key)] = read_text(told)
        elif name != "#" and name:
            found[name] = value
    _check_format(found.get("format", ""), path)
    missing = [name for name in ("head", "content", "models", "dialect") if not found.get(name)]
    if missing:
        raise Unreadable(f"its head has no line {missing[0]!r}")
    if found["content"] != of_content(head.split("\n"), rest):
        raise Unreadable(
            "its content is not what its checksum says, so it is cut off, was edited by hand, or was merged "
            "line by line"
        )
    recorded, _, objects = rest.partition("\n\n")
    revisions = [line[2:].split("  ") for line in recorded.split("\n")[1:] if line]
    return Lock(
        tuple(map(read_text, found["head"].split(" "))) if found["head"] != "none" else (),
        found["dialect"],
        noted,
        "" if found["models"] == "unknown" else found["models"],
        tuple(Recorded(read_text(id_), checksum, read_text(name)) for id_, checksum, name in revisions),
        f"\n{objects}" if objects else "",
    )


def _check_format(number: str, path: Path) -> None:
    if not number.isdecimal():
        raise Unreadable("its first line is no format")
    if int(number) > FORMAT:
        raise Newer(
            f"{path} was written by a newer autogen (format {number}; this one reads {FORMAT}). "
            "Upgrade autogen-migrations to the version that the others of the project use."
        )


def _broken(path: Path, why: str) -> AutogenError:
    return AutogenError(
        f"{path} is not to be trusted: {why}. Restore it from version control, or write it anew with "
        "autogen snapshot, on a database that stands at head."
    )
