"""Steps run on MariaDB: up reaches the models, down restores what SHOW CREATE says, up runs again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import URL

from autogen.compare import compare
from autogen.declare import declare
from autogen.dialects.base import Blueprint, Scope, ScratchFactory
from autogen.dialects.mysql import MySQL
from autogen.dialects.mysql.scratch import scratch
from autogen.plan import Step
from autogen.prove.run import run_draft
from autogen.schema import Schema

PARENT = "CREATE TABLE p (id int AUTO_INCREMENT PRIMARY KEY)"
CHILD = "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, p_id int, h int{})"
HOSTILE = 'we`ird %(x)s :y """ é'
Case = tuple[list[str], MetaData]


def child(*extra: sa.schema.SchemaItem, parent: bool = True, kind: type = Integer) -> MetaData:
    """A parent and a child table with these parts besides its id."""
    metadata = MetaData()
    if parent:
        Table("p", metadata, Column("id", kind, primary_key=True))
    Table("t", metadata, Column("id", Integer, primary_key=True), *extra)
    return metadata


def h() -> Column[int]:
    return Column("h", Integer)


def fk_types_change_together() -> Case:
    before = [PARENT, CHILD.format(", FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE CASCADE")]
    rows = ["INSERT INTO p VALUES (1)", "INSERT INTO t VALUES (1, 1, 1)"]
    p_id = Column("p_id", sa.BigInteger, ForeignKey("p.id"))
    return [*before, *rows], child(p_id, h(), kind=sa.BigInteger)


def fk_goes_with_its_index() -> Case:
    before = [PARENT, CHILD.format(", FOREIGN KEY (p_id) REFERENCES p (id)")]
    return before, child(Column("p_id", Integer), h())


def fk_comes_with_its_index() -> Case:
    return [PARENT, CHILD.format("")], child(Column("p_id", Integer, ForeignKey("p.id")), h())


def fk_index_is_declared() -> Case:
    before = [PARENT, CHILD.format(", FOREIGN KEY (p_id) REFERENCES p (id)")]
    return before, child(Column("p_id", Integer, ForeignKey("p.id"), index=True), h())


def fk_index_widens() -> Case:
    before = [PARENT, CHILD.format(", FOREIGN KEY (p_id) REFERENCES p (id)")]
    return before, child(Column("p_id", Integer, ForeignKey("p.id")), h(), Index("ix", "p_id", "h"))


def fk_loses_its_wide_index() -> Case:
    before = [PARENT, CHILD.format(", KEY ix (p_id, h), CONSTRAINT f FOREIGN KEY (p_id) REFERENCES p (id)")]
    return before, child(Column("p_id", Integer, ForeignKey("p.id")), h())


def fk_column_goes() -> Case:
    before = [PARENT, CHILD.format(", KEY ix (p_id), CONSTRAINT f FOREIGN KEY (p_id) REFERENCES p (id)")]
    return before, child(h())


def key_changes_from_counter() -> Case:
    metadata = MetaData()
    Table("t", metadata, Column("code", String(10), primary_key=True))
    before = ["CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, code varchar(10) NOT NULL)"]
    return [*before, "INSERT INTO t (code) VALUES ('a'), ('b')"], metadata


def key_grows() -> Case:
    tenant = Column("tenant", Integer, primary_key=True, autoincrement=False)
    before = ["CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, tenant int NOT NULL)"]
    return before, child(tenant, parent=False)


def key_comes() -> Case:
    return ["CREATE TABLE t (x int)", "INSERT INTO t VALUES (1), (2)"], child(
        Column("x", Integer), parent=False
    )


def attributes_survive_modify() -> Case:
    before = (
        "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, "
        "a varchar(20) DEFAULT 'it''s 5% \\\\' COMMENT 'c', "
        "b tinyint(1) COMMENT 'b', m datetime DEFAULT now() ON UPDATE now(), "
        "n timestamp NOT NULL DEFAULT now(), "
        "k smallint CHECK (k > 0), l varchar(5) CHARSET latin1 NOT NULL)"
    )
    after = child(
        Column("a", String(20), nullable=False, server_default="it's 5% \\", comment="c"),
        Column("b", sa.Boolean, server_default=sa.false()),
        Column("m", sa.DateTime, server_default=sa.func.now()),
        Column(
            "n",
            mysql.TIMESTAMP,
            nullable=False,
            server_default=sa.text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
        ),
        Column("k", Integer, CheckConstraint("k > 0")),
        Column("l", mysql.VARCHAR(9, charset="latin1"), nullable=False),
        parent=False,
    )
    return [before, "INSERT INTO t (a, k, l) VALUES ('x', 1, 'y')"], after


def uniques_and_checks() -> Case:
    before = (
        "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, a int CHECK (a > 0), b int, UNIQUE u (a, b), "
        "UNIQUE old (b), CONSTRAINT ck CHECK (a > 5 and b < 3))"
    )
    return [before], child(
        Column("a", Integer, CheckConstraint("a < 100")),
        Column("b", Integer),
        Unique("a"),
        Unique("b", name="new"),
        CheckConstraint("a > 1", name="ck"),
        parent=False,
    )


def computed_columns() -> Case:
    before = (
        "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, x int, q int AS (x * 3) STORED, "
        "r int AS (x + 4), y datetime(3), m timestamp(3) AS (y) STORED)"
    )
    return [before], child(
        Column("x", Integer),
        Column("q", Integer, sa.Computed("x*2", persisted=True)),
        Column("r", Integer, sa.Computed("x+5")),
        Column("y", mysql.DATETIME(fsp=3)),
        Column("n", mysql.TIMESTAMP, sa.Computed("y")),
        parent=False,
    )


def table_options() -> Case:
    metadata = MetaData()
    Table(
        "t",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("a", String(10)),
        Column("b", String(10, collation="utf8mb4_bin")),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        comment="50%",
    )
    before = (
        "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, a varchar(10), "
        "b varchar(10) COLLATE utf8mb4_bin) "
        "ENGINE=MyISAM CHARSET=latin1 COMMENT='old'"
    )
    return [before, "INSERT INTO t (a, b) VALUES ('é', 'x')"], metadata


def indexes() -> Case:
    before = (
        "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, a text, s varchar(50), "
        "FULLTEXT fo (a), KEY pre (a(10)), "
        "KEY ixd (s), KEY cm (s, id) COMMENT 'it''s', KEY dm (s(3), id DESC))"
    )
    return [before], child(
        Column("a", Text),
        Column("s", String(50)),
        Index("ft", "a", mysql_prefix="FULLTEXT"),
        Index("pre", "a", mysql_length=20),
        Index("ixd", sa.text("s DESC")),
        parent=False,
    )


def dropped_tables_come_back() -> Case:
    before = [
        PARENT,
        "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, p_id int, "
        "e enum('a','b\\\\c','%d') DEFAULT '%d', "
        "s set('x','y'), b bit(3) DEFAULT b'101', g geometry NOT NULL, j json, ch int CHECK (ch > 0), "
        "iv int INVISIBLE DEFAULT 3, y datetime, "
        "v timestamp AS (y) COMMENT 'v', UNIQUE (v), u uuid, zz datetime NOT NULL ON UPDATE now(), "
        "l varchar(5) CHARSET latin1 COLLATE latin1_bin, SPATIAL KEY g (g), UNIQUE (iv), "
        "FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE SET NULL) COMMENT='50%'",
        "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.ch = 5",
        "CREATE SEQUENCE sq START WITH 7 INCREMENT BY 2 CACHE 10",
        "CREATE TABLE r (id int PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10))",
        "CREATE TABLE hp (id int) PARTITION BY HASH (id) PARTITIONS 3",
        "CREATE TABLE sv (id int PRIMARY KEY) WITH SYSTEM VERSIONING",
    ]
    return before, MetaData()


def hostile_names() -> Case:
    metadata = MetaData()
    Table("p", metadata, Column("id", Integer, primary_key=True))
    Table(
        HOSTILE,
        metadata,
        Column("co`l %s :z", Integer, primary_key=True),
        Column("new%`", String(9), server_default="%s':q\\", comment="a\nb % `"),
        Column("f`", Integer, ForeignKey("p.id", name="fk ` %")),
        Index("ix ` %", "new%`"),
        CheckConstraint("`new%``` <> '%\\:a'", name="ck ` %"),
        comment="%(c)s\\",
    )
    name = HOSTILE.replace("`", "``")
    before = (
        f"CREATE TABLE `{name}` (`co``l %s :z` int AUTO_INCREMENT PRIMARY KEY, "
        f"`old``%` int COMMENT '% %s :x')"
    )
    return [PARENT, before], metadata


def tables_in_a_cycle() -> Case:
    metadata = MetaData()
    for one, other in ("ab", "ba"):
        target = ForeignKey(f"{other}.id", name=f"fk_{one}")
        Table(one, metadata, Column("id", Integer, primary_key=True), Column("other", Integer, target))
    sa.Sequence("s1", start=3, metadata=metadata)
    return [], metadata


CASES: list[Callable[[], Case]] = [
    fk_types_change_together,
    fk_goes_with_its_index,
    fk_comes_with_its_index,
    fk_index_is_declared,
    fk_index_widens,
    fk_loses_its_wide_index,
    fk_column_goes,
    key_changes_from_counter,
    key_grows,
    key_comes,
    attributes_survive_modify,
    uniques_and_checks,
    computed_columns,
    table_options,
    indexes,
    dropped_tables_come_back,
    hostile_names,
    tables_in_a_cycle,
]


class Scratch(ScratchFactory):
    def __init__(self, url: URL) -> None:
        self.url = url

    def open(self):  # type: ignore[no-untyped-def]
        return scratch(self.url)

    @property
    def blueprint(self) -> Blueprint:
        return Blueprint(Schema())


def dump(engine: sa.Engine) -> dict[str, object]:
    """SHOW CREATE of everything, columns and keys sorted, with the number of rows."""
    found: dict[str, object] = {}
    with engine.connect() as connection:
        for name in connection.exec_driver_sql("SHOW TABLES").scalars().all():
            quoted = "`" + name.replace("`", "``").replace("%", "%%") + "`"
            text = connection.exec_driver_sql(f"SHOW CREATE TABLE {quoted}").one()[1]
            lines = re.sub(r" AUTO_INCREMENT=\d+", "", text).split("\n")
            rows = connection.exec_driver_sql(f"SELECT count(*) FROM {quoted}").scalar()
            found[name] = (sorted(line.strip().rstrip(",") for line in lines), rows)
        found["triggers"] = [tuple(r)[:5] for r in connection.exec_driver_sql("SHOW TRIGGERS")]
    return found


def function(name: str, steps: list[Step]) -> str:
    return f"def {name}():\n" + "".join(f"    {s.code.text}\n" for s in steps) + "    pass\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_round_trip(case: Callable[[], Case], mariadb_url: URL) -> None:
    before, metadata = case()
    engine = sa.create_engine(mariadb_url, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        for statement in before:
            connection.exec_driver_sql(statement.replace("%", "%%"))
    factory = Scratch(mariadb_url)
    with MySQL.connect(mariadb_url) as (dialect, live):
        found = compare(dialect.introspect(live, Scope()), declare([metadata], dialect), dialect, factory)
        dependents = dialect.dependents(live, found.before)
        up = dialect.steps(found.changes, found.before, found.after, dependents)
        down = dialect.steps(found.reversed, found.after, found.before, dependents)
    assert found.changes and not found.not_compared
    imports = {line for s in (*up, *down) for line in s.code.imports} | {"from alembic import op"}
    draft = "\n".join(sorted(imports)) + "\n" + function("upgrade", up) + function("downgrade", down)
    start = dump(engine)
    with engine.connect() as connection:
        run_draft(draft, "upgrade", connection)
        with MySQL.connect(mariadb_url) as (dialect, live):
            left = compare(dialect.introspect(live, Scope()), declare([metadata], dialect), dialect, factory)
        assert left.changes == ()
        reached = dump(engine)
        run_draft(draft, "downgrade", connection)
        assert dump(engine) == start
        run_draft(draft, "upgrade", connection)
        assert dump(engine) == reached
    engine.dispose()
