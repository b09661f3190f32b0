"""PostgreSQL databases that are emptied and used again: to drop one and create the next costs the server ten
times as much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from tests.databases.connections import connect, planned

TIMES = 20
"""As often: nothing vacuums the catalogs of the tests' servers."""

_LEFT = """
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid())
  OR EXISTS (SELECT FROM pg_database WHERE datname = current_database()
             AND (datacl IS NOT NULL OR datconnlimit <> -1 OR datdba <> current_user::regrole))
  OR EXISTS (SELECT FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase
             WHERE d.datname = current_database())
  OR EXISTS (SELECT FROM pg_extension WHERE extname <> 'plpgsql')
  OR EXISTS (SELECT FROM pg_default_acl) OR EXISTS (SELECT FROM pg_largeobject_metadata)
  OR EXISTS (SELECT FROM pg_event_trigger) OR EXISTS (SELECT FROM pg_publication)
  OR EXISTS (SELECT FROM pg_foreign_data_wrapper) OR EXISTS (SELECT FROM pg_seclabel)
  OR EXISTS (SELECT FROM pg_am WHERE oid >= 16384) OR EXISTS (SELECT FROM pg_cast WHERE oid >= 16384)
  OR EXISTS (SELECT FROM pg_language WHERE oid >= 16384) OR EXISTS (SELECT FROM pg_transform)
  OR EXISTS (SELECT FROM pg_class c LEFT JOIN pg_init_privs p
             ON p.classoid = 'pg_class'::regclass AND p.objoid = c.oid AND p.objsubid = 0
             WHERE c.relacl IS NOT NULL AND c.relnamespace = 'pg_catalog'::regnamespace
               AND c.relacl IS DISTINCT FROM p.initprivs)
  OR EXISTS (SELECT FROM pg_proc f LEFT JOIN pg_init_privs p
             ON p.classoid = 'pg_proc'::regclass AND p.objoid = f.oid
             WHERE f.proacl IS NOT NULL AND f.oid < 16384 AND f.proacl IS DISTINCT FROM p.initprivs)
"""
"""What stands outside of schemas, what is at work there, and rights to the catalog that were changed."""
_SCHEMAS = """
SELECT nspname, nspname = 'public' AND nspowner = 'pg_database_owner'::regrole
  AND nspacl::text = '{pg_database_owner=UC/pg_database_owner,=U/pg_database_owner}'
  AND obj_description(oid, 'pg_namespace') = 'standard public schema'
FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
"""
"""The schemas, and whether it is the one that every database has, as it was."""
_PUBLIC = """
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
COMMENT ON SCHEMA public IS 'standard public schema'
"""
_IN_PUBLIC = """
SELECT format('DROP %s IF EXISTS public.%I CASCADE;', CASE relkind WHEN 'v' THEN 'VIEW'
    WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'S' THEN 'SEQUENCE'
    ELSE 'TABLE' END, relname)
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
UNION ALL
SELECT format('DROP TYPE IF EXISTS public.%I CASCADE;', typname)
FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
UNION ALL
SELECT format('DROP ROUTINE IF EXISTS %s CASCADE;', oid::regprocedure)
FROM pg_proc WHERE pronamespace = 'public'::regnamespace
ORDER BY 1 DESC
"""
"""What drops most of what may be in it, tables before their sequences; the schema stays, and with it what is
planned: a schema that goes makes the server plan all anew."""
_NOTHING = """
SELECT NOT EXISTS (SELECT FROM pg_class WHERE oid >= 16384 AND relnamespace <> 'pg_toast'::regnamespace)
   AND NOT EXISTS (SELECT FROM pg_proc WHERE oid >= 16384)
   AND NOT EXISTS (SELECT FROM pg_type WHERE oid >= 16384)
   AND NOT EXISTS (SELECT FROM pg_collation WHERE oid >= 16384)
   AND NOT EXISTS (SELECT FROM pg_operator WHERE oid >= 16384)
   AND NOT EXISTS (SELECT FROM pg_opclass WHERE oid >= 16384)
   AND NOT EXISTS (SELECT FROM pg_opfamily WHERE oid >= 16384)
   AND NOT EXISTS (SELECT FROM pg_conversion WHERE oid >= 16384)
   AND NOT EXISTS (SELECT FROM pg_ts_config WHERE oid >= 16384)
   AND NOT EXISTS (SELECT FROM pg_ts_dict WHERE oid >= 16384)
   AND NOT EXISTS (SELECT FROM pg_ts_parser WHERE oid >= 16384)
   AND NOT EXISTS (SELECT FROM pg_ts_template WHERE oid >= 16384)
   AND NOT EXISTS (SELECT FROM pg_statistic_ext)
"""

_free: dict[str, list[URL]] = {}
_used: Counter[URL] = Counter()


def taken(server: str) -> URL | None:
    """A database of this server that was emptied, or none."""
    waiting = _free.get(server)
    return waiting.pop() if waiting else None


def given_back(server: str, url: URL) -> bool:
    """Whether it is empty again and waits; else it is to be dropped."""
    _used[url] += 1
    if _used[url] >= TIMES or not _emptied(url):
        return False
    _free.setdefault(server, []).append(url)
    return True


def _emptied(url: URL) -> bool:
    try:
        with connect(url) as connection:
            (version,) = connection.exec_driver_sql("SELECT current_setting('server_version_num')::int").one()
            if version < 150000 or planned(connection, "left_there", _LEFT).scalar():
                return False
            schemas = {row[0]: row[1] for row in planned(connection, "schemas", _SCHEMAS)}
            if schemas.pop("public", False):
                gone = "".join(planned(connection, "in_public", _IN_PUBLIC).scalars())
                _run(connection, _dropped(connection, schemas) + gone)
            else:
                _run(connection, _dropped(connection, ["public", *schemas]) + _PUBLIC)
            empty = bool(planned(connection, "nothing", _NOTHING).scalar())
            if not empty:
                _run(connection, _dropped(connection, ["public"]) + _PUBLIC)
                empty = bool(planned(connection, "nothing", _NOTHING).scalar())
            connection.commit()
            return empty
    except sa.exc.DBAPIError:
        return False


def _dropped(connection: Connection, schemas: Iterable[str]) -> str:
    quote = connection.dialect.identifier_preparer.quote_identifier
    return "".join(f"DROP SCHEMA IF EXISTS {quote(name)} CASCADE;" for name in schemas)


def _run(connection: Connection, sql: str) -> None:
    if sql:
        connection.exec_driver_sql(sql, execution_options={"no_parameters": True})


def left() -> list[tuple[str, URL]]:
    """The databases that wait, with their servers, for whoever drops them."""
    found = [(server, url) for server, waiting in _free.items() for url in waiting]
    _free.clear()
    return found
