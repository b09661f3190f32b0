"""The parser of stored statements, held against SQLite's own pragmas."""

# ruff: noqa: E501

from __future__ import annotations

import sqlite3

import pytest

from autogen.dialects.sqlite.parser import parse_index, parse_table
from autogen.dialects.sqlite.sqltext import bare, expression, tokenize

ODD = [
    "CREATE TABLE t (a)",
    "CREATE TABLE t (a, b INTEGER)",
    "CREATE TABLE t(a INT PRIMARY KEY, b TEXT NOT NULL UNIQUE)",
    "CREATE TABLE t ([a b] INTEGER, `c``d` TEXT, \"e\"\"f\" BLOB, 'g''h' REAL)",
    'CREATE TABLE t (a VARCHAR ( 10 ), b DECIMAL(10,2) NOT NULL DEFAULT -1.5, c "mytype")',
    "CREATE TABLE t (a INTEGER DEFAULT (1 + 2), b TEXT DEFAULT 'it''s, (x', c DEFAULT +5, d DEFAULT foo)",
    "CREATE TABLE t (a /* no, (really */ INTEGER, -- b TEXT,\n c TEXT -- end\n)",
    "CREATE TABLE t (a INTEGER NOT NULL ON CONFLICT FAIL, b INTEGER CONSTRAINT u UNIQUE ON CONFLICT REPLACE)",
    "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b INTEGER CHECK (b > 0) CHECK (b < 9))",
    "CREATE TABLE t (a INTEGER, b INTEGER, PRIMARY KEY (b, a), UNIQUE (a) CHECK (a > 0) CHECK (b > 0))",
    'CREATE TABLE t (a TEXT COLLATE NOCASE, b TEXT COLLATE "RTRIM" NOT NULL, PRIMARY KEY (a)) WITHOUT ROWID',
    "CREATE TABLE t (a INTEGER PRIMARY KEY, b ANY, c TEXT) STRICT, WITHOUT ROWID",
    "CREATE TABLE t (a INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2) STORED, c AS (a || ')') VIRTUAL NOT NULL)",
    "CREATE TABLE t (a INTEGER REFERENCES p, b INTEGER REFERENCES p (x) ON DELETE SET NULL ON UPDATE CASCADE)",
    "CREATE TABLE t (a INTEGER CONSTRAINT f REFERENCES p (x) MATCH FULL DEFERRABLE INITIALLY DEFERRED NOT NULL)",
    "CREATE TABLE t (a INTEGER REFERENCES p (x) NOT DEFERRABLE, b INTEGER NOT NULL)",
    "CREATE TABLE t (a, b, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p (x, y) ON DELETE RESTRICT DEFERRABLE)",
    "CREATE TABLE t (a INTEGER, PRIMARY KEY (a AUTOINCREMENT))",
    'CREATE TABLE t (key INTEGER, action TEXT, "check" TEXT, "primary" INTEGER, UNIQUE ("check"))',
    "CREATE TABLE t (a UNSIGNED BIG INT, b DOUBLE PRECISION, c NATIVE CHARACTER(70), d INT DEFAULT NULL)",
    "CREATE TABLE t (a INTEGER DEFAULT CURRENT_TIMESTAMP NULL, b DEFAULT x'00ff', c DEFAULT 1e3, d DEFAULT true)",
    'CREATE TABLE "a(b" ("c)d" INTEGER, "e,f" TEXT, UNIQUE ("e,f", "c)d"))',
    'CREATE TABLE tä (größe INTEGER, "😀" TEXT, a$b TEXT)',
]


@pytest.mark.parametrize("sql", ODD)
def test_columns_agree_with_the_pragma(sql: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute(sql)
    name, stored = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchone()
    parsed = parse_table(stored)
    truth = connection.execute("SELECT * FROM pragma_table_xinfo(?)", (name,)).fetchall()
    connection.close()
    assert [c.name for c in parsed.columns] == [row[1] for row in truth]
    for column, row in zip(parsed.columns, truth, strict=True):
        said = "".join(column.type).replace('"', "").upper()
        assert said == row[2].replace(" ", "").upper()
        keyed = parsed.primary_key and column.name in parsed.primary_key.columns
        filled = parsed.without_rowid or (parsed.strict and keyed)
        assert (column.not_null or bool(keyed and filled)) == bool(row[3])
        default = None if column.default is None else expression(" ".join(column.default))
        assert default == (None if row[4] is None else expression(row[4]))
        assert bool(keyed) == bool(row[5])
        assert {0: None, 2: False, 3: True}[row[6]] == (column.stored if column.generated else None)


@pytest.mark.parametrize("sql", ODD)
def test_keys_agree_with_the_pragmas(sql: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute(sql)
    name, stored = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchone()
    parsed = parse_table(stored)
    foreign = connection.execute("SELECT * FROM pragma_foreign_key_list(?)", (name,)).fetchall()
    indexes = connection.execute(
        "SELECT l.name, l.origin, group_concat(x.name, char(10)) FROM pragma_index_list(?) l, "
        "pragma_index_info(l.name) x WHERE l.origin = 'u' GROUP BY 1",
        (name,),
    ).fetchall()
    connection.close()
    assert sorted("\n".join(u.columns) for u in parsed.uniques) == sorted(row[2] for row in indexes)
    said = sorted((c, k.target, k.on_delete or "NO ACTION") for k in parsed.foreign_keys for c in k.columns)
    assert said == sorted((row[3], row[2], row[6]) for row in foreign)


def test_names_of_constraints() -> None:
    parsed = parse_table(
        "CREATE TABLE t (a INTEGER CONSTRAINT nn NOT NULL CONSTRAINT pk PRIMARY KEY, "
        "b INTEGER CONSTRAINT ck CHECK (b > 0) CHECK (b < 5), CONSTRAINT uq UNIQUE (a, b), UNIQUE (b), "
        'CONSTRAINT "f k" FOREIGN KEY (b) REFERENCES p)'
    )
    assert parsed.primary_key and parsed.primary_key.name == "pk"
    assert parsed.checks == [("ck", "b > 0"), (None, "b < 5")]
    assert [(u.name, u.columns) for u in parsed.uniques] == [("uq", ("a", "b")), (None, ("b",))]
    assert [(k.name, k.target_columns) for k in parsed.foreign_keys] == [("f k", ())]


def test_options_stand_behind_the_columns() -> None:
    parsed = parse_table("CREATE TABLE t (rowid INTEGER, strict TEXT NOT NULL, PRIMARY KEY (strict))")
    assert (parsed.without_rowid, parsed.strict) == (False, False)


def test_index() -> None:
    parsed = parse_index(
        'CREATE UNIQUE INDEX i ON t (a DESC, "b c" COLLATE nocase ASC, lower(d) DESC, (e)) WHERE a IS NOT NULL'
    )
    assert parsed.unique
    assert [(e.text, e.is_expression, e.descending, e.collation) for e in parsed.elements] == [
        ("a", False, True, None),
        ("b c", False, False, "NOCASE"),
        ("lower(d)", True, True, None),
        ("e", True, False, None),
    ]
    assert parsed.predicate == "a IS NOT NULL"


EQUAL = [
    ("a>0", "(a > 0)"),
    ("((a > 0))", "a>0"),
    ('"a" > 0 and `b` < 3', "a > 0 AND b < 3"),
    ("a in (1,2)", "a IN (1, 2)"),
    ("LENGTH( a )>3", "length(a) > 3"),
    ("a is not null", "a NOTNULL"),
    ("a /* why */ > -1 -- end", "a > -1"),
    ("(a) between 1 and 3", "a BETWEEN 1 AND 3"),
    ("flag = TRUE", "flag = 1"),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal_expressions_have_one_spelling(one: str, other: str) -> None:
    assert expression(one) == expression(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a > 0", "a > 1"),
        ("a IS TRUE", "a IS 1"),
        ("'A' = a", "'a' = a"),
        ("a IN (b)", "a IN b"),
        ("f(a)", "f a"),
    ],
)
def test_different_expressions_stay_different(one: str, other: str) -> None:
    assert expression(one) != expression(other)


@pytest.mark.parametrize(
    "sql",
    [
        "a > 0 AND b != 'it''s -- no'",
        "a IN (1, 2) OR (a + b) * 2 = -c",
        "CASE WHEN a THEN 1 ELSE -2 END",
        "CAST(a AS TEXT) || 'x' LIKE '%y' ESCAPE '!'",
        "a -> '$.b' ->> 'c' = x'0F'",
        "- a = ~ b",
        "a - -1 > 0",
        "EXISTS (SELECT 1 FROM u WHERE u.x = a)",
        "a NOT IN (SELECT b FROM u)",
        "count(*) > 1",
        "(a, b) = (1, 2)",
        "a COLLATE NOCASE = 'x'",
        "strftime('%s', a, 'utc') > 0",
    ],
)
def test_canonical_text_means_what_it_meant(sql: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a, b, c)")
    connection.execute("CREATE TABLE u (x, b)")
    programs = []
    for text in (sql, expression(sql)):
        listing = connection.execute(f"EXPLAIN SELECT ({text}) FROM t").fetchall()
        programs.append([row[1:7] for row in listing])
    connection.close()
    assert programs[0] == programs[1]
    assert expression(expression(sql)) == expression(sql)


KEYWORDS = (
    "ABORT ACTION AFTER ALWAYS ANALYZE ATTACH BEFORE BEGIN BY CASCADE COLUMN CONFLICT CROSS CURRENT DATABASE "
    "DEFERRED DETACH DO EACH EXCLUDE EXCLUSIVE EXPLAIN FAIL FILTER FIRST FOR FULL GENERATED GROUPS IF IGNORE "
    "IMMEDIATE INDEXED INITIALLY INNER INSTEAD KEY LAST LEFT MATERIALIZED NATURAL NO NULLS OF OFFSET OUTER OVER "
    "PARTITION PLAN PRAGMA QUERY RAISE RANGE RECURSIVE REINDEX RELEASE RENAME REPLACE RESTRICT RIGHT ROLLBACK "
    "ROW ROWS SAVEPOINT TEMP TIES TRIGGER VACUUM VIEW VIRTUAL WINDOW WITH WITHOUT SELECT TABLE ORDER INTERSECT "
    "EXCEPT"
)


@pytest.mark.parametrize("word", KEYWORDS.split())
def test_keywords_are_names_where_they_are_left_bare(word: str) -> None:
    name = bare(word)
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE {name} (x, {name}, CHECK ({name} > 0 AND NOT {name} = 3))")
    connection.execute(f"INSERT INTO {name} (x, {name}) SELECT x, {name} FROM {name}")
    connection.execute(f"CREATE INDEX i ON {name} ({name}, ({name} + 1)) WHERE {name} > 1")
    connection.close()


def test_tokens() -> None:
    assert tokenize("a||'b''c'--x\n/* y */\"d\"\"e\"[f]`g`1.5e-3<=x'0f'") == [
        *("a", "||", "'b''c'", '"d""e"', "[f]", "`g`", "1.5e-3", "<=", "x'0f'"),
    ]
