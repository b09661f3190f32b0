"""What of a server the declarations depend on, kept for a run without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autogen.schema import Column, Schema

if TYPE_CHECKING:
    from autogen.dialects.mysql import MySQL

_VERSION = 2
"""How many figures of the server's version are kept: the patch level differs from machine to machine."""
_LATEST_PATCH = (99,)


def noted(dialect: MySQL, declared: Schema) -> dict[str, str]:
    """The kind and version of the server, its usual collation, and the collations of the character sets that
    are declared."""
    charsets = {dict(table.options).get("charset") for table in declared.tables}
    charsets |= {column.type.charset for column in declared.of_kind(Column)}
    used = {
        name: dialect.charsets[name] for name in sorted(filter(None, charsets)) if name in dialect.charsets
    }
    info = [part for part in (dialect.sqla.server_version_info or ()) if isinstance(part, int)]
    found = {
        "server": "mariadb" if dialect.is_mariadb else "mysql",
        "version": ".".join(map(str, info[:_VERSION])),
        "collation": dialect.default_collation,
    }
    found |= {f"charset {name}": collation for name, collation in used.items()}
    if not dialect.explicit_timestamps:
        found["timestamps"] = "implicit"
    if dialect.folds_tables:
        found["tables"] = "folded"
    return found


def recall(dialect: MySQL, noted: Mapping[str, str]) -> None:
    """Makes an unconnected dialect what SQLAlchemy and the connection would have made of it."""
    version = tuple(int(part) for part in noted.get("version", "").split(".") if part.isdecimal())
    _as_connected(dialect.sqla, noted.get("server") == "mariadb", (*version, *_LATEST_PATCH))
    dialect.charsets = {
        name.removeprefix("charset "): value for name, value in noted.items() if name.startswith("charset ")
    }
    dialect.default_collation = noted.get("collation", dialect.default_collation)
    dialect.explicit_timestamps = noted.get("timestamps") != "implicit"
    dialect.folds_tables = noted.get("tables") == "folded"


def _as_connected(sqla: Any, is_mariadb: bool, version: tuple[int, ...]) -> None:
    """What SQLAlchemy sets on its first connection, as far as it shows in DDL."""
    sqla.server_version_info = version
    sqla._set_mariadb(is_mariadb, version)
    sqla._server_ansiquotes, sqla._backslash_escapes = False, True
    sqla._support_default_function = version >= ((10, 2, 1) if is_mariadb else (8, 0, 13))
    if is_mariadb:
        sqla.supports_sequences = version >= (10, 3)
        sqla.supports_native_uuid = version >= (10, 7)
        sqla._allows_uuid_binds = True
