"""Exports of tools and spreadsheets, told by their shape: columns of moments, zones, people, texts and the rest."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from console.intake.model import ReadTimeline
from console.intake.timeline import read_timeline

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def read(text: str) -> ReadTimeline:
    return read_timeline(text, now=NOW, zone=UTC)


def entries(read: ReadTimeline) -> list[tuple[str, str | None, str]]:
    return [(entry.occurred_at.strftime("%m-%d %H:%M"), entry.author, entry.text) for entry in read.lines]


CSV = {
    "a count, a title, a time and a text": (
        "position,title,time,desc\n1,Disk full,2024-03-05 09:12 UTC,No room left\n2,Disk freed,2024-03-05 10:40 UTC,\n",
        [("03-05 09:12", None, "Disk full — No room left"), ("03-05 10:40", None, "Disk freed")],
    ),
    "log entries of PagerDuty": (
        "id,type,created_at,agent,channel,summary\n"
        "R7,trigger_log_entry,2024-03-05T09:12:30Z,Ping check,api,Triggered by the check.\n"
        "R8,acknowledge_log_entry,2024-03-05T09:14:02Z,Bo,mobile,Acknowledged by Bo.\n",
        [
            ("03-05 09:12", "Ping check", "Triggered by the check. (type: trigger_log_entry) (channel: api)"),
            ("03-05 09:14", "Bo", "Acknowledged by Bo. (type: acknowledge_log_entry) (channel: mobile)"),
        ],
    ),
    "FireHydrant": (
        "Occurred At,Type,Actor,Content\n2024-03-05T09:12:30.512Z,chat_message,Ana Diaz,disk full\n",
        [("03-05 09:12", "Ana Diaz", "disk full (Type: chat_message)")],
    ),
    "Rootly": (
        'Timestamp,Event,Source,User\n"Mar 5, 2024 at 9:12 AM UTC",disk full,slack,Ana\n',
        [("03-05 09:12", "Ana", "disk full (Source: slack)")],
    ),
    "DFIR-IRIS, whose zone is a column": (
        "event_date,event_tz,event_title,event_category,event_content,event_raw,event_source,event_tags\n"
        "2024-03-05T23:58:10.000,+02:00,First beacon,Command and Control,host 7 calls out,,EDR,c2|beacon\n"
        "2024-03-06T09:10:00.000,Europe/Berlin,Host off,Remediation,cable pulled,,,\n",
        [
            (
                "03-05 21:58",
                None,
                "First beacon — host 7 calls out (event_category: Command and Control) (event_source: EDR) #c2 #beacon",
            ),
            ("03-06 08:10", None, "Host off — cable pulled (event_category: Remediation)"),
        ],
    ),
    "Timesketch, with the same moment in two forms": (
        "message,timestamp,datetime,timestamp_desc\n"
        "Logon failed,1709629950000000,2024-03-05T09:12:30+00:00,Event time\n",
        [("03-05 09:12", None, "Logon failed (timestamp_desc: Event time)")],
    ),
    "a scanner, with the offset behind a space": (
        "Timestamp,RuleTitle,Computer\n2024-03-05 22:58:10.114 +09:00,Logon failure,host-7\n",
        [("03-05 13:58", None, "Logon failure (Computer: host-7)")],
    ),
    "annotations of Grafana, in milliseconds": (
        "time,title,text\n1709629950000,disk full,no room\n1709630950000,disk freed,room\n",
        [("03-05 09:12", None, "disk full — no room"), ("03-05 09:29", None, "disk freed — room")],
    ),
    "issues of GitLab, with three times": (
        "Issue ID,URL,Title,State,Author,Due Date,Created At (UTC),Updated At (UTC),Closed At (UTC),Labels\n"
        "7,https://gitlab.example/7,Disk full,Closed,Ana,,2024-03-05 09:12:00,2024-03-06 10:00:00,2024-03-05 10:40:00,"
        '"incident,severity 1"\n',
        [
            (
                "03-05 09:12",
                "Ana",
                "Disk full (URL: https://gitlab.example/7) (State: Closed) (Closed At (UTC): 2024-03-05 10:40:00)"
                " #incident #severity-1",
            )
        ],
    ),
    "a spreadsheet in German below its title": (
        "Ausfall der Platte;;;\n;;;\nZeit;Wer;Ereignis;Bemerkung\n05.03.2024 09:12;Ana;Platte voll;kein Platz\n",
        [("03-05 09:12", "Ana", "Platte voll — kein Platz")],
    ),
    "date and time in two columns, in Italian": (
        "Data,Ora,Cosa\n2024-03-05,09:12,il disco è pieno\n2024-03-05,10:40,il disco è libero\n",
        [("03-05 09:12", None, "il disco è pieno"), ("03-05 10:40", None, "il disco è libero")],
    ),
    "heads that say nothing": (
        "a,b,c\nx1,2024-03-05T09:12:00Z,the disk is full\nx2,2024-03-05T10:40:00Z,the disk is free again\n",
        [("03-05 09:12", None, "the disk is full (a: x1)"), ("03-05 10:40", None, "the disk is free again (a: x2)")],
    ),
    "UTC wins over the local time": (
        "Local time,UTC,What\n2024-03-05 10:12,2024-03-05 09:12,disk full\n",
        [("03-05 09:12", None, "disk full (Local time: 2024-03-05 10:12)")],
    ),
    "no head, and the moment in the second column": (
        "1,2024-03-05 09:12,disk full\n2,2024-03-05 10:40,disk freed\n3,2024-03-05 11:00,closed\n",
        [
            ("03-05 09:12", None, "1 — disk full"),
            ("03-05 10:40", None, "2 — disk freed"),
            ("03-05 11:00", None, "3 — closed"),
        ],
    ),
    "two rows without a head, between bars": (
        " 1 | 03/13/2024 | 09:12:40 | Disk 4 | full\n 2 | 03/13/2024 | 10:40:07 | Disk 4 | freed\n",
        [("03-13 09:12", None, "1 — Disk 4 — full"), ("03-13 10:40", None, "2 — Disk 4 — freed")],
    ),
    "one thing again and again, as it was changed": (
        "number,note,opened_at,updated_at\n"
        + "".join(
            f"D{of},step {step},2024-03-05 08:0{of},2024-03-05 09:1{step + of}\n" for of in (1, 2) for step in range(6)
        ),
        [
            (f"03-05 09:1{step + of}", None, f"step {step} (number: D{of}) (opened_at: 2024-03-05 08:0{of})")
            for of in (1, 2)
            for step in range(6)
        ],
    ),
    "a row whose column of text is empty": (
        "time,name,command,pid\n2024-03-05 09:12,sh,ls -la /var/log,7\n2024-03-05 10:40,top,,8\n",
        [("03-05 09:12", "sh", "ls -la /var/log (pid: 7)"), ("03-05 10:40", "top", "top — (pid: 8)")],
    ),
    "a table in a fence": (
        "```\nWHEN\tSTATE\tNOTE\n2024-03-05 09:12\tdown\tdisk full\n```\n" + "All of it is over, and well.\n" * 9,
        [("03-05 09:12", None, "disk full (STATE: down)")],
    ),
    "an issue of Jira whose comments stand in cells of their own": (
        "Summary,Issue key,Created,Comment,Comment\n"
        'Disk full,OPS-1,05/Mar/24 9:12 AM,05/Mar/24 9:20 AM;ana;no room left,"05/Mar/24 10:40 AM;bo;freed, all"\n',
        [
            ("03-05 09:20", "ana", "no room left"),
            ("03-05 10:40", "bo", "freed, all"),
            ("03-05 09:12", None, "Disk full (Issue key: OPS-1)"),
        ],
    ),
    "ids that look like seconds since 1970": (
        "id,account,created_at,action\n1000000001,1700000000,2024-03-05T09:12:00Z,restart db\n",
        [("03-05 09:12", None, "restart db (account: 1700000000)")],
    ),
    "am and pm in a column of their own": (
        "Date,Time,AM/PM,Event\n03/15/2024,9:12,AM,disk full\n03/15/2024,1:40,PM,disk freed\n",
        [("03-15 09:12", None, "disk full"), ("03-15 13:40", None, "disk freed")],
    ),
    "phases with a start, an end and a length": (
        "Phase,Start,End,Duration\ndetect,2024-03-05 09:12,2024-03-05 09:20,8 min\n",
        [("03-05 09:12", None, "detect (Duration: 8 min) (until 2024-03-05 09:20 UTC)")],
    ),
    "days with a year of two digits": (
        "Datum;Uhrzeit;Ereignis\n05.03.24;09:12;Platte voll\n",
        [("03-05 09:12", None, "Platte voll")],
    ),
    "people by what they did, in German": (
        "Datum;Von;Aufgenommen durch;Was\n05.03.2024;09:12;Ana;Platte voll\n",
        [("03-05 09:12", "Ana", "Platte voll")],
    ),
    "what was done by no person": (
        "Time,What,Caused by\n2024-03-05 09:12,slow,the node that was full\n",
        [("03-05 09:12", None, "slow (Caused by: the node that was full)")],
    ),
    "bars between the cells": (
        "when|who|what\n2024-03-05 09:12|Ana|disk full\n",
        [("03-05 09:12", "Ana", "disk full")],
    ),
    "the zone of another column, where the head names the zone": (
        "event_date(UTC),event_title,event_tz,event_date_wtz\n"
        "2024-03-05T09:12:00,disk full,+02:00,2024-03-05T11:12:00\n",
        [("03-05 09:12", None, "disk full (event_date_wtz: 2024-03-05T11:12:00)")],
    ),
    "tags that the text has already": (
        "time,text,tags\n2024-03-05 09:12,disk full #disk,disk db\n",
        [("03-05 09:12", None, "disk full #disk #db")],
    ),
}


@pytest.mark.parametrize("name", CSV)
def test_a_table_is_told_by_its_shape(name: str) -> None:
    text, expected = CSV[name]

    assert entries(read(text)) == expected


def test_what_is_left_out_of_a_table_is_told() -> None:
    rows = "".join(f"{n},2024-03-05T09:1{n}:00Z,2024-03-06T00:00:00Z,private,step {n}\n" for n in range(5))
    found = read("id,created_at,updated_at,visibility,text\n" + rows)

    assert [entry.text for entry in found.lines] == [f"step {n}" for n in range(5)]
    assert found.assumptions == (
        "left out: columns id, updated_at",
        "the same in every row, so left out: visibility is private",
    )


def test_a_row_without_the_moment_takes_that_of_another_column_and_says_so() -> None:
    found = read("started,created,text\n2024-03-05T09:12:00Z,2024-03-05T09:15:00Z,a\n,2024-03-05T09:20:00Z,b\n")

    assert entries(found) == [("03-05 09:12", None, "a (created: 2024-03-05T09:15:00Z)"), ("03-05 09:20", None, "b")]
    assert "the time of 1 row, the first on line 3, is its “created”" in found.assumptions


def test_a_day_that_is_not_understood_is_not_passed_over() -> None:
    found = read("Date,Time,What\n2024-03-05,09:12,full\n2024/99,10:40,freed\n")

    assert entries(found) == [("03-05 09:12", None, "full")]
    assert [skipped.reason for skipped in found.skipped] == ["The day of this row is not understood."]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2024-03-05 09:12,Middle Earth,lost", "The zone that this row names is not known."),
        ("soon,UTC,lost", "No time can be read in this row."),
        ("2024-02-31 09:12,UTC,lost", "No time can be read in this row."),
    ],
)
def test_a_row_that_is_not_understood_is_skipped_with_its_reason(row: str, reason: str) -> None:
    found = read(f"when,timezone,what\n2024-03-05 09:00,CET,first\n{row}\n")

    assert entries(found) == [("03-05 08:00", None, "first")]
    assert [skipped.reason for skipped in found.skipped] == [reason]


JSON = {
    "log entries of PagerDuty": (
        '{"log_entries": [\n {"id": "R7", "type": "acknowledge_log_entry", "summary": "Acknowledged by Bo.",\n'
        '  "created_at": "2024-03-05T09:14:02Z", "agent": {"id": "PB", "type": "user_reference", "summary": "Bo"},\n'
        '  "channel": {"type": "mobile"}}], "limit": 25}',
        [("03-05 09:14", "Bo", "Acknowledged by Bo. (type: acknowledge_log_entry) (channel.type: mobile)")],
    ),
    "events of Rootly, in envelopes": (
        '{"data": [{"id": "e1", "type": "incident_events", "attributes": {"event": "disk full",'
        ' "user_display_name": "Ana", "occurred_at": "2024-03-05T10:12:00+01:00",'
        ' "created_at": "2024-03-05T09:20:00Z"}}]}',
        [("03-05 09:12", "Ana", "disk full (type: incident_events) (created_at: 2024-03-05T09:20:00Z)")],
    ),
    "updates of a status page below their incident": (
        '{"incident": {"name": "Uploads fail", "created_at": "2024-03-05T09:12:00Z", "incident_updates": ['
        '{"body": "Uploads work again.", "status": "resolved", "created_at": "2024-03-05T10:40:00Z"},'
        '{"body": "We are looking into it.", "status": "investigating", "created_at": "2024-03-05T09:15:00Z"}]}}',
        [
            ("03-05 10:40", None, "Uploads work again. — resolved"),
            ("03-05 09:15", None, "We are looking into it. — investigating"),
        ],
    ),
    "an issue with its comments": (
        '{"title": "Uploads fail", "body": "All of them.", "createdAt": "2024-03-05T09:12:00Z",'
        ' "author": {"login": "ana"},'
        ' "comments": [{"body": "Disk full.", "createdAt": "2024-03-05T09:20:00Z", "author": {"login": "bo"}}]}',
        [("03-05 09:12", "ana", "Uploads fail — All of them."), ("03-05 09:20", "bo", "Disk full.")],
    ),
    "who was assigned when, which only the key of the list tells": (
        '{"incidents": [{"title": "Disk full", "created_at": "2024-03-05T09:12:00Z", "assignments": ['
        '{"at": "2024-03-05T09:14:00Z", "assignee": {"id": "P1", "summary": "Ana"}}]}]}',
        [("03-05 09:12", None, "Disk full"), ("03-05 09:14", None, "assignments (assignee.name: Ana)")],
    ),
    "comments of GitHub, with the addresses of its API": (
        '[{"id": 1, "node_id": "x", "url": "https://api.x.test/1", "html_url": "https://x.test/1", "body": "Full.",'
        ' "user": {"login": "bo", "id": 7, "type": "User"}, "created_at": "2024-03-05T09:20:00Z",'
        ' "updated_at": "2024-03-05T09:20:00Z", "reactions": {"total_count": 1, "url": "https://x.test/r"}}]',
        [("03-05 09:20", "bo", "Full. (html_url: https://x.test/1)")],
    ),
    "date and time in two keys, the year in the title": (
        '{"title": "Outage of 5 March 2024", "timeline": [{"time": "09:12 UTC", "event": "disk full"}]}',
        [("03-05 09:12", None, "disk full")],
    ),
    "messages of Slack": (
        '[{"type": "message", "user": "U1", "ts": "1709629950.000200", "text":'
        ' "see &lt;a&gt; <https://x.test/1|the graph>",'
        ' "user_profile": {"real_name": "Ana Diaz", "display_name": "ana"},'
        ' "reactions": [{"name": "eyes", "users": ["U2"], "count": 1}]},\n'
        '{"type": "message", "user": "U1", "ts": "1709629960.000200", "text": "<@U1> has it"}]',
        [
            ("03-05 09:12", "ana", "see <a> the graph (https://x.test/1) (type: message)"),
            ("03-05 09:12", "ana", "@ana has it (type: message)"),
        ],
    ),
    "JSON Lines of Timesketch": (
        '{"message": "Logon failed", "datetime": "2024-03-05T09:12:30+00:00", "timestamp_desc": "Event time"}\n'
        '{"message": "Service stopped", "datetime": "2024-03-05T09:14:30+00:00", "timestamp_desc": "Event time"}\n',
        [
            ("03-05 09:12", None, "Logon failed (timestamp_desc: Event time)"),
            ("03-05 09:14", None, "Service stopped (timestamp_desc: Event time)"),
        ],
    ),
    "a timeline of TheHive, in milliseconds": (
        '{"events": [{"date": 1709629950000, "kind": "log", "entity": "Log", "entityId": "~1",'
        ' "details": {"message": "disk full", "_createdBy": "ana@x.test"}}]}',
        [("03-05 09:12", "ana@x.test", "disk full (kind: log) (entity: Log)")],
    ),
    "comments with the people beside them, whose own moments are no events": (
        '{"result": {"comments": [{"id": 8, "author_id": 7, "body": "Full.", "created_at": "2024-03-05T09:12:00Z",'
        ' "priority": 8}, {"id": 9, "author_id": 9, "body": "Freed.", "created_at": "2024-03-05T10:40:00Z"}],'
        ' "users": [{"id": 7, "name": "Ana Diaz", "created_at": "2020-01-01T00:00:00Z"}, {"id": 8, "name": "Bo"}]}}',
        [("03-05 09:12", "Ana Diaz", "Full. (priority: 8)"), ("03-05 10:40", None, "Freed.")],
    ),
    "records of JSON:API, whose people stand apart": (
        '{"data": [{"id": "1", "type": "notes", "attributes": {"body": "full", "created_at": "2024-03-05T09:12:00Z"},'
        ' "relationships": {"user": {"data": {"type": "users", "id": "7"}}}}], "included": ['
        '{"type": "users", "id": "7", "attributes": {"name": "Ana Diaz", "created_at": "2020-01-01T00:00:00Z"}}]}',
        [("03-05 09:12", "Ana Diaz", "full (type: notes)")],
    ),
    "messages with the people by their ids": (
        '{"messages": [{"user": "U1", "ts": "1709629950.000200", "text": "full"},'
        ' {"user": "U2", "ts": "1709629960.000200", "text": "<@U1>: freed"}],'
        ' "users": {"U1": "Ana", "U2": {"real_name": "Bo Ek", "id": "U2"}}}',
        [("03-05 09:12", "Ana", "full"), ("03-05 09:12", "Bo Ek", "@Ana: freed")],
    ),
    "activities that tell no more than their kind": (
        '[{"type": "note", "by": "ana", "data": {"text": "no room left"}, "at": "2024-03-05T09:12:00Z"},'
        ' {"type": "set_ignored", "by": "bo", "data": {}, "at": "2024-03-05T09:20:00Z"}]',
        [("03-05 09:12", "ana", "no room left"), ("03-05 09:20", "bo", "set ignored")],
    ),
    "kinds with a detail that few of them have": (
        '[{"category": "first_seen", "data": {"priority": "high"}, "at": "2024-03-05T09:12:00Z"},'
        ' {"category": "resolved", "data": {}, "at": "2024-03-05T09:20:00Z"}]',
        [("03-05 09:12", None, "first_seen (data.priority: high)"), ("03-05 09:20", None, "resolved")],
    ),
    "messages of a chat as XML": (
        '<?xml version="1.0"?>\n<chat xmlns="urn:x" account="a@x.test">\n'
        '<event type="opened" at="2024-03-05T09:11:00Z"/>\n'
        '<message sender="ana@x.test" at="2024-03-05T10:12:00+01:00"><div>the disk is <b>full</b></div></message>\n'
        '<message sender="bo@x.test" at="2024-03-05T10:14:00+01:00"><div>looking</div></message></chat>',
        [("03-05 09:12", "ana@x.test", "the disk is full"), ("03-05 09:14", "bo@x.test", "looking")],
    ),
    "elements of XML, each on its line": (
        '<e at="2024-03-05T09:12:00Z" text="disk full"/>\n<e at="2024-03-05T09:14:00Z" text="disk freed"/>\n',
        [("03-05 09:12", None, "disk full"), ("03-05 09:14", None, "disk freed")],
    ),
    "comments of a bug as XML": (
        '<!DOCTYPE bugs SYSTEM "https://x.test/a.dtd">\n<bugs><bug><id>7</id><comment><who name="Ana Diaz">'
        "ana@x.test</who><when>2024-03-05 10:12:00 +0100</when><text>no room left</text></comment>"
        '<comment><who name="Bo">bo@x.test</who><when>2024-03-05 10:14:00 +0100</when>'
        "<text>freed &amp; closed</text></comment></bug></bugs>",
        [("03-05 09:12", "Ana Diaz", "no room left"), ("03-05 09:14", "Bo", "freed & closed")],
    ),
    "alerts of Opsgenie": (
        '{"data": [{"log": "Alert acknowledged via web", "type": "system", "owner": "ana", "createdAt":'
        ' "2024-03-05T09:12:30.512Z", "offset": "1709629950512_1"}], "took": 0.1, "requestId": "9"}',
        [("03-05 09:12", "ana", "Alert acknowledged via web (type: system)")],
    ),
}


@pytest.mark.parametrize("name", JSON)
def test_the_records_of_json_are_rows(name: str) -> None:
    text, expected = JSON[name]

    assert entries(read(text)) == expected


def test_a_record_stands_on_the_line_of_its_brace() -> None:
    found = read('[\n  {\n    "at": "2024-03-05T09:12:00Z",\n    "text": "a"},\n  {"text": "b"}\n]')

    assert [entry.numbers for entry in found.lines] == [(2,)]
    assert [(skipped.number, skipped.reason) for skipped in found.skipped] == [
        (5, "No time can be read in this record.")
    ]
    assert found.structure == (1, 3, 4, 6)
    assert [entry.numbers for entry in read('\r{"at": "2024-03-05T09:12:00Z",\r"text": "a"}').lines] == [(2,)]


HOSTILE = {
    "nested deeply": '{"a":' * 50_000,
    "nested deeply and closed": "[" * 900 + '{"at": "2024-03-05T09:12:00Z"}' + "]" * 900,
    "broken off": '[{"at": "2024-03-05T09:12:00Z", "text": "a"},\n{"at": "2024-',
    "numbers without an end": '{"at": 1' + "0" * 400 + ', "text": "a", "n": NaN, "m": -Infinity, "e": 1e99999}',
    "a key a thousand times": '[{"at": "2024-03-05T09:12:00Z", ' + '"text": "a",' * 1000 + '"x": {}}]',
    "lone surrogates": '[{"at": "2024-03-05T09:12:00Z", "text": "\\ud800"}]',
    "a cell of a megabyte": "time,text\n2024-03-05 09:12," + "x" * 1_000_000,
    "a column that never ends": "Time  Text\n2024-03-05 09:12  a\n" + "      b\n" * 5_000,
    "heads above heads": "Time  Text\n" * 59 + "2024-03-05 09:12  a\n" * 2_000,
    "quotes that never close": 'time,text\n2024-03-05 09:12,"a\n' * 500,
    "a thousand columns": ",".join(f"c{n}" for n in range(1000)) + "\n" + ",".join(["2024-03-05 09:12"] * 1000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_ends_in_entries_or_reasons(name: str) -> None:
    found = read(HOSTILE[name])

    assert found.lines or found.skipped or found.structure
    assert all(entry.occurred_at.year == 2024 for entry in found.lines)


def test_broken_json_says_where() -> None:
    assert {skipped.reason for skipped in read(HOSTILE["broken off"]).skipped} == {
        "This file begins as JSON, and is broken on line 2."
    }
    assert {skipped.reason for skipped in read(HOSTILE["nested deeply"]).skipped} == {
        "This JSON is nested more than 60 levels deep, which no timeline is."
    }


@pytest.mark.parametrize(
    "log",
    [
        "type=LOGIN msg=audit(1709629932.176:399): pid=20 {0}\ntype=CWD msg=audit(1709632800.000:402): pid=21 {1}\n",
        "node=web-1 type=LOGIN msg=audit(1709629932:399): {0}\nnode=web-1 type=CWD msg=audit(1709632800:402): {1}\n",
        '<![LOG[{0}]LOG]!><time="10:12:12.766-60" date="03-05-2024" component="Apps" context="" type="1" thread="8">\n'
        '<![LOG[{1}]LOG]!><time="11:00:00.000-60" date="03-05-2024" component="Apps" context="" type="1" thread="8">\n',
        "12,05.03.2024,09:12:12:540,,SRV1,{0}\n13,05.03.2024,10:00:00:001,,SRV1,{1}\n"
        "14,06.03.2024,10:00:00:001,,SRV1,end\n",
        "71;2024-03-05;09:12:12.540;4;{0}\n72;2024-03-05;10:00:00.001;4;{1}\n73;2024-03-05;10:01:00.001;4;the end\n",
        ": 1709629932:0;{0}\n: 1709632800:12;{1}\n",
        "#1709629932\n{0}\n#1709632800\n{1}\n",
        '# Disk\n\n<Update date="2024-03-05T09:12:12Z" open>\n  {0}\n</Update>\n\n'
        "<Entry kind={{1}} at='2024-03-05T10:00:00Z'>{1}</Entry>\n",
        "L 03/05/2024 - 09:12:12: {0}\nL 03/05/2024 - 10:00:00: {1}\n",
        "web-1: Mar  5 09:12:12 host a[1]: {0}\nweb-1: Mar  5 10:00:00 host a[1]: {1}\nOf 2024, UTC\n",
        '10.0.0.7 - - [05/mars/2024:10:12:12 +0100] "{0}"\n10.0.0.7 - - [05/mars/2024:11:00:00 +0100] "{1}"\n',
    ],
    ids=[
        *(
            "audit",
            "audit of a node",
            "configuration manager",
            "plant control",
            "day and clock in columns",
            "zsh",
            "bash",
        ),
        *("components of a page", "a game", "a machine's name", "months in French"),
    ],
)
def test_a_log_of_a_program_is_read_line_by_line(log: str) -> None:
    read_log = read(log.format("the disk is full", "the disk is free"))

    found = [(entry.occurred_at.strftime("%m-%d %H:%M"), entry.text) for entry in read_log.lines[:2]]
    assert [moment for moment, _ in found] == ["03-05 09:12", "03-05 10:00"]
    assert "the disk is full" in found[0][1]
    assert "the disk is free" in found[1][1]


@pytest.mark.parametrize("key", ["sender_name", "authorName", "user_login", "creator email"])
def test_the_name_of_a_person_may_stand_in_a_key_of_two_words(key: str) -> None:
    message = '{"at": "2024-03-05T09:12:00Z", "%s": "%s", "content": "disk full now"}'
    export = f"[{message % (key, 'ana')}, {message % (key, 'bo')}]"

    assert [author for _, author, _ in entries(read(export))] == ["ana", "bo"]


def test_a_column_that_counts_from_1970_tells_no_zone_of_another() -> None:
    export = '[{"date": "2024-03-05T09:12:00", "text": "a b c"}, {"date_unixtime": "1709632800", "text": "d e f"}]'
    read_export = read_timeline(export, now=NOW, zone=timezone(timedelta(hours=2)))

    assert [entry.occurred_at.strftime("%H:%M") for entry in read_export.lines] == ["07:12", "10:00"]
    assert any(clause.startswith("no zone stated") for clause in read_export.assumptions)


def test_a_cell_that_says_again_when_and_what_is_no_comment() -> None:
    rows = "".join(
        f"{at}|LOG|web-1|{who}|2024-03-05T{clock}:00+00:00; Log time; {words}\n"
        for at, who, clock, words in (
            (1709629920, "ana", "09:12", "disk full"),
            (1709632800, "bo", "10:00", "disk freed"),
        )
    )
    read_rows = read(f"Time|Source|Host|User|Description\n{rows}")

    assert [author for _, author, _ in entries(read_rows)] == ["ana", "bo"]


def test_changes_without_a_text_are_told_by_their_fields() -> None:
    found = read(
        '{"key": "OPS-1", "histories": [{"created": "2024-03-05T09:12:33.000+0000", "author": {"displayName": "Ana '
        'Diaz", "key": "u1"},'
        ' "items": [{"field": "status", "fromString": "Open", "toString": "In review by the team"}]},'
        ' {"created": "2024-03-05T09:14:01.000+0000", "items": [{"field": "Link", "fromString": null, "toString": '
        '"OPS-2"}]}]}'
    )

    assert entries(found) == [
        ("03-05 09:12", "Ana Diaz", "field: status, fromString: Open, toString: In review by the team"),
        ("03-05 09:14", None, "field: Link, toString: OPS-2"),
    ]


def test_a_value_in_the_envelope_of_its_form_is_the_value_of_its_key() -> None:
    found = read('[{"time": {"$date": "2024-03-05T09:12:33Z"}, "body": {"stringValue": "Disk full"}}]')

    assert entries(found) == [("03-05 09:12", None, "Disk full")]


def test_the_moment_of_a_record_goes_before_those_of_its_parts() -> None:
    found = read(
        '{"ts": 1709629953.6, "msg": "answered", "answer": {"headers": {"Date": ["Tue, 05 Mar 2024 03:00:00 GMT"]}}}\n'
        '{"ts": 1709630041.5, "msg": "answered late", "answer": {"headers": {"Date": ["Tue, 05 Mar 2024 03:00:00 '
        'GMT"]}}}\n'
    )

    assert [(when, text.partition(" (")[0]) for when, _, text in entries(found)] == [
        ("03-05 09:12", "answered"),
        ("03-05 09:14", "answered late"),
    ]


def test_beside_the_zone_of_a_place_the_time_there_is_read() -> None:
    found = read(
        '[{"time": "2024-03-05 17:12:33", "msg": "down", "timezone": "America/Los_Angeles", "localDateTime": '
        '"2024-03-05 09:12:33"},'
        ' {"time": "2024-03-05 17:14:01", "msg": "up", "timezone": "America/Los_Angeles", "localDateTime": '
        '"2024-03-05 09:14:01"}]'
    )

    assert [when for when, _, _ in entries(found)] == ["03-05 17:12", "03-05 17:14"]


def test_numbers_below_a_name_that_speaks_of_no_zone_are_none() -> None:
    found = read(
        '[{"created_on": "2024-03-05 09:12:33", "table": "the disks", "checkpoint": "-1", "value": "deleted"}]'
    )

    assert [when for when, _, _ in entries(found)] == ["03-05 09:12"]


def test_a_record_with_its_own_moment_is_no_envelope() -> None:
    found = read('{"level": "info", "time": 1709629953600, "request": {"card": {"units": 5}}, "msg": "Charged."}')

    assert [(when, text.partition(" (")[0]) for when, _, text in entries(found)] == [("03-05 09:12", "Charged.")]


@pytest.mark.parametrize(
    "export",
    [
        '{"oncalls": [{"user": {"id": "1", "summary": "Ana Diaz"}, "schedule": {"id": "2", "summary": "Daily '
        'rotation"},'
        ' "start": "2024-03-05T09:00:00Z", "end": "2024-03-06T09:00:00Z"}]}',
        '{"name": "Disk full", "pending_actions": [{"type": "escalate", "at": "2024-03-05T09:12:33Z"}]}',
        '{"page": "Shop", "components": [{"name": "Portal", "created_at": "2024-03-05T09:12:33Z"}]}',
    ],
)
def test_who_is_on_duty_what_is_to_come_and_what_exists_are_no_events(export: str) -> None:
    found = read(export)

    assert entries(found) == []
    assert any(assumption.startswith("left out: keys") for assumption in found.assumptions)
