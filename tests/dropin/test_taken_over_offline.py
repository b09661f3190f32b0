"""The same options in schema.lock and in check --offline: what online is no difference is none offline."""

from __future__ import annotations

import json

import pytest
from sqlalchemy.engine import URL

from tests.dropin.project import FROM_MODELS, MODELS, AlembicProject
from tests.dropin.test_taken_over import FUNCTIONS, NAMES, OBJECTS, execute, made, objects

NICK = "    nick: Mapped[str | None] = mapped_column(sa.String(9), info={'foreign': True})\n"
SKIPPED = (
    MODELS
    + NICK
    + "class Other(Base):\n    __tablename__ = 'other'\n"
    + "    __table_args__ = {'info': {'foreign': True}}\n"
    + "    id: Mapped[int] = mapped_column(primary_key=True)\n"
)
AGE = "    age: Mapped[int | None] = mapped_column(sa.Integer)\n"


def offline(project: AlembicProject) -> tuple[int, list[str], list[str]]:
    """What differs without the database, and what was not compared."""
    ran = project.autogen("check", "--offline", "--format", "json")
    assert ran.code in (0, 1) and not ran.err, ran
    said = json.loads(ran.out)
    assert said["findings"] == []
    changes = sorted(f"{c['action']} {c['object']}" for c in said["changes"])
    return ran.code, changes, [skipped["object"] for skipped in said["not_compared"]]


def test_what_include_object_leaves_out_is_in_no_file_and_no_difference(
    project: AlembicProject, database_url: URL
) -> None:
    made(project, database_url, imports=OBJECTS, options=", include_object=include_object", models=SKIPPED)
    execute(
        database_url,
        "ALTER TABLE users ADD COLUMN legacy_name VARCHAR(20)",
        "CREATE INDEX ix_by_hand ON users (name)",
        "CREATE TABLE atlas (id INTEGER)",
    )
    assert objects(project) == []
    assert project.autogen("snapshot").code == 0
    written = (project.root / "migrations" / "schema.lock").read_text("utf-8")
    for name in ("legacy_name", "ix_by_hand", "atlas", "other", "nick"):
        assert name not in written
    assert offline(project) == (0, [], [])
    project.write("models.py", SKIPPED.replace(NICK, NICK + AGE))
    assert offline(project) == (1, ["create users.age"], []) and objects(project) == ["create users.age"]
    assert project.autogen("diff", "--format", "json").code == 0
    assert offline(project) == (0, [], [])
    written = (project.root / "migrations" / "schema.lock").read_text("utf-8")
    assert "legacy_name" not in written and "ix_by_hand" not in written and "age" in written


BOTH_ONLY = FROM_MODELS + """

def include_object(object, name, type_, reflected, compare_to):
    return type_ != "table" or compare_to is not None
"""


def test_a_function_that_asks_whether_both_have_it(project: AlembicProject, database_url: URL) -> None:
    options = ", include_object=include_object"
    made(project, database_url, imports=BOTH_ONLY, options=options, models=SKIPPED.replace(NICK, ""))
    assert objects(project) == []
    assert project.autogen("snapshot").code == 0
    assert offline(project) == (0, [], [])
    project.write("models.py", SKIPPED.replace(NICK, AGE))
    assert offline(project) == (1, ["create users.age"], [])


def test_include_name_is_asked_about_what_the_file_has(project: AlembicProject, database_url: URL) -> None:
    names = NAMES.replace("target_metadata.tables", "['users']")
    models = MODELS + "    __table_args__ = (sa.Index('ix_by_hand', 'name'),)\n" + TABLE
    made(project, database_url, imports=names, options=", include_name=include_name", models=models)
    execute(database_url, "CREATE TABLE atlas (id INTEGER)", "CREATE INDEX ix_by_hand ON users (id)")
    assert objects(project) == []
    assert project.autogen("snapshot").code == 0
    assert offline(project) == (0, [], [])
    project.write("models.py", models + TABLE.replace("atlas", "more").replace("Atlas", "More"))
    code, changes, _ = offline(project)
    assert code == 1 and {change.partition(".")[0] for change in changes} == {"create more"}


TABLE = (
    "class Atlas(Base):\n    __tablename__ = 'atlas'\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
    "    page: Mapped[int]\n"
)


def test_types_and_defaults_that_are_not_compared(project: AlembicProject, database_url: URL) -> None:
    off = ", compare_type=False, compare_server_default=False"
    made(project, database_url, options=off)
    assert project.autogen("snapshot").code == 0
    project.write("models.py", MODELS.replace("sa.String(50)", "sa.String(80), server_default='x'"))
    assert objects(project) == []
    assert offline(project) == (0, [], [])
    project.write("models.py", MODELS.replace("sa.String(50)", "sa.String(80), nullable=False"))
    assert offline(project) == (1, ["alter users.name"], [])


def test_what_only_a_function_with_a_database_could_judge_is_not_compared(
    project: AlembicProject, database_url: URL
) -> None:
    options = ", compare_type=compare_type, compare_server_default=compare_server_default"
    made(project, database_url, imports=FUNCTIONS, options=options)
    assert project.autogen("diff").code == 0
    project.forget()
    assert project.autogen("snapshot").code == 0
    assert offline(project) == (0, [], [])
    project.write("models.py", MODELS.replace("sa.String(50)", "sa.String(90)"))
    assert offline(project) == (0, [], ["column users.name"])
    said = " ".join(project.autogen("check", "--offline").out.split())
    assert "its type differs, and the function in env.py that compares it cannot be asked without" in said


@pytest.mark.parametrize("named", ["models", "models and url"])
def test_env_py_is_run_for_functions_where_models_are_named(
    project: AlembicProject, sqlite_url: URL, named: str
) -> None:
    watched = OBJECTS + "\nimport pathlib\npathlib.Path('ran').touch()"
    made(project, sqlite_url, imports=watched, options=", include_object=include_object", models=SKIPPED)
    url = f'url = "{sqlite_url}"\n' if "url" in named else ""
    project.write("pyproject.toml", f'[tool.autogen]\nmodels = "models:Base"\n{url}')
    assert project.autogen("snapshot").code == 0
    assert offline(project) == (0, [], [])
    for options in (", compare_type=True", ", process_revision_directives=print"):
        project.make(sqlite_url, imports=watched, options=options, models=SKIPPED)
        (project.root / "ran").unlink(missing_ok=True)
        assert offline(project)[0] == 1
        assert not (project.root / "ran").exists()
