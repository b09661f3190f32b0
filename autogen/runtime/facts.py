"""What a revision file says of itself, read without running it."""

from __future__ import annotations

import ast
import re
from datetime import datetime
from typing import NamedTuple

from autogen.boxes import DRAFTED, Box, read_boxes
from autogen.project.revisions import RevisionFile, source_text

_DATE = re.compile(r"^Create Date:[ \t]*(.+?)[ \t]*$", re.M)
_VERDICT = re.compile(r"^(Proven|Unproven|Not proven): .*$", re.M)


class Facts(NamedTuple):
    """``created`` is as the file has it, None where it has no date that can be read; ``drafted`` the line
    that says by what and from what, ``proof`` the verdict of the proof."""

    message: str
    created: datetime | None = None
    drafted: str = ""
    proof: str = ""
    boxes: tuple[Box, ...] = ()

    @property
    def day(self) -> str:
        return f"{self.created:%Y-%m-%d %H:%M}" if self.created else ""


def facts(file: RevisionFile) -> Facts:
    """What stands in the docstring; an empty message where there is none or the file is no source."""
    if file.path.suffix != ".py":
        return Facts("")
    text = source_text(file.path)
    try:
        docstring = ast.get_docstring(ast.parse(text)) or ""
        boxes = read_boxes(text)
    except (SyntaxError, ValueError):
        return Facts("")
    drafted = next((line for line in docstring.splitlines()[1:] if line.startswith(DRAFTED)), "")
    proof = _VERDICT.search(docstring)
    return Facts(
        docstring.partition("\n")[0].strip(), _created(docstring), drafted, proof[0] if proof else "", boxes
    )


def leaves_transaction(file: RevisionFile) -> bool:
    """Whether the code has a block that runs outside of the transaction of its revision."""
    if file.path.suffix != ".py":
        return False
    try:
        tree = ast.parse(source_text(file.path))
    except (SyntaxError, ValueError):
        return False
    return any(
        (isinstance(node, ast.Attribute) and node.attr in ("autocommit_block", "commit"))
        or (
            isinstance(node, ast.Constant) and str(node.value).strip(" ;").upper() in ("AUTOCOMMIT", "COMMIT")
        )
        for node in ast.walk(tree)
    )


def _created(docstring: str) -> datetime | None:
    found = _DATE.search(docstring)
    if found is None:
        return None
    try:
        return datetime.fromisoformat(found[1])
    except ValueError:
        return None
