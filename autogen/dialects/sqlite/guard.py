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
    """One transaction in which new tables take the place of old ones, wholly or not at all.

    Foreign keys are off meanwhile: dropping an old table would delete the rows that refer
    to it (ON DELETE CASCADE). Where they were on, no row more may refer to nothing at the end.
    """
    bind = None if op.get_context().as_sql else op.get_bind()  # None: upgrade --sql
    enforced, known = False, Counter()
    if bind:
        enforced = bind.exec_driver_sql("PRAGMA foreign_keys").scalar()
        known = orphans()
        bind.connection.dbapi_connection.commit()  # PRAGMAs do nothing in a transaction
    else:
        op.execute("-- Stop at the first error (sqlite3 -bail), or rows may be lost")
    try:
        op.execute("PRAGMA foreign_keys = OFF")
        op.execute("PRAGMA legacy_alter_table = ON")  # renaming leaves views alone
        op.execute("BEGIN")
        yield
        lost = orphans() - known if enforced else None
        if lost:
            raise RuntimeError(f"rows would refer to rows that do not exist: {lost}")
        op.execute("COMMIT")
    finally:
        if bind:
            bind.connection.dbapi_connection.rollback()
        op.execute("PRAGMA legacy_alter_table = OFF")
        if enforced:
            op.execute("PRAGMA foreign_keys = ON")
        elif not bind:
            op.execute("-- foreign_keys is OFF now, whatever it was; SQLite has it OFF by default")


def orphans() -> Counter[tuple[object, ...]]:
    """Table, row and referred table of each reference to a row that does not exist."""
    try:
        found = op.get_bind().exec_driver_sql("PRAGMA foreign_key_check")
        return Counter(tuple(row[:3]) for row in found)
    except sa.exc.OperationalError:  # somewhere a foreign key refers to what is not unique
        return Counter()
'''.strip()
