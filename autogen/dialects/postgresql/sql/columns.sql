-- Columns of tables that are neither partitions nor foreign.
SELECT a.attrelid::int8,
       a.attnum,
       a.attname,
       a.atttypid::int8,
       a.atttypmod,
       a.attndims,
       a.attnotnull,
       a.attidentity::text,
       a.attgenerated::text,
       a.attcollation::int8,
       a.attislocal
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE n.nspname = ANY (%(schemas)s)
   AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND a.attnum > 0 AND NOT a.attisdropped
