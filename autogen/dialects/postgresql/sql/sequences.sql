-- Sequences with the column that owns them (a: serial, i: identity) or the extension.
SELECT c.oid::int8,
       n.nspname,
       c.relname,
       format_type(s.seqtypid, NULL),
       s.seqstart,
       s.seqincrement,
       s.seqmin,
       s.seqmax,
       s.seqcache,
       s.seqcycle,
       d.refobjid::int8,
       d.refobjsubid,
       d.deptype::text,
       c.oid::regclass::text
  FROM pg_sequence s
  JOIN pg_class c ON c.oid = s.seqrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_depend d
    ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
   AND (d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass OR d.deptype = 'e')
 WHERE n.nspname = ANY (%(schemas)s)
