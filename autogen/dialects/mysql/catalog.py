"""The catalog queries: one a subject, whatever the number of tables and databases.

MariaDB and MySQL differ in a few columns of information_schema; each query is written out for both.
``:databases`` is an expanding bind parameter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

SCHEMATA = """
SELECT schema_name FROM information_schema.schemata WHERE schema_name IN :databases
"""

TABLES = """
SELECT table_schema, table_name, table_type, engine, table_collation, create_options, table_comment
FROM information_schema.tables WHERE table_schema IN :databases
"""

COLUMNS = """
SELECT table_schema, table_name, column_name, ordinal_position, column_default, is_nullable, column_type,
       character_set_name, collation_name, extra, column_comment, generation_expression
FROM information_schema.columns WHERE table_schema IN :databases
"""

STATISTICS_MARIADB = """
SELECT table_schema, table_name, index_name, seq_in_index, column_name, NULL, collation, sub_part,
       non_unique, index_type, index_comment, CASE ignored WHEN 'YES' THEN 'ignored' END
FROM information_schema.statistics WHERE table_schema IN :databases
ORDER BY table_schema, table_name, index_name, seq_in_index
"""
# IGNORED came with 10.6
STATISTICS_MARIADB_OLD = STATISTICS_MARIADB.replace("CASE ignored WHEN 'YES' THEN 'ignored' END", "NULL")

STATISTICS_MYSQL = """
SELECT table_schema, table_name, index_name, seq_in_index, column_name, expression, collation, sub_part,
       non_unique, index_type, index_comment, CASE is_visible WHEN 'NO' THEN 'invisible' END
FROM information_schema.statistics WHERE table_schema IN :databases
ORDER BY table_schema, table_name, index_name, seq_in_index
"""

CHECKS_MARIADB = """
SELECT constraint_schema, table_name, constraint_name, check_clause, level, 'YES'
FROM information_schema.check_constraints WHERE constraint_schema IN :databases
"""

CHECKS_MYSQL = """
SELECT t.table_schema, t.table_name, c.constraint_name, c.check_clause, 'Table', t.enforced
FROM information_schema.check_constraints c
JOIN information_schema.table_constraints t
  ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name
 AND t.constraint_type = 'CHECK'
WHERE c.constraint_schema IN :databases
"""

FOREIGN_KEYS = """
SELECT constraint_schema, table_name, constraint_name, delete_rule, update_rule
FROM information_schema.referential_constraints WHERE constraint_schema IN :databases
"""

KEY_COLUMNS = """
SELECT table_schema, table_name, constraint_name, ordinal_position, column_name,
       referenced_table_schema, referenced_table_name, referenced_column_name
FROM information_schema.key_column_usage
WHERE table_schema IN :databases AND referenced_table_name IS NOT NULL
"""

PARTITIONS = """
SELECT table_schema, table_name, partition_name, partition_method, partition_expression,
       partition_description, subpartition_name, subpartition_method, subpartition_expression
FROM information_schema.partitions
WHERE table_schema IN :databases AND partition_name IS NOT NULL
ORDER BY table_schema, table_name, partition_ordinal_position, subpartition_ordinal_position
"""


def rows(connection: Connection, query: str, databases: Sequence[str]) -> Sequence[Any]:
    import sqlalchemy as sa

    statement = sa.text(query).bindparams(sa.bindparam("databases", list(databases), expanding=True))
    return connection.execute(statement).fetchall()


_RECORD, _FIELD, _NULL = "\x1d", "\x1f", "\x1e"
_SELECT = re.compile(r"\s*SELECT (?P<columns>.*?)\sFROM (?P<rest>.*?)(?P<order>\sORDER BY .*)?\Z", re.S)


def packed_rows(connection: Connection, query: str, databases: Sequence[str]) -> list[Sequence[Any]]:
    """The rows of a long query, those of a table sent as one string: pure Python drivers spend their time
    on rows and fields. They come in no particular order.

    Every value is text or None. A value that holds a separator, or a string that was cut off, shows in the
    number of fields or records, and the query is then sent as it stands.
    """
    found = _SELECT.match(query)
    assert found is not None
    columns = re.split(r",\s*(?![^(]*\))", found["columns"])
    fields = ", ".join(f"IFNULL({c}, _utf8mb4 X'1E')" for c in columns)
    record = f"GROUP_CONCAT(CONCAT_WS(_utf8mb4 X'1F', {fields}) SEPARATOR X'1D')"
    sent = f"SELECT {record}, COUNT(*) FROM {found['rest']} GROUP BY {columns[0]}, {columns[1]}"
    connection.exec_driver_sql("SET SESSION group_concat_max_len = 1073741824")
    packed: list[Sequence[Any]] = []
    for text, count in rows(connection, sent, databases):
        records = text.split(_RECORD)
        split = [record.split(_FIELD) for record in records]
        if len(records) != int(count) or any(len(row) != len(columns) for row in split):
            plain = rows(connection, query, databases)
            return [[None if v is None else str(v) for v in row] for row in plain]
        packed += split
    return [[None if v == _NULL else v for v in row] if _NULL in row else row for row in packed]
