"""What the models ask for of all that a run looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from autogen.declare import declare
from autogen.dialects.base import Dialect, Scope
from autogen.schema import Namespace, Schema, Table, TablePart

if TYPE_CHECKING:
    from sqlalchemy import MetaData


def declared(dialect: Dialect, metadatas: Sequence[MetaData], scope: Scope) -> tuple[Schema, Scope]:
    """The schema that the models declare, and the scope widened by the schemas that they use."""
    dialect.final_names = any(_renames(metadata) for metadata in metadatas)
    desired = declare(metadatas, dialect)
    named = [n.name for n in desired.of_kind(Namespace)]
    scope = replace(scope, schemas=tuple(sorted({*scope.schemas, *named})))
    return desired, scope


def _renames(metadata: MetaData) -> bool:
    """Whether a naming convention would change names that are final already."""
    return any("constraint_name" in str(value) for value in metadata.naming_convention.values())


def within(desired: Schema, scope: Scope) -> Schema:
    """The declared schema without the tables that the configuration leaves out."""
    left_out = {table.key for table in desired.tables if scope.left_out(table.key)}
    if not left_out:
        return desired
    gone = [o.key for o in desired if o.key.owner in left_out and isinstance(o, Table | TablePart)]
    return desired.replace(remove=gone)
