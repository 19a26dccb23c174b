"""A log and its exports, written by an earlier version, hold what they held; see tests/fixtures/before/README.md."""

import gzip
import json
from collections.abc import Iterator
from contextlib import closing
from difflib import ndiff
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from console.core.log.registry import KINDS, SIGNS
from console.store.sqlite import sqlite3
from tests.cli.shell import Warroom

BEFORE = Path(__file__).parents[1] / "fixtures/before"
REFS = sorted(path.name for path in BEFORE.iterdir() if path.is_dir())
AT = "2025-03-12 12:00"
"""The moment at which each `show.json` was taken, after all that happened."""

UNKNOWN = "weather_noted"
"""The one kind of event that no version knows."""

NEWER: frozenset[str] = frozenset(
    {
        "entry_undone",
        "entries_undone",
        "runbook_closed",
        "rollback_planned",
        "paged",
        "page_ended",
        "publication_settled",
        "maintenance_moved",
        "maintenance_advanced",
        "page_settled",
        "publication_queued",
        "publication_taken",
        "publication_reported",
        "public_title_set",
        "incident_backfilled",
        "postmortem_published",
        "postmortem_withdrawn",
        "drill_begun",
        "drill_ended",
        "inject_given",
        "inject_skipped",
        "incident_linked",
        "entry_moved",
        "entry_brought",
    }
)
"""Kinds of events that came after this fixture was written."""

_NAMED_UNDONE = "what names an undone event is undone with it"
_ONCE = "two undos that were written apart count as one; the second no longer puts the entry back"
_AS_IF_NEVER = "a line tells what stood before it, without what was undone since, and in corrected words"
_REOPENED = "a hypothesis that is open again is not marked as ruled out"
_SNOOZED = "a snoozed clock says until when, not by how much"
_HIGHER = "of two severities said at once the higher is in force, and with it its clocks"
_RECORDED = "an acceptance that somebody else recorded says who"
_ERASED = "a text that was erased reads as erased, not as never given"
_CLOSABLE = "a runbook can be closed, which one of before never was"
_CLOSED_ON = "an audience that was told of a next update, and got none before closing, counts as missed"
_LENGTHS = "a length of time reads as a length"
_ESCALATED = "an escalation is called one"
_MILESTONE = "a stage says which milestone it sets, or that the impact is ongoing again"
_LAST_WORD = "after closing, an audience that was told of a next update is owed a last one"
_DURATIONS = "the lengths of an incident are told, each by one function"
_GROUNDS = "what a posted text stands on is told where it was lost"
_LINKS = "incidents are linked, and an entry can be moved to another one"
_FIRST = "a first public post and an executive notice count among the promises, in time or late"
_WORDED = "a milestone's time is removed, what was dropped may be on the page, and a change names its rollback plan"
_IN_ZONE = "a moment that the console worded stands in the reader's zone, with its date only on another day"
_DESPITE = "what an overridden gate wanted stands behind “despite”"
_ANSWERED = "answers stand in the order of the questions, each behind its name"
_FITS = "an escalation's clock is worded so that it fits the room"
_PAGED = "who was paged is told"
_PLANNED = "a planned maintenance has a window, which no incident has"
_ROLL = "the roll call is told"
_ARRIVED = "when an entry arrived late is told"
_GIVEN = "a task that is given to somebody says when they come back"

_SAW = "a severity stated apart says which one its writer saw"
_NAMED_ONCE = "who redacted a line of their own stands once in it"
_TO_NOBODY = "an action item is owed to nobody who led"
_REDACTED_OWN = "INC-*/timeline/? - ??:?? *redacted by *"

DELIBERATE: dict[str, str] = {
    _REDACTED_OWN: _NAMED_ONCE,
    "INC-*/show/clocks/*/to_whom": _TO_NOBODY,
    "INC-*/show/pages": _PAGED,
    "INC-*/show/roll_call": _ROLL,
    "INC-*/show/maintenance": _PLANNED,
    "INC-*/show/entries/*/arrived_at": _ARRIVED,
    "INC-SENT/show/clocks/0/what": _FITS,
    "INC-BACK/show/entries/7j0vk8mx1dd30/undone": _NAMED_UNDONE,
    "INC-BACK/timeline/- - 05:27 IC → mo, handoff accepted (mo)": _NAMED_UNDONE,
    "INC-BACK/show/entries/200pmz1tswq1j/undone": _ONCE,
    "INC-BACK/show/entries/zfk0kzhw946s0/undone": _ONCE,
    "INC-BACK/show/entries/skfpgjms2zf60/undone": _ONCE,
    "INC-BACK/show/tasks/200pmz1tswq1j": _ONCE,
    "INC-BACK/timeline/- - 07:0[458] *": _ONCE,
    "INC-BACK/show/entries/*/text": _AS_IF_NEVER,
    "INC-BACK/timeline/? - 05:19 Task 2 → *": _AS_IF_NEVER,
    "INC-BACK/timeline/? - 05:42 Severity SEV? → SEV1: worse again (ana)": _AS_IF_NEVER,
    "INC-BACK/timeline/? - 07:16 Severity SEV? → SEV2: from here (ana)": _AS_IF_NEVER,
    "INC-BACK/timeline/? - 07:16 Severity SEV? → SEV3: from there (mo)": _SAW,
    "INC-BACK/show/severity": _HIGHER,
    "INC-BACK/show/clocks/*": _HIGHER,
    "INC-*/show/runbooks/*/closed_at": _CLOSABLE,
    "INC-*/show/runbooks/*/closed_by": _CLOSABLE,
    "INC-*/show/durations": _DURATIONS,
    "INC-*/show/lost_grounds": _GROUNDS,
    "INC-*/show/links": _LINKS,
    "INC-*/show/entries/*/moved_to": _LINKS,
    "INC-*/show/entries/*/moved_from": _LINKS,
    "INC-*/show/promises/*/kept": _FIRST,
    "INC-*/show/promises/*/late": _FIRST,
    "INC-BASE/show/entries/8jwah12ejetjt/text": _WORDED,
    "INC-KNDS/show/entries/eecazbw0teh2e/text": _WORDED,
    "INC-KNDS/show/entries/6bmx72xjx1j4r/text": _WORDED,
    "INC-KNDS/show/entries/qycrxbzfhfy4f/text": _WORDED,
    "INC-SENT/show/entries/ezfxr89nhgw9x/text": _WORDED,
    "INC-*/timeline/? - ??:?? *: time *": _WORDED,
    "INC-BASE/show/entries/7pc3f6hje9123/text": _WORDED,
    "INC-KNDS/show/entries/sxv1yfy0epznj/text": _WORDED,
    "INC-*/timeline/? - ??:?? Change: *": _WORDED,
    "INC-SENT/timeline/? - 00:19 Public #2 *": _WORDED,
    "INC-BASE/show/promises/*/missed": _CLOSED_ON,
    "INC-BASE/show/clocks/*": _LAST_WORD,
    "INC-BASE/timeline/? - 09:05 [*][*]Hypothesis:*": _REOPENED,
    "INC-KNDS/timeline/? - 12:33 [*][*]Hypothesis:*": _REOPENED,
    "INC-BASE/show/entries/bnxdmgkya82rq/text": _SNOOZED,
    "INC-KNDS/show/entries/t30t78g6qp9gw/text": _SNOOZED,
    "INC-KNDS/show/entries/rt9kj86q8fgfm/text": _SNOOZED,
    "INC-KNDS/show/entries/n099afxzced7q/text": _SNOOZED,
    "INC-KNDS/show/entries/y8as1j47nyaqr/text": _SNOOZED,
    "INC-*/timeline/- - ??:?? Snoozed * by 10 min: *": _SNOOZED,
    "INC-*/timeline/+ - ??:?? * snoozed to ??:??: *": _SNOOZED,
    "INC-BASE/show/entries/5awddfttq8xhy/text": _RECORDED,
    "INC-KNDS/show/entries/4qgxrmz07g8a3/text": _RECORDED,
    "INC-*/timeline/? - ??:?? * → *, handoff accepted*": _RECORDED,
    "INC-*/timeline/? - ??:?? *, back in 10*": _LENGTHS,
    "INC-BASE/show/entries/jm7ejg2ramt66/text": _LENGTHS,
    "INC-*/timeline/? - ??:?? *scalat*": _ESCALATED,
    "INC-BASE/show/entries/vx3g84c1gr8dd/text": _ESCALATED,
    "INC-KNDS/show/entries/pjcpnanvrvnj2/text": _ESCALATED,
    "INC-*/timeline/? - ??:?? Stage → *": _MILESTONE,
    "INC-BASE/show/entries/5xk4mpdsk55qf/text": _MILESTONE,
    "INC-KNDS/show/entries/dsrdswrqt3rmn/text": _MILESTONE,
    "INC-BASE/show/entries/3n4nks5dmwrzv/text": _GIVEN,
    "INC-KNDS/show/entries/ge5d5csb9x57z/text": _GIVEN,
    "INC-*/timeline/? - ??:?? Task ? → *: *": _GIVEN,
    "INC-*/timeline/? - ??:?? * at *??:??*(ana)": _IN_ZONE,
    "INC-*/timeline/? - ??:?? *, due *": _IN_ZONE,
    "INC-BASE/show/entries/ewgnbnvkkgqze/text": _IN_ZONE,
    "INC-BASE/show/entries/0qj5g9rbjcc7d/text": _IN_ZONE,
    "INC-BASE/show/entries/enzqk4e1k4xhm/text": _IN_ZONE,
    "INC-BASE/show/entries/zpt9vv9t4b5e4/text": _IN_ZONE,
    "INC-BASE/show/entries/6se4h3yznfbyx/text": _IN_ZONE,
    "INC-KNDS/show/entries/jx5rmv9mxp0wd/text": _IN_ZONE,
    "INC-KNDS/show/entries/4mggds11ryv04/text": _IN_ZONE,
    "INC-KNDS/show/entries/a1t7rgjtx2rkg/text": _IN_ZONE,
    "INC-KNDS/show/entries/s9hvswt2vj3ey/text": _IN_ZONE,
    "INC-KNDS/show/entries/7p29ajgh8wnjf/text": _IN_ZONE,
    "INC-KNDS/show/entries/25n86pbr04c1w/text": _IN_ZONE,
    "INC-KNDS/show/entries/f67sf3aas9644/text": _IN_ZONE,
    "INC-KNDS/show/entries/26z9jec196nhr/text": _IN_ZONE,
    "INC-KNDS/show/entries/4mbva21pktw0s/text": _IN_ZONE,
    "INC-BASE/show/entries/3hrbjr5b728eq/text": _ANSWERED,
    "INC-BASE/timeline/? - ??:?? Triage *": _ANSWERED,
    "INC-*/timeline/- - ??:?? * — [*]not met: *": _DESPITE,
    "INC-*/timeline/+ - ??:?? * — [*]despite: *": _DESPITE,
    "INC-RDCT/show/fixes/*/where": _ERASED,
    "INC-RDCT/show/fixes/*/ticket": _ERASED,
    "INC-RDCT/show/changes/*/rollback": _ERASED,
    "INC-RDCT/show/triage/*": _ERASED,
    "INC-RDCT/show/actions/*/verify": _ERASED,
}
"""Differences from before that are meant, with the reason: patterns of the paths that `differences` gives, such as
`INC-BACK/show/entries/*/undone`."""

LEFT_BY_REDACTIONS = {
    "hunter2secret": "component_changed",
    "hunter3secret": "role_assigned",
    "hunter4secret": "task_added",
    "hunter6secret": "handoff_offered",
    "hunter7secret": "postmortem_assigned",
    "hunter11secret": "fix_added",
    "hunter14secret": "action_added",
    "hunter24secret": "runbook_opened",
    "hunter25secret": "task_changed",
    "hunter28secret": "fix_changed",
    "hunter30secret": "action_changed",
    "hunter32secret": "clock_snoozed",
    "hunter33secret": "obligation_met",
    "hunter34secret": "stage_changed",
    "hunter35secret": "playbook_changed",
    "hunter36secret": "change_claimed",
    "hunter39secret": "postmortem_edited",
    "hunter40secret": "milestone_set",
    "hunter41secret": "item_ticked",
    "hunter42secret": "update_posted",
    "hunter43secret": "task_added",
}
"""Words that the earlier version left in the log when it redacted their entries, with the kind of event they are in."""


def copied(folder: Path) -> Warroom:
    """A shell on a copy of the log, with no settings of its own."""
    db = folder / "log.sqlite"
    db.write_bytes(gzip.decompress((BEFORE / "log.sqlite.gz").read_bytes()))
    return Warroom(db, WARROOM_CONFIG=str(folder / "config"))


@pytest.fixture
def warroom(tmp_path: Path) -> Warroom:
    return copied(tmp_path)


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Warroom:
    """One copy for all tests that only look."""
    return copied(tmp_path_factory.mktemp("before"))


def rows(warroom: Warroom, query: str) -> list[tuple[Any, ...]]:
    """The rows in the file itself, whatever the program makes of them."""
    with closing(sqlite3.connect(warroom.db)) as connection:
        return connection.execute(query).fetchall()


def shown(warroom: Warroom, ref: str) -> Any:
    return warroom.json("show", ref, "--at", AT)


def paths(before: Any, now: Any, path: str) -> Iterator[str]:
    """The paths at which two pieces of JSON differ; things of a list are named by their id, where they have one."""
    if isinstance(before, list) and isinstance(now, list):
        before, now = named(before), named(now)
        if list(before) != list(now) and set(before) == set(now):
            yield f"{path}/(order)"
    if not (isinstance(before, dict) and isinstance(now, dict)):
        if before != now:
            yield path
        return
    for key in [*before, *(key for key in now if key not in before)]:
        if key in before and key in now:
            yield from paths(before[key], now[key], f"{path}/{key}")
        else:
            yield f"{path}/{key}"


def named(things: list[Any]) -> dict[str, Any]:
    ids = [str(thing.get("id", place)) if isinstance(thing, dict) else str(place) for place, thing in enumerate(things)]
    assert len(set(ids)) == len(ids)
    return dict(zip(ids, things, strict=True))


def differences(warroom: Warroom, ref: str) -> list[str]:
    """Where an incident reads differently than before: `REF/show/…` and `REF/timeline/` with a line and its sign."""
    folder = BEFORE / ref
    timeline = (folder / "timeline.md").read_text(encoding="utf-8").splitlines()
    lines = ndiff(timeline, warroom.says("export", ref, "timeline").splitlines())
    return [
        *paths(json.loads((folder / "show.json").read_bytes()), shown(warroom, ref), f"{ref}/show"),
        *(f"{ref}/timeline/{line}" for line in lines if line[0] in "+-"),
    ]


def unexplained(differing: list[str]) -> list[str]:
    return [path for path in differing if not any(fnmatchcase(path, pattern) for pattern in DELIBERATE)]


@pytest.mark.parametrize("ref", REFS)
def test_an_incident_of_before_reads_as_it_did(looked_at: Warroom, ref: str) -> None:
    assert unexplained(differences(looked_at, ref)) == []


def test_every_deliberate_difference_is_still_there(looked_at: Warroom) -> None:
    differing = [path for ref in REFS for path in differences(looked_at, ref)]
    assert [pattern for pattern in DELIBERATE if not any(fnmatchcase(path, pattern) for path in differing)] == []


@pytest.mark.parametrize("ref", REFS)
def test_an_export_of_before_goes_into_an_empty_log(tmp_path: Path, ref: str) -> None:
    file = tmp_path / "export.json"
    file.write_bytes(gzip.decompress((BEFORE / ref / "export.json.gz").read_bytes()))
    empty = Warroom(tmp_path / "empty.sqlite")

    assert empty.says("import", str(file)) == ref
    assert unexplained(differences(empty, ref)) == []
    assert empty.says("verify") == "clean"


def test_the_log_of_before_is_whole_and_takes_its_own_exports_as_known(warroom: Warroom, tmp_path: Path) -> None:
    assert warroom.says("verify") == "clean"
    assert sorted(incident["ref"] for incident in warroom.json("list", "--all")) == REFS
    for ref in REFS:
        file = tmp_path / f"{ref}.json"
        file.write_bytes(gzip.decompress((BEFORE / ref / "export.json.gz").read_bytes()))
        status, out, err = warroom.here("import", str(file))
        assert (status, out) == (0, f"{ref}\n")
        assert "wrote 0 new events" in err
    assert warroom.says("verify") == "clean"


def test_the_outbox_of_before_reads_as_it_did(looked_at: Warroom) -> None:
    before = json.loads((BEFORE / "outbox.json").read_bytes())
    differing = unexplained(list(paths(before, looked_at.json("publish", "list"), "outbox")))
    # That a message may change what is there is told since.
    assert [path for path in differing if not path.endswith("/change")] == []
    states = ("pending", "sending", "done", "retry", "unknown", "ask", "dead", "dropped")
    assert {message["state"] for message in before} == set(states)


def test_every_kind_of_event_stands_in_it_and_only_one_is_unknown(looked_at: Warroom) -> None:
    kinds = {kind for (kind,) in rows(looked_at, "SELECT kind FROM event")}
    origins = {origin for (origin,) in rows(looked_at, "SELECT origin FROM event")}
    assert kinds == (KINDS.keys() - NEWER) | {UNKNOWN}
    assert len(origins) == 2
    unknown = [entry for ref in REFS for entry in shown(looked_at, ref)["entries"] if entry["kind"] == "unknown"]
    assert len(unknown) == 1
    assert UNKNOWN in unknown[0]["text"]


def test_redactions_of_before_left_words_behind(looked_at: Warroom) -> None:
    query = (
        "SELECT event.kind, event.body FROM event AS redaction, json_each(redaction.body, '$.erased') AS erased"
        " JOIN event ON event.id = erased.key WHERE redaction.kind = 'entry_redacted'"
    )
    erased = rows(looked_at, query)
    for word, kind in LEFT_BY_REDACTIONS.items():
        assert any(word in body for event_kind, body in erased if event_kind == kind), word
    assert "hunter8secret" not in str(erased)


NO_TEXTS = frozenset({"hunter32secret", "hunter33secret", "hunter36secret", "hunter41secret", "hunter42secret"})
"""Of those the ones that no command could have written: they stand where a clock, a checklist or an id has its name."""
IN_A_PLAYBOOK = frozenset({"hunter35secret"})


def test_what_redactions_of_before_left_is_erased_by_another_one(warroom: Warroom) -> None:
    left = "SELECT body FROM event WHERE kind <> 'entry_redacted'"
    for word in sorted(LEFT_BY_REDACTIONS):
        found = "SELECT id, incident, kind FROM event WHERE salt IS NULL AND instr(body, '{}')"
        for id, ref, kind in rows(warroom, found.format(word)):
            if kind not in ("entry_corrected", "publication_decided"):
                status, out, err = warroom.here("redact", ref, id)
                assert status == 0 or word in NO_TEXTS | IN_A_PLAYBOOK, (word, out, err)

    erased = str(rows(warroom, left))
    assert {word for word in LEFT_BY_REDACTIONS if word in erased} == NO_TEXTS | IN_A_PLAYBOOK
    assert warroom.says("verify") == "clean"
    files = b"".join(file.read_bytes() for file in warroom.db.parent.glob("log.sqlite*"))
    assert {word for word in LEFT_BY_REDACTIONS if word.encode() in files} == NO_TEXTS | IN_A_PLAYBOOK
    assert "already redacted" in warroom.here("redact", "INC-RDCT", id_of(warroom, "component_changed"))[2]


def id_of(warroom: Warroom, kind: str) -> str:
    """The first redacted event of a kind."""
    found = rows(warroom, f"SELECT id FROM event WHERE salt IS NULL AND kind = '{kind}' AND incident = 'INC-RDCT'")
    return str(found[0][0])


def test_an_undo_works_on_the_log_of_before(warroom: Warroom) -> None:
    entry = next(entry for entry in shown(warroom, "INC-BASE")["entries"] if entry["kind"] == "decision")
    assert not entry["undone"]
    warroom.says("undo", "INC-BASE", entry["id"])

    entries = warroom.json("show", "INC-BASE")["entries"]
    assert [one["undone"] for one in entries if one["id"] == entry["id"]] == [True]
    assert entry["text"] not in warroom.says("export", "INC-BASE", "timeline")
    assert warroom.says("verify") == "clean"


@pytest.mark.parametrize("word", ["hunter46secret", "hunter47secret"])
def test_a_redaction_works_on_the_log_of_before(warroom: Warroom, word: str) -> None:
    entry = next(entry for entry in shown(warroom, "INC-RDCT")["entries"] if word in entry["text"])
    warroom.says("redact", "INC-RDCT", entry["id"])

    assert word not in warroom.says("export", "INC-RDCT", "json")
    assert warroom.says("verify") == "clean"
    assert all(word.encode() not in file.read_bytes() for file in warroom.db.parent.glob("log.sqlite*"))


def test_every_kind_of_entry_is_declared_by_a_subject() -> None:
    shows = [json.loads((BEFORE / ref / "show.json").read_bytes()) for ref in REFS]
    assert {entry["kind"] for show in shows for entry in show["entries"]} == {*SIGNS, "custom_kind"} - {
        "page",
        "drill",
        "link",
        "maintenance",
    }
