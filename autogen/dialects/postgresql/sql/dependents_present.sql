-- Whether there is anything that a part of dependents.sql could show, in the order of its parts: most databases
-- hold little of it, and planning the whole costs more than reading it. What the server made itself has a low oid.
SELECT ARRAY[
  EXISTS (SELECT FROM pg_extension WHERE extname <> 'plpgsql'),
  EXISTS (SELECT FROM pg_collation WHERE oid >= 16384),
  EXISTS (SELECT FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
           WHERE t.oid >= 16384 AND (t.typtype IN ('d', 'e', 'r') OR t.typtype = 'c' AND c.relkind = 'c')),
  EXISTS (SELECT FROM pg_proc WHERE oid >= 16384),
  EXISTS (SELECT FROM pg_class WHERE oid >= 16384 AND (relkind IN ('v', 'm') OR relispartition)),
  EXISTS (SELECT FROM pg_trigger WHERE NOT tgisinternal),
  EXISTS (SELECT FROM pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN'),
  EXISTS (SELECT FROM pg_policy),
  EXISTS (SELECT FROM pg_class WHERE relrowsecurity OR relforcerowsecurity),
  EXISTS (SELECT FROM pg_class WHERE oid >= 16384 AND relacl IS NOT NULL)
    OR EXISTS (SELECT FROM pg_attribute WHERE attrelid >= 16384 AND attacl IS NOT NULL)
]
