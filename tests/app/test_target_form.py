"""Which fields a target's form has for each provider, and what their values come to."""

import traceback
from pathlib import Path
from typing import ClassVar

import pytest

from console.app.targets.form import TargetForm, mapping
from console.app.targets.service import Given, TargetService
from console.core.refusal import Refused
from console.publish import providers
from console.publish.provider import Capabilities, Checked, Option, Provider
from console.publish.providers.file import ToFile
from console.publish.registry import built_in, provider_class, title
from console.publish.sending.message import STATUSES
from console.publish.targets.folder import Targets
from console.publish.targets.keys import Key
from console.publish.targets.model import Target
from tests.publish.target_files import file


def form(provider: str, before: Target | None = None, key_at: str = "") -> TargetForm:
    cls = provider_class(provider)
    return TargetForm(provider, cls, before, key_at)


FIELDS = {
    "statuspage": "name key page url components audience notify statuses enabled",
    "incident-io": "name key page url components audience notify statuses enabled",
    "cachet": "name url key components audience notify statuses enabled",
    "cachet-v2": "name url key components audience notify statuses enabled",
    "instatus": "name key page url components audience notify statuses enabled",
    "betterstack": "name key page url components audience notify statuses enabled",
    "openstatus": "name key page url components audience notify statuses enabled",
    "cstate": "name option-folder option-branch option-remote url components audience statuses enabled",
    "slack": "name key audience statuses enabled",
    "teams": "name key audience statuses enabled",
    "discord": "name key audience statuses enabled",
    "google-chat": "name key audience statuses enabled",
    "kener": "name url key components audience statuses enabled",
    "matrix": "name url key page audience statuses enabled",
    "upptime": "name key page url audience statuses enabled",
    "uptime-kuma": "name url option-user key page components audience statuses enabled",
    "mattermost": "name key audience statuses enabled",
    "smtp": "name option-server option-security option-user option-from option-to option-unsubscribe key audience"
    " statuses enabled",
    "webhook": "name url key components audience statuses events enabled",
    "file": "name option-path components audience notify statuses events enabled",
}


@pytest.mark.parametrize("provider", built_in())
def test_only_what_a_provider_needs_is_asked_for(provider: str) -> None:
    assert [field.id for field in form(provider).fields({})] == FIELDS[provider].split()


def test_nothing_that_is_left_alone_changes() -> None:
    old = Target(
        "page",
        "statuspage",
        url="https://api.example",
        page="p1",
        audience="executive",
        notify=True,
        components={"a=b": "c1", "shop": "c2"},
        statuses=("resolved",),
        options={"x": "1 = 2"},
        enabled=False,
    )
    asked = form("statuspage", old)
    values = {field.id: field.value for field in asked.fields({})}
    assert "name" not in values
    assert values["options"] == "x=1 = 2"
    assert asked.given(values).target == old
    assert asked.faults(values, Targets(None)) == {}


def test_a_path_is_kept_whole_but_one_of_the_file_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    old = Target("page", "file", options={"path": "./sent.jsonl"})
    asked = form("file", old)
    values = {field.id: field.value for field in asked.fields({})}
    assert asked.given({**values, "audience": "internal"}).target.options == {"path": "./sent.jsonl"}
    changed = asked.given({**values, "option-path": "other.jsonl"}).target.options
    assert changed == {"path": str(tmp_path / "other.jsonl")}


def test_what_is_usual_is_left_out_of_the_file(tmp_path: Path) -> None:
    asked = form("instatus")
    values = {**{field.id: field.value for field in asked.fields({})}, "name": " page ", "page": "p1", "key": " k1 "}
    given = asked.given(values)
    assert (given.target, given.key) == (Target("page", "instatus", page="p1"), Key("k1"))
    Targets(tmp_path).add(given.target)
    assert file(tmp_path, "page").read_text() == 'provider = "instatus"\npage = "p1"\n'


class Strange(ToFile):
    """A provider of somebody else's, with options of its own."""

    capabilities: ClassVar[Capabilities] = Capabilities(
        key=False, page=False, network=False, options=(Option("room", "Its room", "ops", needed=True),)
    )


def test_a_provider_of_others_is_told_what_it_takes() -> None:
    cls: type[Provider] = Strange
    asked = TargetForm("strange", cls)
    assert [field.id for field in asked.fields({})] == [
        "name",
        "option-room",
        "audience",
        "statuses",
        "options",
        "enabled",
    ]
    values = {
        "name": "x",
        "option-room": " ops ",
        "audience": "public",
        "statuses": "\n".join(STATUSES),
        "options": "colour = red\n\nsize=1",
        "enabled": "on",
    }
    assert asked.given(values).target.options == {"room": "ops", "colour": "red", "size": "1"}
    wrong = asked.faults({**values, "option-room": "", "options": "{colour}"}, Targets(None))
    assert wrong["option-room"] == "strange needs its room."
    assert wrong["options"] == "Line 1, “{colour}”, is not a pair; write it as name=value."
    assert title("strange") == "strange"


class Broken(ToFile):
    """A provider of somebody else's, with a mistake in it."""

    def check(self) -> Checked:
        raise KeyError("s3cret")


def test_a_check_that_breaks_off_is_told_without_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.py").write_text(f"from {__name__} import Broken as PROVIDER\n")
    monkeypatch.setattr(providers, "__path__", [*providers.__path__, str(tmp_path)])
    with pytest.raises(Refused) as refused:
        TargetService(tmp_path).prove(Given(Target("page", "broken")))
    assert refused.value.reason == "The check of page broke off (KeyError); tell whoever made the provider."
    assert "s3cret" not in "".join(traceback.format_exception(refused.value))


def test_the_key_s_variable_follows_the_name() -> None:
    assert form("slack").key_note("") == "Left empty, WARROOM_TARGET_NAME_KEY is read."
    assert form("slack").key_note("my page") == "Left empty, WARROOM_TARGET_MY_PAGE_KEY is read."
    assert form("slack", Target("a", "slack")).key_note("") == "Left empty, WARROOM_TARGET_A_KEY is read."
    assert form("slack", Target("a", "slack"), "the keyring").key_note("") == "Empty keeps the one from the keyring."


def test_names_on_one_line_are_a_mapping() -> None:
    assert mapping("shop = c1\nnone\n Search engine=c=2") == {"shop": "c1", "Search engine": "c=2"}
