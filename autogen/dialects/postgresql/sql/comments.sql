-- Comments of tables (number 0) and columns.
SELECT objoid::int8, objsubid, description FROM pg_description WHERE classoid = 'pg_class'::regclass
