"""A team's templates fill in texts; whatever is wrong with one is said in a sentence, and never stops anybody."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.core.refusal import Refused
from console.library.templates import MAX_BYTES, Templates

VALUES = {
    "title": "Checkout errors",
    "impact": "A third of all checkouts fail",
    "number": 3,
    "empty": "",
    "tasks": [{"text": f"task {i}", "who": "rs", "number": i} for i in range(50)],
    "long": "y" * 500,
}
STAND_IN = "the built-in template is used until it is corrected."


class Team:
    """A configuration folder with the team's own templates, and the built-in ones that the tests bring along."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        built_in = folder / "built-in" / "templates"
        built_in.mkdir(parents=True)
        (built_in / "internal.md.j2").write_text("built in: {{ title }}\n")
        (built_in / "public.md.j2").write_text("public: {{ title }}\n")
        monkeypatch.setattr("console.library.templates.resource_path", lambda name: folder / "built-in" / name)
        self.own = folder / "team" / "templates"
        self.own.mkdir(parents=True)
        self.templates = Templates(folder / "team")

    def writes(self, text: str, name: str = "internal") -> None:
        (self.own / f"{name}.md.j2").write_text(text, encoding="utf-8")

    def text(self, source: str) -> str:
        """The text of a template that is as it should be."""
        self.writes(source)
        text, complaint = self.templates.render("internal", VALUES)
        assert complaint == ""
        return text.rstrip("\n")

    def complaint(self, source: str) -> str:
        """The complaint about a broken template; the built-in text is given in its place."""
        self.writes(source)
        text, complaint = self.templates.render("internal", VALUES)
        assert text == "built in: Checkout errors\n"
        assert complaint.endswith(STAND_IN)
        assert "\n" not in complaint
        return complaint.removesuffix(f"; {STAND_IN}")


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    return Team(tmp_path, monkeypatch)


# --- which template counts ---


def test_the_built_in_one_counts_where_the_team_has_none(team: Team) -> None:
    assert team.templates.render("internal", VALUES) == ("built in: Checkout errors\n", "")


def test_a_teams_own_stands_before_it_and_an_edit_counts_at_once(team: Team) -> None:
    assert team.text("ours: {{ title }}") == "ours: Checkout errors"
    assert team.text("now: {{ title }}") == "now: Checkout errors"


def test_a_name_of_the_teams_own_can_be_added(team: Team) -> None:
    team.writes("short: {{ title }}", "acme-short")
    assert team.templates.render("acme-short", VALUES) == ("short: Checkout errors\n", "")
    assert team.templates.names() == ["acme-short", "internal", "public"]


def test_an_unknown_name_gives_the_usual_text_and_says_which_there_are(team: Team) -> None:
    text, complaint = team.templates.render("acme", VALUES, instead="internal")
    assert text == "built in: Checkout errors\n"
    assert complaint == "There is no template “acme”; choose one of internal, public."
    assert team.templates.render("acme", VALUES) == ("", complaint)


def test_a_broken_one_that_only_the_team_has_gives_the_usual_text(team: Team) -> None:
    team.writes("{{ title", "acme")
    text, complaint = team.templates.render("acme", VALUES, instead="public")
    assert text == "public: Checkout errors\n"
    assert complaint.endswith(STAND_IN)


@pytest.mark.parametrize("name", ["../../secret", "/etc/passwd", "a/b", "..", "", "internal\n", "a" * 100, "x\x1b[31m"])
def test_a_name_never_leaves_the_folder(team: Team, name: str) -> None:
    (team.own.parent / "secret.md.j2").write_text("secret")
    text, complaint = team.templates.render(name, VALUES)
    assert text == ""
    assert complaint.startswith("There is no template")
    assert "\x1b" not in complaint


def test_the_source_can_be_read_to_start_from(team: Team) -> None:
    assert team.templates.source("internal") == "built in: {{ title }}\n"
    team.writes("ours")
    assert team.templates.source("internal") == "ours"
    with pytest.raises(Refused):
        team.templates.source("acme")


def test_jinja_is_imported_only_when_a_template_is_filled() -> None:
    code = (
        "import sys; from console.library.templates import Templates; t = Templates(None); t.names(); "
        "print('jinja2' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


# --- the language ---


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ title }} #{{ number }}", "Checkout errors #3"),
        ("{{ title | upper }} {{ title | lower }}", "CHECKOUT ERRORS checkout errors"),
        ("{{ impact | sentence }}", "A third of all checkouts fail."),
        ("{{ 'kubectl hangs' | stop }} {{ 'Why?' | stop }}", "kubectl hangs. Why?"),
        ("{{ empty | default('nothing') }}", "nothing"),
        ("{{ empty or title }}", "Checkout errors"),
        ("{% if number > 2 and not empty %}many{% else %}few{% endif %}", "many"),
        ("{{ 'x' if empty }}|", "|"),
        ("{% for one in tasks[:2] %}{{ loop.index }} {{ one.text }}{{ ', ' if not loop.last }}{% endfor %}",
         "1 task 0, 2 task 1"),
        ("{% for one in tasks if one.number is odd and one.number < 5 %}{{ one.number }} {% endfor %}", "1 3"),
        ("{% for one in [] %}x{% else %}none{% endfor %}", "none"),
        ("{{ tasks[:3] | join('; ', 'text') }}", "task 0; task 1; task 2"),
        ("{{ tasks | length }} {{ (tasks | first).text }} {{ (tasks | last).text }} {{ tasks[-1].number }}",
         "50 task 0 task 49 49"),
        ("{{ (tasks | reverse | first).number }}", "49"),
        ("{% set all = title ~ '/' ~ number %}{{ all }}", "Checkout errors/3"),
        ("{{ number + 1 }} {{ number - 1 }}", "4 2"),
        ("{{ title | replace('errors', 'trouble') }}", "Checkout trouble"),
        ("{{ long | short(5) }}", "yyyy…"),
        ("{{ '*a*' | md }}", r"\*a\*"),
        ("{{ number in (1, 3) }} {{ empty is none }}", "yes no"),
        ("{{ tasks[0].foo is defined }} {{ nothing is defined }}", "no no"),
        ("{# a remark #}{% raw %}{{ title }}{% endraw %}", "{{ title }}"),
        ("a\n\n\n\n\nb  \n{% if empty %}\nc\n{% endif %}\nd", "a\n\nb\nd"),
    ],
)  # fmt: skip
def test_what_a_template_can_say(team: Team, source: str, text: str) -> None:
    assert team.text(source) == text


def test_what_is_filled_in_is_never_read_as_a_template(team: Team) -> None:
    team.writes("{{ title }}")
    hostile = "{{ 7 - 1 }} {% for x in y %} {# gone #} ${7}"
    assert team.templates.render("internal", {"title": hostile})[0] == f"{hostile}\n"


def test_nothing_that_a_terminal_obeys_comes_out(team: Team) -> None:
    team.writes("\x1b[31m{{ title }}\x07")
    text, _ = team.templates.render("internal", {"title": "a\u202eb\x9b"})
    assert text == "␛[31ma⟨U+202E⟩b⟨U+009B⟩␇\n"


# --- broken in each way ---


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("a\n{% if x %}", 2, "Unexpected end of template"),
        ("a\nb {{ title", 2, "unexpected end of template"),
        ("{% frobnicate %}", 1, "Encountered unknown tag"),
        ("a\n\n{{ titlle }}", 3, "there is no “titlle” here, perhaps “title” is meant"),
        ("{% if false %}{{ absent }}{% endif %}", 1, "there is no “absent” here"),
        ("a\n{{ tasks[0].txet }}", 2, "there is no “txet” in it, perhaps “text” is meant"),
        ("{{ tasks[99].text }}", 1, "there is no “99” in it"),
        ("{{ title | upperr }}", 1, "there is no filter “upperr”, perhaps “upper” is meant"),
        ("{{ title is ood }}", 1, "there is no test “ood”, perhaps “odd” is meant"),
        ("{{ tasks }}", 1, "a list cannot be printed"),
        ("{% for x in title %}{% endfor %}", 1, "only a list can be looped over"),
        ("\n{{ title + 1 }}", 2, "+ is for numbers"),
        ("a\n{{ 1e999 - 1e999 }}", 2, "a number is too large"),
        ("{{ 1e308 + 1e308 }}", 1, "a number is too large"),
        ("{{ title < 3 }}", 1, "not supported between"),
        ("{{ title | short('x') }}", 1, "not supported between"),
        ("{{ title | replace('', 'x') }}", 1, "replace needs something"),
        ("{{ title | join }}", 1, "only a list can be looped over"),
        ("{{ tasks | join(',', 'text', 'more') }}", 1, "positional argument"),
        ("{# only a remark #}", 0, "gives an empty text"),
        ("{% include 'public' %}", 1, "a template cannot hold include"),
        ("{% extends 'public' %}", 1, "a template cannot hold extends"),
        ("{% import 'public' as p %}", 1, "a template cannot hold import"),
        ("{% macro m() %}{% endmacro %}", 1, "a template cannot hold a macro"),
        ("{% block b %}{% endblock %}", 1, "a template cannot hold block"),
        ("{% set a, b = 1, 2 %}", 1, "set gives one name a value"),
        ("{% set a %}x{% endset %}", 1, "a template cannot hold set with a body"),
        ("{{ title | join(*tasks) }}", 1, "stars cannot stand"),
        ("{{ {'a': 1} }}", 1, "a dictionary"),
        ("{{ [title, [title]] }}", 1, "only fixed values"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(team: Team, source: str, line: int, said: str) -> None:
    place = f"{team.own}/internal.md.j2" + (f", line {line}:" if line else "")
    complaint = team.complaint(source)
    assert complaint.startswith(place)
    assert said in complaint


def test_all_mistakes_of_a_template_are_told_at_once(team: Team) -> None:
    complaint = team.complaint("{{ titles }} {{ title | shout }}\n\n{{ 1 * 2 }} {{ nothing }} {{ titles }}")
    faults = ["line 1: there is no filter “shout”", "line 1: there is no “titles”", "line 3: a template cannot hold ×",
              "line 3: there is no “nothing”"]  # fmt: skip
    assert [fault in complaint for fault in faults] == [True] * 4, complaint


def test_a_file_that_cannot_be_read_is_told(team: Team) -> None:
    path = team.own / "internal.md.j2"
    for spoil, said in (
        (lambda: path.write_bytes(b"\xff\xfe"), "is not text in UTF-8"),
        (lambda: path.write_bytes(b"a" * (MAX_BYTES + 1)), "is larger than 64 kB"),
        (path.mkdir, "is not a file"),
        (lambda: os.mkfifo(path), "is not a file"),
    ):
        if path.is_dir():
            path.rmdir()
        path.unlink(missing_ok=True)
        spoil()
        text, complaint = team.templates.render("internal", VALUES)
        assert text == "built in: Checkout errors\n"
        assert said in complaint
        with pytest.raises(Refused):
            team.templates.source("internal")


def test_a_built_in_template_that_does_not_fit_its_values_is_a_mistake_of_the_program(team: Team) -> None:
    with pytest.raises(ValueError, match="there is no “title” here"):
        team.templates.render("public", {})


# --- attempts to get out, and to keep everybody waiting ---


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ title.__class__.__mro__[1].__subclasses__() }}",
        "{{ title['__class__'] }}",
        "{{ tasks.__init__.__globals__ }}",
        "{{ tasks.append }}",
        "{{ tasks[0].items }}",
        "{{ title.format }}",
        "{{ '{0.__class__}'.format(title) }}",
        "{{ title | attr('__class__') }}",
        "{{ title | map('upper') }}",
        "{{ tasks | map(attribute='__class__') }}",
        "{% for a in tasks %}{{ loop.__init__ }}{% endfor %}",
        "{% for a in tasks %}{{ loop.cycle }}{% endfor %}",
        "{{ self }}",
        "{{ self.__init__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ lipsum.__globals__ }}",
        "{{ namespace }}",
        "{{ _context }}",
        "{{ (title | upper).__class__ }}",
        "{{ title | counted(1) }}",
        "{% set x = title.__class__ %}{{ x }}",
    ],
)
def test_no_way_leads_out_of_the_sandbox(team: Team, source: str) -> None:
    team.complaint(source)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{% for i in range(1000000000) %}x{% endfor %}", "nothing can be called here"),
        ("{% for a in tasks %}" * 4 + "x" + "{% endfor %}" * 4, "its loops run too often"),
        ("{% for a in tasks %}" * 15 + "{% if a %}{% endif %}" + "{% endfor %}" * 15, "its loops run too often"),
        ("{% for a in tasks %}" * 30 + "{% endfor %}" * 30, "nested too deep"),
        ("{% for a in tasks recursive %}{{ loop(tasks) }}{% endfor %}", "recursive"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "a macro"),
        ("{{ 9 ** 9 ** 9 ** 9 }}", "**"),
        ("{{ 'a' * 1000000000 }}", "×"),
        ("{{ '%1000000000d' % 1 }}", "%"),
        ("{{ 'a' | center(1000000000) }}", "there is no filter"),
        ("{% set a = long %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}", "a value grows beyond"),
        ("{% set a = long %}" + "{% set a = a | replace('y', a) %}" * 5 + "{{ a }}", "a value grows beyond"),
        ("{% for a in tasks %}{% for b in tasks %}{% set c = (title ~ long ~ long) | md %}{% endfor %}{% endfor %}" * 9,
         "its loops run too often"),
        ("{{ tasks | join(tasks[:9] | join(long, 'text') ~ long, 'text') }}", "a value grows beyond"),
        ("{% set a = ['x'] %}" + "{% set a = [a, a] %}" * 60 + "{{ a }}", "only fixed values"),
        ("{{ " + "(" * 200 + "1" + ")" * 200 + " }}", "nested too deep"),
        ("{{ " + "not " * 2000 + "1 }}", "nested too deep"),
        ("{{ " + "9" * 6000 + " }}", "a number in it is too large"),
    ],
)  # fmt: skip
def test_nothing_runs_for_ever_or_fills_the_memory(team: Team, source: str, said: str) -> None:
    assert said in team.complaint(source)


def test_the_whole_text_is_limited(team: Team) -> None:
    body = "x" * 2000  # 2,500 times
    loops = "{% for a in tasks %}{% for b in tasks %}" + body + "{% endfor %}{% endfor %}"
    assert "its text grows beyond 4,000,000 characters" in team.complaint(loops)


def test_an_ordinary_template_is_far_from_the_limits(team: Team) -> None:
    line = "- {{ one.number }} {{ one.text | sentence }}{{ ' (' ~ one.who ~ ')' if one.who }}\n"
    source = "{% for one in tasks %}" + line + "{% endfor %}"
    assert team.text("\n".join([source] * 40)).count("\n") > 1900
