"""Targets that lack something, and the proof of those that do not."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from console.core.refusal import Refused
from console.publish import providers
from console.publish.provider import Checked, Listed, Settings
from console.publish.providers.statuspage import Statuspage
from console.publish.registry import built_in, names, provider_class, title
from console.publish.targets.keys import Key, Keys
from console.publish.targets.model import Target
from console.publish.targets.setup import (
    capabilities,
    missing_settings,
    parse_pair,
    prove,
    unknown_components,
    with_absolute_paths,
    with_address_as_key,
)
from console.publish.transport.http import Http


@pytest.mark.parametrize(
    ("target", "said", "field"),
    [
        (Target("x", "cachet"), "cachet needs the address of your installation.", "url"),
        (Target("x", "cstate"), "cstate needs a clone of its repository.", "folder"),
        (Target("x", "file"), "file needs a file to write to.", "path"),
    ],
)
def test_what_a_target_cannot_work_without(target: Target, said: str, field: str) -> None:
    cls = provider_class(target.provider)
    assert missing_settings(target, cls.capabilities, cls.base) == [(field, said)]


def test_what_has_an_address_of_its_own_or_a_secret_one_lacks_nothing() -> None:
    for name in ("statuspage", "slack", "incident-io"):
        cls = provider_class(name)
        assert missing_settings(Target("x", name), cls.capabilities, cls.base) == []


def test_every_provider_of_ours_has_a_title() -> None:
    assert len({title(name) for name in built_in()} - set(built_in())) == len(built_in())


def test_a_provider_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_page.py").write_text(
        "from console.publish.providers.file import ToFile\n\n\nclass MyPage(ToFile):\n    title = 'My page'\n\n\n"
        "PROVIDER = MyPage\n"
    )
    monkeypatch.setattr(providers, "__path__", [*providers.__path__, str(tmp_path)])
    assert "my-page" in names()
    assert title("my-page") == "My page"
    cls = provider_class("my-page")
    assert cls.__name__ == "MyPage"


def test_names_are_told_without_importing_a_provider_and_titles_without_the_network() -> None:
    code = (
        "import sys; from console.publish import registry; registry.names();"
        "print([name for name in sys.modules if name.startswith('console.publish.providers.')]);"
        "[registry.title(name) for name in registry.names()]; print('httpx' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\nFalse\n"


def test_paths_are_kept_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    caps = capabilities("cstate")
    assert caps is not None
    made = with_absolute_paths(Target("x", "cstate", options={"folder": "sub/../page", "branch": "a/../b"}), caps)
    assert made.options == {"folder": str(tmp_path / "page"), "branch": "a/../b"}


def test_pairs() -> None:
    assert parse_pair(" shop = c=1 ") == ("shop", "c=1")
    assert [parse_pair(one) for one in ("", "shop", "shop=", "=c1")] == [None] * 4


def test_an_address_of_a_chat_becomes_its_key() -> None:
    settled = with_address_as_key(Target("c", "slack", "https://hooks.example/services/a"), None)
    assert settled == (Target("c", "slack"), Key("https://hooks.example/services/a"))
    with pytest.raises(Refused):
        with_address_as_key(Target("c", "slack", "http://hooks.example/a"), None)


def test_proving_without_a_key_says_where_to_put_one() -> None:
    with pytest.raises(Refused) as found:
        prove(Target("page", "statuspage"), None)
    assert "WARROOM_TARGET_PAGE_KEY" in found.value.reason


def test_strangers_are_components_that_a_listing_page_does_not_have() -> None:
    target = Target("page", "statuspage", components={"shop": "c1", "web": "c9"})
    assert unknown_components(target, Checked("", components=(Listed("c1", "Shop"),))) == ["web"]
    assert unknown_components(target, Checked("")) == []


def test_statuspage_lists_its_pages_where_none_is_named() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1/pages"
        return httpx.Response(200, json=[{"id": "p1", "name": "Shop"}, {"id": "p2", "name": "Labs"}, {}])

    http = Http("https://api.example/v1", {}, transport=httpx.MockTransport(answer))
    found = Statuspage(Settings("status"), http).check()
    assert found.pages == (Listed("p1", "Shop"), Listed("p2", "Labs"))
    assert found.says == "The key works: 2 pages; say which one."


def test_one_page_to_choose_is_no_pages() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=[{"id": "p1", "name": "Shop"}]))
    found = Statuspage(Settings("status"), Http("https://api.example/v1", {}, transport=transport)).check()
    assert found.says == "The key works: 1 page; say which one."


def test_nothing_of_a_key_is_said_of_where_it_lies(tmp_path: Path) -> None:
    keys = Keys(tmp_path, {})
    keys.keep("page", Key("s3cret"))
    assert "s3cret" not in keys.where("page")
