"""The options that env.py passes to context.configure mean to autogen what they mean to Alembic."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.dialects import dialect_class
from autogen.project.env_runner import upgrade
from autogen.project.settings import read_settings
from tests.dropin.project import FIRST, FROM_MODELS, MODELS, SYNC, AlembicProject


def execute(url: URL, *statements: str) -> list[Any]:
    """The rows of the last statement; all are committed."""
    engine = sa.create_engine(dialect_class(url.get_backend_name()).sync_url(url), poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in statements:
            result = connection.execute(sa.text(statement))
        return list(result) if result.returns_rows else []


def indexes(url: URL, table: str) -> set[str | None]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return {index["name"] for index in sa.inspect(connection).get_indexes(table)}


def made(project: AlembicProject, url: URL, **how: str) -> AlembicProject:
    project.make(url, **how)
    upgrade(read_settings(project.root, None))
    return project


def objects(project: AlembicProject, *args: str) -> list[str]:
    """What differs, as a machine reads it."""
    ran = project.autogen("check", "--format", "json", *args)
    assert ran.code in (0, 1), ran.err
    return sorted(f"{c['action']} {c['object']}" for c in json.loads(ran.out)["changes"])


OBJECTS = FROM_MODELS + """

def include_object(object, name, type_, reflected, compare_to):
    if type_ == "table":
        return not (reflected and compare_to is None) and not object.info.get("foreign")
    if type_ == "column":
        return not name.startswith("legacy_") and not object.info.get("foreign")
    return type_ != "index" or not reflected or object.table.name != "users"
"""


def test_include_object_leaves_out_tables_columns_and_indexes(
    project: AlembicProject, database_url: URL
) -> None:
    models = (
        MODELS
        + "    nick: Mapped[str | None] = mapped_column(sa.String(9), info={'foreign': True})\n"
        + "    legacy_id: Mapped[int | None] = mapped_column(sa.BigInteger)\n"
        + "    age: Mapped[int | None] = mapped_column(sa.Integer)\n"
        + "class Other(Base):\n    __tablename__ = 'other'\n"
        + "    __table_args__ = {'info': {'foreign': True}}\n"
        + "    id: Mapped[int] = mapped_column(primary_key=True)\n"
    )
    made(project, database_url, imports=OBJECTS, options=", include_object=include_object", models=models)
    execute(
        database_url,
        "ALTER TABLE users ADD COLUMN legacy_name VARCHAR(20)",
        "ALTER TABLE users ADD COLUMN legacy_id INTEGER",
        "UPDATE users SET legacy_name = 'x'",
        "CREATE INDEX ix_by_hand ON users (name)",
        "CREATE TABLE atlas (id INTEGER)",
    )
    assert objects(project) == ["create users.age"]
    ran = project.autogen("check", "-v")
    for said in ("atlas", "column users.legacy_name", "column users.nick", "index users.ix_by_hand"):
        assert said in ran.out, ran.out
    ran = project.autogen("diff", "--format", "json")
    assert (ran.code, json.loads(ran.out)["verified"]) == (0, True), ran.err + ran.out
    project.forget()
    upgrade(read_settings(project.root, None))
    assert execute(database_url, "SELECT DISTINCT legacy_name FROM users") == [("x",)]
    assert objects(project) == []


def test_a_rebuilt_table_keeps_what_is_left_out(project: AlembicProject, database_url: URL) -> None:
    models = MODELS.replace("sa.String(50)", "sa.String(80)")
    made(project, database_url, imports=OBJECTS, options=", include_object=include_object", models=models)
    execute(
        database_url,
        "ALTER TABLE users ADD COLUMN legacy_name VARCHAR(20)",
        "UPDATE users SET legacy_name = 'x'",
        "CREATE INDEX ix_by_hand ON users (name)",
    )
    assert project.autogen("diff").code == 0
    project.forget()
    upgrade(read_settings(project.root, None))
    assert execute(database_url, "SELECT name, legacy_name FROM users") == [("Ada", "x"), ("Grace", "x")]
    assert "ix_by_hand" in indexes(database_url, "users")


NEVER_DROPS = FROM_MODELS + """

def include_object(object, name, type_, reflected, compare_to):
    return not (reflected and compare_to is None)
"""
LINKED = MODELS + """
    code: Mapped[int | None] = mapped_column(unique=True)
    boss: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
"""


def test_what_only_the_database_has_may_be_kept_and_unnamed_constraints_are_no_such_thing(
    project: AlembicProject, database_url: URL
) -> None:
    made(project, database_url, imports=NEVER_DROPS, options=", include_object=include_object", models=LINKED)
    assert project.autogen("diff").code == 0
    project.forget()
    upgrade(read_settings(project.root, None))
    assert objects(project) == []
    execute(
        database_url,
        "ALTER TABLE users ADD COLUMN extra INTEGER",
        "CREATE UNIQUE INDEX ux_extra ON users (extra)",
        "CREATE INDEX ix_name ON users (name)",
        "CREATE TABLE atlas (id INTEGER)",
    )
    assert objects(project) == []
    project.write("models.py", LINKED.replace("unique=True", "").replace('.id"', '.id", ondelete="CASCADE"'))
    assert objects(project)  # the key that changed; the unique constraint that went is kept


NAMES = FROM_MODELS + """

def include_name(name, type_, parent_names):
    if type_ == "table":
        return parent_names["schema_qualified_table_name"] in target_metadata.tables
    return not (type_ == "index" and name.startswith("ix_by_hand"))
"""


def test_include_name_leaves_out_what_only_the_database_has(
    project: AlembicProject, database_url: URL
) -> None:
    made(project, database_url, imports=NAMES, options=", include_name=include_name")
    execute(database_url, "CREATE TABLE atlas (id INTEGER)", "CREATE INDEX ix_by_hand ON users (name)")
    assert objects(project) == []
    assert "left out by include_name in env.py" in project.autogen("check", "-v").out
    execute(database_url, "ALTER TABLE users ADD COLUMN extra INTEGER")
    assert objects(project) == ["drop users.extra"]


def test_types_and_defaults_are_not_compared_where_env_py_says_so(
    project: AlembicProject, database_url: URL
) -> None:
    models = MODELS.replace("sa.String(50)", "sa.String(80), server_default='x'")
    made(project, database_url, models=models)
    assert objects(project) == ["alter users.name"]
    off = FROM_MODELS + "\noff = {'compare_type': False, 'compare_server_default': False}"
    project.make(database_url, models=models, imports=off, options=", **off")
    assert objects(project) == []
    verbose = project.autogen("check", "-v").out
    assert "its type differs, not compared by env.py" in verbose


FUNCTIONS = FROM_MODELS + """

def compare_type(context, inspected_column, metadata_column, inspected_type, metadata_type):
    assert context.dialect.name and inspected_column.table.name == metadata_column.table.name
    if metadata_column.name == "name":
        return inspected_type.length != metadata_type.length - 30
    return None

def compare_server_default(context, inspected, metadata_column, inspected_default, default, rendered):
    return False if metadata_column.info.get("any default") else None
"""


def test_functions_call_types_and_defaults_equal(project: AlembicProject, database_url: URL) -> None:
    models = MODELS.replace("sa.String(50)", "sa.String(80), server_default='x', info={'any default': True}")
    options = ", compare_type=compare_type, compare_server_default=compare_server_default"
    made(project, database_url, models=models, imports=FUNCTIONS, options=options)
    assert objects(project) == []
    project.write("models.py", models.replace("String(80)", "String(90)"))
    ran = project.autogen("check", "--format", "json")
    changed = json.loads(ran.out)["changes"]
    assert [c["object"] for c in changed] == ["users.name"]
    assert "default" not in json.dumps(changed[0].get("details", ""))


RENDER = FROM_MODELS + """
import models

def render_item(type_, obj, autogen_context):
    if type_ == "type" and isinstance(obj, models.Money):
        autogen_context.imports.add("from sqlalchemy import Numeric as Money")
        return f"Money({obj.digits}, 2)"
    return False
"""
MONEY = """

class Money(sa.types.TypeDecorator):
    impl = sa.Numeric
    cache_ok = True

    def __init__(self, digits):
        super().__init__(digits, 2)
        self.digits = digits


class Base("""


def test_render_item_spells_the_projects_types(project: AlembicProject, database_url: URL) -> None:
    models = (
        MODELS.replace("\n\nclass Base(", MONEY) + "    owed: Mapped[str | None] = mapped_column(Money(12))\n"
    )
    made(project, database_url, models=models, imports=RENDER, options=", render_item=render_item")
    ran = project.autogen("diff")
    assert ran.code == 0, ran.err
    text = project.drafts()[-1].read_text()
    assert "from sqlalchemy import Numeric as Money" in text
    assert 'sa.Column("owed", Money(12, 2), nullable=True)' in text


@pytest.mark.parametrize(
    ("prefix", "template", "line", "spelled"),
    [
        ("kinds.", "import models as kinds", "import models as kinds", "kinds.Money(12)"),
        ("", "from models import Money", "import models", "models.Money(12)"),
        ("models.", "", "import models", "models.Money(12)"),
        ("other.", "import json as other", "import models", "models.Money(12)"),
        ("nowhere.", "", "import models", "models.Money(12)"),
    ],
    ids=["by its template", "empty", "the module itself", "leads elsewhere", "leads nowhere"],
)
def test_user_module_prefix_spells_them_where_a_draft_can_find_them(
    project: AlembicProject, sqlite_url: URL, prefix: str, template: str, line: str, spelled: str
) -> None:
    models = (
        MODELS.replace("\n\nclass Base(", MONEY) + "    owed: Mapped[str | None] = mapped_column(Money(12))\n"
    )
    made(project, sqlite_url, models=models, options=f", user_module_prefix={prefix!r}")
    mako = project.root / "migrations" / "script.py.mako"
    usual = "import sqlalchemy as sa"
    mako.write_text(mako.read_text().replace(usual, f"{usual}\n{template}"))
    ran = project.autogen("diff")
    assert ran.code == 0, ran.err
    text = project.drafts()[-1].read_text()
    assert f"\n{line}\n" in text and f'sa.Column("owed", {spelled}, nullable=True)' in text
    assert "upgrade reaches the models" in ran.out


def test_the_version_table_is_the_one_of_env_py(project: AlembicProject, database_url: URL) -> None:
    imports = FROM_MODELS + "\nnames = {'version_table': 'ver' + 'sions'}"
    made(project, database_url, imports=imports, options=", **names")
    assert objects(project) == []


def test_a_function_that_fails_is_told_with_its_line(project: AlembicProject, database_url: URL) -> None:
    broken = (
        FROM_MODELS + "\ndef include_object(*given):\n    raise LookupError('postgresql://me:s3cret@h/d')\n"
    )
    made(project, database_url, imports=broken, options=", include_object=include_object")
    ran = project.autogen("check")
    assert ran.code == 2
    assert "passes as include_object failed: LookupError" in ran.err
    assert "env.py, line 9" in ran.err and "s3cret" not in ran.err and "Traceback" not in ran.err


@pytest.mark.parametrize("configured", [True, False])
def test_a_configured_project_runs_env_py_for_its_functions_alone(
    project: AlembicProject, sqlite_url: URL, configured: bool
) -> None:
    """With models and url named, env.py is run only where an option of it is no plain literal."""
    watched = FROM_MODELS + "\nimport pathlib\npathlib.Path('ran').touch()\ninclude = lambda *given: True"
    options = ", include_object=include" if not configured else ", compare_type=True"
    made(project, sqlite_url, imports=watched, options=options)
    (project.root / "ran").unlink()
    project.write("pyproject.toml", f'[tool.autogen]\nmodels = "models:Base"\nurl = "{sqlite_url}"\n')
    assert project.autogen("check").code == 0
    assert (project.root / "ran").exists() is not configured


NO_SCHEMAS = FROM_MODELS + """

def include_name(name, type_, parent_names):
    return type_ != "schema" or name is None
"""
MAKES_OPS = SYNC.replace(
    "        context.configure(connection=connection",
    "        connection.exec_driver_sql('create schema if not exists ops')\n        connection.commit()\n"
    "        context.configure(connection=connection",
)


def by_hand(project: AlembicProject) -> str:
    """What check says that somebody has changed in the database."""
    ran = project.autogen("check", "--format", "json")
    assert ran.code == 1, ran.err
    (said,) = [line for line in project.autogen("check").out.splitlines() if "Migrations vs database" in line]
    return said.partition("database  ")[2]


def test_schemas_that_are_not_compared_are_on_neither_side(project: AlembicProject, pg_url: URL) -> None:
    """That of the version table, and one that a revision makes and fills."""
    audit = (
        "upgrade():\n    op.execute('CREATE SCHEMA audit'); op.execute('CREATE TABLE audit.log (n INTEGER)')"
    )
    options = ", version_table_schema='ops', include_schemas=True, include_name=include_name"
    how = {"env": MAKES_OPS, "first": FIRST.replace("upgrade():", audit), "options": options}
    made(project, pg_url, imports=NO_SCHEMAS, **how)
    assert objects(project) == []
    execute(pg_url, "CREATE INDEX ix_by_hand ON users (name)")
    assert by_hand(project) == "changed by hand: index users.ix_by_hand added"


@pytest.mark.parametrize("more", ["", ", include_schemas=True"])
def test_a_version_table_in_a_schema_that_no_revision_makes(
    project: AlembicProject, pg_url: URL, more: str
) -> None:
    execute(pg_url, "CREATE SCHEMA ops")
    made(project, pg_url, options=f", version_table_schema='ops'{more}")
    assert objects(project, "--against", "migrations") == []
    execute(pg_url, "CREATE INDEX ix_by_hand ON users (name)")
    assert by_hand(project) == "changed by hand: index users.ix_by_hand added"


KEEPS = FROM_MODELS + """

def include_object(object, name, type_, reflected, compare_to):
    return not (reflected and compare_to is None and type_ != "table" and "kept" in name)
"""


def test_what_is_left_out_stays_on_a_table_that_gets_a_new_name(
    project: AlembicProject, database_url: URL
) -> None:
    models = MODELS.replace('__tablename__ = "users"', '__tablename__ = "people"')
    assert models != MODELS
    options = ", include_object=include_object, compare_type=False"
    made(project, database_url, imports=KEEPS, options=options, models=models.replace("50", "60"))
    execute(
        database_url,
        "ALTER TABLE users ADD COLUMN kept_note VARCHAR(20)",
        "UPDATE users SET kept_note = 'x'",
        "CREATE INDEX kept_ix ON users (name)",
    )
    ran = project.autogen("diff", "--rename", "users=people", "--format", "json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told["verified"] is True, told
    assert [(c["action"], c["object"]) for c in told["changes"] if c["kind"] == "table"] == [
        ("rename", "people")
    ]
    assert not [c for c in told["changes"] if c["action"] in ("drop", "alter")], told["changes"]
    project.forget()
    upgrade(read_settings(project.root, None))
    assert execute(database_url, "SELECT name, kept_note FROM people") == [("Ada", "x"), ("Grace", "x")]
    assert "kept_ix" in indexes(database_url, "people")
    assert objects(project) == []


def test_answers_about_what_is_left_out_are_refused(project: AlembicProject, database_url: URL) -> None:
    models = MODELS.replace(
        "    name:", "    nick: Mapped[str | None] = mapped_column(sa.String(20))\n    name:", 1
    )
    assert models != MODELS
    made(project, database_url, imports=KEEPS, options=", include_object=include_object", models=models)
    execute(database_url, "ALTER TABLE users ADD COLUMN kept_note VARCHAR(20)")
    for flags in (("--rename", "users.kept_note=users.nick"), ("--drop", "users.kept_note")):
        ran = project.autogen("diff", *flags)
        assert (ran.code, ran.out) == (2, "")
        assert "users.kept_note is left alone: left out by include_object in env.py" in " ".join(
            ran.err.split()
        )
