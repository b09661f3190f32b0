-- Constraints of tables, without those that stand for a parent's constraint on a partition.
SELECT k.oid::int8,
       k.conrelid::int8,
       k.contype::text,
       k.conname,
       k.conkey::int8[],
       k.confrelid::int8,
       k.confkey::int8[],
       k.confupdtype::text,
       k.confdeltype::text,
       k.confmatchtype::text,
       k.condeferrable,
       k.condeferred,
       k.convalidated,
       k.connoinherit,
       k.conindid::int8,
       {delete_columns},
       tn.nspname,
       t.relname,
       CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid)
            WHEN k.contype = 'x' OR {period} THEN pg_get_constraintdef(k.oid) END,
       {period},
       {enforced}
  FROM pg_constraint k
  JOIN pg_class c ON c.oid = k.conrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_class t ON t.oid = k.confrelid
  LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
 WHERE n.nspname = ANY (%(schemas)s)
   AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND k.contype IN ('p', 'u', 'f', 'c', 'x') AND k.conparentid = 0
   AND (k.conislocal OR k.coninhcount = 0)
