-- Enum and other types that somebody made, with the extension that owns them.
SELECT n.nspname,
       t.typname,
       t.typtype::text,
       e.extname,
       ARRAY(SELECT l.enumlabel::text FROM pg_enum l WHERE l.enumtypid = t.oid ORDER BY l.enumsortorder)
  FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_depend m ON m.classid = 'pg_type'::regclass AND m.objid = t.oid AND m.deptype = 'e'
  LEFT JOIN pg_extension e ON e.oid = m.refobjid
 WHERE n.nspname = ANY (%(schemas)s) AND t.typtype IN ('e', 'd')
