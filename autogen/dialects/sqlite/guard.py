"""The helper that a draft with a rebuild carries along."""

from __future__ import annotations

GUARD_IMPORTS = frozenset(
    (
        "from collections import Counter",
        "from collections.abc import Iterator",
        "from contextlib import contextmanager",
        "import sqlalchemy as sa",
        "from alembic import op",
    )
)

REBUILDING = '''
@contextmanager
def rebuilding() -> Iterator[None]:
    """One transaction in which tables may be replaced by new ones: all of it happens, or nothing.

    Foreign keys are not enforced meanwhile, because dropping the old table would delete the rows that refer
    to it (ON DELETE CASCADE). Where they are enforced otherwise, no row may refer to nothing at the end.
    """
    before = ("PRAGMA foreign_keys = OFF", "PRAGMA legacy_alter_table = ON", "BEGIN")
    if op.get_context().as_sql:  # alembic upgrade --sql
        for statement in before:
            op.execute(statement)
        yield
        op.execute("COMMIT")
        op.execute("PRAGMA legacy_alter_table = OFF")
        return

    bind = op.get_bind()

    def orphans() -> "Counter[tuple[object, ...]] | None":
        try:
            return Counter(tuple(row[:3]) for row in bind.exec_driver_sql("PRAGMA foreign_key_check"))
        except sa.exc.OperationalError:  # a foreign key without a unique key to refer to
            return None

    driver = bind.connection.dbapi_connection
    driver.commit()  # PRAGMA foreign_keys does nothing inside a transaction
    pragmas = ("foreign_keys", "legacy_alter_table")
    settings = {name: bind.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas}
    known = orphans() if settings["foreign_keys"] else None
    try:
        for statement in before:
            bind.exec_driver_sql(statement)
        if bind.exec_driver_sql("PRAGMA foreign_keys").scalar():
            raise RuntimeError("foreign keys cannot be switched off on this connection")
        yield
        if known is not None:
            found = orphans()
            if found is None or found - known:
                raise RuntimeError(f"rows would refer to rows that do not exist: {found and found - known}")
        driver.commit()
    finally:
        driver.rollback()
        for name, value in settings.items():
            bind.exec_driver_sql(f"PRAGMA {name} = {value or 0}")
'''.strip()
