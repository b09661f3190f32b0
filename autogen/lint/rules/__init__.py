"""Rules about how a revision is written, one a file: ``RULE``, and ``check(reading)`` that yields findings
with their lines. What a revision does to the schema is for the rules of the review."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, cast

from autogen.dialects.base import Dialect
from autogen.lint.rules import (
    add_column_inline,
    backfill_in_migration,
    concurrent_in_tx,
    detach_partition,
    domain_constraint,
    drop_database,
    drop_index_lock,
    enum_add_value,
    enum_type_missing,
    invalid_index_leftover,
    irreversible_downgrade,
    lock_table,
    mysql_modify_drops_attrs,
    name_too_long,
    no_lock_timeout,
    rebuild_not_concurrent,
    sqlite_batch_cascade,
    sqlite_batch_loses_objects,
    transaction_control,
    truncate,
    using_truncates,
    validate_same_tx,
)
from autogen.lint.told import Reading, Told
from autogen.review.context import Rule

ALL = (
    add_column_inline,
    backfill_in_migration,
    concurrent_in_tx,
    detach_partition,
    domain_constraint,
    drop_database,
    drop_index_lock,
    enum_add_value,
    enum_type_missing,
    invalid_index_leftover,
    irreversible_downgrade,
    lock_table,
    mysql_modify_drops_attrs,
    name_too_long,
    no_lock_timeout,
    rebuild_not_concurrent,
    sqlite_batch_cascade,
    sqlite_batch_loses_objects,
    transaction_control,
    truncate,
    using_truncates,
    validate_same_tx,
)


class Module(Protocol):
    RULE: Rule
    check: Callable[[Reading], Iterable[Told]]


def modules(dialect: Dialect) -> list[Module]:
    """The rules that concern a database."""
    found = (cast(Module, module) for module in ALL)
    return [m for m in found if not m.RULE.dialects or dialect.is_among(m.RULE.dialects)]


BOTH_WAYS = (concurrent_in_tx, transaction_control)
"""Rules that a downgrade is held to as well."""
