"""Rules for every form: a secret is asked about, and a paste is one text wherever the focus is."""

from datetime import timedelta
from itertools import product
from pathlib import Path
from random import Random

import pytest
from rich.cells import cell_len
from textual import events
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from console.app.dialogs.base import Values
from console.app.dialogs.declare import DeclareDialog
from console.app.dialogs.find import JumpDialog
from console.app.dialogs.maintenance import PlanDialog
from console.app.dialogs.paste import PasteDialog
from console.app.dialogs.process import ClassifyDialog
from console.app.dialogs.respond import RoleDialog, TaskDialog
from console.app.dialogs.write import HandoffDialog
from console.app.postmortem.dialogs import ActionDialog, OwnerDialog
from console.app.targets.dialog import TargetDialog
from console.app.widgets.cell import Cell
from console.app.widgets.choice_list import CHOSEN, ChoiceList
from console.app.widgets.countdown import most_urgent
from console.app.widgets.marked_list import MARK
from console.core.language.text import clean_paste
from console.core.log.clocks import open_clocks
from console.core.subjects.change import changes_in_flight, changes_of
from console.core.subjects.entry import LogEntry
from console.core.subjects.postmortem import postmortem_of
from console.core.subjects.role import AssignRole, holder_of, role_of
from console.core.subjects.task import open_tasks, tasks_of
from console.core.subjects.update import updates_of
from tests.app.driver import START, Room, console
from tests.app.forms import COMPLETE, FORMS, PASTED, Form, all_forms, focusable, opened, prepare
from tests.drawing import chance, some

SECRET = "password: hunter2x9"
ASKS = "looks like a secret"
RUNS_NOTHING = "“/sev” is text here, and runs nothing."
COPIED = "\x1b[31mERROR\x1b[0m pool: d n x\n\x1b]0;a title\x07\tat pool.take\n\x1b[200~y\x1b[27;5;13~s\n"
"""Text copied off another terminal: colours, a title, a marker of pastes and a key, in several lines."""

ONLY_LOOKS = {JumpDialog}
"""Forms that write nothing anywhere; one looks for a secret to redact it."""

TAKES_NO_PROSE = {TargetDialog}
"""Forms whose texts are all checked for what they may hold, so that a secret is refused; keys have a field apart."""

EASILY_NOT_MEANT = {"{} " + SECRET: ASKS, "/sev SEV0 {}": RUNS_NOTHING}
"""Texts that hold what stands in the field, each with what is asked about it."""

KINDS = sorted(FORMS, key=lambda kind: kind.__name__)


def test_every_form_is_made_here() -> None:
    assert all_forms() == set(FORMS)


async def test_what_holds_of_every_form(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 50), config=tmp_path) as room:
        await prepare(room)
        for kind in some(KINDS, 4, "what holds of every form"):
            form, sent = await opened(room, kind)
            for chosen in (each for each in form.query(ChoiceList) if each.display):
                await _marks_what_is_chosen(room, chosen)
            assert focusable(form), kind
            for widget in focusable(form):
                await _takes_a_paste_as_one_text(room, form, sent, widget)
            await _leave(room)
            form, sent = await opened(room, kind)
            for typed, asks in EASILY_NOT_MEANT.items():
                await _asks_before_it_writes(room, form, sent, typed, asks)
            for widget in _texts(form):
                form = await _says_no_refusal_twice(room, form, str(widget.id))
            await _leave(room)


async def _marks_what_is_chosen(room: Room, chosen: ChoiceList) -> None:
    chosen.scroll_visible(animate=False)
    await room.settles()
    mark = MARK if chosen.has_focus else CHOSEN
    lines = [chosen.render_line(y).text for y in range(chosen.size.height)]
    assert any(line.startswith(mark) for line in lines), (chosen.screen, chosen.id)


async def _takes_a_paste_as_one_text(room: Room, form: Form, sent: list[object], widget: Widget) -> None:
    """It is whole in the field that has the focus, or waits over the form, and does nothing else."""
    events, where = room.state.events, (type(form), widget.id)
    widget.focus()
    await room.settles()
    before = form.values()
    await room.pastes(COPIED)
    assert (room.state.events, sent) == (events, []), where
    if isinstance(widget, TextArea):
        assert clean_paste(COPIED) in widget.text, where
    elif isinstance(widget, Input):
        assert clean_paste(COPIED, multiline=False) in widget.value, where
    elif isinstance(form, PasteDialog):
        assert form.values()["text"] == f"{PASTED}\n{clean_paste(COPIED)}", where
    else:
        over = room.app.screen
        assert isinstance(over, PasteDialog), where
        assert over.values()["text"].strip() == clean_paste(COPIED).strip(), where
        await room.presses("escape")
        assert clean_paste(COPIED).strip() in room.screen.prompt.unlogged, where
        room.screen.prompt.forget()
        assert form.values() == before, where
    assert room.app.screen is form, where


async def _asks_before_it_writes(room: Room, form: Form, sent: list[object], typed: str, asks: str) -> None:
    """A form sends nothing at the first Enter when one of its texts is easily not meant."""
    kind = type(form)
    free = [widget for widget in _texts(form) if not (isinstance(widget, Input) and widget.password)]
    form.fill(dict(COMPLETE.get(kind, {})))
    await room.settles()
    asked, takes_all = 0, ONLY_LOOKS | ({PasteDialog} if asks == RUNS_NOTHING else set())
    for widget in free if kind not in takes_all else []:
        before = form.values()
        await _write(room, widget, typed.format(_text(widget)).strip())
        await room.presses("ctrl+s")
        assert sent == [], (kind, widget.id)
        asked += asks in form.problem
        form.fill(before)
        await room.settles()
    assert bool(asked) == bool(free and kind not in takes_all | TAKES_NO_PROSE), kind


async def _says_no_refusal_twice(room: Room, form: Form, id: str) -> Form:
    """Of an empty field, and of one that holds nonsense, in the last line alone. The form, or one in its place that
    was not sent."""
    for nonsense in ("", "??"):
        if room.app.screen is not form:
            form, _ = await opened(room, type(form))
        form.fill(dict(COMPLETE.get(type(form), {})))
        widget = form.query_one(f"#{id}")
        assert isinstance(widget, Input | TextArea)
        await _write(room, widget, nonsense)
        await room.presses("ctrl+s")
        if room.app.screen is form and form.refused:
            assert _told(form).count(form.refused.split(";")[0].rstrip(".")) == 1, (type(form), id)
    return form


def _told(form: Form) -> str:
    """All sentences of a form that are on the screen."""
    cells = (each for each in form.query(Static) if each.display)
    return "\n".join(str(cell.content) for cell in cells)


async def test_a_form_shows_what_it_would_work_out_anew_and_works_out_nothing_twice_as_it_opens(tmp_path: Path) -> None:
    by = chance("acts in a form")
    async with console(tmp_path, size=(120, 50), config=tmp_path) as room:
        await prepare(room)
        for kind in some(KINDS, 8, "forms that show what is so"):
            form = FORMS[kind](room)
            worked_out = _record_what_is_worked_out(form)
            form, _ = await opened(room, kind, form)
            assert len(worked_out) == len(set(worked_out)), kind
            done: list[str] = []
            while len(done) < ACTS and room.app.screen is form:
                act = by.choice(_ACTS)
                done.append(act.__name__)
                await act(room, form, by)
                if room.app.screen is form:
                    shown = _shown(form)
                    form._show_preview()
                    assert shown == _shown(form), (kind, done)
            await _leave(room)
            await room.pilot.resize_terminal(120, 50)


ACTS = 12


def _record_what_is_worked_out(form: Form) -> list[object]:
    """The values and the kind of focus from which the form's last line is worked out, each time."""
    seen, build = list[object](), form._build

    def build_and_record(values: Values) -> object:
        seen.append((*values.items(), isinstance(form.focused, TextArea)))
        return build(values)

    form._build = build_and_record
    return seen


def _shown(form: Form) -> list[object]:
    """All that the form says, and which of its parts are on the screen."""
    shown: list[object] = [(widget.id, widget.display) for widget in form.query("*")]
    for cell in form.query(Static):
        spans = [span for span in getattr(cell.content, "spans", ()) if span.end > span.start]
        shown.append((cell.id, str(cell.content), spans))
    return shown


async def _types(room: Room, form: Form, by: Random) -> None:
    if texts := _texts(form):
        await _write(room, by.choice(texts), by.choice(("", "??", "10m", "tmo", "none", SECRET, "@ana 5m look")))


async def _types_and_takes_back(room: Room, form: Form, by: Random) -> None:
    """Faster than the form looks."""
    if lines := [widget for widget in _texts(form) if isinstance(widget, Input)]:
        line = by.choice(lines)
        before, line.value = line.value, f"{line.value}x"
        line.value = before
    await room.settles()


async def _chooses(room: Room, form: Form, by: Random) -> None:
    if lists := [each for each in form.query(ChoiceList) if each.display]:
        chosen = by.choice(lists)
        chosen.highlighted = by.randrange(chosen.option_count)
    await room.settles()


async def _goes_on(room: Room, form: Form, by: Random) -> None:
    await room.presses(by.choice(("tab", "shift+tab", "x", "2")))


async def _begins_anew(room: Room, form: Form, by: Random) -> None:
    form.act_begin_anew()
    await room.settles()


async def _confirms(room: Room, form: Form, by: Random) -> None:
    await room.presses("ctrl+s")


async def _hears_of_a_line(room: Room, form: Form, by: Random) -> None:
    await room.app.session.submit(room.ref, LogEntry(actor="ana", text="CPU is at 40 %"))
    await room.ticks(seconds=by.choice((1, 600)))


async def _resizes(room: Room, form: Form, by: Random) -> None:
    await room.pilot.resize_terminal(*by.choice(((80, 24), (120, 50))))
    await room.settles()


_ACTS = (
    _types, _types, _types_and_takes_back, _chooses, _goes_on, _begins_anew, _confirms, _hears_of_a_line, _resizes,
)  # fmt: skip


async def _leave(room: Room) -> None:
    while room.app.screen is not room.screen:
        room.app.pop_screen()
        await room.settles()


def _texts(form: Form) -> list[Input | TextArea]:
    """The fields of a form that take text."""
    return [widget for widget in focusable(form) if isinstance(widget, Input | TextArea)]


def _text(widget: Input | TextArea) -> str:
    return widget.value if isinstance(widget, Input) else widget.text


async def _write(room: Room, widget: Input | TextArea, text: str) -> None:
    if isinstance(widget, Input):
        widget.value = text
    else:
        widget.load_text(text)
    await room.settles()


async def test_the_keys_of_a_form_stay_in_view_when_its_last_line_grows(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 24)) as room:
        await room.presses("escape", "n")
        room.shows("Tab next field")
        await room.presses("8")
        room.shows("A gate is not met", "choose an accepted", "Tab next field")
        await room.presses("escape", "t", "enter")
        await room.pastes("EU is at 12% and dana owns it, " * 60)
        room.shows("logs a task: EU is at 12%", "…", ", back in 10m", "Tab next field")


SECRET_LINE = f"rotate {SECRET}"


async def test_a_second_enter_that_nobody_pressed_as_an_answer_is_none(tmp_path: Path) -> None:
    """Both were typed before the question was on the screen."""

    async def twice(room: Room) -> None:
        for key in [events.Key("enter", "\r"), events.Key("enter", "\r")]:
            room.app.post_message(key)
        await room.settles()

    async with console(tmp_path) as room:
        before = room.state.events
        await room.types(SECRET_LINE)
        await twice(room)
        assert (room.state.events, room.line) == (before, SECRET_LINE)
        assert ASKS in room.hint
        await room.presses("enter")
        assert room.last.text == SECRET_LINE
        await room.presses("alt+t")
        await _write(room, room.app.screen.query_one("#field-text", Input), SECRET_LINE)
        await twice(room)
        room.shows(ASKS)
        assert not tasks_of(room.state)
        await room.presses("enter")
        assert len(tasks_of(room.state)) == 1


async def test_a_key_that_bounces_is_no_answer(tmp_path: Path) -> None:
    async with console(tmp_path, reading_s=3600) as room:
        before = room.state.events
        await room.types(SECRET_LINE)
        await room.presses("enter", "enter")
        assert room.state.events == before
        await room.presses("ctrl+u", "alt+t")
        await _write(room, room.app.screen.query_one("#field-text", Input), SECRET_LINE)
        await room.presses("enter", "enter")
        assert room.state.events == before


async def test_a_section_of_the_postmortem_asks_before_a_secret_is_saved(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("escape", "P", "enter", "enter")
        await _write(room, room.app.screen.query_one("#pm-edit", TextArea), f"It was {SECRET}.")
        await room.presses("ctrl+s")
        room.shows(ASKS)
        assert not postmortem_of(room.state).sections
        await room.presses("ctrl+s")
        assert SECRET in postmortem_of(room.state).sections["summary"].value


async def test_words_of_a_form_that_was_left_come_back_selected_and_only_to_what_they_were_for(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+t", *"old", "escape", "alt+t")
        room.shows("What you typed before is back")
        await room.presses(*"new")
        room.shows("logs a task: new")
        await room.presses("escape", "alt+n", "1", "tab")
        await room.keys_in("over and out")
        await room.presses("escape", "alt+n")
        room.hides("over and out")
        await room.presses("1")
        room.shows("over and out")


async def test_a_task_in_its_form_is_read_as_in_the_prompt(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+t")
        await room.keys_in("@dana 5m verify the binlog diff")
        await room.presses("enter")
        (task,) = open_tasks(room.state)
        assert (task.owner, task.text, task.due_at) == ("dana", "verify the binlog diff", START + timedelta(minutes=5))


async def test_a_slash_line_that_lacks_something_goes_on_in_its_form(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/snooze public until 15:00")
        await room.keys_in("the vendor calls back")
        await room.presses("enter")
        assert room.last.text == "First public post snoozed to 15:00 UTC: the vendor calls back"
        await room.logs("/task @kai by 14:20")
        await room.keys_in("check the lag")
        await room.presses("enter")
        (task,) = open_tasks(room.state)
        assert (task.owner, task.due_at) == ("kai", START + timedelta(minutes=20))


async def test_a_line_typed_ahead_of_a_form_is_not_taken_for_what_the_form_is_about(tmp_path: Path) -> None:
    async with console(tmp_path, reading_s=60) as room:
        await room.logs("/snooze public 5m")
        await room.keys_in("web is back in EU1")
        await room.presses("enter")
        room.shows("You typed this before the form could be read.")
        assert room.last.kind == "declared"
        await room.presses("escape")
        await room.logs("cpu is at 40 %")
        await room.presses("alt+e")
        await room.keys_in("web is back")
        await room.presses("enter")
        room.shows("You typed this before the form could be read.")
        assert room.last.text == "cpu is at 40 %"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_most_urgent_countdown_is_seen_over_every_form(tmp_path: Path, size: tuple[int, int]) -> None:
    async with console(tmp_path, size=size, config=tmp_path) as room:
        await prepare(room)
        of_another: tuple[type[Form], ...] = (DeclareDialog, PlanDialog)
        for kind in dict.fromkeys((*some(FORMS, 8, "countdowns"), *of_another)):
            form, _ = await opened(room, kind)
            await room.ticks(seconds=7)
            owed = most_urgent(open_clocks(room.state, room.clock()), room.clock()).plain
            assert form.query_one("#dialog-head", Cell).words.endswith(owed), kind
            room.shows(f"{room.ref} {owed}" if kind in of_another else owed)
            form.dismiss(None)
            await room.settles()


async def test_the_next_update_is_promised_for_a_time_of_day_too(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/update internal")
        await room.presses("tab", "tab", *"at 14:40")
        room.shows("posts the internal update, logged and copied only, next at 14:40")
        await room.presses("ctrl+s")
        assert room.hint.endswith(", next at 14:40")
        assert updates_of(room.state)[-1].next_at == START + timedelta(minutes=40)


async def test_me_is_whoever_types(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+r", *"me", "enter")
        assert holder_of(room.state, "ic") == "mo"
        await room.logs("/handoff me")
        assert "mo already has the role of incident commander" in room.hint
        await room.presses("ctrl+u")
        await room.logs("/role ic ana")
        await room.logs("/handoff me")
        assert "write /role ic mo" in room.hint


async def test_the_role_that_two_people_took_comes_first(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        for person in ("ana", "rui"):
            command = AssignRole(actor=person, role="ic", person=person, seen="")
            await room.app.session.submit(room.ref, command)
        await room.presses("alt+r", *"mo", "enter")
        assert (holder_of(room.state, "ic"), role_of(room.state, "ic").conflict) == ("mo", None)


async def test_the_selected_row_has_a_mark(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("first")
        room.hides("▌")
        await room.presses("escape", "up")
        room.shows("▌")


async def test_every_hint_is_read_to_its_end_in_80_columns(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 24), config=tmp_path) as room:
        await prepare(room)
        for kind in some(KINDS, 8, "hints"):
            form, _ = await opened(room, kind)
            for field in form.query(Input):
                assert cell_len(str(field.placeholder)) <= field.content_size.width, (kind, field.placeholder)
            await _leave(room)


NEAR = "tmo"
NAMED = {
    ActionDialog: "owner",
    HandoffDialog: "person",
    OwnerDialog: "person",
    RoleDialog: "person",
    TaskDialog: "owner",
}
"""The forms that take a name, each with its field."""


@pytest.mark.drawn(2)
@pytest.mark.parametrize("kind", NAMED, ids=lambda kind: kind.__name__)
async def test_a_name_that_is_a_typing_error_away_from_a_known_one_is_asked_about(
    tmp_path: Path, kind: type[Form]
) -> None:
    async with console(tmp_path, size=(120, 50), config=tmp_path) as room:
        await prepare(room)
        await room.app.session.submit(room.ref, LogEntry(actor="mo", text="asked @tom", people=("tom",)))
        form, sent = await opened(room, kind)
        form.fill({**COMPLETE.get(kind, {}), NAMED[kind]: NEAR})
        await room.settles()
        room.shows("asks first")
        await room.presses("ctrl+s")
        room.shows("“tmo” is a new name; known is tom. Enter once more does it.")
        assert not sent
        form.fill({NAMED[kind]: "Tom"})
        await room.settles()
        room.hides("asks first")
        form.fill({NAMED[kind]: NEAR})
        await room.settles()
        await room.presses("ctrl+s", "ctrl+s")
        assert len(sent) == 1


async def test_a_new_name_is_asked_about_in_the_prompt_once(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/role scribe tom")
        before = room.state.events
        for line in ("/role deputy tmo", "+ @tmo 10m check the lag"):
            await room.logs(line)
            assert "“tmo” is a new name; known is tom" in room.hint
            assert room.state.events == before
            await room.presses("ctrl+u")
        await room.logs("+ @tmo 10m check the lag")
        await room.presses("enter")
        assert tasks_of(room.state)
        await room.logs("/role deputy tmo")
        assert holder_of(room.state, "deputy") == "tmo"


async def test_a_corrected_text_is_read_as_in_the_prompt(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("audit tool restarted")
        await room.presses("alt+e")
        field = room.app.screen.query_one("#field-text", Input)
        await _write(room, field, "-15m * audit tool had a bug")
        room.shows("corrects the finding: audit tool had a bug, at 2026-11-21 13:45:00")
        await _write(room, field, "it began at 13:40")
        room.shows("corrects the note: it began at 13:40 · “13:40” stays in the text")
        await _write(room, field, "+ @rs look at it")
        room.shows("The text begins with +, for a task")
        await _write(room, field, "-15m > audit tool restarted")
        await _write(room, room.app.screen.query_one("#field-at", Input), "13:50")
        room.shows("Both the text and its field give a time")
        await _write(room, room.app.screen.query_one("#field-at", Input), "2026-11-21 14:00:00")
        await room.presses("enter")
        last = room.last
        assert (last.kind, last.text) == ("action", "audit tool restarted")
        assert last.occurred_at == START - timedelta(minutes=15)


async def test_a_text_that_began_with_a_marker_keeps_it_when_it_is_corrected(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.app.session.submit(room.ref, LogEntry(actor="mo", text="> a quot"))
        await room.presses("alt+e")
        await _write(room, room.app.screen.query_one("#field-text", Input), "> a quote")
        await room.presses("enter")
        assert (room.last.kind, room.last.text) == ("note", "> a quote")


async def test_a_change_without_a_rollback_plan_is_asked_about_and_may_get_one_later(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+a", *"failover", "enter")
        room.shows("No rollback plan is given. Enter once more does it.")
        assert not changes_of(room.state)
        await room.presses("enter")
        (change,) = changes_of(room.state).values()
        assert (change.text, change.rollback) == ("failover", "")
        await room.presses("alt+a")
        room.shows("5 Add the rollback plan: failover")
        await room.presses("tab", *"fail back", "tab", "5", "enter")
        assert room.last.text == "Rollback plan of “failover”: fail back"
        await room.logs("/change restart")
        assert "No rollback plan" in room.hint
        await room.presses("ctrl+u")
        await room.logs("/rollback-plan start the old one")
        assert [change.rollback for change in changes_in_flight(room.state)] == ["start the old one"]


async def test_an_answer_of_the_triage_that_says_nothing_is_refused_with_those_that_do(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 50)) as room:
        await room.presses("escape", "S", "enter")
        form = room.app.screen
        assert isinstance(form, ClassifyDialog)
        for id, answer, right in (
            ("users", "mostly all of them", "write 30%, all or unsure"),
            ("core", "yex", "write yes, no or unsure."),
            ("workaround", "yex", "write yes, no or unsure, or in a few words what it is"),
        ):
            form.fill({id: answer})
            await room.presses("ctrl+s")
            assert form.refused.startswith(f"“{answer}” is not an answer")
            assert right in form.refused
            form.fill({id: ""})


async def test_a_command_typed_into_what_was_just_opened_is_asked_about(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        for line, opens in product(("/close", "/resolve", "/sev SEV0", "/Done 1"), ("/escalate", "/impact")):
            await room.logs(opens)
            before = room.state.events
            await room.keys_in(line)
            await room.presses("enter")
            room.shows(f"“{line.split()[0]}” is text here, and runs nothing. Enter once more logs it.")
            assert room.state.events == before, (line, opens)
            await room.presses("escape", "i", "enter", "ctrl+u")
