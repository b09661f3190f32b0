-- Columns of the tables that foreign keys refer to outside the schemas looked at.
SELECT attrelid::int8, attnum, attname FROM pg_attribute
 WHERE attrelid = ANY (%(relations)s::oid[]) AND attnum > 0
