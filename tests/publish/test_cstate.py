"""cState: a real bare repository, and clones of it."""

import atexit
import json
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.language.text import clean
from console.core.log.state import Window
from console.core.subjects.component import ComponentState
from console.publish.provider import Absent, Found, Settings
from console.publish.providers.common import cstate_config, cstate_page, markdown
from console.publish.providers.cstate import CState
from console.publish.sending.message import Change, Delivery, Known, Part, Past, Remote, Status
from console.publish.transport.failure import Gone, Later, PublishProblem, Rejected, Unknown
from tests.memory import memory
from tests.patience import PATIENCE_S
from tests.publish.fakes.rendered import as_seen, rendered
from tests.publish.fakes.rendered import words as words_of

STARTED = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
Act = Literal["edit", "remove", "take down"]
PATH = "content/issues/inc-k7q2.md"


def git(folder: Path, *args: str) -> str:
    who = ("-c", "user.name=mo", "-c", "user.email=mo@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *who, *args], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def commits(copy: Path) -> None:
    git(copy, "add", "--all")
    git(copy, "commit", "--quiet", "-m", "another change")
    git(copy, "push", "--quiet", "origin", "HEAD:main")


@cache
def _made() -> Path:
    """A page with one commit and its clones, made once in each process: git needs eight times what a copy does."""
    folder = Path(tempfile.mkdtemp(dir=memory(), prefix="warroom-site-"))
    atexit.register(shutil.rmtree, folder)
    git(folder, "init", "--quiet", "--bare", "page.git")
    git(folder, "clone", "--quiet", "page.git", "other")
    (folder / "other" / "config.yml").write_text("title: Status\n")
    commits(folder / "other")
    git(folder, "clone", "--quiet", "page.git", "copy")
    return folder


def _copy_made(folder: Path) -> None:
    shutil.copytree(_made(), folder, dirs_exist_ok=True)
    for clone in ("copy", "other"):
        config = folder / clone / ".git" / "config"
        config.write_text(config.read_text().replace(str(_made()), str(folder)))


class Site:
    """A page's bare repository, the working copy that we publish from, and one of a colleague's."""

    def __init__(self, folder: Path, *, empty: bool = False) -> None:
        self.folder = folder
        self.bare, self.copy, self.other = folder / "page.git", folder / "copy", folder / "other"
        if empty:
            git(folder, "init", "--quiet", "--bare", "page.git")
            git(folder, "clone", "--quiet", "page.git", "copy")
        else:
            _copy_made(folder)
        self.known = Known()
        self._number = 0

    def commits(self) -> None:
        """The colleague commits and pushes what was changed."""
        commits(self.other)

    def provider(self, **options: str) -> CState:
        return CState(Settings("page", url="https://status.example", options={"folder": str(self.copy), **options}))

    def delivery(self, status: Status, text: str, parts: dict[str, ComponentState] | None = None) -> Delivery:
        self._number += 1
        return Delivery(
            key=f"wr-0k7q2-{self._number:04}",
            incident="INC-K7Q2",
            title="Checkout: errors",
            status=status,
            text=text,
            at=STARTED + timedelta(minutes=self._number),
            started_at=STARTED,
            notify=False,
            parts=tuple(Part(name, state, name) for name, state in (parts or {}).items()),
        )

    def send(self, delivery: Delivery, provider: CState | None = None) -> Remote:
        remote = (provider or self.provider()).send(delivery, self.known)
        parts = {part.id: part for part in (*self.known.parts, *delivery.parts)}
        self.known = Known(remote, (*self.known.update_ids, remote.update_id), tuple(parts.values()))
        return remote

    def hook(self, name: str, script: str) -> None:
        """Give the page's repository a hook."""
        path = self.bare / "hooks" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def text(self, path: str = PATH) -> str:
        """The file as the page is made from it."""
        return git(self.bare, "show", f"main:{path}")

    def count(self) -> int:
        return int(git(self.bare, "rev-list", "--count", "main"))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """For tests that change nothing on it: making one takes a second on a slow machine."""
    return Site(tmp_path_factory.mktemp("site"))


def test_the_whole_story_is_one_file(site: Site) -> None:
    site.send(site.delivery("investigating", "We are looking into failed payments."))
    site.send(site.delivery("identified", "A deploy is the cause.", {"Checkout": "partial", "Search": "major"}))
    site.send(site.delivery("monitoring", "Rolled back."))
    remote = site.send(site.delivery("resolved", "All is well.", {"Checkout": "operational", "Search": "operational"}))
    assert remote.incident_id == PATH
    assert remote.url == "https://status.example/issues/inc-k7q2/"
    assert site.text() == (
        "---\n"
        "date: 2026-11-21T14:30:00Z\n"
        'title: "Checkout: errors"\n'
        "resolved: true\n"
        "resolvedWhen: 2026-11-21T14:34:00Z\n"
        "severity: down\n"
        "affected:\n"
        '  - "Checkout"\n'
        '  - "Search"\n'
        "section: issue\n"
        'warroom: ["wr-0k7q2-0001", "wr-0k7q2-0002", "wr-0k7q2-0003", "wr-0k7q2-0004"]\n'
        "---\n"
        "\n"
        '*Resolved* - All is well. {{< track "2026-11-21T14:34:00Z" >}}\n'
        "\n"
        '*Monitoring* - Rolled back. {{< track "2026-11-21T14:33:00Z" >}}\n'
        "\n"
        '*Identified* - A deploy is the cause. {{< track "2026-11-21T14:32:00Z" >}}\n'
        "\n"
        '*Investigating* - We are looking into failed payments. {{< track "2026-11-21T14:31:00Z" >}}\n'
    )
    assert site.count() == 5
    assert (site.copy / PATH).read_text() == site.text()
    assert git(site.copy, "status", "--porcelain") == ""


def changing(site: Site, of: Delivery, act: Act, status: Status, text: str = "") -> Delivery:
    """A change of an update, after which the incident has that status."""
    made = msgspec.structs.replace(site.delivery(status, text), at=of.at)
    return msgspec.structs.replace(made, change=Change(act, of.key, status, of.text))


def test_updates_are_edited_and_removed_where_they_stand(site: Site) -> None:
    sent = [
        site.delivery("investigating", "Card *payments* fail."),
        site.delivery("identified", "A deploy by mo."),
        site.delivery("resolved", "All is well."),
    ]
    for delivery in sent:
        site.send(delivery)
    edit, wrong = (
        changing(site, sent[1], "edit", "identified", "A deploy."),
        changing(site, sent[2], "remove", "identified"),
    )
    for change in (edit, edit, wrong, wrong):
        site.provider().change(change, site.known)
    assert site.text().partition("---\n\n")[2] == (
        '*Identified* - A deploy. {{< track "2026-11-21T14:32:00Z" >}}\n\n'
        '*Investigating* - Card \\*payments\\* fail. {{< track "2026-11-21T14:31:00Z" >}}\n'
    )
    assert "resolved: false\n" in site.text()
    assert "resolvedWhen" not in site.text()
    assert site.count() == 1 + 3 + 2
    assert site.provider().read(site.known).status == "identified"
    # What is resolved stays so, since the same moment.
    site.send(last := site.delivery("resolved", "It is over."))
    ended = next(line for line in site.text().splitlines() if line.startswith("resolvedWhen"))
    site.provider().change(changing(site, last, "edit", "resolved", "Over."), site.known)
    assert f"resolved: true\n{ended}\n" in site.text()


def test_of_two_updates_of_one_moment_the_one_with_the_words_is_changed(site: Site) -> None:
    first = site.delivery("investigating", "One.")
    second = msgspec.structs.replace(site.delivery("investigating", "Two."), at=first.at)
    site.send(first)
    site.send(second)
    site.provider().change(changing(site, first, "remove", "investigating"), site.known)
    assert "Two." in site.text()
    assert "One." not in site.text()


def test_an_issue_is_taken_off_the_page(site: Site) -> None:
    sent = site.delivery("investigating", "We look.")
    site.send(sent)
    down = changing(site, sent, "take down", "investigating")
    for _ in range(2):
        assert site.provider().change(down, site.known) == Remote("")
    with pytest.raises(subprocess.CalledProcessError):
        site.text()
    with pytest.raises(Gone):
        site.provider().change(changing(site, sent, "edit", "investigating", "Word."), site.known)
    site.known = Known()
    site.send(site.delivery("investigating", "Anew."))
    assert site.provider().read(site.known).text == "Anew."


def test_the_page_is_read_back(site: Site) -> None:
    site.send(site.delivery("identified", "20 % fail.\nMore *soon*.\n\nEnd.", {"Checkout": "partial"}))
    view = site.provider().read(site.known)
    assert (view.status, view.title, view.text) == (
        "identified",
        "Checkout: errors",
        "20 % fail.\nMore *soon*.\n\nEnd.",
    )
    assert view.parts == (Part("Checkout", "partial", "Checkout"),)
    site.send(site.delivery("resolved", "Well."))
    view = site.provider().read(site.known)
    assert view.status == "resolved"
    assert view.parts == (Part("Checkout", "operational", "Checkout"),)


def test_what_others_wrote_into_the_file_stays(site: Site) -> None:
    site.send(site.delivery("investigating", "Looking."))
    git(site.other, "pull", "--quiet", "origin", "main")
    file = site.other / PATH
    file.write_text(
        file.read_text().replace("section: issue", "section: issue\npin: true\n# by Ada") + "\nBy *hand*.\n"
    )
    site.commits()
    site.send(site.delivery("monitoring", "Rolled back."))
    assert "pin: true\n" in site.text()
    assert "# by Ada\n" in site.text()
    assert site.text().endswith("By *hand*.\n")
    assert site.provider().read(site.known).text == "Rolled back."


def test_a_message_that_is_there_is_not_added_again(site: Site) -> None:
    delivery = site.delivery("investigating", "Looking.")
    provider = site.provider()
    assert provider.look_up(delivery, Known()) == Absent()
    first = provider.send(delivery, Known())
    assert provider.send(delivery, Known()) == first
    assert provider.look_up(delivery, Known()) == Found(first)
    assert site.count() == 2


def test_a_push_of_somebody_else_in_between_is_built_upon(site: Site) -> None:
    """The colleague pushes after we looked and before we push: ours comes on top of it."""
    mark = site.folder / "once"
    (site.other / "new.md").write_text("new")
    # The first push that comes is refused as git refuses one that is late, after the colleague's got in.
    site.hook(
        "pre-receive",
        f"[ -e {mark} ] && exit 0\ntouch {mark}\n"
        f"cd {site.other} && unset $(git rev-parse --local-env-vars) GIT_QUARANTINE_PATH\n"
        "git add new.md && git -c user.name=a -c user.email=a@b commit -qm new && git push -q origin HEAD:main",
    )
    site.send(site.delivery("investigating", "Looking."))
    assert "Looking." in site.text()
    assert site.text("new.md") == "new"
    assert site.count() == 3


def test_a_dirty_working_copy_is_left_alone(site: Site) -> None:
    site.send(site.delivery("investigating", "Looking."))
    (site.copy / PATH).write_text("half an edit")
    (site.copy / "notes").write_text("mine")
    git(site.copy, "add", "notes")
    site.send(site.delivery("monitoring", "Rolled back."))
    assert "Rolled back." in site.text()
    assert (site.copy / PATH).read_text() == "half an edit"
    assert git(site.copy, "diff", "--cached", "--name-only") == "notes\n"
    assert "notes" not in git(site.bare, "ls-tree", "-r", "--name-only", "main")


def test_offline_is_later_and_arrives_once(site: Site) -> None:
    delivery = site.delivery("investigating", "Looking.")
    site.bare.rename(site.folder / "away")
    provider = site.provider()
    for ask in (provider.check, lambda: provider.send(delivery, Known()), lambda: provider.look_up(delivery, Known())):
        with pytest.raises(Later, match="cannot reach origin") as later:
            ask()
        assert later.value.reason.endswith(".")
    (site.folder / "away").rename(site.bare)
    provider.send(delivery, Known())
    assert site.count() == 2


def test_a_push_that_is_not_taken_is_told(site: Site) -> None:
    site.hook("pre-receive", "echo main is protected\nexit 1")
    with pytest.raises(Rejected, match="rejects a push to main"):
        site.send(site.delivery("investigating", "Looking."))
    assert site.count() == 1


def test_an_incident_that_was_deleted_is_told(site: Site) -> None:
    site.send(site.delivery("investigating", "Looking."))
    git(site.other, "pull", "--quiet", "origin", "main")
    git(site.other, "rm", "--quiet", PATH)
    site.commits()
    assert site.provider().read(site.known).gone
    with pytest.raises(Gone):
        site.send(site.delivery("resolved", "Well."))


def test_check_lists_the_systems_and_pushes_nothing(site: Site) -> None:
    site.send(site.delivery("identified", "Down.", {"Checkout": "major", "Ümläut": "major"}))
    checked = site.provider().check()
    assert [component.id for component in checked.components] == ["Checkout", "Ümläut"]
    assert "main of origin can be pushed to; it has 1 issue." in checked.says
    assert site.count() == 2


def test_check_lists_the_systems_of_the_page_s_configuration(site: Site) -> None:
    site.send(site.delivery("identified", "Down.", {"Checkout": "major"}))
    git(site.other, "pull", "--quiet", "origin", "main")
    (site.other / "config.yml").write_text("params:\n  systems:\n    - name: Search\n    - name: Checkout\n")
    site.commits()
    assert [component.id for component in site.provider().check().components] == ["Search", "Checkout"]


def front(site: Site) -> dict[str, str]:
    """The keys of the issue that stand on one line each, and those that are affected on one, too."""
    head = site.text().split("---\n")[1].replace("\n  - ", " ")
    return {name: value.strip() for name, _, value in (line.partition(":") for line in head.splitlines())}


def test_what_is_well_again_is_shown_so_and_stays_in_the_history(site: Site) -> None:
    site.send(site.delivery("identified", "Both down.", {"Checkout": "major", "Search": "partial"}))
    site.send(site.delivery("monitoring", "One is well.", {"Checkout": "operational"}))
    assert (front(site)["affected"], front(site)["severity"]) == ('"Search"', "disrupted")
    assert [part.state for part in site.provider().read(site.known).parts] == ["operational", "partial"]
    site.send(site.delivery("monitoring", "Both are well.", {"Search": "operational"}))
    assert (front(site)["affected"], front(site)["severity"]) == ("[]", "notice")
    site.send(last := site.delivery("resolved", "It is over."))
    assert (front(site)["affected"], front(site)["severity"]) == ('"Checkout" "Search"', "down")
    assert "warroomWorst" not in front(site)
    # And when the last word was wrong, what is well is shown so again.
    site.provider().change(changing(site, last, "remove", "monitoring"), site.known)
    assert (front(site)["affected"], front(site)["severity"]) == ("[]", "notice")
    site.send(site.delivery("resolved", "It is over."))
    assert (front(site)["affected"], front(site)["severity"]) == ('"Checkout" "Search"', "down")


def test_what_is_said_after_the_end_does_not_make_it_longer(site: Site) -> None:
    site.send(site.delivery("investigating", "Looking."))
    site.send(last := site.delivery("resolved", "Well again."))
    ended = front(site)["resolvedWhen"]
    site.send(site.delivery("resolved", "The cause was a deploy."))
    assert front(site)["resolvedWhen"] == ended
    # Set back and over after all: since the update that says so.
    wrong = changing(site, last, "edit", "monitoring", "Not yet.")
    site.provider().change(msgspec.structs.replace(wrong, status="monitoring"), site.known)
    assert "resolvedWhen" not in front(site)
    again = changing(site, last, "edit", "resolved", "Well again.")
    site.provider().change(again, site.known)
    assert front(site)["resolvedWhen"] == "2026-11-21T14:33:00Z"


def test_two_issues_hold_one_component_each_by_itself(site: Site) -> None:
    other = msgspec.structs.replace(site.delivery("identified", "Slow.", {"Checkout": "partial"}), incident="INC-OTHR")
    site.provider().send(other, Known())
    site.send(site.delivery("identified", "Down.", {"Checkout": "major"}))
    site.send(site.delivery("resolved", "Well again.", {"Checkout": "operational"}))
    assert (front(site)["severity"], front(site)["affected"]) == ("down", '"Checkout"')
    assert site.provider().read(site.known).parts == (Part("Checkout", "operational", "Checkout"),)
    held = cstate_page.parsed(site.text("content/issues/inc-othr.md"))
    assert (held.resolved, held.severity, held.affected) == (False, "disrupted", ("Checkout",))


@pytest.fixture
def built(tmp_path: Path) -> Callable[[dict[str, str]], dict[str, Any]]:
    """Builds a site with cState's theme and these files, and gives what a script reads of its front page."""
    hugo, theme = os.environ.get("WARROOM_HUGO") or shutil.which("hugo"), os.environ.get("WARROOM_CSTATE", "")
    if not hugo or not theme:
        pytest.skip("set WARROOM_CSTATE to a copy of cState's theme, and WARROOM_HUGO to a Hugo that builds it")
    example = (Path(theme) / "exampleSite" / "config.yml").read_text()
    assert {"API", "Website"} <= set(cstate_config.systems("config.yml", example))
    (tmp_path / "config.yml").write_text(re.sub(r"(?m)^theme:.*", "", example) + "\ntheme: theme\n")
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "theme").symlink_to(Path(theme).resolve())
    (tmp_path / "content" / "issues").mkdir(parents=True)

    def build(issues: dict[str, str]) -> dict[str, Any]:
        for name, source in issues.items():
            (tmp_path / "content" / "issues" / f"{name}.md").write_text(source)
        subprocess.run([hugo, "-s", tmp_path, "--quiet"], check=True, timeout=PATIENCE_S)
        pages = {name: json.loads((tmp_path / f"public/issues/{name}/index.json").read_text()) for name in issues}
        return {**json.loads((tmp_path / "public/index.json").read_text()), "issues": pages}

    return build


def test_the_theme_shows_two_issues_of_one_component_and_the_history_of_both(
    site: Site, built: Callable[[dict[str, str]], dict[str, Any]]
) -> None:
    """With the real Hugo and the real theme, and with what has broken their pages before."""

    def page() -> tuple[dict[str, str], dict[str, Any]]:
        site_built = built({name: site.text(f"content/issues/{name}.md") for name in ("inc-k7q2", "inc-othr")})
        states = {each["name"]: each["status"] for each in site_built["systems"]}
        return {name: states[name] for name in ("API", "Website")}, site_built["issues"]

    other = msgspec.structs.replace(site.delivery("identified", "Slow.", {"API": "partial"}), incident="INC-OTHR")
    site.provider().send(other, Known())
    words = '{{< x >}} {{% y %}} <eu-west-1> 5*3*2 "q" -- ... https://a.example/x_y_\nnext line'
    odd = {"title": r'"Pay" fails at 9" screens & C:\x', "text": words}
    site.send(msgspec.structs.replace(site.delivery("identified", "", {"API": "major", "Website": "degraded"}), **odd))
    assert page()[0] == {"API": "down", "Website": "down"}
    site.send(site.delivery("monitoring", "Checkout is slow.", {"API": "operational"}))
    assert page()[0] == {"API": "disrupted", "Website": "disrupted"}
    parts: dict[str, ComponentState] = {"API": "operational", "Website": "operational"}
    site.send(site.delivery("resolved", "Well again.", parts))
    states, issues = page()
    assert states == {"API": "disrupted", "Website": "ok"}
    ours = issues["inc-k7q2"]
    assert (ours["severity"], ours["affected"], ours["resolved"]) == ("down", ["API", "Website"], True)
    assert ours["resolvedAt"].startswith("2026-11-21")
    assert as_seen(words) in words_of(ours["body"])


def test_an_empty_repository_gets_its_first_commit(tmp_path: Path) -> None:
    site = Site(tmp_path, empty=True)
    site.send(site.delivery("investigating", "Looking."), site.provider(branch="main"))
    assert site.count() == 1
    assert "Looking." in site.text()


def test_a_site_in_a_folder_of_a_larger_repository(site: Site) -> None:
    (site.copy / "site").mkdir()
    site.send(site.delivery("investigating", "Looking."), site.provider(folder=str(site.copy / "site")))
    assert "Looking." in site.text(f"site/{PATH}")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"folder": ""}, "--option folder=PATH"),
        ({"folder": "/nowhere/at/all"}, "There is no folder"),
        ({"folder": "/"}, "is not a git working copy"),
        ({"remote": "upstream"}, "has no remote upstream"),
        ({"remote": "--upload-pack=touch x"}, "is not the name of a remote"),
        ({"branch": "-f"}, "is not the name of a branch"),
        ({"branch": "a..b"}, "is not the name of a branch"),
        ({"branch": "gone"}, "has no branch gone"),
    ],
)
def test_options_that_cannot_be(untouched: Site, options: dict[str, str], said: str) -> None:
    for ask in (
        untouched.provider(**options).check,
        lambda: untouched.provider(**options).send(untouched.delivery("investigating", "x"), Known()),
    ):
        with pytest.raises(Rejected, match=said) as refused:
            ask()
        assert refused.value.reason.endswith(".")


def test_a_password_in_the_remote_s_address_is_not_told(site: Site) -> None:
    git(site.copy, "remote", "set-url", "origin", "https://mo:s3cret@127.0.0.1:9/page.git")
    with pytest.raises(PublishProblem) as failure:
        site.provider().check()
    assert isinstance(failure.value, Later)
    assert "s3cret" not in failure.value.reason


def test_keys_of_targets_are_not_handed_to_git(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARROOM_TARGET_CHAT_KEY", "s3cret")
    site.hook("pre-receive", f"env > {site.folder / 'env'}")
    site.send(site.delivery("investigating", "Looking."))
    assert "s3cret" not in (site.folder / "env").read_text()
    assert os.environ["WARROOM_TARGET_CHAT_KEY"] == "s3cret"


def test_shortcodes_and_markdown_in_the_text_do_nothing(site: Site) -> None:
    text = '{{< unknown >}} {{% x %}} <script> # no head [a](b) <!-- c --> 1. one https://a.example/x_y\n- no list "q"'
    site.send(site.delivery("investigating", text))
    body = site.text().split("---\n")[2]
    assert body.count("{{<") == 1
    assert "{{%" not in body
    assert as_seen(text) in rendered(body)
    assert site.provider().read(site.known).text == text


@given(st.text(max_size=200).map(clean))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    delivery = Delivery("k-1", "INC-K7Q2", "T", "identified", text.strip(), STARTED, STARTED, False)
    if not delivery.text:
        return
    file = cstate_page.updated(None, delivery, ())
    file = cstate_page.updated(file, msgspec.structs.replace(delivery, key="k-2", status="monitoring"), ())
    issue = cstate_page.parsed(file)
    assert issue.text == delivery.text
    assert issue.keys == ("k-1", "k-2")
    assert issue.status == "monitoring"


def test_an_address_hides_neither_a_tag_nor_a_link_from_the_escaping() -> None:
    """Hugo links an address by itself, with whatever stands behind it."""
    text = "http://e/<img src=x> http://e/[x](javascript:alert(1)) http://e/?a=&lt;b&c=d"
    source = markdown.escaped(text, markdown.GOLDMARK)
    assert rendered(source) == text
    assert cstate_page.unescaped(source) == text


def test_quotation_marks_in_a_title_do_not_break_the_site_s_json(site: Site) -> None:
    title = r'"Pay" fails at 9" screens and C:\x'
    site.send(msgspec.structs.replace(site.delivery("investigating", "Looking."), title=title))
    issue = cstate_page.parsed(site.text())
    assert issue.title == "“Pay” fails at 9” screens and C:\N{SET MINUS}x"
    assert git(site.folder / "page.git", "log", "-1", "--format=%ci", "main").strip().endswith("+0000")


def test_a_file_of_another_hand_is_read_as_far_as_it_goes() -> None:
    issue = cstate_page.parsed(
        "---\ntitle: US East Connection Issues\ndate: 2018-05-25 04:13:00\nresolved: false\n# a comment\n"
        "severity: disrupted\naffected:\n  - API\n  - 'Media Proxy'\nsection: issue\n---\n\n"
        '**Monitoring**: We believe. {{< track "2018-05-25 04:40:00" >}}\n\n*Investigating* - Reports.\n'
    )
    assert (issue.title, issue.affected) == ("US East Connection Issues", ("API", "Media Proxy"))
    assert (issue.status, issue.text, issue.keys) == ("monitoring", "We believe.", ())
    assert cstate_page.parsed("no front matter").text == "no front matter"
    assert cstate_page.parsed("---\naffected: [API, Web]\n---\n").affected == ("API", "Web")


def test_a_push_that_broke_off_after_it_was_done_is_found(site: Site) -> None:
    site.hook("post-receive", "kill -9 $PPID")
    delivery = site.delivery("investigating", "Looking.")
    with pytest.raises(Unknown, match="the push broke off"):
        site.provider().send(delivery, Known())
    assert isinstance(site.provider().look_up(delivery, Known()), Found)
    site.provider().send(delivery, Known())
    assert site.count() == 2


class Gate:
    """A named pipe on which one process waits for another."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        # Open on both ends, so that neither opening nor writing ever waits.
        self._file = path.open("r+b", buffering=0)

    def open(self) -> None:
        self._file.write(b"\n")

    def close(self) -> None:
        self._file.close()

    def wait(self) -> None:
        assert select.select([self._file], [], [], PATIENCE_S)[0]


def test_a_sender_that_is_killed_while_it_pushes_sends_once(site: Site) -> None:
    """The push outlives its sender, and arrives after we have looked in vain."""
    in_push, go_on, pushed = (Gate(site.folder / name) for name in ("in-push", "go-on", "pushed"))
    site.hook("pre-receive", f"echo > {in_push.path}; read x < {go_on.path}")
    site.hook("post-receive", f"echo > {pushed.path}")
    delivery = site.delivery("investigating", "Looking.")
    code = (
        "import msgspec, sys\nfrom console.publish.providers.cstate import CState\n"
        "from console.publish.sending.message import Delivery, Known\n"
        "from console.publish.provider import Settings\n"
        "options = {'folder': sys.argv[1]}\n"
        "CState(Settings('page', options=options)).send(msgspec.json.decode(sys.argv[2], type=Delivery), Known())"
    )
    argument = msgspec.json.encode(delivery).decode()
    with subprocess.Popen([sys.executable, "-c", code, str(site.copy), argument]) as sender:
        in_push.wait()
        sender.kill()
    assert site.provider().look_up(delivery, Known()) == Absent()
    go_on.open()
    pushed.wait()
    assert isinstance(site.provider().look_up(delivery, Known()), Found)
    site.provider().send(delivery, Known())
    assert site.count() == 2
    assert site.text().count("Looking.") == 1
    for gate in (in_push, go_on, pushed):
        gate.close()


# A past incident, and the postmortem


def past_of(site: Site) -> Delivery:
    entries: list[tuple[Status, str, int]] = [
        ("investigating", "We look <here>.", 5),
        ("identified", "A deploy: {{< x >}}.", 12),
        ("resolved", "Well.", 40),
    ]
    past = tuple(
        Past(f"u{number}", status, text, STARTED + timedelta(minutes=minute), parts)
        for number, (status, text, minute) in enumerate(entries)
        for parts in [(Part("Checkout", "major", "checkout"),) if number == 1 else ()]
    )
    whole = msgspec.structs.replace(site.delivery("resolved", past[-1].text), change=Change("backfill"), at=past[-1].at)
    return msgspec.structs.replace(whole, past=past)


def test_a_past_incident_is_one_commit_and_its_updates_are_edited_like_others(site: Site) -> None:
    whole, before = past_of(site), site.count()
    remote = site.provider().change(whole, Known())
    assert site.provider().change(whole, Known()) == remote
    assert site.count() == before + 1
    issue = cstate_page.parsed(site.text())
    assert (issue.resolved, issue.severity, issue.affected, issue.status) == (True, "down", ("Checkout",), "resolved")
    assert "date: 2026-11-21T14:30:00Z" in site.text()
    assert "resolvedWhen: 2026-11-21T15:10:00Z" in site.text()
    moments = [update["at"] for update in cstate_page._BLOCK.finditer(site.text())]
    assert moments == ["2026-11-21T15:10:00Z", "2026-11-21T14:42:00Z", "2026-11-21T14:35:00Z"]
    change = Change("edit", remote.past[1], "identified", whole.past[1].text)
    edit = msgspec.structs.replace(site.delivery("resolved", "A change."), change=change, at=whole.past[1].at)
    site.provider().change(edit, Known(remote, remote.past))
    assert '*Identified* - A change. {{< track "2026-11-21T14:42:00Z" >}}' in site.text()
    assert len(remote.past) == 3


def test_a_past_incident_does_not_go_over_what_somebody_wrote(site: Site) -> None:
    site.send(site.delivery("investigating", "By hand."))
    with pytest.raises(Rejected, match="already"):
        site.provider().change(past_of(site), Known())


def test_a_postmortem_stands_behind_the_updates_and_is_taken_out_again(site: Site) -> None:
    site.send(site.delivery("investigating", "We look."))
    site.send(site.delivery("resolved", "Well."))
    before = site.text()
    text = "What happened <here>: 5*3*2.\n\n## No heading of ours\n{{< x >}}"
    for words in ("First words.", text):
        one = msgspec.structs.replace(site.delivery("resolved", words), change=Change("postmortem"))
        site.provider().change(one, site.known)
    assert site.text().count("## Postmortem\n") == 1
    view = site.provider().read(site.known)
    assert (view.postmortem, view.text, view.status) == (text, "Well.", "resolved")
    words = as_seen(rendered(site.text().split("## Postmortem\n")[1]))
    assert words == as_seen(text)
    # Whatever is posted or changed later leaves it where it is.
    site.send(site.delivery("resolved", "Still well."))
    assert site.provider().read(site.known).postmortem == text
    taken = msgspec.structs.replace(site.delivery("resolved", ""), change=Change("withdraw"))
    site.provider().change(taken, site.known)
    assert site.provider().read(site.known).postmortem == ""
    assert "postmortem" not in site.text()
    assert site.text().endswith(before[before.index("*Resolved*") :])


HAND_MADE = """---
title: Payments fail
date: 2026-11-21T14:20:00Z
resolved: false
severity: down
affected:
  - Checkout
section: issue
owner: jo # by hand
---

We were called.
"""


def adoption(site: Site, path: str) -> Delivery:
    delivery = site.delivery("investigating", "")
    return msgspec.structs.replace(delivery, title="Payments fail", change=Change("adopt", path))


def test_an_issue_of_a_colleagues_is_adopted_with_our_marker_in_its_front_matter(site: Site) -> None:
    folder = site.other / "content/issues"
    folder.mkdir(parents=True)
    (folder / "payments.md").write_text(HAND_MADE)
    (folder / "over.md").write_text(HAND_MADE.replace("resolved: false", "resolved: true"))
    (folder / "toml.md").write_text("+++\ntitle = 'In TOML'\n+++\n")
    site.commits()
    [there] = site.provider().open_there()
    assert (there.id, there.title, there.marked) == ("content/issues/payments.md", "Payments fail", False)
    delivery = adoption(site, there.id)
    remote = site.provider().change(delivery, Known())
    assert (remote.incident_id, remote.update_id) == (there.id, "")
    kept, body = HAND_MADE.split("section: issue\nowner: jo # by hand\n")
    mark = f'warroom: ["INC-K7Q2", "{delivery.key}"]\n'
    assert site.text(there.id) == f"{kept}section: issue\nowner: jo # by hand\n{mark}{body}"
    count = site.count()
    assert site.provider().change(delivery, Known()) == remote
    assert site.count() == count
    site.known = Known(remote)
    site.send(msgspec.structs.replace(site.delivery("resolved", "All is well."), title="Payments fail"))
    assert "All is well." in site.text(there.id)
    assert "We were called." in site.text(there.id)
    assert '"INC-K7Q2", ' in site.text(there.id)
    assert "owner: jo # by hand" in site.text(there.id)
    assert site.provider().open_there() == ()


@pytest.mark.parametrize("path", ["content/issues/none.md", "content/issues/toml.md", "config.yml", "../config.yml"])
def test_what_is_no_issue_that_takes_our_marker_is_not_adopted(site: Site, path: str) -> None:
    (site.other / "content/issues").mkdir(parents=True)
    (site.other / "content/issues/toml.md").write_text("+++\ntitle = 'In TOML'\n+++\n")
    site.commits()
    count = site.count()
    with pytest.raises(Rejected):
        site.provider().change(adoption(site, path), Known())
    assert site.count() == count


def test_an_issue_of_another_incident_is_not_adopted(site: Site) -> None:
    (site.other / "content/issues").mkdir(parents=True)
    (site.other / "content/issues/theirs.md").write_text(
        HAND_MADE.replace("---\n\n", 'warroom: ["INC-2222", "k"]\n---\n\n')
    )
    site.commits()
    [there] = site.provider().open_there()
    assert there.marked
    with pytest.raises(Rejected, match="Another incident has"):
        site.provider().change(adoption(site, there.id), Known())


def test_a_planned_maintenance_is_a_notice_with_its_beginning_as_its_date(site: Site) -> None:
    night = Window(STARTED + timedelta(hours=10), STARTED + timedelta(hours=12))
    later = Window(night.starts_at + timedelta(days=1), night.until + timedelta(days=1))
    told: list[tuple[Status, ComponentState, Window]] = [
        ("scheduled", "operational", night),
        ("scheduled", "operational", later),
        ("in_progress", "maintenance", later),
    ]
    for status, component, window in told:
        delivery = site.delivery(status, "The database is replaced.", {"Search": component})
        site.send(msgspec.structs.replace(delivery, window=window, started_at=window.starts_at))
        assert site.provider().read(site.known).status == status
        front = site.text().split("---")[1]
        moment = f"{window.starts_at:%Y-%m-%dT%H:%M:%SZ}"
        assert f"date: {moment}\n" in front
        assert 'resolved: false\nseverity: notice\naffected:\n  - "Search"' in front
    over = site.delivery("completed", "It is done.", {"Search": "operational"})
    site.send(msgspec.structs.replace(over, window=later, started_at=later.starts_at))
    view = site.provider().read(site.known)
    assert (view.status, view.text, view.parts[0].state) == ("completed", "It is done.", "operational")
    assert "resolved: true\nresolvedWhen: " in site.text()
