"""Pages that are reached past HTTP: a file, a mail server, and a git repository (in `bare`)."""

import json
import random
import re
import tempfile
from pathlib import Path
from typing import Any

from console.publish.provider import Provider
from console.publish.providers.file import ToFile
from console.publish.providers.smtp import Smtp
from console.publish.targets.connect import connect
from console.publish.targets.model import Target
from tests.memory import memory
from tests.publish.fakes import Fake, Seen
from tests.publish.fakes.mail import MailFake
from tests.publish.making import TARGET


class Elsewhere(Fake):
    """A page without requests: what goes wrong there is drawn when it is connected to."""

    cls: type[Provider]

    def __init__(self) -> None:
        super().__init__()
        self.chance = random.Random()
        self.share = 0.0
        """Of connections to which something happens."""

    def weather(self, seed: int, share: float) -> None:
        """Let faults happen from now on; none with a share of 0."""
        self.chance, self.share = random.Random(seed), share

    def connect(self, who: str) -> Provider:
        """The provider that publishes there, from the machine of somebody."""
        raise NotImplementedError

    def close(self) -> None:
        """It is no more."""


class FilePage(Elsewhere):
    """A file, whose folder is away now and then, and in which others leave half a line."""

    cls = ToFile

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir=memory())
        self._path = Path(self._folder.name) / "sent.jsonl"
        self._mailed_before = 0
        """Before somebody lost the file: who was mailed was mailed."""

    def connect(self, who: str) -> Provider:
        drawn = self.chance.random() / self.share if self.share else 1.0
        path = Path(self._folder.name) / "away" / "sent.jsonl" if drawn < 0.7 else self._path
        if 0.7 <= drawn < 1.0:
            with self._path.open("ab") as file:
                file.write(b'{"target": "page", "id": "cut of')
        return connect(Target(TARGET, "file", options={"path": str(path)}))

    @property
    def _lines(self) -> list[dict[str, Any]]:
        if not self._path.exists():
            return []
        # A line that was cut off has another one behind it, which begins anew.
        lines = self._path.read_text(encoding="utf-8").split("\n")
        return [json.loads(line) for line in lines if line.endswith("}")]

    def seen(self) -> list[Seen]:
        shown: dict[str, Seen] = {}
        ids: dict[str, list[str]] = {}
        for line in self._lines:
            ref, act = line["incident"], line["event"]
            seen = shown.setdefault(ref, Seen(line["title"], line["status"], [], {}, 0, {}, ref))
            known = ids.setdefault(ref, [])
            new = [line] if act == "update" else line["past"] if act == "backfill" else []
            seen.updates += [(each["status"], each["text"]) for each in new]
            known += [each["id"] for each in new]
            place = known.index(line["of"]) if line.get("of") in known else None
            if act == "take down":
                del shown[ref], ids[ref]
                continue
            if act == "edit" and place is not None:
                seen.updates[place] = (seen.updates[place][0], line["text"])
            elif act == "remove" and place is not None:
                del seen.updates[place], known[place]
            elif act in ("postmortem", "withdraw"):
                seen.postmortem = line["text"]
            seen.title, seen.status = line["title"], line["status"]
            seen.components |= {part["id"]: part["state"] for part in line["components"]}
        return list(shown.values())

    @property
    def mails(self) -> int:
        return self._mailed_before + sum(line["notify"] is True for line in self._lines)

    @mails.setter
    def mails(self, count: int) -> None:
        pass

    def forget(self) -> None:
        self._mailed_before = self.mails
        self._path.unlink(missing_ok=True)

    def close(self) -> None:
        self._folder.cleanup()


ENDS = ("drop", "drop", "drop after", "drop after", "451 4.3.0 later", "550 5.7.1 not today")
_SUBJECT = re.compile(r"(?:Re: )?(.*) \((INC-\w+)\)")


class MailPage(Elsewhere):
    """A mailbox behind a server that breaks off, before and after it keeps a mail."""

    cls = Smtp
    to = "leads@example.org"

    def __init__(self) -> None:
        super().__init__()
        self._server = MailFake()
        self._server.__enter__()

    def connect(self, who: str) -> Provider:
        self._server.ends[:] = [self.chance.choice(ENDS)] if self.chance.random() < self.share else []
        server = f"127.0.0.1:{self._server.port}"
        options = {"server": server, "security": "none", "from": "us@example.org", "to": self.to}
        return connect(Target(TARGET, "smtp", options=options))

    def seen(self) -> list[Seen]:
        shown: dict[str, Seen] = {}
        for mail in self._server.at(self.to):
            subject = _SUBJECT.fullmatch(str(mail.message["Subject"]))
            assert subject is not None, mail.message["Subject"]
            status, _, text = mail.words.partition("\n\n")
            seen = shown.setdefault(subject[2], Seen(subject[1], "", [], {}, 0, {}))
            seen.updates.append((status.lower(), text))
        return list(shown.values())

    def close(self) -> None:
        self._server.__exit__(None, None, None)
