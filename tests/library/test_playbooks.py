"""A team's own playbooks beside the built-in ones: a broken file is told, and nothing stops."""

import os
from pathlib import Path

import pytest

from console.core.playbook.model import Playbook
from console.core.refusal import Refused
from console.library.playbooks import Playbooks
from console.library.shelf import MAX_BYTES

BUILT_IN = ["checklist", "checklist-security", "p-levels", "rapid", "sev4", "standard"]
OURS = 'extends = "standard"\ntitle = "Ours"\n[[severities]]\nname = "SEV1"\nresponse_s = 60\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "playbooks"
    made.mkdir()
    return made


def books(folder: Path) -> Playbooks:
    return Playbooks(folder.parent)


def got(playbooks: Playbooks, name: str) -> Playbook:
    return playbooks.get(name)


def test_the_built_in_ones_need_no_folder(tmp_path: Path) -> None:
    for playbooks in (Playbooks(None), Playbooks(tmp_path / "nowhere")):
        assert playbooks.names == BUILT_IN
        assert playbooks.complaints == []
        assert all(got(playbooks, name).name == name for name in BUILT_IN)
        assert playbooks.default().name == "standard"


def test_a_team_extends_a_built_in_one(folder: Path) -> None:
    (folder / "ours.toml").write_text(OURS)
    ours = got(books(folder), "ours")
    assert (ours.name, ours.title) == ("ours", "Ours")
    sev1 = ours.severity("SEV1")
    assert sev1 is not None
    assert (sev1.response_s, sev1.update_s["internal"]) == (60, 1800)
    assert books(folder).names == sorted([*BUILT_IN, "ours"])
    assert books(folder).path("ours") == folder / "ours.toml"


def test_a_team_replaces_a_built_in_one_and_may_extend_it(folder: Path) -> None:
    (folder / "standard.toml").write_text(OURS)
    playbooks = books(folder)
    assert playbooks.default().title == "Ours"
    assert playbooks.names == BUILT_IN
    assert playbooks.complaints == []


def test_a_team_extends_its_own(folder: Path) -> None:
    (folder / "ours.toml").write_text(OURS)
    (folder / "theirs.toml").write_text('extends = "ours"\n[[severities]]\nname = "SEV1"\nresponse_s = 30\n')
    theirs = got(books(folder), "theirs")
    assert theirs.title == "Ours"
    assert theirs.severities[1].response_s == 30


def test_a_name_is_found_in_any_case_and_with_its_ending() -> None:
    assert got(Playbooks(), "Standard").name == "standard"
    assert got(Playbooks(), "p-levels.toml").name == "p-levels"


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(Refused) as found:
        Playbooks().get("rapd\x1b")
    assert found.value.reason == f"There is no playbook “rapd␛”; choose one of {', '.join(BUILT_IN)}."


def test_a_broken_file_is_told_and_the_built_in_one_used(folder: Path) -> None:
    (folder / "standard.toml").write_text('extends = "standard"\ntitles = "Ours"\n')
    playbooks = books(folder)
    assert playbooks.default().title == "Standard incident response"
    (complaint,) = playbooks.complaints
    assert complaint.startswith("standard.toml, line 2, key titles: ")
    assert complaint.endswith("; until then the built-in standard is used.")
    assert playbooks.complaint("standard") == complaint
    assert playbooks.path("standard") is None


def test_a_broken_file_of_a_new_name_is_refused_alone(folder: Path) -> None:
    (folder / "ours.toml").write_text("title = \n")
    (folder / "fine.toml").write_text(OURS)
    playbooks = books(folder)
    with pytest.raises(Refused):
        playbooks.get("ours")
    assert got(playbooks, "fine").title == "Ours"
    assert len(playbooks.complaints) == 1
    assert "there is no playbook ours" in playbooks.complaints[0]
    assert playbooks.complaint("fine") == playbooks.complaint("rapid") == ""


def test_a_file_that_extends_a_broken_one_says_which(folder: Path) -> None:
    (folder / "base.toml").write_text("title = \n")
    (folder / "ours.toml").write_text('extends = "base"\n')
    assert all("base.toml" in complaint for complaint in books(folder).complaints)


def test_whatever_lies_in_the_folder_is_a_sentence(folder: Path) -> None:
    (folder / "latin.toml").write_bytes(b'name = "x"\ntitle = "\xe9"\n')
    (folder / "long.toml").write_bytes(b"#" * (MAX_BYTES + 1))
    (folder / "folder.toml").mkdir()
    (folder / "gone.toml").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe.toml")
    (folder / "loop.toml").write_text('extends = "loop"\n')
    (folder / "\x1b]0;x\x07.toml").write_text("title = \n")
    (folder / ".hidden.toml").write_text("title = \n")
    (folder / "README.toml").write_text("title = \n")
    (folder / "notes.txt").write_text("not for us")
    complaints = books(folder).complaints
    assert len(complaints) == 7
    assert all(each.endswith(".") and "\x1b" not in each and "\n" not in each for each in complaints)
    assert any("latin.toml, line 2: this is not UTF-8" in complaint for complaint in complaints)
    assert books(folder).default().name == "standard"


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "playbooks").write_text("")
    (complaint,) = Playbooks(tmp_path).complaints
    assert "only the built-in playbooks are used" in complaint


def test_a_mistake_deep_in_a_team_s_file_has_its_own_line(folder: Path) -> None:
    (folder / "ours.toml").write_text(OURS + 'update_s = { public = "often" }\n')
    assert "ours.toml, line 6, key severities[1].update_s" in books(folder).complaints[0]


def test_the_default_is_what_the_settings_prefer_or_standard_with_the_reason(folder: Path) -> None:
    (folder / "ours.toml").write_text('extends = "rapid"\ntitle = "Ours"\n')
    shelf = books(folder)
    assert shelf.chosen("ours")[0].title == "Ours"
    assert shelf.chosen() == (shelf.get("standard"), "")
    book, complaint = shelf.chosen("theirs")
    assert book.name == "standard"
    assert complaint.startswith("There is no playbook “theirs”; choose one of checklist")
    assert complaint.endswith("; until then standard is used.")
