"""What the models leave open is as it is in the database, and equal in effect is equal."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from autogen.dialects.base import O
from autogen.dialects.postgresql import canonical
from autogen.schema import (
    Check,
    Column,
    ColumnType,
    Computed,
    ForeignKey,
    Index,
    IndexElement,
    Table,
)

# Table options that an administrator sets on a running server and that models seldom know of.
_OPERATIONAL = (
    "autovacuum_",
    "toast.",
    "toast_",
    "log_autovacuum_",
    "parallel_workers",
    "vacuum_",
    "user_catalog",
)
_PLACES = ("tablespace", "using")


def inherit(current: O, desired: O) -> O:
    """The declared object with the live spelling of what is equal in effect, and what it leaves open."""
    if isinstance(desired, Column) and isinstance(current, Column):
        return cast(O, _column(current, desired))
    if isinstance(desired, Check) and isinstance(current, Check):
        return cast(O, _check(current, desired))
    if isinstance(desired, ForeignKey) and isinstance(current, ForeignKey):
        validated = _validated(current, desired)
        return cast(O, replace(desired, validated=validated, enforced=current.enforced))
    if isinstance(desired, Index) and isinstance(current, Index):
        return cast(O, _index(current, desired))
    if isinstance(desired, Table) and isinstance(current, Table):
        return cast(O, _table(current, desired))
    return desired


def _column(current: Column, desired: Column) -> Column:
    desired = replace(desired, type=_dimensions(current, desired))
    if not desired.default_known and desired.computed is None:
        return replace(desired, default=current.default)
    here_text, text, type_sql = current.default, desired.default, desired.type.sql
    # a default is judged by the type it belongs to: another type may read it otherwise
    comparable = here_text is not None and text is not None and current.type.sql == type_sql
    if comparable and canonical.same_default(here_text or "", text or "", type_sql):
        desired = replace(desired, default=here_text)
    here, there = current.computed, desired.computed
    if here and there and canonical.same_expression(here.expression, there.expression):
        desired = replace(desired, computed=Computed(here.expression, there.persisted))
    return desired


def _dimensions(current: Column, desired: Column) -> ColumnType:
    """An array of one unstated dimension is of as many as it has; the server checks none."""
    here, there = current.type, desired.type
    open_ = there.sql.endswith("[]") and not there.sql.endswith("[][]")
    stated = there.code is not None and "dimensions=" in there.code.text
    if open_ and not stated and here.sql != there.sql and canonical.one_dimension(here.sql) == there.sql:
        return replace(there, sql=here.sql)
    return there


def _check(current: Check, desired: Check) -> Check:
    text = desired.expression
    if canonical.same_expression(current.expression, text):
        text = current.expression
    return replace(
        desired,
        expression=text,
        no_inherit=current.no_inherit,
        validated=_validated(current, desired),
        enforced=current.enforced,
    )


def _validated(current: Check | ForeignKey, desired: Check | ForeignKey) -> bool:
    """NOT VALID says how a constraint is added; the models cannot mean that it must stay so."""
    return current.validated if not desired.validated else True


def _index(current: Index, desired: Index) -> Index:
    elements = desired.elements
    if len(elements) == len(current.elements):
        elements = tuple(_element(*pair) for pair in zip(current.elements, elements, strict=True))
    predicate = desired.predicate
    if predicate is not None and current.predicate is not None:
        same = canonical.same_expression(current.predicate, predicate)
        predicate = current.predicate if same else predicate
    # nobody wants an invalid index: once it is made anew, there is no way back to that, and no need of one
    return replace(desired, elements=elements, predicate=predicate, valid=True)


def _element(current: IndexElement, desired: IndexElement) -> IndexElement:
    both = current.is_expression and desired.is_expression
    if both and canonical.same_expression(current.text, desired.text):
        return replace(desired, text=current.text)
    return desired


def _table(current: Table, desired: Table) -> Table:
    options = dict(desired.options)
    for name, value in current.options:
        if name.startswith(_OPERATIONAL) or name in _PLACES:
            options.setdefault(name, value)
    return replace(desired, options=tuple(sorted(options.items())))
