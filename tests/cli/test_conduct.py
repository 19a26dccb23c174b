"""The process from a plain shell: classify, tick, claim, follow, be advised, change the playbook."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.cli.shell import Warroom


@pytest.fixture
def as_ana(warroom: Warroom) -> Warroom:
    return Warroom(warroom.db, WARROOM_USER="ana")


def test_the_questions_and_what_their_answers_come_to(warroom: Warroom, ref: str) -> None:
    assert "data_loss" in warroom.says("classify", ref)

    said = warroom.says("classify", ref, "down=yes")
    assert said.startswith("SEV0: ")
    assert warroom.json("show", ref)["severity"] == "SEV1"

    warroom.says("classify", ref, "down=yes", "--set")
    assert warroom.json("show", ref)["severity"] == "SEV0"


def test_answers_stand_until_they_are_changed(warroom: Warroom, ref: str) -> None:
    warroom.says("classify", ref, "data_loss=yes", "users=20%")
    came_to = warroom.says("classify", ref, "users=1%").partition(":")[0]

    assert came_to == warroom.says("classify", ref, "workaround=no").partition(":")[0]
    printed = warroom.says("classify", ref)
    assert "(yes)" in printed
    assert "(1%)" in printed
    assert "data_loss=" not in warroom.tells("classify", ref)
    warroom.says("classify", ref, "--set")
    assert warroom.json("show", ref)["severity"] == came_to
    # An empty answer takes one back.
    warroom.says("classify", ref, "data-loss=")
    assert "(yes)" not in warroom.says("classify", ref)


def test_an_answer_needs_a_question_and_an_equals_sign(warroom: Warroom, ref: str) -> None:
    assert "QUESTION=ANSWER" in warroom.fails("classify", ref, "users")
    assert "use " in warroom.fails("classify", ref, "colour=red")


def test_items_are_ticked_in_order_by_number_and_opened_again(warroom: Warroom, ref: str) -> None:
    listed = warroom.says("check", ref, "--list")
    first = next(line.split()[1] for line in listed.splitlines() if line.strip().startswith("□"))

    warroom.says("check", ref)
    assert f"✓ {first}" in warroom.says("check", ref, "--list")
    assert "checked off already" in warroom.fails("check", ref, first)

    warroom.says("check", ref, first, "--undo")
    assert f"□ {first}" in warroom.says("check", ref, "--list")


def test_a_second_change_in_flight_warns_before_it_is_logged(warroom: Warroom, as_ana: Warroom, ref: str) -> None:
    warroom.says("change", ref, "restart the payment workers", "--back", "start the old ones")

    said = as_ana.fails("change", ref, "drain the queue")
    assert "mo has “restart the payment workers” in flight" in said
    assert "--despite" in said

    as_ana.says("change", ref, "drain the queue", "--despite")
    as_ana.says("changed", ref, "--outcome", "rolled-back", "--note", "it grew")
    warroom.says("changed", ref)
    texts = [text for kind, text in warroom.entries(ref) if kind == "change"]
    assert "Change rolled back: drain the queue: it grew" in texts
    assert "Change done: restart the payment workers" in texts


def test_a_task_is_acknowledged(warroom: Warroom, ref: str) -> None:
    warroom.says("task", ref, "@ana 10m check the replica lag")
    warroom.says("ack", ref, "1")
    assert ("task", "Task 1 acknowledged by ana: check the replica lag") in warroom.entries(ref)


def test_advice_comes_with_its_remedy_and_falls_silent(warroom: Warroom, ref: str) -> None:
    warroom.says("log", ref, "-20m deployed version 41 #deploy")
    assert "roll_back_first" in warroom.says("advice", ref)

    warroom.says("advice", ref, "--silence", "roll_back_first", "--reason", "it is not ours")
    assert "roll_back_first" not in warroom.says("advice", ref)

    warroom.says("undo", ref)
    assert "roll_back_first" in warroom.says("advice", ref)


def test_a_runbook_is_followed_step_by_step(warroom: Warroom, ref: str) -> None:
    warroom.says("runbook", "follow", ref, "bad-deploy")
    warroom.says("check", ref)
    assert "✓ runbook:bad-deploy/1" in warroom.says("check", ref, "--list")
    assert "open already" in warroom.fails("runbook", "follow", ref, "bad-deploy")
    warroom.fails("runbook", "follow", ref, "no-such")


def test_what_closing_drops_is_told_before(warroom: Warroom, ref: str) -> None:
    warroom.says("log", ref, "+ @rs 10m page the bank")
    close = ("stage", ref, "closed", "--override")
    assert "drops" not in warroom.fails(*close, "we are tired")
    told = warroom.tells(*close, "Duplicate of another incident")
    assert re.search(r"Closing drops: first public post due [^;]+; 1 open task\.", told)


def test_a_runbook_is_closed_and_says_what_is_left(warroom: Warroom, ref: str) -> None:
    assert "No runbook is open" in warroom.fails("runbook", "close", ref)
    warroom.says("runbook", "follow", ref, "bad-deploy")
    warroom.says("check", ref)
    warroom.says("runbook", "close", ref, "bad-deploy")
    closed = warroom.json("show", ref)["runbooks"][0]
    assert closed["closed_at"]
    assert "Runbook closed: Bad deploy, " in warroom.json("show", ref)["entries"][-1]["text"]
    assert "  closed" in warroom.says("check", ref, "--list")
    assert "runbook:bad-deploy" not in warroom.says("check", ref)
    warroom.says("runbook", "follow", ref, "bad-deploy")
    assert warroom.json("show", ref)["runbooks"][0]["closed_at"] is None


def test_an_incident_changes_its_playbook_and_keeps_its_log(warroom: Warroom, ref: str) -> None:
    assert warroom.says("playbook", "use", ref, "p-levels", "--reason", "the other team's").split()[0].startswith("P")
    assert warroom.json("show", ref)["playbook"] == "p-levels"
    assert "already" in warroom.fails("playbook", "use", ref, "p-levels")

    warroom.says("undo", ref)
    assert warroom.json("show", ref)["severity"] == "SEV1"


def test_a_retrospective_incident_owes_nothing_and_is_not_advised(warroom: Warroom) -> None:
    past = warroom.says("declare", "Queue backlog", "--sev", "SEV1", "--retrospective", "--at", "2026-03-01 10:00")
    assert warroom.says("clocks", past) == ""
    assert warroom.says("advice", past) == ""


def test_a_claim_without_a_rollback_plan_and_a_new_name_are_pointed_out_to_a_script(warroom: Warroom, ref: str) -> None:
    assert "No rollback plan" in warroom.tells("change", ref, "drain the queue")
    assert warroom.tells("change", ref, "restart", "--back", "start the old one") == ""
    warroom.says("rollback-plan", ref, "drain: fill it again")
    assert ("change", "Rollback plan of “drain the queue”: fill it again") in warroom.entries(ref)
    warroom.says("role", ref, "scribe", "tom")
    assert "“tmo” is a new name; known is tom." in warroom.tells("role", ref, "deputy", "tmo")
    assert "“otm” is a new name; known is tom." in warroom.tells("action", "add", ref, "look", "--owner", "otm")
    assert warroom.tells("task", ref, "@tom 10m look") == ""


def test_a_place_behind_a_time_and_every_new_name_are_pointed_out_to_a_script(warroom: Warroom, ref: str) -> None:
    assert "“Tokyo” is taken as text and 00:01 as your time" in warroom.tells("log", ref, "00:01 Tokyo is down")
    assert "write 00:01 Asia/Tokyo" in warroom.tells("task", ref, "by 00:01 Tokyo look at the lag")
    in_tokyo = f"{datetime.now(ZoneInfo('Asia/Tokyo')):%H:%M} Asia/Tokyo"
    assert warroom.tells("log", ref, f"{in_tokyo} it is down, said @tom") == ""
    assert "“tmo” is a new name; known is tom." in warroom.tells("log", ref, "told @tom and @tmo")


def test_an_answer_that_says_nothing_is_refused_with_those_that_do(warroom: Warroom, ref: str) -> None:
    assert "“mostly all of them” is not an answer" in warroom.fails("classify", ref, "users=mostly all of them")
    assert "write yes, no or unsure" in warroom.fails("classify", ref, "down=yex")
