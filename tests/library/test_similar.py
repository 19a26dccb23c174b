"""The rate at which incidents of one cause are found, beside the full-text index's own ranking of the same texts."""

import re
import tomllib
from functools import cache
from pathlib import Path
from statistics import mean

import msgspec

from console.core.memory.case import Case, case_of
from console.core.memory.concepts import Vocabulary
from console.core.memory.similar import Memory, digest_of
from console.core.subjects.component import SetComponent
from console.core.subjects.declaration import DescribeImpact
from console.core.subjects.hypothesis import JudgeHypothesis
from console.library.concepts import vocabulary
from console.store.sqlite import sqlite3
from tests.core.story import Story

FILE = Path(__file__).parents[1] / "core/similar_incidents.toml"
TOP = 3


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    family: str
    title: str
    impact: str
    services: tuple[str, ...]
    people: tuple[str, ...]
    log: tuple[str, ...]
    ruled_out: tuple[str, ...]
    cause: str
    stopped: str

    def words(self) -> str:
        """All that the index would hold."""
        texts = (self.title, self.impact, *self.services, *self.people, *self.log, *self.ruled_out)
        return " ".join((*texts, self.cause, self.stopped))

    def case(self, ref: str) -> Case:
        """The incident, typed and folded as any other."""
        first, *others = self.people
        story = Story(actor=first, title=self.title)
        story.does(DescribeImpact, text=self.impact)
        for service in self.services:
            story.does(SetComponent, component=service, status="major")
        for place, line in enumerate(self.log):
            story.at(3 + place).says(line.removeprefix("- "), (others or [first])[0])
        for guess in self.ruled_out:
            story.says(f"? {guess}")
            story.does(JudgeHypothesis, hypothesis=guess, verdict="ruled-out", evidence="looked at, it is not that")
        story.at(30).says(f"* {self.cause} #cause", (others or [first])[0])
        story.at(33).says(f"> {self.stopped} #stopped", first)
        case = case_of(story.state)
        assert case is not None
        return msgspec.structs.replace(case, ref=ref)


class Families(msgspec.Struct, frozen=True):
    unseen: tuple[str, ...]
    incidents: tuple[Told, ...]


@cache
def told() -> Families:
    return msgspec.convert(tomllib.loads(FILE.read_text()), Families)


@cache
def built_in() -> Vocabulary:
    return vocabulary(None)[0]


def by_ref() -> dict[str, Told]:
    return {f"{incident.family}-{place}": incident for place, incident in enumerate(told().incidents)}


@cache
def memory() -> Memory:
    cases = [incident.case(ref) for ref, incident in by_ref().items()]
    return Memory(((case, digest_of(case, built_in())) for case in cases), built_in())


def precisions(found: dict[str, list[str]]) -> dict[str, float]:
    """Of each incident the share of its family among the first three."""
    return {ref: sum(_family(other) == _family(ref) for other in others[:TOP]) / TOP for ref, others in found.items()}


def _family(ref: str) -> str:
    return ref.rpartition("-")[0]


def by_likeness() -> dict[str, list[str]]:
    digests = memory().digests
    return {ref: [like.case.ref for like in memory().like(of, {ref})] for ref, (_, of) in digests.items()}


def by_bm25() -> dict[str, list[str]]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE told USING fts5(ref UNINDEXED, words)")
    for ref, incident in by_ref().items():
        connection.execute("INSERT INTO told VALUES(?, ?)", (ref, incident.words()))
    ranked = "SELECT ref FROM told WHERE told MATCH ? ORDER BY bm25(told)"
    found = {}
    for ref, incident in by_ref().items():
        query = " OR ".join(f'"{word}"' for word in sorted(set(re.findall(r"\w+", incident.words().lower()))))
        found[ref] = [other for (other,) in connection.execute(ranked, (query,)) if other != ref]
    return found


def figures(of: dict[str, float]) -> tuple[float, float]:
    """The mean over the families that were seen while tuning, and over those that were not."""
    unseen = {ref for ref in of if _family(ref) in told().unseen}
    return mean(of[ref] for ref in of if ref not in unseen), mean(of[ref] for ref in unseen)


def test_the_set_is_large_and_hard_for_the_index_alone() -> None:
    families = {incident.family for incident in told().incidents}
    assert len(told().incidents) >= 60
    assert len(families) == 12
    assert len(families & set(told().unseen)) == 4
    for place, of in enumerate(figures(precisions(by_bm25()))):
        assert of <= 0.6, place


def test_incidents_of_one_cause_are_found() -> None:
    seen, unseen = figures(precisions(by_likeness()))
    assert seen >= 0.8
    assert unseen >= 0.8


if __name__ == "__main__":
    for name, found in (("bm25", by_bm25()), ("similar", by_likeness())):
        print(f"{name:8} precision@{TOP}: seen %.3f, unseen %.3f" % figures(precisions(found)))
