from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.audit.pace import BUSY, Pace, asked_wait


def played(pace: Pace, hosts: dict[str, int], step: float) -> list[tuple[float, str]]:
    """Begin pages whenever the pace lets one, on a clock that ticks."""
    left, starts, now = dict(hosts), [], 100.0
    for host in left:
        pace.add(host)
    while any(left.values()):
        while (host := pace.take(now)) is not None:
            starts.append((now, host))
            pace.started(host, now)
            left[host] -= 1
            if left[host]:
                pace.add(host)
        now += step
    return starts


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 6), min_size=1),
    st.floats(0.01, 5),
    st.floats(0.01, 3),
)
def test_two_starts_of_a_host_are_never_closer_than_the_gap(hosts: dict[str, int], gap: float, step: float) -> None:
    starts = played(Pace(gap), hosts, step)
    for host in hosts:
        times = [at for at, name in starts if name == host]
        assert all(later >= earlier + gap - 1e-9 for earlier, later in pairwise(times))
    assert played(Pace(gap), hosts, step) == starts


def test_hosts_do_not_wait_for_each_other() -> None:
    assert [host for at, host in played(Pace(10), {"a": 2, "b": 2}, 1) if at == 100.0] == ["a", "b"]


def test_a_delay_that_is_asked_for_is_kept_and_none_shortens_the_gap() -> None:
    pace = Pace(1)
    pace.add("a")
    assert pace.take(0) == "a"
    pace.slow("a", 0.1)
    pace.slow("a", 30)
    pace.started("a", 0)
    pace.add("a")
    assert (pace.take(29), pace.take(30)) == (None, "a")


def test_a_delay_learnt_after_a_start_moves_the_next_one() -> None:
    pace = Pace(1)
    pace.add("a")
    pace.started("a", 100)
    pace.slow("a", 30)
    assert pace.due("a") == 130


def test_a_host_that_asks_for_time_is_left_alone() -> None:
    pace = Pace(1)
    pace.add("a")
    pace.hold("a", 60)
    assert (pace.take(59), pace.take(60)) == (None, "a")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), (" 0 ", 0), ("Thu, 26 Nov 2026 10:02:00 GMT", 120), ("Thu, 26 Nov 2026 09:00:00 GMT", 0)]
    + [(value, BUSY) for value in ("", "soon", "-5", "1.5", "Thu, 99 Nov 2026 10:02:00 GMT", "²")],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float) -> None:
    assert asked_wait(value, datetime(2026, 11, 26, 10, tzinfo=UTC)) == seconds
