"""Functions that stand at the end of a draft and make it safe to run again after a run that was cut short.

An autocommit block commits what came before it, so a second run may find some steps done. SQL scripts
(``alembic upgrade --sql``) cannot ask the database: they assume that nothing has been done yet.
"""

UNBUILT = '''
def unbuilt(index: str, table: str, schema: str | None = None, constraint: bool = False) -> bool:
    """Whether the index has yet to be built; an invalid one, left by a run cut short, is dropped first.

    A valid one is kept. Something else of that name stops the run; so does the index of a constraint,
    unless it is built for a constraint.
    """
    if op.get_context().as_sql:
        return True
    query = """
        SELECT t.relname AS table_name, i.indisvalid AS valid, k.oid IS NOT NULL AS of_constraint
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_index i ON i.indexrelid = c.oid
        LEFT JOIN pg_class t ON t.oid = i.indrelid
        LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
        WHERE c.relname = :index
        AND n.nspname = coalesce(CAST(:schema AS text), current_schema())
    """
    values = {"index": index, "schema": schema}
    found = op.get_bind().execute(sa.text(query), values).one_or_none()
    if found is None:
        return True
    if found.table_name != table or (found.of_constraint and not constraint):
        raise RuntimeError(f"{index} stands already, and is not the index of {table} to be built")
    if not found.valid:
        op.drop_index(index, table_name=table, schema=schema, postgresql_concurrently=True)
    return not found.valid
'''

MISSING = '''
def missing(table: str, part: str | None = None, schema: str | None = None) -> bool:
    """Whether the table, or its column or constraint, is not there: no earlier run has committed it."""
    if op.get_context().as_sql:
        return True
    query = """
        SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = :table
        AND n.nspname = coalesce(CAST(:schema AS text), current_schema())
        AND (CAST(:part AS text) IS NULL
             OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = :part)
             OR EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND conname = :part))
    """
    values = {"table": table, "part": part, "schema": schema}
    return op.get_bind().execute(sa.text(query), values).first() is None
'''
