"""`targets.toml`, which held all targets before: read as it stands, and taken over by the first change."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from console.core.refusal import Refused
from console.publish.targets.folder import Targets
from console.publish.targets.model import FOLDER, OLD_FILE, Target
from tests.publish.target_files import reason

WRITTEN = """\
# Ours, since the move in May. Ask ops before you change it.

# The public page
[status]
provider = "statuspage"  # the paid plan
page = "p1"
notify = true

[status.components]
checkout = "c1"
"Search engine" = "c2"

# For us
[chat]
provider = "slack"
audience = "internal"

[old]
provider = "cachet"
url = "https://old.example"
enabled = false
"""


def targets(folder: Path, text: str) -> Targets:
    (folder / OLD_FILE).write_text(text)
    return Targets(folder)


def test_targets_are_read_with_what_is_usual(tmp_path: Path) -> None:
    all = targets(tmp_path, WRITTEN)
    assert all.complaints == []
    assert all.names == ["status", "chat", "old"]
    assert all.get("STATUS") == Target(
        "status", "statuspage", page="p1", notify=True, components={"checkout": "c1", "Search engine": "c2"}
    )
    assert all.get("chat").audience == "internal"
    assert not all.get("old").enabled


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('[x]\npage = "p"', "line 4, key x: the key “provider” is missing"),
        ('[x]\nprovider = "slack"\npgae = "p"', "line 6, key x.pgae: there is no such key, perhaps “page” is meant"),
        ('[x]\nprovider = "slack"\n[x.components]\na = 1', "line 6, key x.components: expected `str`, got `int`"),
        ('[x]\nprovider = "slack"\nkey = "s3cret"', "line 6, key x.key: there is no such key"),
        ('["../x"]\nprovider = "slack"', "line 4, key ../x: a target's name has at most 64 letters"),
        (
            '[STATUS-1]\nprovider = "slack"\n["status.1"]\nprovider = "slack"',
            "would share the key WARROOM_TARGET_STATUS_1",
        ),
    ],
)
def test_a_broken_one_takes_no_other_away(tmp_path: Path, table: str, said: str) -> None:
    all = targets(tmp_path, f'[good]\nprovider = "slack"\n\n{table}\n\n[last]\nprovider = "teams"\n')
    (complaint,) = all.complaints
    assert complaint.startswith("targets.toml, line ")
    assert said in complaint
    assert "s3cret" not in complaint
    assert complaint.endswith(".")
    assert {"good", "last"} <= set(all.names)
    assert reason(lambda: all.get("x")) if "[x]" in table else True


def test_keys_above_all_tables_are_told(tmp_path: Path) -> None:
    all = targets(tmp_path, 'provider = "slack"\n[good]\nprovider = "slack"\n')
    assert all.complaints == [
        "targets.toml, line 1, key provider: a target is a table: write [provider] above its keys; correct it there."
    ]
    assert all.names == ["good"]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"[x\n", "is not valid TOML"),
        (b"\xff\xfe", "is not valid TOML"),
        (b"x = " + b"[" * 5000, "nested too deep"),
        (b"#" * 1_100_000, "larger than"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_not_written(tmp_path: Path, raw: bytes, said: str) -> None:
    (tmp_path / OLD_FILE).write_bytes(raw)
    all = Targets(tmp_path)
    assert said in all.complaints[0]
    assert all.complaints[0].endswith(".")
    assert said in reason(lambda: all.get("x"))
    assert said in reason(lambda: all.add(Target("x", "slack")))
    assert (tmp_path / OLD_FILE).read_bytes() == raw


def test_the_first_change_takes_it_over_and_keeps_it_under_another_name(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "chat.toml").write_text('provider = "teams"\n')
    all = targets(tmp_path, WRITTEN)
    (tmp_path / OLD_FILE).chmod(0o640)
    assert all.complaints == ["chat stands in targets.toml too; targets/chat.toml counts: take it out of targets.toml."]
    before = {target.name: target for target in all.all()}
    assert before["chat"].provider == "teams"

    after = replace(before["old"], enabled=True)
    all.change(before["old"], after)
    assert all.notice == (
        f"Each target has a file in {tmp_path / FOLDER} now; targets.toml is kept as targets.toml.old for its comments."
    )
    assert (tmp_path / "targets.toml.old").read_text() == WRITTEN
    assert not (tmp_path / OLD_FILE).exists()
    assert {target.name: target for target in Targets(tmp_path).all()} == {**before, "old": after}
    assert (tmp_path / FOLDER / "status.toml").stat().st_mode & 0o777 == 0o640
    assert (all.complaints, all.shown_file("status")) == ([], "targets/status.toml")
    all.change(after, before["old"])
    assert all.notice == ""


def test_whoever_may_read_the_old_file_may_read_the_new_ones(tmp_path: Path) -> None:
    all = targets(tmp_path, WRITTEN)
    (tmp_path / OLD_FILE).chmod(0o644)
    all.remove("chat")
    assert (tmp_path / FOLDER).stat().st_mode & 0o777 == 0o755
    assert (tmp_path / FOLDER / "old.toml").stat().st_mode & 0o777 == 0o644


def test_a_refused_change_takes_nothing_over(tmp_path: Path) -> None:
    all = targets(tmp_path, WRITTEN)
    with pytest.raises(Refused):
        all.add(Target("chat", "slack"))
    with pytest.raises(Refused):
        all.remove("none")
    assert [path.name for path in tmp_path.iterdir()] == [OLD_FILE]


def test_one_that_is_broken_stays_broken_in_a_file_of_its_own_and_can_be_removed(tmp_path: Path) -> None:
    all = targets(tmp_path, '[x]\nprovider = 3\n\n["../y"]\nprovider = "slack"\n\n[good]\nprovider = "slack"\n')
    good = all.get("good")
    all.change(good, replace(good, page="p"))
    assert all.notice.endswith("for its comments, with ../y, which has no file.")
    assert all.complaints == ["targets/x.toml, line 1, key provider: expected `str`, got `int`; correct it there."]
    assert all.remove("x") is None
    assert (all.complaints, all.names) == ([], ["good"])


def test_an_old_file_that_comes_back_does_not_write_over_the_one_that_was_kept(tmp_path: Path) -> None:
    for number, name in enumerate(("a", "b", "c")):
        all = targets(tmp_path, f'[{name}]\nprovider = "slack"\n')
        all.add(Target(f"new{number}", "slack"))
    kept = {path.name: path.read_text() for path in tmp_path.glob("targets.toml*")}
    assert kept == {
        f"targets.toml.old{number}": f'[{name}]\nprovider = "slack"\n'
        for number, name in (("", "a"), ("2", "b"), ("3", "c"))
    }
    assert Targets(tmp_path).names == ["a", "b", "c", "new0", "new1", "new2"]


def test_one_that_was_written_meanwhile_is_not_taken_over(tmp_path: Path) -> None:
    all = targets(tmp_path, WRITTEN)
    (tmp_path / OLD_FILE).write_text(WRITTEN.replace("p1", "p2"))
    with pytest.raises(Refused, match="Somebody else has just written"):
        all.add(Target("new", "slack"))
    assert [path.name for path in tmp_path.iterdir()] == [OLD_FILE]


def test_what_was_removed_before_can_be_put_back(tmp_path: Path) -> None:
    (tmp_path / "targets.removed.toml").write_text(WRITTEN)
    all = Targets(tmp_path)
    all.restore("STATUS")
    assert all.get("status").components == {"checkout": "c1", "Search engine": "c2"}
    assert all.notice.startswith("Each target has a file in ")
    assert (tmp_path / "targets.removed.toml.old").read_text() == WRITTEN
    all.restore("chat")
    assert all.names == ["chat", "status"]
