"""Reading playbooks: what a file extends, and every mistake with its line and key."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.playbook.model import Playbook, name_within
from console.core.playbook.reader import examine, read_playbook
from console.core.refusal import Refused
from tests.drawing import examples

FOLDER = Path(__file__).parents[2] / "data/playbooks"
SOURCES = {path.stem: path.read_text() for path in FOLDER.glob("*.toml")}

SMALL = """\
name = "small"
title = "Small"
declared_stage = "open"

[[severities]]
name = "HIGH"
meaning = "Bad."
response_s = 60

[[severities]]
name = "LOW"
meaning = "Not so bad."

[[stages]]
name = "open"
title = "Open"

[[stages]]
name = "shut"
title = "Shut"
phase = "over"

[[roles]]
id = "ic"
name = "Commander"
short = "IC"
duties = ["Leads"]
"""


def own(text: str) -> Playbook:
    return read_playbook('extends = "small"\n' + text, "own.toml", {"small": SMALL}.get)


def refused(text: str, base: str = SMALL) -> str:
    with pytest.raises(Refused) as found:
        read_playbook(text, "own.toml", {"small": base, **SOURCES}.get)
    return found.value.reason


def small(old: str, new: str) -> str:
    assert old in SMALL
    return SMALL.replace(old, new, 1)


def test_a_small_team_needs_little() -> None:
    playbook = read_playbook(SMALL, "small.toml")
    assert [severity.name for severity in playbook.severities] == ["HIGH", "LOW"]
    assert playbook.severities[0].response_s == 60
    assert playbook.severities[1].response_s is None


def test_an_extension_changes_what_it_names_and_keeps_the_rest() -> None:
    playbook = own('title = "Ours"\n[[severities]]\nname = "HIGH"\nresponse_s = 30\n')
    assert playbook.title == "Ours"
    assert (playbook.severities[0].response_s, playbook.severities[0].meaning) == (30, "Bad.")
    assert len(playbook.severities) == 2


def test_an_extension_adds_behind_or_in_a_named_place() -> None:
    row = '[[stages]]\nname = "watch"\ntitle = "Watch"\n'
    assert [stage.name for stage in own(row).stages] == ["open", "shut", "watch"]
    assert [stage.name for stage in own(row + 'after = "open"\n').stages] == ["open", "watch", "shut"]


def test_an_extension_moves_an_entry() -> None:
    assert [each.name for each in own('[[severities]]\nname = "HIGH"\nafter = "LOW"\n').severities] == ["LOW", "HIGH"]


def test_an_extension_drops_an_entry() -> None:
    assert [severity.name for severity in own('drop = ["severities.LOW"]\n').severities] == ["HIGH"]


def test_a_role_is_changed_by_its_id() -> None:
    (role,) = own('[[roles]]\nid = "ic"\nduties = ["Leads", "Decides"]\n').roles
    assert (role.name, role.duties) == ("Commander", ("Leads", "Decides"))


def test_two_gates_of_a_stage_are_both_kept() -> None:
    gates = """
[[gates]]
stage = "shut"
needs = ["stable"]
severities = ["HIGH"]
[[gates]]
stage = "shut"
needs = ["fixes"]
"""
    files = {"small": "stability_s = 60\n" + SMALL + gates}
    playbook = read_playbook('extends = "small"\n[[gates]]\nstage = "shut"\nreasons = ["x"]\n', "own.toml", files.get)
    assert [(gate.needs, gate.reasons) for gate in playbook.gates] == [(("stable",), ("x",)), (("fixes",), ())]


def test_an_extension_may_be_extended() -> None:
    middle = 'extends = "small"\nname = "middle"\n[[severities]]\nname = "LOW"\nresponse_s = 9\n'
    files = {"small": SMALL, "middle": middle}
    playbook = read_playbook('extends = "middle"\nname = "top"\n', "top.toml", files.get)
    assert (playbook.name, playbook.severities[1].response_s) == ("top", 9)


def test_what_a_terminal_would_obey_is_made_visible() -> None:
    playbook = own('title = "\\u001b]52;c;AAAA\\u0007 \\u202eOurs"\n')
    assert "\x1b" not in playbook.title
    assert "\u202e" not in playbook.title


@pytest.mark.parametrize(
    ("text", "line", "key", "why"),
    [
        (small('title = "Small"', 'titles = "Small"'), 2, "titles", "perhaps “title” is meant"),
        (small('response_s = 60', 'respond_s = 60'), 8, "severities[1].respond_s", "perhaps “response_s”"),
        (small('title = "Small"\n', ""), 1, "(top)", "“title” is missing"),
        (small('response_s = 60', 'response_s = "soon"'), 8, "severities[1].response_s", 'such as "30m" or "48h"'),
        (small('response_s = 60', 'response_s = -1'), 8, "severities[1].response_s", "below 0"),
        (small('response_s = 60', 'response_s = 1000000000'), 8, "severities[1].response_s", "longer than ten years"),
        (small('response_s = 60', 'roles = { tech = 0 }'), 8, "severities[1].roles", "no role “tech”"),
        (small('response_s = 60', 'update_s = { press = 60 }'), 8, "severities[1].update_s", "no audience “press”"),
        (small('response_s = 60', 'update_s = { public = -60 }'), 8, "severities[1].update_s.public", "below 0"),
        (small('"LOW"', '"HIGH"'), 11, "severities[2].name", "“HIGH” stands twice"),
        (small('"LOW"', '"high"'), 11, "severities[2].name", "“high” is typed as “HIGH” is"),
        (small('"LOW"', '" "'), 11, "severities[2].name", "is empty; write a text"),
        (small('title = "Small"', 'title = " "'), 2, "title", "is empty; write a text"),
        (small('["Leads"]', '["Leads", ""]'), 27, "roles[1].duties[2]", "is empty"),
        (small('name = "Commander"', 'name = 5'), 25, "roles[1].name", "write a text in quotes"),
        (SMALL + '[[roles]]\nid = "lead"\nname = "Lead"\nshort = "ic"\n', 31, "roles[2].short", "typed as “IC”"),
        (small('"open"', '"begun"'), 3, "declared_stage", "no stage “begun”"),
        (small('title = "Open"', 'title = "Open"\nnext = ["gone"]'), 17, "stages[1].next", "no stage “gone”"),
        (small('title = "Open"', 'title = "Open"\nmilestone = "lunch"'), 17, "stages[1].milestone", "no milestone"),
        (small('title = "Open"', 'title = "Open"\nannounce = "{ttl}"'), 17, "stages[1].announce", "use ic"),
        (small('title = "Open"', 'title = "Open"\nannounce = "{title"'), 17, "stages[1].announce", "braces"),
        (small('title = "Open"', 'title = "Open"\nannounce = "{title!z}"'), 17, "stages[1].announce", "only the name"),
        (small('title = "Open"', 'title = "Open"\nannounce = "{ic:9}"'), 17, "stages[1].announce", "only the name"),
        (small('phase = "over"', 'phase = "done"'), 21, "stages[2].phase", "one of “active”, “stable”, “over”"),
        (SMALL + '[[gates]]\nstage = "gone"\nneeds = ["stable"]\n', 29, "gates[1].stage", "no stage “gone”"),
        (SMALL + '[[gates]]\nstage = "shut"\nneeds = ["checklist"]\nchecklist = "x"\n', 31, "gates[1]", "“x”"),
        (SMALL + '[[escalation]]\nwhen = "a"\nto = "b"\nseverities = ["X"]\n', 31, "escalation[1]", "“X”"),
        (SMALL + '[[anti_patterns]]\nname = "a"\nseen = "b"\ninstead = "c"\nnudge = "d"\n', 32, "anti_patt", "“d”"),
        ('nudges_off = ["loud"]\n' + SMALL, 1, "nudges_off", "no nudge “loud”: use containment"),
        ('extends = "gone"\n', 1, "extends", "no playbook “gone”"),
        ('extends = "small"\ndrop = ["severities.X"]\n', 2, "drop", "has no “severities.X” to drop"),
        ('extends = "small"\n[[stages]]\nname = "a"\ntitle = "A"\nafter = "gone"\n',
         5, "stages[1].after", "“gone” to place it after: use open, shut"),
        ('extends = "small"\ndrop = ["HIGH"]\n', 2, "drop", "it is written as “severities.SEV4”"),
        ('extends = "small"\n[[severities]]\nname = "HIGH"\ncriteria = [{ says = "x", users_over = "many" }]\n', 4,
         "severities[1].criteria[1].users_over", "write a number"),

        (SMALL + '[[stages]]\nname = "a"\ntitle = "A"\nafter = "open"\n', 31, "stages[3].after", "only a playbook"),
        ("drop = []\n" + 'drop2 = 1\n', 2, "drop2", "no key “drop2”"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_key(text: str, line: int, key: str, why: str) -> None:
    said = refused(text)
    assert said.startswith(f"own.toml, line {line}, key {key}"), said
    assert why in said, said
    assert said.endswith(".")


def test_lengths_of_time_are_read_as_people_write_them() -> None:
    times = 'response_s = "0s"\nupdate_s = { internal = "30m" }\nroles = { ic = "1h30m" }\npostmortem_s = "48h"'
    severity = read_playbook(small("response_s = 60", times), "small.toml").severities[0]
    assert (severity.response_s, severity.update_s, severity.roles) == (0, {"internal": 1800}, {"ic": 5400})
    assert severity.postmortem_s == 172800


def test_every_mistake_of_a_file_is_told_at_once() -> None:
    text = small("response_s = 60", 'respond_s = 60\nresponse_s = "soon"\nroles = { tech = 0 }')
    text = text.replace('phase = "over"', 'phase = "done"\nnext = ["gone"]').replace('title = "Small"\n', "")
    _, sentences = examine(text + '[[gates]]\nstage = "shut"\nneeds = ["stable"]\n', "own.toml")
    assert [sentence.partition(", key ")[2].partition(": ")[0] for sentence in sentences] == [
        "severities[1].respond_s", "(top)", "severities[1].response_s", "stages[2].phase", "stages[2].next",
        "severities[1].roles", "gates[1].needs",
    ]  # fmt: skip


def test_an_extension_tells_all_that_it_cannot_drop_or_place() -> None:
    text = (
        'extends = "small"\ndrop = ["severities.X", "roles.Y"]\n[[stages]]\nname = "a"\ntitle = "A"\nafter = "gone"\n'
    )
    _, sentences = examine(text, "own.toml", {"small": SMALL}.get)
    assert len(sentences) == 3
    _, sentences = examine('extends = "gone"\ntitles = "A"\n[[severities]]\nname = 5\n', "own.toml")
    assert [sentence.partition(", key ")[2].partition(": ")[0] for sentence in sentences] == [
        "extends", "titles", "severities[1].name",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (small('id = "ic"', 'id = "boss"'), "no role with the id “ic”, the incident commander; add one"),
        (SMALL + '[[gates]]\nstage = "shut"\nneeds = ["stable"]\n', 'add stability_s = "30m" at the top'),
        (small('name = "HIGH"', 'name = "VERY HIGH"'), "typed as one word; write it as “VERY-HIGH”"),
        (small('name = "shut"', 'name = "shut down"'), "“shut down” has a blank"),
        (small('"open"', '"begun"'), "there is no stage “begun”: use open, shut"),
    ],
)  # fmt: skip
def test_what_would_only_fail_in_an_incident_is_found_before(text: str, why: str) -> None:
    assert why in refused(text)


def test_a_mistake_of_form_names_the_line() -> None:
    assert "line 2" in refused('name = "x"\ntitle = \n')
    assert "nested too deep" in refused("x = " + "[" * 5000)
    assert "not valid TOML" in refused("shift_s = " + "9" * 5000)


def test_playbooks_that_extend_each_other_are_refused() -> None:
    assert "in turn" in refused('extends = "small"\n', 'extends = "small"\n')


_LINES = SOURCES["sev4"].splitlines()
_EXTENSION = SOURCES["checklist-security"].splitlines()


@settings(max_examples=examples(2))
@given(st.data())
def test_a_damaged_playbook_is_read_or_refused(data: st.DataObject) -> None:
    lines = list(data.draw(st.sampled_from([_LINES, _EXTENSION])))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        key, equals, value = lines[at].partition(" = ")
        wrong = data.draw(st.sampled_from(["", "[]", "{}", "0", "true", '""', '["x"]', "[{}]", '{ x = "y" }', "1e9"]))
        swap = f"{key} = {wrong}" if equals and value not in ("[", "") else wrong
        lines[at] = data.draw(st.sampled_from([swap, "", lines[data.draw(st.integers(0, len(lines) - 1))]]))
    sentence = "own.toml"
    try:
        read_playbook("\n".join(lines), "own.toml", SOURCES.get)
    except Refused as refused:
        sentence = refused.reason
    assert sentence.startswith("own.toml")


@pytest.mark.parametrize(
    ("name", "said"),
    [("Incident commander", "incident commander"), ("Incident Lead", "incident Lead"), ("IC on duty", "IC on duty")],
)
def test_clocks_and_advice_use_the_team_s_name_of_a_role(name: str, said: str) -> None:
    book = own(f'[[roles]]\nid = "ic"\nname = "{name}"\n')
    assert name_within(book, "ic") == said
    assert name_within(book, "comms") == "comms"
