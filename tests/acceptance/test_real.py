"""Real projects' models, an older version and a newer one, on every backend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.changes import reverse
from tests.conftest import fresh
from tests.databases.databases import BACKENDS, Backend
from tests.dump import dump
from tests.harness import Drafted, build, diff, differences, formatted, needs_values, run
from tests.metadata import declared_names
from tests.rows import fill, lost, snapshot

REAL = Path(__file__).resolve().parents[2] / "fixtures" / "real"
PROJECTS = {
    "buildbot": ("v2_10_5", "v4_3_0"),
    "jupyterhub": ("v1_2_2", "v5_4_5"),
    "keystone": ("v18_0_0", "v28_0_0"),
    "mlflow": ("v2_2_2", "v3_10_1"),
    "optuna": ("v2_10_1", "v4_9_0"),
    "prefect": ("v2_8_0", "v3_6_0"),
    "zenml": ("v0_40_0", "v0_85_0"),
}
TOO_LONG = "PostgreSQL has no identifiers of more than 63 characters, the newer models have some"
IMPOSSIBLE: dict[tuple[str, str], str] = {
    ("prefect", "mariadb"): "MariaDB has no function gen_random_uuid for the default of a column",
    ("prefect", "pg18"): "the packaged PostgreSQL 18 has no extension btree_gin",
    ("zenml", "pg15"): TOO_LONG,
    ("zenml", "pg18"): TOO_LONG,
}
"""Models that create_all() itself cannot build there, with the capability that is missing."""


@dataclass(frozen=True)
class Project:
    name: str
    backend: Backend
    folder: Path

    @cached_property
    def before(self) -> sa.MetaData:
        return models(self.name, PROJECTS[self.name][0])

    @cached_property
    def after(self) -> sa.MetaData:
        return models(self.name, PROJECTS[self.name][1])


def models(project: str, version: str) -> sa.MetaData:
    """Loaded anew for each test: creating tables marks the foreign keys that a server wants added later."""
    path = REAL / project / f"{version}.py"
    spec = spec_from_file_location(f"real_{project}_{version}", path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: sa.MetaData = module.metadata
    return found


def on(project: str, backend: Backend) -> Any:
    """A project on a backend; on the older PostgreSQL always where the newer one cannot have it."""
    kept = backend == "pg15" and (project, "pg18") in IMPOSSIBLE
    marks = [pytest.mark.older] if kept else []
    return pytest.param((project, backend), id=f"{project}-{backend}", marks=marks)


@pytest.fixture(params=[on(project, backend) for project in PROJECTS for backend in BACKENDS])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    if request.param in IMPOSSIBLE:
        pytest.skip(IMPOSSIBLE[request.param])
    name, backend = request.param
    return Project(name, backend, tmp_path)


@pytest.fixture
def url(project: Project) -> Iterator[URL]:
    with database(project) as made:
        yield made


def database(project: Project) -> AbstractContextManager[URL]:
    return fresh(project.backend, project.folder)


def built(project: Project, url: URL, metadata: sa.MetaData) -> None:
    extension = project.name == "prefect" and project.backend.startswith("pg")
    if extension:
        build(url, sa.MetaData(), ["CREATE EXTENSION btree_gin"])
    build(url, metadata)


@pytest.mark.parametrize("version", ["before", "after"])
def test_identical_models_have_no_difference(project: Project, url: URL, version: str) -> None:
    metadata = getattr(project, version)
    built(project, url, metadata)
    assert differences(url, metadata) == ()


def test_migrates_there_and_back(project: Project, url: URL) -> None:
    built(project, url, project.before)
    fill(url, project.before)
    with formatted(False):
        drafted = diff(url, project.after)
    assert (drafted.verified, drafted.reason) == (True, ""), drafted.text
    assert drafted.not_compared == ()
    if "add-not-null-no-default" not in drafted.rules and not needs_values(reverse(drafted.raw)):
        there_and_back(project, url, drafted)
        return
    with database(project) as empty:
        built(project, empty, project.before)
        there_and_back(project, empty, drafted)


def there_and_back(project: Project, url: URL, drafted: Drafted) -> None:
    original, rows = dump(url), snapshot(url)
    run(url, drafted.text, "upgrade", project.after)
    assert lost(rows, snapshot(url), altered(drafted)) == []
    with database(project) as direct:
        built(project, direct, project.after)
        names = declared_names(project.after)
        assert dump(url, names) == dump(direct, names)
    run(url, drafted.text, "downgrade", project.after)
    assert lost(rows, snapshot(url), altered(drafted)) == []
    assert dump(url) == original


def altered(drafted: Drafted) -> list[str]:
    """Columns whose values may change, and tables and columns whose rows a drop takes along."""
    return [
        change.key.label
        for change in drafted.raw
        if change.key.kind in ("table", "column") and type(change).__name__ in ("Alter", "Drop")
    ]
