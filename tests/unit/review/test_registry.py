"""Every rule is in the registry, explained, and listed in README."""

from __future__ import annotations

import ast
import re
import zipfile
from pathlib import Path

import pytest

from autogen.cli.rules import databases, named
from autogen.review.registry import explanation, nearest, registry, rules_of
from autogen.review.rule import SEVERITIES
from autogen.review.rules import ALL
from autogen.review.written import WRITTEN

ROOT = Path(__file__).resolve().parents[3]
RULES = ROOT / "autogen" / "review" / "rules"
_CODE = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)
_BLOCK = re.compile(r"<!-- rules: .*? -->\n(.*?)<!-- end of rules -->", re.S)


def test_every_file_is_run() -> None:
    files = {path.stem for path in RULES.glob("*.py")} - {"__init__"}
    assert {module.__name__.rpartition(".")[2] for module in ALL} == files
    assert len(ALL) == len(files)


def test_ids_are_unique_and_kebab_case() -> None:
    ids = [rule.id for module in ALL for rule in rules_of(module)] + [rule.id for rule in WRITTEN]
    assert len(ids) == len(set(ids)) == len(registry())
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", id_) for id_ in ids)


@pytest.mark.parametrize("id_", registry())
def test_every_rule_is_described_and_explained(id_: str) -> None:
    rule = registry()[id_]
    assert rule.severity in SEVERITIES
    assert 10 < len(rule.summary) < 110 and not rule.summary.endswith(".")
    text = explanation(rule)
    assert all(heading in text for heading in ("## What to do", "## Risky", "## Safe"))
    examples = _CODE.findall(text)
    assert len(examples) == 2
    for example in examples:
        ast.parse(example)
    assert max(map(len, text.splitlines())) <= 120


def test_no_explanation_is_left_over() -> None:
    pages = {path.stem for path in (ROOT / "autogen" / "review" / "explanations").glob("*.md")}
    assert pages == {rule.page or rule.id for rule in registry().values()}


def test_the_explanations_are_in_the_wheel(tmp_path: Path) -> None:
    from hatchling.builders.wheel import WheelBuilder

    (built,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(built) as wheel:
        packed = {name for name in wheel.namelist() if name.startswith("autogen/review/explanations/")}
    pages = {rule.page or rule.id for rule in registry().values()}
    assert packed == {f"autogen/review/explanations/{page}.md" for page in pages}


def test_what_somebody_may_have_meant() -> None:
    assert nearest("drop_columns") == "drop-column"
    assert nearest("Add-Unqiue") == "add-unique"
    assert nearest("x") is None


def table() -> str:
    """The table of README, from the rules themselves."""
    rows = ["| rule | severity | fires on | databases | safe form |", "|---|---|---|---|---|"]
    rows += [
        f"| `{r.id}` | {r.severity} | {r.summary} | {databases(r)} | {named(r.drafted)} |"
        for r in registry().values()
    ]
    return "\n".join(rows) + "\n"


def test_readme_lists_the_rules() -> None:
    found = _BLOCK.search((ROOT / "README.md").read_text("utf-8"))
    assert found is not None
    assert found[1] == table()
