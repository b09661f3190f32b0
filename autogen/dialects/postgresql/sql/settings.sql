-- The server's version, the schemas it searches, those of the scope that exist, and what is about to be pinned.
SELECT current_setting('server_version_num')::int,
       current_schemas(false)::text[],
       ARRAY(SELECT nspname::text FROM pg_namespace WHERE nspname = ANY (%(schemas)s)),
       ARRAY(SELECT current_setting(name) FROM unnest(%(settings)s::text[]) WITH ORDINALITY AS s (name, n) ORDER BY n)
