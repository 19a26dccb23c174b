"""A team's own runbooks beside the built-in ones."""

from pathlib import Path

import pytest

from console.core.refusal import Refused
from console.library.playbooks import Playbooks
from console.library.runbooks import Runbooks

BUILT_IN = ["api-degradation", "bad-deploy", "database-outage", "ddos", "memory-leak"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "runbooks"
    made.mkdir()
    return made


def title(runbooks: Runbooks, name: str) -> str:
    found = runbooks.get(name)
    return found.title


def test_the_built_in_ones(tmp_path: Path) -> None:
    assert Runbooks().names == Runbooks(tmp_path).names == BUILT_IN
    assert Runbooks(tmp_path).complaints == []


@pytest.mark.parametrize("name", Playbooks().names)
def test_every_runbook_that_a_built_in_playbook_names_is_there(name: str) -> None:
    playbook = Playbooks().built_in(name)
    assert playbook.runbooks
    assert set(playbook.runbooks) <= set(BUILT_IN)


def test_a_team_s_own_stands_beside_or_before(folder: Path) -> None:
    (folder / "queue-stuck.md").write_text("# Queue stuck\n1. Look\n")
    (folder / "ddos.md").write_text("# Our DDoS\n1. Call\n")
    (folder / "README.md").write_text("How we write runbooks.\n")
    runbooks = Runbooks(folder.parent)
    assert runbooks.names == sorted([*BUILT_IN, "queue-stuck"])
    assert (title(runbooks, "queue-stuck"), title(runbooks, "ddos")) == ("Queue stuck", "Our DDoS")
    assert runbooks.complaints == []


def test_a_broken_one_is_told_and_the_built_in_one_used(folder: Path) -> None:
    (folder / "ddos.md").write_text("# Our DDoS\n\nWe call.\n")
    runbooks = Runbooks(folder.parent)
    assert title(runbooks, "ddos") == "DDoS attack"
    (complaint,) = runbooks.complaints
    assert complaint.startswith("ddos.md, line 4: there is no step")
    assert complaint.endswith("until then the built-in ddos is used.")


def test_an_unknown_name(folder: Path) -> None:
    with pytest.raises(Refused) as found:
        Runbooks(folder.parent).get("fire")
    assert "no runbook “fire”" in found.value.reason


def offered(*texts: str, config: Path | None = None) -> list[str]:
    standard = Playbooks().get("standard")
    return [runbook.name for runbook in Runbooks(config).offered(standard, texts)]


@pytest.mark.rule("Standard: Runbooks are used where the failure is known")
def test_without_a_hint_they_come_in_the_playbook_s_order() -> None:
    assert offered() == ["bad-deploy", "database-outage", "api-degradation", "memory-leak", "ddos"]


@pytest.mark.rule("Standard: Runbooks are used where the failure is known")
def test_words_of_the_incident_bring_their_runbook_to_the_front() -> None:
    assert offered("Pods OOMKilled, heap grows")[0] == "memory-leak"
    assert offered("Traffic spike", "botnet from many addresses")[0] == "ddos"
    assert offered("Too many connections to postgres")[0] == "database-outage"


def test_a_word_counts_only_as_a_whole() -> None:
    assert offered("apiary")[0] == "bad-deploy"


def test_a_broken_one_is_not_offered(folder: Path) -> None:
    (folder / "fire.md").write_text("nothing\n")
    assert "fire" not in offered(config=folder.parent)
