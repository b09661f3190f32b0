"""The order of steps of which some run outside the transaction, and what lets a second run go through.

A draft with such steps falls into segments, in turn inside a transaction and outside. A transaction is
committed when the block outside it begins; only the last one is committed together with the revision. So
whatever may wait goes into the last one, and a segment that is committed earlier is passed over by a second
run: where one of its steps has made something, all of them have been done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autogen.plan import Step
from autogen.schema import Key
from autogen.values import value

AUTOCOMMIT = "with op.get_context().autocommit_block():"
WRITES_GO_ON = f"{AUTOCOMMIT}  # outside the transaction: writes go on"
Related = Callable[[Step, Step], bool]


@value(frozen=True, slots=True)
class Finish(Step):
    """The last step of a safe form: it is brief, and waits for the last transaction where it can.

    ``only_once`` is False where a second run may repeat it."""

    only_once: bool = True


@value(frozen=True, slots=True)
class Segment:
    steps: tuple[Step, ...]
    outside: bool


def outside(step: Step) -> bool:
    return step.block == AUTOCOMMIT


def segments(steps: Sequence[Step], related: Related, whole: bool) -> list[Segment]:
    """The steps in segments, as few as they allow.

    The order is kept among steps that are ``related``, among all inside the transaction, and among finishing
    steps of one table. ``whole`` keeps the steps inside in one segment, where that can be.
    """
    return _Order(steps, related, whole).segments()


def waiting(steps: Sequence[Step], related: Related) -> frozenset[Key]:
    """The subjects of the steps outside that need another one inside before them."""
    order = _Order(steps, related, whole=False)
    outer = [i for i, step in enumerate(steps) if outside(step)]
    return frozenset(steps[i].subject for i in outer if any(order.sorts[j] != 1 for j in order.ahead({i})))


class _Order:
    def __init__(self, steps: Sequence[Step], related: Related, whole: bool) -> None:
        self.steps = steps
        self.whole = whole
        self.sorts = [2 if isinstance(s, Finish) else 1 if outside(s) else 0 for s in steps]
        self.needs = [
            {i for i in range(j) if self._ordered(i, j) or related(steps[i], steps[j])}
            for j in range(len(steps))
        ]
        self.left = set(range(len(steps)))
        self.found: list[tuple[bool, list[int]]] = []

    def _ordered(self, i: int, j: int) -> bool:
        """Whether two steps keep their order because of their kind: all inside, finishing ones of a table."""
        if self.sorts[i] != self.sorts[j] or self.sorts[i] == 1:
            return False
        return self.sorts[i] == 0 or self.steps[i].subject.owner == self.steps[j].subject.owner

    def segments(self) -> list[Segment]:
        while self.left:
            waiting = {i for i in self.left if self.sorts[i] == 1}
            self._run(self.ahead(waiting) - waiting if waiting else set(self.left), False)
            self._run(waiting, True)
        return [Segment(tuple(self.steps[i] for i in run), kind) for kind, run in self.found]

    def _run(self, among: set[int], kind: bool) -> None:
        """Takes all of these that may run by now, finishing steps last."""
        while ready := [i for i in among & self.left if self.needs[i].isdisjoint(self.left)]:
            chosen = min(ready, key=lambda i: (self.sorts[i], i))
            self.left.discard(chosen)
            if not self.found or self.found[-1][0] != kind:
                self.found.append((kind, []))
            self.found[-1][1].append(chosen)

    def ahead(self, waiting: set[int]) -> set[int]:
        """What must come before the steps outside that are left; with one of the steps inside all of them,
        if they belong together."""
        ahead: set[int] = set()
        todo = list(waiting)
        while todo:
            new = (self.needs[todo.pop()] & self.left) - ahead
            ahead |= new
            todo += new
        if self.whole and any(self.sorts[i] == 0 for i in ahead):
            ahead |= {i for i in self.left if self.sorts[i] == 0}
        return ahead
