# ruff: noqa: E501 (SQL reads better on one line)
"""PostgreSQL's catalog through the server's own pg_get_*def functions.

CURRENT_TIMESTAMP and now() are one thing by the server's manual, so a default shows them alike.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.engine import Connection

from tests.databases.connections import planned

OURS = """n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (
    SELECT 1 FROM pg_depend e WHERE e.classid = '{catalog}'::regclass AND e.objid = {oid} AND e.deptype = 'e')"""
TABLES = OURS.format(catalog="pg_class", oid="c.oid") + " AND c.relname <> 'alembic_version'"

QUERIES = {
    "schema": """
        SELECT n.nspname, coalesce(obj_description(n.oid, 'pg_namespace'), '') FROM pg_namespace n
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'""",
    "table": f"""
        SELECT n.nspname || '.' || c.relname, concat_ws(' ', c.relkind::text, c.relpersistence::text,
            array_to_string(c.reloptions, ','), pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid),
            'rls=' || c.relrowsecurity || c.relforcerowsecurity, 'acl=' || c.relacl::text,
            'am=' || am.amname, 'comment=' || obj_description(c.oid, 'pg_class'))
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am am ON am.oid = c.relam
        WHERE c.relkind IN ('r', 'p', 'f') AND {TABLES}""",
    "column": f"""
        SELECT n.nspname || '.' || c.relname || '.' || a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attnotnull THEN 'NOT NULL' END, 'default ' || replace(pg_get_expr(d.adbin, d.adrelid), 'CURRENT_TIMESTAMP', 'now()'),
            'identity=' || nullif(a.attidentity::text, ''), 'generated=' || nullif(a.attgenerated::text, ''),
            CASE WHEN a.attcollation <> t.typcollation THEN 'collate ' || co.collname END,
            'options=' || array_to_string(a.attoptions, ','), 'acl=' || a.attacl::text,
            'ndims=' || nullif(a.attndims, 0), 'comment=' || col_description(c.oid, a.attnum))
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_collation co ON co.oid = a.attcollation
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND {TABLES}""",
    "constraint": f"""
        SELECT n.nspname || '.' || c.relname, k.conname, concat_ws(' ', pg_get_constraintdef(k.oid),
            'comment=' || obj_description(k.oid, 'pg_constraint'))
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE k.contype NOT IN ('n', 't') AND {TABLES}""",
    "index": f"""
        SELECT n.nspname || '.' || i.relname, concat_ws(' ', pg_get_indexdef(i.oid),
            CASE WHEN NOT x.indisvalid THEN 'INVALID' END, 'comment=' || obj_description(i.oid, 'pg_class'))
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u', 'x'))
            AND c.relkind <> 't' AND {TABLES}""",
    "type": f"""
        SELECT n.nspname || '.' || t.typname, coalesce(
            (SELECT 'enum ' || array_agg(e.enumlabel::text ORDER BY e.enumsortorder)::text
             FROM pg_enum e WHERE e.enumtypid = t.oid),
            'domain ' || format_type(t.typbasetype, t.typtypmod))
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE t.typtype IN ('e', 'd') AND {OURS.format(catalog="pg_type", oid="t.oid")}""",
    "sequence": f"""
        SELECT n.nspname || '.' || c.relname, concat_ws(' ', format_type(s.seqtypid, NULL), s.seqstart,
            s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
            (SELECT 'owned by ' || o.relname || '.' || a.attname FROM pg_depend d JOIN pg_class o ON o.oid = d.refobjid
             JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum = d.refobjsubid
             WHERE d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.classid = 'pg_class'::regclass LIMIT 1))
        FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {TABLES}""",
    "view": f"""
        SELECT n.nspname || '.' || c.relname, concat_ws(' ', c.relkind::text, pg_get_viewdef(c.oid),
            array_to_string(c.reloptions, ','), 'acl=' || c.relacl::text,
            'comment=' || obj_description(c.oid, 'pg_class'))
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND {TABLES}""",
    "trigger": f"""
        SELECT n.nspname || '.' || c.relname || '.' || t.tgname, concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled::text)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT t.tgisinternal AND {TABLES}""",
    "rule": """
        SELECT schemaname || '.' || tablename || '.' || rulename, definition FROM pg_rules
        WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema'""",
    "policy": """
        SELECT schemaname || '.' || tablename || '.' || policyname,
            concat_ws(' ', permissive, roles::text, cmd, qual, with_check) FROM pg_policies""",
    "function": f"""
        SELECT n.nspname || '.' || p.oid::regprocedure::text, pg_get_functiondef(p.oid)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.prokind IN ('f', 'p') AND {OURS.format(catalog="pg_proc", oid="p.oid")}""",
}


def dump(connection: Connection, declared: Collection[str] | None) -> dict[str, str]:
    found: dict[str, str] = {}
    connection.exec_driver_sql("SET LOCAL search_path = pg_catalog; SET LOCAL join_collapse_limit = 1")
    for kind, query in QUERIES.items():
        for row in planned(connection, f"dump_{kind}", query):
            if kind == "constraint":
                table, name, text = row
                shown = name if declared is None or name in declared else "(unnamed)"
                add(found, f"{kind} {table}: {text}", shown)
            else:
                add(found, f"{kind} {row[0]}", row[1])
    return found


def add(found: dict[str, str], name: str, text: str) -> None:
    """Equal constraints of one table are kept apart by a count."""
    texts = [*found[name].split(" and "), text] if name in found else [text]
    found[name] = " and ".join(sorted(texts))
