"""Canonical expressions: the models' spelling on the left, the server's on the right."""

from __future__ import annotations

import pytest

from autogen.dialects.mysql.expressions import canonical
from autogen.dialects.mysql.tokens import columns_in

SAME = [
    ("(a in (1,2)) and not a=3", "`a` in (1,2) and `a` <> 3"),
    ("NOT (a > 1)", "`a` <= 1"),
    ("h BETWEEN 'a' AND 'b' AND g != 'x'", "`h` between 'a' and 'b' and `g` <> 'x'"),
    ("i IS NOT NULL OR NOT b", "`i` is not null or `b` = 0"),
    ("a and (b or c)", "`a` <> 0 and (`b` <> 0 or `c` <> 0)"),
    ("a not in (1)", "`a` <> 1"),
    ("LENGTH(h) > 3", "octet_length(`h`) > 3"),
    ("UPPER(b) = lower(c)", "ucase(`b`) = lcase(`c`)"),
    ("a-(b-1)", "`a` - (`b` - 1)"),
    ("(a+1)*2 % 3", "(`a` + 1) * 2 MOD 3"),
    ("CASE WHEN a=1 THEN 2 ELSE 3 END", "case when `a` = 1 then 2 else 3 end"),
    ("b + INTERVAL 1 DAY", "`b` + interval 1 day"),
    ("EXTRACT(YEAR FROM b)", "extract(year from `b`)"),
    ("_utf8mb4'x' = a", "`a` = 'x'"),
    ("a = 'it''s'", r"`a` = 'it\'s'"),
    ("0 < a", "`a` > 0"),
    ("now()", "current_timestamp()"),
    ("CURRENT_TIMESTAMP(6)", "current_timestamp(6)"),
    ("((a) > -1)", "`a` > -1"),
    ("doc->>'$.a'", "json_unquote(json_extract(`doc`,'$.a'))"),
]


@pytest.mark.parametrize(("ours", "servers"), SAME)
def test_both_spellings_have_one_form(ours: str, servers: str) -> None:
    assert canonical(ours) == canonical(servers)
    assert canonical(canonical(ours)) == canonical(ours)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a and b or c", "a and (b or c)"),
        ("a - b - c", "a - (b - c)"),
        ("not a = 1 and b = 2", "not (a = 1 and b = 2)"),
        ("a = 'x'", "a = 'X'"),
        ("a = 'x'", "a = `x`"),
        ("a < 1", "1 < a"),
        ("a in (1, 2)", "a in (2, 1)"),
    ],
)
def test_what_means_something_else_stays_different(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("text", ["", "a ===", "'open", "select 1", "match (a) against ('x')", "(" * 5000])
def test_what_is_not_understood_comes_back_as_it_was(text: str) -> None:
    assert canonical(text) == text.strip()


def test_the_default_database_is_not_spelled_out() -> None:
    assert canonical("nextval(`shop`.`s`)", "shop") == "nextval(`s`)"
    assert canonical("nextval(`other`.`s`)", "shop") == "nextval(`other`.`s`)"


def test_columns_are_found_by_identifier() -> None:
    assert columns_in("`a``b` > c and 'd' = ''") == {"a`b", "c", "and"}
