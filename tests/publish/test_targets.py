"""The targets of a configuration folder: a file for each, read, added, changed, removed and put back."""

import logging
import tomllib
from functools import partial
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.refusal import Refused
from console.publish.registry import built_in, provider_class
from console.publish.targets.connect import connect, webhook_address
from console.publish.targets.folder import REMOVED, Targets
from console.publish.targets.keys import Key
from console.publish.targets.model import FOLDER, Target, has_targets
from console.publish.targets.toml import changed_text, toml_text
from tests.publish.target_files import file, read, reason, write

STATUS = """\
# Ours, since the move in May.

provider = "statuspage"  # the paid plan
page = "p#1" # "quoted" # twice
statuses = [
    "investigating",  # at first
    "resolved",
]
  notify = true

[components]
# the shop
checkout = "c1"   # since 2024
"Search engine" = "c2"
"""
WRITTEN = {
    "status": STATUS,
    "chat": '# For us\nprovider = "slack"\naudience = "internal"\n',
    "old": 'provider = "cachet"\nurl = "https://old.example"\nenabled = false\n',
}


def targets(config: Path, texts: dict[str, str]) -> Targets:
    """The targets once these files are written."""
    write(config, texts)
    return Targets(config)


def test_targets_are_read_with_what_is_usual(tmp_path: Path) -> None:
    all = targets(tmp_path, WRITTEN)
    assert all.complaints == []
    assert all.names == ["chat", "old", "status"]
    assert all.get("STATUS") == Target(
        "status",
        "statuspage",
        page="p#1",
        notify=True,
        components={"checkout": "c1", "Search engine": "c2"},
        statuses=("investigating", "resolved"),
    )
    assert all.get("chat").audience == "internal"
    assert not all.get("old").enabled


def test_without_a_folder_there_are_none(tmp_path: Path) -> None:
    assert Targets(tmp_path / "none").all() == []
    assert Targets(None).all() == []
    assert not has_targets(tmp_path)
    assert "add one with “warroom target add" in reason(lambda: Targets(None).get("x"))
    assert "no folder" in reason(lambda: Targets(None).add(Target("x", "slack")))
    assert "no folder" in reason(lambda: Targets(None).restore("x"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('page = "p"', "x.toml, line 1: the key “provider” is missing"),
        ('provider = "slack"\npgae = "p"', "x.toml, line 2, key pgae: there is no such key, perhaps “page” is meant"),
        ('provider = "slak"', "x.toml, line 1, key provider: there is no provider “slak”, use one of betterstack"),
        ('provider = "slack"\naudience = "all"', "x.toml, line 2, key audience: invalid enum value 'all'"),
        ('provider = "slack"\nnotify = "yes"', "x.toml, line 2, key notify: expected `bool`, got `str`"),
        ('provider = "slack"\nstatuses = ["fixed"]', "x.toml, line 2, key statuses: invalid enum value 'fixed'"),
        ('provider = "slack"\n[components]\na = 1', "x.toml, line 2, key components: expected `str`, got `int`"),
        ('provider = "slack"\n[options]\npage = "1"\n[page]', "x.toml, line 4, key page: expected `str`"),
        ('provider = "slack"\nname = "y"', "x.toml, line 2, key name: there is no such key"),
        ('provider = "slack"\nkey = "s3cret"', "x.toml, line 2, key key: there is no such key"),
        ('[x]\nprovider = "slack"', "x.toml, line 1, key x: there is no such key"),
        (
            'provider = "cachet"\nurl = "http://a.example"',
            "x.toml, line 2, key url: the address has to begin with https",
        ),
        ('provider = "slack"\npage = "a\\u001b"', "x.toml, line 1: a name in it holds characters"),
        ("[x\n", "x.toml is not valid TOML"),
        ("x = " + "[" * 5000, "nested too deep"),
        ("#" * 1_100_000, "larger than"),
    ],
)
def test_a_broken_one_names_its_file_and_takes_no_other_away(tmp_path: Path, text: str, said: str) -> None:
    all = targets(tmp_path, {"good": 'provider = "slack"\n', "x": text, "y": 'provider = "teams"\n'})
    (complaint,) = all.complaints
    assert said in complaint
    assert "targets/x.toml" in complaint
    assert "s3cret" not in complaint
    assert all.names == ["good", "y"]
    assert reason(lambda: all.get("x")) == complaint == all.broken["x"]
    all.change(all.get("good"), replace(all.get("good"), page="p"))
    assert file(tmp_path, "x").read_text() == text
    assert all.remove("x") is None
    assert all.complaints == []
    assert "There is no target “x”" in reason(lambda: all.remove("x"))


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    targets(tmp_path, {})
    file(tmp_path, "x").write_bytes(b"\xff\xfe")
    file(tmp_path, "folder").mkdir()
    all = Targets(tmp_path)
    assert "is not valid TOML" in all.broken["x"]
    assert "is not a file" in all.broken["folder"]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("STATUS-1", "status.1"), "would share the key WARROOM_TARGET_STATUS_1"),
        (("x", "a?"), "a target's name has at most 64 letters"),
    ],
)
def test_a_name_that_cannot_be_used_is_told(tmp_path: Path, names: tuple[str, str], said: str) -> None:
    all = targets(tmp_path, dict.fromkeys(names, 'provider = "slack"\n'))
    (complaint,) = all.complaints
    assert said in complaint
    assert len(all.names) == 1


def test_adding_leaves_all_else_as_it_is(tmp_path: Path) -> None:
    all = targets(tmp_path, WRITTEN)
    made = Target(
        "new page",
        "cachet",
        "https://status.example/api",
        components={'a "b"': "1", "c": "ü"},
        statuses=("resolved",),
        options={"k": "v\\"},
    )
    all.add(made)
    assert all.get("new page") == made
    assert Targets(tmp_path).get("new page") == made
    assert file(tmp_path, "new page").stat().st_mode & 0o777 == 0o600
    assert {name: text for name, text in read(tmp_path).items() if name != "new page"} == WRITTEN


def test_the_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    config = tmp_path / "config"
    Targets(config).add(Target("x", "slack"))
    assert (config / FOLDER).stat().st_mode & 0o777 == 0o700
    assert has_targets(config)
    assert list((config / FOLDER).iterdir()) == [file(config, "x")]


def test_what_cannot_be_added(tmp_path: Path) -> None:
    all = targets(tmp_path, WRITTEN)
    assert reason(lambda: all.add(Target("Status", "slack"))) == (
        "There is a target Status already; remove it first, or edit it in targets/status.toml."
    )
    all.add(Target("status page", "slack"))
    assert "would share the key WARROOM_TARGET_STATUS_PAGE_KEY" in reason(
        lambda: all.add(Target("status-page", "slack"))
    )
    for name in ("", "../x", ".x", "a/b", "a\x1bb", "x" * 65, "x "):
        assert "cannot be used" in reason(partial(all.add, Target(name, "slack")))
    assert "https" in reason(lambda: all.add(Target("x", "cachet", "http://a.example")))
    assert "no provider" in reason(lambda: all.add(Target("x", "slak")))
    assert set(read(tmp_path)) == {*WRITTEN, "status page"}


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("")
    assert "cannot be written" in reason(lambda: Targets(tmp_path).add(Target("x", "slack")))


def changed(config: Path, text: str, **values: object) -> str:
    """The file once these fields of a target are changed."""
    all = targets(config, {"a": text})
    file(config, "a").chmod(0o640)
    before = all.get("a")
    after = replace(before, **values)
    all.change(before, after)
    assert all.get("a") == after == Targets(config).get("a")
    assert file(config, "a").stat().st_mode & 0o777 == 0o640
    return file(config, "a").read_text()


@pytest.mark.parametrize(
    ("values", "old", "new"),
    [
        ({"page": "p2"}, 'page = "p#1" # "quoted" # twice', 'page = "p2" # "quoted" # twice'),
        ({"notify": False}, "  notify = true", "  notify = false"),
        ({"audience": "executive"}, "  notify = true\n", '  notify = true\naudience = "executive"\n'),
        ({"components": {"checkout": "c9", "Search engine": "c2"}}, '"c1"   # since', '"c9"   # since'),
        ({"components": {"checkout": "c1"}}, '"Search engine" = "c2"\n', ""),
        ({"components": {"Search engine": "c2"}}, 'checkout = "c1"   # since 2024\n', ""),
        (
            {"components": {"checkout": "c1", "Search engine": "c2", "b": "ü"}},
            '= "c2"\n',
            '= "c2"\nb = "ü"\n',
        ),
        (
            {"statuses": ("resolved",)},
            'statuses = [\n    "investigating",  # at first\n    "resolved",\n]\n',
            'statuses = ["resolved"]\n',
        ),
    ],
)
def test_only_what_differs_is_changed(tmp_path: Path, values: dict[str, object], old: str, new: str) -> None:
    assert STATUS.count(old) == 1
    assert changed(tmp_path, STATUS, **values) == STATUS.replace(old, new)


def test_components_in_one_line_stay_in_one(tmp_path: Path) -> None:
    text = 'provider = "cachet"\ncomponents = { x = "1" } # ours\nurl = "https://a.example"'
    now = changed(tmp_path, text, components={"x": "1", "y": "2"}, page="")
    assert 'components = { x = "1", y = "2"} # ours\n' in now


def test_keys_with_a_dot_become_a_table(tmp_path: Path) -> None:
    text = 'provider = "cachet"\ncomponents.x = "1"\n# between\ncomponents.y = "2"\n'
    assert changed(tmp_path, text, components={"y": "3"}) == (
        'provider = "cachet"\n# between\n\n[components]\ny = "3"\n'
    )


def test_a_file_without_a_last_line_end_can_be_changed(tmp_path: Path) -> None:
    assert changed(tmp_path, 'provider = "slack"', notify=True) == 'provider = "slack"\nnotify = true\n'


def test_a_link_to_a_file_elsewhere_stays_one(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "a").write_text('provider = "slack"\n')
    targets(tmp_path, {})
    file(tmp_path, "a").symlink_to(tmp_path / "far" / "a")
    all = Targets(tmp_path)
    all.change(all.get("a"), replace(all.get("a"), notify=True))
    assert file(tmp_path, "a").is_symlink()
    assert (tmp_path / "far" / "a").read_text() == 'provider = "slack"\nnotify = true\n'


def test_a_change_of_somebody_else_is_not_written_over(tmp_path: Path) -> None:
    ours, theirs = targets(tmp_path, WRITTEN), Targets(tmp_path)
    before = ours.get("status")
    theirs.change(before, replace(before, page="p7"))
    theirs.add(Target("new", "teams"))
    texts = read(tmp_path)

    where = file(tmp_path, "status")
    assert reason(lambda: ours.change(before, replace(before, audience="internal"))) == (
        f"{where} cannot be written (somebody else has just written it; do it again)."
    )
    with pytest.raises(Refused) as late:
        Targets(tmp_path).change(before, replace(before, audience="internal"))
    assert (late.value.reason, late.value.field) == (
        "status was changed in targets/status.toml meanwhile (page); look at it again.",
        "changed",
    )
    for act in (lambda: ours.add(Target("new", "slack")), lambda: ours.remove("status")):
        assert "somebody else has just written it" in reason(act)
    assert read(tmp_path) == texts


def test_a_change_of_another_target_is_in_nobody_s_way(tmp_path: Path) -> None:
    ours, theirs = targets(tmp_path, WRITTEN), Targets(tmp_path)
    theirs.remove("chat")
    ours.change(ours.get("old"), replace(ours.get("old"), enabled=True))
    assert (ours.names, ours.get("old").enabled) == (["old", "status"], True)


def test_what_the_file_cannot_hold_is_not_written(tmp_path: Path) -> None:
    all = targets(tmp_path, WRITTEN)
    before = all.get("chat")
    with pytest.raises(Refused) as refused:
        all.change(before, replace(before, url="http://a.example"))
    assert refused.value.field == "url"
    with pytest.raises(Refused):
        all.change(Target("none", "slack"), Target("none", "slack", page="1"))
    assert read(tmp_path) == WRITTEN


def test_removing_takes_the_file_with_its_comments_and_can_be_undone(tmp_path: Path) -> None:
    all = targets(tmp_path, WRITTEN)
    before = all.get("status")
    assert all.remove("STATUS") == before
    assert all.names == ["chat", "old"]
    assert (tmp_path / FOLDER / REMOVED / "status.toml").read_text() == STATUS
    all.restore("status")
    assert all.get("status") == before
    assert read(tmp_path) == WRITTEN
    assert list((tmp_path / FOLDER / REMOVED).iterdir()) == []


def test_one_that_comes_back_does_not_write_over_a_new_one(tmp_path: Path) -> None:
    ours = targets(tmp_path, WRITTEN)
    ours.remove("status")
    Targets(tmp_path).add(Target("status", "slack"))
    assert "somebody else has just written it" in reason(lambda: ours.restore("status"))
    assert Targets(tmp_path).get("status").provider == "slack"


def test_the_last_one_removed_is_the_one_that_comes_back(tmp_path: Path) -> None:
    all = targets(tmp_path, WRITTEN)
    for page in ("p1", "p2"):
        all.remove("status")
        if page == "p1":
            all.add(Target("status", "statuspage", page="p2"))
    all.remove("chat")
    all.restore("STATUS")
    assert all.get("status").page == "p2"
    assert "No target “status” was removed; removed targets: chat." in reason(lambda: all.restore("status"))
    all.add(Target("chat", "slack"))
    assert "There is a target chat again" in reason(lambda: all.restore("chat"))


TEXTS = st.dictionaries(st.text(max_size=6), st.text(max_size=8), max_size=3)


@given(TEXTS, TEXTS, st.text(max_size=9), st.text(max_size=9))
def test_any_value_takes_the_place_of_any_other(old: dict[str, str], new: dict[str, str], a: str, b: str) -> None:
    before = toml_text({"provider": a, "components": old, "notify": True})
    assert tomllib.loads(before) == {"provider": a, "components": old, "notify": True}
    after = changed_text(f"# top\n\n{before}# end\n", {"provider": b, "components": new, "page": a})
    assert tomllib.loads(after) == {"provider": b, "components": new, "notify": True, "page": a}
    assert after.startswith("# top\n\n")
    assert "\n# end\n" in after


CHANNEL = Target("chat", "slack")


@pytest.mark.parametrize(
    ("target", "key", "said"),
    [
        (CHANNEL, None, "chat has no key: set WARROOM_TARGET_CHAT_KEY"),
        (CHANNEL, "T0/B0/abc", "has to be the whole address"),
        (CHANNEL, "http://hooks.example/abc", "The key of chat: The address has to begin with https"),
        (Target("chat", "slack", "https://a.example"), "https://b.example/abc", "on another host than its url"),
        (Target("x", "nope"), "k", "There is no provider “nope”"),
        (Target("x", "webhook"), "k", "needs the address of your installation"),
        (Target("x", "webhook", "http://a.example"), "k", "has to begin with https"),
        (Target("x", "statuspage"), "k", "names no page"),
    ],
)
def test_what_cannot_be_connected(target: Target, key: str | None, said: str) -> None:
    sentence = reason(lambda: connect(target, Key(key) if key else None))
    assert said in sentence
    assert "abc" not in sentence


def test_a_chat_s_address_is_its_key_or_url_and_key() -> None:
    whole = "https://hooks.example/services/T0/B0/abc"
    assert webhook_address(CHANNEL, Key(whole)) == whole
    assert webhook_address(Target("c", "slack", "https://hooks.example"), Key(whole)) == whole
    assert webhook_address(Target("c", "slack", "https://hooks.example/services/"), Key("T0/B0/abc")) == whole


class Quiet(httpx.BaseTransport):
    """A server that takes everything, and tells whether it was closed."""

    closed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text="ok")

    def close(self) -> None:
        self.closed = True


def test_connections_are_closed_when_the_provider_is_let_go_of(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    transport = Quiet()
    made = connect(CHANNEL, Key("https://hooks.example/services/T0/s3cret"), transport=transport)
    assert "knows the webhook" in made.check().says
    assert not transport.closed
    del made
    assert transport.closed
    assert "s3cret" not in caplog.text


def test_every_provider_of_ours_says_where_its_key_goes() -> None:
    for name in built_in():
        cls = provider_class(name)
        assert cls.capabilities.network or not cls.capabilities.key or cls.capabilities.key_in == "login"
        assert cls.headers("k") == {} or cls.capabilities.key_in == "header"
