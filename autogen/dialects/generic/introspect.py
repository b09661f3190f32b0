"""Inspector -> Schema, one call a kind and schema."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autogen.dialects.compiled import plain_dialect
from autogen.dialects.generic import read, unseen
from autogen.schema import Key, Namespace, Object, Schema, Skipped, Table

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Inspector

    from autogen.dialects.base import Dialect, Scope

_KINDS = {
    "columns": "get_multi_columns",
    "primary keys": "get_multi_pk_constraint",
    unseen.UNIQUES: "get_multi_unique_constraints",
    "foreign keys": "get_multi_foreign_keys",
    unseen.CHECKS: "get_multi_check_constraints",
    "indexes": "get_multi_indexes",
    unseen.COMMENTS: "get_multi_table_comment",
}


def introspect(dialect: Dialect, connection: Connection, scope: Scope) -> Schema:
    """What the Inspector shows; its warnings and gaps go to ``skipped``."""
    import sqlalchemy as sa

    inspector = sa.inspect(connection)
    backend = dialect.sqla.name
    skipped = [unseen.skipped(unseen.OPTIONS, backend)]
    objects: list[Object] = []
    existing = set(inspector.get_schema_names()) if scope.schemas else set()
    for schema in ("", *(s for s in scope.schemas if s in existing)):
        if schema:
            objects.append(Namespace(schema))
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            found = {kind: _ask(inspector, method, schema) for kind, method in _KINDS.items()}
        skipped += (Skipped(backend, " ".join(str(w.message).split())) for w in heard)
        missing = [kind for kind, answer in found.items() if answer is None]
        skipped += (s for s in (unseen.skipped(kind, backend) for kind in missing) if s not in skipped)
        skipped += _left_alone(inspector, schema)
        for name in sorted(inspector.get_table_names(schema=schema or None)):
            key = Key("table", schema, "", str(name))
            reason = scope.left_out(key)
            if reason:
                skipped.append(Skipped(key.label, reason))
                continue
            objects += _table(dialect, schema, str(name), {k: _of(v, name) for k, v in found.items()})
    return Schema(objects, skipped)


def _ask(inspector: Inspector, method: str, schema: str) -> dict[str, Any] | None:
    """The Inspector's answer by table name; None for what the dialect does not reflect."""
    try:
        answer = getattr(inspector, method)(schema=schema or None)
    except NotImplementedError:
        return None
    return {str(name): value for (_, name), value in answer.items()}


def _of(answer: dict[str, Any] | None, name: str) -> Any:
    return (answer or {}).get(str(name))


def _left_alone(inspector: Inspector, schema: str) -> Iterator[Skipped]:
    for method, reason in (
        ("get_view_names", "a view"),
        ("get_materialized_view_names", "a materialized view"),
    ):
        try:
            names = getattr(inspector, method)(schema=schema or None)
        except NotImplementedError:
            continue
        for name in sorted(map(str, names)):
            yield Skipped(Key("table", schema, "", name).label, reason)


def _table(dialect: Dialect, schema: str, name: str, found: dict[str, Any]) -> Iterator[Object]:
    plain = plain_dialect(dialect.sqla)
    comment = (found[unseen.COMMENTS] or {}).get("text") if plain.supports_comments else None
    yield Table(schema, name, comment or None)
    for position, reflected in enumerate(found["columns"] or (), 1):
        yield read.column(plain, reflected, schema, name, position)
    yield from read.primary_key(found["primary keys"], schema, name)
    yield from read.uniques(found[unseen.UNIQUES] or (), schema, name)
    yield from read.foreign_keys(found["foreign keys"] or (), schema, name, dialect.default_schema)
    yield from read.checks(found[unseen.CHECKS] or (), schema, name)
    yield from read.indexes(found["indexes"] or (), schema, name)
