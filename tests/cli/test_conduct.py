"""The process from a plain shell: classify, tick, claim, follow, be advised, change the playbook."""

import pytest

from tests.cli.shell import Warroom, one_sentence


def run(warroom: Warroom, *args: str) -> str:
    status, out, err = warroom.here(*args)
    assert status == 0, err
    return out.strip()


def refused(warroom: Warroom, *args: str) -> str:
    return one_sentence(*warroom.here(*args))


@pytest.fixture
def as_ana(warroom: Warroom) -> Warroom:
    return Warroom(warroom.db, WARROOM_USER="ana")


def test_the_questions_and_what_their_answers_come_to(warroom: Warroom, ref: str) -> None:
    assert "data_loss" in run(warroom, "classify", ref)

    said = run(warroom, "classify", ref, "down=yes")
    assert said.startswith("SEV0: ")
    assert warroom.json("show", ref)["severity"] == "SEV1"

    run(warroom, "classify", ref, "down=yes", "--set")
    assert warroom.json("show", ref)["severity"] == "SEV0"


def test_an_answer_needs_a_question_and_an_equals_sign(warroom: Warroom, ref: str) -> None:
    assert "users=30%" in refused(warroom, "classify", ref, "users")
    assert "use " in refused(warroom, "classify", ref, "colour=red")


def test_items_are_ticked_in_order_by_number_and_opened_again(warroom: Warroom, ref: str) -> None:
    listed = run(warroom, "check", ref, "--list")
    first = next(line.split()[1] for line in listed.splitlines() if line.strip().startswith("□"))

    run(warroom, "check", ref)
    assert f"✓ {first}" in run(warroom, "check", ref, "--list")
    assert "ticked already" in refused(warroom, "check", ref, first)

    run(warroom, "check", ref, first, "--undo")
    assert f"□ {first}" in run(warroom, "check", ref, "--list")


def test_a_second_change_in_flight_warns_before_it_is_logged(warroom: Warroom, as_ana: Warroom, ref: str) -> None:
    run(warroom, "change", ref, "restart the payment workers", "--back", "start the old ones")

    said = refused(as_ana, "change", ref, "drain the queue")
    assert "mo has “restart the payment workers” in flight" in said
    assert "--despite" in said

    run(as_ana, "change", ref, "drain the queue", "--despite")
    run(as_ana, "changed", ref, "--outcome", "rolled-back", "--note", "it grew")
    run(warroom, "changed", ref)
    texts = [text for kind, text in warroom.entries(ref) if kind == "change"]
    assert "Change rolled back: drain the queue: it grew" in texts
    assert "Change done: restart the payment workers" in texts


def test_a_task_is_acknowledged(warroom: Warroom, ref: str) -> None:
    run(warroom, "task", ref, "@ana 10m check the replica lag")
    run(warroom, "ack", ref, "1")
    assert ("task", "Task 1 acknowledged by ana: check the replica lag") in warroom.entries(ref)


def test_advice_comes_with_its_remedy_and_falls_silent(warroom: Warroom, ref: str) -> None:
    warroom.says("log", ref, "-20m deployed version 41 #deploy")
    assert "roll_back_first" in run(warroom, "advice", ref)

    run(warroom, "advice", ref, "--silence", "roll_back_first", "--reason", "it is not ours")
    assert "roll_back_first" not in run(warroom, "advice", ref)

    run(warroom, "undo", ref)
    assert "roll_back_first" in run(warroom, "advice", ref)


def test_a_runbook_is_followed_step_by_step(warroom: Warroom, ref: str) -> None:
    run(warroom, "runbook", "follow", ref, "bad-deploy")
    run(warroom, "check", ref)
    assert "✓ runbook:bad-deploy/1" in run(warroom, "check", ref, "--list")
    assert "open already" in refused(warroom, "runbook", "follow", ref, "bad-deploy")
    refused(warroom, "runbook", "follow", ref, "no-such")


def test_an_incident_changes_its_playbook_and_keeps_its_log(warroom: Warroom, ref: str) -> None:
    assert run(warroom, "playbook", "use", ref, "p-levels", "--reason", "the other team's").split()[0].startswith("P")
    assert warroom.json("show", ref)["playbook"] == "p-levels"
    assert "already" in refused(warroom, "playbook", "use", ref, "p-levels")

    run(warroom, "undo", ref)
    assert warroom.json("show", ref)["severity"] == "SEV1"


def test_a_retrospective_incident_owes_nothing_and_is_not_advised(warroom: Warroom) -> None:
    past = run(warroom, "declare", "Queue backlog", "--sev", "SEV1", "--retrospective", "--at", "2026-03-01 10:00")
    assert run(warroom, "clocks", past) == ""
    assert run(warroom, "advice", past) == ""
