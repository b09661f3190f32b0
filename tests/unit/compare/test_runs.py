"""Changes of a group stay together as far as what they need allows."""

from __future__ import annotations

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from autogen.compare.runs import in_runs


def runs(groups: str, **needs: str) -> str:
    """Groups in the order they come up: ``runs("aabb", _2="1")`` has number 2 need number 1."""
    wanted = [{int(n) for n in needs.get(f"_{i}", "")} for i in range(len(groups))]
    order = in_runs(wanted, list(groups))
    return "".join(group for group, _ in groupby(groups[i] for i in order))


def test_a_group_waits_until_it_can_be_done_as_a_whole() -> None:
    assert runs("aabbcc") == "abc"
    assert runs("aabbcc", _1="2") == "bac"
    assert runs("aabbcc", _1="2", _3="4") == "cba"


def test_only_the_circle_is_cut() -> None:
    assert runs("aabbcc", _1="2", _3="4", _5="3").count("a") == 1
    assert runs("aabb", _1="2", _3="0") == "aba"


@given(st.lists(st.tuples(st.integers(0, 4), st.sets(st.integers(0, 20), max_size=3)), max_size=20))
def test_everything_comes_once_and_after_its_needs(drawn: list[tuple[int, set[int]]]) -> None:
    needs = [{n for n in wanted if n < i} for i, (_, wanted) in enumerate(drawn)]
    order = in_runs(needs, [group for group, _ in drawn])
    assert sorted(order) == list(range(len(drawn)))
    place = {i: at for at, i in enumerate(order)}
    assert all(place[n] < place[i] for i, wanted in enumerate(needs) for n in wanted)
