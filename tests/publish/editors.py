"""Somebody at a page's own editor, who changes what a fake keeps, past its interface and past us.

Each act changes the only incident of the fake; IndexError or KeyError where there is nothing of the kind to change.
"""

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast

from msgspec.structs import replace

from console.publish.providers.uptime_kuma import joined, parted
from tests.publish.fakes import Fake
from tests.publish.fakes.matrix import MatrixFake
from tests.publish.fakes.openstatus import STATES as OPENSTATUS_STATES

WORDS, TITLE = "A cable did it.", "Two cables"


class Editor:
    """The fake keeps its incidents as JSON; a page that keeps them in another way has an editor of its own."""

    updates_at: ClassVar[str] = "updates"
    newest_first: ClassVar[bool] = False
    words_at: ClassVar[str] = "message"
    status_at: ClassVar[str] = "status"
    title_at: ClassVar[str] = "name"
    before: ClassVar[str] = ""
    """The words that the page writes before a status."""

    def __init__(self, fake: Fake) -> None:
        self.fake = fake

    @property
    def incident(self) -> Any:
        return self.fake.incidents[0]

    @property
    def part(self) -> str:
        """The component that our incident is about."""
        return next(iter(self.fake.components))

    @property
    def other(self) -> str:
        return list(self.fake.components)[1]

    def update(self, number: int) -> Any:
        """Of the updates, oldest first."""
        return self.incident[self.updates_at][:: -1 if self.newest_first else 1][number]

    def words(self, number: int) -> None:
        self.update(number)[self.words_at] = WORDS

    def longer_words(self) -> None:
        """Our words, and more of somebody's own behind them."""
        self.update(-1)[self.words_at] += f" {WORDS}"

    def removes(self, number: int) -> None:
        self.incident[self.updates_at].remove(self.update(number))

    def adds(self) -> None:
        added = {**deepcopy(self.update(-1)), "id": self.fake.new_id("99"), self.words_at: WORDS}
        self.incident[self.updates_at].insert(0 if self.newest_first else len(self.incident[self.updates_at]), added)

    def status(self) -> None:
        is_over = self.incident[self.status_at].lower().endswith("resolved")
        self.incident[self.status_at] = self.spelt("investigating" if is_over else "resolved")

    def spelt(self, status: str) -> str:
        """A status of ours as the page spells it."""
        return f"{self.before}{status.upper()}" if self.incident[self.status_at].isupper() else status

    def title(self) -> None:
        self.incident[self.title_at] = TITLE

    def component(self) -> None:
        """It is well, where it was not, or the other way round."""
        self.fake.components[self.part] = "operational" if self.fake.components[self.part] == "major" else "major"

    def other_component(self) -> None:
        """The incident is about another one as well."""
        self.incident["touched"] = [*self.incident["touched"], self.other]
        self.fake.components[self.other] = "major"

    def deletes(self) -> None:
        self.fake.forget()

    def hides(self) -> None:
        raise KeyError

    def postmortem(self) -> None:
        self.incident["postmortem"]["body"] += WORDS

    def withdraws(self) -> None:
        self.postmortem()
        self.incident["postmortem"].clear()


class Statuspage(Editor):
    updates_at, newest_first, words_at = "incident_updates", True, "body"


class IncidentIo(Editor):
    status_at = "incident_status"

    def component(self) -> None:
        self.incident["parts"][self.part] = "operational" if self.incident["parts"][self.part] == "major" else "major"

    def other_component(self) -> None:
        self.incident["parts"][self.other] = "major"


class OpenStatus(Editor):
    title_at, before = "title", "STATUS_REPORT_STATUS_"

    def component(self) -> None:
        self._impacts[-1]["impact"] = OPENSTATUS_STATES["degraded"]

    def other_component(self) -> None:
        self._impacts.append({"pageComponentId": self.other, "impact": OPENSTATUS_STATES["major"]})

    @property
    def _impacts(self) -> list[Any]:
        if self.incident["status"].endswith("RESOLVED"):
            raise KeyError("everything is well by that")
        impacts: list[Any] = self.incident["updates"][0]["componentImpacts"]
        return impacts


class BetterStack(Editor):
    title_at = "title"

    def words(self, number: int) -> None:
        self._say(number, WORDS)

    def longer_words(self) -> None:
        self._message(-1)["message"] += f" {WORDS}"

    def adds(self) -> None:
        super().adds()
        self._say(-1, WORDS)

    def status(self) -> None:
        words = self._message(-1)["message"].partition(": ")[2]
        over = self._message(-1)["message"].startswith("Resolved")
        self._message(-1)["message"] = f"{'Investigating' if over else 'Resolved'}: {words}"

    def component(self) -> None:
        self.incident["affected"][0]["status"] = "degraded"

    def other_component(self) -> None:
        self.incident["affected"] = [
            *self.incident["affected"], {"status_page_resource_id": self.other, "status": "downtime"}
        ]  # fmt: skip

    def _message(self, number: int) -> Any:
        return self.update(number)["attributes"]

    def _say(self, number: int, words: str) -> None:
        before = self._message(number)["message"].partition(":")[0]
        self._message(number)["message"] = f"{before}: {words}"


class Cachet(Editor):
    """The first message is the incident's own; both versions."""

    def update(self, number: int) -> Any:
        return [self.incident.data, *self.incident.updates][number]

    def removes(self, number: int) -> None:
        if number == 0 or not self.incident.updates:
            raise IndexError("without its first message the incident is gone")
        self.incident.updates.remove(self.update(number))

    def adds(self) -> None:
        known = self.incident.updates[-1] if self.incident.updates else {"status": self.incident.data["status"]}
        self.incident.updates.append(
            {**known, "id": self.fake.new_id("99"), "message": WORDS, "created": self.fake.now}
        )

    def status(self) -> None:
        self.incident.data["status"] = 1 if self.incident.data["status"] == 4 else 4
        if self.incident.updates:
            self.incident.updates[-1]["status"] = self.incident.data["status"]

    def title(self) -> None:
        self.incident.data["name"] = TITLE

    def other_component(self) -> None:
        raise KeyError("components are the page's, not the incident's")

    def hides(self) -> None:
        self.incident.data["visible"] = 0

    def postmortem(self) -> None:
        raise KeyError


class CachetV2(Cachet):
    def adds(self) -> None:
        super().adds()
        del self.incident.updates[-1]["created"]


class Kener(Editor):
    updates_at, words_at, title_at = "comments", "comment", "title"

    def removes(self, number: int) -> None:
        self.update(number)["gone"] = True

    def adds(self) -> None:
        super().adds()
        self.update(-1)["id"] = int(self.fake.new_id("99"))

    def status(self) -> None:
        over = self.incident["end_date_time"] is not None
        self.incident.update(end_date_time=None if over else 1, state="INVESTIGATING" if over else "RESOLVED")

    def component(self) -> None:
        self._not_over()
        self.incident["impacts"] = {} if self.incident["impacts"] else {self.part: "DOWN"}

    def other_component(self) -> None:
        self._not_over()
        self.incident["impacts"] = {**self.incident["impacts"], self.other: "DOWN"}

    def _not_over(self) -> None:
        if self.incident["end_date_time"] is not None:
            raise KeyError("it tells what was so then, and everything is well now")


class UptimeKuma(Editor):
    title_at = "title"

    def words(self, number: int) -> None:
        self._block(number, words=WORDS)

    def longer_words(self) -> None:
        self._block(-1, words=f"{parted(self.incident['content'])[1][0].words} {WORDS}")

    def removes(self, number: int) -> None:
        self._block(number)

    def adds(self) -> None:
        self.incident["content"] = f"{WORDS}\n\n{self.incident['content']}"

    def status(self) -> None:
        self.incident["active"] = self.incident["pin"] = not self.incident["active"]

    def hides(self) -> None:
        if not self.incident["active"]:
            raise KeyError("it is over")
        self.incident["pin"] = False

    def component(self) -> None:
        raise KeyError

    other_component = postmortem = component

    def _block(self, number: int, **change: str) -> None:
        """Change an update in the text, or remove it."""
        before, newest_first = parted(self.incident["content"])
        blocks = list(newest_first[::-1])
        blocks[number : number + 1 or None] = [replace(blocks[number], **change)] if change else []
        self.incident["content"] = joined(before, tuple(blocks[::-1]))


class Upptime(Editor):
    updates_at, words_at, title_at = "comments", "body", "title"

    def words(self, number: int) -> None:
        self._say(number, WORDS)

    def longer_words(self) -> None:
        self.update(-1)["body"] = self.update(-1)["body"].replace("\n\n<!--", f" {WORDS}\n\n<!--")

    def adds(self) -> None:
        self.incident["comments"].append({"id": self.fake.new_id("99"), "body": f"Identified: {WORDS}"})

    def status(self) -> None:
        self.incident["state"] = "closed" if self.incident["state"] == "open" else "open"

    def hides(self) -> None:
        self.incident["labels"] = []

    def component(self) -> None:
        raise KeyError

    other_component = component

    def _say(self, number: int, words: str) -> None:
        before, _, rest = self.update(number)["body"].partition(":")
        mark = "<!--" + rest.partition("<!--")[2] if "<!--" in rest else ""
        self.update(number)["body"] = f"{before}: {words}\n\n{mark}"


class Matrix(Editor):
    """With the bot's own token, since nobody else can change what it wrote."""

    @property
    def room(self) -> MatrixFake:
        return cast(MatrixFake, self.fake)

    def words(self, number: int) -> None:
        id = list(self.room.bodies())[number]
        event = self.room.event(id)
        assert event is not None, "it was just listed"
        head = self.room.bodies()[id].partition("\n")[0]
        new = {**event["content"], "body": f"{head}\n{WORDS}"}
        new.pop("m.relates_to", None)
        related = {"rel_type": "m.replace", "event_id": id}
        self.room.post(self.room.user, {**new, "m.new_content": new, "m.relates_to": related})

    def removes(self, number: int) -> None:
        event = self.room.event(list(self.room.bodies())[number])
        assert event is not None, "it was just listed"
        event["content"] = {}

    def adds(self) -> None:
        raise KeyError("what others write is not ours")

    longer_words = status = title = component = other_component = postmortem = adds


class Plan:
    """Somebody at a page's own editor of a planned maintenance, whose last words are `WAS`."""

    WAS = "Searches may be slow."
    one_text: ClassVar[Mapping[str, str]] = {
        "kener": "description", "openstatus": "message", "uptime-kuma": "description",
    }  # fmt: skip
    """Where pages with one text keep it."""

    def __init__(self, kind: str, fake: Fake) -> None:
        self.kind, self.fake, self._editor = kind, fake, EDITORS[kind](fake)

    @property
    def plan(self) -> Any:
        return self.fake.incidents[0]

    def _says(self, words: str) -> None:
        at = self.one_text[self.kind]
        self.plan[at] = self.plan[at].replace(self.WAS, words)

    def words(self) -> None:
        self._says(WORDS) if self.kind in self.one_text else self._editor.words(-1)

    def longer_words(self) -> None:
        self._says(f"{self.WAS} {WORDS}") if self.kind in self.one_text else self._editor.longer_words()

    def empties(self) -> None:
        if self.kind not in self.one_text:
            raise KeyError("each update has its words")
        self._says("")

    def title(self) -> None:
        if self.kind in self.one_text:
            self.plan["title"] = TITLE
        else:
            self._editor.title()

    def deletes(self) -> None:
        self.fake.forget()

    def ends_a_day_later(self) -> None:
        """Its window is longer."""
        day = timedelta(days=1)

        def later(moment: str) -> str:
            return f"{datetime.fromisoformat(moment[:16]) + day:%Y-%m-%dT%H:%M}{moment[16:]}"

        match self.kind:
            case "statuspage":
                self.plan["span"] = (self.plan["span"][0], later(self.plan["span"][1]))
            case "betterstack":
                self.plan["ends_at"] = later(self.plan["ends_at"])
            case "cachet":
                self.plan.data["completed_at"] = later(self.plan.data["completed_at"])
            case "instatus":
                self.plan["duration"] += 24 * 60
            case "kener":
                self.plan["event"]["end_date_time"] += int(day.total_seconds())
            case "openstatus":
                self.plan["to"] = later(self.plan["to"])
            case "uptime-kuma":
                self.plan["dateRange"][1] = later(self.plan["dateRange"][1])
            case _:
                raise KeyError("its times are not read")


EDITORS: dict[str, type[Editor]] = {
    "statuspage": Statuspage,
    "incident-io": IncidentIo,
    "cachet": Cachet,
    "cachet-v2": CachetV2,
    "instatus": Editor,
    "betterstack": BetterStack,
    "openstatus": OpenStatus,
    "kener": Kener,
    "uptime-kuma": UptimeKuma,
    "upptime": Upptime,
    "matrix": Matrix,
}
