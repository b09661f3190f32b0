"""MariaDB's catalog through SHOW CREATE, line by line."""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy.engine import Connection

NAMED = re.compile(r"^(CONSTRAINT|UNIQUE KEY|KEY|FULLTEXT KEY|SPATIAL KEY) `((?:[^`]|``)*)` (.*)$", re.S)


def dump(connection: Connection, declared: Collection[str] | None) -> dict[str, str]:
    found: dict[str, str] = {}
    quote = connection.dialect.identifier_preparer.quote_identifier
    for name, kind in connection.exec_driver_sql("SHOW FULL TABLES").fetchall():
        if name == "alembic_version":
            continue
        text = connection.exec_driver_sql(f"SHOW CREATE TABLE {quote(name)}").fetchone()[1]  # type: ignore[index]
        if kind == "VIEW":
            found[f"view {name}"] = text
        else:
            table(found, name, text, declared)
    triggers = "SELECT trigger_name, event_object_table, action_timing, event_manipulation, action_statement"
    for row in connection.exec_driver_sql(
        f"{triggers} FROM information_schema.triggers WHERE trigger_schema = database()"
    ):
        found[f"trigger {row[0]}"] = " ".join(row[1:])
    return found


def table(found: dict[str, str], name: str, text: str, declared: Collection[str] | None) -> None:
    lines = split_lines(text)
    keys = [
        m.group(3)
        for line in lines
        if (m := re.match(r"^(CONSTRAINT `(?:[^`]|``)*` )?(FOREIGN KEY) (\(.*?\))", line))
    ]
    end = max(i for i, line in enumerate(lines) if line.startswith(")"))
    for line in lines[1:end]:
        shown, named = line, NAMED.match(line)
        if declared is not None and named and named.group(2) not in declared:
            shown = f"{named.group(1)} (unnamed) {named.group(3)}"
            if named.group(1) == "KEY" and named.group(3) in keys:
                shown = f"KEY (of a foreign key) {named.group(3)}"
        found[f"{name}: {shown}"] = ""
    found[f"table {name}"] = re.sub(r" AUTO_INCREMENT=\d+", "", "\n".join(lines[end:]))


def split_lines(text: str) -> list[str]:
    """The lines of SHOW CREATE TABLE; a newline inside quotes does not end one, nor does a quote
    after a backslash end a string."""
    lines, current, quote, escaped = [], "", "", False
    for character in text:
        if escaped or (character == "\\" and quote == "'"):
            escaped = not escaped
        elif quote:
            quote = "" if character == quote else quote
        elif character in "`'\"":
            quote = character
        if character == "\n" and not quote:
            lines.append(current)
            current = ""
        else:
            current += character
    lines.append(current)
    return [line.strip().removesuffix(",") for line in lines]
