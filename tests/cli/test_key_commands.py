"""The key commands of a P0, as a responder types them: declare, update, tell customers, roll back, verify."""

import pytest

from tests.cli.shell import Warroom


@pytest.mark.rule("P-levels: Key commands: declare, update, notify customers, roll back, verify")
def test_the_key_commands_of_a_p0(warroom: Warroom) -> None:
    words = ("Production API down", "--sev", "P0", "--playbook", "p-levels", "--at", "-10m")
    ref = warroom.says("declare", *words)
    shown = warroom.json("show", ref)
    assert (shown["title"], shown["severity"], shown["playbook"]) == ("Production API down", "P0", "p-levels")
    assert shown["declared_at"] < shown["entries"][0]["recorded_at"]  # it is known since when

    warroom.says("update", ref, "--audience", "internal", "--message", "- We roll back.", "--next", "30m")
    warroom.says("update", ref, "--audience", "public", "--message", "Requests fail. We work on it.", "--next", "30m")
    shown = warroom.json("show", ref)
    assert [(update["audience"], update["text"]) for update in shown["updates"]] == [
        ("internal", "- We roll back."), ("public", "Requests fail. We work on it."),
    ]  # fmt: skip

    warroom.says("change", ref, "roll back to v2.3.3", "--back", "deploy v2.3.4 again")
    warroom.says("changed", ref, "--note", "errors fall")
    warroom.says("stage", ref, "verify", "--override", "rolled back")
    warroom.says("check", ref, "smoke tests")
    warroom.says("runbook", "follow", ref, "bad-deploy")
    shown = warroom.json("show", ref)
    assert [(change["text"], change["outcome"]) for change in shown["changes"]] == [("roll back to v2.3.3", "done")]
    ticked = [item["text"] for checklist in shown["checklists"] for item in checklist["items"] if item["done"]]
    assert ticked == ["Smoke tests pass"]
    assert [runbook["name"] for runbook in shown["runbooks"]] == ["bad-deploy"]
