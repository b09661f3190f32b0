"""What a project says to Alembic about one database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.errors import AutogenError
from autogen.schema import Key
from autogen.values import value

if TYPE_CHECKING:
    from sqlalchemy import MetaData
    from sqlalchemy.engine import URL


@value(frozen=True)
class Configured:
    """One call of ``context.configure``: the options as env.py gives them."""

    options: Mapping[str, Any]
    name: str = ""
    """What env.py calls the database, where it configures several."""
    url: URL | None = None
    """Where its engine leads, with the arguments of its connections that a URL can hold."""

    begun: bool = False
    """Whether it begins the transaction itself in which the migrations run: Alembic cannot step out of it."""
    version_locations: tuple[Path, ...] = ()
    """Where revisions lie, in a project that decides that in env.py."""

    @property
    def metadatas(self) -> tuple[MetaData, ...]:
        """``target_metadata``, one or several."""
        from sqlalchemy import MetaData

        given = self.options.get("target_metadata")
        if given is None:
            return ()
        found = tuple(given) if isinstance(given, Sequence) else (given,)
        wrong = [item for item in found if not isinstance(item, MetaData)]
        if wrong:
            own = isinstance(getattr(wrong[0], "metadata", None), MetaData)
            name = getattr(wrong[0], "__name__", "Base")
            advice = f"Pass {name}.metadata" if own else "Pass a MetaData, or a list of them"
            raise AutogenError(
                f"env.py passes {wrong[0]!r} as target_metadata, which is no MetaData. {advice}."
            )
        return found

    @property
    def version_table(self) -> Key:
        name = self.options.get("version_table") or "alembic_version"
        return Key("table", self.options.get("version_table_schema") or "", "", str(name))
