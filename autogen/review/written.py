"""The rules about how a revision is written, which need its statements: they run where revisions are linted.

They stand here so that everybody who names rules knows them; what they look for is in ``autogen/lint/rules``.
"""

from __future__ import annotations

from autogen.review.rule import Rule

ADD_COLUMN_INLINE = Rule(
    "add-column-inline",
    "high",
    "a column is added to a standing table together with a key, foreign key, check or index",
    dialects=("postgresql",),
)
BACKFILL_IN_MIGRATION = Rule(
    "backfill-in-migration", "high", "rows of a standing table are changed, or copied into it, in a revision"
)
CONCURRENT_IN_TX = Rule(
    "concurrent-in-tx",
    "blocker",
    "CONCURRENTLY outside of an autocommit block: PostgreSQL refuses it",
    dialects=("postgresql",),
)
DETACH_PARTITION = Rule(
    "detach-partition",
    "high",
    "a partition is detached without CONCURRENTLY",
    dialects=("postgresql",),
)
DOMAIN_CONSTRAINT = Rule(
    "domain-constraint",
    "high",
    "a domain is created with a constraint, or gets one",
    dialects=("postgresql",),
)
DROP_DATABASE = Rule("drop-database", "blocker", "a database, or a schema with all that is in it, is dropped")
DROP_INDEX_LOCK = Rule(
    "drop-index-lock", "medium", "an index is dropped without CONCURRENTLY", dialects=("postgresql",)
)
ENUM_TYPE_MISSING = Rule(
    "enum-type-missing",
    "blocker",
    "a column of an enum type is added and nothing creates the type",
    dialects=("postgresql",),
)
LOCK_TABLE = Rule(
    "lock-table",
    "high",
    "a standing table is locked for writes, or for everything, by LOCK TABLE",
    dialects=("postgresql", "mysql"),
)
MYSQL_MODIFY_DROPS_ATTRS = Rule(
    "mysql-modify-drops-attrs",
    "blocker",
    "alter_column without existing_*: the MODIFY it becomes takes away what it leaves out",
    dialects=("mysql",),
)
REBUILD_NOT_CONCURRENT = Rule(
    "rebuild-not-concurrent",
    "high",
    "REINDEX, CLUSTER, VACUUM FULL or REFRESH MATERIALIZED VIEW without CONCURRENTLY",
    dialects=("postgresql",),
)
SQLITE_BATCH_CASCADE = Rule(
    "sqlite-batch-cascade",
    "blocker",
    "batch_alter_table makes a table anew that others refer to with ON DELETE CASCADE",
    dialects=("sqlite",),
)
SQLITE_BATCH_LOSES_OBJECTS = Rule(
    "sqlite-batch-loses-objects",
    "blocker",
    "batch_alter_table makes a table anew without its triggers, expression indexes or unnamed checks",
    dialects=("sqlite",),
)
TRANSACTION_CONTROL = Rule(
    "transaction-control",
    "high",
    "BEGIN, COMMIT or ROLLBACK is written out in a revision",
    dialects=("postgresql", "mysql"),
)
TRUNCATE = Rule("truncate", "blocker", "TRUNCATE, or DELETE of every row, of a standing table")
USING_TRUNCATES = Rule(
    "using-truncates",
    "blocker",
    "USING with an explicit cast to a shorter type cuts values silently",
    dialects=("postgresql",),
)
VALIDATE_SAME_TX = Rule(
    "validate-same-tx",
    "high",
    "a constraint is added NOT VALID and validated in one transaction",
    dialects=("postgresql",),
)
NOT_UNDERSTOOD = Rule(
    "not-understood", "low", "a statement, or code of a revision, that was not understood or not seen"
)
DATA_DEPENDENT = Rule(
    "data-dependent", "low", "code of a revision asks the database, and was seen with an empty answer alone"
)

WRITTEN = (
    NOT_UNDERSTOOD,
    DATA_DEPENDENT,
    ADD_COLUMN_INLINE,
    BACKFILL_IN_MIGRATION,
    CONCURRENT_IN_TX,
    DETACH_PARTITION,
    DOMAIN_CONSTRAINT,
    DROP_DATABASE,
    DROP_INDEX_LOCK,
    ENUM_TYPE_MISSING,
    LOCK_TABLE,
    MYSQL_MODIFY_DROPS_ATTRS,
    REBUILD_NOT_CONCURRENT,
    SQLITE_BATCH_CASCADE,
    SQLITE_BATCH_LOSES_OBJECTS,
    TRANSACTION_CONTROL,
    TRUNCATE,
    USING_TRUNCATES,
    VALIDATE_SAME_TX,
)
