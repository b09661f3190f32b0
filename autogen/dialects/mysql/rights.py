"""What an account's rights hide of the catalog, which then looks as if it were not there.

Without a right on the whole database the server shows the tables the account has rights on, without their
checks; with SELECT alone it shows foreign keys without their actions (measured on MariaDB 10.11).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from autogen.dialects.mysql.tokens import qualified, quote
from autogen.errors import AutogenError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_NAME = r"`(?:[^`]|``)+`"
_GRANT = re.compile(rf"GRANT (?P<rights>.*?) ON (?P<on>\*|{_NAME})\.\* TO ", re.S)
_SHOWING = frozenset({"ALL PRIVILEGES", "SELECT", "INSERT", "UPDATE", "REFERENCES"})
"""Rights that show tables with their columns; CREATE shows the tables alone."""
_NAMES = rf"\({_NAME}(?:, ?{_NAME})*\)"
_ACTION = "(RESTRICT|CASCADE|SET NULL|NO ACTION|SET DEFAULT)"
_FOREIGN_KEY = re.compile(
    rf"'(?:[^'\\]|''|\\.)*'"
    rf"|CONSTRAINT (?P<name>{_NAME}) FOREIGN KEY {_NAMES} REFERENCES (?:{_NAME}\.)?{_NAME} {_NAMES}"
    rf"(?: ON DELETE {_ACTION})?(?: ON UPDATE {_ACTION})?"
    rf"|{_NAME}",
    re.S,
)


def require(connection: Connection, databases: Iterable[str]) -> None:
    """Raises AutogenError where the account does not see all of a database."""
    import sqlalchemy as sa

    try:
        grants = [str(row[0]) for row in connection.exec_driver_sql("SHOW GRANTS")]
    except sa.exc.DBAPIError:  # a server that runs without rights
        return
    if not getattr(connection.dialect, "is_mariadb", False) and not all(" ON " in g for g in grants):
        return  # MySQL does not say what a role brings
    for database in databases:
        if not any(_shows(grant, database) for grant in grants):
            account = connection.exec_driver_sql("SELECT CURRENT_USER()").scalar()
            raise AutogenError(
                f"The account {account} has no right on the whole database {database!r}, and the server "
                "hides tables and checks from it, which would look as if they were missing. Let it read the "
                f"database: GRANT SELECT ON {quote(database)}.* TO this account."
            )


def _shows(grant: str, database: str) -> bool:
    found = _GRANT.match(grant)
    if found is None or _SHOWING.isdisjoint(found["rights"].split(", ")):
        return False
    return (
        found["on"] == "*" or _pattern(found["on"][1:-1].replace("``", "`")).fullmatch(database) is not None
    )


def _pattern(name: str) -> re.Pattern[str]:
    """A database's name as GRANT takes it, in which ``%`` and ``_`` stand for others unless escaped."""
    words = re.findall(r"\\.|.", name, re.S)
    parts = ({"%": ".*", "_": "."}.get(w) or re.escape(w[-1]) for w in words)
    return re.compile("".join(parts), re.S | re.I)


def actions(connection: Connection, database: str, table: str) -> dict[str, tuple[str | None, str | None]]:
    """ON DELETE and ON UPDATE of a table's foreign keys by name, from its own definition."""
    sql = f"SHOW CREATE TABLE {qualified(database, table)}".replace("%", "%%")
    text = str(connection.exec_driver_sql(sql).one()[1])
    return {
        m["name"][1:-1].replace("``", "`"): (m[2], m[3]) for m in _FOREIGN_KEY.finditer(text) if m["name"]
    }
