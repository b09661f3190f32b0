"""MariaDB's sequences as steps: Alembic has no operation for them."""

from __future__ import annotations

from autogen import operations as ops
from autogen.dialects.mysql.tokens import qualified
from autogen.plan import Step
from autogen.schema import Sequence


class Sequences:
    """The part of the lowering that creates, drops, alters and renames sequences."""

    def create_sequence(self, value: Sequence) -> list[Step]:
        words = [f"CREATE SEQUENCE {qualified(value.schema, value.name)} START WITH {value.start}"]
        return [ops.execute(" ".join([*words, _sequence_options(value)]), value.key)]

    def drop_sequence(self, value: Sequence) -> list[Step]:
        return [ops.execute(f"DROP SEQUENCE {qualified(value.schema, value.name)}", value.key)]

    def alter_sequence(self, before: Sequence, after: Sequence) -> list[Step]:
        start = f"START WITH {after.start} " if before.start != after.start else ""
        sql = f"ALTER SEQUENCE {qualified(after.schema, after.name)} {start}{_sequence_options(after)}"
        return [ops.execute(sql, after.key)]

    def rename_sequence(self, before: Sequence, after: Sequence) -> list[Step]:
        names = f"{qualified(before.schema, before.name)} TO {qualified(after.schema, after.name)}"
        return [ops.execute(f"RENAME TABLE {names}", after.key)]


def _sequence_options(value: Sequence) -> str:
    low = "NO MINVALUE" if value.minimum is None else f"MINVALUE {value.minimum}"
    high = "NO MAXVALUE" if value.maximum is None else f"MAXVALUE {value.maximum}"
    cache = f"CACHE {value.cache}" if value.cache else "NOCACHE"
    return f"INCREMENT BY {value.increment} {low} {high} {cache} {'CYCLE' if value.cycle else 'NOCYCLE'}"
