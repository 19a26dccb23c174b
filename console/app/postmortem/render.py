"""The texts of the postmortem's screen: its head, the rows of its list, and the text beside them."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from textual.content import Content

from console.app.acts import with_keys
from console.app.widgets.cell import Part, fitted, padded, text
from console.app.widgets.countdown import STATE_STYLE, countdown
from console.app.widgets.header import badge_style
from console.app.widgets.prose import page, wrapped
from console.core.language.checks import Finding
from console.core.language.text import counted, one_line
from console.core.log.clocks import clocks
from console.core.log.grounds import Lost
from console.core.log.state import Incident
from console.core.subjects.action_item import ActionItem, action_items_of, open_action_items
from console.core.subjects.postmortem import SECTIONS, postmortem_of
from console.export.blocks import Block, Items, Paragraph, Remark, Run, words
from console.export.postmortem.document import Origin, origins
from console.export.postmortem.drafts import GUIDE, logged_since
from console.export.postmortem.review import action_findings, missing_for_final
from console.export.postmortem.sections import Parts, by_priority, review_of, status_of

EXTRA = {"durations": "Durations", "actions": "Action items", "review": "Review"}
"""Rows of the list that are no sections."""
ROW_TITLES = {**SECTIONS, **EXTRA}

SIGN: dict[Origin, tuple[str, str, str]] = {
    "written": ("●", "$success", "written"),
    "draft": ("◐", "$muted", "draft"),
    "empty": ("○", "$muted", "empty"),
    "conflict": ("≠", "bold $warning", "twice"),
}
"""A shape, a colour and a word for where a section's text comes from."""

MAX_FINDINGS = 3


class Overview:
    """The values that the whole screen needs of one state, worked out once for it."""

    def __init__(self, state: Incident, now: datetime, zone: tzinfo) -> None:
        self.state = state
        self.parts = Parts(state, now, zone, named=False)
        self.origins = origins(state, self.parts.drafts)
        self.missing = missing_for_final(state, self.origins)


def head(state: Incident, width: int) -> Content:
    """The first line: which incident, how far the review is, whose it is."""
    owner = postmortem_of(state).owner.value
    right: list[Part] = [("POSTMORTEM  ", "$muted"), (review_of(state).upper(), "bold $primary"), "  owner "]
    right += [(fitted(one_line(owner, 60), 16), "bold") if owner else ("nobody", "bold $warning")]
    end = text(*right)
    badge = f" {state.severity.value} "
    room = width - end.cell_length - len(badge) - len(state.ref) - 5
    title = padded(one_line(state.title.value, 200), max(0, room))
    return text((badge, badge_style(state)), " ", (state.ref, "bold"), "  ", (title, "bold"), "  ", end)


def standing(view: Overview, now: datetime, width: int) -> Content:
    """The second line: how much is written, what is open, and when it is due."""
    state = view.state
    done = sum(origin in ("written", "conflict") for origin in view.origins.values())
    parts: list[Part] = [(f"{done} of {len(SECTIONS)} sections written", "" if done else "$muted")]
    late = sum(status_of(item, now) == "overdue" for item in open_action_items(state))
    count = len(open_action_items(state))
    parts.append((f"   {counted(count, 'action item')} open", "" if count else "$muted"))
    if late:
        parts += [", ", (f"■ {late} overdue", "bold $error")]
    clock = next((clock for clock in clocks(state, now) if clock.kind == "postmortem"), None)
    if clock is not None and clock.open:
        parts += ["   ", (f"due {countdown(clock, now)}", STATE_STYLE[clock.state])]
    elif clock is not None:
        parts += ["   ", ("in time" if clock.state == "kept" else "late", STATE_STYLE[clock.state] or "$warning")]
    return text(*parts) if width > 40 else text(parts[0])


def row(view: Overview, id: str, width: int) -> Content:
    """One row of the list: a sign, the section's name, and what it is."""
    state = view.state
    if id == "actions":
        count = len(open_action_items(state))
        sign, style, standing_words = ("▸", "$primary", f"{count} open" if action_items_of(state) else "none")
    elif id == "review":
        count = len(view.missing)
        sign, style, standing_words = ("✓", "$success", "ready") if not count else ("▸", "$primary", f"{count} missing")
    elif id == "durations":
        sign, style, standing_words = "▸", "$primary", ""
    else:
        sign, style, standing_words = SIGN[view.origins[id]]
    room = max(6, width - 3 - len(standing_words))
    return text(
        (f"{sign} ", style), padded(ROW_TITLES[id], room), " ", (standing_words, style if sign == "≠" else "$muted")
    )


HINTS: dict[Origin, str] = {
    "written": "Enter edits it",
    "draft": "from the log: Enter edits, {take_draft} accepts it",
    "empty": "empty: Enter writes it",
    "conflict": "two versions: Enter merges them",
}


def title(view: Overview, id: str, note: str = "") -> Content:
    """Above the text: the section's name, and what may be done with it."""
    hint = {
        "whys": "{five_whys} asks them, Enter edits",
        "actions": "{add_action} adds one, Enter goes in",
        "review": "{review} advances it",
        "durations": "",
    }
    words_beside = with_keys(note or hint.get(id) or (HINTS[view.origins[id]] if id in SECTIONS else ""))
    return text((ROW_TITLES[id].upper(), "bold"), ("   " if words_beside else "", ""), (words_beside, "$muted"))


def body(view: Overview, id: str, zone: tzinfo, width: int) -> Content:
    """The text beside the list."""
    if id == "actions":
        none = Remark(
            words(with_keys("No action item yet. Without one the same can happen again: press {add_action}."))
        )
        return page([] if action_items_of(view.state) else [none], width)
    if id == "review":
        return _missing(view.missing, width)
    if id == "durations":
        hint = Remark(words("They come from the stages; /milestone mitigated 14:32 in the room corrects one."))
        return page([*view.parts.durations(), *view.parts.promises(), hint], width)
    blocks: list[Block] = list(view.parts.section(id))
    if view.origins[id] == "written":
        blocks.append(Remark(words(_by(view.state, id, zone))))
    return page(blocks, width)


def _by(state: Incident, id: str, zone: tzinfo) -> str:
    fact = postmortem_of(state).sections[id].current
    assert fact is not None  # It is written.
    return f"{fact.by}, {fact.at.astimezone(zone):%Y-%m-%d %H:%M}"


def _missing(missing: Sequence[str], width: int) -> Content:
    if not missing:
        return text(("Nothing is missing. ", "bold $success"), with_keys("{review} makes it final."))
    head = Paragraph(words(Run("What a final one still lacks:", "strong")))
    return page([head, Items(tuple(words(sentence) for sentence in missing))], width)


def action_row(item: ActionItem, now: datetime, zone: tzinfo, width: int) -> Content:
    """One action item: its number, priority, what it is, who, by when, and a sign for how it stands."""
    status = status_of(item, now)
    sign, style = {"done": ("✓", "$success"), "overdue": ("■", "bold $error"), "open": ("○", "$muted")}[status]
    due = f"{item.due_in(zone):<10}"
    owner = fitted(one_line(item.owner or "nobody", 40), 8)
    room = max(8, width - 8 - 10 - 2 - len(due))
    return text(
        (f"{sign} ", style),
        (f"{item.number:>2} ", "bold $primary"),
        (f"{item.priority or '–':<3}", "bold" if item.priority == "P0" else ""),
        padded(one_line(item.text, 400), room),
        (f"  {padded(owner, 8)}", "" if item.owner else "$warning"),
        (f"  {due}", style if status == "overdue" else "$muted"),
    )


def ordered_actions(state: Incident) -> Sequence[ActionItem]:
    """Open ones first, each by priority."""
    return sorted(by_priority(state), key=lambda item: item.done_at is not None)


def action_note(item: ActionItem, width: int) -> Content:
    """The whole of the highlighted item, and what it lacks."""
    whole = f"{item.text}{f' — verified by: {item.verify}' if item.verify else ''}"
    return Content("\n").join([page([Paragraph(words(whole))], width), *findings(action_findings(item), width)])


def findings(all_findings: Sequence[Finding], width: int) -> list[Content]:
    """The lines for what a check found, each with the wording that it offers."""
    lines: list[Content] = []
    for finding in all_findings[:MAX_FINDINGS]:
        sentence = words(Run(one_line(finding.text, 300), "strong"), f" {one_line(finding.suggestion, 400)}")
        lines += wrapped(sentence, width, lead=("▲ ", "bold $warning"))
    if len(all_findings) > MAX_FINDINGS:
        lines.append(text((f"and {len(all_findings) - MAX_FINDINGS} more", "$muted")))
    return lines


def lost(losses: Sequence[Lost], width: int) -> list[Content]:
    """Sentences that lost a ground since they were written."""
    lines: list[Content] = []
    for loss in losses[:MAX_FINDINGS]:
        lines += wrapped(words(Run(f"It {loss.words}.", "strong")), width, lead=("▲ ", "bold $warning"))
    return lines


def since(state: Incident, id: str, width: int) -> list[Content]:
    """The line on how much was logged after a section was written; empty where nothing was.

    The draft's sentences from that are offered, never put in.
    """
    if not (count := len(logged_since(state, id))):
        return []
    many = "1 entry was" if count == 1 else f"{count} entries were"
    words_since = with_keys(f"{many} logged since: {{grounds}} shows what the draft has of it.")
    return list(wrapped(words(words_since), width, lead=("+ ", "bold $primary")))


def guide(id: str, width: int) -> Content:
    """The advice on what belongs in a section, shown while it is being written."""
    return page([Remark(words(GUIDE[id]))], width)
