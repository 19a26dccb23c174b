"""Linking open incidents that look like one."""

from collections.abc import Mapping

from console.app.dialogs.base import Field, FormDialog, Values
from console.app.widgets.choice_list import Choice
from console.core.language.text import listed, one_line
from console.core.memory.together import Together
from console.core.subjects.link import RELATIONS, LinkIncident

OFFERED = ("part_of", "duplicate_of", "caused_by", "related")


class TogetherDialog(FormDialog[Mapping[str, LinkIncident]]):
    """Gives the link of each incident to the oldest one, by their references."""

    def __init__(self, group: Together, titles: Mapping[str, str], linked: Mapping[str, bool], actor: str) -> None:
        """`titles` are those of the incidents; `linked` says which are linked to the oldest already."""
        first, *others = group.refs
        left = [ref for ref in others if not linked.get(ref)]

        def build(values: Values) -> Mapping[str, LinkIncident]:
            return {ref: LinkIncident(actor=actor, relation=values["relation"], other=first) for ref in left}

        def says(links: Mapping[str, LinkIncident]) -> str:
            words = RELATIONS[next(iter(links.values())).relation]
            return f"links {listed(list(links))}: {words[:1].lower()}{words[1:]} {first}"

        choices = tuple(Choice(relation, f"{RELATIONS[relation]} {first}") for relation in OFFERED)
        note = "\n".join([f"{group.words}.", *(f"{ref}  {one_line(titles.get(ref, ''), 100)}" for ref in group.refs)])
        subject = "They are" if len(left) > 1 else f"{''.join(left)} is"
        super().__init__(
            "Link incidents that look like one",
            (Field("relation", subject, OFFERED[0], choices=choices),),
            build,
            says,
            note=note,
        )
