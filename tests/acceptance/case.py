"""What an acceptance case is: models before and after, and what must come out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tests.databases.databases import BACKENDS, Backend

Models = Callable[[sa.MetaData], Any]
POSTGRESQL: tuple[Backend, ...] = ("pg15", "pg18")
MYSQL: tuple[Backend, ...] = ("mariadb",)
SQLITE: tuple[Backend, ...] = ("sqlite",)
ENFORCING: tuple[Backend, ...] = (*POSTGRESQL, *MYSQL)


def nothing(_: sa.MetaData) -> None:
    """Models that declare nothing."""


@dataclass(frozen=True)
class Case:
    """``before`` is built, ``setup`` run, rows put in; then the models become ``after``.

    ``changes`` are the labels that must come out, () for "equal though spelled differently", None for
    "some". ``because`` names the capability that backends which are not listed lack. ``rules`` must be
    among the findings. ``renames`` (``old=new``) and ``drops`` are what somebody said. ``same_catalog`` is
    False where the upgraded catalog differs from a fresh one by what ``setup`` made beside the tables.
    ``schemas`` are looked at though the models do not name them. ``loses`` are columns whose values
    legitimately change. ``since`` is the first SQLAlchemy that can state the models.
    """

    name: str
    before: Models
    after: Models
    changes: Sequence[str] | None = None
    backends: Sequence[Backend] = BACKENDS
    because: str = ""
    setup: Sequence[str] | Mapping[str, Sequence[str]] = ()
    rules: frozenset[str] | set[str] = frozenset()
    fails_with_rows: bool = False
    loses: Sequence[str] = ()
    convention: Mapping[str, Any] | None = None
    setup_in_after: bool = True
    draft_has: Sequence[str] = ()
    since: tuple[int, ...] = ()
    renames: Sequence[str] = ()
    drops: Sequence[str] = ()
    same_catalog: bool = True
    schemas: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if set(self.backends) != set(BACKENDS) and not self.because:
            raise ValueError(f"{self.name}: say which capability the other backends lack")

    @property
    def can_be_stated(self) -> bool:
        return tuple(map(int, re.findall(r"\d+", sa.__version__)[:3])) >= self.since

    def metadata(self, models: Models) -> sa.MetaData:
        metadata = sa.MetaData(naming_convention=dict(self.convention) if self.convention else None)
        models(metadata)
        return metadata

    def statements(self, backend: Backend) -> Sequence[str]:
        if not isinstance(self.setup, Mapping):
            return self.setup
        family = "postgresql" if backend.startswith("pg") else backend
        return self.setup.get(backend, self.setup.get(family, ()))


def unchanged(name: str, models: Models, **options: Any) -> Case:
    """The same models twice: no change."""
    return Case(name, models, models, (), **options)


def equal(name: str, before: Models, after: Models, **options: Any) -> Case:
    """Spelled differently but equal: no change."""
    return Case(name, before, after, (), **options)


def table(name: str, *columns: Callable[[], Any], **options: Any) -> Models:
    """Models of one table; each argument makes a fresh column, constraint or index."""
    return lambda metadata: sa.Table(name, metadata, *(make() for make in columns), **options)


def both(*models: Models) -> Models:
    def build(metadata: sa.MetaData) -> None:
        for make in models:
            make(metadata)

    return build


def preceded(sql: str, models: Models) -> Models:
    """The models, before whose creation an application runs a statement (an extension, a collation)."""

    def build(metadata: sa.MetaData) -> None:
        sa.event.listen(metadata, "before_create", sa.DDL(sql))
        models(metadata)

    return build


def column(name: str, *args: Any, **options: Any) -> Callable[[], sa.Column[Any]]:
    """A column made afresh for every MetaData; callables among the arguments are called."""
    return lambda: sa.Column(name, *(a() if is_maker(a) else a for a in args), **options)


def is_maker(argument: Any) -> bool:
    return callable(argument) and not isinstance(argument, type)


def key(**options: Any) -> Callable[[], sa.Column[Any]]:
    return column("id", sa.Integer, primary_key=True, **options)
