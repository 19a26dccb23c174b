"""The forms that put a past incident, or the public part of its postmortem, on pages."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from textual.content import Content

from console.app.dialogs.base import Field, FormDialog, Values
from console.app.here import Here
from console.app.widgets.cell import Part, text
from console.app.widgets.choice_list import Choice
from console.core.language.checks import title_doubt
from console.core.language.text import clean, counted, listed
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.backfill import BackfillIncident
from console.core.subjects.public_postmortem import PublishPostmortem, postmortem_due, postmortem_head
from console.core.subjects.public_title import public_title
from console.core.subjects.update import updates_of
from console.export.updates.redact_names import public_words_doubt
from console.publish.sending.afterwards import backfill_previews, postmortem_previews, shown_rows
from console.publish.sending.content import postmortem_there
from console.publish.sending.plan import Context, Preview, people


class Published(NamedTuple):
    """A past incident, or a postmortem, as its form gives it."""

    command: BackfillIncident | PublishPostmortem
    shown: tuple[Incident, Context]
    """The incident and the pages as its preview shows them."""
    notify: tuple[str, ...] = ()
    """The targets that mail it."""


class BackfillDialog(FormDialog[Published]):
    """The pages that get a past incident, and below them all that each gets, with its moments."""

    def __init__(self, here: Here, context: Context) -> None:
        """Raises Refused where no page can get it."""
        state = here.state
        first = backfill_previews(state, context, "-")
        able = [preview.target for preview in first if preview.delivery]
        if not able:
            raise Refused(" ".join(preview.why for preview in first) or "No status page gets updates for the public.")
        updates = tuple(update.id for update in updates_of(state, "public"))
        loud = public_words_doubt(state, *(update.text for update in updates_of(state, "public")))
        titled = public_title(state).value
        doubtful = title_doubt(state.title.value, people(state))
        title = Field("title", "Public title", titled or ("" if doubtful else state.title.value),
                      hint="what customers call it")  # fmt: skip

        def chosen(values: Values) -> tuple[str, ...]:
            return tuple(target for number, target in enumerate(able) if values[f"to-{number}"] == "yes")

        def build(values: Values) -> Published:
            given = values["title"].strip()
            if not given:
                raise Refused("Write the title that customers read.", "title")
            going = chosen(values)
            if not going:
                raise Refused("Choose a page that gets it, or leave this form.")
            previews = [each for each in backfill_previews(state, context, given) if each.target in going]
            stop = next((problem.says for each in previews for problem in each.problems if problem.stops), "")
            if stop:
                raise Refused(stop)
            command = BackfillIncident(actor=here.actor, targets=going, updates=updates,
                                       public_title=given if given != titled else "")  # fmt: skip
            return Published(here.checked(command), (state, context))

        def preview(values: Values) -> Content:
            going = chosen(values)
            previews = backfill_previews(state, context, values["title"].strip() or "(not written yet)")
            return _shown([each for each in previews if each.target in going or each.target not in able], context)

        pages = (Field(f"to-{number}", f"On {target}", "yes", choices=_YES_NO) for number, target in enumerate(able))
        count = counted(len(updates), "public update")
        super().__init__(
            f"Put {state.ref} on pages, as it was",
            (title, *pages),
            build,
            lambda given: f"puts {count} on {listed(given.command.targets)}, each at its own time; nobody is mailed",
            topic=state.ref,
            preview=preview,
            doubts=lambda given: " ".join(filter(None, (loud, here.doubts(given.command)))),
        )


_YES_NO = (Choice("yes", "Put it there"), Choice("no", "Leave it out"))


class PublicPostmortemDialog(FormDialog[Published]):
    """The text that customers read, and for each page what becomes of it there."""

    def __init__(self, here: Here, context: Context, draft: str) -> None:
        """`draft` is what the text begins with where no page has one. Raises Refused where no page can show one."""
        state = here.state
        first = postmortem_previews(state, context, draft)
        able = [preview.target for preview in first if preview.delivery]
        if not able:
            raise Refused(" ".join(preview.why for preview in first) or "No status page gets updates for the public.")
        postmortems = {
            target: shown
            for target in able
            if (shown := postmortem_there(context.messages.get(target, ()), coming=True))
        }
        words = next((due for target in postmortems if (due := postmortem_due(state, target))), "") or draft

        def chosen(values: Values, *ways: str) -> tuple[str, ...]:
            return tuple(target for number, target in enumerate(able) if values[f"to-{number}"] in ways)

        def build(values: Values) -> Published:
            publish, withdraw = chosen(values, "quiet", "mail"), chosen(values, "withdraw")
            if not publish and not withdraw:
                raise Refused("Choose a page that gets it, or leave this form.")
            given = values["text"].strip()
            if publish and not given:
                raise Refused("Write what customers read.", "text")
            if publish and withdraw:
                raise Refused("Publish it or take it off: leave the other pages as they are, and do that next.")
            targets = publish or withdraw
            command = PublishPostmortem(
                actor=here.actor, targets=targets, text=given if publish else "", seen=postmortem_head(state, targets)
            )
            return Published(here.checked(command), (state, context), chosen(values, "mail"))

        def says(result: Published) -> str:
            targets = listed(result.command.targets)
            act = f"publishes it on {targets}" if chosen(self.values(), "quiet", "mail") else f"takes it off {targets}"
            return f"{act}; {f'{listed(result.notify)} mails subscribers' if result.notify else 'nobody is mailed'}"

        def preview(values: Values) -> Content:
            previews = postmortem_previews(state, context, values["text"].strip(), chosen(values, "mail"))
            going = chosen(values, "quiet", "mail")
            return _shown([each for each in previews if each.target in going or each.target not in able], context)

        fields = (
            Field("text", "What customers read", words, lines=8),
            *(Field(f"to-{number}", f"On {target}", "quiet", choices=_ways(target, context, postmortems))
              for number, target in enumerate(able)),
        )  # fmt: skip
        drafted = " It is drafted from the log: read it word by word." if draft else ""
        note = f"Now on {listed(list(postmortems))}." if postmortems else f"No page shows one.{drafted}"
        super().__init__(
            f"Postmortem of {state.ref} for customers", fields, build, says, topic=state.ref, note=note,
            preview=preview, doubts=lambda given: public_words_doubt(state, self.values()["text"]),
        )  # fmt: skip


def _ways(target: str, context: Context, there: Mapping[str, object]) -> tuple[Choice, ...]:
    can = context.capabilities[target]
    rows = [Choice("quiet", "Publish it there, and mail nobody")]
    if can.mails:
        rows.append(Choice("mail", "Publish it there, and mail subscribers"))
    rows.append(Choice("no", "Leave that page as it is"))
    if target in there:
        rows.append(Choice("withdraw", "Take it off there"))
    return tuple(rows)


def _shown(previews: Sequence[Preview], context: Context) -> Content:
    """All that each page gets, letter for letter, and what there is to look at."""
    parts: list[Part] = []
    for preview in sorted(previews, key=lambda preview: preview.delivery is None):
        parts.append((f"{preview.target}\n", "bold"))
        if preview.delivery is None:
            parts.append((f"  {clean(preview.why)}\n", "$muted"))
            continue
        can = context.capabilities.get(preview.target)
        for head, words in shown_rows(preview.delivery, one_text=bool(can and can.one_text)):
            parts += [(f"  {head}{'  ' if head else ''}", "$muted"), f"{clean(words)}\n"]
        parts += [(f"- {clean(problem.says)}\n", "$warning") for problem in preview.problems]
    return text(*parts).rstrip()
