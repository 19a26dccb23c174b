"""Targets from the shell: added, listed, checked, removed and brought back; the key never where others see it."""

import json
import os
import pty
import re
import select
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from console.cli.targets import target
from console.publish.registry import built_in, provider_class
from tests.cli.shell import COMMAND, ROOT, Warroom
from tests.patience import PATIENCE_S

SECRET = "s3cret-0123456789"


class Shop(Warroom):
    """A shell with a configuration folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "config"
        super().__init__(folder / "warroom.db", WARROOM_CONFIG=str(self.folder))

    def done(self, *args: str) -> str:
        """Standard output of a command that has nothing to remark."""
        out, err = self.told(*args)
        assert err == ""
        return out

    def told(self, *args: str) -> tuple[str, str]:
        status, out, err = self.here("target", *args)
        assert status == 0, err
        return out, err

    def refused(self, *args: str) -> str:
        return self.fails("target", *args)

    @property
    def doctor(self) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = json.loads(self.here("doctor", "--json")[1])
        return rows

    @property
    def file(self) -> str:
        """The file of the target “page”."""
        return (self.folder / "targets" / "page.toml").read_text()

    @property
    def whole(self) -> str:
        """Everything in the configuration folder but the keys."""
        return "".join(path.read_text() for path in self.folder.rglob("*.toml"))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


class Hook(BaseHTTPRequestHandler):
    """A chat's server: it knows one address."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.command, self.path))
        self.send_response(400 if self.path.endswith(SECRET) else 403)
        self.end_headers()

    def do_GET(self) -> None:
        self.asked.append((self.command, self.path))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"id": "7", "name": "Incidents \\u001b[31m"}')

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Hook.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/hooks"
        server.shutdown()
        thread.join()


def test_a_path_is_rehearsed_unseen_and_its_age_is_shown(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    shop.told("add", "rehearsal", "--provider", "file", "--option", f"path={file}")
    assert "never checked from here" in shop.done("list")
    assert "Nobody saw it, and nothing was published." in shop.done("test", "rehearsal")
    assert not file.exists() or not file.read_text()
    assert re.search(r"checked [\dms]+ ago", shop.done("list"))
    assert json.loads(shop.done("list", "--json"))[0]["proved_by"] == "checked"
    (proved,) = [row["found"] for row in shop.doctor if row["what"] == "target rehearsal"]
    assert proved.startswith("checked ")


def test_a_target_is_added_listed_and_kept_as_it_was_said(shop: Shop) -> None:
    shop.env["WARROOM_TARGET_STATUS_PAGE_KEY"] = SECRET
    out = shop.done(
        *("add", "status page", "--provider", "statuspage", "--page", "p1", "--component", "checkout=c1"),
        *("--component", "search=c=2", "--notify", "--status", "resolved", "--status", "investigating"),
        *("--option", "a=b", "--audience", "executive"),
    )
    assert "Added status page (statuspage)" in out
    assert "Its key comes from the environment (WARROOM_TARGET_STATUS_PAGE_KEY)" in out
    assert "warroom target check 'status page'" in out
    (one,) = json.loads(shop.done("list", "--json"))
    assert one == {
        "proved_at": None,
        "proved_by": None,
        "name": "status page",
        "provider": "statuspage",
        "url": None,
        "page": "p1",
        "audience": "executive",
        "notify": True,
        "components": {"checkout": "c1", "search": "c=2"},
        "statuses": ["investigating", "resolved"],
        "events": [],
        "options": {"a": "b"},
        "enabled": True,
        "key": "the environment (WARROOM_TARGET_STATUS_PAGE_KEY)",
        "key_variable": "WARROOM_TARGET_STATUS_PAGE_KEY",
    }
    (row,) = shop.done("list").splitlines()
    assert row.startswith(
        "status page  statuspage, executive updates, mails, page p1, only investigating, resolved; key"
    )
    assert SECRET not in shop.whole + out + row


def test_a_target_that_is_mail_is_listed_as_one_that_mails(shop: Shop) -> None:
    sender = ("--option", "from=status@example.org", "--option", "to=cto@example.org")
    shop.done("add", "leads", "--provider", "smtp", "--option", "server=127.0.0.1:25", *sender)
    assert "executive updates, mails;" in shop.done("list")


def test_without_targets_the_list_says_what_to_do(shop: Shop) -> None:
    assert shop.told("list") == ("", "There are no targets yet; add one with “warroom target add NAME --provider …”.\n")
    assert shop.done("list", "--json") == "[]\n"


def test_a_broken_target_is_told_beside_the_others(shop: Shop) -> None:
    (shop.folder / "targets").mkdir(parents=True)
    for name, provider in (("good", "file"), ("bad", "fil")):
        (shop.folder / "targets" / f"{name}.toml").write_text(f'provider = "{provider}"\n')
    out, err = shop.told("list")
    assert out.startswith("good  file")
    assert err.startswith("targets/bad.toml, line 1, key provider: there is no provider “fil”")
    assert "line 1" in shop.refused("check", "bad")


def test_the_key_is_read_from_standard_input(shop: Shop) -> None:
    out = shop.says(
        "target", "add", "page", "--provider", "instatus", "--page", "p1", "--key-stdin", stdin=SECRET + "\n"
    )
    path = shop.folder / "keys" / "page"
    assert f"Its key is kept in the file {path}." in out
    assert path.read_text() == SECRET + "\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert "Its key is kept" in shop.says("target", "key", "page", "--key-stdin", stdin="another\n")
    assert path.read_text() == "another\n"
    assert "is empty" in shop.fails("target", "key", "page", "--key-stdin")
    path.chmod(0o644)
    assert "can be read by others" in shop.refused("check", "page")


def test_the_key_is_asked_for_without_an_echo(shop: Shop) -> None:
    ours, theirs = pty.openpty()
    command = [*COMMAND, "target", "add", "page", "--provider", "instatus", "--page", "p1"]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=shop.env, start_new_session=True, close_fds=True
    )
    os.close(theirs)
    shown = b""
    try:
        while select.select([ours], [], [], PATIENCE_S)[0]:
            try:
                piece = os.read(ours, 4096)
            except OSError:
                break
            if not piece:
                break
            shown += piece
            if shown.endswith(b"(Enter: later): "):
                os.write(ours, SECRET.encode() + b"\n")
        assert process.wait(PATIENCE_S) == 0
    finally:
        os.close(ours)
    assert b"Key of page (Enter: later): " in shown
    assert SECRET.encode() not in shown
    assert (shop.folder / "keys" / "page").read_text() == SECRET + "\n"


def test_without_a_key_it_is_told_how_to_give_one(shop: Shop) -> None:
    out, err = shop.told("add", "page", "--provider", "instatus", "--page", "p1")
    assert "Added page" in out
    assert err == "page has no key: set WARROOM_TARGET_PAGE_KEY, or give it with “warroom target key page”.\n"
    assert "has no key" in shop.refused("check", "page")
    assert "nobody to ask" in shop.refused("key", "page")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("page", "--provider", "nope"), "There is no provider “nope”: use betterstack"),
        (("a/b", "--provider", "instatus"), "cannot be used"),
        (("page", "--provider", "webhook"), "--url https://"),
        (("page", "--provider", "cachet", "--url", "http://a.example"), "has to begin with https://"),
        (("page", "--provider", "cstate"), "--option folder=PATH"),
        (("page", "--provider", "file"), "--option path=FILE"),
        (("page", "--provider", "file", "--option", "path=x", "--key-stdin"), "needs no key"),
        (("chat", "--provider", "slack", "--url", "http://a.example/x"), "The key of chat: The address has to begin"),
    ],
)
def test_what_cannot_be_added_is_one_sentence(shop: Shop, args: tuple[str, ...], said: str) -> None:
    assert said in shop.refused("add", *args)
    assert not (shop.folder / "targets").exists()


def test_a_pair_that_is_none_is_wrong_usage(shop: Shop) -> None:
    status, out, err = shop.here("target", "add", "x", "--provider", "slack", "--component", "checkout")
    assert (status, out) == (2, "")
    assert "write it as OURS=THEIRS" in err


def test_a_chat_s_address_is_its_key_wherever_it_was_said(shop: Shop, server: str) -> None:
    out, err = shop.told("add", "chat", "--provider", "slack", "--url", f"{server}/{SECRET}")
    assert err.startswith("The address is the secret of this chat")
    assert SECRET not in out + err + shop.whole
    assert "knows the webhook" in shop.done("check", "chat")
    assert Hook.asked == [("POST", f"/hooks/{SECRET}")]
    assert SECRET not in shop.done("list") + shop.done("list", "--json")


def test_a_wrong_key_is_told_without_it(shop: Shop, server: str) -> None:
    shop.env["WARROOM_TARGET_CHAT_KEY"] = f"{server}/wr0ng-key"
    shop.done("add", "chat", "--provider", "slack")
    said = shop.refused("check", "chat")
    assert "does not accept the key (403)" in said
    assert "wr0ng" not in said
    shop.env["WARROOM_TARGET_CHAT_KEY"] = SECRET
    assert "has to be the whole address" in shop.refused("check", "chat")


def test_what_a_page_says_is_shown_cleaned(shop: Shop, server: str) -> None:
    shop.env["WARROOM_TARGET_CHAT_KEY"] = f"{server}/{SECRET}"
    shop.done("add", "chat", "--provider", "discord")
    assert shop.done("check", "chat") == "Discord knows the webhook as “Incidents ␛[31m”.\n"
    assert json.loads(shop.done("check", "chat", "--json")) == {
        "name": "chat",
        "says": "Discord knows the webhook as “Incidents ␛[31m”.",
        "pages": [],
        "components": [],
    }


def test_a_target_that_was_removed_can_be_brought_back(shop: Shop) -> None:
    shop.says("target", "add", "page", "--provider", "instatus", "--page", "p1", "--key-stdin", stdin=SECRET)
    before = shop.file
    out = shop.done("remove", "PAGE")
    assert "“warroom target restore page” brings it back" in out
    assert "--forget-key" in out
    assert shop.done("list", "--json") == "[]\n"
    assert "is back" in shop.done("restore", "Page")
    assert shop.file == before
    assert "forgotten" in shop.done("remove", "page", "--forget-key")
    assert not (shop.folder / "keys" / "page").exists()
    assert "There is no target “page”" in shop.refused("remove", "page", "--forget-key")
    assert "No target “x” was removed; removed targets: page." in shop.refused("restore", "x")


def test_each_change_is_told_as_json(shop: Shop) -> None:
    """The target as the list has it; nothing else on standard output."""
    added = shop.says(
        "target", "add", "page", "--provider", "instatus", "--page", "p1", "--key-stdin", "--json", stdin=SECRET
    )
    assert SECRET not in added
    assert [json.loads(added)] == json.loads(shop.done("list", "--json"))
    assert json.loads(shop.says("target", "key", "page", "--key-stdin", "--json", stdin="another")) == json.loads(added)
    assert json.loads(shop.done("remove", "page", "--json")) == json.loads(added)
    assert json.loads(shop.done("restore", "page", "--json")) == json.loads(added)


def test_the_one_file_of_before_is_taken_over_by_the_first_change_and_that_is_said(shop: Shop) -> None:
    shop.folder.mkdir()
    (shop.folder / "targets.toml").write_text('# Ours\n[good]\nprovider = "file"\n')
    assert shop.done("list").startswith("good  file")
    out, err = shop.told("add", "page", "--provider", "instatus", "--page", "p1")
    assert f"Added page (instatus) to {shop.folder}/targets/page.toml." in out
    assert f"Each target has a file in {shop.folder}/targets now; targets.toml is kept as targets.toml.old" in err
    assert shop.done("list").splitlines()[0].startswith("good  file")


def test_a_key_can_be_forgotten_after_its_target(shop: Shop) -> None:
    shop.says("target", "add", "page", "--provider", "instatus", "--page", "p1", "--key-stdin", stdin=SECRET)
    shop.done("remove", "page")
    assert shop.done("remove", "page", "--forget-key") == "Its key is forgotten.\n"


def test_a_file_is_a_target_for_rehearsals(shop: Shop, tmp_path: Path) -> None:
    shop.done("add", "dry", "--provider", "file", "--option", f"path={tmp_path}/sub/../sent.jsonl")
    assert shop.done("check", "dry") == f"{tmp_path}/sent.jsonl holds 0 messages.\n"
    assert "needs no key" in shop.refused("key", "dry")
    shop.done("add", "dry2", "--provider", "file", "--url", f"{tmp_path}/other.jsonl")
    assert str(tmp_path / "other.jsonl") in shop.done("check", "dry2")


def git(folder: Path, *args: str) -> None:
    subprocess.run(["git", *args], cwd=folder, check=True, capture_output=True)


def test_components_that_the_page_does_not_have_are_told(shop: Shop, tmp_path: Path) -> None:
    page = tmp_path / "page"
    git(tmp_path, "init", "-q", "-b", "main", "--bare", "bare")
    git(tmp_path, "clone", "-q", "bare", "page")
    issues = page / "content" / "issues"
    issues.mkdir(parents=True)
    (issues / "one.md").write_text("---\ntitle: One\naffected:\n  - API\n---\n\nText\n")
    git(page, "add", ".")
    git(page, "-c", "user.name=mo", "-c", "user.email=mo@example.org", "commit", "-qm", "one")
    git(page, "push", "-q", "origin", "HEAD:main")
    shop.done("add", "page", "--provider", "cstate", "--option", f"folder={page}", "--component", "api=API")
    assert "  API  API  ← api" in shop.done("check", "page")
    shop.done("add", "two", "--provider", "cstate", "--option", f"folder={page}", "--component", "web=Web")
    status, _, err = shop.here("target", "check", "two")
    assert status == 1
    assert err == "two has no component for web; correct components in targets/two.toml by the list above.\n"


def test_the_page_about_it_knows_every_command_option_and_provider() -> None:
    page = (ROOT / "docs" / "publishing.md").read_text()
    for name, command in target.commands.items():
        assert f"`warroom target {name} " in page or f"`warroom target {name}`" in page
        options = [opt for each in command.params for opt in each.opts if opt.startswith("--")]
        assert [option for option in options if option not in page] == []
    assert [one for one in built_in() if f"`{one}`" not in page and f"--provider {one}" not in page] == []


ABLE = {
    "edit": "edits", "remove": "removes", "take down": "takes_down", "rename": "renames", "adopt": "adopts",
    "backfill": "backfills", "postmortem": "postmortems", "schedule": "plans", "status follows": "status_follows",
}  # fmt: skip


def test_the_page_about_it_says_what_each_provider_can_do() -> None:
    page = (ROOT / "docs" / "publishing.md").read_text()
    table = page[page.index("| provider | post |") :].partition("\n\n")[0]
    head, _, *rows = ([cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines())
    told = {
        (provider, ABLE[column])
        for row in rows
        for provider in re.findall("`(.+?)`", row[0])
        for column, cell in zip(head, row, strict=True)
        if column in ABLE and cell != "–"
    }
    can = {name: provider_class(name).capabilities for name in built_in()}
    # A chat has no status that could follow.
    able = {(name, field) for name, caps in can.items() for field in ABLE.values() if getattr(caps, field)}
    able |= {(name, "plans") for name, caps in can.items() if caps.for_maintenance.plans}
    assert told == able - {(name, "status_follows") for name, caps in can.items() if caps.chat}


def test_what_the_shell_does_is_told_to_who_follows(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "bridge.jsonl"
    events = ("--event", "severity", "--event", "declared")
    shop.told("add", "bridge", "--provider", "file", "--option", f"path={path}", *events)
    assert 'events = ["declared", "severity"]' in (shop.folder / "targets" / "bridge.toml").read_text()
    assert json.loads(shop.done("list", "--json"))[0]["events"] == ["declared", "severity"]
    ref = shop.says("declare", "Checkout errors", "--sev", "SEV1")
    shop.tells("sev", ref, "SEV2", "--reason", "fewer are hit")
    shop.tells("log", ref, "a line")
    shop.tells("publish", "run", "--once")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(line["event"], line["severity"]) for line in lines] == [("declared", "SEV1"), ("severity", "SEV2")]
    shop.refused("add", "chat", "--provider", "slack", "--event", "stage")
