"""Publishing from the shell, to pages behind real sockets: what was approved is there once, come what may."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli.served import Publisher, Served, incident_io
from tests.cli.shell import COMMAND, one_sentence
from tests.patience import PATIENCE_S
from tests.publish.fakes import Seen, reply
from tests.publish.fakes.statuspage import StatuspageFake

STORY = [
    ("investigating", "We look into failed payments."),
    ("identified", "A deploy is the cause."),
    ("monitoring", "It was rolled back, and we watch."),
    ("resolved", "Payments work again."),
]


@pytest.fixture
def server() -> Iterator[Served]:
    with incident_io() as served:
        yield served
        assert served.fake.wrong == []


@pytest.fixture
def page(shop: Publisher, server: Served) -> Served:
    """The page of the shop's target “status”."""
    shop.target(server)
    return server


def seen(served: Served) -> Seen:
    (one,) = served.fake.seen()
    return one


# The story


def test_an_incident_from_its_first_update_to_its_end_on_statuspage(shop: Publisher) -> None:
    with Served(StatuspageFake(), "/v1") as served:
        shop.target(served, "statuspage")
        for status, text in STORY:
            more = ("--component", "checkout=partial_outage", "--notify") if status == "identified" else ()
            shop.update(status, text, *more)
        said = shop.sends()

        assert said.count(": sent") == 4
        one = seen(served)
        assert (one.title, one.updates, one.mails) == ("Checkout errors", STORY, 1)
        assert served.fake.components["c1"] == "operational"
        assert served.fake.wrong == []
    (standing,) = shop.publishing
    assert (standing["target"], standing["state"], standing["left"]) == ("status", "sent", 0)
    assert standing["url"] == "https://stspg.example/1"


def test_each_update_is_there_after_its_run_with_its_components(shop: Publisher, page: Served) -> None:
    shop.update(*STORY[0])
    shop.sends()
    shop.update(*STORY[1], "--component", "checkout=partial_outage")
    assert shop.publishing[0]["state"] == "sending"
    shop.sends()
    assert (seen(page).status, page.fake.components["c1"]) == ("identified", "partial")
    assert shop.json("show", shop.ref)["components"] == {"checkout": "partial"}
    shop.update(*STORY[2])
    shop.update(*STORY[3])
    shop.sends()
    assert seen(page).updates == STORY
    assert page.fake.components["c1"] == "operational"
    assert seen(page).mails == 0


def test_what_goes_where_is_told_when_the_update_is_posted(shop: Publisher, server: Served) -> None:
    shop.target(server, "incident-io", "status", "--notify")
    shop.target(server, "incident-io", "second")
    words = ("update", shop.ref, "--audience", "public", "--status", "identified", "--message", "A deploy.")
    status, out, err = shop.here(*words, "--next", "30m", "--component", "checkout=major")

    assert status == 0
    assert out.strip() in {entry["id"] for entry in shop.json("show", shop.ref)["entries"]}
    assert err.splitlines() == [
        "second: identified, checkout major, mails nobody.",
        "status: identified, checkout major, mails subscribers.",
        "An open console sends it, or “warroom publish run --once”.",
    ]


def test_each_finding_in_public_words_is_told_once(shop: Publisher, page: Served) -> None:
    finding = "“db-7.internal” is the name of a machine."
    words = ("--message", "Host db-7.internal is down.")

    for told in (
        shop.tells("update", shop.ref, "--audience", "public", *words),
        shop.tells("log", shop.ref, "/update public Host db-7.internal is down."),
        shop.tells("log", shop.ref, "/update Public Host db-7.internal is down."),
    ):
        assert told.count(finding) == 1, told


def test_components_take_long_words_and_ours_and_no_others(shop: Publisher) -> None:
    words = ("update", shop.ref, "--audience", "internal", "--message", "Still at it.")
    shop.says(*words, "--component", "search=under_maintenance", "--component", "a=b=Degraded-Performance")
    assert shop.json("show", shop.ref)["components"] == {"search": "maintenance", "a=b": "degraded"}
    status, _, err = shop.here(*words, "--component", "search=broken")
    assert (status, err.startswith("--component: “broken” is not a state")) == (2, True)
    assert shop.updates == ["Still at it."]


def test_a_target_may_be_left_out_or_be_the_only_one(shop: Publisher, server: Served) -> None:
    for name in ("one", "two", "three"):
        shop.target(server, "incident-io", name)
    shop.update(*STORY[0], "--only", "two")
    shop.update(*STORY[1], "--skip", "two", "--skip", "ONE")
    assert [(message["target"], message["status"]) for message in shop.json("publish", "list")] == [
        ("two", "investigating"),
        ("three", "identified"),
    ]
    words = ("update", shop.ref, "--message", "a", "--audience")
    assert "no target “four”" in shop.fails(*words, "public", "--only", "four")
    assert "gets public updates" in shop.fails(*words, "internal", "--only", "two")


def test_an_update_that_is_logged_as_a_line_says_that_it_is_not_published(shop: Publisher, page: Served) -> None:
    assert "not published to status" in shop.tells("log", shop.ref, "/update public We look into it.")
    assert shop.tells("log", shop.ref, "/update internal We look into it.") == ""
    assert shop.json("publish", "list") == []


def test_a_dry_run_shows_all_and_writes_nothing(shop: Publisher, server: Served) -> None:
    shop.target(server, "incident-io", "status", "--notify")
    before = shop.json("show", shop.ref)["entries"]
    out = shop.update(*STORY[1], "--component", "checkout=partial", "--next", "30m", "--dry-run")

    assert out.splitlines() == [
        "status (public)",
        "  title       Checkout errors",
        "  status      identified",
        "  text        A deploy is the cause.",
        "  components  checkout → partial",
        "  mail        mails subscribers",
        "  shows       partial outage",
    ]
    assert shop.json("show", shop.ref)["entries"] == before
    assert shop.json("publish", "list") == []


def test_a_dry_run_of_sending_writes_a_file_and_leaves_all_as_it_was(shop: Publisher, page: Served) -> None:
    shop.update(*STORY[0])
    file = shop.folder / "dry.jsonl"
    assert "nothing was sent" in shop.tells("publish", "run", "--dry-run", str(file))
    assert [json.loads(line)["text"] for line in file.read_text().splitlines()] == [STORY[0][1]]
    assert page.fake.requests == []
    shop.sends()
    assert seen(page).updates == STORY[:1]


def test_a_target_of_kind_file_gets_each_message_once(shop: Publisher) -> None:
    file = shop.folder / "out.jsonl"
    shop.says("target", "add", "rehearsal", "--provider", "file", "--option", f"path={file}")
    shop.update(*STORY[0])
    shop.sends()
    shop.update(*STORY[3])
    shop.sends()
    shop.sends()
    assert [(one["status"], one["first"]) for one in map(json.loads, file.read_text().splitlines())] == [
        ("investigating", True),
        ("resolved", False),
    ]


# What a person has to set right: one sentence, and the update is kept


def test_a_wrong_key_is_told_and_the_update_goes_out_with_the_right_one(shop: Publisher, page: Served) -> None:
    shop.env["WARROOM_TARGET_STATUS_KEY"] = "wr0ng-key-0123456789"
    shop.update(*STORY[0])
    said = shop.stuck()
    assert "does not accept the key (401)" in said
    assert "wr0ng" not in said
    assert shop.publishing[0]["state"] == "failed"
    assert shop.updates == [STORY[0][1]]

    shop.env["WARROOM_TARGET_STATUS_KEY"] = page.fake.key
    shop.says("publish", "retry", shop.id)
    shop.sends()
    assert seen(page).updates == STORY[:1]


def test_a_key_that_is_missing_is_asked_for(shop: Publisher, page: Served) -> None:
    del shop.env["WARROOM_TARGET_STATUS_KEY"]
    shop.update(*STORY[0])
    assert "WARROOM_TARGET_STATUS_KEY" in shop.stuck()
    shop.env["WARROOM_TARGET_STATUS_KEY"] = page.fake.key
    shop.sends()
    assert seen(page).updates == STORY[:1]


def test_a_key_that_was_revoked_in_between(shop: Publisher, page: Served) -> None:
    shop.update(*STORY[0])
    shop.sends()
    page.fake.key = "n3w-Key-Of-The-Page-0123456789"
    shop.update(*STORY[1])
    shop.update(*STORY[3])
    said = shop.stuck()
    assert "(1 more behind it)" in said
    assert "does not accept the key" in said
    shop.env["WARROOM_TARGET_STATUS_KEY"] = page.fake.key
    shop.says("publish", "retry", "--all")
    shop.sends()
    assert seen(page).updates == [STORY[0], STORY[1], STORY[3]]


def test_a_page_that_was_deleted(shop: Publisher, page: Served) -> None:
    page.trouble = lambda request: reply(404, {"errors": [{"message": "no such page"}]})
    shop.update(*STORY[0])
    assert "has no such page, incident or component (404)" in shop.stuck()
    assert shop.updates == [STORY[0][1]]


def test_a_component_that_was_deleted(shop: Publisher) -> None:
    with Served(StatuspageFake(), "/v1") as served:
        shop.target(served, "statuspage")
        del served.fake.components["c1"]
        shop.update(*STORY[1], "--component", "checkout=major")
        assert "Component c1 does not exist" in shop.stuck()
        assert shop.updates == [STORY[1][1]]


def test_a_text_that_is_too_long_is_kept_told_and_shortened_for_its_page(shop: Publisher, page: Served) -> None:
    words = ("update", shop.ref, "--audience", "public", "--status", "identified", "--message", "x" * 5000)
    status, _, err = shop.here(*words, "--dry-run")
    assert status == 1
    assert "The text has 5,000 characters; status takes 4,096" in err
    assert shop.updates == []
    status, out, err = shop.here(*words)
    assert (status, len(out.split())) == (0, 1)
    assert "The text has 5,000 characters; status takes 4,096; the update is kept" in err
    assert shop.updates == ["x" * 5000]
    assert "4096" in shop.stuck()
    shop.says("publish", "edit", shop.id, "--message", "Shorter.")
    shop.sends()
    assert seen(page).updates[-1] == ("identified", "Shorter.")


def test_a_refused_text_is_edited_and_sent(shop: Publisher, page: Served) -> None:
    page.trouble = lambda request: reply(422, {"errors": [{"message": "not this word"}]})
    shop.update(*STORY[0])
    assert "not this word" in shop.stuck()
    page.trouble = lambda request: None
    shop.says("publish", "edit", shop.id, "--message", "We look into it.")
    shop.sends()
    assert seen(page).updates == [("investigating", "We look into it.")]
    (only,) = shop.json("publish", "list")
    history = shop.json("publish", "show", only["id"])["history"]
    assert [one["state"] for one in history] == ["sending", "dead", "pending", "sending", "done"]
    assert history[2]["says"] == "edited by mo"
    assert "nothing was changed" in shop.fails("publish", "edit", only["id"], "--message", "We look into it.").lower()


def test_a_component_that_the_page_has_no_more_is_left_out(shop: Publisher, page: Served) -> None:
    del page.fake.components["c1"]
    shop.update(*STORY[1], "--component", "checkout=major")
    assert "c1" in shop.stuck()
    assert "--without" in shop.fails("publish", "edit", shop.id)
    assert "it changes checkout" in shop.fails("publish", "edit", shop.id, "--without", "search")
    shop.says("publish", "edit", shop.id, "--without", "checkout")
    shop.sends()
    assert seen(page).updates == [(STORY[1][0], STORY[1][1])]
    assert seen(page).components == {}


def test_a_message_that_is_dropped_lets_the_next_one_through(shop: Publisher, page: Served) -> None:
    page.trouble = lambda request: reply(422, {})
    shop.update(*STORY[0])
    shop.update(*STORY[1])
    shop.stuck()
    page.trouble = lambda request: None
    assert "dropped" in shop.says("publish", "drop", shop.id)
    shop.sends()
    assert seen(page).updates == [STORY[1]]
    said = shop.fails("publish", "drop", shop.json("publish", "list")[1]["id"])
    assert said == "A message that is delivered cannot be dropped; settle it, or post another update."
    assert "no message" in shop.fails("publish", "show", "ffffffffffff")


@pytest.mark.parametrize("answer", ["confirm", "resend"])
def test_what_nobody_can_tell_is_put_to_the_person(shop: Publisher, answer: str) -> None:
    posts: list[bytes] = []

    def chat(request: httpx.Request) -> httpx.Response:
        posts.append(request.content)
        return httpx.Response(500 if len(posts) == 1 else 200, text="ok")

    with incident_io() as served:
        served.trouble = chat
        shop.env["WARROOM_TARGET_ROOM_KEY"] = f"{served.url}/services/s3cr3t"
        shop.says("target", "add", "room", "--provider", "slack", "--audience", "public")
        shop.update(*STORY[0])
        said = shop.stuck()
        assert "publish confirm" in said
        assert "s3cr3t" not in said
        assert shop.publishing[0]["state"] == "asking"
        shop.says("publish", answer, shop.id)
        shop.sends()
    assert len(posts) == (1 if answer == "confirm" else 2)
    assert shop.publishing[0]["state"] == "sent"


# The network


def test_a_page_that_is_down_gets_it_once_when_it_is_up_again(shop: Publisher, page: Served) -> None:
    page.stop()
    shop.update(*STORY[0])
    status, out, err = shop.here("publish", "run", "--once", "--for", "1s")
    assert (status, out) == (1, "")
    assert "cannot be reached" in one_sentence(status, out, err.splitlines()[-1])
    (waiting,) = shop.publishing
    assert (waiting["state"], waiting["left"]) == ("waiting", 1)
    assert waiting["until"]
    page.start()
    shop.says("publish", "retry", "--all")
    shop.sends()
    shop.sends()
    assert seen(page).updates == STORY[:1]


def test_a_page_that_asks_to_wait_is_waited_for(shop: Publisher, page: Served) -> None:
    asked: list[httpx.Request] = []

    def busy(request: httpx.Request) -> httpx.Response | None:
        asked.append(request)
        return None if len(asked) > 1 else reply(429, {}, {"Retry-After": "1"})

    page.trouble = busy
    shop.update(*STORY[0])
    said = shop.sends().splitlines()
    assert "asks to wait" in said[0]
    assert ": sent" in said[-1]
    assert seen(page).updates == STORY[:1]


def test_a_run_that_is_to_end_leaves_a_long_wait_to_the_next_one(shop: Publisher, page: Served) -> None:
    page.trouble = lambda request: reply(429, {}, {"Retry-After": "300"})
    shop.update(*STORY[0])
    status, out, err = shop.here("publish", "run", "--once")
    assert "The next run after" in one_sentence(status, out, err.splitlines()[-1])
    assert (status, len(page.fake.requests)) == (1, 0)


def test_a_redirect_is_not_followed(shop: Publisher, page: Served) -> None:
    with incident_io() as thief:
        page.trouble = lambda request: httpx.Response(307, headers={"Location": f"{thief.url}{request.url.path}"})
        shop.update(*STORY[0])
        assert "is not followed" in shop.stuck()
        assert thief.fake.requests == []


def test_http_is_for_this_machine_only(shop: Publisher) -> None:
    words = ("target", "add", "far", "--provider", "incident-io", "--page", "p")
    assert "https://" in shop.fails(*words, "--url", "http://status.example.com")
    (shop.config / "targets").mkdir(parents=True, exist_ok=True)
    by_hand = 'provider = "incident-io"\npage = "p"\nurl = "http://status.example.com"\n'
    (shop.config / "targets" / "far.toml").write_text(by_hand)
    shop.env["WARROOM_TARGET_FAR_KEY"] = "k"
    told = shop.tells("update", shop.ref, "--audience", "public", "--status", "resolved", "--message", "a")
    assert "has to begin with https://" in told
    assert shop.json("publish", "list") == []


def test_a_page_that_was_changed_by_hand_is_told(shop: Publisher, page: Served) -> None:
    shop.update(*STORY[0])
    shop.sends()
    assert "in sync" in shop.says("publish", "check", shop.ref)
    page.fake.forget()
    status, out, err = shop.here("publish", "check")
    assert status == 1
    assert "differs" in out
    assert "somebody deleted or hid it" in err
    assert shop.publishing[0]["state"] == "differs"
    page.trouble = lambda request: reply(503, {})
    assert "has a server error (503)" in shop.here("publish", "check", shop.ref)[2]


# What is there already


def test_an_undone_update_is_edited_on_its_page(shop: Publisher) -> None:
    with Served(StatuspageFake(), "/v1") as served:
        shop.target(served, "statuspage")
        shop.update(*STORY[0])
        wrong = shop.update("investigating", "Customer A did it.")
        shop.sends()
        told = shop.tells("undo", shop.ref, wrong)
        assert "The page still shows public update #2, undone here." in told
        message = re.findall(r"warroom publish settle (\w+)", told)[0]
        (standing,) = shop.publishing
        (open_,) = standing["unsettled"]
        assert (standing["state"], open_["update"], open_["found"]) == ("differs", wrong, "undone")
        assert open_["message"].startswith(message)
        assert shop.here("publish", "check")[0] == 1
        assert "cannot do that" in shop.fails("publish", "settle", message, "--remove")
        assert "Say one of" in shop.here("publish", "settle", message, "--leave", "x", "--remove")[2]
        said = shop.says("publish", "settle", message, "--edit", "We look into one more cause.")
        assert said == "Public #2 on status is changed to: We look into one more cause."
        shop.sends()
        assert [text for _, text in seen(served).updates] == [STORY[0][1], "We look into one more cause."]
        assert seen(served).mails == 0
        assert "in sync" in shop.says("publish", "check", shop.ref)
        # What is decided once is decided anew in the same way.
        shop.says("publish", "settle", message, "--take-down")
        shop.sends()
        assert served.fake.seen() == []
        assert served.fake.wrong == []
    assert shop.publishing[0]["state"] == "nothing"
    # What became of each message says nothing of the page, where a later one has changed it.
    messages = shop.says("publish", "list").splitlines()
    assert len(messages) == 4
    assert all(" delivered" in message and "on the page" not in message for message in messages)


def test_a_new_public_title_follows_on_the_page(shop: Publisher, page: Served) -> None:
    shop.update(*STORY[0])
    shop.sends()
    told = shop.tells("public-title", shop.ref, "Some payments fail")
    assert "status: the title is changed there, too." in told
    assert "rename" in shop.says("publish", "list", "--left")
    shop.sends()
    assert (seen(page).title, seen(page).updates) == ("Some payments fail", [STORY[0]])
    assert "in sync" in shop.says("publish", "check", shop.ref)
    assert "cannot change" not in told


def test_what_was_changed_on_a_page_is_settled_from_the_shell(shop: Publisher, page: Served) -> None:
    shop.update(*STORY[0])
    shop.sends()
    page.fake.incidents[0]["name"] = "Somebody else's title"
    told = shop.here("publish", "check")
    assert told[0] == 1
    assert "another title: Somebody else's title" in told[1]
    (standing,) = shop.publishing
    (difference,) = standing["differences"]
    assert (difference["about"], difference["ours"], difference["theirs"]) == (
        "title", "Checkout errors", "Somebody else's title",
    )  # fmt: skip
    shop.says("publish", "settle", difference["id"], "--ours")
    shop.sends()
    assert seen(page).title == "Checkout errors"
    assert "in sync" in shop.says("publish", "check", shop.ref)
    page.fake.forget()
    shop.here("publish", "check")
    (gone,) = shop.publishing[0]["differences"]
    assert gone["about"] == "incident"
    assert "can" in shop.fails("publish", "settle", gone["id"], "--theirs")
    shop.says("publish", "settle", gone["id"], "--again")
    shop.sends()
    assert seen(page).updates == [STORY[0]]
    assert "in sync" in shop.says("publish", "check", shop.ref)


def test_a_secret_on_a_page_that_can_change_nothing_is_corrected_or_left(shop: Publisher, page: Served) -> None:
    secret = shop.update("investigating", "The key is hunter2hunter2.")
    shop.sends()
    told = shop.tells("redact", shop.ref, secret)
    message = re.findall(r"warroom publish settle (\w+)", told)[0]
    assert "post a correction (what was redacted stays there) or leave it there" in shop.fails(
        "publish", "settle", message, "--edit", "Removed."
    )
    shop.says("publish", "settle", message, "--correct", "We look into failed payments.")
    shop.sends()
    assert [text for _, text in seen(page).updates] == ["The key is hunter2hunter2.", "We look into failed payments."]
    assert shop.publishing[0]["unsettled"] == []
    assert "hunter2hunter2" not in shop.says("export", shop.ref, "timeline")


# A drill


def test_a_drill_publishes_nothing_whatever_is_configured(shop: Publisher, server: Served) -> None:
    shop.target(server, "incident-io", "status", "--notify", "--status", "identified")
    file = shop.folder / "out.jsonl"
    shop.says("target", "add", "rehearsal", "--provider", "file", "--option", f"path={file}")
    shop.ref = shop.says("declare", "An exercise", "--sev", "SEV1", "--drill")
    words = ("update", shop.ref, "--audience", "public", "--status", "identified", "--message", "Not real.")
    said = shop.tells(*words, "--notify", "--only", "status", "--component", "checkout=major")
    assert said.count("This is a drill; nothing of it is published.") == 2
    shop.update("resolved", "Over.")
    assert shop.sends() == ""
    assert (server.fake.requests, shop.publishing, file.exists()) == ([], [], False)


# Secrets


def test_no_key_is_anywhere_but_where_it_was_put(shop: Publisher, page: Served) -> None:
    key = page.fake.key
    shop.update(*STORY[0], "--component", "checkout=major")
    # A page that repeats the key in its answer.
    page.trouble = lambda request: reply(401, {"errors": [{"message": f"no such key: {key}", "key": key}]})
    assert "does not accept the key" in shop.stuck()
    page.trouble = lambda request: None
    shop.says("publish", "retry", "--all")
    shop.sends()
    for what in ("handoff", "postmortem", "timeline", "update", "brief", "json", "csv", "html"):
        shop.here("export", shop.ref, what, "-o", str(shop.folder / f"export.{what}"))
    for look in (("show", shop.ref), ("publish", "status"), ("publish", "list"), ("target", "list")):
        shop.says(*look)
        shop.json(*look)
    shop.json("publish", "show", shop.json("publish", "list")[0]["id"])
    shop.says("publish", "check")
    shop.says("backup", str(shop.folder / "copy.db"))
    assert seen(page).updates == STORY[:1]

    files = [path for path in shop.folder.rglob("*") if path.is_file()]
    assert {"warroom.db", "copy.db", "export.json", "status.toml"} <= {file.name for file in files}
    assert [file for file in files if key.encode() in file.read_bytes()] == []
    assert [one for one in shop.said if key in one] == []


# As a process of its own


def test_a_run_goes_on_until_it_is_told_to_end_and_shows_no_key_to_others(shop: Publisher, page: Served) -> None:
    shop.update(*STORY[0])
    command = [*COMMAND, "publish", "run"]
    with subprocess.Popen(command, env=shop.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        page.wait_for(lambda: len(page.fake.seen()) == 1)
        shop.update(*STORY[3])
        page.wait_for(lambda: seen(page).status == "resolved")
        listed = Path(f"/proc/{process.pid}/cmdline")
        if os.path.exists(listed):
            assert page.fake.key.encode() not in listed.read_bytes()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert out == b""
    assert err.decode().count(": sent") == 2
    assert page.fake.key.encode() not in err
    assert seen(page).updates == [STORY[0], STORY[3]]


@pytest.mark.parametrize(("at", "told"), [("-4h", True), ("-2m", False)])
def test_an_update_of_then_is_said_to_be_shown_as_of_now(shop: Publisher, page: Served, at: str, told: bool) -> None:
    said = shop.tells("update", shop.ref, "--audience", "public", "--status", "investigating", "--message",
                      "Some payments fail", "--at", at)  # fmt: skip
    assert ("It is dated 4h ago, and status shows it as of now" in said) == told
