"""`autogen rules`, `autogen explain`, and what the configuration says about rules, as the user sees it."""

from __future__ import annotations

import json

import pytest

from tests.cli.project import MODELS, UserProject

WITH_CODE = MODELS + "    code: Mapped[str | None] = mapped_column(String(5))\n"
WITH_MORE = WITH_CODE + "    legacy: Mapped[str | None] = mapped_column(String(5))\n"


@pytest.fixture
def legacy(shop: UserProject) -> UserProject:
    """A project whose database holds columns that its models have given up."""
    shop.write("models.py", WITH_MORE)
    assert shop.autogen("diff", "--no-verify").code == 0
    shop.upgrade()
    shop.sql("INSERT INTO users (id, name, code, legacy) VALUES (1, 'a', 'b', 'c')")
    shop.write("models.py", MODELS)
    return shop


def configured(project: UserProject, text: str) -> None:
    path = project.root / "pyproject.toml"
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def test_rules_are_listed_with_the_severity_in_force(shop: UserProject) -> None:
    configured(shop, '\n[tool.autogen.rules]\ndrop-column = "medium"\nstyle-json = "off"\n')
    ran = shop.autogen("rules")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0].split()[:2] == ["rule", "severity"]
    weights = {line.split()[0]: line.split()[1] for line in lines[1:-2]}
    assert (weights["drop-column"], weights["style-json"], weights["drop-table"]) == (
        "medium",
        "off",
        "blocker",
    )
    assert len({line.index(weights[line.split()[0]], 15) for line in lines[1:-2]}) == 1
    found = {rule["id"]: rule for rule in json.loads(shop.autogen("rules", "--format", "json").out)}
    assert found.keys() == weights.keys()
    assert (found["drop-column"]["severity"], found["drop-column"]["default"]) == ("medium", "blocker")


def test_a_rule_is_explained(shop: UserProject) -> None:
    ran = shop.autogen("explain", "index-not-concurrent")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("index-not-concurrent  high  PostgreSQL\nFires on an index built")
    assert "SHARE lock" in ran.out and "postgresql_concurrently=True" in ran.out


def test_an_unknown_rule_is_told_with_what_it_may_be(shop: UserProject) -> None:
    ran = shop.autogen("explain", "drop-colum")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "autogen: error: There is no rule 'drop-colum'. Did you mean 'drop-column'?\n"


def test_a_wrong_setting_stops_every_command(shop: UserProject) -> None:
    configured(shop, '\n[tool.autogen.rules]\ndrop-colum = "off"\n')
    for command in ("diff", "check", "rules"):
        ran = shop.autogen(command)
        assert ran.code == 2
        assert "there is no rule 'drop-colum'. Did you mean 'drop-column'?" in ran.err


def test_what_is_ignored_is_shown_with_its_reason_when_asked_for(legacy: UserProject) -> None:
    configured(
        legacy,
        '\n[tool.autogen.rules]\ndrop-column = "low"\n'
        '[[tool.autogen.ignore]]\nrule = "drop-column"\nobject = "users.leg*"\nreason = "nobody reads it"\n',
    )
    plain, verbose = legacy.autogen("check"), legacy.autogen("check", "--verbose")
    assert (plain.code, verbose.code) == (1, 1)
    assert "holds" not in plain.out and "nobody reads it" not in plain.out
    assert "2 changes, 1 minor." in plain.out
    assert "! holds 1 value" in verbose.out
    assert "Ignored: 1 finding" in verbose.out
    assert "drop-column users.legacy  nobody reads it" in verbose.out
    found = json.loads(legacy.autogen("check", "--format", "json").out)["findings"]
    assert [(f["rule"], f["severity"], f["object"]) for f in found] == [("drop-column", "low", "users.code")]


def test_hints_have_no_box_and_what_is_set_has(legacy: UserProject) -> None:
    configured(legacy, '\n[tool.autogen.rules]\ndrop-column = "low"\n')
    assert legacy.autogen("diff", "--no-verify").code == 0
    assert "Review:" not in legacy.draft()
    path = legacy.root / "pyproject.toml"
    path.write_text(path.read_text("utf-8").replace('"low"', '"medium"'), "utf-8")
    assert legacy.autogen("diff", "--no-verify", "--amend").code == 0
    assert "- [ ] drop-column users.code" in legacy.draft()
