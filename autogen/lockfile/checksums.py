"""Checksums: of a revision file, of the models' declarations, of one object as the models spell it."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from autogen.errors import AutogenError
from autogen.lockfile.writing import line_of, lines
from autogen.schema import Object, Schema

_LENGTH = 32
_SHORT = 16
_DOCSTRING = re.compile(r"\A((?:[ \t]*(?:#[^\n]*)?\n)*)[rRuU]{0,2}(\"\"\"|''')(?:\\.|(?!\2).)*\2", re.S)


def of_revision(path: Path) -> str:
    """The checksum of a revision's code: of the file without the docstring at its top, where boxes are
    ticked, whatever its line endings are."""
    from autogen.project.revisions import source_text

    if path.suffix != ".py":
        try:
            return sha256(path.read_bytes()).hexdigest()[:_LENGTH]
        except OSError as error:
            raise AutogenError(f"The revision file {path} could not be read: {error.strerror}.") from None
    return of_text(_DOCSTRING.sub(r"\1", source_text(path).replace("\r", "\n"), count=1))


def of_text(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def of_declarations(declared: Schema) -> str:
    """The checksum of all that the models declare."""
    return of_text("\n".join(lines(declared)))


def of_object(declared: Object) -> str:
    """The digest of one object as the models spell it."""
    return of_text(line_of(declared))[:_SHORT]
