"""The built-in drills, and two runs of one of them: one that does it well, and one that does not."""

from collections.abc import Sequence
from pathlib import Path

from console.core.drill.reader import read_drill
from console.core.drill.script import Drill
from tests.core.story import built_in

DRILLS = Path(__file__).parents[2] / "data/drills"
Typed = tuple[float, str, str]
"""A minute, who types then, and the line."""


def drill(name: str) -> Drill:
    return read_drill((DRILLS / f"{name}.toml").read_text(), f"{name}.toml", built_in)


GOOD: Sequence[Typed] = (
    (0.25, "ana", "/role ic ana"),
    (0.5, "ana", "/role scribe bo"),
    (0.75, "ana", "/role comms cy"),
    (1.5, "ana", "/sev SEV1 four fifths of the traffic are gone"),
    (2, "bo", "/stage investigating"),
    (2.25, "bo", "/component edge major"),
    (2.5, "bo", "/milestone impact_started 14:00"),
    (2.5, "bo", "/milestone detected 14:00"),
    *((2.75, "bo", f"/check first-five-minutes/{item}") for item in (1, 2, 3, 4, 5)),
    *((2.75, "bo", f"/check declare/{item}") for item in (1, 2, 3)),
    (3, "ana", "/page Network on-call by phone"),
    (4, "ana", "/answered Network on-call 10m"),
    (3, "cy", "/update internal next 30m We look into errors in every region; ana commands."),
    (4.5, "cy", "/update public next 30m Visitors see error pages in all regions. Next update at 14:35."),
    (5, "ana", "+ @dee 10m find out what changed before the first page"),
    (7, "dee", "/done 1: a rule of the firewall, without a stage"),
    (8, "ana", "! roll back the rule"),
    (8.25, "dee", "/change roll back the firewall's rule back: deploy it again"),
    (8.5, "bo", "/stage mitigating"),
    (10.75, "dee", "/changed done traffic comes back"),
    (11, "bo", "/ruled-out 1 it began with the change"),
    (11.5, "bo", "/stage resolving"),
    (12, "cy", "/update public next 30m Traffic is back. We are watching. Next update at 14:42."),
    (12.25, "cy", "/update internal next 30m The rule is rolled back; the firewall stays off until it is tested."),
    (13, "bo", "/postmortem owner dee"),
    (15, "bo", "/stage monitoring"),
    (16, "cy", "/update public next 30m All sites answer as usual. Next update at 14:46."),
)
BAD: Sequence[Typed] = (
    (10, "ana", "/sev SEV1 the phones ring"),
    (12, "ana", "* it may be a big attack"),
    (13, "ana", "/change restart all machines"),
    (22, "bo", "/change ! block some addresses"),
    (26, "ana", "/update public We think it is an attack. It will be fixed by 15:00."),
    (30, "ana", "/stage closed ! False alarm: nobody was affected"),
)
