"""What a project sets: severities, rules that are off, findings that are ignored for a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from autogen.config import load_config
from autogen.errors import AutogenError
from autogen.plan import Finding
from autogen.review.settings import Ignore, RuleSettings

HEAD = '[tool.autogen]\nmodels = "app:Base"\nurl = "sqlite://"\nmigrations = "m"\n'
DROP = Finding("drop-column", "blocker", "orders.legacy_code", "Deletes.")
LOCK = Finding("add-fk-lock", "low", "orders.fk", "Waits.")


def load(folder: Path, text: str) -> RuleSettings | None:
    folder.joinpath(".git").mkdir(exist_ok=True)
    folder.joinpath("pyproject.toml").write_text(HEAD + text, "utf-8")
    return load_config(folder, environ={}).rules


def test_nothing_set(tmp_path: Path) -> None:
    assert load(tmp_path, "") is None


def test_severities_and_reasons_are_read(tmp_path: Path) -> None:
    text = (
        '[tool.autogen.rules]\ndrop-column = "high"\nstyle-json = "off"\n'
        '[[tool.autogen.ignore]]\nrule = "add-fk"\nobject = "audit.*"\nreason = "append only"\n'
    )
    settings = load(tmp_path, text)
    assert settings is not None
    assert (settings.in_force("drop-column"), settings.in_force("style-json")) == ("high", "off")
    assert settings.in_force("drop-table") == "blocker"
    assert settings.ignored == (Ignore("add-fk", "audit.*", "append only"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[tool.autogen.rules]\ndrop-colum = "off"\n', "no rule 'drop-colum'. Did you mean 'drop-column'?"),
        ('[tool.autogen.rules]\nzzz = "off"\n', "no rule 'zzz'. `autogen rules` lists them all."),
        ('[tool.autogen.rules]\ndrop-column = "error"\n', "has to be one of blocker, high, medium, low, off"),
        ("[tool.autogen.rules]\ndrop-column = false\n", "has to be one of"),
        ("[tool.autogen.rules]\ndrop-column = []\n", "has to be one of"),
        ('rules = "off"\n', "'rules' has to be a table"),
        ('ignore = "drop-column"\n', "'ignore' has to be a list of tables"),
        ('[[tool.autogen.ignore]]\nrule = "drop-column"\nobject = "t"\n', "ignore 1: give reason ="),
        ('[[tool.autogen.ignore]]\nrule = "drop-column"\nobject = "t"\nreason = " "\n', "give reason ="),
        ('[[tool.autogen.ignore]]\nrule = "drop"\nobject = "t"\nreason = "r"\n', "no rule 'drop'"),
        (
            '[[tool.autogen.ignore]]\nrule = "drop-column"\nobjects = "t"\nreason = "r"\n',
            "no key 'objects'. Did you mean 'object'?",
        ),
    ],
)
def test_mistakes_are_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(AutogenError) as raised:
        load(tmp_path, text)
    assert said in str(raised.value)
    assert str(tmp_path / "pyproject.toml") in str(raised.value)


def test_a_severity_that_is_set_holds_whatever_the_size() -> None:
    shown, ignored = RuleSettings({"add-fk-lock": "blocker", "drop-column": "medium"}).judged([DROP, LOCK])
    assert [(f.rule, f.severity) for f in shown] == [("add-fk-lock", "blocker"), ("drop-column", "medium")]
    assert ignored == ()


def test_off_is_not_told_and_ignored_is_with_its_reason() -> None:
    settings = RuleSettings({"add-fk-lock": "off"}, (Ignore("drop-column", "orders.legacy_*", "unused"),))
    shown, ignored = settings.judged([DROP, LOCK])
    assert shown == ()
    assert [(i.finding, i.reason) for i in ignored] == [(DROP, "unused")]


def test_a_pattern_meets_the_rule_it_names_and_old_names() -> None:
    renamed = Finding("rename-column", "high", "users.full_name", "Renamed.", was="users.fullname")
    assert Ignore("rename-column", "users.fullname", "r").meets(renamed.rule, renamed.about)
    assert not Ignore("drop-column", "users.*", "r").meets(renamed.rule, renamed.about)
    assert not Ignore("rename-column", "user", "r").meets(renamed.rule, renamed.about)


def test_what_is_certain_to_fail_keeps_its_severity() -> None:
    certain = Finding("add-unique", "blocker", "t.uq", "Fails.", certain=True)
    assert RuleSettings({"add-unique": "low"}).judged([certain])[0] == (certain,)
