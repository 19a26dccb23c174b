"""Somebody who joins reads one screen and knows what is going on."""

import re
import textwrap
from datetime import UTC, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.core.log.state import Incident
from console.core.subjects.change import ClaimChange, EndChange
from console.core.subjects.declaration import ChangeTitle, DescribeImpact
from console.core.subjects.entry import LogEntry
from console.core.subjects.fix import AddFix
from console.core.subjects.role import AssignRole
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AddTask
from console.core.subjects.undo import Undo
from console.export.updates.update import brief
from console.library.templates import Templates
from tests.core.story import START, Story, standard
from tests.export.demo import OPENING, practised

pytestmark = pytest.mark.rule

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def opening(tmp_path_factory: pytest.TempPathFactory) -> Incident:
    return practised(tmp_path_factory.mktemp("demo") / "w.db", standard())


def lines_at(page: str, width: int) -> int:
    """The number of lines that the page takes in a terminal of that width."""
    return sum(max(1, len(textwrap.wrap(line, width))) for line in page.splitlines())


def test_it_answers_what_since_when_how_bad_who_what_is_done_and_what_is_needed(opening: Incident) -> None:
    page, complaint = brief(opening, OPENING, BERLIN)

    assert complaint == ""
    assert page.startswith(f"# {opening.ref}: Error 502 for visitors worldwide\n")
    assert "**SEV0 · Mitigating · declared 16m ago · DRILL** · as of 15:00 (14:00 UTC)" in page
    assert "- **Impact:** beginning not known; declared 14:44 by ana" in page
    assert "- **Severity:** SEV0: All hands: the whole service is down" in page
    assert "- **Led by:** ana; scribe: bo; tech lead: cy" in page
    assert "- **Channel, by the playbook:** #incident-2026-11-21-error-502-for-visitors-worldwide; timeline: `" in page
    assert "- **Hypothesis, supported:** The rule that went out at the start uses up the CPU." in page
    assert "- **Ruled out:** An attack." in page
    assert "- 14:56: The firewall's error logs say the same." in page
    assert "Open:\n- Prepare the rule's roll-back, and a test of it in one city: cy, back at 15:19" in page
    assert "- Temporary fix in place: We sign in to the control panel by the bypass" in page
    assert "Needed:\n- Communications lead: nobody yet." in page
    assert re.search(r"Owed next: public update, in 4m\.", page)


def test_a_closed_one_names_the_cause_that_somebody_marked_and_what_is_left_open() -> None:
    story = Story("SEV1")
    story.says("* the pool was too small #cause")
    story.does(AddTask, text="look at the replica", owner="cy")
    story.does(MoveStage, stage="closed", override="False alarm")
    page = brief(story.state, story.now, BERLIN)[0]
    assert "- **Cause:** the pool was too small." in page
    assert "The incident is resolved.\n\nStill open:\n- look at the replica: cy\n" in page
    assert "Needed:" not in page


def test_it_fits_on_a_screen(opening: Incident) -> None:
    assert lines_at(brief(opening, OPENING, BERLIN)[0], 120) <= 34
    story = Story()
    for number in range(40):
        story.at(number).does(LogEntry, kind="finding", text=f"finding {number} " + "x" * 500)
        story.does(LogEntry, kind="hypothesis", text=f"guess {number} " + "y" * 500)
        story.does(AddTask, text="z" * 500, owner="rs", due_in=timedelta(minutes=10))
        story.does(AddFix, text="w" * 500)
    story.does(DescribeImpact, text="v" * 900)
    assert lines_at(brief(story.state, story.now, UTC)[0], 120) <= 45


def test_a_young_incident_says_what_is_missing() -> None:
    page, _ = brief(Story().state, START, UTC)
    assert "- **Led by:** nobody yet" in page
    assert "- Incident commander: nobody yet." in page
    assert "Open:\n- We are investigating." in page
    assert "Known:" not in page


def test_overdue_things_are_needed_first_of_all() -> None:
    page, _ = brief(Story().at(45).state, START + timedelta(minutes=45), UTC)
    assert re.search(r"Owed next: .+, overdue by ", page)
    assert "overdue by" in page.split("Needed:")[1]


def test_nothing_that_people_wrote_is_markup_or_template() -> None:
    story = Story()
    hostile = "{{ 7 - 1 }} **b** [x](http://a) <script> `c` \x1b[31m\u202e"
    story.does(ChangeTitle, title=hostile)
    story.does(DescribeImpact, text=f"# top\n## Owed\n{hostile}")
    story.does(AssignRole, role="ic", person="*ana*")
    story.does(LogEntry, kind="finding", text=hostile)
    page, _ = brief(story.state, START, UTC)
    assert r"# INC-K7Q2: {{ 7 - 1 }} \*\*b\*\* \[x\](http://a) &lt;script> \`c\` ␛\[31m⟨U+202E⟩" in page
    assert r"**Led by:** \*ana\*" in page
    assert "\n## Owed" not in page
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", page)


def test_a_teams_own_brief_is_used_and_a_broken_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    own = tmp_path / "templates/brief.md.j2"
    own.write_text("{{ ref }} in {{ channel }}")
    state = Story().state
    assert brief(state, START, UTC, templates=Templates(tmp_path)) == (
        "INC-K7Q2 in #incident-2026-11-21-checkout-errors\n",
        "",
    )
    own.write_text("{% for x in tasks %}")
    page, complaint = brief(state, START, UTC, templates=Templates(tmp_path))
    assert page.startswith("# INC-K7Q2: Checkout errors")
    assert "brief.md.j2, line 1: Unexpected end of template" in complaint


def test_it_has_every_decision_that_stands_and_what_was_tried_without_success() -> None:
    story = Story().at(1)
    story.says("! no rollback: 7.4.1 migrated data")
    wrong = story.says("! restart everything")
    story.does(Undo, entry=wrong)
    for outcome, note in (("failed", "it did not come up"), ("rolled_back", ""), ("done", "fine")):
        story.does(ClaimChange, text=f"restart {outcome}")
        story.at(2).does(EndChange, outcome=outcome, note=note)
    page = brief(story.state, story.now, UTC)[0]
    assert "\nDecided:\n- no rollback: 7.4.1 migrated data.\n\n" in page
    tried = page.partition("Tried without success:\n")[2].partition("\n\n")[0]
    assert tried == ("- 14:02, failed: restart failed: it did not come up.\n- 14:02, rolled back: restart rolled_back.")
    for number in range(10):
        story.says(f"! decision {number}")
        story.says(f"* finding {number}")
    page = brief(story.state, story.now, UTC)[0]
    decided = page.partition("Decided:\n")[2].partition("\n\n")[0].splitlines()
    assert decided == ["- 3 earlier, in the timeline.", *(f"- decision {number}." for number in range(2, 10))]
    known = page.partition("Known:\n")[2].partition("\n\n")[0].splitlines()
    assert [known[0], known[-1]] == ["- 5 earlier, in the timeline.", "- 14:02: finding 9."]


def test_who_leads_keeps_the_other_roles_in_it() -> None:
    story = Story()
    for role in ("ic", "scribe"):
        story.does(AssignRole, role=role, person="jo")
    assert "- **Led by:** jo; scribe: jo\n" in brief(story.state, START, UTC)[0]
