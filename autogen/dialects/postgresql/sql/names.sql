-- Operator classes and collations by oid, as a statement would name them.
SELECT 'opclass',
       c.oid::int8,
       CASE WHEN pg_opclass_is_visible(c.oid) THEN quote_ident(c.opcname)
            ELSE quote_ident(n.nspname) || '.' || quote_ident(c.opcname) END,
       c.opcmethod::int8,
       c.opcdefault,
       c.opcintype::int8
  FROM pg_opclass c
  JOIN pg_namespace n ON n.oid = c.opcnamespace
UNION ALL
SELECT 'collation',
       c.oid::int8,
       CASE WHEN pg_collation_is_visible(c.oid) THEN quote_ident(c.collname)
            ELSE quote_ident(n.nspname) || '.' || quote_ident(c.collname) END,
       0, false, 0
  FROM pg_collation c
  JOIN pg_namespace n ON n.oid = c.collnamespace
 WHERE c.oid = ANY (%(collations)s::int8[]::oid[])
