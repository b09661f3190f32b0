-- The server's version, the schemas it searches, and those of the scope that exist.
SELECT current_setting('server_version_num')::int,
       current_schemas(false)::text[],
       current_setting('search_path'),
       ARRAY(SELECT nspname::text FROM pg_namespace WHERE nspname = ANY (%(schemas)s))
