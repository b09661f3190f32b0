"""A connection through whatever driver the URL names, read-only where the server can be told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autogen.errors import AutogenError
from autogen.schema import Key

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection, Engine

    from autogen.dialects.base import Dialect


@contextmanager
def connect(cls: type[Dialect], url: URL) -> Iterator[tuple[Dialect, Connection]]:
    from sqlalchemy.exc import DBAPIError

    engine = _engine(url)
    try:
        try:
            connection = engine.connect()
        except DBAPIError as error:
            raise AutogenError(
                f"The database {url.render_as_string(hide_password=True)} cannot be reached: "
                f"{_without_password(str(error.orig), url)} "
                "Check that the server runs, and host, port, user and password of the url."
            ) from error
        with connection:
            _read_only(connection)
            default = connection.dialect.default_schema_name or ""
            yield cls(sqla=connection.dialect, default_schema=default), connection
            connection.rollback()
    finally:
        engine.dispose()


def _engine(url: URL) -> Engine:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError, InvalidRequestError, NoSuchModuleError

    try:
        if url.get_dialect().is_async:
            url = url.set(drivername=url.get_backend_name())
        return create_engine(url)
    except NoSuchModuleError as error:
        raise AutogenError(
            f'SQLAlchemy knows no dialect "{url.drivername}". Correct the url, or install the package that '
            "brings this dialect."
        ) from error
    except ModuleNotFoundError as error:
        raise AutogenError(
            f'The driver of "{url.drivername}" is not installed: Python has no module "{error.name}". '
            "Install the package that brings it, or name another driver in the url."
        ) from error
    except (ArgumentError, InvalidRequestError, TypeError) as error:
        raise AutogenError(
            f"SQLAlchemy refuses the url {url.render_as_string(hide_password=True)}: "
            f"{_without_password(str(error), url)}"
        ) from error


def _without_password(message: str, url: URL) -> str:
    line = " ".join(message.split())
    return line.replace(str(url.password), "***") if url.password else line


def _read_only(connection: Connection) -> None:
    """Standard SQL's word for it; a server that does not know it only ever gets SELECTs from here."""
    from sqlalchemy.exc import DBAPIError

    try:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    except DBAPIError:
        connection.rollback()


def has_rows(connection: Connection, table: Key) -> bool | None:
    import sqlalchemy as sa
    from sqlalchemy.exc import DBAPIError

    found = sa.table(table.name, schema=table.schema or None)
    try:
        row = connection.execute(sa.select(sa.literal(1)).select_from(found).limit(1)).first()
    except DBAPIError:
        return None
    return row is not None
