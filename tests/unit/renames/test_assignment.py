from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from autogen.renames.assignment import assign, components

WEIGHTS = st.dictionaries(
    st.tuples(st.sampled_from("abcde"), st.sampled_from("vwxyz")),
    st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9]),
    max_size=14,
)


@given(WEIGHTS)
def test_no_other_assignment_weighs_more(weights: dict[tuple[str, str], float]) -> None:
    chosen = assign(weights)
    assert len({a for a, _ in chosen}) == len({b for _, b in chosen}) == len(chosen)
    best = max(
        sum(weights.get(pair, 0) for pair in zip("abcde", order, strict=True))
        for order in permutations("vwxyz")
    )
    assert abs(sum(weights[pair] for pair in chosen) - best) < 1e-6


def test_a_tie_goes_to_the_first() -> None:
    assert assign({("title_en", "title"): 0.5, ("title_nl", "title"): 0.5}) == [("title_en", "title")]
    assert assign({("title", "title_en"): 0.5, ("title", "title_nl"): 0.5}) == [("title", "title_en")]


def test_components() -> None:
    pairs = [("a", "x"), ("b", "y"), ("c", "x"), ("c", "z")]
    assert components(pairs) == [[("a", "x"), ("c", "x"), ("c", "z")], [("b", "y")]]
