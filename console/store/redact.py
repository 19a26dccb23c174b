"""True erasure: the one change that the log allows, together with the event that orders it."""

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from console.core.language.pattern import late
from console.core.language.text import markdown
from console.core.log.codec import decode_body, encode_body, unread
from console.core.log.erasure import (
    MAX_OTHER_ENTRIES,
    REDACTED,
    Marks,
    contains,
    exchanged,
    holds,
    is_data,
    is_redacted,
    ordinary_secrets,
    strings_in,
    telling,
    texts,
    without,
)
from console.core.log.event import Body, Event, NewEvent, Unknown
from console.core.subjects.tick import RUNBOOK, ItemTicked
from console.core.subjects.triage import TriageAnswered
from console.core.subjects.undo import EntryRedacted
from console.store import chain, rows, schema, search
from console.store.outbox import erasure
from console.store.outbox.tables import clear_unreadable
from console.store.problems import StoreProblem
from console.store.sqlite import sqlite3

_OPENINGS = "SELECT id, body ->> '$.runbook.name' FROM event WHERE incident = ?1 AND kind = 'runbook_opened'"
_LINKS = (
    f"WITH opened(id, name) AS MATERIALIZED ({_OPENINGS})"
    # What somebody gave as the reason of an earlier redaction may be the very words.
    " SELECT id, body ->> '$.target' FROM event WHERE incident = ?1 AND kind IN ('entry_corrected', 'entry_redacted')"
    # An update in other words for one page is that update's text too.
    " UNION ALL SELECT id, body ->> '$.update' FROM event WHERE incident = ?1 AND kind = 'publication_decided'"
    " AND body ->> '$.decision' = 'edited'"
    " UNION ALL SELECT id, body ->> '$.update' FROM event WHERE incident = ?1 AND kind = 'publication_settled'"
    " AND (body ->> '$.way' IN ('changed', 'left', 'left_off') OR body ->> '$.theirs' <> '')"
    # From the digest of a few words they could be found out.
    " UNION ALL SELECT id, body ->> '$.update' FROM event WHERE incident = ?1 AND kind = 'publication_reported'"
    # Words that are another's than the event's own, as of an update that is sent again.
    " UNION ALL SELECT event.id, coalesce(nullif(sent.value ->> '$.of', ''), event.body ->> '$.event')"
    " FROM event, json_each(event.body, '$.messages') AS sent"
    " WHERE incident = ?1 AND kind = 'publication_queued' AND sent.value ->> '$.text' <> ''"
    " UNION ALL SELECT event.id, past.value ->> '$.update' FROM event, json_each(event.body, '$.messages') AS sent,"
    " json_each(sent.value, '$.past') AS past"
    " WHERE incident = ?1 AND kind = 'publication_queued' AND past.value ->> '$.text' <> ''"
    # A checked-off step of a runbook has its name and the step's words; another opening of it has the same ones.
    " UNION ALL SELECT event.id, opened.id FROM opened JOIN event ON incident = ?1 AND kind = 'item_ticked'"
    " AND rtrim(body ->> '$.item', '0123456789') = 'runbook:' || opened.name || '/'"
    " UNION ALL SELECT other.id, opened.id FROM opened JOIN opened AS other USING (name)"
)
_RETOLD = (
    # A title, or a component with or without its state.
    "SELECT DISTINCT event.id FROM event, json_tree(event.body) AS said"
    " JOIN json_each(?2) AS erased ON said.atom = erased.value"
    " OR kind = 'page_settled' AND instr(said.atom, erased.value || ': ')"
    " WHERE incident = ?1 AND kind IN (SELECT value FROM json_each(?3)) AND said.type = 'text'"
    " AND NOT (said.path = '$' AND said.key IN ('to', 'reason'))"
)
NAMING = ("incident_declared", "title_changed", "public_title_set", "component_changed")
"""Kinds of events that give a title or a component, under which other things are told."""
RETELLING = ("publication_queued", "publication_decided", "publication_settled", "page_settled")
"""Kinds of events that say again what others say."""
_SPACE = late(r"\s")
_VACUUM_BYTES = 64 * 1024 * 1024
"""Up to this size the file is rewritten whole after a redaction, which takes well under a second."""


TEXTS_APART = "\x1e"
"""Between texts that are kept in one draft: a character that no cleaned text holds."""
RECALLED = "recall "
"""The beginning of the keys of drafts that are no half-typed texts, but lines that Up brings again."""


class Taken(NamedTuple):
    """An event whose texts a redaction erases."""

    id: str
    kind: str
    occurred_at: datetime


class Plan(NamedTuple):
    """The consequences of redacting an entry."""

    left: Mapping[str, str]
    """The rest of each body that it changes, by the event's id; empty when nothing of the entry's texts is left."""
    others: tuple[Taken, ...]
    """The events besides the entry's own that go with it because they hold the same words, in the log's order."""
    drafts: int
    """The number of half-typed texts that go with it."""
    copies: tuple[str, ...]
    """The incidents in which another copy of a moved entry is erased with it."""
    elsewhere: tuple[str, ...]
    """Other incidents that hold the same words: there they stay until they are redacted there."""
    common: bool
    """A word of it looks secret, or is a name and all that it says, and may stand in other entries all the same."""
    author: bool
    """A name under which entries were written is among the words: an author is in the chain and stays."""
    written: bool
    """The incident's postmortem has sections in a person's own words, which may say the same in others."""
    published: tuple[str, ...]
    """The targets that were sent what it erases."""
    gone: tuple[str, ...]
    """The texts that it erases."""


def plan(connection: sqlite3.Connection, incident: str, entry: str, marks: Marks) -> Plan | None:
    """The plan of a redaction; None where the incident has no such event. Changes nothing."""
    about = _about(connection, incident)
    own = _with_retold(connection, incident, [entry], about)
    ids = {taken.id for taken, *_ in own}
    if entry not in ids:
        return None
    books = connection.execute(_OPENINGS, (incident,)).fetchall()
    kept = {name for opening, name in books if opening not in ids}
    gone = [
        text
        for _, body, _, unknown in own
        for text in {*texts(body), *unknown}.difference(texts(_rest(body, marks, kept)))
    ]
    reach = _reach(connection, incident, gone, ids)
    along = _with_retold(connection, incident, reach.along, about)
    kept = {name for opening, name in books if opening not in ids.union(taken.id for taken, *_ in along)}
    left: dict[str, str] = {}
    for taken, body, erased, unknown in own:
        after = encode_body(_rest(body, marks, kept))
        # An entry is marked as redacted, also where its kind has no texts; the reason of a redaction may be empty.
        if unknown or after != encode_body(body) or not (erased or taken.kind == "entry_redacted"):
            left[taken.id] = after
    others = []
    for taken, body, _, unknown in along:
        after = encode_body(_rest(body, marks, kept))
        holds_one = any(contains(text, reach.words) for text in unknown)
        if taken.id not in left and (after != encode_body(body) or holds_one):
            left[taken.id] = after
            others.append(taken)
    return Plan(
        left,
        tuple(others),
        sum(not key.startswith(RECALLED) for key, _ in _drafts(connection, reach.words)),
        copies := _copies(connection, incident, entry),
        tuple(sorted(reach.elsewhere.difference(copies))),
        reach.common,
        _wrote(connection, incident, gone, reach.words),
        _is_written(connection, incident, left),
        _published(connection, incident, left),
        tuple(_gone(connection, left)),
    )


def _rest(body: Body, marks: Marks, kept: Collection[str]) -> Body:
    """The rest of an erased body. A step stays checked off under the name of its runbook, where that is `kept`."""
    rest = exchanged(body, marks)
    if isinstance(body, ItemTicked) and body.item.removeprefix(RUNBOOK).rpartition("/")[0] in kept:
        rest = msgspec.structs.replace(rest, item=body.item)
    return rest


class _Reach(NamedTuple):
    """The words by which erased texts are found elsewhere, and where."""

    words: set[str]
    along: set[str]
    """The ids of the events of the incident that hold one of them."""
    elsewhere: set[str]
    """The other incidents that have such events."""
    common: bool
    """As of a plan."""


def _reach(connection: sqlite3.Connection, incident: str, gone: Sequence[str], ids: Collection[str]) -> _Reach:
    """The reach of erased texts, beyond the events that they are of, whose `ids` are given."""
    playbooks = _playbooks(connection, incident)
    words, along, elsewhere = set[str](), set[str](), set[str]()
    # An entry that is nothing but names is redacted for one of them; beside other words they are only whose it is.
    names = {text for text in gone if not any(_SPACE.search(other) for other in gone)}
    staying = ordinary_secrets(gone) | names.difference(telling(gone))
    common = any(is_data(text) for text in gone) or any(
        _holding(connection, incident, word)[0].difference(ids) for word in staying
    )
    for word in telling(gone):
        if any(_as_json(word) in playbook for playbook in playbooks):
            continue
        here, there = _holding(connection, incident, word)
        elsewhere |= there
        if len(here.difference(ids)) > MAX_OTHER_ENTRIES:
            common = True
        else:
            words.add(word)
            along |= here
    return _Reach(words, along, elsewhere, common)


def _copies(connection: sqlite3.Connection, incident: str, entry: str) -> tuple[str, ...]:
    """The incidents of this file with another copy of the entry, however it was moved, or with a link's same reason."""
    reached, open_ids = {(incident, entry)}, [(incident, entry)]
    while open_ids:
        copies = set(connection.execute(_COPIES, open_ids.pop())) - reached
        reached |= copies
        open_ids += copies
    reached.remove((incident, entry))
    return tuple(sorted({ref for ref, _ in reached if connection.execute(_HAS, (ref,)).fetchone()}))


_COPIES = (
    "SELECT brought.incident, brought.id FROM event AS move JOIN event AS brought"
    " ON brought.incident = move.body ->> '$.to' AND brought.kind = 'entry_brought'"
    " AND brought.body ->> '$.source' = ?1 AND brought.body ->> '$.entry' = ?2"
    " WHERE move.incident = ?1 AND move.kind = 'entry_moved' AND move.body ->> '$.target' = ?2"
    " UNION SELECT body ->> '$.source', body ->> '$.entry' FROM event"
    " WHERE incident = ?1 AND kind = 'entry_brought' AND id = ?2"
    " UNION SELECT there.incident, there.id FROM event AS here JOIN event AS there"
    " ON there.incident = here.body ->> '$.other' AND there.kind = 'incident_linked'"
    " AND there.body ->> '$.other' = ?1 AND there.body ->> '$.note' = here.body ->> '$.note'"
    " WHERE here.incident = ?1 AND here.kind = 'incident_linked' AND here.id = ?2 AND here.body ->> '$.note' <> ''"
)
_HAS = "SELECT 1 FROM event WHERE incident = ? LIMIT 1"


def append(connection: sqlite3.Connection, origin: str, events: Sequence[NewEvent]) -> list[tuple[int, Event]]:
    """Append events as `rows.append` does; a redaction among them also erases what it names."""
    if not any(isinstance(new.body, EntryRedacted) for new in events):
        return rows.append(connection, origin, events)
    written: list[tuple[int, Event]] = []
    gone: set[str] = set()
    for new in events:
        if isinstance(new.body, EntryRedacted) and new.body.target not in gone:
            redacted = _redact(connection, origin, new, new.body)
            # The copy of an entry that stands in the same incident went with it by its words.
            gone.update(*(event.body.erased for _, event in redacted if isinstance(event.body, EntryRedacted)))
            written += redacted
        elif isinstance(new.body, EntryRedacted):
            continue
        else:
            written += rows.append(connection, origin, [new])
    return written


def _redact(
    connection: sqlite3.Connection, origin: str, new: NewEvent, order: EntryRedacted
) -> list[tuple[int, Event]]:
    """Append the redaction with `erased` and `left` filled in, and erase what it names."""
    if rows.find(connection, new.id) is not None:
        return rows.append(connection, origin, [new])
    marks = Marks(os.urandom)
    planned = plan(connection, new.incident, order.target, marks)
    if planned is None:
        raise StoreProblem(f"There is no entry {order.target} in {new.incident} to redact; check its id.")
    gone = _gone(connection, planned.left)
    reason = order.reason
    if reason in gone or holds(EntryRedacted("", reason), sorted(telling(gone))):
        reason = marks(reason)
    body = EntryRedacted(
        order.target, reason, {id: chain.body_sha(raw) for id, raw in planned.left.items()}, dict(planned.left)
    )
    written = rows.append(connection, origin, [msgspec.structs.replace(new, body=body)])
    erase(connection, new.incident, planned.left)
    return written


class Named(NamedTuple):
    """The texts that may stand in place of a redacted event's."""

    digests: set[str]
    """SHA-256 (hex) of the body."""
    left: str | None
    """The body itself; None where versions before `EntryRedacted.left` redacted it."""


def named(connection: sqlite3.Connection, incident: str | None = None) -> dict[tuple[str, str], Named]:
    """The remains of each event that redactions name, by incident and id: the last that carries it decides."""
    remains: dict[tuple[str, str], Named] = {}
    query = (
        "SELECT incident, body FROM event WHERE kind = 'entry_redacted' AND (?1 IS NULL OR incident = ?1)"
        " ORDER BY hlc, origin, oseq"
    )
    for ref, raw in connection.execute(query, (incident,)):
        try:
            body = decode_body("entry_redacted", raw)
        except msgspec.MsgspecError:
            continue  # The row's own digest tells of it.
        if not isinstance(body, EntryRedacted):
            continue
        for id, sha in body.erased.items():
            left, before = body.left.get(id), remains.get((ref, id))
            if left is not None and is_body(left):
                remains[ref, id] = Named({sha}, left)
            elif before is None:
                remains[ref, id] = Named({sha}, None)
            elif before.left is None:
                before.digests.add(sha)
    return remains


def is_body(raw: str) -> bool:
    """A text is a body as JSON."""
    try:
        msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return False
    return True


def erase_named(connection: sqlite3.Connection, incident: str) -> None:
    """Bring whatever any redaction of the incident names to what is left of it, as after an import."""
    left: dict[str, str] = {}
    for (_, id), remains in named(connection, incident).items():
        here = "SELECT kind, body, salt IS NULL FROM event WHERE id = ? AND incident = ?"
        for kind, body, erased in connection.execute(here, (id, incident)):
            if remains.left is None and not erased:
                left[id] = left_before(kind, body)
            elif remains.left is not None and not (erased and body == remains.left):
                left[id] = remains.left
    if left:
        erase(connection, incident, left)


class Overlooked(NamedTuple):
    """An event with words that a redaction erases, which its writer did not know of."""

    id: str
    actor: str
    occurred_at: datetime


def overlooked(connection: sqlite3.Connection, incident: str, arriving: Sequence[Event]) -> list[Overlooked]:
    """The events, here or among those that arrive, with words that arriving redactions erase and do not name.

    To be asked before the words are gone.
    """
    named: dict[str, str] = {}
    for event in arriving:
        if isinstance(event.body, EntryRedacted):
            named |= event.body.left
    words = telling(_gone(connection, named)) if named else set()
    if not words:
        return []
    ids: set[str] = set()
    for word in words:
        here, _ = _holding(connection, incident, word)
        here -= named.keys()
        if len(here) <= MAX_OTHER_ENTRIES:
            ids |= here
    among = (event for event in arriving if event.id not in named and holds(event.body, words))
    overlooked = {event.id: Overlooked(event.id, event.actor, event.occurred_at) for event in among}
    for taken, *_ in _with(connection, incident, ids, {}):
        (actor,) = connection.execute("SELECT actor FROM event WHERE id = ?", (taken.id,)).fetchone()
        overlooked[taken.id] = Overlooked(taken.id, actor, taken.occurred_at)
    return list(overlooked.values())


def erase(connection: sqlite3.Connection, incident: str, left: Mapping[str, str]) -> None:
    """Put what is left in place of bodies, and take their texts out of all else that the file holds.

    A redaction that names them is already written.
    """
    clear_unreadable(connection)
    gone = _gone(connection, left)
    for event_id, after in left.items():
        here = "SELECT n, body FROM event WHERE id = ? AND incident = ?"
        for n, before in connection.execute(here, (event_id, incident)).fetchall():
            connection.execute("UPDATE event SET body = ?, salt = NULL WHERE n = ?", (after, n))
            search.replace(connection, n, before, after)
            erasure.erase(connection, event_id)
    words = telling(gone)
    erasure.forget(connection, incident, gone, words)
    for key, rest in _drafts(connection, words, gone):
        if rest:
            connection.execute("UPDATE draft SET text = ? WHERE key = ?", (rest, key))
        else:
            connection.execute("DELETE FROM draft WHERE key = ?", (key,))
    connection.execute("DELETE FROM snapshot WHERE incident = ?", (incident,))
    connection.execute("DELETE FROM told WHERE incident = ?", (incident,))
    search.forget_deleted(connection)
    leave_to_sweep(connection)


def leave_to_sweep(connection: sqlite3.Connection) -> None:
    """Note in the file that old pages are left behind: whoever opens it next sweeps, should this process be killed."""
    schema.set_meta(connection, schema.UNSWEPT, os.urandom(8).hex())


def swept(connection: sqlite3.Connection, note: str) -> None:
    """Take a note of old pages away, unless somebody has left others meanwhile."""
    connection.execute("DELETE FROM meta WHERE key = ? AND value = ?", (schema.UNSWEPT, note))


def sweep(connection: sqlite3.Connection) -> bool:
    """Leave no old page behind: rewrite the file where that is quick, and empty the write-ahead log.

    Pages that were split may hold stale bytes in their gaps, which `secure_delete` does not reach. False when another
    process, or a full disk, kept this from being done now; the redaction itself stands.
    """
    try:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        if pages * size <= _VACUUM_BYTES:
            connection.execute("VACUUM")
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    return not busy


def _about(connection: sqlite3.Connection, incident: str) -> dict[str, list[str]]:
    """The corrections, other words and redactions of each event that has any."""
    about: dict[str, list[str]] = {}
    for id, target in connection.execute(_LINKS, (incident,)):
        about.setdefault(target, []).append(id)
    return about


def _with(
    connection: sqlite3.Connection, incident: str, ids: Collection[str], about: Mapping[str, Sequence[str]]
) -> list[tuple[Taken, Body, bool, list[str]]]:
    """The events and what is about them, in the log's order; whether each was erased before, and the texts of its
    fields that only newer versions know, which a redaction leaves out."""
    taken, open_ids = set(ids), list(ids)
    while open_ids:
        more = [id for id in about.get(open_ids.pop(), ()) if id not in taken]
        taken.update(more)
        open_ids += more
    selected = connection.execute(
        "SELECT id, kind, occurred_at, body, salt IS NULL FROM event"
        " WHERE incident = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY hlc, origin, oseq",
        (incident, msgspec.json.encode(sorted(taken)).decode()),
    )
    return [
        (Taken(id, kind, datetime.fromisoformat(at)), decode_body(kind, raw), bool(erased), _unknown_texts(kind, raw))
        for id, kind, at, raw, erased in selected.fetchall()
    ]


def _with_retold(
    connection: sqlite3.Connection, incident: str, ids: Collection[str], about: Mapping[str, Sequence[str]]
) -> list[tuple[Taken, Body, bool, list[str]]]:
    """The same with the events that tell pages, or told them, the names that these give."""
    events = _with(connection, incident, ids, about)
    names = [text for taken, body, *_ in events if taken.kind in NAMING for text in texts(body)]
    given = (incident, *(msgspec.json.encode(values).decode() for values in (names, RETELLING)))
    retold = {id for (id,) in connection.execute(_RETOLD, given)} if names else set()
    return _with(connection, incident, {*ids, *retold}, about) if retold else events


def _unknown_texts(kind: str, raw: str) -> list[str]:
    return [text for text in strings_in(unread(kind, raw)) if text and not is_redacted(text)]


def _texts(kind: str, raw: str) -> list[str]:
    return [*texts(decode_body(kind, raw)), *_unknown_texts(kind, raw)]


def _holding(connection: sqlite3.Connection, incident: str, word: str) -> tuple[set[str], set[str]]:
    """The incident's events with a text that contains the word, and the other incidents that have such events.

    Found through the index, so a word glued to another is not; of events no more than needed to call a word common.
    """
    here: set[str] = set()
    elsewhere: set[str] = set()
    selected = connection.execute(
        "SELECT event.incident, event.id, event.kind, event.body FROM entry_index"
        " JOIN event ON event.n = entry_index.rowid WHERE entry_index MATCH ? LIMIT 10000",
        # Markdown has other words where it escapes a "<".
        (" OR ".join({search.phrase_of(word), search.phrase_of(markdown(word))}),),
    )
    for ref, id, kind, raw in selected:
        full = len(here) > 2 * MAX_OTHER_ENTRIES if ref == incident else ref in elsewhere
        if not full and any(contains(text, [word]) for text in _texts(kind, raw)):
            if ref == incident:
                here.add(id)
            else:
                elsewhere.add(ref)
    return here, elsewhere


def _playbooks(connection: sqlite3.Connection, incident: str) -> list[str]:
    """The incident's processes as JSON: what stands there stays, and is no secret."""
    selected = connection.execute(
        "SELECT body ->> '$.playbook' FROM event"
        " WHERE incident = ? AND kind IN ('incident_declared', 'playbook_changed')",
        (incident,),
    )
    return [playbook for (playbook,) in selected if playbook]


def _wrote(connection: sqlite3.Connection, incident: str, gone: Iterable[str], words: Iterable[str]) -> bool:
    actors = connection.execute("SELECT DISTINCT actor FROM event WHERE incident = ?", (incident,)).fetchall()
    erased = set(gone)
    return any(actor in erased or any(word in actor for word in words) for (actor,) in actors)


def _is_written(connection: sqlite3.Connection, incident: str, left: Collection[str]) -> bool:
    edited = connection.execute(
        "SELECT id FROM event WHERE incident = ? AND kind = 'postmortem_edited' AND salt IS NOT NULL", (incident,)
    )
    return any(id not in left for (id,) in edited.fetchall())


def _published(connection: sqlite3.Connection, incident: str, left: Collection[str]) -> tuple[str, ...]:
    sent = connection.execute(
        "WITH sent AS (SELECT target, event, payload FROM outbox WHERE incident = ?"
        " AND state IN ('sending', 'unknown', 'ask', 'done')) SELECT target, event FROM sent"
        " UNION ALL SELECT target, past.value ->> '$.update' FROM sent,"
        " json_each(CASE WHEN json_valid(payload) THEN payload ELSE '{}' END, '$.past') AS past",
        (incident,),
    )
    return tuple(sorted({target for target, event in sent.fetchall() if event in left}))


def _drafts(connection: sqlite3.Connection, words: Iterable[str], gone: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The keys of half-typed texts with one of the words, each with what is left of it; a dialog's stand there as JSON.

    One that holds several texts is left with the others. A line that Up brings goes with any of the `gone` texts.
    """
    looked_for = {form for word in words for form in (word, _as_json(word))}
    drafts: list[tuple[str, str]] = []
    for key, kept in connection.execute("SELECT key, text FROM draft").fetchall():
        among = looked_for.union(filter(str.strip, gone)) if key.startswith(RECALLED) else looked_for
        parts = kept.split(TEXTS_APART)
        rest = [part for part in parts if not contains(part, among) and without(part, among) == part]
        if contains(key, looked_for):
            drafts.append((key, ""))
        elif rest != parts:
            drafts.append((key, TEXTS_APART.join(rest)))
    return drafts


def _gone(connection: sqlite3.Connection, left: Mapping[str, str]) -> list[str]:
    """The texts that stand in the bodies now, in what is left of none, and in no other event of their incident: a title
    and the name of a page stand beside the words that were published."""
    before: list[str] = []
    after: set[str] = set()
    for id, raw in left.items():
        row = connection.execute("SELECT kind, body FROM event WHERE id = ?", (id,)).fetchone()
        if row is not None:
            before += _texts(*row)
            after.update(_texts(row[0], raw))
    wanted = {text: f'"{_as_json(text)}"' for text in dict.fromkeys(before) if text not in after}
    stands = connection.execute(
        "SELECT value FROM json_each(?1) WHERE EXISTS (SELECT 1 FROM event WHERE instr(body, value)"
        " AND incident IN (SELECT incident FROM event WHERE id IN (SELECT value FROM json_each(?2)))"
        " AND id NOT IN (SELECT value FROM json_each(?2)))",
        (msgspec.json.encode(list(wanted.values())).decode(), msgspec.json.encode(list(left)).decode()),
    )
    standing = {text for (text,) in stands}
    return [text for text, quoted in wanted.items() if quoted not in standing]


def _as_json(word: str) -> str:
    """A word as it stands inside a text of stored JSON."""
    return msgspec.json.encode(word).decode()[1:-1]


_FREE_TEXT = (
    "title", "text", "reason", "override", "note", "evidence", "where", "ticket", "source", "rollback", "verify",
    "was",
)  # fmt: skip


def left_before(kind: str, raw: str) -> str:
    """The rest of a body as versions before `EntryRedacted.left` had it, whose redactions carry its digest alone."""
    body = decode_body(kind, raw)
    if isinstance(body, Unknown):
        return "{}"
    changes: dict[str, Any] = {
        name: REDACTED for name in _FREE_TEXT if isinstance(getattr(body, name, None), str) and getattr(body, name)
    }
    changes.update({name: () for name in ("tags", "people") if getattr(body, name, None)})
    if isinstance(body, TriageAnswered):
        changes["answers"] = dict.fromkeys(body.answers, REDACTED)
    return encode_body(msgspec.structs.replace(body, **changes))
