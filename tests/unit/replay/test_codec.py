"""What is kept of a replay comes back equal, or not at all."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from autogen.dialects.base import Blueprint
from autogen.replay import cache
from autogen.replay.codec import from_json, to_json
from autogen.schema import (
    Check,
    Code,
    Column,
    ColumnType,
    Computed,
    Dependent,
    EnumType,
    Exclude,
    ForeignKey,
    Identity,
    Index,
    IndexElement,
    Key,
    Namespace,
    PrimaryKey,
    Schema,
    Sequence,
    Skipped,
    Table,
    Unique,
)

HOSTILE = "a\"b'c`\n\\ %(x)s {\u202e}😀\x00"
OBJECTS = (
    Namespace(HOSTILE),
    EnumType("", "mood", ("sad", HOSTILE)),
    Sequence("s", "seq", minimum=-5, cycle=True),
    Table("", "t", HOSTILE, (("engine", "innodb"),)),
    Column(
        "",
        "t",
        "a",
        ColumnType("mood", "C", None, Key("enum", "", "", "mood"), Code("sa.X", frozenset({"i"}))),
    ),
    Column(
        "", "t", "b", ColumnType("int"), False, identity=Identity(True, 2), position=3, default_known=False
    ),
    Column("", "t", "c", ColumnType("int"), computed=Computed("a + b", True), on_update="now()"),
    PrimaryKey("", "t", None, ("a", "b"), include=("c",)),
    Unique("", "t", "u", ("a",), nulls_not_distinct=True),
    ForeignKey("", "t", "f", ("a",), "s", "o", ("x",), "CASCADE"),
    Check("", "t", "k", "a > 0", column="a"),
    Exclude("", "t", "e", "USING gist (a WITH =)"),
    Index("", "t", "i", (IndexElement("lower(a)", True, True), IndexElement("b", length=3)), True, "gin"),
)
DEPENDENT = Dependent("view", "", "", "v", ("CREATE",), ("DROP",), (Key("table", "", "", "t"),), ("view w",))


def fields(value: Any) -> Any:
    """Everything of a value, what ``==`` does not look at as well."""
    return [dataclasses.asdict(o) for o in value.schema.objects], value.schema.skipped, value.dependents


def test_a_blueprint_comes_back_equal() -> None:
    given = Blueprint(Schema(OBJECTS, (Skipped("v", HOSTILE),)), (DEPENDENT,), ("CREATE TABLE t (a)",))
    back = from_json(to_json(given))
    assert back == given
    assert fields(back) == fields(given)
    assert list(back.schema.by_key) == list(given.schema.by_key) or back.schema == given.schema


def test_a_class_that_is_not_known_is_refused() -> None:
    with pytest.raises(TypeError):
        to_json((Path(),))


@pytest.mark.parametrize(
    "text", ["", "{", '{"os": []}', '{"Table": ["", "t"]}', '{"Key": [1], "Schema": []}']
)
def test_what_nobody_wrote_is_no_value(text: str) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        from_json(text)


def test_a_kept_value_is_found_by_its_key_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "cache_folder", lambda: tmp_path)
    given = Blueprint(Schema(OBJECTS))
    cache.store("key", given)
    assert cache.load("key") == given
    assert cache.load("another") is None
    (path,) = (tmp_path / "replays").iterdir()
    path.write_text(path.read_text("utf-8").replace("mood", "food"), "utf-8")
    assert cache.load("key") is None


def test_what_nothing_reads_for_long_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setattr(cache, "cache_folder", lambda: tmp_path)
    cache.store("old", Blueprint(Schema()))
    (old,) = (tmp_path / "replays").iterdir()
    os.utime(old, (0, 0))
    cache.store("new", Blueprint(Schema()))
    assert cache.load("old") is None
    assert cache.load("new") == Blueprint(Schema())
