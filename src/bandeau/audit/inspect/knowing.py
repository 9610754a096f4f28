"""What an inspection asks of the knowledge: who owns a host, what a cookie or a storage key is for."""

from __future__ import annotations

from typing import Protocol


class Known(Protocol):
    """A known service, as far as judging needs it."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def service(self) -> str:
        """Its id in the catalogue, empty where it has none."""
        ...

    @property
    def purposes(self) -> tuple[str, ...]:
        """What it is for, in the words of a declaration."""
        ...

    @property
    def profiling(self) -> bool:
        """Whether it builds profiles of visitors."""
        ...


class Knowledge(Protocol):
    """What is known of the outside world; each answer is ``None`` where nothing is."""

    def owner(self, host: str, /) -> Known | None:
        """Whose host it is."""
        ...

    def cookie(self, name: str, host: str, /) -> Known | None:
        """Whose cookie it is, where it lies on a host."""
        ...

    def storage(self, key: str, /) -> Known | None:
        """Whose storage key it is."""
        ...

    def site_of(self, host: str, /) -> str:
        """The registrable domain of a host: what browsers call a site."""
        ...
