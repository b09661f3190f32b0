"""From a description of models to a MetaData."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tests.databases.databases import Backend
from tests.property.strategies import ColumnSpec, Models, TableSpec, types


def metadata(models: Models, backend: Backend) -> sa.MetaData:
    made = sa.MetaData()
    for spec in models:
        table(made, spec, backend)
    return made


def quoted(name: str) -> sa.quoted_name:
    return sa.quoted_name(name, quote=True)


def name(spec: TableSpec, kind: str, *parts: str) -> str:
    """A constraint's name, made of what it is on, so that it is the same in both models."""
    return "_".join((kind, spec.name, *parts))[:60]


def table(made: sa.MetaData, spec: TableSpec, backend: Backend) -> None:
    key = sa.Column("id", sa.Integer, primary_key=True, autoincrement=not spec.wide_key)
    built = sa.Table(quoted(spec.name), made, key, comment=spec.comment)
    for position, column in enumerate(spec.columns):
        built.append_column(sa_column(column, backend, spec.wide_key and position == 0))
        constraints(built, spec, column)
    for unique in spec.uniques:
        built.append_constraint(
            sa.UniqueConstraint(*unique, name=quoted(name(spec, "uq", *unique)) if spec.named else None)
        )
    for index in spec.indexes:
        keys = [built.c[c].desc() if index.descending else built.c[c] for c in index.columns]
        where = built.c[index.columns[0]].isnot(None) if index.predicate else None
        options = {} if where is None else {"sqlite_where": where, "postgresql_where": where}
        sa.Index(quoted(name(spec, "ix", *index.columns)), *keys, unique=index.unique, **options)


def sa_column(spec: ColumnSpec, backend: Backend, in_key: bool) -> sa.Column[Any]:
    default: Any = None
    if spec.default == "now":
        default = sa.func.now()
    elif spec.default in ("true", "false"):
        default = sa.true() if spec.default == "true" else sa.false()
    elif spec.default is not None:
        default = spec.default
    type_ = types(backend)[spec.type][0]()
    if spec.type == "choice":
        type_.name = f"choice_{spec.name}"  # of the check; a table may have several
    return sa.Column(
        quoted(spec.name),
        type_,
        nullable=spec.nullable and not in_key,
        primary_key=in_key,
        server_default=default,
        comment=spec.comment,
    )


def constraints(built: sa.Table, spec: TableSpec, column: ColumnSpec) -> None:
    def named(kind: str) -> sa.quoted_name | None:
        return quoted(name(spec, kind, column.name)) if spec.named else None

    if column.references is not None:
        target = f"{column.references}.id"
        made = sa.ForeignKeyConstraint([column.name], [target], name=named("fk"), ondelete=column.on_delete)
        built.append_constraint(made)
    if column.unique:
        built.append_constraint(sa.UniqueConstraint(column.name, name=named("uq")))
    if column.check:
        built.append_constraint(sa.CheckConstraint(built.c[column.name] > -100, name=named("ck")))
