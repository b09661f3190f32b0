"""SQLAlchemy types as Python source for drafts.

Only what changes the DDL is written: a draft needs ``sa.Numeric(10, 2)``, not what Python values come
back. Types that would create something of their own beside the column (a PostgreSQL enum type, the check of
a Boolean or Enum) are written so that they do not, because those are objects with operations of their own.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import inspect
import keyword
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from autogen.schema import Code
from autogen.source import SA, call, literal

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import Dialect as SqlaDialect
    from sqlalchemy.types import TypeEngine

# Parameters of SQLAlchemy's own types that only concern Python values, or objects beside the column.
_UNWRITTEN = frozenset(
    (
        *(
            "as_tuple",
            "as_uuid",
            "asdecimal",
            "astext_type",
            "comparator",
            "create_constraint",
            "create_type",
        ),
        *("decimal_return_scale", "impl", "inherit_schema", "metadata", "name", "none_as_null"),
        *(
            "omit_aliases",
            "pickler",
            "text_type",
            "protocol",
            "quote",
            "retrieve_as_bitwise",
            "sort_key_function",
        ),
        *("validate_strings", "values_callable", "zero_indexes", "_create_events", "_enums", "_adapted_from"),
    )
)
# Flags with which a type decides on more than itself: it creates an index, a check or a type of its own, or
# says NOT NULL of its column; drafts turn them to the other value.
_SIDE_EFFECTS = {"create_constraint": True, "create_type": True, "spatial_index": True, "nullable": False}


class Unwritable(Exception):
    """A value that has no Python source, or a class that a draft could not import."""


def effective_type(declared: TypeEngine[Any], sqla: SqlaDialect) -> TypeEngine[Any]:
    """The type whose DDL this dialect writes: variants chosen, TypeDecorators and dialect types resolved."""
    from sqlalchemy.types import TypeDecorator

    found: Any = declared
    for _ in range(20):
        chosen = found._variant_mapping.get(sqla.name)
        if chosen is not None:
            found = chosen
        elif isinstance(found, TypeDecorator):
            found = found.type_engine(sqla)
        else:
            break
    return found  # type: ignore[no-any-return]


def type_code(declared: TypeEngine[Any], sqla: SqlaDialect) -> Code | None:
    """The type as source, evaluated once to see that it makes the same DDL and no index; None where no source
    does.

    A type that a draft could not import or build again (a TypeDecorator inside a function, say) is
    written as the type it stands for on this dialect.
    """
    from sqlalchemy.exc import SQLAlchemyError

    for candidate in (_declared, _resolved, _native):
        try:
            code = candidate(declared, sqla)
            made = evaluate(code)
            if _spec(made, sqla) == _spec(declared, sqla) and not getattr(made, "spatial_index", False):
                return code
        except (Unwritable, SQLAlchemyError, TypeError, ValueError, AttributeError):
            continue
    return None


def _spec(declared: TypeEngine[Any], sqla: SqlaDialect) -> str:
    """The DDL without a NOT NULL in it, which drafts state of the column."""
    return ddl_of(declared, sqla).replace(" NOT NULL", "")


def _declared(declared: Any, sqla: SqlaDialect) -> Code:
    return _with_variants(declared, sqla)


def _resolved(declared: Any, sqla: SqlaDialect) -> Code:
    return _plain(effective_type(declared, sqla), sqla, True)


def _native(declared: Any, sqla: SqlaDialect) -> Code:
    return _plain(effective_type(declared, sqla).dialect_impl(sqla), sqla, True)


def _with_variants(declared: Any, sqla: SqlaDialect) -> Code:
    """The type followed by its ``with_variant`` calls, those of one variant joined."""
    variants = declared._variant_mapping
    base = _plain(declared, sqla, sqla.name not in variants)
    names: dict[str, tuple[Code, list[str]]] = {}
    for name, variant in variants.items():
        code = _plain(variant, sqla, name == sqla.name)
        names.setdefault(code.text, (code, []))[1].append(name)
    for code, dialects in names.values():
        arguments = ", ".join([code.text, *map(literal, dialects)])
        base = Code(f"{base.text}.with_variant({arguments})", base.imports | code.imports)
    return base


def _plain(declared: Any, sqla: SqlaDialect, effective: bool) -> Code:
    """The type without its variants; ``effective`` says that this dialect uses it."""
    from sqlalchemy.types import Enum, TypeDecorator

    if effective:
        resolved = effective_type(declared, sqla) if isinstance(declared, TypeDecorator) else declared
        named = named_type(resolved, sqla)
        if named is not None:
            return _named_type(named)
        if isinstance(declared, TypeDecorator) and getattr(resolved, "create_constraint", False):
            declared = resolved
    if type(declared) is Enum or (isinstance(declared, Enum) and _is_sqlalchemy(type(declared))):
        return _enum(declared)
    if _is_sqlalchemy(type(declared)):
        return _sqlalchemy_type(declared, sqla, effective)
    return _foreign_type(declared, sqla)


def named_type(resolved: TypeEngine[Any], sqla: SqlaDialect) -> Any:
    """The dialect's own form of a type that the server keeps by name, apart from the columns that use it
    (PostgreSQL's enum and domain); None for any other type."""
    from sqlalchemy.exc import ArgumentError

    try:
        own = resolved.dialect_impl(sqla)
    except ArgumentError:  # parameters that this dialect's own class would not take
        return None
    return own if hasattr(own, "DDLGenerator") and getattr(own, "native_enum", True) else None


def _is_sqlalchemy(cls: type) -> bool:
    return cls.__module__.partition(".")[0] == "sqlalchemy"


@cache
def class_path(cls: type) -> Code:
    """How a draft names a class: ``sa.X``, ``postgresql.X`` or the shortest import that leads to it."""
    import sqlalchemy

    name, module = cls.__qualname__, cls.__module__
    if getattr(sqlalchemy, name, None) is cls:
        return Code(f"sa.{name}", frozenset({SA}))
    parts = module.split(".")
    if parts[:2] == ["sqlalchemy", "dialects"]:
        package = sys.modules.get(".".join(parts[:3]))
        if getattr(package, name, None) is cls:
            return Code(f"{parts[2]}.{name}", frozenset({f"from sqlalchemy.dialects import {parts[2]}"}))
    if module == "__main__" or not all(_is_name(part) for part in (*parts, *name.split("."))):
        raise Unwritable(f"{module}.{name} cannot be imported")
    if parts[0] in ("op", "sa", "upgrade", "downgrade", "revision"):
        raise Unwritable(f"{parts[0]} has another meaning in a draft")
    for length in range(1, len(parts) + 1):
        path = ".".join(parts[:length])
        if _reached(sys.modules.get(path), name) is cls:
            return Code(f"{path}.{name}", frozenset({f"import {path}"}))
    raise Unwritable(f"{module}.{name} cannot be imported")


def _is_name(text: str) -> bool:
    return text.isidentifier() and not keyword.iskeyword(text)


def _reached(start: object, path: str) -> object:
    found = start
    for part in path.split("."):
        found = getattr(found, part, None)
    return found


def _enum(declared: Any) -> Code:
    """``sa.Enum`` without the check it may stand for; labels are text even where a Python enum is behind."""
    labels = [literal(str(label)) for label in declared.enums]
    kwargs: dict[str, str] = {}
    if declared.name:
        kwargs["name"] = literal(str(declared.name))
    if declared.schema:
        kwargs["schema"] = literal(str(declared.schema))
    if not declared.native_enum:
        kwargs["native_enum"] = "False"
        longest = max((len(label) for label in declared.enums), default=0)
        if declared.length and declared.length != longest:
            kwargs["length"] = literal(declared.length)
    for stated in ("charset", "collation"):
        if getattr(declared, stated, None):
            kwargs[stated] = literal(str(getattr(declared, stated)))
    path = class_path(declared.__class__)
    return call(path.text, labels, kwargs, path.imports)


def _named_type(own: Any) -> Code:
    """A type the server keeps by name (PostgreSQL's enum and domain); the draft creates it by itself."""
    path = class_path(next(c for c in type(own).__mro__ if c.__name__ == c.__name__.upper()))
    kwargs = {"name": literal(str(own.name))}
    if own.schema:
        kwargs["schema"] = literal(str(own.schema))
    kwargs["create_type"] = "False"
    args: list[Code | str] = [literal(str(label)) for label in getattr(own, "enums", ())]
    if hasattr(own, "data_type"):
        kwargs = {"name": kwargs.pop("name"), **kwargs}
        data_type = _sqlalchemy_type(own.data_type, None, False)
        return call(path.text, [kwargs.pop("name"), data_type], kwargs, path.imports | data_type.imports)
    return call(path.text, args, kwargs, path.imports)


@cache
def _parameters(cls: type) -> tuple[inspect.Parameter, ...]:
    """The constructor's parameters; those it takes as ``**kw`` for its base classes follow as keywords."""
    found: dict[str, inspect.Parameter] = {}
    for level in cls.__mro__:
        if "__init__" not in level.__dict__:
            continue
        passes_on = False
        for parameter in list(inspect.signature(level.__dict__["__init__"]).parameters.values())[1:]:
            if parameter.kind is parameter.VAR_KEYWORD:
                passes_on = True
            elif parameter.name not in found:
                later = bool(found) and level is not cls and parameter.kind is not parameter.VAR_POSITIONAL
                kept = parameter.replace(kind=parameter.KEYWORD_ONLY) if later else parameter
                found[parameter.name] = kept
        if not passes_on:
            break
    return tuple(found.values())


def _sqlalchemy_type(declared: Any, sqla: SqlaDialect | None, effective: bool) -> Code:
    """A type of SQLAlchemy: leading arguments by position, flags and the rest by keyword."""
    path = class_path(declared.__class__)
    return _constructor(path, type(declared), declared, sqla, effective, _UNWRITTEN)


def _constructor(
    path: Code, cls: type, values: Any, sqla: SqlaDialect | None, effective: bool, unwritten: frozenset[str]
) -> Code:
    args: list[Code | str] = []
    kwargs: dict[str, Code | str] = {}
    in_order = True
    for parameter in _parameters(cls):
        name = parameter.name
        derived = name == "length" and args and _parameters(cls)[0].kind is parameter.VAR_POSITIONAL
        if parameter.kind is parameter.VAR_POSITIONAL:
            args.extend(_value(v, sqla, effective) for v in _variable(values, name))
            continue
        if name in unwritten or derived:  # the longest label's length
            in_order = False
            continue
        value = getattr(values, name, parameter.default)
        if value is inspect.Parameter.empty:
            raise Unwritable(f"{cls.__name__} does not keep its argument {name}")
        if name in _SIDE_EFFECTS and value is _SIDE_EFFECTS[name]:
            value = not value
        if _same(value, parameter.default):
            in_order = False
            continue
        code = _value(value, sqla, effective)
        if parameter.kind is parameter.POSITIONAL_ONLY or (
            in_order and parameter.kind is not parameter.KEYWORD_ONLY and not isinstance(value, bool | str)
        ):
            args.append(code)
        else:
            in_order = False
            kwargs[name] = code
    return call(path.text, args, kwargs, path.imports)


def _same(value: object, default: object) -> bool:
    return value is default or (type(value) is type(default) and bool(value == default))


def _variable(values: Any, name: str) -> list[Any]:
    """The values behind ``*name``: kept under that name, its plural, or nowhere (then there are none)."""
    for attribute in (name, f"{name}s", "enums", "values"):
        found = getattr(values, attribute, None)
        if isinstance(found, list | tuple):
            return list(found)
    return []


def _value(value: Any, sqla: SqlaDialect | None, effective: bool) -> Code:
    """The source of one constructor argument."""
    from sqlalchemy.types import TypeEngine

    if isinstance(value, TypeEngine):
        if sqla is None:
            return _sqlalchemy_type(value, None, False)
        return _with_variants(value, sqla) if effective else _plain(value, sqla, False)
    if isinstance(value, enum.Enum):
        path = class_path(type(value))
        return Code(f"{path.text}[{literal(value.name)}]", path.imports)
    if value is None or isinstance(value, bool | int | float):
        return Code(repr(value))
    if isinstance(value, str):
        return Code(literal(str.__str__(value)))
    if isinstance(value, bytes):
        return Code(repr(value))
    if isinstance(value, type):
        return class_path(value) if value.__module__ != "builtins" else Code(value.__name__)
    if isinstance(value, decimal.Decimal | datetime.date | datetime.time | datetime.timedelta):
        module = type(value).__module__
        text = repr(value) if module == "datetime" else f"decimal.{value!r}"
        return Code(text, frozenset({f"import {module}"}))
    return _collection(value, sqla, effective)


def _collection(value: Any, sqla: SqlaDialect | None, effective: bool) -> Code:
    if type(value) is dict:
        keys = [_value(k, sqla, effective) for k in value]
        items = [_value(v, sqla, effective) for v in value.values()]
        text = ", ".join(f"{k.text}: {v.text}" for k, v in zip(keys, items, strict=True))
        return Code(f"{{{text}}}", frozenset().union(*(c.imports for c in (*keys, *items))))
    if type(value) not in (list, tuple, set, frozenset):
        raise Unwritable(f"no source for a {type(value).__name__}")
    codes = [_value(item, sqla, effective) for item in value]
    if isinstance(value, set | frozenset):
        codes.sort(key=lambda code: code.text)
    text = ", ".join(code.text for code in codes)
    imports = frozenset[str]().union(*(code.imports for code in codes))
    if isinstance(value, tuple):
        return Code(f"({text},)" if len(codes) == 1 else f"({text})", imports)
    if isinstance(value, list):
        return Code(f"[{text}]", imports)
    return Code(f"{type(value).__name__}([{text}])", imports)


def _foreign_type(declared: Any, sqla: SqlaDialect) -> Code:
    """A type of another package or of the project itself."""
    from sqlalchemy.types import TypeDecorator

    path = class_path(declared.__class__)
    if isinstance(declared, TypeDecorator) and _takes_anything(type(declared)):
        values = declared.impl_instance
        return _constructor(path, type(values), values, sqla, True, _UNWRITTEN)
    return _constructor(path, type(declared), declared, sqla, True, frozenset())


def _takes_anything(cls: type) -> bool:
    """Whether the class leaves construction to TypeDecorator, which hands all arguments to the impl."""
    from sqlalchemy.types import TypeDecorator

    return next(c for c in cls.__mro__ if "__init__" in c.__dict__) is TypeDecorator


def evaluate(code: Code) -> Any:
    """The object that a piece of source makes, with nothing but its own imports in scope."""
    try:
        return eval(code.text, dict(_scope(code.imports)))
    except Exception as error:  # whatever the constructor of a foreign type raises
        raise Unwritable(f"{code.text}: {error}") from error


@cache
def _scope(imports: frozenset[str]) -> dict[str, Any]:
    scope: dict[str, Any] = {}
    exec("\n".join(sorted(imports)), scope)
    return scope


def ddl_of(declared: TypeEngine[Any], sqla: SqlaDialect) -> str:
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return sqla.type_compiler_instance.process(declared)
    except SQLAlchemyError as error:
        raise Unwritable(str(error)) from error
