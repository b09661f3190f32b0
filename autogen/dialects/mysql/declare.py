"""The models' tables, columns, constraints and indexes in canonical spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from autogen.dialects.base import O
from autogen.dialects.mysql import expressions, types
from autogen.dialects.mysql.introspect import ENGINE_NOISE, action, engine_name, sequence
from autogen.schema import (
    Check,
    Column,
    ColumnType,
    Computed,
    ForeignKey,
    Index,
    IndexElement,
    Object,
    PrimaryKey,
    Table,
    Unique,
)
from autogen.type_code import effective_type

if TYPE_CHECKING:
    import sqlalchemy

    from autogen.dialects.mysql import MySQL

_ON_UPDATE = re.compile(
    r"^(?P<default>.*?)\s*\bON\s+UPDATE\s+(?P<moment>(?:CURRENT_TIMESTAMP|NOW|LOCALTIME|LOCALTIMESTAMP)"
    r"(?:\s*\(\s*\d*\s*\))?)\s*$",
    re.I | re.S,
)
_OPTION_NAMES = {
    "default_charset": "charset",
    "character_set": "charset",
    "default_character_set": "charset",
    "collate": "collation",
    "default_collate": "collation",
    "type": "engine",
}
_PARTITION_WORDS = {
    "partition_by": "",
    "partitions": "PARTITIONS ",
    "subpartition_by": "SUBPARTITION BY ",
    "subpartitions": "SUBPARTITIONS ",
}
_PREFIXED = re.compile(r"\s*(?:`(?P<quoted>(?:[^`]|``)+)`|(?P<bare>\w+))\s*\(\s*(?P<length>\d+)\s*\)\s*")
_IGNORED_OPTIONS = frozenset(
    {"auto_increment", "comment", "autoincrement", "data_directory", "index_directory"}
)


def stated(dialect: MySQL, declared: Any) -> dict[str, Any]:
    """The ``mysql_…`` (``mariadb_…``) arguments of an object, without their prefix."""
    if "dialect_options" not in declared.__dict__:  # SQLAlchemy would make the collection now
        return {}
    prefix = f"{dialect.sqla.name}_"
    kwargs: Mapping[str, Any] = declared.kwargs
    return {
        k.removeprefix(prefix).lower(): v for k, v in kwargs.items() if k.startswith(prefix) and v is not None
    }


# -- objects besides tables ---------------------------------------------------------------------------


def objects(dialect: MySQL, metadata: sqlalchemy.MetaData) -> Iterator[Object]:
    """Sequences, where the server has them (MariaDB)."""
    if not dialect.sqla.supports_sequences:
        return
    for declared in metadata._sequences.values():
        if declared.optional:
            continue
        schema = "" if declared.schema in (None, dialect.default_schema) else str(declared.schema)
        cache = 1000 if declared.cache is None else int(declared.cache)
        yield sequence(
            schema,
            str(declared.name),
            declared.start,
            declared.increment,
            declared.minvalue,
            declared.maxvalue,
            bool(declared.cycle),
            cache,
        )


def table(dialect: MySQL, declared: sqlalchemy.Table, value: Table) -> Iterable[Object]:
    options = table_options(dialect, declared)
    return (replace(value, options=tuple(sorted(options.items()))),) if options else (value,)


def table_options(dialect: MySQL, declared: sqlalchemy.Table) -> dict[str, str]:
    """The options a table states, under the names they are introspected by."""
    found: dict[str, str] = {}
    partition: dict[str, str] = {}
    for name, raw in stated(dialect, declared).items():
        option, text = _OPTION_NAMES.get(name, name), str(raw)
        if option in _IGNORED_OPTIONS | ENGINE_NOISE:
            continue
        if option.startswith(("partition", "subpartition")):
            partition[option] = text
        elif option == "engine":
            found[option] = engine_name(text)
        elif option in ("charset", "collation"):
            found[option] = types.charset_name(text)
        else:
            found[option] = text.strip("'\"").lower()
    if "collation" in found:
        found["charset"] = found["collation"].partition("_")[0]
    if "partition_by" in partition:
        clauses = [w for w in _PARTITION_WORDS if w in partition]
        found["partition_by"] = " ".join(f"{_PARTITION_WORDS[w]}{partition[w]}" for w in clauses)
    return found


# -- parts of tables -----------------------------------------------------------------------------------


def part(dialect: MySQL, declared: Any, value: O) -> O:
    """The part in canonical spelling. A unique index becomes a unique constraint: they are one thing here."""
    if isinstance(value, Column):
        return cast(O, column(dialect, declared, value))
    if isinstance(value, Check):
        expression = expressions.canonical(value.expression, dialect.default_schema)
        home = _home(dialect, declared, value)
        return cast(O, Check(value.schema, value.table, value.name, expression, column=home))
    if isinstance(value, ForeignKey):  # there is no DEFERRABLE and no MATCH here
        place = (value.schema, value.table, value.name, value.columns)
        target = (value.target_schema, value.target_table, value.target_columns)
        return cast(O, ForeignKey(*place, *target, action(value.on_delete), action(value.on_update)))
    if isinstance(value, PrimaryKey):  # the server calls every primary key PRIMARY
        return cast(O, PrimaryKey(value.schema, value.table, None, value.columns))
    if isinstance(value, Unique):
        if not value.deferrable and not value.initially_deferred:
            return value
        return cast(O, Unique(value.schema, value.table, value.name, value.columns))
    if isinstance(value, Index):
        return cast(O, index(dialect, declared, value))
    return value


def _home(dialect: MySQL, declared: Any, value: Check) -> str | None:
    """The column that the check is written into: MariaDB keeps it there, nameless and one a column."""
    if not dialect.is_mariadb or value.name is not None or not declared.is_column_level:
        return None
    column = declared.parent
    checks = [c for c in column.constraints if c.__visit_name__.endswith("check_constraint")]
    return str(column.name) if len(checks) == 1 else None


def column(dialect: MySQL, declared: sqlalchemy.Column[Any], value: Column) -> Column:
    type_, default, computed, nullable = value.type, value.default, value.computed, value.nullable
    if type_.collation is not None:
        type_ = _unless_the_tables(dialect, declared, type_)
    nullable = nullable and not _says_not_null(dialect, declared)
    on_update = None
    database = dialect.default_schema
    if default is not None:
        default, on_update = split_default(default)
        default = types.default(default, type_.sql, database) if default is not None else None
        on_update = expressions.canonical(on_update) if on_update else None
    if computed:
        computed = Computed(expressions.canonical(computed.expression, database), computed.persisted)
        nullable = nullable or dialect.is_mariadb  # which has no NOT NULL for a generated column
    counted = declared.primary_key and is_autoincrement(dialect, declared)
    same = type_ is value.type and default == value.default and nullable == value.nullable
    if same and not (computed or on_update or counted):
        return value
    return Column(
        value.schema,
        value.table,
        value.name,
        type_,
        nullable,
        default,
        None,
        computed,
        value.comment,
        counted,
        on_update,
        value.position,
        value.default_known,
    )


def _says_not_null(dialect: MySQL, declared: sqlalchemy.Column[Any]) -> bool:
    """Whether the text of a column's type makes the column NOT NULL, which SQLAlchemy's own never do."""
    effective = effective_type(declared.type, dialect.sqla)
    if effective.__class__.__module__.startswith("sqlalchemy."):
        return False
    return not types.parse(
        dialect.sqla.type_compiler_instance.process(effective, type_expression=declared)
    ).nullable


def split_default(text: str) -> tuple[str | None, str | None]:
    """``x ON UPDATE y`` as its two halves; SQLAlchemy has no other word for ON UPDATE."""
    found = _ON_UPDATE.match(text) if "update" in text.lower() else None
    if found is None:
        return text, None
    return found["default"] or None, found["moment"]


def is_autoincrement(dialect: MySQL, declared: sqlalchemy.Column[Any]) -> bool:
    """The rule by which SQLAlchemy writes AUTO_INCREMENT."""
    if declared.table._autoincrement_column is not declared:
        return False
    if declared.server_default is not None and declared.identity is None:
        return False
    default: Any = declared.default
    sequenced = getattr(default, "is_sequence", False) and not getattr(default, "optional", False)
    return not (sequenced and dialect.sqla.supports_sequences)


def column_type(dialect: MySQL, value: ColumnType) -> ColumnType:
    """The type with its character set and collation, both or neither."""
    parts = types.parse(value.sql)
    charset = types.charset_name(value.charset) if value.charset else parts.charset
    collation = types.charset_name(value.collation) if value.collation else parts.collation
    if parts.name not in types.TEXTS or (charset is None and collation is None):
        return ColumnType(parts.sql, code=value.code)
    if charset is None and collation is not None:
        charset = collation.partition("_")[0]
    if collation is None and charset is not None:
        collation = default_collation(dialect, charset)
    return ColumnType(parts.sql, collation, charset, code=value.code)


def _unless_the_tables(dialect: MySQL, declared: sqlalchemy.Column[Any], value: ColumnType) -> ColumnType:
    """The type without its collation where that is what the table states."""
    if value.collation == stated_collation(dialect, table_options(dialect, declared.table)):
        return ColumnType(value.sql, code=value.code)
    return value


def default_collation(dialect: MySQL, charset: str) -> str | None:
    found = dialect.charsets.get(charset)
    if found is None and charset == "utf8mb3":
        found = dialect.charsets.get("utf8")
    return types.charset_name(found) if found else f"{charset}_general_ci"


def stated_collation(dialect: MySQL, options: Mapping[str, str]) -> str | None:
    """The collation that a table's options give its columns; None where they do not say."""
    if "collation" in options:
        return options["collation"]
    return default_collation(dialect, options["charset"]) if "charset" in options else None


def index(dialect: MySQL, declared: sqlalchemy.Index, value: Index) -> Unique | Index:
    options = stated(dialect, declared)
    if not options and _is_of_a_spatial_type(declared):
        return replace(value, method="spatial")
    if not options and not value.unique and all(_is_plain(e) for e in value.elements):
        return value
    lengths = options.get("length")
    elements = tuple(_element(dialect, declared, e, lengths) for e in value.elements)
    method = str(options.get("prefix") or "").strip().lower() or _using(dialect, declared, options)
    simple = all(not e.is_expression and e.length is None and not e.descending for e in elements)
    if value.unique and simple and not method:
        return Unique(value.schema, value.table, value.name, tuple(e.text for e in elements))
    kept = tuple((k, str(options[k])) for k in ("with_parser",) if k in options)
    return replace(value, elements=elements, method=method or None, options=kept)


def _is_of_a_spatial_type(declared: sqlalchemy.Index) -> bool:
    """Whether a column's type brought the index along, as GeoAlchemy2's do: create_all() makes it SPATIAL by
    a statement of its own, and the Index itself does not say so."""
    return declared._column_flag and any(getattr(c.type, "spatial_index", False) for c in declared.columns)


def _is_plain(element: IndexElement) -> bool:
    return element == IndexElement(element.text)


def _using(dialect: MySQL, declared: sqlalchemy.Index, options: Mapping[str, Any]) -> str | None:
    """HASH is what MEMORY tables have; InnoDB and MyISAM take the word and make a B-tree."""
    using = str(options.get("using") or "").lower()
    if using != "hash" or declared.table is None:
        return None
    engine = table_options(dialect, declared.table).get("engine", "")
    return using if engine in ("MEMORY", "ndbcluster") else None


def _element(dialect: MySQL, declared: sqlalchemy.Index, value: IndexElement, lengths: Any) -> IndexElement:
    length = lengths.get(value.text) if isinstance(lengths, Mapping) else lengths
    if isinstance(lengths, Mapping) and length is None:
        length = next(
            (lengths[c.key] for c in declared.columns if c.name == value.text and c.key in lengths), None
        )
    descending, text = value.descending, value.text
    prefixed = _PREFIXED.fullmatch(text) if value.is_expression else None
    if prefixed is not None:  # a column's name with a number is a prefix, an expression has parentheses
        name = prefixed["bare"] or prefixed["quoted"].replace("``", "`")
        plain = IndexElement(name, descending=descending, nulls_first=descending)
        return _element(dialect, declared, plain, int(prefixed["length"]))
    if value.is_expression:
        text = expressions.canonical(text, dialect.default_schema)
        length = None
    elif length is not None and _covers(declared, text, int(length), dialect):
        length = None
    return IndexElement(
        text,
        value.is_expression,
        descending,
        descending,
        length=int(length) if length is not None else None,
    )


def _covers(declared: sqlalchemy.Index, name: str, length: int, dialect: MySQL) -> bool:
    """Whether a prefix is as long as its column, which the server stores as no prefix. A revision states an
    index without the types of its columns."""
    from sqlalchemy.types import NullType

    for column in declared.columns:
        if column.name == name and not isinstance(column.type, NullType):
            parts = types.parse(column.type.compile(dialect=dialect.sqla))
            sized = parts.name in ("char", "varchar", "binary", "varbinary") and parts.args
            return bool(sized) and length >= int(parts.args[0])
    return False
