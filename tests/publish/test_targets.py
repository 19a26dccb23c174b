"""`targets.toml`: read, added to and taken from, with what a person wrote around it left as it is."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.refusal import Refused
from console.publish.registry import built_in, provider_class
from console.publish.targets.connect import connect, whole_address
from console.publish.targets.file import REMOVED, Targets
from console.publish.targets.keys import Key
from console.publish.targets.model import FILE, Target
from console.publish.targets.text import table_text, without_table

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
    (folder / FILE).write_text(text)
    return Targets(folder)


def found(all: Targets, name: str) -> Target:
    return all.get(name)


def reason(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.reason.endswith(".")
    assert "\n" not in refused.value.reason
    return refused.value.reason


def test_targets_are_read_with_what_is_usual(tmp_path: Path) -> None:
    all = targets(tmp_path, WRITTEN)
    assert all.complaints == []
    assert all.names == ["status", "chat", "old"]
    assert found(all, "STATUS") == Target(
        "status", "statuspage", page="p1", notify=True, components={"checkout": "c1", "Search engine": "c2"}
    )
    assert found(all, "chat").audience == "internal"
    assert not found(all, "old").enabled


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert Targets(tmp_path / "none").all() == []
    assert Targets(None).all() == []
    assert "add one with “warroom target add" in reason(lambda: Targets(None).get("x"))
    assert "no folder" in reason(lambda: Targets(None).add(Target("x", "slack")))
    assert "no folder" in reason(lambda: Targets(None).restore("x"))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('[x]\npage = "p"', "line 4, key x: the key “provider” is missing"),
        ('[x]\nprovider = "slack"\npgae = "p"', "line 6, key x.pgae: there is no such key, perhaps “page” is meant"),
        ('[x]\nprovider = "slak"', "line 5, key x.provider: there is no provider “slak”, use one of betterstack"),
        ('[x]\nprovider = "slack"\naudience = "all"', "line 6, key x.audience: invalid enum value 'all'"),
        ('[x]\nprovider = "slack"\nnotify = "yes"', "line 6, key x.notify: expected `bool`, got `str`"),
        ('[x]\nprovider = "slack"\nstatuses = ["fixed"]', "line 6, key x.statuses: invalid enum value 'fixed'"),
        ('[x]\nprovider = "slack"\n[x.components]\na = 1', "line 6, key x.components: expected `str`, got `int`"),
        ('[x]\nprovider = "slack"\nname = "y"', "line 6, key x.name: there is no such key"),
        ('[x]\nprovider = "slack"\nkey = "s3cret"', "line 6, key x.key: there is no such key"),
        (
            '[x]\nprovider = "cachet"\nurl = "http://a.example"',
            "line 6, key x.url: the address has to begin with https",
        ),
        ('[x]\nprovider = "slack"\npage = "a\\u001b"', "line 4, key x: a name in it holds characters"),
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
        (b"x = " + b"[" * 5000, "is nested too deep"),
        (b"#" * 1_100_000, "too long"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_not_written(tmp_path: Path, raw: bytes, said: str) -> None:
    (tmp_path / FILE).write_bytes(raw)
    all = Targets(tmp_path)
    assert said in all.complaints[0]
    assert all.complaints[0].endswith(".")
    assert said in reason(lambda: all.get("x"))
    assert said in reason(lambda: all.add(Target("x", "slack")))
    assert (tmp_path / FILE).read_bytes() == raw


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
    assert found(all, "new page") == made
    assert found(Targets(tmp_path), "new page") == made
    assert (tmp_path / FILE).read_text().startswith(WRITTEN)


def test_what_cannot_be_added(tmp_path: Path) -> None:
    all = targets(tmp_path, WRITTEN)
    assert "already" in reason(lambda: all.add(Target("Status", "slack")))
    assert "would share the key WARROOM_TARGET_STATUS_PAGE_KEY" not in (tmp_path / FILE).read_text()
    all.add(Target("status page", "slack"))
    assert "would share the key WARROOM_TARGET_STATUS_PAGE_KEY" in reason(
        lambda: all.add(Target("status-page", "slack"))
    )
    for name in ("", "../x", ".x", "a/b", "a\x1bb", "x" * 65, "x "):
        assert "cannot be used" in reason(partial(all.add, Target(name, "slack")))
    assert "https" in reason(lambda: all.add(Target("x", "cachet", "http://a.example")))
    assert "no provider" in reason(lambda: all.add(Target("x", "slak")))


def test_removing_takes_the_table_with_its_comments_and_can_be_undone(tmp_path: Path) -> None:
    all = targets(tmp_path, WRITTEN)
    before = found(all, "status")
    assert all.remove("STATUS") == before
    text = (tmp_path / FILE).read_text()
    assert text.startswith("# Ours, since the move in May. Ask ops before you change it.\n\n# For us\n[chat]\n")
    assert "public page" not in text
    assert all.names == ["chat", "old"]
    all.restore("status")
    assert found(all, "status") == before
    assert '# The public page\n[status]\nprovider = "statuspage"  # the paid plan\n' in (tmp_path / FILE).read_text()
    assert "status" not in (tmp_path / REMOVED).read_text()


def test_the_last_one_removed_is_the_one_that_comes_back(tmp_path: Path) -> None:
    all = targets(tmp_path, WRITTEN)
    for page in ("p1", "p2"):
        all.remove("status")
        if page == "p1":
            all.add(Target("status", "statuspage", page="p2"))
    all.remove("chat")
    all.restore("STATUS")
    assert found(all, "status").page == "p2"
    assert "No target “status” was removed; those that were are chat." in reason(lambda: all.restore("status"))
    all.add(Target("chat", "slack"))
    assert "There is a target chat again" in reason(lambda: all.restore("chat"))


def test_a_broken_one_can_be_removed(tmp_path: Path) -> None:
    all = targets(tmp_path, '[x]\nprovider = 3\n\n[good]\nprovider = "slack"\n')
    assert all.remove("x") is None
    assert all.complaints == []
    assert all.names == ["good"]
    assert "There is no target “x”" in reason(lambda: all.remove("x"))


def test_one_that_only_a_person_can_take_apart_is_left(tmp_path: Path) -> None:
    text = 'x = { provider = "slack" }\n[y]\nprovider = "slack"\n'
    all = targets(tmp_path, text)
    assert all.names == ["x", "y"]
    assert "edit it there" in reason(lambda: all.remove("x"))
    assert (tmp_path / FILE).read_text() == text


def test_a_heading_inside_a_text_is_none() -> None:
    text = '[a]\npage = """\n[b]\n"""\n[b]\nprovider = "x"\n'
    assert without_table(text, "b") is None or without_table(text, "b") == ('[a]\npage = """\n[b]\n"""\n', "")


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=12), max_size=3), st.text(max_size=9), st.text(max_size=9))
def test_any_table_that_is_written_is_taken_out_again(pairs: dict[str, str], name: str, value: str) -> None:
    name = f"n{name}"
    data = {"provider": value, "components": pairs, "notify": True, "statuses": ["a"]}
    table = table_text(name, data)
    around = "# top\n\n[first]\na = 1\n\n{}# below\n[last.b]\nc = 2\n"
    assert without_table(around.format(f"{table}\n"), name) == (around.format(""), f"{table}\n")


CHAT = Target("chat", "slack")


@pytest.mark.parametrize(
    ("target", "key", "said"),
    [
        (CHAT, None, "chat has no key: set WARROOM_TARGET_CHAT_KEY"),
        (CHAT, "T0/B0/abc", "has to be the whole address"),
        (CHAT, "http://hooks.example/abc", "The key of chat: The address has to begin with https"),
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
    assert whole_address(CHAT, Key(whole)) == whole
    assert whole_address(Target("c", "slack", "https://hooks.example"), Key(whole)) == whole
    assert whole_address(Target("c", "slack", "https://hooks.example/services/"), Key("T0/B0/abc")) == whole


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
    made = connect(CHAT, Key("https://hooks.example/services/T0/s3cret"), transport=transport)
    assert "knows the webhook" in made.check().says
    assert not transport.closed
    del made
    assert transport.closed
    assert "s3cret" not in caplog.text


def test_every_provider_of_ours_says_where_its_key_goes() -> None:
    for name in built_in():
        cls = provider_class(name)
        assert cls.capabilities.network or not cls.capabilities.key
        assert cls.headers("k") == {} or cls.capabilities.key_in == "header"
