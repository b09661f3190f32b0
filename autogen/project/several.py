"""Drafts for a project whose revisions serve several databases, in the form of Alembic's multidb template."""

from __future__ import annotations

import re
from collections.abc import Iterable

_DEFINITION = re.compile(r"^def (upgrade|downgrade)\(\) -> None:$", re.M)


def for_one_of(text: str, database: str, databases: Iterable[str]) -> str:
    """The draft with its functions those of one database: env.py calls upgrade() with the name of each, and
    the others have nothing to do."""
    others = [name for name in databases if name != database]

    def dispatching(found: re.Match[str]) -> str:
        direction = found[1]
        idle = "".join(f"def {direction}_{name}() -> None:\n    pass\n\n\n" for name in others)
        return (
            f"def {direction}(engine_name: str) -> None:\n"
            f'    globals()[f"{direction}_{{engine_name}}"]()\n\n\n'
            f"{idle}def {direction}_{database}() -> None:"
        )

    return _DEFINITION.sub(dispatching, text)
