"""The update's composer: a draft from its template, the last one beside it, the promise of the next, and a check."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

import msgspec
from msgspec.structs import replace
from textual import on
from textual.content import Content
from textual.widgets import Input, OptionList, Static, TextArea

from console.app.acts import with_keys
from console.app.dialogs.base import Field, FormDialog, Values
from console.app.dialogs.grounds import Cite, Draft
from console.app.here import Here
from console.app.registry import bindings
from console.app.widgets.cell import Part, text
from console.app.widgets.choice_list import Choice
from console.core.language.checks import Finding, check_update, next_doubt, says_next, title_doubt
from console.core.language.grammar import day_and_time
from console.core.language.grounds import own_sentences
from console.core.language.names import same_name
from console.core.language.text import counted, listed, one_line
from console.core.language.times import format_length, local_pair, parse_duration
from console.core.language.when import Ahead, parse_ahead, written_ahead
from console.core.log.clocks import open_clocks
from console.core.log.state import Incident
from console.core.playbook.model import AUDIENCES
from console.core.refusal import Refused
from console.core.subjects.component import components_of
from console.core.subjects.public_title import public_title
from console.core.subjects.update import PostUpdate, last_update, updates_of
from console.export.updates.redact_names import people, public_words_doubt
from console.export.updates.update import FORM_TITLES, FORMS, compose_update
from console.library.templates import Templates
from console.publish.sending.plan import Choices, Preview

DEFAULT_NEXT = timedelta(minutes=30)
NONE = ("none", "-")
MOST_SHOWN = 4
COMPLAINT_CHARS = 55
"""Of what is wrong with a target, which is told in full once the form is left."""


class _Kept(msgspec.Struct, frozen=True):
    """The values that stood in the dialog when it was left."""

    audience: str
    form: str
    next: str
    text: str

    @classmethod
    def read(cls, kept: str) -> "_Kept | None":
        try:
            draft = msgspec.json.decode(kept, type=cls)
        except (msgspec.MsgspecError, RecursionError):
            return None
        return draft if draft.audience in AUDIENCES and draft.text.strip() else None


def kept_of(command: PostUpdate, zone: tzinfo) -> str:
    """An update that was typed as a line, as the composer takes it over."""
    following = written_ahead(command.next_in, command.next_at, zone) or (NONE[0] if command.final else "30m")
    return msgspec.json.encode(_Kept(command.audience.strip().lower(), "", following, command.text)).decode()


class Posting(msgspec.Struct, frozen=True):
    """The result of the composer: the update, and where it goes; None logs it only."""

    command: PostUpdate
    choices: Choices | None = None
    previews: tuple[Preview, ...] = ()
    """The previews as they stood in the form."""
    draft: Draft | None = None
    """The draft that the text was begun from, at `drafted_at`; its sentences keep what they stand on."""
    drafted_at: datetime | None = None


Outgoing = Callable[[PostUpdate, Choices], tuple[Preview, ...]]
"""The preview of an update: what each target would get."""


class UpdateDialog(FormDialog[Posting]):
    """Whom, in which form, the text, and when the next one comes. It is copied when it is posted.

    The draft follows the audience and the form until somebody writes in it; Ctrl+R takes the draft again.
    """

    remembers = False
    place = "composer"
    BINDINGS = bindings("composer")

    def __init__(
        self,
        here: Here,
        audience: str = "",
        templates: Templates | None = None,
        kept: str = "",
        keep: Callable[[str], None] = lambda kept: None,
        outgoing: Outgoing | None = None,
        nowhere: str = "No status page set up",
        complaints: Sequence[str] = (),
        cite: Cite | None = None,
    ) -> None:
        """`keep` is given what to write down while somebody writes, and `kept` is that, from a dialog before this one.

        It outlives Esc, and a console that was killed; empty means that nothing has to be kept. With `outgoing` the
        update is published too, unless the person only logs it; without it `nowhere` says why it goes nowhere.
        `complaints` are about targets that cannot be read, and therefore get nothing. `cite` shows what a sentence
        stands on.
        """
        self._cite = cite
        self._outgoing, self._nowhere, self._complaints = outgoing, nowhere, complaints
        self._targets: dict[str, list[str]] = {}
        self._previewed: tuple[PostUpdate, Choices, tuple[Preview, ...]] | None = None
        self._keep, draft = keep, _Kept.read(kept)
        state, self._actor, now, self._zone = here
        self._here, self._state, self._now = here, state, now
        self._templates = templates or Templates(None)
        self._names, self._components = people(state), list(components_of(state))
        self._draft: Draft
        self._drafted = ""
        """The text as the template gave it; what differs from it was written by a person."""
        self._complaint = ""
        first = draft.audience if draft else audience or _first_audience(state, now)
        following = _cadence(state, first)
        self._drawn_for = (first, draft.form, draft.next) if draft else (first, "", following)
        text = self._draw(first, "", parse_duration(following), final=following in NONE)
        self._back = with_keys("Your earlier text is back; {begin_anew} drafts it again.") if draft else ""
        super().__init__(
            f"Status update of {state.ref}",
            (
                Field("audience", "To", first, choices=tuple(Choice(each, self._audience(each)) for each in AUDIENCES)),
                *((self._title_field(),) if outgoing is not None and not public_title(state).value else ()),
                Field("form", "Form", draft.form if draft else "", hint="optional: can (conditions, actions, needs)"),
                Field(
                    "next",
                    "Next update",
                    draft.next if draft else following,
                    hint="30m, 14:32, or none",
                    replace=True,
                ),
                Field("text", "Text", draft.text if draft else text, lines=8, fresh=True),
                # A page would show an update of a retrospective incident with today's time.
                *((replace(_PUBLISH, value=ONLY_LOGGED if here.state.retrospective else ""),) if outgoing else ()),
                *((replace(_SKIP, shown=self._has_several),) if outgoing else ()),
            ),
            self._result,
            self._enters,
            preview=self._whole,
            doubts=self._loud,
        )

    def _audience(self, audience: str) -> str:
        last = next(iter(reversed(updates_of(self._state, audience))), None)
        if last is None:
            return f"{audience.capitalize()}  none yet"
        return f"{audience.capitalize()}  last {local_pair(last.at, self._zone)[0]}, #{last.number}"

    # The text and what follows from the other fields

    @on(Input.Changed)
    @on(OptionList.OptionHighlighted)
    def _follow(self) -> None:
        """Draws the text anew for another audience, form or promise, unless somebody has written in it."""
        values = self.values()
        wanted = (values["audience"], values["form"].strip().lower(), values["next"].strip())
        if wanted[0] != self._drawn_for[0]:
            cadence = _cadence(self._state, wanted[0])
            if values["next"].strip() == _cadence(self._state, self._drawn_for[0]):
                self.query_one("#field-next", Input).value = cadence
                wanted = (wanted[0], wanted[1], cadence)
        if wanted != self._drawn_for:
            self._drawn_for = wanted
            if values["text"] == self._drafted:
                self.act_begin_anew()

    @on(TextArea.Changed)
    def _written(self) -> None:
        """Writes down what somebody wrote; a draft as the template gave it need not be kept."""
        if not self.resting.is_set():
            # What is being written is kept with the id of its event.
            return
        values = self.values()
        own = values["text"] != self._drafted
        kept = _Kept(values["audience"], values["form"], values["next"], values["text"])
        self._keep(msgspec.json.encode(kept).decode() if own else "")

    def carried(self) -> Values:
        """A draft as the template gave it is drawn anew, by what is so now."""
        return {id: value for id, value in super().carried().items() if id != "text" or value != self._drafted}

    def act_begin_anew(self) -> None:
        """The template's words in place of what stands there; Ctrl+Z in the text brings that back."""
        values = self.values()
        form = values["form"].strip().lower()
        self._draw(
            values["audience"],
            form if form in FORMS[values["audience"]] else "",
            self._promised(values),
            final=_is_final(values),
        )
        self._back = ""
        area = self.query_one("#field-text", TextArea)
        area.replace(self._drafted, (0, 0), area.document.end)
        area.move_cursor((0, 0))
        self._show_preview()

    def _draw(self, audience: str, form: str, promise: timedelta | None, *, final: bool) -> str:
        """Draft the text, which is then the one that what somebody wrote differs from."""

        def draft(state: Incident, now: datetime) -> tuple[str, str]:
            return compose_update(
                state, audience, now, self._zone, form=form, templates=self._templates, promise=promise, final=final
            )

        self._draft = lambda state, now: draft(state, now)[0]
        self._drafted, self._complaint = draft(self._state, self._now)
        return self._drafted

    @property
    def shown(self) -> object:
        # A draft is another with each entry: what counts of it `PostUpdate.outdated` says.
        return self._title, [row.label for field in self._fields for row in field.choices]

    def so_far(self) -> Posting:
        return Posting(self._command(self.values()))

    def act_grounds(self) -> None:
        area = self.query_one("#field-text", TextArea)
        if self._cite is not None:
            place = len(area.get_text_range((0, 0), area.cursor_location))
            self._cite(area.text, place, self._now, self._draft)

    def on_mount(self) -> None:
        self.query_one("#dialog-body").mount(Static(id="update-check", markup=False), before="#dialog-preview")

    def _show_preview(self) -> None:
        super()._show_preview()
        for cell in self.query("#update-check").results(Static):
            cell.update(self._check(self.values()).rstrip())

    def _check(self, values: Values) -> Content:
        """Below the fields, and always in view: where it goes, and what the check found."""
        parts: list[Part] = [(f"{self._back}\n", "bold")] if self._back else []
        for complaint in self._complaints:
            parts += [("▲ ", "bold $warning"), f"Gets nothing: {one_line(complaint, COMPLAINT_CHARS)}\n"]
        parts += self._goes(values)
        findings = self._findings(values)
        for finding in findings[:MOST_SHOWN]:
            parts += [("▲ ", "bold $warning"), finding.text, (f" {finding.suggestion}\n", "$muted")]
        if len(findings) > MOST_SHOWN:
            parts.append((f"  and {len(findings) - MOST_SHOWN} more\n", "$muted"))
        if not findings:
            parts += self._passed(values)
        if self._complaint:
            parts.append((f"{self._complaint}\n", "$warning"))
        if own := len(own_sentences(values["text"], self._drafted)):
            yours = counted(own, "sentence is yours", "sentences are yours")
            parts.append((with_keys(f"{yours}; {{grounds}} shows the sources of the others\n"), "$muted"))
        return text(*parts)

    def _whole(self, values: Values) -> Content:
        """The update as it will stand there, however long, and the last one to the same people."""
        parts: list[Part] = [("The whole text\n", "bold $muted"), f"{values['text'].strip()}\n"]
        last = next(iter(reversed(updates_of(self._state, values["audience"]))), None)
        if last is not None:
            parts += [(f"Last one, {local_pair(last.at, self._zone)[0]} by {last.by}: ", "bold $muted"),
                      (last.text, "$muted")]  # fmt: skip
        return text(*parts)

    def _goes(self, values: Values) -> list[Part]:
        """A line for each target: what it gets, whom it mails, and what is odd about that."""
        if self._outgoing is None:
            return [("▲ ", "bold $warning"), (f"{self._nowhere}: {UNSENT}.\n", "bold")]
        if values["publish"] == ONLY_LOGGED:
            return [("Only logged: nothing is published.\n", "bold")]
        parts: list[Part] = []
        for preview in self._previews(self._command(values), self._choices(values)):
            delivery = preview.delivery
            if delivery is None:
                parts += [("– ", "$muted"), (preview.target, "bold"), (f"  {preview.why}\n", "$muted")]
                continue
            mails = "mails subscribers" if delivery.notify else "mails nobody"
            states = ", ".join(f"{part.name or part.id} → {part.state}" for part in delivery.parts)
            shows = f"shows {preview.shows}" if preview.shows else ""
            title = f"“{one_line(delivery.title, 60)}”" if delivery.title != self._state.title.value else ""
            facts = " · ".join(filter(None, (title, delivery.status.replace("_", " "), mails, states, shows)))
            parts += [("→ ", "bold $primary"), (preview.target, "bold"), f"  {facts}\n"]
            if preview.restores_all:
                parts.append(("  It sets every component of the incident to operational.\n", "$muted"))
            for problem in preview.problems:
                if problem.stops or any(word in problem.says for word in ("component", "held by", "may hide")):
                    parts += [("  ▲ ", "bold $warning"), f"{problem.says}\n"]
        return parts or [
            ("▲ ", "bold $warning"),
            (f"No target takes {values['audience']} updates: {UNSENT}.\n", "bold"),
        ]

    def _passed(self, values: Values) -> list[Part]:
        """The words for what was checked and found in order, and for nothing else."""
        checked = "factual, no ETA promised" if values["audience"] == "public" else "factual"
        if _is_final(values):
            return [(f"✓ {checked}\n", "$success")]
        promised = self._promised(values)
        at = self._now + promised if promised is not None else None
        if doubt := next_doubt(values["text"], at, now=self._now, zone=self._zone):
            return [(f"✓ {checked}\n", "$success"), ("▲ ", "bold $warning"), (f"{doubt}\n", "")]
        if says_next(values["text"]):
            return [(f"✓ {checked}, next update stated\n", "$success")]
        return [(f"✓ {checked}; ", "$success"), ("the text does not state the next update\n", "$warning")]

    def _findings(self, values: Values) -> tuple[Finding, ...]:
        promised = self._promised(values)
        at = self._now + promised if promised is not None else None
        return check_update(
            values["text"], values["audience"], self._names, at, final=_is_final(values), components=self._components
        )

    # The command

    def _ahead(self, values: Values) -> Ahead | None:
        """The promised moment or length of the next update; None for a final one. May raise Refused."""
        if _is_final(values):
            return None
        try:
            return parse_ahead(values["next"], "next", now=self._now, zone=self._zone)
        except Refused as refused:
            raise Refused(f"{refused.reason} Write none for the final update.", "next") from refused

    def _promised(self, values: Values) -> timedelta | None:
        """So long from now; None where nothing is promised, or nobody can read what."""
        try:
            ahead = self._ahead(values)
        except Refused:
            return None
        if ahead is None or ahead.moment is None:
            return ahead.length if ahead else None
        return ahead.moment - self._now

    def _command(self, values: Values) -> PostUpdate:
        next_in, next_at, _ = self._ahead(values) or (None, None, "")
        return PostUpdate(
            actor=self._actor,
            audience=values["audience"],
            text=values["text"],
            next_in=next_in,
            next_at=next_at,
            final=_is_final(values),
            seen=last.id if (last := last_update(self._state, values["audience"])) else "",
            public_title=values.get("public_title", "") if self._titles(values) else "",
        )

    def _title_field(self) -> Field:
        """With the title that a page has already; the internal one is none where it names people or hosts."""
        sample = PostUpdate(actor=self._actor, audience="public", text="-")
        previews = self._outgoing(sample, Choices()) if self._outgoing is not None else ()
        internal = self._state.title.value
        there = {preview.delivery.title for preview in previews if preview.delivery is not None} - {internal}
        title = there.pop() if len(there) == 1 else internal
        if title == internal and title_doubt(title, self._names):
            title = ""
        return Field("public_title", "Public title", title, "what customers call it", shown=self._titles)

    def _titles(self, values: Values) -> bool:
        """The public title is asked for with the first public update."""
        return values["audience"] == "public"

    def _has_several(self, values: Values) -> bool:
        """There is more than one target, of which one may be left out."""
        return values["publish"] != ONLY_LOGGED and len(self._names_of_targets(values)) > 1

    def _names_of_targets(self, values: Values) -> list[str]:
        """Those of the audience, asked for once."""
        audience = values["audience"]
        if audience not in self._targets and self._outgoing is not None:
            sample = PostUpdate(actor=self._actor, audience=audience, text="-")
            self._targets[audience] = [preview.target for preview in self._outgoing(sample, Choices())]
        return self._targets.get(audience, [])

    def _choices(self, values: Values) -> Choices:
        notify = {"yes": True, "no": False}.get(values.get("publish", ""))
        return Choices(notify=notify, skip=frozenset(self._left_out(values)))

    def _left_out(self, values: Values, *, refuse: bool = False) -> Iterator[str]:
        """The targets that do not get it; with `refuse` one that nobody knows is refused."""
        typed = [name.strip() for name in values.get("skip", "").split(",") if name.strip()]
        known = self._names_of_targets(values) if typed else []
        for name in typed:
            fits = [each for each in known if same_name(each, name)] or [
                each for each in known if each.casefold().startswith(name.casefold())
            ]
            if len(fits) == 1:
                yield fits[0]
            elif refuse:
                none = "No target gets it; leave none out."
                raise Refused(f"Name one of {listed(known, 'or')} to leave out." if known else none, "skip")

    def _result(self, values: Values) -> Posting:
        form, audience = values["form"].strip().lower(), values["audience"]
        if form and form not in FORMS[audience]:
            forms = " or ".join(f"{name} ({FORM_TITLES[name].lower()})" for name in FORMS[audience])
            raise Refused(f"An update to {audience} is written as {forms}.", "form")
        command, choices = self._command(values), self._choices(values)
        self._here.checked(command)
        if self._outgoing is None or values["publish"] == ONLY_LOGGED:
            return Posting(command, draft=self._draft, drafted_at=self._now)
        previews = self._previews(command, choices)
        if any(preview.untitled for preview in previews):
            raise Refused(
                "Write the title that customers read; the internal one may name hosts or people.", "public_title"
            )
        if stop := next((problem.says for preview in previews for problem in preview.problems if problem.stops), ""):
            raise Refused(f"{stop} Shorten it, or choose to only log it.", "text")
        list(self._left_out(values, refuse=True))
        return Posting(command, choices, previews, self._draft, self._now)

    def _loud(self, posting: Posting) -> str:
        """Words of a public text, or of the public title, that should not be public; empty for every other text."""
        command = posting.command
        words = public_words_doubt(self._state, command.text) if command.audience == "public" else ""
        return " ".join(filter(None, (words, title_doubt(command.public_title, self._names))))

    def _enters(self, posting: Posting) -> str:
        command = posting.command
        following = "no next one is promised" if self._state.maintenance else "this is the final update"
        if command.next_in is not None:
            following = f"next in {format_length(command.next_in, exact=True)}"
        elif command.next_at is not None:
            following = f"next at {day_and_time(command.next_at, self._now, self._zone)}"
        where = "published as shown" if self._is_sent(posting) else UNSENT
        return f"posts the {command.audience} update, {where}, {following}"

    def _is_sent(self, posting: Posting) -> bool:
        """True when any target gets the update."""
        choices = posting.choices
        return choices is not None and any(
            preview.delivery is not None for preview in self._previews(posting.command, choices)
        )

    def _previews(self, command: PostUpdate, choices: Choices) -> tuple[Preview, ...]:
        """The preview of what each target would get; asked for several times at each key, and worked out once."""
        if self._outgoing is None:
            return ()
        if self._previewed is None or self._previewed[:2] != (command, choices):
            self._previewed = (command, choices, self._outgoing(command, choices))
        return self._previewed[2]


ONLY_LOGGED = "log"
UNSENT = "logged and copied only"
_SKIP = Field("skip", "Leave out this time", hint="optional: names of targets, with commas")
_PUBLISH = Field(
    "publish",
    "Publish",
    choices=(
        Choice("", "As shown below, with each target's own mail setting"),
        Choice("yes", "As shown below, and mail subscribers everywhere"),
        Choice("no", "As shown below, and mail nobody"),
        Choice(ONLY_LOGGED, "Do not publish: only log it"),
    ),
)


def _first_audience(state: Incident, now: datetime) -> str:
    """The audience whose update is due first; internal where none is due, public of a maintenance."""
    if state.maintenance:
        return "public"
    owed = [clock for clock in open_clocks(state, now) if clock.audience]
    return min(owed, key=lambda clock: clock.due_at).audience if owed else "internal"


def _cadence(state: Incident, audience: str) -> str:
    if state.phase == "over" or state.maintenance:
        return NONE[0]
    rule = state.severity_rule
    owed = timedelta(seconds=rule.update_s.get(audience, 0)) if rule else timedelta(0)
    return format_length(owed or DEFAULT_NEXT, exact=True)


def _is_final(values: Values) -> bool:
    return values["next"].strip().lower() in NONE
