"""Where an engine leads, as a URL, with what its connections are given besides as far as that can hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Engine

_PARTS = {"user": "username", "password": "password", "passwd": "password", "host": "host", "port": "port"}
_PARTS |= dict.fromkeys(("dbname", "database", "db"), "database")


class _Told(Exception):
    """Stops a connection before it is made."""


def url_of(engine: Engine, search_path: str | None = None) -> URL:
    """The engine's URL, with the arguments that its connections get besides. ``search_path`` is what the
    project sets on its connections."""
    from autogen.dialects import dialect_class

    arguments = dict(_besides(engine))
    url = engine.url.set(**{_PARTS[k]: arguments.pop(k) for k in list(arguments) if k in _PARTS})
    return dialect_class(url.get_backend_name()).with_arguments(url, arguments, search_path)


def _besides(engine: Engine) -> dict[str, Any]:
    """The arguments that connect_args and listeners add to those of the URL. Nothing is connected."""
    from sqlalchemy import event

    made = getattr(engine.pool._creator, "__module__", "")
    if made != "sqlalchemy.engine.create":
        return {}  # a creator of the project's, which would connect
    found: dict[str, Any] = {}

    def told(dialect: Any, record: Any, arguments: Any, named: dict[str, Any]) -> None:
        found.update(named)
        raise _Told

    event.listen(engine, "do_connect", told)
    try:
        engine.pool._invoke_creator(None)  # type: ignore[arg-type]
    except _Told:
        pass
    finally:
        event.remove(engine, "do_connect", told)
    stated = engine.dialect.create_connect_args(engine.url)[1]
    return {name: value for name, value in found.items() if name not in stated or stated[name] != value}
