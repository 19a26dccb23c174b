"""Cloudflare, 23 and 24 November 2023, as a room would have led it: a break-in, by the checklist for break-ins.

Published are what happened, the figures and these times (UTC): 23 November 15:58 administrator rights given, 16:00
alert, 16:12 security looks into it, 16:35 service account deactivated, 17:23 the intruder's own account deactivated,
17:43 incident declared, 21:31 addresses blocked; 24 November 10:44 last activity, 11:59 Sliver removed. Staged are who
does what (roles, no persons), the wording, the hypotheses, the updates, and the minute of whatever lies between those
times.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from walker import Form, Story, Walk

SOURCE = "https://blog.cloudflare.com/thanksgiving-2023-security-incident"
NEXT = "2023-11-24 "

LINES = (
    ("17:43:50", "commander", "/milestone detected 16:00"),
    ("17:43:55", "commander", "/milestone acknowledged 16:12"),
    ("17:44:00", "keeper", "15:58 * A service account gets administrator rights on our Atlassian server #atlassian"),
    ("17:44:15", "keeper", "16:00 * An alert about that change reaches security #alert"),
    ("17:44:30", "keeper", "16:12 > Security begins to look into it"),
    ("17:44:45", "keeper", "16:35 > Deactivated the service account #credentials"),
    ("17:45:00", "keeper", "17:23 > Found and deactivated an account that the intruder had made #credentials"),
    ("17:46:30", "commander", "/impact Somebody has read our wiki and tickets; of customers nothing is found yet"),
    ("17:47:00", "keeper", "? More than the Atlassian server was reached #scope"),
    ("17:47:30", "keeper", "? They use credentials that were taken from our identity provider in October #credentials"),
    ("17:50:00", "commander", "+ @soc 30m Copy memory and disks of the Atlassian server, and its audit logs #evidence"),
    ("17:54:00", "commander", "/done escalation: the head of security leads the call"),
    ("18:16:00", "soc", "/done 1: the copies lie where only the evidence keeper reads"),
    ("18:17:00", "keeper", "/check evidence/1"),
    ("18:17:20", "keeper", "/check evidence/2"),
    ("18:17:40", "keeper", "/check evidence/3"),
    ("18:18:00", "keeper", "/check evidence/4"),
    (f"{NEXT}11:44:00", "keeper", "/check evidence/5"),
    ("18:40:00", "soc", "* One token and three service accounts of October were never replaced #credentials"),
    ("18:41:00", "keeper", "/supported 2 the service account is one of those that were not replaced"),
    ("18:44:00", "commander", "! Replace everything that was in reach, whether it is believed to be in use or not"),
    ("19:30:00", "soc", "* Attempts at other systems were denied, by firewall rules and hardware keys #scope"),
    ("20:10:00", "soc", "* 36 tickets and 202 pages of the wiki were read #scope"),
    ("21:40:00", "commander", "/handoff soc for the night; the addresses are blocked, the way in is being looked at"),
    ("21:40:30", "soc", "/accept"),
    (f"{NEXT}08:05:00", "soc", "/handoff commander the night was quiet; source code is what is left to look through"),
    (f"{NEXT}08:05:30", "commander", "/accept"),
    (f"{NEXT}09:20:00", "soc", "* 120 repositories were looked at, 76 of them downloaded to that server #scope"),
    (f"{NEXT}10:58:00", "soc", "10:44 * The last activity of the intruder #atlassian"),
    (f"{NEXT}11:20:00", "soc", "* Sliver, a framework for remote control, was installed on that server on 22 November"),
    (f"{NEXT}12:01:00", "commander", "/milestone mitigated 11:59"),
    (f"{NEXT}12:20:00", "soc", "* Nothing of the intruder is seen outside that server, nor there any more #scope"),
    (f"{NEXT}12:21:00", "keeper", "/ruled-out 1 accounts, logs and systems that they tried were gone through"),
    (f"{NEXT}12:22:00", "commander", "/impact Wiki, tickets and 120 repositories were looked at; no customer is hit"),
    (f"{NEXT}12:30:00", "commander", "/check recover/2"),
    (f"{NEXT}12:30:20", "commander", "/check recover/3"),
)  # fmt: skip
"""When, who, what: typed into the prompt. A line that begins with another time tells of that time."""

INTERNAL = {
    "17:55": "60m", "18:52": "2h", "20:50": "1h", "21:45": "10h", f"{NEXT}07:40": "2h", f"{NEXT}09:35": "2h",
    f"{NEXT}11:30": "45m", f"{NEXT}12:12": "30m",
}  # fmt: skip
"""When an update goes to those who need to know, and the time to the next."""

EXECUTIVE = {
    "18:05": "Somebody has been in our wiki, tickets and source code. Two accounts are shut; customers: nothing found.",
    f"{NEXT}12:25": "The intruder has had no access since 11:59 UTC. Replacing all credentials goes on as a programme.",
}

STAGES = (
    ("17:49:00", "CONTAIN"), ("21:35:00", "DIAGNOSE"), (f"{NEXT}11:45:00", "ERADICATE"), (f"{NEXT}12:05:00", "RECOVER"),
    (f"{NEXT}12:10:00", "VERIFY"),
)  # fmt: skip

STORY = Story(
    day="2023-11-23",
    opens="17:43:00",
    title="A service account of ours acts by itself in Atlassian",
    since="15:58",
    people=("commander", "keeper", "comms", "soc"),
    roles=(("ic", "commander"), ("evidence", "keeper"), ("scribe", "keeper"), ("comms", "comms"), ("tech", "soc")),
    answers={
        "what": "the Atlassian server: wiki, tickets, source code",
        "who": "nobody outside feels it",
        "changed": "a service account was made administrator at 15:58",
        "credentials": "at least one service account's",
        "active": "unsure",
        "data_loss": "unsure",
        "breach": "yes",
    },
    sections={
        "summary": (
            "From 15 to 24 November 2023 an intruder was inside our Atlassian server, with one token and three service"
            " accounts that had been taken from our identity provider in October and that we had not replaced. An alert"
            " at 16:00 UTC on 23 November showed it; by 17:23 the accounts were shut, and at 11:59 on the next day the"
            " tool that kept the way open was removed. No customer's data and no system of theirs was reached."
        ),
        "impact": (
            "- 36 tickets and 202 pages of the wiki were read\n"
            "- 120 repositories were looked at, and 76 of them downloaded to the Atlassian server\n"
            "- Some repositories held secrets, encrypted; these were replaced at once\n"
            "- Customers' data, their systems and our network were not reached"
        ),
        "trigger": (
            "- In October a token and service accounts of ours were taken at our identity provider; four of them were"
            " not replaced\n"
            "- On 15 November they opened the Atlassian server for the first time\n"
            "- At 15:58 on 23 November the intruder gave a service account the rights of an administrator"
        ),
        "detection": (
            "- The alert on the administrator's rights came at 16:00, and security looked into it at 16:12: the right"
            " alert and the right people\n"
            "- It was declared at 17:43, when two accounts were shut already; the severity was right at once\n"
            "- No alert looks at sign-ins with credentials that are believed to be unused"
        ),
        "root_cause": (
            "One service token and three service accounts were among what was taken in the break-in at our identity"
            " provider in October. They were not replaced with the others, because they were believed to be unused."
            " Two of them opened the Atlassian server from outside, one as its administrator."
        ),
        "whys": (
            "An intruder read our wiki, tickets and source code",
            "They signed in with a token and service accounts of ours",
            "Those had been taken in October and still worked",
            "They were left out when the others were replaced, as they were believed to be unused",
            "Nothing tells which credentials are in use, so belief decided what is replaced",
        ),
        "contributing": (
            "- A service account had administrator rights in Jira, and with them Sliver was installed\n"
            "- An account made by the intruder on 16 November stood out to nobody for a week"
        ),
        "made_worse": "- A second account and a tool for remote control outlived the first account's end",
        "went_well": (
            "- The alert came two minutes after the administrator's rights were given\n"
            "- The first account was shut 35 minutes after the alert\n"
            "- Firewall rules and hardware keys kept the intruder on one server\n"
            "- The evidence was kept before the server was changed"
        ),
        "went_poorly": (
            "- Nine days passed between the first sign-in attempts and the alert\n"
            "- The replacing of credentials in October was taken to be complete"
        ),
        "lucky": "- The intruder took administrator rights, which alerts look at; reading alone had raised none",
        "faster": (
            "- To detect: an alert on the first sign-in with such an account, eight days earlier\n"
            "- To decide: declare at the first proof of access, at 16:12 and not at 17:43\n"
            "- To mitigate: a list of the intruder's tools and accounts before the first one is shut"
        ),
        "temporary_fix": "The addresses that they came from are blocked since 21:31; that stops only these.",
        "permanent_fix": (
            "Both accounts are shut, and Sliver is removed; if it shows again, the server goes off the net. All"
            " credentials of production are replaced, all systems rebuilt and test systems set apart, in a programme of"
            " its own; until then the server is watched."
        ),
        "lessons": (
            "- A credential that is believed to be unused is replaced like any other\n"
            "- One account found is the beginning of the search, not its end\n"
            "- Declare at the first proof of access: people, evidence and updates begin with it"
        ),
        "links": "- The account in public: https://blog.cloudflare.com/thanksgiving-2023-security-incident",
    },
    actions=(
        ("Replace every credential of production, more than 5,000", "soc", "2024-01-05",
         "no credential is older than 24 November", "P0"),
        ("Rebuild and restart every machine, and all Atlassian products", "soc", "2024-01-05",
         "each machine reports a boot after the rebuild", "P0"),
        ("Have an outside team look for what was overlooked", "commander", "2023-12-15",
         "their report is read in the review", "P0"),
        ("Set test and staging systems apart from production", "soc", "2024-01-05",
         "no route leads from one to the other", "P1"),
        ("Look for accounts and credentials that nobody uses, and take them away", "keeper", "2024-01-05",
         "each that is left has an owner", "P1"),
        ("Alert on accounts that are made on the Atlassian server", "soc", "2023-12-08",
         "an account made in a drill pages within 5 min", "P1"),
        ("Send the equipment of São Paulo to its makers to be examined", "keeper", "2024-01-05",
         "new equipment stands in its place", "P2"),
    ),
    review="2023-11-25 15:00:00",
)  # fmt: skip

FORM = Form(
    "checklist-security", 2, "SEV1", STAGES, "LESSONS LEARNED", first=2,
    override="Handled under another incident from here on: machines are rebuilt and credentials replaced there",
)  # fmt: skip


class Intrusion(Walk):
    """The story of 23 November 2023: from the declaration until the intruder is out."""

    def acts(self) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """Everything until it is stable, with its time."""
        yield self.at("17:43:20"), self._roles
        for when, who, line in LINES:
            yield self.at(when), partial(self._says, who, line)
        for when, title in STAGES:
            leads = "soc" if self.at("21:40:30") < self.at(when) < self.at(f"{NEXT}08:05:00") else "commander"
            yield self.at(when), partial(self._next_stage, title, leads)
        for when, following in INTERNAL.items():
            yield self.at(when), partial(self._update, "internal", "", following)
        for when, text in EXECUTIVE.items():
            yield self.at(when), partial(self._update, "executive", text, "20h" if when == "18:05" else "none")
        yield self.at("17:45:40"), partial(self._ticks, self.form.first)
        yield self.at("17:51:00"), partial(self.picture, "room")
        yield self.at("21:36:00"), self._eradicating_is_held
        yield self.at("18:45:00"), partial(self._says, "commander", "/check duties/1")
        yield (
            self.at("21:26:00"),
            partial(self._claims, "Block the addresses that they came from", "take the rules out"),
        )
        yield self.at("21:31:00"), partial(self._changed, "the rules are in place")
        yield self.at("21:46:00"), partial(self.picture, "night", "soc")
        yield (
            self.at(f"{NEXT}11:50:00"),
            partial(self._claims, "Remove Sliver from the Atlassian server", "build the server anew"),
        )
        yield self.at(f"{NEXT}11:59:00"), partial(self._changed, "it is gone, and every session is ended")
        yield self.at(f"{NEXT}12:00:00"), partial(self.picture, "eradicated")
        yield self.at(f"{NEXT}12:31:00"), self._is_held

    def _eradicating_is_held(self) -> None:
        """Nothing is removed before the evidence is kept: the gate names what is not checked off."""
        commander = self.people["commander"]
        commander.opens("n", "Stage of")
        commander.shows("Not checked off in “Evidence”")
        self.picture("evidence")
        commander.confirms("Escape", "Stage of")

    def closes(self) -> None:
        """Do all that the gate asks for, but for the rebuilding, which goes on as a programme of its own."""
        commander = self.people["commander"]
        commander.says("/postmortem owner soc")
        self.clock.set(self.at(f"{NEXT}12:45:00"))
        self._update("internal", "", "15m")
        commander.opens("n", "Stage of")
        commander.shows("Not checked off in “Recover”")
        self.picture("closing")
        commander.presses("Tab")
        commander.types(self.form.override)
        commander.confirms("Enter", "Stage of")
        commander.shows("CLOSED")
        self._update("internal", "", "none")
        self.picture("closed")
