"""Statements besides tables and rows: enum types, settings, transactions, and what is not compared."""

from __future__ import annotations

import re
from typing import Any, Literal

from autogen.lint.sql.tokens import NotUnderstood, Reader, words
from autogen.lint.written import (
    Beside,
    DomainLimited,
    EnumCreated,
    LabelAdded,
    LabelRenamed,
    Locked,
    PartRenamed,
    Rebuilt,
    SchemaCreated,
    Setting,
    Transaction,
    Unclear,
)
from autogen.schema import Key

_BESIDE = words("GRANT REVOKE COMMENT ANALYZE ANALYSE NOTIFY LISTEN SECURITY")
_MADE = words(
    "VIEW MATERIALIZED FUNCTION PROCEDURE TRIGGER EXTENSION POLICY SCHEMA SEQUENCE ROLE USER "
    "AGGREGATE OPERATOR RULE COLLATION STATISTICS PUBLICATION EVENT CAST"
)


def read_other(reader: Reader, text: str) -> Any:
    if reader.sees("CREATE") or reader.sees("ALTER"):
        return _made(reader, text)
    word = reader.next().word
    if word in ("SET", "RESET"):
        return _setting(reader, word)
    if word == "PRAGMA":
        name = reader.dotted()[1]
        return Setting(name.lower(), reader.rest.strip("=() ").lower())
    if word in ("BEGIN", "COMMIT", "ROLLBACK", "START", "END"):
        verbs: dict[str, Literal["begin", "commit", "rollback"]]
        verbs = {"BEGIN": "begin", "START": "begin", "ROLLBACK": "rollback"}
        return Transaction(verbs.get(word, "commit"))
    if word in ("REINDEX", "CLUSTER", "VACUUM", "REFRESH", "OPTIMIZE"):
        return _rebuilt(reader, word)
    if word in _BESIDE:
        return Beside(word)
    if word == "LOCK":
        return _locked(reader)
    return Unclear(text, "its body is not looked into" if word in ("DO", "CALL") else "an unknown statement")


def _locked(reader: Reader) -> Locked | Beside:
    """``LOCK [TABLE] a, b [IN … MODE]``, and ``LOCK TABLES a WRITE, b READ``."""
    if not (reader.take("TABLE") or reader.take("TABLES")) and reader.sees("INSTANCE"):
        return Beside("LOCK INSTANCE")
    mode = " ".join(token.word for token in reader.tokens[reader.at :] if token.kind == "word")
    found = re.search(r"\bIN ((?:[A-Z]+ )+)MODE\b", mode)
    tables = []
    for part in reader.split():
        part.take("ONLY")
        schema, name = part.dotted()
        tables.append(Key("table", schema, "", name))
    if found:
        return Locked(tuple(tables), found[1].strip())
    return Locked(tuple(tables), "READ" if "READ" in mode.split() and "WRITE" not in mode.split() else "")


def _setting(reader: Reader, word: str) -> Setting:
    local = reader.take("LOCAL")
    _ = reader.take("SESSION") or reader.take("GLOBAL")
    while reader.take("@"):
        pass
    name = reader.dotted()[1].lower()
    if word == "RESET":
        return Setting(name, "")
    _ = reader.take("=") or reader.take("TO")
    value = reader.rest.strip().strip("'\"").lower()
    return Setting(name, "" if value == "default" else value, local)


def _rebuilt(reader: Reader, word: str) -> Any:
    what = [word]
    while not reader.done and reader.token.word in (
        "TABLE",
        "INDEX",
        "SCHEMA",
        "DATABASE",
        "MATERIALIZED",
        "VIEW",
        "FULL",
    ):
        what.append(reader.next().word)
    options = reader.group().rest.upper() if reader.sees("(") else ""
    concurrently = reader.take("CONCURRENTLY") or "CONCURRENTLY" in options
    if word == "VACUUM" and "FULL" not in what and "FULL" not in options:
        return Beside("VACUUM")
    name = "" if reader.done else reader.dotted()[1]
    return Rebuilt(" ".join(what), name, concurrently)


def _made(reader: Reader, text: str) -> Any:
    altered = reader.next().word == "ALTER"
    if reader.take("OR"):
        reader.next()
    reader.take("CONSTRAINT")
    word = reader.token.word
    if reader.take("TYPE"):
        return _type(reader, altered)
    if reader.take("DOMAIN"):
        name = reader.dotted()[1]
        said = {token.word for token in reader.tokens[reader.at :]}
        limited = {"CHECK", "CONSTRAINT", "NOT"} & said and "DROP" not in said
        return DomainLimited(name) if limited else Beside("DOMAIN")
    if altered and reader.take("INDEX"):
        reader.take("IF", "EXISTS")
        schema, old = reader.dotted()
        if reader.take("RENAME", "TO"):
            return PartRenamed(None, schema, old, reader.name())
        return Beside("ALTER INDEX")
    if not altered and reader.take("SCHEMA"):
        reader.take("IF", "NOT", "EXISTS")
        return Beside("CREATE SCHEMA") if reader.sees("AUTHORIZATION") else SchemaCreated(reader.name())
    if word in _MADE or word == "DEFAULT":
        return Beside(f"{'ALTER' if altered else 'CREATE'} {word}")
    return Unclear(text, "an unknown statement")


def _type(reader: Reader, altered: bool) -> Any:
    schema, name = reader.dotted()
    enum = Key("enum", schema, "", name)
    if not altered:
        if reader.take("AS", "ENUM"):
            return EnumCreated(enum, tuple(part.string() for part in reader.group().split()))
        return Beside("CREATE TYPE")
    if reader.take("ADD", "VALUE"):
        if_missing = reader.take("IF", "NOT", "EXISTS")
        label = reader.string()
        for place in ("before", "after"):
            if reader.take(place.upper()):
                return LabelAdded(enum, label, place, reader.string(), if_missing)
        return LabelAdded(enum, label, if_missing=if_missing)
    if reader.take("RENAME", "VALUE"):
        old = reader.string()
        reader.expect("TO")
        return LabelRenamed(enum, old, reader.string())
    if reader.take("RENAME", "TO"):
        return PartRenamed(Key("enum", schema, "", name), schema, name, reader.name())
    if reader.take("OWNER") or reader.take("SET"):
        return Beside("ALTER TYPE")
    raise NotUnderstood(f"ALTER TYPE … {reader.token.text}")
