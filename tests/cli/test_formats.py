"""Every format on the command line: alone on standard output, with places that are there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from tests.cli.project import MODELS, UserProject

SCHEMA = Path(__file__).resolve().parents[2] / "fixtures/sarif/sarif-schema-2.1.0.json"


@pytest.fixture
def changed(shop: UserProject) -> UserProject:
    """A project in a folder of its repository whose models lack a column of the database."""
    shop.write("models.py", MODELS + "    legacy: Mapped[str | None]\nprint('noise')\n")
    assert shop.autogen("diff", "-m", "one", "--no-verify").code == 0
    shop.upgrade()
    shop.sql("INSERT INTO users (id, name, legacy) VALUES (1, 'x', 'y')")
    shop.write("models.py", MODELS + "print('noise')\n")
    (shop.root / ".git" / "HEAD").unlink()
    (shop.root / ".git" / "objects").mkdir()
    (shop.root / ".git").rename(shop.root.parent / ".git")
    return shop


def test_formats_of_a_check(changed: UserProject) -> None:
    line = MODELS.splitlines().index('    __tablename__ = "users"') + 1
    ran = changed.autogen("check", "--format", "github")
    assert (ran.code, ran.err) == (1, "noise\n")
    assert ran.out.splitlines()[1].startswith(
        f"::error file=shop/models.py,line={line},title=autogen%3A drop-column users.legacy::Deletes"
    )
    ran = changed.autogen("check", "--format", "sarif")
    assert (ran.code, ran.err) == (1, "noise\n")
    document = json.loads(ran.out)
    assert list(Draft4Validator(json.loads(SCHEMA.read_text("utf-8"))).iter_errors(document)) == []
    result = document["runs"][0]["results"][1]
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], place["artifactLocation"]["uri"]) == ("drop-column", "shop/models.py")
    assert place["region"]["startLine"] == line


def test_formats_of_a_draft(changed: UserProject) -> None:
    ran = changed.autogen("diff", "-m", "two", "--format", "github", "--no-verify")
    assert (ran.code, ran.err) == (0, "noise\n")
    found = re.match(r"::error file=shop/(\S+\.py),line=(\d+),title=autogen%3A drop-column", ran.out)
    assert found, ran.out
    lines = (changed.root / found[1]).read_text("utf-8").splitlines()
    assert lines[int(found[2]) - 1] == "- [ ] drop-column users.legacy"
    ran = changed.autogen("diff", "--amend", "--format", "markdown")
    assert (ran.code, ran.err) == (0, "noise\n")
    assert ran.out.startswith("**autogen:** Models and database differ: 1 change, 1 to review. Proven: ")
    assert f"Draft: `shop/{changed.drafts()[-1].relative_to(changed.root)}`" in ran.out
    assert "ALTER TABLE users DROP COLUMN legacy" in ran.out or "CREATE TABLE" in ran.out
