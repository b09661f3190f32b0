-- Each type and modifier in use, as the server spells it, with the enum type behind it.
SELECT t.oid::int8,
       u.modifier,
       format_type(t.oid, u.modifier),
       t.typcollation::int8,
       n.nspname,
       e.typname
  FROM unnest(%(types)s::int8[], %(modifiers)s::int8[]::int4[]) AS u (type, modifier)
  JOIN pg_type t ON t.oid = u.type::oid
  LEFT JOIN pg_type e
    ON e.oid = CASE WHEN t.typtype = 'e' THEN t.oid ELSE t.typelem END AND e.typtype = 'e'
  LEFT JOIN pg_namespace n ON n.oid = e.typnamespace
