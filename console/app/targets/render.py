"""The rendering of targets: their rows in the list, and what is told of the one that is highlighted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

from textual.content import Content

from console.app.acts import with_keys
from console.app.targets.service import Given, Proof, Reach, Row
from console.app.widgets.cell import fitted, padded, text
from console.core.language.text import clean, listed
from console.core.language.times import format_length, local_pair
from console.publish.provider import Listed
from console.publish.registry import title
from console.publish.sending.message import STATUSES
from console.publish.targets.model import Target, key_variable
from console.publish.targets.proofs import OLD, proof_words
from console.publish.targets.setup import capabilities, is_mail, mail_words, unknown_components
from console.wrapping import wrap

WIDE_CELLS = 90
"""Cells from which a row also says the page, and who is mailed."""
LABEL_CELLS = 12
STATE_CELLS = 11
"""Cells of “not checked”."""

Fact = tuple[str, tuple[str, str], str]
"""A label, a sign with its style, and words."""
PLAIN = ("", "")
HOW_TO_MAP = "Enter and {choose_components} map them"


class TargetWords:
    """`proofs` are what checks have found so far, by the targets' names; it is read anew each time."""

    def __init__(self, zone: tzinfo, proofs: Mapping[str, Proof], now: Callable[[], datetime]) -> None:
        self._zone, self._proofs, self._now = zone, proofs, now

    def row(self, row: Row, longest: int, width: int, asking: str) -> Content:
        """One line of at most `width` cells. `longest` is that of the names, `asking` the target being checked."""
        name = padded(row.name, min(longest, 20))
        (sign, style), word = self._state(row, asking)
        if row.target is None:
            return text((f"{sign} ", style), (f"{name}  ", "bold"), (fitted(word, width - len(name) - 4), "$muted"))
        target = row.target
        cells = [padded(title(target.provider), 26), padded(target.audience, 9)]
        if width >= WIDE_CELLS:
            cells += [padded(mail_words(target), 12), padded(target.page or "–", 14)]
        rest = width - len(name) - 4
        while cells and rest - sum(len(cell) + 2 for cell in cells) < STATE_CELLS:
            cells.pop()
        facts = "".join(f"{cell}  " for cell in cells)
        return text((f"{sign} ", style), (f"{name}  ", "bold"), (facts, "$muted"), fitted(word, rest - len(facts)))

    def _state(self, row: Row, asking: str) -> tuple[tuple[str, str], str]:
        """The sign of a row and the words beside it: what is in the way first."""
        target = row.target
        if target is None:
            return ("■", "bold $warning"), row.fault
        if asking == row.name:
            return ("…", "$primary"), "asking"
        if not target.enabled:
            return ("–", "$muted"), "off"
        proof = self._proof(row)
        if isinstance(proof, Proof) and isinstance(proof.finding, str):
            return ("■", "bold $warning"), "failed"
        if row.keyless:
            return ("▲", "bold $warning"), "no key"
        caps = capabilities(target.provider)
        if caps is None:
            return ("■", "bold $warning"), "no provider"
        if caps.page and not target.page:
            return ("▲", "bold $warning"), "no page"
        if proof is None and row.earlier is not None:
            age = self._now() - row.earlier.at
            sign = ("▲", "bold $warning") if age > OLD else ("✓", "$success")
            return sign, f"{format_length(max(age, timedelta()))} ago"
        if proof is None:
            return ("○", "$muted"), "not checked"
        return ("✓", "$success"), f"works {local_pair(proof.at, self._zone)[0]}"

    def _proof(self, row: Row) -> Proof | None:
        """The last check of the target as it is now; None where it has not been checked as that."""
        proof = self._proofs.get(row.name)
        same = proof is not None and row.target is not None and proof.reach == Reach.of(Given(row.target))
        return proof if same else None

    def details(self, row: Row, width: int, asking: str) -> Content:
        """Everything about a target: its fields, where its key is, what the last check found; `width` in cells."""
        if row.target is None:
            return text(row.fault)
        lines: list[Content] = []
        for label, sign, words in (*self._facts(row, row.target), *self._check_facts(row, row.target, asking)):
            # What is longer than a line goes on below itself.
            wrapped = wrap(clean(words, multiline=False), max(10, width - LABEL_CELLS - 2))
            lines.append(text((padded(label, LABEL_CELLS), "$muted"), sign, wrapped[0]))
            lines += [text(" " * (LABEL_CELLS + len(sign[0])), more) for more in wrapped[1:]]
        return Content("\n").join(lines)

    def _facts(self, row: Row, target: Target) -> Iterator[Fact]:
        yield "Provider", PLAIN, title(target.provider)
        if target.page:
            yield "Page", PLAIN, target.page
        if target.url:
            yield "Address", PLAIN, target.url
        for name, value in target.options.items():
            yield name.capitalize(), PLAIN, value
        stages = "all stages" if target.statuses == STATUSES else f"only {', '.join(target.statuses) or 'none'}"
        off = "" if target.enabled else "; switched off, nothing is sent"
        beside = f", and is told of {listed(target.events)}" if target.events else ""
        yield "Gets", PLAIN, f"{target.audience} updates, {stages}{beside}{off}"
        if target.events:
            yield "Told by", PLAIN, "the console on which it was done; no other one takes that over"
        usual = f"{'subscribers' if target.notify else 'nobody'}, unless the update says so"
        yield "Mail", PLAIN, "its recipients, unless nobody is to be mailed" if is_mail(target) else usual
        if target.components:
            yield "Components", PLAIN, ", ".join(f"{ours} is {theirs}" for ours, theirs in target.components.items())
        missing = f"none: type it in with Enter, or set {key_variable(target.name)} before you start warroom"
        yield "Key", PLAIN, missing if row.keyless else row.key.removeprefix("key ")

    def _check_facts(self, row: Row, target: Target, asking: str) -> Iterator[Fact]:
        proof = self._proof(row)
        if asking == row.name:
            yield "Last check", ("… ", "$primary"), with_keys("asking; {leave} stops waiting")
        elif proof is None:
            earlier = row.name in self._proofs
            hint = (
                "changed since; {check_target} checks it again"
                if earlier
                else "never from here; {check_target} checks it"
            )
            if row.earlier is not None:
                hint = f"{proof_words(row.earlier, self._now())}; {{check_target}} checks it again"
            yield "Last check", PLAIN, with_keys(hint)
        elif isinstance(proof.finding, str):
            yield "Last check", ("■ ", "bold $warning"), f"{local_pair(proof.at, self._zone)[0]}  {proof.finding}"
        else:
            yield "Last check", ("✓ ", "$success"), f"{local_pair(proof.at, self._zone)[0]}  {proof.finding.says}"
            lost = unknown_components(target, proof.finding)
            if lost:
                yield "", ("▲ ", "bold $warning"), f"no component for {', '.join(lost)}; {with_keys(HOW_TO_MAP)}"
            yield from _listed("Its pages", proof.finding.pages, {target.page: "this one"})
            yield from _listed("It has", proof.finding.components, {id: ours for ours, id in target.components.items()})


def _listed(heading: str, rows: Sequence[Listed], ours: Mapping[str, str]) -> Iterator[Fact]:
    for number, each in enumerate(rows):
        sign = ("✓ ", "$success") if each.id in ours else ("– ", "$muted")
        known = f"is {ours[each.id]}" if each.id in ours else ""
        id = f"({each.id})" if each.id != each.name else ""
        yield "" if number else heading, sign, " ".join(filter(None, (each.name, id, each.state, known)))
