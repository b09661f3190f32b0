"""What the project's env.py says to ``context.configure``: it is run with nothing behind its connections.

No database is reached and no migration runs: engines give stand-in connections, ``run_migrations`` only tells
which of several databases was meant.
"""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.errors import AutogenError, SeveralDatabases
from autogen.project.configured import Configured
from autogen.project.env_runner import (
    alembic_config,
    check_env_py,
    env_error,
    replaced,
    run_in,
    token,
    without_database,
)
from autogen.project.raw_connections import only_reading
from autogen.project.revisions import script_directory
from autogen.project.settings import AlembicSettings
from autogen.project.url import display
from autogen.project.user_code import raised_by_code

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection, Engine

_SEARCH_PATH = re.compile(
    r"\s*set\s+(?:session\s+|local\s+)?search_path\s*(?:=|to)\s*(.+?)\s*;?\s*$", re.I | re.S
)


def read_env(settings: AlembicSettings, url: URL | None = None) -> tuple[Configured, ...]:
    """Runs env.py and returns its calls of ``context.configure``, at least one, or an AutogenError. ``url``
    is what it reads as ``sqlalchemy.url``.

    Where it fails as for ``alembic upgrade``, because it wants more around it than the alembic command has,
    it is run as for ``upgrade --sql``, in which an env.py connects to nothing."""
    check_env_py(settings)
    try:
        calls = _captured(settings, url, offline=False)
    except AutogenError as error:
        if not isinstance(error.__cause__, Exception):
            raise
        try:
            calls = _captured(settings, url, offline=True)
        except AutogenError:
            calls = ()
        if not calls:
            raise error from None
    if not calls:
        raise AutogenError(
            f"{settings.env_py} ran and never called context.configure(), so that it says nothing of models "
            "and database. autogen runs it with connections that find no rows; where it asks the database "
            "which schemas or tenants there are, name models and url under [tool.autogen]."
        )
    return calls


def _captured(settings: AlembicSettings, url: URL | None, *, offline: bool) -> tuple[Configured, ...]:
    capture = _Capture(settings, url, offline)
    try:
        with _quiet(), only_reading(), replaced(capture.engine):
            run_in(settings, capture.environment)
    except AutogenError:
        raise
    except (Exception, SystemExit) as error:
        raise env_error(settings, error) from error
    except KeyboardInterrupt as error:
        if raised_by_code(error):
            raise env_error(settings, error) from error
        raise
    moved = capture.moved()
    return tuple(replace(call.configured(), version_locations=moved) for call in capture.calls)


@dataclass
class _Call:
    options: dict[str, Any]
    engine: Engine | None
    said: list[str]
    name: str = ""
    begun: bool = False

    def configured(self) -> Configured:
        return Configured(self.options, self.name, self._url(), self.begun)

    def _url(self) -> URL | None:
        from sqlalchemy.engine import make_url

        if self.engine is None:
            stated = self.options.get("url")
            return make_url(stated) if stated else None
        from autogen.project.connect_args import url_of

        paths = [found[1] for found in map(_SEARCH_PATH.match, self.said) if found]
        return url_of(self.engine, paths[-1] if paths else None)


class _Capture:
    """Alembic's environment, its doors to the database closed."""

    def __init__(self, settings: AlembicSettings, url: URL | None, offline: bool) -> None:
        from alembic.runtime.environment import EnvironmentContext

        self.calls: list[_Call] = []
        self.environment = EnvironmentContext(
            alembic_config(settings, url=url), script_directory(settings), fn=lambda *_: (), as_sql=offline
        )
        self._configure = self.environment.configure
        self._root = settings.root
        self._locations = list(self.environment.script.version_locations or ())
        self._behind: dict[int, tuple[Engine, list[str]]] = {}
        self._made: list[Engine] = []
        doors: dict[str, Callable[..., Any]] = {
            "configure": self.configure,
            "run_migrations": self.run_migrations,
            "begin_transaction": contextlib.nullcontext,
            "is_offline_mode": lambda: offline,
        }
        for name, door in doors.items():
            setattr(self.environment, name, door)

    def engine(self, engine: Engine) -> Engine:
        """The stand-in for an engine of the project's."""
        said: list[str] = []
        made = without_database(engine, said.append)
        self._behind[id(made)] = (engine, said)
        self._made.append(made)
        return made

    def moved(self) -> tuple[Path, ...]:
        """The folders of revisions that env.py has set on ``context.script``; none where it left them."""
        now = list(self.environment.script.version_locations or ())
        return () if now == self._locations else tuple(self._root / path for path in now)

    def configure(self, connection: Connection | None = None, **options: Any) -> None:
        engine = getattr(connection, "engine", None)
        behind, said = self._behind.get(id(engine), (engine, []))
        begun = connection is not None and connection.in_transaction()
        self.calls.append(_Call(options, behind, said, token(options), begun))
        self._configure(connection=connection, **options)

    def run_migrations(self, **arguments: Any) -> None:
        if self.calls:
            name = arguments.get("engine_name") or self.calls[-1].name
            self.calls[-1].name = str(name)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without what Alembic and the project log of their progress."""
    before = logging.root.manager.disable
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(before)


def names_of(calls: Sequence[Configured]) -> tuple[str, ...]:
    """What env.py calls its databases; none where it names no more than one."""
    names = tuple(dict.fromkeys(call.name for call in calls if call.name))
    return names if len(names) > 1 else ()


def chosen(settings: AlembicSettings, calls: Sequence[Configured], name: str | None) -> Configured:
    """The call that is meant: the only one, or that of the database which the user names."""
    named = [call for call in calls if call.name]
    if name is not None:
        for call in calls:
            if call.name == name:
                return call
        known = ", ".join(call.name for call in named) or "one, without a name"
        raise AutogenError(f"{settings.env_py} configures no database {name!r}. It configures: {known}.")
    if len(calls) == 1 or len({(call.url, call.options.get("version_table_schema")) for call in calls}) == 1:
        return calls[-1]
    listed = ", ".join(
        f"{call.name or 'unnamed'} ({display(call.url) if call.url else 'no URL'})" for call in calls
    )
    names = names_of(calls) if len(named) == len(calls) else ()
    raise SeveralDatabases(
        f"{settings.env_py} configures {len(calls)} databases: {listed}. Name the one that is meant: "
        f"--database {named[0].name if named else 'NAME'}.",
        names,
    )
