"""The prompt: one line that becomes an entry, and under it what Enter will do."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from console.app.unlogged import Unlogged, UnloggedTexts, is_act, is_line
from console.app.widgets.cell import Cell, fitted, item_lines, keyed, pressable, text
from console.app.widgets.line_input import KeyedInput
from console.core.language.secrets import secret_doubt
from console.core.language.text import clean_paste, one_line
from console.core.log.erasure import TAKEN_OUT, without
from console.core.refusal import Refused
from console.store.redact import TEXTS_APART

KEEP_AFTER_S = 0.25
"""Seconds from the last keystroke until the half-typed line is written down."""

SAID_LINES = 8
"""The number of lines, at most, of a sentence that has to be read whole: what would be right stands at its end."""
SAID_CHARS = 600

WRITING_HINT = "Enter logs a line · {cancel} single keys · / commands · -4m four minutes ago"
TYPED_ELSEWHERE = "You typed this elsewhere."
SINGLE_KEYS = "  ·  {cancel} for single keys"
NOTHING_COMPLETED = "Nothing to complete here; Tab completes slash words, @people and #tags."
KEYS_HINT = "A key names what it does, Enter does it · a line goes into the prompt"

MAX_RECALLED = 200
"""Lines that Up goes back through."""
MAX_KEPT_RECALLED = 50
"""The number of those that outlive the console, at most."""


_NO_DOUBT = "", ""


class Foreseen(NamedTuple):
    """The effect of Enter on a line, in words."""

    words: str
    warns: bool = False
    """The words are shown in the warning colour."""
    doubt: str = ""
    """The sentences to be read before a second Enter does it; empty where the first one does."""


Describe = Callable[[str], Foreseen]
"""Foresees Enter with a line; Refused where it does nothing."""

Complete = Callable[[str], list[str]]
"""The words that may stand for the one that ends the text."""


class LineInput(KeyedInput):
    """The line itself."""

    def __init__(
        self, keys: Mapping[str, Callable[[], None]], pasted: Callable[[str], None], makes_way: Callable[[str], None]
    ) -> None:
        """`pasted` takes a paste.

        `makes_way` is told what the whole line is about to be replaced by; empty where it is taken away.
        """
        super().__init__(keys, id="line", placeholder="What happened?")
        self._pasted, self._makes_way = pasted, makes_way
        self.spaced_at = -1
        """Where a completion has ended with a space of its own: another one typed there adds none."""

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self._pasted(event.text)

    def replace(self, text: str, start: int, end: int) -> None:
        """Every edit of the line."""
        if start == end == self.spaced_at and text.startswith(" "):
            text = text[1:]
        self.spaced_at = -1
        if self.value and sorted((start, end)) == [0, len(self.value)]:
            if text.startswith(" "):
                # A new line does not begin with a space; who was asked for a reason goes on with the line so.
                start = end = len(self.value)
            else:
                self._makes_way(text)
        super().replace(text, start, end)

    def put(self, words: str) -> None:
        """Put words where the cursor is, in place of what is selected."""
        start, end = sorted(self.selection)
        self.replace(words, start, end)


class Prompt(Vertical):
    """The line with its hint. It keeps recall, completion, drafts, and what is not logged yet.

    That is a paste that waits for its yes, and a line that was refused, asked about or left half typed and then made
    way for another. It is named until it is logged or taken away, and Up brings it back.
    """

    @dataclass
    class Entered(Message):
        """A line to be logged or run. The prompt is empty already; give a refused line back with `restore`, and say
        with `settled` when it no longer needs keeping."""

        line: str

    @dataclass
    class Pasted(Message):
        """Several lines were pasted, or are asked for again; `settle` says that they are logged."""

        paste: Unlogged

    @dataclass
    class Scrolled(Message):
        """A page of the timeline, back (-1) or on (1)."""

        step: int

    class Followed(Message):
        """End, where the line ends already: the newest entry is wanted."""

    class Left(Message):
        """Escape: the single keys are wanted."""

    class Drafted(Message):
        """The half-typed line, or what waits, has changed and is to be kept."""

    def __init__(
        self, describe: Describe, complete: Complete, explain: Callable[[list[str]], str],
        could_read: Callable[[float], bool], recalled: list[str],
    ) -> None:  # fmt: skip
        """`could_read` says of the key at hand whether what was shown at a moment could be read before it.

        `recalled` are the lines that were entered before, the newest last; those entered here are added.
        """
        super().__init__(id="prompt")
        self.unwritable = ""
        """Why nothing can be logged, as a sentence; empty where it can."""
        self._describe, self._complete, self._explain, self._could_read = describe, complete, explain, could_read
        # Held here, so that the line can still be read while the screen is being taken down.
        self.input = LineInput(
            {
                "enter": self._enter,
                "tab": partial(self._completed, 1),
                "shift+tab": partial(self._completed, -1),
                "up": partial(self._recalled, -1),
                "down": partial(self._recalled, 1),
                "pageup": partial(self._scrolled, -1),
                "pagedown": partial(self._scrolled, 1),
                "end": self._ended,
                "escape": self._leave,
            },
            self.paste,
            self._made_way,
        )
        self._recall = recalled
        self._back = 0
        """The number of texts that Up has gone back from the line being typed."""
        self._texts: list[str] = []
        """The texts that Up goes through, the newest first."""
        self._typing = ""
        """The half-typed line that Up has put aside, which Down brings back."""
        self._held = ""
        """The half-typed line that a key's own line (`/done `) has put aside."""
        self._unlogged = UnloggedTexts()
        self._in_line: Unlogged | None = None
        """The waiting text that stands in the line, as it was or edited; None for none."""
        self._doubted = _NO_DOUBT
        """The line that Enter once more enters, and what was asked about it."""
        self._doubted_at = 0.0
        self._offered = ""
        """The line that was typed elsewhere, as it was."""
        self._lead, self._lead_at = "", 0
        """Keys that had done something before they turned out to be, perhaps, a part of the line; and where."""
        self._with_lead = ""
        """The line with them, while it is asked about."""
        self._begun = ""
        """The slash word that a key has begun last."""
        self._armed: Content | None = None
        """The words for what Enter does to something else than the line; None where it is for the line."""
        self._elsewhere = ""
        """The words for what Enter does in another line, which has the cursor; empty where none has."""
        self._at_rest = asyncio.Event()
        """Set while no line is on its way to the disk."""
        self._at_rest.set()
        self._offer: tuple[str, list[str], int] | None = None
        """Completion under way: the text before the word, the words, which one stands."""
        self._pending = False
        self._sentence_stays = False
        """The hint line holds a sentence that stays until the next keystroke."""
        self._answered_at: int | None = None
        """The number of events of the incident when that sentence answered one; None for every other sentence."""

    def compose(self) -> ComposeResult:
        with Horizontal(id="prompt-line"):
            yield Cell(id="prompt-sign")
            yield self.input
        yield Cell(id="hint")

    def on_mount(self) -> None:
        self._show_mode()

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _show_mode(self) -> None:
        """Show by a sign and the look of the line whether keys write here or act by themselves."""
        keys = not (self.input.has_focus or self._elsewhere)
        self.set_class(keys, "-keys")
        sign = ("›", "bold $accent" if self.input.has_focus else "$muted")
        self.query_one("#prompt-sign", Cell).show(pressable("prompt", " KEYS ") if keys else text(sign))
        self.refresh_hint_if_idle()

    @property
    def line(self) -> str:
        return self.input.value

    @property
    def unsent(self) -> str:
        """The half-typed line, or the one put aside: a console that ends now would lose it."""
        if self._back and (self._typing or secret_doubt(self.line)):
            # What Up brought outlives the console as an earlier line does.
            return self._held or self._typing
        return self._held or ("" if self._stands_as_it_was else self.line)

    @property
    def unlogged(self) -> str:
        """The texts that wait and those that are on their way, as a draft."""
        return self._unlogged.draft(None if self._stands_as_it_was else self._in_line)

    @property
    def _stands_as_it_was(self) -> bool:
        """True when the line is a waiting text that nobody has edited."""
        return self._in_line is not None and self._in_line.text == self.line

    @property
    def recalled(self) -> tuple[str, ...]:
        """Earlier lines, the newest last."""
        return tuple(self._recall)

    @property
    def kept_recalled(self) -> str:
        """The earlier lines that outlive the console, for a draft: no pastes, and nothing secret."""
        lines = [line for line in self._recall[-MAX_KEPT_RECALLED:] if is_line(line) and not secret_doubt(line)]
        return TEXTS_APART.join(lines)

    # What others do with it

    def place(self, line: str) -> None:
        """Put a line into the prompt as if it had been typed, without its being taken for typing."""
        with self.input.prevent(Input.Changed):
            self.input.value = line
        self.input.cursor_position = len(line)
        waiting = self._unlogged.waiting
        known = self._unlogged.named(line, waiting)
        self._in_line = known if known in waiting else None
        self._lead = self._with_lead = ""
        self._offer = None
        self.refresh_hint()
        self._keep_soon()

    def bring_back(self, draft: str) -> None:
        """Put back what was `unsent` when a console ended; several lines are those of an older version's console."""
        if "\n" in draft:
            self._unlogged.wait(Unlogged(draft))
            self.refresh_hint()
        else:
            self.place(draft)

    def bring_back_unlogged(self, draft: str, is_logged: Callable[[str], bool]) -> None:
        """Put back what was `unlogged` when a console ended, but for what was logged all the same."""
        self._unlogged.bring_back(draft, is_logged)
        self.refresh_hint()
        self._keep_soon()

    def write(self, words: str, lead: str = "") -> None:
        """Go on with a line that began elsewhere; a half-typed one waits for as long.

        `lead` are keys before it that were seen to do something: it is asked whether they are a part of the line.
        """
        if not self._end_recall():
            self._set_aside()
        self.input.focus()
        self.place(words)
        self._lead, self._lead_at = lead, 0
        self.refresh_hint()

    def follow(self, lead: str) -> None:
        """Take what is typed next for text behind a key that did something: it is asked whether that was text, too."""
        # A selected text makes way for what is typed.
        self._lead, self._lead_at = lead, min(self.input.selection)

    def offer(self, words: str, lead: str = "") -> None:
        """A text from a place without a prompt: an Enter that was meant for that place does not log it.

        A line is shown where no other stands, and selected, so that the next one typed does not run into it; it is
        asked about before it is logged. Of several it is asked how to log them. `lead` as in `write`.
        """
        if len([line for line in clean_paste(words).split("\n") if line.strip()]) > 1:
            self.paste(words)
        elif self.line:
            self._wait(Unlogged(one_line(words, len(words))))
            self.say(f"“{one_line(words, 40)}” is kept; Up brings it back.")
        else:
            self._offered = one_line(words, len(words))
            self.park(self._offered)
            self.input.focus()
            self._lead, self._lead_at = lead, 0
            self.say(f"{TYPED_ELSEWHERE} Enter asks, then logs it; another line replaces it, and Up brings it back.")

    def keep_lines(self, words: str) -> None:
        """Several lines from places without a prompt, where nobody expects a question about them: they wait."""
        lines = [line for line in clean_paste(words).split("\n") if line.strip()]
        self._wait(Unlogged("\n".join(lines)))
        self.say(f"{len(lines)} lines that you typed elsewhere are kept; Up brings them back.")

    def park(self, line: str) -> None:
        """Show a line that the next one typed replaces, and a space goes on with; it waits until it is logged."""
        waits = self._in_line or self._unlogged.named(line)
        waits.becomes(line)
        self._wait(waits)
        self.place(line)
        self.input.select_all()

    def arm(self, words: Content | None) -> None:
        """Name what Enter does to something else than the line; None: Enter is for the line again."""
        self._armed = words
        self.refresh_hint()

    def settled(self, line: str) -> None:
        """An entered line is on the disk, or has been given back: it is no longer on its way."""
        on_way = self._unlogged.sent
        sent = self._unlogged.named(line, on_way)
        if sent in on_way:
            on_way.remove(sent)
            self._keep_soon()
        if not on_way:
            self._at_rest.set()

    def decided(self, line: str, event_id: str) -> None:
        """The event that logs an entered line is about to be written."""
        self._unlogged.named(line, self._unlogged.sent).event_id = event_id

    def give_way(self, words: str) -> None:
        """Another line has the cursor, where Enter does what the words say; empty once none has."""
        self._elsewhere = words
        self._show_mode()

    async def rest(self) -> None:
        """Until every key typed so far has been read, and every line entered is on the disk or given back."""
        for node in self.input.ancestors_with_self:
            reached = asyncio.Event()
            node.call_later(reached.set)
            await reached.wait()
        await self._at_rest.wait()

    def begin(self, line: str) -> None:
        """Start a line for a key (`/done `); a half-typed one is put aside and comes back afterwards."""
        acts = is_act(self.line)
        if self._end_recall():
            pass  # Up brings it again.
        elif self._in_line is not None or (acts and " " in self.line.strip()):
            self._set_aside()
        elif self.line.strip() and not acts:
            self._held = self.line
        self._begun = line
        self.place(line)
        self.input.focus()

    def restore(self, line: str, reason: str) -> None:
        """Give a refused line back with the reason; when another has been begun, Up brings the refused one."""
        if not self.line:
            self.park(line)
        elif self.line != line:
            self._wait(self._unlogged.named(line))
            lacks = "done" if is_act(line) else "logged"
            reason = f"Not {lacks}, Up brings it back: “{one_line(line, 40)}”. {reason}"
        self.say(reason, error=True)

    def remember(self, line: str) -> None:
        """Add a line to those that Up brings."""
        if not self._recall or self._recall[-1] != line:
            self._recall[:] = [*self._recall[1 - MAX_RECALLED :], line]
        self._end_recall()

    def forget(self) -> None:
        """Drop all lines that Up would bring."""
        self._unlogged.waiting.clear()
        self._recall.clear()
        self._back, self._typing = 0, ""

    def take_out(self, words: Collection[str]) -> bool:
        """Take words that a redaction erased out of the line and of what waits; whether any stood there."""
        self._end_recall()
        before = self.line, self._held, self._typing, self._with_lead, *(each.text for each in self._unlogged.waiting)
        after = tuple(without(kept, words) for kept in before)
        if after == before:
            return False
        line, self._held, self._typing, self._with_lead, *waiting = after
        in_line = self._in_line
        for each, left in zip(self._unlogged.waiting, waiting, strict=True):
            each.becomes(left)
        if line != before[0]:
            self.place(line)
            self._in_line = in_line
        self._doubted = _NO_DOUBT
        self.say(TAKEN_OUT, error=True)
        return True

    def say(self, words: str, *, error: bool = False) -> None:
        """A sentence on the hint line, until the next keystroke."""
        self._sentence_stays, self._answered_at = True, None
        self._hint(text((one_line(words, SAID_CHARS), "bold $warning" if error else "$success")), lines=SAID_LINES)

    def acknowledge(self, words: str, events: int, *, of_line: bool = False) -> None:
        """`say`, unless the next line is under way already and its own hint matters more.

        `events` is how many the incident has now; `of_line` says that a line was written. The reason for which another
        line was refused gives way to what a key or a form has done, or it would read as the answer to that.
        """
        untouched = bool(self.line) and self.input.selected_text == self.line
        if words and (not self.line or (untouched and not of_line)):
            self.say(" · ".join(filter(None, (words, self._unlogged.words(self._in_line)[0]))))
            self._answered_at = events

    def overtaken(self, events: int) -> None:
        """Take an answer away that was given when the incident had fewer events: more has happened since."""
        if self._sentence_stays and self._answered_at is not None and self._answered_at < events:
            self.refresh_hint()

    def refresh_hint_if_idle(self) -> None:
        """`refresh_hint`, unless a sentence or a completion stands there that must be read first."""
        if not self._sentence_stays and self._offer is None:
            self.refresh_hint()

    def refresh_hint(self) -> None:
        """Show what Enter will do with the line as it is."""
        self._sentence_stays = False
        waits = self._unlogged.words(self._in_line)
        if self._armed is not None:
            self._hint(self._armed, lines=SAID_LINES)
        elif self._elsewhere:
            self._hint(keyed(self._elsewhere, "$muted"))
        elif any(waits) and not self.line.strip():
            self._hint(text((": ".join(waits), "bold $warning")))
        elif not self.input.has_focus and not self.line.strip():
            self._hint(text((KEYS_HINT, "$muted")))
        elif not self.line.strip():
            self._hint(text((self.unwritable, "$muted")) if self.unwritable else keyed(WRITING_HINT, "$muted"))
        else:
            try:
                foreseen = self._foresee(self.line)
            except Refused as refused:
                self._hint(text((one_line(refused.reason, 400), "$warning")))
            else:
                asks = not self._has_asked(self.line, foreseen.doubt)
                words = f"asks first: {one_line(foreseen.doubt, 200)}" if asks else foreseen.words
                style = "$warning" if foreseen.warns else "$muted"
                waiting = text((f"  ·  {': '.join(waits)}", "bold $warning"))
                rest = waiting if any(waits) else keyed(SINGLE_KEYS, "$faint")
                does = text((f"Enter {words}", style))
                fits = does.cell_length + rest.cell_length <= self._hint_width
                self._hint(does + rest if fits or any(waits) else does)

    @property
    def _hint_width(self) -> int:
        return max(12, self.app.size.width - 4)

    def _hint(self, content: Content, lines: int = 1) -> None:
        """Show the content on at most `lines` lines; on one while somebody types, so that nothing above moves."""
        width = self._hint_width
        lines = max(1, min(lines, self.app.size.height - 3))
        folded = item_lines(content, width) if lines > 1 else [content]
        kept = [*folded[: lines - 1], Content(" ").join(folded[lines - 1 :]).truncate(width, ellipsis=True)]
        self.query_one("#hint", Cell).show(Content("\n").join(line for line in kept if line.plain))

    def paste(self, pasted: str, *, elsewhere: bool = False) -> None:
        """One line goes to the cursor; of several it is asked how to log them.

        From `elsewhere` it replaces a half-typed line, which waits.
        """
        lines = [line for line in clean_paste(pasted).split("\n") if line.strip()]
        if len(lines) == 1 and elsewhere:
            self.write(lines[0])
        elif len(lines) == 1:
            self.input.put(lines[0])
        elif lines:
            self._unlogged.forget_emptied()
            self._ask(Unlogged(clean_paste(pasted)))

    def _ask(self, paste: Unlogged) -> None:
        """Ask how to log a paste; it waits until that is settled."""
        self._wait(paste)
        self.post_message(self.Pasted(paste))

    def hold(self, paste: Unlogged, text: str) -> None:
        """Keep a paste as it is now, also emptied while it is edited; Up brings it back."""
        paste.becomes(text)
        self._keep_soon()
        self.refresh_hint()

    def settle(self, paste: Unlogged, *, logged: bool) -> None:
        """A paste is logged, or is taken away; Up brings back what was, for as long as the console runs."""
        self._unlogged.take(paste)
        if not logged and paste.text.strip():
            self.remember(paste.text)
        self._end_recall()
        self._keep()
        self.refresh_hint()

    # What waits

    def _wait(self, waits: Unlogged) -> None:
        """It is named, and kept at once, until it is logged or taken away.

        Of a slash word the record lacks nothing where it was not done: it is an earlier line.
        """
        if is_act(waits.text):
            self._unlogged.take(waits)
            self.remember(waits.text)
        else:
            self._unlogged.wait(waits)
        self._end_recall()
        self._keep()

    def _end_recall(self) -> bool:
        """The line is no longer one that Up brought as it was: what was half typed before waits. Whether it was one."""
        back, self._back = self._back, 0
        typing, self._typing = self._typing, ""
        if back and typing.strip() and typing != self.line and typing not in self._recall:
            self._wait(self._unlogged.named(typing))
        return bool(back)

    def _set_aside(self) -> None:
        """The line makes way for another one, and waits."""
        if self.line.strip():
            waits = self._in_line or self._unlogged.named(self.line)
            waits.becomes(self.line)
            self._in_line = None
            self._wait(waits)

    def _made_way(self, words: str) -> None:
        """The whole line is replaced by what is typed, or taken away; one that has waited goes on doing so, or ends."""
        waits = self._in_line
        if waits is None:
            return
        if words.strip():
            self._set_aside()
            return
        self._in_line = None
        self._unlogged.take(waits)
        self.remember(self.line)
        self._keep()

    # What the line reports

    @on(Input.Changed, "#line")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._offer = None
        if not self.line:
            self._lead = ""
        self._end_recall()
        self.refresh_hint()
        self._keep_soon()

    def _keep_soon(self) -> None:
        if not self._pending:
            self._pending = True
            self.set_timer(KEEP_AFTER_S, self._keep)

    def _keep(self) -> None:
        self._pending = False
        self.post_message(self.Drafted())

    def _enter(self) -> None:
        line = self.line
        if not line.strip():
            return
        try:
            foreseen = self._foresee(line)
        except Refused as refused:
            lead = f" {self._lead_words(line)}" if self._lead else ""
            self._park_led(line)
            self.say(f"{refused.reason}{lead}", error=True)
            return
        doubt = foreseen.doubt
        if not self._has_asked(line, doubt):
            self._doubted, self._doubted_at = (line, doubt), monotonic()
            self._park_led(line)
            again = "logs it" if foreseen.words.startswith("logs") else "does it"
            self.say(f"{doubt} Enter once more {again}.", error=True)
            return
        if doubt and not self._could_read(self._doubted_at):
            return
        self._doubted, self._offered = _NO_DOUBT, ""
        self.remember(line)
        sent, self._in_line = self._in_line or self._unlogged.named(line, self._unlogged.waiting), None
        sent.becomes(line)
        self._unlogged.send(sent)
        self._at_rest.clear()
        held, self._held = self._held, ""
        self.place(held)
        self.post_message(self.Entered(line))

    def _has_asked(self, line: str, doubt: str) -> bool:
        """True where all of the doubt stood in the question that was asked about the line; also without a doubt."""
        asked_about, question = self._doubted
        return not doubt or (line == asked_about and doubt in question)

    def _foresee(self, line: str) -> Foreseen:
        """The effect of Enter on the line; Refused where it does nothing."""
        foreseen = self._describe(line)
        lead = self._lead_words(line) if self._lead else ""
        # The key before the line is dealt with once it was asked about, and what was asked behind it stands as it was.
        doubts = lead, foreseen.doubt, TYPED_ELSEWHERE if line == self._offered else ""
        return foreseen._replace(doubt=" ".join(filter(None, doubts)))

    def _lead_words(self, line: str) -> str:
        if self._lead_at:
            return f"“{self._lead}” was a key press; Up makes the line “{one_line(self._led(line), 40)}”."
        return f"“{self._lead}” was a key press before this line and is left out; Up adds it in front."

    def _park_led(self, line: str) -> None:
        """`park`; Up brings the line with the key that was perhaps a part of it."""
        with_lead = self._led(line) if self._lead else ""
        self.park(line)
        if with_lead:
            self.remember(with_lead)
            self._with_lead = with_lead

    def _led(self, line: str) -> str:
        """The line with the key that was perhaps a part of it, and without the slash word that this key has begun."""
        before, behind = line[: self._lead_at], line[self._lead_at :]
        return f"{before if before != self._begun else ''}{self._lead}{behind}"

    def _leave(self) -> None:
        if self._held:
            held, self._held = self._held, ""
            self.place(held)
        self.post_message(self.Left())

    def _recalled(self, step: int) -> None:
        """Up and Down: lines that are not logged come first, then pastes, then earlier lines."""
        if self._with_lead and step < 0:
            line = self._with_lead
            self.park(line)
            self.refresh_hint()
            return
        self._unlogged.forget_emptied()
        if self._back == 0:
            waiting = sorted((each.text for each in self._unlogged.waiting if each is not self._in_line), key=is_line)
            # That which stands in the line already would answer the key with nothing.
            earlier = self._recall[: -1 if self._recall[-1:] == [self.line] else None]
            self._texts = [*(line for line in earlier if line not in waiting), *waiting]
            self._typing = self.line
            if self._in_line is not None and self.line.strip():
                self._in_line.becomes(self.line)
        back = self._back - step
        if not 0 <= back <= len(self._texts):
            return
        words = self._texts[-back] if back else self._typing
        if is_line(words):
            self.place(words)
            self._back = back
        else:
            self._ask(self._unlogged.named(words))

    def _scrolled(self, step: int) -> None:
        self.post_message(self.Scrolled(step))

    def _ended(self) -> None:
        if self.input.cursor_position < len(self.line) or not self.input.selection.is_empty:
            self.input.action_end()
        else:
            self.post_message(self.Followed())

    def _completed(self, step: int) -> None:
        if self._offer is not None:
            head, words, chosen = self._offer
            chosen = (chosen + step) % len(words)
        else:
            before = self.line[: self.input.cursor_position]
            words, chosen = self._complete(before), 0
            if not words:
                if before.strip() and not before.endswith(" "):
                    # Typed between two words of a sentence, it keeps them apart.
                    with self.input.prevent(Input.Changed):
                        self.input.put(" ")
                    self.input.spaced_at = self.input.cursor_position
                    self._keep_soon()
                self.say(NOTHING_COMPLETED, error=True)
                return
            head = before[: len(before) - len(before.rpartition(" ")[2])]
        behind = self.line[self.input.cursor_position :]
        only, waits = len(words) == 1, self._in_line
        if only:
            behind = behind.removeprefix(" ")
        self.place(f"{head}{words[chosen]}{' ' if only else ''}{behind}")
        self._in_line = waits
        self.input.cursor_position = len(self.line) - len(behind)
        if only:
            self.input.spaced_at = self.input.cursor_position
            return
        self._offer = (head, words, chosen)
        shown = fitted(self._explain([*words[chosen:], *words[:chosen]]), max(20, self.size.width - 4))
        self._hint(text((shown, "$muted")))
