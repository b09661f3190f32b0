"""Hypothesis strategies for values of autogen.schema: every kind of object, every field, hostile text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from autogen.schema import (
    Check,
    Column,
    ColumnType,
    Computed,
    EnumType,
    Exclude,
    ForeignKey,
    Identity,
    Index,
    IndexElement,
    Key,
    Namespace,
    Object,
    PrimaryKey,
    Schema,
    Sequence,
    Table,
    Unique,
)

ODD = (
    *("id", "users", "order", "two words", "three   spaces", " leading", "trailing ", '"quoted"', "it's"),
    *("primary key", "unique", "check", "index", "unnamed", "sql", "models x", "default 1", "table t"),
    *("new\nline", "tab\there", "a.b", "(a, b)", "-> t (id)", "a, b", "100%", "%(x)s", ":x", "back\\slash"),
    *(
        "ünï",
        "名前",
        "\u2028",
        "\u202eright",
        "\xa0",
        "\ud800",
        "x" * 63,
        "<<<<<<< ours",
        "=======",
        "#",
        "-",
    ),
)
TEXT = st.one_of(st.sampled_from(ODD), st.text(max_size=12))
"""Text as catalogs and models may hold it, the words of the file itself included."""
NAME = st.one_of(st.sampled_from(ODD), st.text(min_size=1, max_size=8))
_NONE = st.none()
_MAYBE = st.one_of(_NONE, TEXT)
_MAYBE_NAME = st.one_of(_NONE, NAME)
_FLAG = st.booleans()
_NUMBER = st.integers(-(2**70), 2**70)
_BOUND = st.one_of(_NONE, _NUMBER)
_NAMES = st.lists(NAME, min_size=1, max_size=3).map(tuple)
_SCHEMA = st.one_of(st.just(""), NAME)
_OPTIONS = st.lists(st.tuples(NAME, TEXT), max_size=2).map(tuple)
_TYPES = st.builds(
    ColumnType,
    sql=TEXT,
    collation=_MAYBE,
    charset=_MAYBE,
    enum=st.one_of(_NONE, st.builds(lambda schema, name: Key("enum", schema, "", name), _SCHEMA, NAME)),
)
_COUNTING: dict[str, Any] = {
    "start": _NUMBER,
    "increment": _NUMBER,
    "minimum": _BOUND,
    "maximum": _BOUND,
    "cycle": _FLAG,
    "cache": _NUMBER,
}
_ELEMENTS = st.builds(
    IndexElement,
    text=TEXT,
    is_expression=_FLAG,
    descending=_FLAG,
    nulls_first=_FLAG,
    opclass=_MAYBE,
    collation=_MAYBE,
    length=_BOUND,
)
_DEFERRAL: dict[str, Any] = {"deferrable": _FLAG, "initially_deferred": _FLAG}
_INCLUDE = st.one_of(st.just(()), _NAMES)


def parts() -> SearchStrategy[Object]:
    """Whatever may belong to a table."""
    place: dict[str, Any] = {"schema": st.just(""), "table": st.just("")}
    columns = st.builds(
        Column,
        **place,
        name=NAME,
        type=_TYPES,
        nullable=_FLAG,
        default=_MAYBE,
        identity=st.one_of(_NONE, st.builds(Identity, always=_FLAG, **_COUNTING)),
        computed=st.one_of(_NONE, st.builds(Computed, TEXT, _FLAG)),
        comment=_MAYBE,
        autoincrement=_FLAG,
        on_update=_MAYBE,
        default_known=_FLAG,
    )
    keyed: dict[str, Any] = {**place, "name": _MAYBE_NAME, "columns": _NAMES, **_DEFERRAL}
    foreign_keys = st.builds(
        ForeignKey,
        **keyed,
        target_schema=_SCHEMA,
        target_table=NAME,
        target_columns=_NAMES,
        on_delete=_MAYBE,
        on_update=_MAYBE,
        match=_MAYBE,
        validated=_FLAG,
        enforced=_FLAG,
    )
    checks = st.builds(
        Check,
        **place,
        name=_MAYBE_NAME,
        expression=TEXT,
        validated=_FLAG,
        no_inherit=_FLAG,
        column=_MAYBE_NAME,
        enforced=_FLAG,
    )
    indexes = st.builds(
        Index,
        **place,
        name=NAME,
        elements=st.lists(_ELEMENTS, max_size=3).map(tuple),
        unique=_FLAG,
        method=_MAYBE,
        predicate=_MAYBE,
        include=_INCLUDE,
        nulls_not_distinct=_FLAG,
        options=_OPTIONS,
        valid=_FLAG,
    )
    return st.one_of(
        columns,
        columns,
        st.builds(PrimaryKey, **keyed, include=_INCLUDE),
        st.builds(Unique, **keyed, nulls_not_distinct=_FLAG, include=_INCLUDE),
        foreign_keys,
        checks,
        st.builds(Exclude, **place, name=_MAYBE_NAME, definition=TEXT),
        indexes,
    )


# made once: to make strategies costs more than to draw from them
_PARTS = st.lists(parts(), max_size=5)
_SEQUENCES = st.builds(Sequence, schema=_SCHEMA, name=NAME, data_type=TEXT, **_COUNTING)
_BESIDE: tuple[SearchStrategy[list[Object]], ...] = (
    st.lists(st.builds(Namespace, NAME), max_size=2),
    st.lists(st.builds(EnumType, _SCHEMA, NAME, st.lists(TEXT, max_size=3).map(tuple)), max_size=2),
    st.lists(_SEQUENCES, max_size=2),
)
_TABLES = st.lists(st.builds(Table, _SCHEMA, NAME, _MAYBE, _OPTIONS), max_size=3)


@st.composite
def schemas(draw: DrawFn) -> Schema:
    """A schema that no server would have to accept."""
    objects = [made for strategy in _BESIDE for made in draw(strategy)]
    for table in draw(_TABLES):
        objects.append(table)
        objects += [replace(part, schema=table.schema, table=table.name) for part in draw(_PARTS)]  # type: ignore[type-var]
    return Schema(objects)
