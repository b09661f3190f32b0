-- What is not compared, with the SQL that makes and drops it: class, oid, kind, schema, table, name, create, drop.
-- Run with search_path = '' so that every name is qualified. Owners are left out, grants are not. Of its parts
-- those are run that dependents_present.sql tells of.
WITH extended AS (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
), spaces AS (
  SELECT oid, nspname FROM pg_namespace
   WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_(toast|temp)'
), roles AS (
  SELECT oid, quote_ident(rolname) AS name FROM pg_roles UNION ALL SELECT 0, 'PUBLIC'
)

SELECT 'pg_extension'::regclass::oid::int8, e.oid::int8, 'extension', n.nspname::text, '', e.extname::text,
       ARRAY['CREATE EXTENSION IF NOT EXISTS ' || quote_ident(e.extname)
             || ' WITH SCHEMA ' || quote_ident(n.nspname) || ' CASCADE'],
       ARRAY['DROP EXTENSION ' || quote_ident(e.extname)]
  FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
 WHERE e.extname <> 'plpgsql'

UNION ALL
SELECT 'pg_collation'::regclass::oid::int8, l.oid::int8, 'type', n.nspname, '', l.collname || ' (collation)',
       ARRAY['CREATE COLLATION ' || quote_ident(n.nspname) || '.' || quote_ident(l.collname) || ' ('
             || concat_ws(', ',
                  'provider = ' || CASE l.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
                  'locale = ' || quote_literal(coalesce(to_jsonb(l) ->> 'colllocale',
                                                        to_jsonb(l) ->> 'colliculocale', l.collcollate)),
                  CASE WHEN NOT l.collisdeterministic THEN 'deterministic = false' END,
                  'rules = ' || quote_literal(to_jsonb(l) ->> 'collicurules')) || ')'],
       ARRAY['DROP COLLATION ' || quote_ident(n.nspname) || '.' || quote_ident(l.collname)]
  FROM pg_collation l JOIN spaces n ON n.oid = l.collnamespace
 WHERE NOT EXISTS (SELECT 1 FROM extended x WHERE x.classid = 'pg_collation'::regclass AND x.objid = l.oid)

UNION ALL
SELECT CASE WHEN t.typtype = 'c' THEN 'pg_class'::regclass ELSE 'pg_type'::regclass END::oid::int8,
       CASE WHEN t.typtype = 'c' THEN t.typrelid ELSE t.oid END::int8,
       CASE WHEN t.typtype = 'e' THEN 'enum' ELSE 'type' END, n.nspname, '', t.typname,
       CASE t.typtype
         WHEN 'd' THEN ARRAY['CREATE DOMAIN ' || t.oid::regtype || ' AS ' || format_type(t.typbasetype, t.typtypmod)
           || CASE WHEN t.typcollation NOT IN (0, b.typcollation) THEN ' COLLATE ' || t.typcollation::regcollation ELSE '' END
           || coalesce(' DEFAULT ' || t.typdefault, '')
           || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
           || coalesce((SELECT string_agg(' CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid), ''
                                          ORDER BY k.conname)
                          FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' AND k.convalidated), '')]
           || ARRAY(SELECT 'ALTER DOMAIN ' || t.oid::regtype || ' ADD CONSTRAINT ' || quote_ident(k.conname)
                           || ' ' || pg_get_constraintdef(k.oid)
                      FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' AND NOT k.convalidated
                     ORDER BY k.conname)
         WHEN 'c' THEN ARRAY['CREATE TYPE ' || t.oid::regtype || ' AS ('
           || coalesce((SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
                          || CASE WHEN a.attcollation NOT IN (0, y.typcollation)
                                  THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END, ', ' ORDER BY a.attnum)
                          FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
                         WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') || ')']
         WHEN 'e' THEN ARRAY['CREATE TYPE ' || t.oid::regtype || ' AS ENUM ('
           || coalesce((SELECT string_agg(quote_literal(l.enumlabel), ', ' ORDER BY l.enumsortorder)
                          FROM pg_enum l WHERE l.enumtypid = t.oid), '') || ')']
         ELSE ARRAY['CREATE TYPE ' || t.oid::regtype || ' AS RANGE (SUBTYPE = ' || r.rngsubtype::regtype
           || ', SUBTYPE_OPCLASS = ' || (SELECT quote_ident(on_.nspname) || '.' || quote_ident(o.opcname)
                                           FROM pg_opclass o JOIN pg_namespace on_ ON on_.oid = o.opcnamespace
                                          WHERE o.oid = r.rngsubopc)
           || CASE WHEN r.rngcollation <> 0 THEN ', COLLATION = ' || r.rngcollation::regcollation ELSE '' END
           || CASE WHEN r.rngsubdiff::oid <> 0 THEN ', SUBTYPE_DIFF = ' || r.rngsubdiff ELSE '' END
           || coalesce(', MULTIRANGE_TYPE_NAME = ' || NULLIF(to_jsonb(r) ->> 'rngmultitypid', '0')::oid::regtype, '') || ')']
       END
       || CASE WHEN d.description IS NULL THEN '{}'::text[]
               ELSE ARRAY['COMMENT ON ' || CASE t.typtype WHEN 'd' THEN 'DOMAIN ' ELSE 'TYPE ' END || t.oid::regtype
                          || ' IS ' || quote_literal(d.description)] END,
       ARRAY[CASE t.typtype WHEN 'd' THEN 'DROP DOMAIN ' ELSE 'DROP TYPE ' END || t.oid::regtype]
  FROM pg_type t
  JOIN spaces n ON n.oid = t.typnamespace
  LEFT JOIN pg_type b ON b.oid = t.typbasetype
  LEFT JOIN pg_range r ON r.rngtypid = t.oid
  LEFT JOIN pg_class c ON c.oid = t.typrelid
  LEFT JOIN pg_description d ON d.classoid = 'pg_type'::regclass AND d.objoid = t.oid AND d.objsubid = 0
 WHERE t.oid >= 16384 AND (t.typtype IN ('d', 'e', 'r') OR t.typtype = 'c' AND c.relkind = 'c')
   AND NOT EXISTS (SELECT 1 FROM extended x WHERE x.classid = 'pg_type'::regclass AND x.objid = t.oid)

UNION ALL
SELECT 'pg_proc'::regclass::oid::int8, p.oid::int8, 'function', n.nspname, '',
       p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
       ARRAY[CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid)
                  ELSE 'CREATE AGGREGATE ' || quote_ident(n.nspname) || '.' || quote_ident(p.proname)
                    || '(' || coalesce(NULLIF(pg_get_function_arguments(p.oid), ''), '*') || ') ('
                    || concat_ws(', ', 'SFUNC = ' || g.aggtransfn, 'STYPE = ' || format_type(g.aggtranstype, NULL),
                         CASE WHEN g.aggtransspace > 0 THEN 'SSPACE = ' || g.aggtransspace END,
                         CASE WHEN g.aggfinalfn::oid <> 0 THEN 'FINALFUNC = ' || g.aggfinalfn END,
                         CASE WHEN g.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
                         CASE WHEN g.aggcombinefn::oid <> 0 THEN 'COMBINEFUNC = ' || g.aggcombinefn END,
                         CASE WHEN g.aggserialfn::oid <> 0 THEN 'SERIALFUNC = ' || g.aggserialfn END,
                         CASE WHEN g.aggdeserialfn::oid <> 0 THEN 'DESERIALFUNC = ' || g.aggdeserialfn END,
                         'INITCOND = ' || quote_literal(g.agginitval),
                         CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END) || ')'
             END]
       || CASE WHEN p.proacl IS NOT NULL AND NOT EXISTS (SELECT 1 FROM aclexplode(p.proacl) x WHERE x.grantee = 0)
               THEN ARRAY['REVOKE ALL ON ' || k.word || p.oid::regprocedure || ' FROM PUBLIC'] ELSE '{}'::text[] END
       || ARRAY(SELECT 'GRANT ' || x.privilege_type || ' ON ' || k.word || p.oid::regprocedure || ' TO ' || o.name
                       || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
                  FROM aclexplode(p.proacl) x JOIN roles o ON o.oid = x.grantee
                 WHERE x.grantee <> p.proowner ORDER BY o.name, x.privilege_type)
       || CASE WHEN d.description IS NULL THEN '{}'::text[]
               ELSE ARRAY['COMMENT ON ' || k.kind || p.oid::regprocedure || ' IS ' || quote_literal(d.description)] END,
       ARRAY['DROP ' || k.kind || p.oid::regprocedure]
  FROM pg_proc p
  JOIN spaces n ON n.oid = p.pronamespace
  CROSS JOIN LATERAL (SELECT CASE WHEN p.prokind = 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END AS word,
                             CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' WHEN 'a' THEN 'AGGREGATE ' ELSE 'FUNCTION ' END AS kind) k
  LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid
  LEFT JOIN pg_description d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid
 WHERE p.oid >= 16384 AND NOT EXISTS (SELECT 1 FROM extended x WHERE x.classid = 'pg_proc'::regclass AND x.objid = p.oid)
   -- constructors of range types come and go with the type
   AND NOT EXISTS (SELECT 1 FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')

UNION ALL
SELECT 'pg_class'::regclass::oid::int8, c.oid::int8,
       CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END, n.nspname, '', c.relname,
       CASE WHEN c.relkind IN ('v', 'm')
            THEN ARRAY['CREATE ' || k.word || c.oid::regclass
                       || CASE WHEN am.amname <> 'heap' THEN ' USING ' || quote_ident(am.amname) ELSE '' END
                       || coalesce(' WITH (' || array_to_string(c.reloptions, ', ') || ')', '')
                       || ' AS ' || rtrim(pg_get_viewdef(c.oid), ';')
                       || CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN ' WITH NO DATA' ELSE '' END]
            ELSE ARRAY['CREATE TABLE ' || c.oid::regclass || ' PARTITION OF '
                       || (SELECT i.inhparent::regclass::text FROM pg_inherits i WHERE i.inhrelid = c.oid)
                       || ' ' || pg_get_expr(c.relpartbound, c.oid)
                       || CASE WHEN c.relkind = 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(c.oid) ELSE '' END
                       || coalesce(' WITH (' || array_to_string(c.reloptions, ', ') || ')', '')]
       END
       || ARRAY(SELECT 'ALTER ' || k.word || c.oid::regclass || ' ALTER COLUMN ' || quote_ident(a.attname)
                       || ' SET DEFAULT ' || pg_get_expr(f.adbin, f.adrelid)
                  FROM pg_attrdef f JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
                 WHERE f.adrelid = c.oid AND c.relkind = 'v' ORDER BY a.attnum)
       || ARRAY(SELECT 'ALTER TABLE ' || c.oid::regclass || ' ADD CONSTRAINT ' || quote_ident(q.conname)
                       || ' ' || pg_get_constraintdef(q.oid)
                  FROM pg_constraint q
                 WHERE q.conrelid = c.oid AND q.conislocal AND q.coninhcount = 0 AND q.conparentid = 0
                   AND q.contype IN ('c', 'f', 'p', 'u', 'x') AND c.relispartition
                 ORDER BY q.contype = 'f', q.conname)
       || ARRAY(SELECT pg_get_indexdef(i.indexrelid)
                  FROM pg_index i
                 WHERE i.indrelid = c.oid AND NOT EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
                   AND NOT EXISTS (SELECT 1 FROM pg_constraint q WHERE q.conindid = i.indexrelid AND q.conrelid = c.oid)
                 ORDER BY i.indexrelid::regclass::text)
       || ARRAY(SELECT 'COMMENT ON INDEX ' || d.objoid::regclass || ' IS ' || quote_literal(d.description)
                  FROM pg_index i JOIN pg_description d
                    ON d.classoid = 'pg_class'::regclass AND d.objoid = i.indexrelid AND d.objsubid = 0
                 WHERE i.indrelid = c.oid ORDER BY d.objoid::regclass::text)
       || ARRAY(SELECT 'COMMENT ON ' || CASE WHEN d.objsubid = 0 THEN k.word || c.oid::regclass
                         ELSE 'COLUMN ' || c.oid::regclass || '.' || quote_ident(a.attname) END
                       || ' IS ' || quote_literal(d.description)
                  FROM pg_description d LEFT JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.objsubid > 0
                 WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid ORDER BY d.objsubid)
       || ARRAY(SELECT 'GRANT ' || x.privilege_type || ' ON ' || c.oid::regclass || ' TO ' || o.name
                       || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
                  FROM aclexplode(c.relacl) x JOIN roles o ON o.oid = x.grantee
                 WHERE x.grantee <> c.relowner ORDER BY o.name, x.privilege_type)
       || ARRAY(SELECT 'GRANT ' || x.privilege_type || ' (' || quote_ident(a.attname) || ') ON ' || c.oid::regclass
                       || ' TO ' || o.name || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
                  FROM pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) x JOIN roles o ON o.oid = x.grantee
                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND x.grantee <> c.relowner ORDER BY a.attnum, o.name, x.privilege_type),
       ARRAY['DROP ' || k.word || c.oid::regclass]
  FROM pg_class c
  JOIN spaces n ON n.oid = c.relnamespace
  LEFT JOIN pg_am am ON am.oid = c.relam AND c.relkind = 'm'
  CROSS JOIN LATERAL (SELECT CASE c.relkind WHEN 'v' THEN 'VIEW ' WHEN 'm' THEN 'MATERIALIZED VIEW ' ELSE 'TABLE ' END AS word) k
 WHERE (c.relkind IN ('v', 'm') OR c.relispartition AND c.relkind IN ('r', 'p'))
   AND c.relpersistence <> 't'
   AND NOT EXISTS (SELECT 1 FROM extended x WHERE x.classid = 'pg_class'::regclass AND x.objid = c.oid)

UNION ALL
SELECT 'pg_trigger'::regclass::oid::int8, g.oid::int8, 'trigger', n.nspname, c.relname, g.tgname,
       ARRAY[pg_get_triggerdef(g.oid)]
       || CASE g.tgenabled WHEN 'O' THEN '{}'::text[]
               ELSE ARRAY['ALTER TABLE ' || c.oid::regclass
                          || CASE g.tgenabled WHEN 'D' THEN ' DISABLE' WHEN 'R' THEN ' ENABLE REPLICA' ELSE ' ENABLE ALWAYS' END
                          || ' TRIGGER ' || quote_ident(g.tgname)] END
       || CASE WHEN d.description IS NULL THEN '{}'::text[]
               ELSE ARRAY['COMMENT ON TRIGGER ' || quote_ident(g.tgname) || ' ON ' || c.oid::regclass
                          || ' IS ' || quote_literal(d.description)] END,
       ARRAY['DROP TRIGGER ' || quote_ident(g.tgname) || ' ON ' || c.oid::regclass]
  FROM pg_trigger g
  JOIN pg_class c ON c.oid = g.tgrelid
  JOIN spaces n ON n.oid = c.relnamespace
  LEFT JOIN pg_description d ON d.classoid = 'pg_trigger'::regclass AND d.objoid = g.oid
 WHERE NOT g.tgisinternal AND g.tgparentid = 0
   AND NOT EXISTS (SELECT 1 FROM extended x WHERE x.classid = 'pg_class'::regclass AND x.objid = c.oid)

UNION ALL
SELECT 'pg_rewrite'::regclass::oid::int8, w.oid::int8, 'rule', n.nspname, c.relname, w.rulename,
       ARRAY[rtrim(pg_get_ruledef(w.oid), ';')]
       || CASE w.ev_enabled WHEN 'O' THEN '{}'::text[]
               ELSE ARRAY['ALTER TABLE ' || c.oid::regclass
                          || CASE w.ev_enabled WHEN 'D' THEN ' DISABLE' WHEN 'R' THEN ' ENABLE REPLICA' ELSE ' ENABLE ALWAYS' END
                          || ' RULE ' || quote_ident(w.rulename)] END
       || CASE WHEN d.description IS NULL THEN '{}'::text[]
               ELSE ARRAY['COMMENT ON RULE ' || quote_ident(w.rulename) || ' ON ' || c.oid::regclass
                          || ' IS ' || quote_literal(d.description)] END,
       ARRAY['DROP RULE ' || quote_ident(w.rulename) || ' ON ' || c.oid::regclass]
  FROM pg_rewrite w
  JOIN pg_class c ON c.oid = w.ev_class
  JOIN spaces n ON n.oid = c.relnamespace
  LEFT JOIN pg_description d ON d.classoid = 'pg_rewrite'::regclass AND d.objoid = w.oid
 WHERE w.rulename <> '_RETURN'
   AND NOT EXISTS (SELECT 1 FROM extended x WHERE x.classid = 'pg_class'::regclass AND x.objid = c.oid)

UNION ALL
SELECT 'pg_policy'::regclass::oid::int8, o.oid::int8, 'policy', n.nspname, c.relname, o.polname,
       ARRAY['CREATE POLICY ' || quote_ident(o.polname) || ' ON ' || c.oid::regclass
             || CASE WHEN o.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
             || CASE o.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE'
                              WHEN 'd' THEN ' FOR DELETE' ELSE '' END
             || ' TO ' || (SELECT string_agg(l.name, ', ' ORDER BY l.name) FROM roles l WHERE l.oid = ANY (o.polroles))
             || coalesce(' USING (' || pg_get_expr(o.polqual, o.polrelid) || ')', '')
             || coalesce(' WITH CHECK (' || pg_get_expr(o.polwithcheck, o.polrelid) || ')', '')]
       || CASE WHEN d.description IS NULL THEN '{}'::text[]
               ELSE ARRAY['COMMENT ON POLICY ' || quote_ident(o.polname) || ' ON ' || c.oid::regclass
                          || ' IS ' || quote_literal(d.description)] END,
       ARRAY['DROP POLICY ' || quote_ident(o.polname) || ' ON ' || c.oid::regclass]
  FROM pg_policy o
  JOIN pg_class c ON c.oid = o.polrelid
  JOIN spaces n ON n.oid = c.relnamespace
  LEFT JOIN pg_description d ON d.classoid = 'pg_policy'::regclass AND d.objoid = o.oid

UNION ALL
-- whether the policies of a table are in force
SELECT 0, c.oid::int8, 'policy', n.nspname, c.relname, '(row level security)',
       CASE WHEN c.relrowsecurity THEN ARRAY['ALTER TABLE ' || c.oid::regclass || ' ENABLE ROW LEVEL SECURITY'] ELSE '{}'::text[] END
       || CASE WHEN c.relforcerowsecurity THEN ARRAY['ALTER TABLE ' || c.oid::regclass || ' FORCE ROW LEVEL SECURITY'] ELSE '{}'::text[] END,
       ARRAY['ALTER TABLE ' || c.oid::regclass || ' DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY']
  FROM pg_class c
  JOIN spaces n ON n.oid = c.relnamespace
 WHERE (c.relrowsecurity OR c.relforcerowsecurity) AND c.relkind IN ('r', 'p')

UNION ALL
-- who else may use a table (-1), or one of its columns (-2 and down): dropped with it, and wanted back with it
SELECT -1 - a.attnum, c.oid::int8, 'privileges', n.nspname, c.relname, CASE WHEN a.attnum > 0 THEN a.attname ELSE '' END,
       array_agg('GRANT ' || x.privilege_type || CASE WHEN a.attnum > 0 THEN ' (' || quote_ident(a.attname) || ')' ELSE '' END
                 || ' ON ' || c.oid::regclass || ' TO ' || o.name
                 || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END ORDER BY o.name, x.privilege_type),
       '{}'::text[]
  FROM pg_class c
  JOIN spaces n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL (SELECT 0::int2 AS attnum, '' AS attname, c.relacl AS acl UNION ALL
                      SELECT t.attnum, t.attname, t.attacl FROM pg_attribute t
                       WHERE t.attrelid = c.oid AND t.attnum > 0 AND t.attacl IS NOT NULL AND NOT t.attisdropped) a
  CROSS JOIN LATERAL aclexplode(a.acl) x
  JOIN roles o ON o.oid = x.grantee
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND x.grantee <> c.relowner
   AND NOT EXISTS (SELECT 1 FROM extended e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid)
 GROUP BY c.oid, n.nspname, c.relname, a.attnum, a.attname
