"""One package a server; ``dialect_class`` finds the one for a URL and imports nothing else."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autogen.dialects.base import Dialect

_CLASSES = {
    "postgresql": "autogen.dialects.postgresql:PostgreSQL",
    "sqlite": "autogen.dialects.sqlite:SQLite",
    "mysql": "autogen.dialects.mysql:MySQL",
    "mariadb": "autogen.dialects.mysql:MySQL",
}


def dialect_class(backend: str) -> type[Dialect]:
    """The class for ``url.get_backend_name()``; the generic one for servers without a package here."""
    module, _, name = _CLASSES.get(backend, "autogen.dialects.generic:Generic").partition(":")
    found: type[Dialect] = getattr(import_module(module), name)
    return found
