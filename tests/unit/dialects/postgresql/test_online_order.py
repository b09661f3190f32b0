"""Which steps run in which transaction."""

from __future__ import annotations

from autogen.dialects.postgresql.online_order import AUTOCOMMIT, Finish, segments, waiting
from autogen.plan import Step
from autogen.schema import Code, Key


def step(name: str, where: str = "inside", table: str = "t") -> Step:
    key = Key("index", "", table, name.rstrip("*"))
    if where == "finish":
        return Finish(Code(name), key)
    return Step(Code(name), key, block=AUTOCOMMIT if where == "outside" else "")


def ordered(*steps: Step, whole: bool = False, pairs: tuple[str, ...] = ()) -> list[str]:
    """The segments as text, those outside in brackets; steps of one object are related, and the pairs."""

    def related(one: Step, other: Step) -> bool:
        return one.subject == other.subject or f"{one.code.text}{other.code.text}" in pairs

    found = segments(steps, related, whole)
    texts = ["".join(s.code.text for s in segment.steps) for segment in found]
    return [f"[{t}]" if segment.outside else t for t, segment in zip(texts, found, strict=True)]


def test_what_may_wait_goes_into_the_last_transaction() -> None:
    assert ordered(step("a"), step("b", "outside"), step("c")) == ["[b]", "ac"]


def test_what_is_needed_outside_comes_before() -> None:
    needed = ordered(step("a"), step("b"), step("c", "outside"), step("d"), pairs=("bc",))
    assert needed == ["ab", "[c]", "d"]


def test_steps_outside_share_a_block() -> None:
    steps = (step("a"), step("a*", "outside"), step("b"), step("b*", "outside"), step("c", "outside"))
    assert ordered(*steps) == ["ab", "[a*b*c]"]


def test_finishing_steps_come_last() -> None:
    steps = (step("a", "outside"), step("a*", "finish"), step("b"), step("b*", "outside"))
    assert ordered(*steps) == ["b", "[ab*]", "a*"]


def test_a_finishing_step_comes_early_where_another_block_needs_it() -> None:
    steps = (step("a", "outside"), step("a*", "finish"), step("b"), step("b*", "outside"))
    assert ordered(*steps, pairs=("a*b",)) == ["[a]", "a*b", "[b*]"]


def test_what_belongs_together_is_not_parted() -> None:
    steps = (step("a"), step("b", "outside"), step("c"), step("d"))
    assert ordered(*steps, pairs=("ab",)) == ["a", "[b]", "cd"]
    assert ordered(*steps, pairs=("ab",), whole=True) == ["acd", "[b]"]
    assert ordered(*steps, whole=True) == ["[b]", "acd"]


def test_what_waits_for_a_transaction() -> None:
    steps = (step("a"), step("b", "outside"), step("c", "outside"))
    assert waiting(steps, lambda one, other: one.code.text + other.code.text == "ab") == {steps[1].subject}
