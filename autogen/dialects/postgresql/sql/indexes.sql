-- Indexes of tables, those that back constraints included (their INCLUDE and options belong to both).
SELECT i.indexrelid::int8,
       i.indrelid::int8,
       x.relname,
       am.amname,
       i.indisunique,
       {nulls_not_distinct},
       i.indisvalid,
       i.indnkeyatts,
       i.indkey::text,
       i.indoption::text,
       i.indclass::text,
       i.indcollation::text,
       x.reloptions,
       pg_get_expr(i.indpred, i.indrelid),
       CASE WHEN i.indexprs IS NOT NULL
            THEN ARRAY(SELECT pg_get_indexdef(i.indexrelid, n, false) FROM generate_series(1, i.indnkeyatts) n) END,
       CASE WHEN i.indexprs IS NOT NULL THEN pg_get_indexdef(i.indexrelid) END,
       o.attoptions
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_class x ON x.oid = i.indexrelid
  JOIN pg_am am ON am.oid = x.relam
  LEFT JOIN (SELECT attrelid, array_agg(attnum::text || ' ' || array_to_string(attoptions, ',')) AS attoptions
               FROM pg_attribute WHERE attoptions IS NOT NULL GROUP BY attrelid) o ON o.attrelid = i.indexrelid
 WHERE n.nspname = ANY (%(schemas)s)
   AND c.relkind IN ('r', 'p') AND NOT c.relispartition
