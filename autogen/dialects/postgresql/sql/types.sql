-- Each type and modifier in use, as the server spells it, with the enum type behind it.
SELECT t.oid::int8,
       u.atttypmod,
       format_type(t.oid, u.atttypmod),
       t.typcollation::int8,
       n.nspname,
       e.typname
  FROM (SELECT DISTINCT a.atttypid, a.atttypmod
          FROM pg_class c
          JOIN pg_namespace cn ON cn.oid = c.relnamespace
          JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE cn.nspname = ANY (%(schemas)s)
           AND c.relkind IN ('r', 'p') AND NOT c.relispartition
           AND a.attnum > 0 AND NOT a.attisdropped) u
  JOIN pg_type t ON t.oid = u.atttypid
  LEFT JOIN pg_type e
    ON e.oid = CASE WHEN t.typtype = 'e' THEN t.oid ELSE t.typelem END AND e.typtype = 'e'
  LEFT JOIN pg_namespace n ON n.oid = e.typnamespace
