from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace

from autogen.renames import Evidence, RenameCandidate, detect
from autogen.schema import (
    Check,
    Column,
    ColumnType,
    EnumType,
    ForeignKey,
    Index,
    IndexElement,
    Key,
    Namespace,
    Object,
    Schema,
    Sequence,
    Table,
    Unique,
)
from tests.unit.renames.build import column, names, table

USERS = ("id INTEGER!", "email VARCHAR(50)!", "age INTEGER", "active BOOLEAN!")
RENAMED = ("id INTEGER!", "mail VARCHAR(50)!", "age INTEGER", "active BOOLEAN!")


def test_nothing_in_equal_schemas() -> None:
    schema = Schema(table("users", *USERS))
    assert detect(schema, schema) == ()


def test_the_only_pair_is_a_rename_with_its_evidence() -> None:
    unique = Unique("", "users", "uq_users_email", ("email",))
    current = Schema([*table("users", *USERS), unique])
    desired = Schema([*table("users", *RENAMED), replace(unique, columns=("mail",))])
    (found,) = detect(current, desired)
    assert (found.before, found.after) == (column("users", "email"), column("users", "mail"))
    assert found.confidence > 0.9 and found.decided_by == "score"
    assert found.evidence[:3] == (
        "the only column removed and the only one added",
        "both VARCHAR(50) NOT NULL",
        "both in uq_users_email",
    )


def test_another_type_is_hardly_a_rename() -> None:
    current = Schema(table("users", *USERS))
    desired = Schema(table("users", "id INTEGER!", "born DATE!", "age INTEGER", "active BOOLEAN!"))
    assert names(detect(current, desired), "column") == {}


def test_suffix_families_are_told_apart() -> None:
    old = ("title_en VARCHAR(80)!", "body_en TEXT!", "title_nl VARCHAR(80)!", "body_nl TEXT!")
    new = tuple(c.replace("_en", "_english").replace("_nl", "_dutch") for c in old)
    found = names(detect(Schema(table("t", *old)), Schema(table("t", *new))), "column", 0.0)
    assert {k: v for k, v in found.items() if "_en" in k} == {
        "t.title_en": "t.title_english",
        "t.body_en": "t.body_english",
    }
    assert found["t.body_nl"] == "t.body_dutch"


def test_one_column_that_becomes_two_is_one_rename_with_an_alternative() -> None:
    current = Schema(table("t", "id INTEGER!", "body TEXT!"))
    desired = Schema(table("t", "id INTEGER!", "body_en TEXT!", "body_nl TEXT!"))
    (found,) = detect(current, desired)
    assert found.after.name == "body_en"
    assert [a.after.name for a in found.alternatives] == ["body_nl"]


def test_a_swap_cannot_be_seen() -> None:
    """Both names stand on both sides."""
    schema = Schema(table("t", "a TEXT", "b TEXT"))
    assert detect(schema, schema) == ()
    hints = Evidence({column("t", "a"): ("b",), column("t", "b"): ("a",)})
    assert detect(schema, schema, hints) == (), "followed once, a hint in a circle would be followed for ever"


def test_a_chain_needs_hints() -> None:
    current = Schema(table("t", "a TEXT", "b TEXT", "id INTEGER"))
    desired = Schema(table("t", "b TEXT", "c TEXT", "id INTEGER"))
    assert names(detect(current, desired), "column") == {"t.a": "t.c"}
    hints = Evidence({column("t", "b"): ("a",), column("t", "c"): ("b",)})
    found = detect(current, desired, hints)
    assert names(found, "column") == {"t.a": "t.b", "t.b": "t.c"}
    assert {c.decided_by for c in found} == {"hint"}
    assert detect(desired, desired, hints) == ()


def test_a_renamed_table_with_a_renamed_column() -> None:
    current = Schema(table("people", *USERS))
    found = detect(current, Schema(table("persons", *RENAMED)))
    assert names(found, "table") == {"people": "persons"}
    assert names(found, "column") == {"people.email": "persons.mail"}


def test_tables_that_moved_to_a_new_schema_and_the_schema_itself() -> None:
    def side(schema: str) -> Schema:
        tables = [
            *table("users", *USERS, schema=schema),
            *table("logs", "id INTEGER!", "text TEXT!", schema=schema),
        ]
        return Schema([Namespace(schema), *tables])

    found = detect(side("old"), side("new"))
    assert names(found, "table") == {"old.logs": "new.logs", "old.users": "new.users"}
    assert names(found, "schema") == {"old": "new"}
    assert {c.decided_by for c in found} == {"identical"}


def test_foreign_keys_are_compared_after_table_renames() -> None:
    def side(target: str, name: str) -> Schema:
        child = table("posts", "id INTEGER!", f"{name} INTEGER!")
        key = ForeignKey("", "posts", f"fk_{name}", (name,), "", target, ("id",))
        return Schema([*table(target, *USERS), *child, key])

    found = detect(side("people", "people_id"), side("persons", "person_id"))
    (pair,) = [c for c in found if c.before.kind == "column"]
    assert "both refer to persons" in pair.evidence
    assert names(found, "foreign_key") == {"posts.fk_people_id": "posts.fk_person_id"}


def test_indexes_and_checks_of_renamed_columns() -> None:
    def side(columns: tuple[str, ...], name: str) -> Schema:
        index = Index("", "users", f"ix_{name}", (IndexElement(name), IndexElement(f"lower({name})", True)))
        check = Check("", "users", f"ck_{name}", f"{name} <> 'email'")
        return Schema([*table("users", *columns), index, check])

    found = detect(side(USERS, "email"), side(RENAMED, "mail"))
    assert names(found, "index") == {"users.ix_email": "users.ix_mail"}
    assert names(found, "check") == {"users.ck_email": "users.ck_mail"}, "a literal is no column"


def test_an_unnamed_constraint_of_the_models_is_no_rename() -> None:
    live = Unique("", "users", "users_email_key", ("email",))
    current = Schema([*table("users", *USERS), live])
    desired = Schema([*table("users", *USERS), replace(live, name=None)])
    assert detect(current, desired) == ()


def test_sequences_enum_types_and_labels() -> None:
    current = Schema([EnumType("", "mood", ("sad", "ok", "happy")), Sequence("", "order_no", cache=7)])
    desired = Schema([EnumType("", "feeling", ("sad", "ok", "happy")), Sequence("", "order_number", cache=7)])
    found = detect(current, desired)
    assert names(found, "enum") == {"mood": "feeling"}
    assert names(found, "sequence") == {"order_no": "order_number"}
    labels = detect(current, Schema([EnumType("", "mood", ("sad", "okay", "happy"))]))
    assert names(labels, "enum") == {"mood.ok": "mood.okay"}


def test_evidence_beside_the_schemas() -> None:
    current = Schema(table("t", "id INTEGER!", "a TEXT", "b TEXT", "c TEXT"))
    desired = Schema(table("t", "id INTEGER!", "x TEXT", "y TEXT", "z TEXT"))
    pair = (column("t", "a"), column("t", "z"))
    (found,) = [
        c for c in detect(current, desired, Evidence(attribute_kept=frozenset([pair]))) if c.before == pair[0]
    ]
    assert found.after == pair[1] and found.confidence > 0.5
    assert found.evidence[0] == "the mapped attribute kept its name"


def test_a_hint_of_a_table_with_its_schema() -> None:
    current = Schema([Namespace("sales"), *table("people", "id INTEGER", schema="sales")])
    desired = Schema([*table("clients", "id INTEGER", "name TEXT", "tel TEXT")])
    hints = Evidence({Key("table", "", "", "clients"): ("sales.people", "older")})
    (found,) = detect(current, desired, hints)
    assert (found.before.label, found.after.label, found.decided_by) == ("sales.people", "clients", "hint")


def test_a_hint_of_a_table_that_left_another_schema() -> None:
    """Its bare name is enough where one table of that name goes."""
    one = [Namespace("old"), *table("acc", "id INTEGER", schema="old")]
    desired = Schema([Namespace("new"), *table("account", "id INTEGER", "n TEXT", "tel TEXT", schema="new")])
    hints = Evidence({Key("table", "new", "", "account"): ("acc",)})
    found = names(detect(Schema(one), desired, hints), "table")
    assert found == {"old.acc": "new.account"}
    two = Schema([*one, Namespace("older"), *table("acc", "id INTEGER", schema="older")])
    assert "hint" not in {c.decided_by for c in detect(two, desired, hints)}
    stays = Schema([*desired, Namespace("older"), *table("acc", "id INTEGER", schema="older")])
    assert names(detect(two, stays, hints), "table") == {"old.acc": "new.account"}


def wide(prefix: str, count: int = 30) -> Schema:
    kinds = ("INTEGER", "TEXT", "VARCHAR(50)!")
    return Schema(table("t", "id INTEGER!", *(f"{prefix}_{n} {kinds[n % 3]}" for n in range(count))))


def test_the_answer_does_not_depend_on_the_order_of_objects() -> None:
    current, desired = wide("old"), wide("new")
    expected = detect(current, desired)
    for seed in range(3):
        mixed = [random.Random(seed).sample(s.objects, len(s.objects)) for s in (current, desired)]
        assert detect(Schema(mixed[0]), Schema(mixed[1])) == expected


def test_the_answer_does_not_depend_on_the_hash_seed() -> None:
    code = "from tests.unit.renames.test_detect import *; print(detect(wide('old'), wide('new')))"
    printed = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
            },
            cwd=os.getcwd(),
            capture_output=True,
            text=True,
            check=True,
        )
        printed.add(done.stdout)
    assert len(printed) == 1


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import autogen.renames, sys; autogen.renames.models();"
        "print({'numpy', 'scipy', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_tables_that_stay_and_refer_to_it_tell_a_renamed_table() -> None:
    def schema(table: str, key: str, pets: bool) -> Schema:
        integer = ColumnType("integer")
        objects: list[Object] = [
            Table("", table),
            *(Column("", table, name, integer) for name in (key, "a", "b")),
            Table("", "pets"),
            Column("", "pets", "owner", integer),
        ]
        if pets:
            objects.append(ForeignKey("", "pets", "fk", ("owner",), "", table, (key,)))
        return Schema(objects)

    def found(pets: bool) -> RenameCandidate:
        candidates = detect(schema("people", "id", pets), schema("persons", "number", pets))
        return next(c for c in candidates if c.before.kind == "table")

    assert found(True).confidence > found(False).confidence
    assert "1 foreign key of other tables turned to it" in found(True).evidence
    assert not any("turned" in words for words in found(False).evidence)


def test_the_only_table_added_is_told_of_the_only_one_removed_however_unlikely() -> None:
    log = table("log", "id INTEGER!", "msg VARCHAR(20)")
    purchases = table("purchases", "no INTEGER!", "price NUMERIC")
    (found,) = detect(Schema(log), Schema(purchases))
    assert (found.before.label, found.after.label) == ("log", "purchases") and found.confidence < 0.02
    assert detect(Schema(log), Schema([*purchases, *table("orders", "no INTEGER!", "paid DATE")])) == ()


def test_what_is_said_of_the_columns_that_tables_share() -> None:
    """A column of another type is there all the same."""
    current = Schema(table("note", "id INTEGER", "amount INTEGER", "body TEXT", "x TEXT", "y TEXT"))
    desired = Schema(table("notes", "id BIGINT", "amount NUMERIC", "body TEXT", "x TEXT", "v DATE", "w DATE"))
    (found,) = [c for c in detect(current, desired) if c.before.kind == "table"]
    words = "4 of its 5 columns are among the 6 of the new table (2 with another type)"
    assert words in found.evidence
