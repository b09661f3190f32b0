"""Finds the MetaData that the configuration names, importing the user's modules as little as it can."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from autogen.errors import AutogenError
from autogen.project.user_code import contained, failure, raised_by_code

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from autogen.config import Config


def load_models(config: Config, paths: Iterable[Path] = ()) -> list[MetaData]:
    """The MetaData of every entry of ``models``, each once, in the order they are listed.

    ``paths`` are further folders to import from, beside the working folder, the project's and their ``src``.
    """
    make_importable(config.root, paths)
    found: dict[int, MetaData] = {}
    for name in config.models:
        metadata = load(name)
        found.setdefault(id(metadata), metadata)
    return list(found.values())


def make_importable(root: Path, paths: Iterable[Path] = (), *, first: bool = True) -> None:
    """Puts the project's folders in front of sys.path, as ``python -m`` in them would, and ``paths`` as well.

    Where autogen was told nothing of models the folders come last: the alembic command does not look into
    them, and a module there that is named like a package of others' must not hide it."""
    folders = [f for folder in (Path.cwd(), root) for f in (folder, folder / "src")]
    named = [str(path) for path in paths]
    front = [*map(str, folders), *named] if first else named
    sys.path[:0] = _absent(front)
    sys.path += _absent(map(str, folders))


def _absent(paths: Iterable[str]) -> list[str]:
    return [path for path in dict.fromkeys(paths) if path not in sys.path and Path(path).is_dir()]


def load(name: str) -> MetaData:
    """The MetaData that one name means: ``package.module:attribute`` or ``package.module``."""
    module_name, colon, attribute = name.partition(":")
    module_name, attribute = module_name.strip(), attribute.strip()
    _check_form(name, module_name, attribute, bool(colon))
    module = import_module(module_name, name)
    return _attribute(module, attribute, name) if attribute else _searched(module, name)


def _check_form(name: str, module: str, attribute: str, colon: bool) -> None:
    if module.endswith(".py") or "/" in module or "\\" in module:
        parts = [
            part for part in module.replace("\\", "/").removesuffix(".py").split("/") if part not in ("", ".")
        ]
        if parts and parts[0] == "src":
            parts = parts[1:]
        dotted = ".".join(part for part in parts if part != "__init__") + (
            f":{attribute}" if attribute else ""
        )
        raise AutogenError(f"models names the file {name!r}; name the module instead: {dotted}")
    parts = [*module.split("."), *(attribute.split(".") if colon else ())]
    if not all(part.isidentifier() for part in parts):
        raise AutogenError(
            f"models = {name!r} is not a name that can be imported. Write package.module:attribute, for "
            "example myapp.models:Base, or package.module."
        )


def import_module(module: str, name: str) -> ModuleType:
    """Imports a module of the user's. What it prints goes to stderr; whatever it raises is told with the
    last line of its own traceback."""
    try:
        with contained():
            return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name and (module == error.name or module.startswith(error.name + ".")):
            raise _not_found(module, name, error.name) from None
        raise _failed(module, name, error) from None
    except (Exception, SystemExit) as error:
        raise _failed(module, name, error) from None
    except KeyboardInterrupt as error:
        if raised_by_code(error):
            raise _failed(module, name, error) from None
        raise


def _not_found(module: str, name: str, missing: str) -> AutogenError:
    places = ", ".join(path or "." for path in sys.path[:4])
    what = f"there is no module {missing!r}"
    if missing != module:
        what = f"there is no module {missing!r}, which {module!r} is to lie in"
    return AutogenError(
        f"The models {name!r} could not be imported: {what}. It was looked for in {places} and the "
        "installed "
        "packages. Correct the name, or run autogen in the folder the module is imported from."
    )


def _failed(module: str, name: str, error: BaseException) -> AutogenError:
    return AutogenError(
        f"The models {name!r} could not be imported: {failure(error)}"
        f"Importing {module} has to work first: python -c 'import {module}'"
    )


def _attribute(module: ModuleType, path: str, name: str) -> MetaData:
    found: Any = module
    seen = module.__name__
    for part in path.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise AutogenError(
                f"models = {name!r}: {seen} has no attribute {part!r}.{_hint(module)}"
            ) from None
        except Exception as error:
            raise _failed(module.__name__, name, error) from None
        seen += f".{part}"
    metadata = metadata_of(found) or _of_application(found, name)
    if metadata is None:
        kind = "a module" if isinstance(found, ModuleType) else f"of type {type(found).__name__}"
        raise AutogenError(
            f"models = {name!r}: {seen} is {kind}; it is neither a MetaData nor something with a "
            ".metadata, "
            f"as a declarative base or a SQLModel class has it.{_hint(module)}"
        )
    return metadata


def _of_application(found: Any, name: str) -> MetaData | None:
    """The MetaData of a Flask application with Flask-SQLAlchemy, or of one that a factory without arguments
    makes."""
    import inspect

    if inspect.isfunction(found) and not inspect.signature(found).parameters:
        try:
            with contained():
                found = found()
        except (Exception, SystemExit) as error:
            raise AutogenError(f"models = {name!r} could not be called: {failure(error)}") from None
    extensions = getattr(found, "extensions", None)
    return metadata_of(extensions.get("sqlalchemy")) if isinstance(extensions, dict) else None


def _hint(module: ModuleType) -> str:
    names = [names[0] for _, names in _found_in(module)]
    return f" Found there: {', '.join(f'{module.__name__}:{n}' for n in names)}." if names else ""


def metadata_of(value: Any) -> MetaData | None:
    """The MetaData that a value is or carries. Anything may be asked, so nothing it raises is let out."""
    from sqlalchemy import MetaData

    if isinstance(value, MetaData):
        return value
    if isinstance(value, ModuleType):
        return None
    try:
        carried = getattr(value, "metadata", None)
    except Exception:
        return None
    return carried if isinstance(carried, MetaData) else None


def _found_in(module: ModuleType) -> list[tuple[MetaData, list[str]]]:
    """Every MetaData within reach of a module's attributes, with the attributes that lead to it, the best
    one first: a MetaData itself, then a base class, then what is mapped on it."""
    found: dict[int, tuple[MetaData, list[tuple[int, int, str]]]] = {}
    for position, (name, value) in enumerate(list(vars(module).items())):
        metadata = None if name.startswith("__") else metadata_of(value)
        if metadata is not None:
            rank = 0 if value is metadata else 1 if not hasattr(value, "__table__") else 2
            found.setdefault(id(metadata), (metadata, []))[1].append((rank, position, name))
    return [(metadata, [name for _, _, name in sorted(names)]) for metadata, names in found.values()]


def _searched(module: ModuleType, name: str) -> MetaData:
    """The one MetaData of a module; of a package whose own namespace has none with tables, its modules'."""
    candidates = {id(m): (m, [f"{module.__name__}:{names[0]}"]) for m, names in _found_in(module)}
    if hasattr(module, "__path__") and not any(m.tables for m, _ in candidates.values()):
        for part in _submodules(module, name):
            for metadata, names in _found_in(part):
                entry = candidates.setdefault(id(metadata), (metadata, []))
                entry[1].append(f"{part.__name__}:{names[0]}")
    filled = [entry for entry in candidates.values() if entry[0].tables]
    chosen = filled or list(candidates.values())
    if len(chosen) == 1:
        return chosen[0][0]
    if not chosen:
        raise AutogenError(
            f"models = {name!r}: the module has no MetaData, and no declarative base or SQLModel class "
            "either. "
            "Name the module that has, or the attribute itself: package.module:attribute."
        )
    listed = ", ".join(f"{names[0]} ({_tables(m)})" for m, names in chosen)
    raise AutogenError(
        f"models = {name!r}: the module has {len(chosen)} MetaData: {listed}. Name the one that is meant, "
        "or list "
        "several of them in models."
    )


def _submodules(package: ModuleType, name: str) -> Iterator[ModuleType]:
    """Every module below a package, imported; programs and Alembic's env.py are not modules to import."""
    import pkgutil

    for info in sorted(pkgutil.iter_modules(package.__path__, package.__name__ + "."), key=lambda i: i.name):
        if info.name.rpartition(".")[2] in ("__main__", "env", "conftest"):
            continue
        module = import_module(info.name, name)
        yield module
        if info.ispkg:
            yield from _submodules(module, name)


def _tables(metadata: MetaData) -> str:
    count = len(metadata.tables)
    return "no tables" if count == 0 else "1 table" if count == 1 else f"{count} tables"
