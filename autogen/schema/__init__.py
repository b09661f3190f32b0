"""Layer 0: the value types of a database schema. Standard library only."""

from autogen.schema.dependents import Dependent, DependentKind
from autogen.schema.keys import KINDS, Key, Kind
from autogen.schema.objects import (
    Check,
    Code,
    Column,
    ColumnType,
    Computed,
    Constraint,
    EnumType,
    Exclude,
    ForeignKey,
    Identity,
    Index,
    IndexElement,
    Namespace,
    Object,
    PrimaryKey,
    Sequence,
    Table,
    TablePart,
    Unique,
)
from autogen.schema.requires import needed_by, requires
from autogen.schema.schema import Schema, Skipped

__all__ = [
    "KINDS",
    "Check",
    "Code",
    "Column",
    "ColumnType",
    "Computed",
    "Constraint",
    "Dependent",
    "DependentKind",
    "EnumType",
    "Exclude",
    "ForeignKey",
    "Identity",
    "Index",
    "IndexElement",
    "Key",
    "Kind",
    "Namespace",
    "Object",
    "PrimaryKey",
    "Schema",
    "Sequence",
    "Skipped",
    "Table",
    "TablePart",
    "Unique",
    "needed_by",
    "requires",
]
