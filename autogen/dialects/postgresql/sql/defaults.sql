-- Defaults and generation expressions of these columns, in a query of their own: joined to the columns, a
-- server without statistics looks each of them up.
SELECT d.adrelid::int8, d.adnum, pg_get_expr(d.adbin, d.adrelid)
  FROM pg_attrdef d
  JOIN pg_class c ON c.oid = d.adrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = ANY (%(schemas)s)
   AND c.relkind IN ('r', 'p') AND NOT c.relispartition
