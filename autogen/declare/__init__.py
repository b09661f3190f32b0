"""MetaData -> Schema: what the models declare, in the canonical spelling of a dialect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from autogen.declare.tables import Declaration
from autogen.errors import AutogenError
from autogen.schema import Key, Namespace, Object, Schema

if TYPE_CHECKING:
    import sqlalchemy

    from autogen.dialects.base import Dialect

__all__ = ["declare"]


def declare(metadatas: Sequence[sqlalchemy.MetaData], dialect: Dialect) -> Schema:
    """The schema that these models ask for.

    A name that two MetaData (or a table and its twin in the default schema) declare alike counts once;
    declared differently it is an error.
    """
    declaration = Declaration(dialect)
    objects: dict[Key, Object] = {}
    for metadata in metadatas:
        _add(objects, dialect.declare_objects(metadata))
        for table in metadata.tables.values():
            _add(objects, declaration.table(table))
    _add(objects, _namespaces(objects))
    return Schema.keyed(objects, declaration.skipped)


def _add(objects: dict[Key, Object], found: Iterable[Object]) -> None:
    for item in found:
        key = item.key
        known = objects.setdefault(key, item)
        if known is not item and known != item:
            raise AutogenError(
                f"The models declare the {key.kind.replace('_', ' ')} {key.label} twice, in different ways. "
                "Rename one of the two, or leave one out."
            )


def _namespaces(objects: dict[Key, Object]) -> list[Object]:
    """The schemas in use besides the default one."""
    names = {key.schema for key in objects if key.schema and not key.table}
    return [Namespace(name) for name in sorted(names) if Key("schema", "", "", name) not in objects]
