"""The process in the room: guide, runbooks, advice, changes, classification, stages, updates, the playbook."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from console.app.acts import with_keys
from console.app.dialogs.compose import UpdateDialog
from console.app.widgets.guide import Guide
from console.core.subjects.change import ClaimChange, changes_in_flight
from console.core.subjects.component import components_of
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.runbook import open_runbooks, runbooks_of
from console.core.subjects.silence import silenced
from console.core.subjects.stage import DROPS, OWED_THEN, overrides_of
from console.core.subjects.triage import answers_of, triage_of
from console.core.subjects.update import PostUpdate, updates_of
from console.library.playbooks import Playbooks
from console.store.ledger import Ledger
from console.store.log import Log
from tests.app.driver import Clock, console


def declared_with(path: Path, clock: Clock, playbook: str, severity: str) -> str:
    with Log.open(path / "warroom.db") as log:
        book = Playbooks(None).built_in(playbook)
        return Ledger(log, actor="mo", clock=clock).declare(
            DeclareIncident(actor="mo", title="Checkout errors", severity=severity), book
        )


async def test_one_key_ticks_what_comes_next_and_says_who(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+c")
        assert "checks off “" in room.hint
        assert room.last.kind != "check"
        await room.presses("enter")
        assert room.last.kind == "check"
        first = room.last.text
        await room.presses("alt+c", "enter")
        assert room.last.text != first
        await room.presses("alt+x", "enter", "escape", "C", "enter")
        room.shows("✓", "mo 14:00")


async def test_the_guide_is_gone_through_item_by_item(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("escape", "C", "enter", "enter", "enter", "enter")
        ticked = [entry for entry in room.state.entries if entry.kind == "check"]
        assert len(ticked) == 3
        assert len({entry.text for entry in ticked}) == 3

        await room.presses("up", "enter")
        assert len([entry for entry in room.state.entries if entry.kind == "check"]) == 4

        await room.presses("C", "enter")
        assert room.screen.prompt.input.has_focus
        room.hides("Enter checks off")


async def test_a_list_that_is_not_for_now_unfolds(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 60)) as room:
        await room.presses("escape", "C", "enter", "end", "enter")
        guide = room.screen.query_one(Guide)
        assert len([option for option in guide.options.options if (option.id or "").startswith("postmortem/")]) > 0


@pytest.mark.rule("Rapid: Commands to undo a rollout and to revert")
async def test_a_runbook_opens_beside_the_timeline_and_its_command_is_only_copied(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("* the pods of the api answer slowly, latency is up")
        await room.presses("escape", "b")
        room.shows("API degradation")
        await room.presses("enter")
        room.shows("runbook", "□ Look at the rate of requests")
        assert list(runbooks_of(room.state).values())
        await room.presses("enter")
        assert room.last.text.startswith("✓ Look at the rate of requests")
        await room.presses("ctrl+y")
        assert "kubectl" in room.app.clipboard
        assert not any("kubectl" in entry.text for entry in room.state.entries)


async def test_a_runbook_by_name_and_one_that_does_not_exist(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/runbook ddos")
        assert [runbook.runbook.name for runbook in runbooks_of(room.state).values()] == ["ddos"]
        await room.presses("C", "enter")
        await room.logs("/runbook nothing-like-it")
        assert with_keys("{runbook} shows what there is") in room.hint
        assert room.line == "/runbook nothing-like-it"
        # “rat” is in degradation, and “de” begins deploy and degradation: neither is the name of one.
        for few in ("rat", "d", "de"):
            await room.logs(f"/runbook {few}")
            assert room.line == f"/runbook {few}"
            assert len(runbooks_of(room.state)) == 1


async def test_a_runbook_is_closed_from_its_row_and_the_line_says_what_is_left(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/runbook ddos")
        await room.presses("enter")
        room.app.screen.query_one(Guide).options.focus()
        await room.presses("B")
        assert "Runbook closed: DDoS" in room.hint
        assert "not checked off" in room.hint
        assert list(open_runbooks(room.state)) == ["ddos"]
        await room.presses("enter")
        assert open_runbooks(room.state) == {}
        room.shows("1/8 closed")
        await room.presses("alt+c")
        assert "DDoS" not in room.hint
        await room.presses("escape", "B")
        assert "No runbook is open" in room.hint
        await room.presses("alt+x", "enter")
        assert list(open_runbooks(room.state)) == ["ddos"]


async def test_of_several_open_runbooks_the_one_of_the_row_is_closed(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/runbook ddos")
        await room.presses("i", "enter")
        await room.logs("/runbook bad-deploy")
        await room.presses("i", "enter", "alt+shift+b")
        assert "Several runbooks are open" in room.hint
        room.screen.guide.options.focus()
        await room.presses("B", "enter")
        assert list(open_runbooks(room.state)) == ["ddos"]


async def test_a_runbook_is_closed_by_its_word_and_in_the_form(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/runbook ddos")
        await room.presses("i", "enter")
        await room.types("/runbook cl")
        await room.presses("tab")
        await room.types("d")
        await room.presses("tab")
        assert room.line == "/runbook close ddos "
        assert "Runbook closed: DDoS" in room.hint
        await room.presses("enter")
        assert open_runbooks(room.state) == {}

        await room.logs("/runbook close ddos")
        assert "No runbook is open" in room.hint
        assert room.line == "/runbook close ddos"

        await room.presses("alt+b")
        room.shows("(closed)")
        await room.presses("enter")
        assert list(open_runbooks(room.state)) == ["ddos"]
        await room.presses("b", "end")
        room.shows("Close “DDoS", "not checked off")
        await room.presses("enter")
        assert open_runbooks(room.state) == {}


async def test_the_most_urgent_advice_stands_above_the_timeline_until_it_is_followed(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.ticks(minutes=6)
        room.shows("☞ No incident commander is assigned.")
        await room.presses("escape", "w")
        room.shows("Advice for", "Name a commander first", "/role ic")
        await room.presses("enter")
        assert room.line == "/role ic "
        await room.types("ana")
        await room.presses("enter")
        room.hides("No incident commander is assigned")


async def test_advice_is_silenced_here_and_let_speak_again(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.ticks(minutes=6)
        await room.presses("escape", "w", "s", "enter")
        room.hides("No incident commander is assigned")
        assert silenced(room.state, "no_ic")
        await room.presses("w", "end", "s", "enter")
        assert not silenced(room.state, "no_ic")
        room.shows("No incident commander is assigned")


async def test_a_second_change_in_flight_is_shown_before_it_is_claimed(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        other = ClaimChange(actor="ana", text="restart the payment workers", rollback="start the old ones")
        await room.app.session.submit(room.ref, other)
        await room.presses("escape", "a", "enter")
        room.shows("In flight: ana", "restart the payment workers")
        await room.presses(*"drain", "tab", *"fill", "enter")
        room.shows("wait for it")
        assert len(changes_in_flight(room.state)) == 1
        await room.presses("2", "enter")
        assert len(changes_in_flight(room.state)) == 2


async def test_answers_come_to_a_severity_and_raising_needs_no_reason(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as room:
        await room.presses("escape", "S", "enter")
        dialog = room.app.screen
        dialog.query_one("#field-down").focus()
        await room.presses(*"yes")
        room.shows("SEV1 → SEV0")
        await room.presses("ctrl+s")
        assert room.state.severity.value == "SEV0"
        assert triage_of(room.state) is not None


async def test_answers_that_lower_it_ask_why(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as room:
        await room.presses("escape", "S", "enter")
        dialog = room.app.screen
        dialog.query_one("#field-degraded").focus()
        await room.presses(*"yes", "ctrl+s")
        room.shows("Say why the severity goes down")
        await room.presses(*"one customer only", "ctrl+s")
        assert room.state.severity.value != "SEV1"


async def test_a_break_in_asks_for_no_rollback_for_the_evidence_would_go_with_it(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 50)) as room:
        await room.presses("escape", "D", "enter", *"A strange login")
        await room.presses("ctrl+t", "ctrl+t")
        room.shows("Incident checklist, security")
        room.app.screen.query_one("#field-breach").focus()
        await room.presses(*"yes")
        room.app.screen.query_one("#field-changed").focus()
        await room.presses(*"deploy of 41")
        room.shows("→ SEV1")
        assert "roll it back" not in room.text()


@pytest.mark.rule("Standard: On declaring SEV0 or SEV1: a channel named by date and topic")
async def test_declaring_follows_the_answers_and_hands_the_first_words(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 50)) as room:
        await room.presses("escape", "D", "enter", *"Login fails")
        dialog = room.app.screen
        dialog.query_one("#field-down").focus()
        await room.presses(*"yes")
        dialog.query_one("#field-changed").focus()
        await room.presses(*"deploy of 41")
        room.shows("→ SEV0", "roll it back first")
        await room.presses("ctrl+s")
        ref = room.screen.ref
        assert ref != room.ref
        state = room.app.session.state(ref)
        assert state.severity.value == "SEV0"
        assert triage_of(state) is not None
        assert answers_of(state)["changed"] == "deploy of 41"
        assert room.app.clipboard.startswith("#incident-2026-11-21-login-fails")


async def test_a_severity_chosen_by_hand_stays(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 50)) as room:
        await room.presses("escape", "D", "enter", *"Login fails", "tab", "3")
        dialog = room.app.screen
        dialog.query_one("#field-down").focus()
        await room.presses(*"yes", "ctrl+s")
        assert room.app.session.state(room.screen.ref).severity.value == "SEV3"


async def test_another_process_keeps_what_was_typed(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 50)) as room:
        await room.presses("escape", "D", "enter", *"Login fails", "ctrl+t")
        room.shows("Login fails", "Incident checklist")
        await room.presses("ctrl+s")
        book = room.app.session.state(room.screen.ref).playbook
        assert book is not None
        assert book.name == "checklist"


async def test_the_accepted_reasons_of_a_gate_are_chosen_and_words_go_behind(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 50)) as room:
        await room.presses("escape", "n")
        room.hides("Accepted override reasons")
        await room.presses("8")
        room.shows("Accepted override reasons", "2 False alarm: nobody was affected", "3 Duplicate of another incident")
        await room.presses("enter")
        room.shows("choose an accepted reason")
        assert room.state.stage.value == "declared"
        await room.presses("tab", *"we are tired", "enter")
        room.shows("This gate takes only an accepted reason")
        await room.presses("3")
        room.shows("override: Duplicate of another incident: we are tired")
        await room.presses("enter")
        assert room.state.stage.value == "closed"
        (override,) = overrides_of(room.state)
        assert override.reason == "Duplicate of another incident: we are tired"


async def test_where_any_reason_overrides_a_gate_none_is_chosen(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 50)) as room:
        await room.presses("escape", "n", "9")
        room.shows("□")
        room.hides("Accepted override reasons")
        await room.presses("tab", *"it is fixed", "enter")
        assert overrides_of(room.state)[0].reason == "it is fixed"


async def test_tab_offers_the_accepted_reasons_behind_the_mark(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.types("/stage closed ! ")
        await room.presses("tab")
        assert room.line == "/stage closed ! False alarm: nobody was affected"
        await room.presses("tab")
        assert room.line == "/stage closed ! Duplicate of another incident"
        await room.types(" ")
        assert "Enter asks first: Closing drops: first public post due 14:15." in room.hint


async def test_what_closing_drops_is_told_before_the_line_is_entered(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 50)) as room:
        update = PostUpdate(actor="mo", audience="internal", text="We look.", next_in=timedelta(minutes=30))
        await room.app.session.submit(room.ref, update)
        await room.logs("+ @rs 10m page the bank")
        drops, owed = ("first public post due 14:15", "1 open task"), "final internal update, 14:30"
        await room.presses("alt+n", "8")
        room.shows(DROPS, *drops, OWED_THEN, owed)
        await room.presses("escape")

        await room.logs("/stage closed ! Duplicate of another incident")
        assert room.state.stage.value == "declared"
        assert f"{DROPS} {'; '.join(drops)}. {OWED_THEN} {owed}." in room.hint
        await room.presses("enter")
        assert room.state.stage.value == "closed"


async def test_a_stage_that_drops_nothing_asks_once(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.types("/stage investigating")
        assert "logs: Stage → Investigating" in room.hint
        await room.presses("enter")
        assert room.state.stage.value == "investigating"


@pytest.mark.rule("Standard: The commander announces the mitigation with its action")
async def test_a_stage_shows_what_is_missing_and_hands_its_announcement(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as room:
        await room.presses("escape", "n")
        room.shows("For the channel")
        await room.presses("8")
        room.shows("□")
        await room.presses("4", "enter")
        assert room.state.stage.value == "investigating"
        assert "Checkout errors: we are looking for what changed" in room.app.clipboard


async def test_an_update_is_drafted_checked_and_posted_with_its_promise(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as room:
        await room.logs("/role ic ana")
        await room.presses("escape", "u", "2")
        room.shows("✓ factual")
        area = room.app.screen.query_one("#field-text")
        area.focus()
        await room.presses("ctrl+end", *" ana fixes it soon, probably.")
        room.shows("▲")
        await room.presses("ctrl+s")
        dialog = room.app.screen
        assert isinstance(dialog, UpdateDialog)
        assert "once more does it" in dialog.problem
        assert not updates_of(room.state, "public")
        await room.presses("ctrl+s")
        update = updates_of(room.state, "public")[0]
        assert "ana fixes it soon" in update.text
        assert update.next_at is not None
        assert room.app.clipboard == update.text


async def test_a_draft_that_somebody_wrote_in_stays_until_it_is_drawn_again(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as room:
        await room.presses("escape", "u", "1")
        dialog = room.app.screen
        dialog.query_one("#field-text").focus()
        await room.presses(*"MINE ")
        dialog.query_one("#field-audience").focus()
        await room.presses("3")
        room.shows("MINE ")
        await room.presses("ctrl+r")
        room.hides("MINE ")


async def test_the_playbook_is_read_and_changed_and_the_change_undone(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as room:
        await room.presses("escape", "v")
        room.shows("Now", "Severities", "Standard incident response")
        await room.presses("p", "enter")
        rows = room.app.screen.query_one("#field-playbook")
        rows.focus()
        await room.presses("home")
        assert "checklist" in room.text().lower()
        await room.presses("enter")
        assert room.state.playbook is not None
        assert room.state.playbook.name != "standard"
        await room.presses("x", "enter")
        assert room.state.playbook.name == "standard"


@pytest.mark.parametrize(("playbook", "severity"), [("rapid", "SEV-2"), ("p-levels", "P1"), ("sev4", "SEV2")])
async def test_a_room_of_another_process(tmp_path: Path, playbook: str, severity: str) -> None:
    clock = Clock()
    ref = declared_with(tmp_path, clock, playbook, severity)
    async with console(tmp_path, clock=clock, ref=ref) as room:
        room.shows(severity)
        await room.presses("escape", "C", "enter")
        await room.presses("escape", "v")
        room.shows("Now")


async def test_a_broken_runbook_of_the_teams_own_is_told_of_and_the_built_in_one_used(tmp_path: Path) -> None:
    own = tmp_path / "config" / "runbooks"
    own.mkdir(parents=True)
    (own / "ddos.md").write_bytes(b"\xff\xfe no text")
    async with console(tmp_path, config=tmp_path / "config") as room:
        await room.presses("escape", "b")
        room.shows("DDoS")
        assert any("ddos.md" in str(notification.message) for notification in room.app._notifications)


async def test_a_broken_template_of_the_teams_own_never_stops_an_update(tmp_path: Path) -> None:
    own = tmp_path / "config" / "templates"
    own.mkdir(parents=True)
    (own / "internal.md.j2").write_text("{% if %}", encoding="utf-8")
    async with console(tmp_path, config=tmp_path / "config", size=(120, 40)) as room:
        await room.presses("escape", "u", "1")
        room.shows("built-in")
        await room.presses("enter")
        assert len(updates_of(room.state, "internal")) == 1


async def test_what_was_written_in_an_update_comes_back_after_escape_and_after_a_kill(tmp_path: Path) -> None:
    clock = Clock()
    async with console(tmp_path, clock=clock, size=(120, 40)) as room:
        await room.presses("escape", "u", "3")
        room.app.screen.query_one("#field-text").focus()
        await room.presses(*"MINE ", "escape", "u")
        room.shows("MINE", "is back")
        ref = room.ref
    async with console(tmp_path, clock=clock, ref=ref, size=(120, 40)) as room:
        await room.presses("escape", "u")
        room.shows("MINE", "is back")
        await room.presses("ctrl+s", "u")
        assert updates_of(room.state, "executive")
        assert isinstance(room.app.screen, UpdateDialog)
        assert "MINE" not in room.app.screen.values()["text"]


@pytest.mark.rule
@pytest.mark.parametrize(("audience", "forms"), [("1", 2), ("2", 1), ("3", 2)])
async def test_a_form_that_there_is_not_is_refused_with_the_names_of_those_there_are(
    tmp_path: Path, audience: str, forms: int
) -> None:
    async with console(tmp_path, size=(120, 40)) as room:
        await room.presses("escape", "u", audience)
        dialog = room.app.screen
        assert isinstance(dialog, UpdateDialog)
        dialog.query_one("#field-form").focus()
        await room.presses("x", "ctrl+s")
        assert len(re.findall(r"\w+ \(\w[\w, ]+\)", dialog.refused)) == forms


async def test_advice_about_an_update_opens_the_composer_for_that_audience(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as room:
        await room.logs("/role ic ana")
        await room.logs("/role scribe bo")
        await room.logs("/role comms cy")
        await room.ticks(minutes=16)
        await room.logs("* it goes on")
        await room.presses("escape", "w")
        room.shows("late")
        await room.presses("enter")
        dialog = room.app.screen
        assert isinstance(dialog, UpdateDialog)
        assert dialog.values()["audience"] == "public"


async def test_the_postmortem_opens_from_the_board(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("escape", "o", "enter", "P", "enter")
        room.shows("POSTMORTEM", "Summary")
        await room.presses("escape")
        room.shows("Warroom")


async def test_a_component_gets_its_state_and_is_offered_again(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as room:
        await room.presses("alt+shift+k", *"checkout", "tab", "3", "enter")
        assert components_of(room.state)["checkout"].value == "partial"
        await room.presses("alt+shift+k")
        room.shows("checkout  partial")
        await room.presses("1", "tab", "1", "enter")
        assert components_of(room.state)["checkout"].value == "operational"


async def test_the_message_to_customers_is_written_once_it_is_over(tmp_path: Path) -> None:
    page = tmp_path / "customers.md"
    async with console(tmp_path) as room:
        await room.logs(f"/export customer {page}")
        assert not page.exists()
        assert "close it first" in room.hint
