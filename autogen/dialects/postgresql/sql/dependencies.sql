-- What views, functions, triggers … stand on: class and oid of both sides, and the name of a table or column,
-- type, or constraint on the right side. A view stands on what its rewrite rule reads.
SELECT CASE WHEN v.oid IS NOT NULL THEN 'pg_class'::regclass ELSE d.classid::regclass END::oid::int8,
       coalesce(v.oid, d.objid)::int8,
       d.refclassid::int8,
       d.refobjid::int8,
       c.relkind::text,
       coalesce(cn.nspname, kn.nspname, tn.nspname)::text,
       coalesce(c.relname, kc.relname, t.typname)::text,
       coalesce(a.attname, k.conname)::text,
       k.contype::text,
       t.typtype::text,
       t.typrelid::int8,
       CASE WHEN t.typcategory = 'A' THEN t.typelem END::int8
  FROM pg_depend d
  LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid AND r.rulename = '_RETURN'
  LEFT JOIN pg_class v ON v.oid = r.ev_class
  LEFT JOIN pg_class o ON d.classid = 'pg_class'::regclass AND o.oid = d.objid
  LEFT JOIN pg_class c ON d.refclassid = 'pg_class'::regclass AND c.oid = d.refobjid
  LEFT JOIN pg_namespace cn ON cn.oid = c.relnamespace
  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
  LEFT JOIN pg_type t ON d.refclassid = 'pg_type'::regclass AND t.oid = d.refobjid
  LEFT JOIN pg_namespace tn ON tn.oid = t.typnamespace
  LEFT JOIN pg_constraint k ON d.refclassid = 'pg_constraint'::regclass AND k.oid = d.refobjid
  LEFT JOIN pg_class kc ON kc.oid = k.conrelid
  LEFT JOIN pg_namespace kn ON kn.oid = kc.relnamespace
 WHERE d.refobjid >= 16384
   AND d.deptype <> 'e'
   AND (d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass,
                      'pg_type'::regclass, 'pg_extension'::regclass)
        OR o.relkind IN ('c', 'v', 'm') OR o.relispartition)
   AND d.refclassid IN ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass, 'pg_constraint'::regclass,
                        'pg_extension'::regclass, 'pg_collation'::regclass)
