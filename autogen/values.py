"""The decorator of the plain values that the stages hand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import field
    from typing import TypeVar, dataclass_transform

    T = TypeVar("T")

    @dataclass_transform(frozen_default=True, field_specifiers=(field,))
    def value(
        *, frozen: bool, slots: bool = False, compared_often: bool = False
    ) -> Callable[[type[T]], type[T]]: ...

else:
    from dataclasses import dataclass, fields
    from operator import attrgetter

    def value(*, frozen, slots=False, compared_often=False):
        """A dataclass that the type checker keeps frozen. Enforced at run time as well, it would take three
        times as long to make one, and a comparison makes hundreds of thousands. Every method that is
        generated costs each run a part of a millisecond, so all share one ``repr``, and those of which few
        are ever compared do that by a getter, which takes twice as long."""

        def made(cls):
            if "__repr__" not in cls.__dict__:
                cls.__repr__ = _shown
            if compared_often:
                return dataclass(slots=slots, unsafe_hash=frozen, repr=False)(cls)
            return _comparable(dataclass(slots=slots, eq=False, repr=False)(cls), frozen)

        return made

    def _comparable(cls, hashable):
        key = attrgetter(*[f.name for f in fields(cls) if f.compare])

        def equal(self, other):
            return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

        def hashed(self):
            return hash(key(self))

        cls.__eq__ = equal
        cls.__hash__ = hashed if hashable else None
        return cls

    def _shown(self):
        shown = (f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if f.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"


__all__ = ["value"]
