-- Everything that stands where a table could stand.
SELECT c.oid::int8,
       n.nspname,
       c.relname,
       c.relkind::text,
       c.relpersistence::text,
       c.relispartition,
       e.extname,
       c.reloptions,
       toast.reloptions,
       am.amname,
       ts.spcname,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
       i.parents
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_am am ON am.oid = c.relam
  LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
  LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid AND toast.reloptions IS NOT NULL
  LEFT JOIN pg_depend m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid AND m.deptype = 'e'
  LEFT JOIN pg_extension e ON e.oid = m.refobjid
  LEFT JOIN (SELECT inhrelid, array_agg(inhparent::regclass::text ORDER BY inhseqno) AS parents
               FROM pg_inherits GROUP BY inhrelid) i ON i.inhrelid = c.oid
 WHERE n.nspname = ANY (%(schemas)s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
