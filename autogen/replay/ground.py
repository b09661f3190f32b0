"""The server that migrations are replayed on: scratch_url, the database's own, or one that autogen brings."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from autogen.dialects import dialect_class
from autogen.dialects.base import Dialect
from autogen.errors import AutogenError
from autogen.pipeline import connected
from autogen.values import value

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from autogen.project.location import Project


@value(frozen=True, slots=True)
class Ground:
    """``dialect`` fits the server; ``running`` gives its URL while it is needed, and starts it where it does
    not run. ``settings`` are what databases made there inherit, as far as replays depend on it."""

    dialect: Dialect
    server: str
    running: Callable[[], AbstractContextManager[URL]]
    settings: str = ""


def chosen(project: Project, live: tuple[Dialect, str] | None = None, *, reachable: bool = True) -> Ground:
    """``scratch_url`` where it is set; else the server of the database, where ``live`` is its dialect and
    name; else the server that autogen brings; else that of the database, unless it is known not to be
    ``reachable``. An AutogenError where there is none of them."""
    if project.scratch_url is not None:
        return at(project.scratch_url)
    if live is not None:
        return Ground(live[0], live[1], lambda: nullcontext(project.url), _settings(live[0]))
    kind = dialect_class(project.url.get_backend_name())
    own = kind.own_server()
    if own is not None:
        return Ground(own.dialect(), own.label, own.running)
    if reachable:
        return at(project.url)
    raise AutogenError(f"There is no other server to replay the migrations on. {kind.no_own_server()}")


def at(url: URL) -> Ground:
    """The server behind a URL. An AutogenError where it cannot be reached."""
    with connected(url) as (dialect, connection):
        return Ground(dialect, dialect.server_label(connection), lambda: nullcontext(url), _settings(dialect))


def _settings(dialect: Dialect) -> str:
    """What the dialect learned from its server, such as character sets."""
    return repr({name: value for name, value in vars(dialect).items() if name not in ("sqla", "final_names")})
