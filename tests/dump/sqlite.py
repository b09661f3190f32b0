"""SQLite's catalog: the pragmas, and what only the text in sqlite_master says, token by token."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from sqlalchemy.engine import Connection

TOKEN = re.compile(
    r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[\w.]+|\|\||[<>=!]=?|\S""",
    re.S,
)
STARTS = {"CONSTRAINT", "UNIQUE", "PRIMARY", "FOREIGN", "CHECK"}
INLINE = {"PRIMARY", "UNIQUE", "CHECK", "REFERENCES"}


def dump(connection: Connection, declared: Collection[str] | None) -> dict[str, str]:
    found: dict[str, str] = {}
    master = (
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    for kind, name, _, sql in connection.exec_driver_sql(master).fetchall():
        if name == "alembic_version":
            continue
        if kind == "table":
            table(connection, found, name, sql, declared)
        elif sql:
            words = [word for word in tokens(sql) if kind != "index" or word.upper() != "ASC"]
            found[f"{kind} {name}"] = " ".join(unquoted(words))
    return found


def table(
    connection: Connection, found: dict[str, str], name: str, sql: str, declared: Collection[str] | None
) -> None:
    every = tokens(sql)
    if every[:2] != ["CREATE", "TABLE"]:
        found[f"table {name}"] = " ".join(every)
        return
    start = every.index("(")
    body, end = parenthesis(every, start)
    found[f"table {name}"] = " ".join(every[end:]).upper()
    info = {
        row[1]: row
        for row in connection.exec_driver_sql("SELECT * FROM pragma_table_xinfo(?)", (name,)).fetchall()
    }
    for item in split(body):
        if item[0].upper() in STARTS:
            constraint(found, name, item, declared)
            continue
        column = unquote(item[0])
        rest, constraints = inline(column, item[1:])
        _, _, type_, not_null, default, _, hidden = info[column]
        facts = [type_.upper(), "NOT NULL" if not_null else "", f"hidden={hidden}"]
        facts.append("" if default is None else "DEFAULT " + stored(type_, bare(tokens(default))))
        facts.extend(extras(rest))
        found[f"column {name}.{column}"] = " ".join(fact for fact in facts if fact)
        for part in constraints:
            constraint(found, name, part, declared)


def stored(type_: str, default: list[str]) -> str:
    """A default as rows get it: a column of numeric affinity stores ``'0'`` as the number."""
    words = " ".join(default)
    textual = re.search("CHAR|CLOB|TEXT|BLOB", type_.upper()) and "INT" not in type_.upper()
    number = re.fullmatch(r"'(-?\d+(?:\.\d+)?)'", words)
    return number[1] if number and type_ and not textual else words


def inline(column: str, words: list[str]) -> tuple[list[str], list[list[str]]]:
    """A column's own words, and its constraints as a table would state them."""
    own: list[str] = []
    constraints: list[list[str]] = []
    current = own
    label: list[str] = []
    position = 0
    while position < len(words):
        word = words[position].upper()
        if word == "CONSTRAINT":
            label = words[position : position + 2]
            position += 2
            continue
        if word in INLINE:
            current = [*label, *opening(column, word)]
            constraints.append(current)
            if word == "PRIMARY":
                position += 1
        elif (
            word in {"NOT", "NULL", "DEFAULT", "COLLATE", "GENERATED", "AS"}
            and words[position - 1].upper()
            not in {
                "SET",
                "NOT",
                "ALWAYS",
                "ON",
            }
            and not (word == "NOT" and words[position + 1].upper() == "DEFERRABLE")
        ):
            current = own
            current.append(word)
        elif word == "AUTOINCREMENT":
            own.append(word)
        else:
            current.append(words[position])
        label = []
        if words[position] == "(":
            inside, end = parenthesis(words, position)
            current.extend([*inside, ")"])
            position = end
            continue
        position += 1
    return own, constraints


def opening(column: str, word: str) -> list[str]:
    quoted = '"' + column.replace('"', '""') + '"'
    if word == "CHECK":
        return ["CHECK"]
    if word == "REFERENCES":
        return ["FOREIGN", "KEY", "(", quoted, ")", "REFERENCES"]
    return [*(["PRIMARY", "KEY"] if word == "PRIMARY" else ["UNIQUE"]), "(", quoted, ")"]


def constraint(
    found: dict[str, str], table_name: str, item: list[str], declared: Collection[str] | None
) -> None:
    name = "(unnamed)"
    if item[0].upper() == "CONSTRAINT":
        name, item = unquote(item[1]), item[2:]
        if declared is not None and name not in declared:
            name = "(unnamed)"
    text = " ".join(unquoted([item[0].upper(), *actions(item[1:])]))
    key = f"constraint {table_name}: {text}"
    names = [*found[key].split(" and "), name] if key in found else [name]
    found[key] = " and ".join(sorted(names))


def actions(words: list[str]) -> list[str]:
    """Words with a foreign key's actions in capitals: ``ON DELETE cascade`` stands as it was given."""
    events = [n for n, word in enumerate(words) if word.upper() in ("DELETE", "UPDATE") and n]
    places = {n + more for n in events if words[n - 1].upper() == "ON" for more in (-1, 0, 1, 2)}
    known = {"ON", "DELETE", "UPDATE", "CASCADE", "RESTRICT", "SET", "NO", "NULL", "DEFAULT", "ACTION"}
    return [word.upper() if n in places and word.upper() in known else word for n, word in enumerate(words)]


def extras(words: list[str]) -> Iterator[str]:
    """What no pragma tells of a column: collation, AUTOINCREMENT, the expression it is generated from."""
    for position, word in enumerate(words):
        upper = word.upper()
        if upper == "COLLATE":
            yield f"COLLATE {unquote(words[position + 1]).upper()}"
        if upper == "AUTOINCREMENT":
            yield upper
        if upper == "AS" and words[position + 1 : position + 2] == ["("]:
            inside, _ = parenthesis(words, position + 1)
            yield f"AS ( {' '.join(unquoted(inside))} )"  # STORED or VIRTUAL is in the pragma's "hidden"


def tokens(sql: str) -> list[str]:
    return [token for token in TOKEN.findall(sql) if not token.startswith(("--", "/*"))]


def parenthesis(words: list[str], start: int) -> tuple[list[str], int]:
    """What is between the parenthesis at ``start`` and its partner, and the position after the partner."""
    depth = 0
    for position in range(start, len(words)):
        depth += {"(": 1, ")": -1}.get(words[position], 0)
        if depth == 0:
            return words[start + 1 : position], position + 1
    raise ValueError("unbalanced parentheses")


def split(words: list[str]) -> Iterator[list[str]]:
    """The parts between commas that are in no parenthesis."""
    depth = 0
    part: list[str] = []
    for word in words:
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == "," and depth == 0:
            yield part
            part = []
        else:
            part.append(word)
    yield part


def bare(words: list[str]) -> list[str]:
    """Without parentheses around the whole."""
    while words and words[0] == "(" and parenthesis(words, 0)[1] == len(words):
        words = words[1:-1]
    return unquoted(words)


def unquoted(words: list[str]) -> list[str]:
    return [unquote(word) for word in words]


def unquote(word: str) -> str:
    if word[0] in '"`' and len(word) > 1:
        return word[1:-1].replace(word[0] * 2, word[0])
    return word[1:-1] if word[0] == "[" and word[-1] == "]" else word
