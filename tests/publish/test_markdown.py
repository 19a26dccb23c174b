"""Approved words on pages that take Markdown: the renderer that the page has shows them letter for letter."""

import json
import os
import shutil
import subprocess
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from console.publish.providers.common.markdown import GOLDMARK, escaped, unescaped
from console.publish.providers.upptime import in_entities
from tests.patience import PATIENCE_S
from tests.publish.fakes.rendered import COMMONMARK, GITHUB, as_seen, rendered, words

PIECES = (
    "<eu-west-1>", "5*3*2", "_x_", "__a__", "1. one", "2) two", "- item", "+ x", "# head", "> quote", "```", "`code`",
    "~~s~~", "|a|b|", "---", "===", "&lt;", "&nbsp;", "<b>", "<!-- c -->", "https://a.b/c_d_?x=*1&y=2.",
    "(see https://a.b/(x))", "www.a.b", "mo@x.io", "[a](b)", "![i](j)", "\\", "{{< x >}}", "{{% y %}}", '"q"', "...",
    "'s", "    code", "\t", "[^1]", "[ref]: /x", "$x$", "H~2~O", ":smile:", "word", "http://", "<https://x.y>", "12.",
    "a\\", "- [ ] t", "{#id}", "\n", "\n\n", " ", "  ",
)  # fmt: skip
"""Marks that some renderer obeys."""

texts = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)


@given(texts)
@example("http://5*3*2:smile:1. one")  # No host, which this renderer's links put in another order.
@pytest.mark.parametrize("renderer", [COMMONMARK, GITHUB], ids=["commonmark", "github"])
def test_any_words_are_shown_as_they_are(renderer: MarkdownIt, text: str) -> None:
    assert rendered(escaped(text), renderer) == as_seen(text)


@given(st.one_of(texts, st.text("ab\\`*_{}[]()<>#+-.!|~&;\n", max_size=40)))
@pytest.mark.parametrize("breaks", [False, True])
def test_they_come_back_as_they_were(breaks: bool, text: str) -> None:
    assert unescaped(escaped(text.replace("\t", " "), breaks=breaks)) == text.replace("\t", " ")


# The pages' own renderers, where they can be had


def samples() -> list[str]:
    """Each piece at the beginning, at the end and in the middle of a text, and before each other one."""
    return [f"{piece} {other}\n{other}{piece}" for piece in PIECES for other in PIECES if (piece + other).strip()]


@pytest.mark.parametrize("page", ["kener", "uptime-kuma", "openstatus", "upptime"])
def test_the_renderers_of_pages_show_them_as_they_are(page: str, tmp_path: Path) -> None:
    """marked with DOMPurify as Kener and Uptime Kuma set them, remark as OpenStatus does, and snarkdown of Upptime."""
    modules, node = os.environ.get("WARROOM_RENDERERS", ""), shutil.which("node")
    if not modules or node is None:
        pytest.skip("set WARROOM_RENDERERS to a folder with the packages that render.mjs names")
    script = Path(modules) / "warroom-render.mjs"
    script.write_text((Path(__file__).parent / "render.mjs").read_text(encoding="utf-8"), encoding="utf-8")
    wanted = samples()
    source = tmp_path / "source.json"
    write = in_entities if page == "upptime" else partial(escaped, breaks=page == "kener")
    source.write_text(json.dumps([write(text) for text in wanted]), encoding="utf-8")
    made = subprocess.run([node, script, page, source], capture_output=True, text=True, check=True, timeout=PATIENCE_S)
    for text, html in zip(wanted, json.loads(made.stdout), strict=True):
        assert words(html).replace("\N{ZERO WIDTH SPACE}", "") == as_seen(text)


def test_hugo_shows_them_as_they_are(tmp_path: Path) -> None:
    hugo = os.environ.get("WARROOM_HUGO") or shutil.which("hugo")
    if not hugo:
        pytest.skip("hugo is absent: install it, or name it in WARROOM_HUGO")
    (tmp_path / "layouts" / "_default").mkdir(parents=True)
    (tmp_path / "layouts" / "_default" / "single.html").write_text("{{.Content}}")
    (tmp_path / "hugo.toml").write_text('disableKinds = ["taxonomy", "term", "RSS", "sitemap", "section", "home"]\n')
    (tmp_path / "content").mkdir()
    wanted = samples()
    for number, text in enumerate(wanted):
        (tmp_path / "content" / f"p{number}.md").write_text(f"---\ntitle: x\n---\n\n{escaped(text, GOLDMARK)}\n")
    subprocess.run([hugo, "-s", tmp_path, "--quiet"], check=True, timeout=PATIENCE_S)
    for number, text in enumerate(wanted):
        assert words((tmp_path / "public" / f"p{number}" / "index.html").read_text()) == as_seen(text)
