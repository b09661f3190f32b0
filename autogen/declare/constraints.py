"""Primary keys, unique constraints, foreign keys and checks of one table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autogen.dialects.compiled import constraint_name, ddl_compiler, expression
from autogen.errors import AutogenError
from autogen.schema import Check, ForeignKey, PrimaryKey, Unique

if TYPE_CHECKING:
    import sqlalchemy

    from autogen.declare.tables import Declaration

Part = PrimaryKey | Unique | ForeignKey | Check


def of(run: Declaration, table: sqlalchemy.Table, schema: str, name: str) -> Iterator[tuple[Any, Part]]:
    """Each constraint that CREATE TABLE would hold on this server, with its translation."""
    sqla = run.dialect.sqla
    compiler: Any = None
    for declared in table._sorted_constraints:
        if _has_rule(declared) or declared._ddl_if is not None:
            compiler = compiler or ddl_compiler(sqla)
            if not declared._should_create_for_compiler(compiler):
                continue
        translate = _TRANSLATIONS.get(declared.__visit_name__)
        if translate is None:
            continue
        part = translate(run, declared, table, (schema, name, constraint_name(sqla, declared, table)))
        if part is not None:
            yield declared, part
    for column in table.columns:
        for declared in column.constraints:
            if declared.__visit_name__ in _CHECKS:
                place = (schema, name, constraint_name(sqla, declared, table))
                yield declared, _check(run, declared, table, place)


def _has_rule(declared: Any) -> bool:
    """Whether the constraint is for some servers only. Where an earlier ``create_all`` of this MetaData
    added it with ALTER TABLE, SQLAlchemy left a rule there that keeps it out of every CREATE TABLE."""
    rule = declared._create_rule
    name = getattr(rule, "name", None) or getattr(rule, "__name__", None)
    return rule is not None and name != "_create_rule_disable"


Place = tuple[str, str, str | None]


def _primary_key(run: Declaration, declared: Any, table: sqlalchemy.Table, place: Place) -> PrimaryKey | None:
    columns = declared.columns_autoinc_first if declared._implicit_generated else declared.columns
    names = tuple(str(c.name) for c in columns)
    return PrimaryKey(*place, names, *_deferrable(declared)) if names else None


def _unique(run: Declaration, declared: Any, table: sqlalchemy.Table, place: Place) -> Unique | None:
    names = tuple(str(c.name) for c in declared.columns)
    return Unique(*place, names, *_deferrable(declared)) if names else None


def _check(run: Declaration, declared: Any, table: sqlalchemy.Table, place: Place) -> Check:
    where = f"a check of table {table.fullname}"
    return Check(*place, expression(run.dialect.sqla, declared.sqltext, where))


def _foreign_key(run: Declaration, declared: Any, table: sqlalchemy.Table, place: Place) -> ForeignKey:
    from sqlalchemy.exc import InvalidRequestError

    columns, targets = [], []
    try:
        for element in declared.elements:
            columns.append(str(element.parent.name))
            targets.append(element.column)
    except InvalidRequestError as error:
        raise AutogenError(
            f"A foreign key of table {table.fullname} refers to something that is not in the models: "
            f"{str(error).splitlines()[0]} Import the module that declares it, "
            "or list its MetaData among the models."
        ) from error
    target = targets[0].table
    deferrable, deferred = _deferrable(declared)
    match = declared.match.upper() if declared.match else None
    return ForeignKey(
        *place,
        columns=tuple(columns),
        target_schema=run.schema(target.schema),
        target_table=str(target.name),
        target_columns=tuple(str(c.name) for c in targets),
        on_delete=_action(declared.ondelete),
        on_update=_action(declared.onupdate),
        deferrable=deferrable,
        initially_deferred=deferred,
        match=None if match == "SIMPLE" else match,
    )


def _action(text: str | None) -> str | None:
    action = " ".join(text.upper().split()) if text else None
    return None if action == "NO ACTION" else action


def _deferrable(declared: Any) -> tuple[bool, bool]:
    """INITIALLY DEFERRED alone implies DEFERRABLE."""
    if declared.deferrable is None and declared.initially is None:
        return False, False
    deferred = (declared.initially or "").upper() == "DEFERRED"
    return bool(declared.deferrable) or deferred, deferred


_CHECKS = frozenset({"check_constraint", "column_check_constraint", "table_or_column_check_constraint"})
_TRANSLATIONS: dict[str, Any] = {
    "primary_key_constraint": _primary_key,
    "unique_constraint": _unique,
    "foreign_key_constraint": _foreign_key,
    "check_constraint": _check,
    "column_check_constraint": _check,
    "table_or_column_check_constraint": _check,
}
