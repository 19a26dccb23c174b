"""The prompt: one line that becomes an entry, and under it what Enter will do."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from functools import partial
from time import monotonic
from typing import NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from console.app.acts import with_keys
from console.app.widgets.cell import Cell, fitted, text
from console.app.widgets.line_input import AltInput
from console.core.language.text import clean, clean_paste, one_line
from console.core.log.erasure import TAKEN_OUT, without
from console.core.refusal import Refused

KEEP_AFTER_S = 0.25
"""How long after the last keystroke the half-typed line is written down."""

SAID_LINES = 4
"""How many lines a refusal may take: it says what would be right at its end."""

WRITING_HINT = with_keys("Enter logs a line · {cancel} single keys · / commands · -4m four minutes ago")
KEYS_HINT = "A key names what it does, Enter does it · a line goes into the prompt"

RECALLED = 200
"""Lines that Up goes back through."""


class Foreseen(NamedTuple):
    """What Enter does with a line."""

    words: str
    warns: bool = False
    """It has to catch the eye."""
    doubt: str = ""
    """What has to be read before a second Enter does it; empty where the first one does."""


Describe = Callable[[str], Foreseen]
"""Foresees Enter with a line; Refused where it does nothing."""

Complete = Callable[[str], list[str]]
"""The words that may stand for the one that ends the text."""
PASTES_APART = "\x1e"
"""Between pastes in a draft: a character that no cleaned text holds."""


class LineInput(AltInput):
    """The line itself. Enter, Tab, Up, Down and Escape mean something else here than in a form.

    They are answered as the key is read and not through bindings, whose way is longer than that of letters: keys that
    arrive together, as over a slow connection, must do what they would have done one by one.
    """

    def __init__(self, keys: Mapping[str, Callable[[], None]], pasted: Callable[[str], None]) -> None:
        """`keys` says what each key by Textual's name does; `pasted` takes a paste."""
        super().__init__(id="line", compact=True, select_on_focus=False, validate_on=(), placeholder="What happened?")
        self._keys, self._pasted = keys, pasted

    def on_key(self, event: events.Key) -> None:
        does = self._keys.get(event.key)
        if does is not None:
            event.stop()
            event.prevent_default()
            does()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self._pasted(event.text)

    def put(self, words: str) -> None:
        """Put words where the cursor is, in place of what is selected."""
        start, end = sorted(self.selection)
        self.replace(words, start, end)


class Prompt(Vertical):
    """The line with its hint. It keeps recall, completion, drafts and a paste that waits for its yes."""

    class Entered(Message):
        """A line to be logged or run. The prompt is empty already; give a refused line back with `restore`, and say
        with `settled` when it no longer needs keeping."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    class Pasted(Message):
        """Several lines were pasted, or more lines while those wait; the text is `settled` once it is logged."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """Escape: the single keys are wanted."""

    class Drafted(Message):
        """The half-typed line, or the paste that waits, has changed and is to be kept."""

    def __init__(
        self,
        describe: Describe,
        complete: Complete,
        explain: Callable[[list[str]], str],
        could_read: Callable[[float], bool],
    ) -> None:
        """`could_read` says of the key at hand whether what was shown at a moment could be read before it."""
        super().__init__(id="prompt")
        self._describe, self._complete, self._explain, self._could_read = describe, complete, explain, could_read
        # Held here, so that the line can still be read while the screen is being taken down.
        self.input = LineInput(
            {
                "enter": self._enter,
                "tab": partial(self._completed, 1),
                "shift+tab": partial(self._completed, -1),
                "up": partial(self._recalled, -1),
                "down": partial(self._recalled, 1),
                "escape": self._leave,
            },
            self.paste,
        )
        self._recall: list[str] = []
        self._at = 0
        """Where Up and Down stand in the recalled lines; their number while at the line being typed."""
        self._typing = ""
        self._held = ""
        """The half-typed line that a key's own line (`/done `) has put aside."""
        self._pastes: list[str] = []
        """Pastes of several lines that are not logged yet, the newest last."""
        self._doubted = ""
        """The line with a doubt about it that Enter once more enters."""
        self._doubted_at = 0.0
        self._armed: Content | None = None
        """What Enter does to something else than the line."""
        self._sent: list[str] = []
        """Lines that were entered and are not known to be on the disk yet."""
        self._at_rest = asyncio.Event()
        """Set while there are none of those."""
        self._at_rest.set()
        self._offer: tuple[str, list[str], int] | None = None
        """Completion under way: the text before the word, the words, which one stands."""
        self._pending = False
        self._said = False
        """Whether the hint line holds a sentence that stays until the next keystroke."""

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
        """Whether one writes here or presses single keys, by a sign and another look of the line."""
        writing = self.input.has_focus
        self.set_class(not writing, "-keys")
        self.query_one("#prompt-sign", Cell).show(text(("›", "bold $accent") if writing else (" KEYS ", "")))
        self.refresh_hint_if_idle()

    @property
    def line(self) -> str:
        return self.input.value

    @property
    def unsent(self) -> str:
        """The line, or the one put aside, or lines on their way: a console that ends now would lose them."""
        return self._held or self.line or "\n".join(self._sent)

    @property
    def pasted(self) -> str:
        """The pastes of several lines that are not logged yet, for a draft."""
        return PASTES_APART.join(paste for paste in self._pastes if paste.strip())

    @property
    def recalled(self) -> tuple[str, ...]:
        """Earlier lines, the newest last."""
        return tuple(self._recall)

    @property
    def hint(self) -> str:
        return self.query_one("#hint", Cell).words

    # What others do with it

    def place(self, line: str) -> None:
        """Put a line into the prompt as if it had been typed, without its being taken for typing."""
        with self.input.prevent(Input.Changed):
            self.input.value = line
        self.input.cursor_position = len(line)
        self._offer = None
        self.refresh_hint()
        self._keep_soon()

    def bring_back(self, draft: str) -> None:
        """Put back what was `unsent` when a console ended."""
        if "\n" in draft:
            self.bring_back_pastes(draft)
        else:
            self.place(draft)

    def bring_back_pastes(self, draft: str) -> None:
        """Put back what was `pasted` when a console ended; it waits until it is asked for."""
        self._pastes += draft.split(PASTES_APART)
        self.refresh_hint()

    def write(self, words: str) -> None:
        """Go on with a line that began elsewhere, as if it had been typed here."""
        self.input.focus()
        self.input.put(words)

    def offer(self, words: str) -> None:
        """A line from a place without a prompt. It is selected, so that the next one typed does not run into it."""
        if len([line for line in clean(words).split("\n") if line.strip()]) > 1:
            self.paste(words)
            return
        words = one_line(words, len(words))
        if self.line:
            self.remember(words)
            self.say(f"“{one_line(words, 40)}” is kept; Up brings it.")
        else:
            self.park(words)
            self.say("You typed this elsewhere. Enter logs it; another line replaces it, and Up brings it back.")

    def park(self, line: str) -> None:
        """Show a line so that the next one typed replaces it; Up brings it back."""
        self.remember(line)
        self.place(line)
        self.input.select_all()

    def arm(self, words: Content | None) -> None:
        """Name what Enter does to something else than the line; None: Enter is for the line again."""
        self._armed = words
        self.refresh_hint()

    def settled(self, line: str) -> None:
        """An entered line is on the disk, or has been given back: it is no longer on its way."""
        if line in self._sent:
            self._sent.remove(line)
            self._keep_soon()
        if not self._sent:
            self._at_rest.set()

    async def rest(self) -> None:
        """Until every key typed so far has been read, and every line entered is on the disk or given back."""
        for node in self.input.ancestors_with_self:
            reached = asyncio.Event()
            node.call_later(reached.set)
            await reached.wait()
        await self._at_rest.wait()

    def begin(self, line: str) -> None:
        """Start a line for a key (`/done `); a half-typed one is put aside and comes back afterwards."""
        if self.line.strip() and not self.line.startswith("/"):
            self._held = self.line
        self.place(line)
        self.input.focus()

    def restore(self, line: str, reason: str) -> None:
        """Give a refused line back with the reason; when another has been begun, Up brings the refused one."""
        if not self.line:
            self.park(line)
        elif self.line != line:
            reason = f"Not logged, Up brings it back: “{one_line(line, 40)}”. {reason}"
        self.say(reason, error=True)

    def remember(self, line: str) -> None:
        """A line for Up."""
        if not self._recall or self._recall[-1] != line:
            self._recall = [*self._recall[1 - RECALLED :], line]
        self._at = len(self._recall)

    def forget(self) -> None:
        """Drop the lines that Up would bring: one of them may hold what was erased."""
        self._recall, self._at = [], 0

    def take_out(self, words: Collection[str]) -> bool:
        """Take words that a redaction erased out of the line and of what waits; whether any stood there."""
        before = self.line, self._held, self._typing, *self._pastes
        line, self._held, self._typing, *self._pastes = (without(text, words) for text in before)
        if (line, self._held, self._typing, *self._pastes) == before:
            return False
        if line != before[0]:
            self.place(line)
        self._doubted = ""
        self.say(TAKEN_OUT, error=True)
        return True

    def say(self, words: str, *, error: bool = False) -> None:
        """A sentence on the hint line, until the next keystroke."""
        self._said = True
        self._hint(text((one_line(words, 400), "bold $warning" if error else "$success")), lines=SAID_LINES)

    def acknowledge(self, words: str) -> None:
        """`say`, unless the next line is under way already and its own hint matters more."""
        if words and not self.line:
            self.say(" · ".join(filter(None, (words, self._not_logged()))))

    def refresh_hint_if_idle(self) -> None:
        """`refresh_hint`, unless a sentence or a completion stands there that must be read first."""
        if not self._said and self._offer is None:
            self.refresh_hint()

    def refresh_hint(self) -> None:
        """What Enter will do with the line as it is."""
        self._said = False
        if self._armed is not None:
            self._hint(self._armed, lines=SAID_LINES)
        elif self._not_logged() and not self.line.strip():
            self._hint(text((f"{self._not_logged()}: Up brings it back", "bold $warning")))
        elif not self.input.has_focus and not self.line.strip():
            self._hint(text((KEYS_HINT, "$muted")))
        elif not self.line.strip():
            self._hint(text((WRITING_HINT, "$muted")))
        else:
            try:
                foreseen = self._describe(self.line)
            except Refused as refused:
                self._hint(text((one_line(refused.reason, 400), "$warning")))
            else:
                asks = bool(foreseen.doubt) and self.line != self._doubted
                words = f"asks first: {one_line(foreseen.doubt, 200)}" if asks else foreseen.words
                style = "$warning" if foreseen.warns else "$muted"
                self._hint(text((f"Enter {words}", style), (with_keys("  ·  {cancel} for single keys"), "$faint")))

    def _forget_emptied(self) -> None:
        """Of a paste that was emptied, and left so, nothing waits any more."""
        self._pastes = [paste for paste in self._pastes if paste.strip()]

    def _not_logged(self) -> str:
        """What waits, in words; empty where nothing does."""
        waiting = [paste for paste in self._pastes if paste.strip()]
        if len(waiting) > 1:
            return f"{len(waiting)} pastes are not logged yet"
        return f"A paste of {len(waiting[0].strip().splitlines())} lines is not logged yet" if waiting else ""

    def _hint(self, content: Content, lines: int = 1) -> None:
        """Show the content on at most so many lines; while one types it is one, so that nothing above it moves."""
        width = max(12, self.app.size.width - 4)
        lines = max(1, min(lines, self.app.size.height - 3))
        folded = content.wrap(width) if lines > 1 else [content]
        kept = [*folded[: lines - 1], Content(" ").join(folded[lines - 1 :]).truncate(width, ellipsis=True)]
        self.query_one("#hint", Cell).show(Content("\n").join(line for line in kept if line.plain))

    def paste(self, pasted: str) -> None:
        """One line goes to the cursor; of several it is asked how to log them."""
        lines = [line for line in clean_paste(pasted).split("\n") if line.strip()]
        if len(lines) == 1:
            self.input.put(lines[0])
        elif lines:
            self._forget_emptied()
            self._pastes.append(clean_paste(pasted))
            self._keep_soon()
            self.post_message(self.Pasted(self._pastes[-1]))

    def hold_paste(self, pasted: str) -> None:
        """Keep the last paste as it is now, also emptied while it is edited; Up brings it back."""
        self._pastes[-1:] = [pasted]
        self._keep_soon()
        self.refresh_hint()

    def settle_paste(self) -> None:
        """The last paste is logged, or discarded."""
        del self._pastes[-1:]
        self._keep_soon()
        self.refresh_hint()

    # What the line reports

    @on(Input.Changed, "#line")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._offer = None
        self._at = len(self._recall)
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
            doubt = self._describe(line).doubt
        except Refused as refused:
            self.park(line)
            self.say(refused.reason, error=True)
            return
        if doubt and line != self._doubted:
            self._doubted, self._doubted_at = line, monotonic()
            self.park(line)
            self.say(f"{doubt} Enter once more does it.", error=True)
            return
        if doubt and not self._could_read(self._doubted_at):
            return
        self._doubted = ""
        self.remember(line)
        self._on_its_way(line)
        held, self._held = self._held, ""
        self.place(held)
        self.post_message(self.Entered(line))

    def _on_its_way(self, *lines: str) -> None:
        self._sent += lines
        self._at_rest.clear()

    def _leave(self) -> None:
        if self._held:
            held, self._held = self._held, ""
            self.place(held)
        self.post_message(self.Left())

    def _recalled(self, step: int) -> None:
        self._forget_emptied()
        if self._pastes and step < 0 and not self.line:
            self.post_message(self.Pasted(self._pastes[-1]))
            return
        at = self._at + step
        if not 0 <= at <= len(self._recall):
            return
        if self._at == len(self._recall):
            self._typing = self.line
        self._at = at
        self.place(self._typing if at == len(self._recall) else self._recall[at])

    def _completed(self, step: int) -> None:
        if self._offer is not None:
            head, words, chosen = self._offer
            chosen = (chosen + step) % len(words)
        else:
            before = self.line[: self.input.cursor_position]
            words, chosen = self._complete(before), 0
            if not words:
                return
            head = before[: len(before) - len(before.rpartition(" ")[2])]
        if len(words) == 1:
            self.place(f"{head}{words[0]} ")
            return
        self.place(head + words[chosen])
        self._offer = (head, words, chosen)
        shown = fitted(self._explain([*words[chosen:], *words[:chosen]]), max(20, self.size.width - 4))
        self._hint(text((shown, "$muted")))
