-- Columns of tables that are neither partitions nor foreign; those inherited from a parent belong to it.
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
       pg_get_expr(d.adbin, d.adrelid),
       de.description,
       a.attislocal
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_description de
    ON de.classoid = 'pg_class'::regclass AND de.objoid = a.attrelid AND de.objsubid = a.attnum
 WHERE n.nspname = ANY (%(schemas)s)
   AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND a.attnum > 0 AND NOT a.attisdropped
