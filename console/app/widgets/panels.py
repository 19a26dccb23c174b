"""The room's side column: what is owed, who does what, the impact, what is open, and the way to the next stage."""

import re
from collections.abc import Sequence
from datetime import datetime, tzinfo

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message

from console.app.acts import BY_ID, with_keys
from console.app.presence import DOING, Seat, elsewhere, here
from console.app.widgets.cell import Cell, Part, fitted, padded, pressable, text
from console.app.widgets.countdown import STATE_GLYPH, STATE_STYLE, countdown, used_bar
from console.app.widgets.standings import alarm, standing_lines
from console.core.advice.rules import Nudge
from console.core.language.names import name_key, same_name
from console.core.language.text import counted, one_line
from console.core.language.times import due_words
from console.core.log.clocks import Clock
from console.core.log.rollcall import Present, roll_call
from console.core.log.state import Incident
from console.core.playbook.gates import gate
from console.core.subjects.change import changes_in_flight
from console.core.subjects.checklist import next_item
from console.core.subjects.component import components_of, state_words
from console.core.subjects.fix import open_fixes
from console.core.subjects.handoff import offered_handoff
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.link import link_words, links_of
from console.core.subjects.role import holder_of, roles_of
from console.core.subjects.task import open_tasks
from console.export.similar import Likely
from console.publish.sending.status import Standing

OWED_ROWS = 7
BAR_CELLS, WIDE_BAR_CELLS = 5, 10
"""Of the time used up, in a column and in a wide one."""
ROOMY = 48
LINK_ROWS = 4
OPEN_ROWS = 8
HERE_ROWS = 6
COMPONENT_SIGN = {"operational": ("●", "$success"), "degraded": ("◔", "$warning"), "partial": ("◐", "$warning"),
                  "major": ("○", "$warning"), "maintenance": ("◇", "$muted")}  # fmt: skip


class Panels(VerticalScroll):
    """The side column. It does not take the focus: everything in it has a key."""

    can_focus = False
    _seats: Sequence[Seat] = ()

    class Unfolded(Message):
        """They have come into view."""

    def __init__(self, *, writable: bool, id: str) -> None:
        """Without `writes` no key is named that would write."""
        super().__init__(id=id)
        self._writable = writable

    def compose(self) -> ComposeResult:
        for name in ("owed", "changes", "roles", "impact", "links", "open", "published", "next", "like"):
            yield Cell(id=f"{name}-panel", classes="panel")

    @property
    def width(self) -> int:
        """In cells; foreseen until it is laid out."""
        # One cell stays free before the scrollbar.
        return max(24, (self.scrollable_content_region.width or self._foreseen) - 1)

    @property
    def _foreseen(self) -> int:
        """The cells that its style sheet leaves for its lines: made for others, all would be shown a second time."""
        styles, screen = self.styles, self.app.size
        limits = styles.min_width, styles.width, styles.max_width
        width = sorted(limit.resolve(screen, screen) for limit in limits if limit is not None)[1]
        return int(width) - styles.gutter.width - styles.scrollbar_size_vertical

    def on_show(self) -> None:
        self.post_message(self.Unfolded())

    def show(
        self, state: Incident, clocks: Sequence[Clock], now: datetime, zone: tzinfo, actor: str,
        seats: Sequence[Seat] = (),
    ) -> None:  # fmt: skip
        """`clocks` are the open ones. `seats` are the other consoles that are open on this file than `actor`'s."""
        in_flight = changes(state, now, zone, self.width)
        self.query_one("#changes-panel").display = bool(in_flight)
        self._put("changes", in_flight, "CHANGES IN FLIGHT")
        self._seats = seats
        self._put("impact", impact(state, writable=self._writable))
        linked = links(state, self.width)
        self.query_one("#links-panel").display = bool(linked)
        self._put("links", linked, "LINKED INCIDENTS")
        self._put("open", open_work(state, self.width, writable=self._writable))
        self.tick(state, clocks, now, zone, actor)

    def tick(self, state: Incident, clocks: Sequence[Clock], now: datetime, zone: tzinfo, actor: str) -> None:
        """Show anew what changes with time alone."""
        self._put("owed", owed(clocks, now, zone, self.width))
        self._put("roles", roles(state, now, self.width, actor, self._seats, writable=self._writable))
        stage = next_stage(state, now, writable=self._writable)
        self._put("next", [*stage, *next_check(state, now, actor, self.width, writable=self._writable)], "NEXT STEP")

    def show_likely(self, likely: Sequence[Likely]) -> None:
        """Show the earlier incidents that it looks like; nothing at all where there are none."""
        self.query_one("#like-panel").display = bool(likely)
        self._put("like", looks_like(likely, self.width), "LOOKS LIKE")

    def show_published(self, standings: tuple[Standing, ...], now: datetime) -> None:
        """Nothing at all where nothing was published."""
        self.query_one("#published-panel").display = bool(standings)
        if standings:
            self._put("published", standing_lines(standings, now, self.width))

    def _put(self, name: str, lines: list[Content], heading: str = "") -> None:
        # What is being changed in production right now must not look like one more list.
        look = "bold $warning" if name == "changes" else "bold $muted"
        body = Content("\n").join([text((heading or name.upper(), look)), *lines])
        # What stands in it may do something else.
        self.query_one(f"#{name}-panel", Cell).show(pressable(PANEL_ACTS[name], body) if name in PANEL_ACTS else body)


PANEL_ACTS = {"changes": "change", "roles": "role", "impact": "impact", "links": "link", "open": "done",
              "like": "similar", "published": "outbox"}  # fmt: skip
"""The act of a click on each panel, the same as its key's."""
CLOCK_ACTS = {"task": "done", "fix": "done", "acknowledge": "done", "escalation": "pages", "stability": "stage",
              "resolution": "stage", "shift": "handoff", "postmortem": "postmortem",
              "action_item": "registers"}  # fmt: skip
"""The act of a click on something owed, by its kind; of any other kind it begins an update."""


def pressable_clock(clock: Clock, *parts: Part) -> Content:
    """Something owed, which a click begins to deal with."""
    return pressable(CLOCK_ACTS.get(clock.kind, "update"), *parts)


WITHDRAWN = ("withdrawn", "$muted")


def owed(clocks: Sequence[Clock], now: datetime, zone: tzinfo, width: int) -> list[Content]:
    """Open clocks, most urgent first: sign, countdown, what, the time used up, and until when.

    Words that are longer than their column take the place of the bar.
    """
    if not clocks:
        return [text(("nothing at the moment", "$muted"))]
    lines = []
    shown = [
        (clock, countdown(clock, now), fitted(due_words(clock.due_at, now, zone), 9)) for clock in clocks[:OWED_ROWS]
    ]
    digits = max(6, *(len(left) for _, left, _ in shown))
    until_cells = max(cell_len(until) for *_, until in shown)
    bar_cells, gap = (WIDE_BAR_CELLS, "  ") if width > ROOMY else (BAR_CELLS, " ")
    for clock, time_left, until in shown:
        left = f"{STATE_GLYPH[clock.state]} {time_left:>{digits}}{gap}"
        what, what_cells = one_line(clock.what, 80), width - len(left) - bar_cells - until_cells - 2
        style = STATE_STYLE[clock.state]
        if cell_len(what) > what_cells:
            named = text((padded(what, what_cells + 1 + bar_cells), style))
        else:
            used, rest = used_bar(clock, now, bar_cells)
            named = text((padded(what, what_cells), style), " ", (used, style or "$secondary"), (rest, "$faint"))
        row = text((left, style or "bold"), named, " ", (padded(until, until_cells), "$muted"))
        lines.append(pressable_clock(clock, row))
    if len(clocks) > OWED_ROWS:
        lines.append(text((f"and {len(clocks) - OWED_ROWS} more", "$muted")))
    return lines


def changes(state: Incident, now: datetime, zone: tzinfo, width: int) -> list[Content]:
    """Production changes in flight: what, since when, who, and how each is rolled back."""
    lines = []
    for change in changes_in_flight(state):
        lines.append(text(("± ", "bold $warning"), (fitted(one_line(change.text, 80), width - 2), "bold")))
        since = f", since {due_words(change.at, now, zone)}"
        lines.append(text(f"  {fitted(one_line(change.by, 30), width - 2 - len(since))}", (since, "$muted")))
        if change.rollback:
            lines.append(text("  ", (fitted(f"rollback plan: {one_line(change.rollback, 80)}", width - 2), "$muted")))
        else:
            lines.append(text("  ", ("no rollback plan", "bold $warning")))
    return lines


def _press(act: str, words: str, *, writable: bool) -> Content:
    """Words with the key of the act behind `  press` or `:`, which are left out where nothing can be written."""
    return pressable(act, (with_keys(words) if writable else re.split("  press|:", words)[0], "$muted"))


def roles(
    state: Incident, now: datetime, width: int, actor: str, seats: Sequence[Seat] = (), *, writable: bool = True
) -> list[Content]:
    """Every role of the playbook; a needed one that nobody has says how to give it. Then the other owners of tasks,
    where there is a roll call. Then who else has a console open, before this incident and elsewhere."""
    book, severity = state.playbook, state.severity_rule
    if state.withdrawn:
        return [text(WITHDRAWN)]
    if book is None:
        return [text(("unknown playbook", "$muted"))]
    lines = []
    roll = {name_key(present.person): present for present in roll_call(state, now)}
    for role in book.roles:
        holder = holder_of(state, role.id)
        needed = severity is not None and role.id in severity.roles
        name = padded(role.short, 9)
        if holder:
            style = "bold" if role.id == "ic" else ""
            lines.append(text((name, "$muted"), _heard(holder, style, roll.get(name_key(holder)), now, width - 9)))
        elif needed:
            press = _press("role", "  press {role}", writable=writable)
            lines.append(text((name, "$muted"), ("nobody", "bold $warning"), press))
        elif role.id in roles_of(state):
            lines.append(text((name, "$muted"), ("nobody", "$muted")))
    for present in roll.values():
        if not present.roles:
            tasks = padded(f"Task {' '.join(map(str, present.tasks))}", 9)
            lines.append(text((tasks, "$muted"), _heard(present.person, "", present, now, width - 9)))
    offered = offered_handoff(state)
    if offered is not None:
        if same_name(offered.person, actor):
            key = f": {BY_ID['accept'].anywhere} accepts" if writable else ""
            words = fitted(f"offered to you{key}", width - 2)
            lines.append(pressable("accept", ("⇄ ", "$warning"), (words, "bold $warning")))
        else:
            words = fitted(f"offered to {offered.person}, not accepted yet", width - 2)
            lines.append(text(("⇄ ", "$warning"), (words, "bold $warning")))
    lines = lines or [_press("role", "nobody yet  press {role}", writable=writable)]
    return [*lines, *_present(seats, state.ref, width)]


def _present(seats: Sequence[Seat], ref: str, width: int) -> list[Content]:
    """The other consoles open on this incident with their activity, then those elsewhere."""
    lines = []
    sitting, head = here(seats, ref), "Here     "
    for seat in sitting[:HERE_ROWS]:
        doing = DOING.get(seat.doing, "")
        name = padded(seat.name, max(8, width - len(head) - cell_len(doing) - 1)) if doing else seat.name
        lines.append(text((head, "$muted"), fitted(name, width - len(head)), (f" {doing}" if doing else "", "$muted")))
        head = " " * len(head)
    if len(sitting) > HERE_ROWS:
        lines.append(text(head, (f"and {len(sitting) - HERE_ROWS} more", "$muted")))
    if others := elsewhere(seats, ref):
        lines.append(text(("Elsewhere ", "$muted"), fitted(", ".join(others), width - 10)))
    return lines


def _heard(person: str, style: str, present: Present | None, now: datetime, width: int) -> Content:
    """A name, and at the end of the line when the person was last heard, where there is a roll call."""
    if present is None:
        return text((fitted(person, width), style))
    glyph = STATE_GLYPH[present.state].strip()
    heard = f"{glyph} {present.words(now)}".strip()
    look = STATE_STYLE[present.state] or "$muted"
    asks = pressable("round", (heard, look)) if present.missed else text((heard, look))
    return text((padded(person, max(4, width - cell_len(heard) - 1)), style), " ", asks)


def impact(state: Incident, *, writable: bool = True) -> list[Content]:
    lines = [text(one_line(state.impact.value, 240))] if state.impact.value else []
    for name, register in components_of(state).items():
        sign, style = COMPONENT_SIGN.get(register.value, ("?", ""))
        status = state_words(state, register.value)
        if state.phase == "over" and status != "operational":
            sign, style, status = " ", "", f"was {status}"
        lines.append(text((sign, style), " ", padded(name, 12), " ", (status, "$muted")))
    if state.withdrawn:
        return lines or [text(WITHDRAWN)]
    return lines or [_press("impact", "not described yet  press {impact}", writable=writable)]


def links(state: Incident, width: int) -> list[Content]:
    """The lines for the incident's links to others; a last one counts those left out."""
    shown = [text(fitted(one_line(link_words(link), 200), width)) for link in links_of(state)[:LINK_ROWS]]
    more = len(links_of(state)) - len(shown)
    return [*shown, *([text((f"and {more} more", "$muted"))] if more else [])]


def looks_like(likely: Sequence[Likely], width: int) -> list[Content]:
    """Earlier incidents that it looks like: what each was, what stopped it, how long, and who knew."""
    lines = []
    for number, (ref, facts) in enumerate(likely[: 2 if width > ROOMY else 1]):
        key = with_keys("  {similar} tells more") if number == 0 else ""
        lines.append(text(("≈ ", "bold $accent"), (ref, "bold"), (fitted(key, width - 2 - len(ref)), "$muted")))
        lines += [text("  ", fitted(fact, width - 2)) for fact in facts]
    return lines


def open_work(state: Incident, width: int, *, writable: bool = True) -> list[Content]:
    """Tasks with their numbers, temporary fixes, and hypotheses that nobody has ruled out."""
    rows: list[list[Part]] = []
    tasks, fixes = open_tasks(state), open_fixes(state)
    standing = [hypothesis for hypothesis in hypotheses_of(state).values() if hypothesis.verdict != "ruled_out"]
    # Only what is shown is laid out: an incident may have gathered hundreds of hypotheses.
    for task in tasks[:OPEN_ROWS]:
        owner = fitted(task.owner or "nobody", 10)
        words = padded(one_line(task.text, 80), width - 5 - len(owner))
        rows.append([(f"{task.number:>2} ", "bold $primary"), words, " ", (owner, "$muted")])
    for fix in fixes[: OPEN_ROWS - len(rows)]:
        ticket = f" {fitted(fix.ticket, 10)}" if fix.ticket else ""
        rows.append([(" ✚ ", "$accent"), fitted(one_line(fix.text, 80), width - 4 - len(ticket)), (ticket, "$muted")])
    for hypothesis in standing[: OPEN_ROWS - len(rows)]:
        sign, words = "✓" if hypothesis.verdict == "supported" else "?", one_line(hypothesis.text, 80)
        rows.append([(f" {sign} ", "$secondary"), fitted(f"{hypothesis.number} {words}", width - 4)])
    lines = [text(*row) for row in rows]
    more = len(tasks) + len(fixes) + len(standing) - len(rows)
    if more:
        lines.append(text((f"and {more} more", "$muted")))
    if state.withdrawn:
        return lines or [text(WITHDRAWN)]
    return lines or [_press("task", "no task, fix or hypothesis: {task}", writable=writable)]


def next_stage(state: Incident, now: datetime, *, writable: bool = True) -> list[Content]:
    """The stage that follows in order, and what stands in its way."""
    if state.withdrawn:
        return [text(WITHDRAWN)]
    if state.maintenance:
        return [_step(state, writable=writable)]
    book = state.playbook
    after = book.after(state.stage.value) if book else None
    if book is None or after is None:
        return [text(("this is the last stage", "$muted"))]
    place = f"  {book.stage_index(after.name) + 1} in the list"
    lines = [
        pressable("stage", (with_keys("{stage} ") if writable else "", "bold $primary"), after.title, (place, "$muted"))
    ]
    blocked = gate(state, after.name, now)
    if blocked:
        lines.append(text((blocked.partition(";")[0] + ".", "$muted")))
    return lines


def _step(state: Incident, *, writable: bool) -> Content:
    """The words for what may come next in a planned maintenance."""
    steps = {"scheduled": "begin, move or cancel it", "in_progress": "complete it, or move its end"}
    if state.stage.value not in steps:
        return text(("nothing: it is over", "$muted"))
    key = with_keys("{maintenance} ") if writable else ""
    return pressable("maintenance", (key, "bold $primary"), steps[state.stage.value])


def next_check(state: Incident, now: datetime, actor: str, width: int, *, writable: bool = True) -> list[Content]:
    """The item that the key for it checks off, and under it the list that it is of; nothing where none is left."""
    item = None if state.withdrawn else next_item(state, now, actor)
    if item is None:
        return []
    listed, following = item
    key = with_keys("{check} ") if writable else ""
    words = fitted(one_line(following.text, 80), width - len(key) - 2)
    title = fitted(one_line(listed.title, 80), width - len(key) - 2)
    return [pressable("check", (key, "bold $primary"), "□ ", words), text((" " * len(key) + "  " + title, "$muted"))]


def strip(
    state: Incident, width: int, standings: tuple[Standing, ...] = (), actor: str = "", seats: Sequence[Seat] = (),
    likely: Sequence[Likely] = (),
) -> Content:  # fmt: skip
    """The most important facts of the column in one line, for a screen without room for it.

    A handoff to `actor` has a line of its own in the room. `seats` are the other consoles that are open.
    """
    book, severity = state.playbook, state.severity_rule
    vacant = [
        role.short
        for role in (book.roles if book else ())
        if severity is not None and role.id in severity.roles and not holder_of(state, role.id)
    ]
    lacking = pressable("role", (f"no {', '.join(vacant)}" if vacant else "", "bold $warning"))
    parts: list[Part] = alarm(standings)
    offered = offered_handoff(state)
    if offered is not None and not same_name(offered.person, actor):
        parts += [(f"⇄ offered to {fitted(offered.person, 12)}", "bold $warning"), "  "]
    if in_flight := changes_in_flight(state):
        change = in_flight[-1]
        more = f" and {len(in_flight) - 1} more" if len(in_flight) > 1 else ""
        plan = "" if change.rollback else (", no rollback plan", "$warning")
        head = f"± IN FLIGHT {fitted(change.by, 12)}: "
        # Nobody is to miss a vacant role for a change in many words.
        taken = text(*parts, head, more, plan, lacking).cell_length
        words = f"{head}{fitted(one_line(change.text, 60), max(12, width - taken - 4))}{more}"
        parts += [pressable("change", (words, "bold $warning"), plan), "  "]
    if vacant:
        parts += [lacking, "  "]
    counts = (
        (len(open_tasks(state)), "task", "tasks"),
        (len(open_fixes(state)), "fix", "fixes"),
        (sum(hypothesis.verdict == "open" for hypothesis in hypotheses_of(state).values()), "hypothesis", "hypotheses"),
    )
    much = [counted(*each) for each in counts if each[0]]
    content = text(*parts)
    # What there is still room for, each whole or not at all.
    open_work = pressable("done" if much else "task", (" · ".join(much) or "nothing open", "$muted"), "  ")
    sitting = "; ".join(seat.words for seat in here(seats, state.ref))
    present = text((f"here: {fitted(sitting, 30)}  ", "$muted") if sitting else "")
    like = pressable("similar", (f"≈ like {likely[0].ref}  ", "$muted")) if likely else text()
    for part in (open_work, like, present, pressable("panels", (with_keys("{panels} panels  "), "$muted"))):
        if content.cell_length + part.rstrip().cell_length <= width:
            content = text(content, part)
    room = width - content.cell_length
    words = fitted(one_line(state.impact.value, 200), room) if room > 12 else ""
    return text(content, words)


def nudge_line(nudges: tuple[Nudge, ...], width: int) -> Content:
    """The most urgent advice in one line, and how many more there are."""
    key = BY_ID["advice"].anywhere
    more = f"  {key} {len(nudges)} pieces of advice" if len(nudges) > 1 else f"  {key} says why"
    if len(nudges[0].text) > width - len(more) - 4:
        # The advice is read whole before that there is more to it.
        more = f"  {key}"
    words = one_line(nudges[0].text, max(20, width - len(more) - 4))
    return pressable("advice", ("☞ ", "bold $accent"), (words, "bold"), (more, "$muted"))
