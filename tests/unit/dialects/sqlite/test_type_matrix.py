"""Every pair of SQLAlchemy's common types: the values go along, or a finding says what becomes of them."""

from __future__ import annotations

import datetime as dt
import json
import math
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from tests.harness import connect, diff, formatted, run

MOMENT = dt.datetime(2024, 1, 2, 3, 4, 5, 67)
TYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "SmallInteger": (sa.SmallInteger(), (0, 1, -7)),
    "Integer": (sa.Integer(), (0, 1, 42, -(2**31))),
    "BigInteger": (sa.BigInteger(), (0, 1, 2**53 + 1, -(2**63))),
    "Boolean": (sa.Boolean(), (True, False)),
    "Float": (sa.Float(), (0.1, 0.1 + 0.2, 1 / 3, 5.0, -2.5e300, 5e-324, math.pi)),
    "Numeric2": (sa.Numeric(10, 2), (Decimal("0.10"), Decimal("5.00"), Decimal("-12345678.91"))),
    "Numeric4": (sa.Numeric(14, 4), (Decimal("1.2345"), Decimal("9999999999.0001"))),
    "String(5)": (sa.String(5), ("007", "", "ab", "1.50", "false")),
    "String(200)": (sa.String(200), ("007", "", "é'%", "2024-01-02", "0.1000", "20240102", "x" * 200)),
    "Text": (sa.Text(), ("007", "", "it's", "2024-01-02", "false", "1e5", "[1]", "\x00 nul")),
    "Enum": (sa.Enum("low", "highest", native_enum=False), ("low", "highest")),
    "Uuid": (sa.Uuid(), (uuid.UUID(int=5), uuid.UUID("c0ffee00" * 4))),
    "Date": (sa.Date(), (MOMENT.date(), dt.date(1, 1, 1))),
    "DateTime": (sa.DateTime(), (MOMENT, dt.datetime(1999, 12, 31))),
    "Time": (sa.Time(), (MOMENT.time(), dt.time(0))),
    "Interval": (sa.Interval(), (dt.timedelta(days=1, seconds=2), dt.timedelta(0))),
    "LargeBinary": (sa.LargeBinary(), (b"", b"\x00\xff", b"42", b"text", b"007")),
    "JSON": (sa.JSON(), ({"k": [1, None]}, 5, 0.1 + 0.2, "x", True, False)),
}
SILENT = {
    "SmallInteger": "Integer BigInteger Float Numeric2 Numeric4 String(200) Text JSON",
    "Integer": "SmallInteger BigInteger Numeric2 Numeric4 String(200) Text JSON",
    "BigInteger": "SmallInteger Integer String(200) Text JSON",
    "Boolean": "SmallInteger Integer BigInteger Float Numeric2 Numeric4 String(5) String(200) Text JSON",
    "Float": "String(200) Text JSON",
    "Numeric2": "Float Numeric4 String(200) Text JSON",
    "Numeric4": "Float String(200) Text JSON",
    "String(5)": "String(200) Text Enum LargeBinary",
    "String(200)": "Text LargeBinary",
    "Text": "LargeBinary",
    "Enum": "String(200) Text LargeBinary",
    "Uuid": "String(200) Text LargeBinary",
    "Date": "String(200) Text DateTime",
    "DateTime": "String(200) Text",
    "Time": "String(200) Text",
    "Interval": "String(200) Text",
    "LargeBinary": "",
    "JSON": "Text LargeBinary",
}
"""Where values go along without a word."""


def models(of: str, new: bool) -> sa.MetaData:
    made = sa.MetaData()
    for name, (type_, _) in TYPES.items():
        if name != of:
            value = sa.Column("v", type_ if new else TYPES[of][0])
            sa.Table(f"{of} to {name}", made, sa.Column("id", sa.Integer, primary_key=True), value)
    return made


def read(url: URL, metadata: sa.MetaData) -> dict[str, list[Any]]:
    """What the application sees of each table, row by row; an exception where it cannot read one."""
    found: dict[str, list[Any]] = {}
    with connect(url) as connection:
        for table in metadata.tables.values():
            rows = found[table.name] = []
            for number in range(len(connection.execute(sa.select(table.c.id)).all())):
                try:
                    rows.append(connection.scalar(sa.select(table.c.v).where(table.c.id == number + 1)))
                except Exception as error:
                    rows.append(error)
    return found


def same(old: Any, new: Any) -> bool:
    """Whether the new value says what the old one said."""
    if isinstance(new, bytes) and not isinstance(old, bytes):
        new = new.decode()
    if isinstance(new, str) and not isinstance(old, str):
        return bool(TEXT[type(old)](new) == old)
    if isinstance(new, dt.datetime) and not isinstance(old, dt.datetime):
        return bool(new == dt.datetime.combine(old, dt.time()))
    if isinstance(new, float) and isinstance(old, Decimal):
        return new == float(old)
    return bool(old == new)


TEXT: dict[type, Any] = {
    type(None): lambda text: ...,
    bool: lambda text: {"0": False, "1": True, "false": False, "true": True}.get(text),
    int: int,
    float: float,
    Decimal: Decimal,
    dict: json.loads,
    uuid.UUID: uuid.UUID,
    dt.date: dt.date.fromisoformat,
    dt.datetime: dt.datetime.fromisoformat,
    dt.time: dt.time.fromisoformat,
    dt.timedelta: lambda text: dt.datetime.fromisoformat(text) - dt.datetime(1970, 1, 1),
}


# an Enum that gets a longer label changes just as a text does that becomes an Enum
ALIKE = {"String(5) to Enum"}
SAME = {"JSON": lambda old, new: old == json.loads(new)}


@pytest.mark.parametrize("of", TYPES)
def test_values_go_along_or_a_finding_says_so(of: str, tmp_path: Path) -> None:
    url = URL.create("sqlite", database=str(tmp_path / "app.db"))
    before, after = models(of, new=False), models(of, new=True)
    with connect(url) as connection:
        before.create_all(connection)
        for table in before.tables.values():
            connection.execute(table.insert(), [{"v": value} for value in (*TYPES[of][1], None)])
        connection.commit()
    started = read(url, before)
    with formatted(False):
        drafted = diff(url, after, prove=False)
    lossy = [f for f in drafted.findings if f.rule == "type-lossy"]
    said = {f.object.removesuffix(".v"): f.message.split()[0] for f in lossy}
    quiet = {change.key.table for change in drafted.raw} - said.keys()
    run(url, drafted.text, "upgrade", after)
    upgraded = read(url, after)
    run(url, drafted.text, "downgrade", after)
    returned = read(url, before)
    wrong = []
    for name, values in started.items():
        if name in quiet - ALIKE and not all(map(SAME.get(of, same), values, upgraded[name])):
            wrong.append(f"{name}: {values} silently became {upgraded[name]}")
        if said.get(name) != "Lossy" and repr(returned[name]) != repr(values):
            wrong.append(f"{name}: {values} came back as {returned[name]}")
    assert wrong == []
    assert " ".join(name for name in TYPES if f"{of} to {name}" in quiet) == SILENT[of]
