"""The line of stages at every width."""

from itertools import pairwise

from rich.cells import cell_len

from console.app.widgets.stage_strip import stage_strip
from console.core.log.stages import stage_times
from console.core.subjects.stage import MoveStage
from tests.core.story import Story


def strip(story: Story, width: int) -> str:
    return "".join(words for words, _ in stage_strip(stage_times(story.state, story.now), width))


def mitigating() -> Story:
    story = Story("SEV1")
    story.at(4.5).does(MoveStage, stage="investigating")
    story.at(20).does(MoveStage, stage="mitigating")
    return story.at(25)


def test_where_there_is_room_every_stage_has_its_name_and_those_behind_their_time() -> None:
    wide = strip(mitigating(), 200)
    assert wide.startswith("Declared 4m ━ Investigating 15m ━ ▶ MITIGATING 5m ─ ")
    assert wide.endswith(" ─ Monitoring ─ Closed ─ Postmortem")
    assert "Triage" not in wide


def test_a_narrower_strip_says_less_and_always_the_present_stage_and_its_time() -> None:
    story = mitigating()
    told = [strip(story, width) for width in range(200, 20, -1)]
    assert all("▶ MITIGATING 5m" in words for words in told)
    assert all(cell_len(words) <= width for words, width in zip(told, range(200, 20, -1), strict=True))
    assert all(cell_len(after) <= cell_len(before) for before, after in pairwise(told))
    assert strip(story, 78) == "Declared 4m ━ Investigating 15m ━ ▶ MITIGATING 5m ─ Resolving ─ 3 more"
    assert "2 stages 20m ━ ▶ MITIGATING 5m ─ Resolving ─ 3 more" in told
    assert "━ ━ ━ ━ ▶ MITIGATING 5m ─ ─ ─ ─" in told
    assert strip(story, 10) == "▶ MITIGAT…"


def test_a_stage_beyond_its_target_says_so_without_colour() -> None:
    story = Story("SEV1").at(9)
    assert "▲" not in strip(story, 200)
    story.at(12)
    assert "▶ DECLARED 12m ▲ over its target of 10m ─" in strip(story, 200)
    assert strip(story, 20) == "▶ DECLARED 12m ▲"
    looks = {look for words, look in stage_strip(stage_times(story.state, story.now), 200) if "▶" in words}
    assert looks == {"late"}


def test_without_stages_there_is_no_strip() -> None:
    assert stage_strip((), 80) == []
