"""A clone whose `.git` names programs: git runs them for whoever works in it, and never for the console."""

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from console.publish.transport.failure import PublishProblem, Rejected
from tests.publish.test_cstate import PATH, Site, git

Attack = Callable[["Trap"], None]


class Trap:
    """A clone that somebody else has prepared, and the mark that its program leaves."""

    def __init__(self, site: Site, server: str) -> None:
        self.site, self.server = site, server
        self.mark = site.folder / "mark"
        self.program = site.folder / "program"
        self.program.write_text(f"#!/bin/sh\necho ran >> {self.mark}\nexit 1\n")
        self.program.chmod(0o755)

    def sets(self, name: str, value: str = "") -> None:
        git(self.site.copy, "config", "--add", name, value or str(self.program))

    def lies_at(self, url: str) -> None:
        git(self.site.copy, "config", "remote.origin.url", url)

    def attributes(self, text: str) -> None:
        (self.site.copy / ".git" / "info").mkdir(exist_ok=True)
        (self.site.copy / ".git" / "info" / "attributes").write_text(text)

    def hooks(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        for name in HOOKS:
            shutil.copy(self.program, folder / name)

    def ran(self) -> bool:
        return self.mark.exists()


HOOKS = (
    "reference-transaction", "pre-push", "post-merge", "post-checkout", "post-index-change", "pre-merge-commit",
    "pre-commit", "commit-msg", "pre-auto-gc", "post-rewrite", "fsmonitor-watchman",
)  # fmt: skip


def hooks(trap: Trap) -> None:
    trap.hooks(trap.site.copy / ".git" / "hooks")


def hooks_path(trap: Trap) -> None:
    trap.hooks(trap.site.copy / "hooks")
    trap.sets("core.hooksPath", "hooks")


def configured_hook(trap: Trap) -> None:
    """From git 2.54 on."""
    trap.sets("hook.evil.command")
    for name in HOOKS:
        trap.sets("hook.evil.event", name)


def file_monitor(trap: Trap) -> None:
    trap.sets("core.fsmonitor")


def ssh_command(trap: Trap) -> None:
    trap.sets("core.sshCommand")
    trap.lies_at("ssh://127.0.0.1:9/page.git")


def git_proxy(trap: Trap) -> None:
    trap.sets("core.gitProxy")
    trap.lies_at("git://127.0.0.1:9/page.git")


def credential_helper(trap: Trap) -> None:
    trap.sets("credential.helper")
    trap.lies_at(f"{trap.server}/page.git")


def credential_helper_of_an_address(trap: Trap) -> None:
    trap.sets(f"credential.{trap.server}.helper")
    trap.lies_at(f"{trap.server}/page.git")


def ask_pass(trap: Trap) -> None:
    trap.sets("core.askPass")
    trap.lies_at(f"{trap.server}/page.git")


def upload_pack(trap: Trap) -> None:
    trap.sets("remote.origin.uploadpack")


def receive_pack(trap: Trap) -> None:
    trap.sets("remote.origin.receivepack")


def command_as_address(trap: Trap) -> None:
    trap.sets("protocol.ext.allow", "always")
    trap.lies_at(f"ext::{trap.program} %S")


def command_as_another_address(trap: Trap) -> None:
    trap.sets("protocol.allow", "always")
    trap.sets(f"url.ext::{trap.program}.insteadOf", "git@page:")
    trap.lies_at("git@page: x")


def command_as_remote_helper(trap: Trap) -> None:
    trap.sets("protocol.allow", "always")
    trap.sets("remote.origin.vcs", "ext")
    trap.lies_at(str(trap.program))


def filters(trap: Trap) -> None:
    for name in ("clean", "smudge", "process"):
        trap.sets(f"filter.evil.{name}")
    trap.attributes("* filter=evil\n")


def diff_and_merge_drivers(trap: Trap) -> None:
    for name in ("diff.external", "diff.evil.command", "diff.evil.textconv", "merge.evil.driver"):
        trap.sets(name)
    trap.attributes("* diff=evil merge=evil\n")


def signatures(trap: Trap) -> None:
    for name in ("gpg.program", "gpg.ssh.program", "gpg.x509.program"):
        trap.sets(name)
    for name in ("push.gpgSign", "commit.gpgSign", "merge.verifySignatures"):
        trap.sets(name, "true")


def alternates(trap: Trap) -> None:
    trap.sets("core.alternateRefsCommand")
    file = trap.site.copy / ".git" / "objects" / "info" / "alternates"
    file.write_text(f"{trap.site.other / '.git' / 'objects'}\n")


def programs_to_look_and_edit_with(trap: Trap) -> None:
    for name in ("core.pager", "core.editor", "sequence.editor", "pager.fetch", "pager.merge", "pager.config"):
        trap.sets(name)


def aliases(trap: Trap) -> None:
    for name in ("fetch", "push", "rev-parse", "merge"):
        trap.sets(f"alias.{name}", f"!{trap.program}")


def an_included_file(trap: Trap) -> None:
    """Also one that counts only in this folder."""
    file = trap.site.folder / "more"
    file.write_text(f"[core]\n\tfsmonitor = {trap.program}\n\tsshCommand = {trap.program}\n")
    trap.sets("include.path", str(file))
    trap.sets(f"includeIf.gitdir:{trap.site.folder}/.path", str(file))
    trap.lies_at("ssh://127.0.0.1:9/page.git")


def settings_of_the_working_copy(trap: Trap) -> None:
    trap.sets("extensions.worktreeConfig", "true")
    (trap.site.copy / ".git" / "config.worktree").write_text(f"[core]\n\tfsmonitor = {trap.program}\n")


def a_remote_in_the_clone(trap: Trap) -> None:
    """The remote's own hooks run where the remote is: here."""
    shutil.copytree(trap.site.bare, trap.site.copy / "page.git")
    trap.hooks(trap.site.copy / "page.git" / "hooks")
    shutil.copy(trap.program, trap.site.copy / "page.git" / "hooks" / "pre-receive")
    trap.lies_at(str(trap.site.copy / "page.git"))


def a_remote_beside_the_clone(trap: Trap) -> None:
    shutil.copy(trap.program, trap.site.bare / "hooks" / "pre-receive")
    trap.lies_at("../page.git")


RUN_BY_GIT = (
    hooks, hooks_path, file_monitor, ssh_command, git_proxy, credential_helper, credential_helper_of_an_address,
    ask_pass, upload_pack, receive_pack, command_as_address, command_as_another_address, command_as_remote_helper,
    filters, signatures, alternates, an_included_file, settings_of_the_working_copy, a_remote_in_the_clone,
    a_remote_beside_the_clone,
)  # fmt: skip
"""Those that any git runs when one fetches, merges and pushes in such a clone."""
OTHERS = (configured_hook, diff_and_merge_drivers, programs_to_look_and_edit_with, aliases)


class _NeedsPassword(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="page"')
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server that asks for a password."""
    with HTTPServer(("127.0.0.1", 0), _NeedsPassword) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_address[1]}"
        http.shutdown()


@pytest.fixture
def trap(tmp_path: Path, server: str) -> Trap:
    return Trap(Site(tmp_path), server)


def works_in(folder: Path) -> None:
    """Use git in a folder as a person does."""
    quiet = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_SSH_VARIANT": "ssh"}
    quiet.pop("GIT_ASKPASS", None)
    (folder / "new").write_text("new")
    for command in (
        ("fetch", "origin"), ("merge", "--ff-only", "origin/main"), ("add", "new"), ("commit", "-m", "new"),
        ("push", "origin", "HEAD:refs/heads/new"),
    ):  # fmt: skip
        subprocess.run(
            ["git", "-c", "user.name=mo", "-c", "user.email=mo@example.org", *command], cwd=folder, env=quiet,
            stdin=subprocess.DEVNULL, capture_output=True, check=False,
        )  # fmt: skip


@pytest.mark.drawn(5)
@pytest.mark.parametrize("attack", [*RUN_BY_GIT, *OTHERS], ids=lambda attack: attack.__name__)
def test_no_program_that_a_clone_names_is_run(trap: Trap, attack: Attack) -> None:
    site = trap.site
    (site.other / "more").write_text("more")
    site.commits()
    attack(trap)
    provider = site.provider()
    for ask in (provider.check, lambda: site.send(site.delivery("investigating", "Looking."), provider)):
        # What cannot be reached without the clone's own program is told.
        with suppress(PublishProblem):
            ask()
    assert not trap.ran()
    works_in(site.copy)
    assert trap.ran() == (attack in RUN_BY_GIT), "the attack is none"


@pytest.mark.parametrize("attack", [hooks, hooks_path, filters, file_monitor, upload_pack, signatures, alternates])
def test_such_a_clone_publishes_all_the_same(trap: Trap, attack: Attack) -> None:
    attack(trap)
    trap.site.send(trap.site.delivery("investigating", "Looking."))
    assert "Looking." in trap.site.text()
    assert (trap.site.copy / PATH).read_text() == trap.site.text()
    assert not trap.ran()


@pytest.mark.parametrize("attack", [a_remote_in_the_clone, a_remote_beside_the_clone])
def test_a_remote_that_came_with_the_clone_is_refused(trap: Trap, attack: Attack) -> None:
    attack(trap)
    with pytest.raises(Rejected, match="name one elsewhere, by its whole path"):
        trap.site.provider().check()


def test_a_clone_writes_nowhere_but_into_itself(trap: Trap) -> None:
    """Its configuration says that its working copy is the folder of a person."""
    home = trap.site.folder
    (home / "config.yml").write_text("mine")
    trap.sets("core.worktree", str(home))
    trap.site.send(trap.site.delivery("investigating", "Looking."))
    assert (home / "config.yml").read_text() == "mine"
    assert not (home / PATH).exists()
    assert (trap.site.copy / PATH).exists()


def test_the_persons_own_settings_of_git_count(trap: Trap, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of a person for all their clones, such as a key for ssh."""
    own = trap.site.folder / "gitconfig"
    own.write_text(f"[core]\n\tsshCommand = {trap.program}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(own))
    trap.lies_at("ssh://127.0.0.1:9/page.git")
    with pytest.raises(PublishProblem):
        trap.site.provider().check()
    assert trap.ran()


def test_a_second_working_copy_is_worked_in(tmp_path: Path) -> None:
    site = Site(tmp_path)
    git(site.copy, "worktree", "add", "--quiet", "-b", "mine", "../second")
    site.send(site.delivery("investigating", "Looking."), site.provider(folder=str(tmp_path / "second")))
    assert "Looking." in site.text()
    assert git(tmp_path / "second", "status", "--porcelain") == ""


def test_a_clone_with_longer_digests_is_worked_in(tmp_path: Path) -> None:
    site = Site(tmp_path, empty=True)
    for name in ("page.git", "copy"):
        shutil.rmtree(tmp_path / name)
    git(tmp_path, "init", "--quiet", "--bare", "--object-format=sha256", "page.git")
    git(tmp_path, "init", "--quiet", "--object-format=sha256", "other")
    (site.other / "config.yml").write_text("title: Status\n")
    git(site.other, "remote", "add", "origin", str(site.bare))
    site.commits()
    git(tmp_path, "clone", "--quiet", "page.git", "copy")
    site.send(site.delivery("monitoring", "Rolled back."))
    assert "Rolled back." in site.text()


def test_a_head_that_cannot_be_read_is_told(trap: Trap) -> None:
    (trap.site.copy / ".git" / "HEAD").write_text("ref: refs/heads/main\n" + "x" * 5000)
    with pytest.raises(PublishProblem) as failure:
        trap.site.provider().check()
    assert failure.value.reason.endswith(".")
