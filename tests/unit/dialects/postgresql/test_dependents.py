"""What lives beside the tables, read from the catalog."""

from __future__ import annotations

from sqlalchemy.engine import URL

from autogen.dialects.postgresql.scratch import run_command, scratch
from autogen.schema import Key
from tests.unit.dialects.postgresql.pairs import state

SQL = """
create table t(id int primary key, a text, b int);
create view v as select a from t; create view g as select id, a from t group by id;
create materialized view m as select count(*) from v with no data;
create function f() returns trigger language plpgsql as $$begin return new; end$$;
create trigger r before update of a on t for each row execute function f();
create policy p on t using (b > 0); alter table t enable row level security;
create function takes(t) returns int language sql as 'select 1';
create table pt(id int) partition by range (id); create table p1 partition of pt for values from (0) to (9);
"""


def test_uses_and_order(pg_url: URL) -> None:
    with scratch(pg_url) as connection:
        run_command(connection, SQL)
        connection.commit()
        found = {d.identity: d for d in state(connection)[2]}
    assert found["view v"].uses == (Key("column", "", "t", "a"), Key("table", "", "", "t"))
    assert Key("primary_key", "", "t", "(primary key)") in found["view g"].uses
    assert found["materialized view m"].uses_dependents == ("view v",)
    assert found["materialized view m"].create[0].endswith("WITH NO DATA")
    assert found["trigger t.r"].uses_dependents == ("function f()",)
    assert found["function takes(public.t)"].uses == (Key("table", "", "", "t"),)
    assert found["table p1"].uses == (Key("table", "", "", "pt"),)
    order = list(found)
    assert order.index("view v") < order.index("materialized view m")
    assert order.index("function f()") < order.index("trigger t.r")
