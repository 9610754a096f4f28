"""The wall lists what may be contacted and nothing else, and never loosens the site's own policy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.enforce.csp import ScriptLeave, frame_leave, script_leave, wall
from bandeau.model import Host


def sources(*hosts: str) -> list[str]:
    text = wall([Host.parse(host) for host in hosts], "/.bandeau/report").decode()
    assert text.endswith("; report-uri /.bandeau/report")
    return text.removesuffix("; report-uri /.bandeau/report").split()


def test_a_host_without_a_port_means_every_port_and_one_with_a_port_that_one() -> None:
    assert "video.example:*" in sources("video.example")
    assert "video.example:8443" in sources("video.example:8443")
    assert "*.video.example:*" in sources("*.video.example")


def test_a_path_is_meant_itself_and_all_below_it() -> None:
    listed = sources("video.example/embed")
    assert {"video.example:*/embed", "video.example:*/embed/"} <= set(listed)
    assert "video.example:*" not in listed


@pytest.mark.parametrize("host", ["video.example", "*.video.example:8443", "video.example/in/"])
def test_a_host_may_be_contacted_by_websocket_too(host: str) -> None:
    listed = sources(host)
    assert {
        f"ws://{source}" for source in listed if ":" in source and "video" in source and "/" not in source[:5]
    } <= set(listed)


def test_no_source_lets_any_host_in() -> None:
    listed = sources("video.example")
    assert listed[0] == "default-src"
    assert not {"*", "https:", "http:", "ws:", "wss:"} & set(listed)


def test_an_address_that_csp_cannot_name_is_left_out_rather_than_breaking_the_header() -> None:
    assert sources("[::1]:80") == sources()


@pytest.mark.parametrize(
    ("policies", "leave"),
    [
        ([], ScriptLeave(inline=True)),
        (["img-src *"], ScriptLeave(inline=True)),
        (["script-src 'self' 'unsafe-inline'"], ScriptLeave(inline=True)),
        (["script-src 'self'"], ScriptLeave(inline=False)),
        (["default-src 'none'"], ScriptLeave(inline=False)),
        (["default-src 'none'; script-src 'unsafe-inline'"], ScriptLeave(inline=True)),
        (["script-src 'unsafe-inline' 'nonce-abc'"], ScriptLeave(inline=False, nonce="abc")),
        (["script-src 'nonce-a+/_-=' 'strict-dynamic'"], ScriptLeave(inline=False, nonce="a+/_-=")),
        (["SCRIPT-SRC-ELEM 'NONCE-x'; script-src *"], ScriptLeave(inline=False, nonce="x")),
        (["script-src 'unsafe-inline' 'sha256-abc='"], ScriptLeave(inline=False)),
        (["script-src 'unsafe-inline'", "script-src 'self'"], ScriptLeave(inline=False)),
        (["script-src 'unsafe-inline', default-src 'self'"], ScriptLeave(inline=False)),
    ],
)
def test_how_the_sites_own_policy_lets_the_guard_run(policies: list[str], leave: ScriptLeave) -> None:
    assert script_leave(policy.encode() for policy in policies) == leave


@given(st.lists(st.binary(max_size=200), max_size=4))
def test_any_policy_can_be_read(policies: list[bytes]) -> None:
    leave = script_leave(policies)
    assert leave.nonce is None or not leave.inline


@pytest.mark.parametrize(
    ("policies", "leave"),
    [
        ([], True),
        (["script-src 'none'"], True),
        (["frame-src https://video.example"], False),
        (["frame-src 'none'"], False),
        (["default-src https:; frame-src 'SELF' https://video.example"], True),
        (["default-src 'self'"], True),
        (["default-src 'self'; child-src https://video.example"], False),
        (["child-src 'none'; frame-src *"], True),
        (["frame-src *.example"], False),
        (["frame-src *", "img-src *, frame-src https:"], False),
    ],
)
def test_whether_the_sites_own_policy_lets_a_frame_of_its_own_origin_in(policies: list[str], leave: bool) -> None:
    assert frame_leave(policy.encode() for policy in policies) is leave
