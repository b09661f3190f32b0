"""Names that PostgreSQL made of the names of tables and columns: they are renamed along with these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from autogen.dialects.postgresql.default_names import default_name
from autogen.dialects.postgresql.new_names import in_new_names
from autogen.schema import Constraint, Pair, Schema
from autogen.schema.renaming import NewNames

_NOTHING: frozenset[str] = frozenset()


def follow(live: Schema, models: Schema, pairs: Iterable[Pair]) -> Iterator[Pair]:
    """The constraints that the server named (``people_pkey``) and the models leave unnamed, with the names it
    would give them after the renames."""
    names = NewNames.of(live, pairs)
    touched = names.tables.keys() | names.columns.keys()
    taken = {o.key.name for o in live if o.key.kind in ("table", "index", "sequence", "unique", "exclude")}
    for table in sorted(touched):
        for part in live.parts(table):
            if not isinstance(part, Constraint) or part.name != default_name(unnamed(part), _NOTHING):
                continue
            bare = unnamed(names.renamed(part, in_new_names))
            name = default_name(bare, _NOTHING)
            named = replace(bare, name=name)
            same = models.get(bare.key) in (bare, named) or models.get(named.key) == named
            if name is not None and name != part.name and same and name not in taken:
                yield part.key, names.key(part.key)._replace(name=name)


def unnamed(part: object) -> Constraint:
    assert isinstance(part, Constraint)
    return replace(part, name=None)
