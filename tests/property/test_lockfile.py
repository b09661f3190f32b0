"""Any schema comes back from the text of schema.lock as it was."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from autogen.dialects.base import Scope
from autogen.lockfile.declared import declarations, unconnected
from autogen.lockfile.reading import read
from autogen.lockfile.writing import lines
from autogen.schema import Column, Object, Schema
from tests.databases.databases import Backend
from tests.property.build import metadata
from tests.property.schemas import schemas
from tests.property.strategies import models

QUIET: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "derandomize": True,
    "phases": (Phase.explicit, Phase.generate),
    "suppress_health_check": list(HealthCheck),
}


def everything(schema: Schema) -> dict[object, dict[str, object]]:
    """All fields of all objects, those included that comparison leaves out."""
    return {o.key: told(o) for o in schema}


def told(item: Object) -> dict[str, object]:
    left_out = {"position"} if isinstance(item, Column) else set()
    return {f.name: getattr(item, f.name) for f in fields(item) if f.name not in left_out}


@settings(max_examples=75, **QUIET)
@given(schemas(), st.data())
def test_a_schema_comes_back_from_its_text(schema: Schema, data: st.DataObject) -> None:
    keys = data.draw(st.sets(st.sampled_from(sorted(schema.by_key)) if schema.by_key else st.nothing()))
    digests = dict.fromkeys(keys, "0f" * 8)
    written = list(lines(schema, digests))
    assert all("\n" not in line and line.isprintable() for line in written)
    found = read("\n".join(written).split("\n"))
    assert everything(found.schema) == everything(schema)
    assert found.digests == digests
    for table in schema.tables:
        order = [c.name for c in schema.columns(table.key)]
        assert [c.name for c in found.schema.columns(table.key)] == order
    assert list(lines(found.schema, found.digests)) == written


@settings(max_examples=30, **QUIET)
@given(schemas(), st.randoms(use_true_random=False))
def test_the_order_of_objects_does_not_show(schema: Schema, random: object) -> None:
    shuffled = list(schema)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert list(lines(Schema(shuffled))) == list(lines(schema))


@pytest.mark.parametrize(
    ("backend", "server"), [("sqlite", "sqlite"), ("pg18", "postgresql"), ("mariadb", "mysql")]
)
@settings(max_examples=25, **QUIET)
@given(data=st.data())
def test_declarations_come_back(backend: Backend, server: str, data: st.DataObject) -> None:
    made = metadata(data.draw(models(backend)), backend)
    noted = {"server": "mariadb", "version": "10.11"} if server == "mysql" else {}
    desired = declarations([made], unconnected(server, noted), Scope())
    found = read(list(lines(desired)))
    assert everything(found.schema) == everything(desired)
