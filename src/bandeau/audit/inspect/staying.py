"""What a withdrawal leaves on the terminal (A601, A604). What is still sent and read, ``using`` tells."""

from __future__ import annotations

from collections.abc import Iterator

from bandeau.audit.facts import Area
from bandeau.audit.inspect.scene import Scene, Sighting, where
from bandeau.audit.inspect.setting import weigh_kept
from bandeau.audit.inspect.weighing import Need, Opinion
from bandeau.audit.inspect.whole import Whole
from bandeau.audit.recording import State


def sightings(whole: Whole) -> Iterator[tuple[Scene, Sighting]]:
    """What still lay there when the withdrawal was over, and is the site's to delete."""
    scene = whole.scene(State.WITHDRAWN)
    if scene is None:
        return
    without = _kept(whole.scene(State.BEFORE)) | _kept(whole.scene(State.REFUSED))
    accepted = _kept(whole.scene(State.ACCEPTED))
    refusing = whole.scene(State.REFUSED) is not None
    for kept in scene.stay.kept:
        # A site cannot delete what lies on another site's host: there, only sending and reading count.
        if not scene.scales.own(where(kept)):
            continue
        opinion, _, subject = weigh_kept(scene, kept)
        place = (kept.area, kept.key, kept.owner)
        if opinion.breaks:
            yield scene, scene.sighting("A601", subject, opinion, scene.remark(f"{subject} lay there at the end"))
        elif refusing and opinion.need is Need.PERHAPS and place in accepted and place not in without:
            why = "it came with the acceptance, no refusal brings it, and its value tells one visitor from all others"
            doubt = Opinion(Need.PERHAPS, why=why)
            yield scene, scene.sighting("A604", subject, doubt, scene.remark(f"{subject} lay there at the end"))


def _kept(scene: Scene | None) -> set[tuple[Area, str, str]]:
    return {(kept.area, kept.key, kept.owner) for kept in scene.stay.kept} if scene else set()
