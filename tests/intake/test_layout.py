"""Lines that belong to one entry: wrapped lines, nested points, headings with times, code, and prose between."""

from datetime import UTC, date, datetime

import pytest

from console.core.refusal import Refused
from console.intake.answers import answered
from console.intake.model import ReadTimeline
from console.intake.preview import preview, summary
from console.intake.timeline import read_timeline

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = date(2026, 11, 21)


def read(text: str) -> ReadTimeline:
    return read_timeline(text, now=NOW, zone=UTC, base_date=date(2019, 7, 2))


def told(found: ReadTimeline) -> list[tuple[str, str]]:
    return [(entry.occurred_at.strftime("%H:%M"), entry.text) for entry in found.lines]


def test_a_wrapped_line_goes_on_with_the_entry() -> None:
    found = read(
        "14:30 the first line\nof a paragraph\n\n- 14:31 a point\n  that is wrapped at\n  14:40 sharp\nand lazily\n"
    )

    assert told(found) == [
        ("14:30", "the first line of a paragraph"),
        ("14:31", "a point that is wrapped at 14:40 sharp and lazily"),
    ]
    assert [entry.numbers for entry in found.lines] == [(1, 2), (4, 5, 6, 7)]


def test_a_second_line_of_what_somebody_said_is_one_of_its_own() -> None:
    found = read("14:30 maria: rolling back\nand then the pool was full\n14:35 bo: errors fall\n")

    assert told(found) == [("14:30", "maria: rolling back\nand then the pool was full"), ("14:35", "bo: errors fall")]


def test_nested_points_and_indented_paragraphs_belong_to_the_entry() -> None:
    found = read("- 14:30 begins\n  - a detail\n    - of a detail\n\n  A paragraph.\n- 14:31 ends\n")

    assert told(found) == [("14:30", "begins\n- a detail\n- of a detail\nA paragraph."), ("14:31", "ends")]


def test_points_straight_under_a_line_belong_to_it() -> None:
    assert told(read("**14:30** begins\n- a detail\n- another\n")) == [("14:30", "begins\n- a detail\n- another")]


def test_points_without_a_time_take_the_time_above() -> None:
    found = read("- 14:30 begins\n- also this\n* 14:31 ends\n\n**14:40** again\n\n- one\n- two\n")

    assert told(found) == [
        ("14:30", "begins"),
        ("14:30", "also this"),
        ("14:31", "ends"),
        ("14:40", "again"),
        ("14:40", "one"),
        ("14:40", "two"),
    ]
    assert "3 lines without a time take the time above (lines 2, 7, 8)" in found.assumptions


def test_points_that_the_line_above_announces_belong_to_it() -> None:
    found = read("14:30 \u2013 more was found:\n\n* a key\n* a name\n\n14:40 \u2013 all is closed\n")

    assert told(found) == [("14:30", "more was found:\n- a key\n- a name"), ("14:40", "all is closed")]


def test_the_next_number_of_a_report_takes_no_time_from_the_list_above() -> None:
    found = read("2. What was done\n\n14:30 -> begins\n14:40 -> ends\n\n3. Whether it can come again: no\n")

    assert told(found) == [("14:30", "begins"), ("14:40", "ends")]


def test_a_long_head_without_a_stop_is_no_part_of_the_list_below() -> None:
    head = "The steps that were taken in this order, each with its time of the day"
    found = read(f"What broke is told above.\n\n{head}\n14:30: begins\n14:40: ends\n")

    assert told(found) == [("14:30", "begins"), ("14:40", "ends")]


def test_nested_points_with_a_time_are_entries() -> None:
    assert told(read("- 14:30 begins\n  - 14:31 detail\n  - 14:32 detail\n")) == [
        ("14:30", "begins"),
        ("14:31", "detail"),
        ("14:32", "detail"),
    ]


def test_a_heading_with_a_time_stands_for_what_follows() -> None:
    found = read(
        "## Timeline\n\n### 14:30 UTC\n\nOne paragraph\nof two lines.\n\nAnother.\n\n- a point\n  - its detail\n\n"
        "#### Aside\n\nStill then.\n\n### 14:45 UTC\n\nLater.\n\n## Lessons\n\n- be careful\n"
    )

    assert told(found) == [
        ("14:30", "One paragraph of two lines.\nAnother.\n- a point\n- its detail"),
        ("14:30", "Still then."),
        ("14:45", "Later."),
    ]
    assert [skipped.text for skipped in found.skipped] == ["- be careful"]


@pytest.mark.parametrize(
    "text",
    [
        "**2024-03-05**\npushed\n\n**2024-06-28 07:09 UTC**\nreported\n",
        "2024-03-05\n:   pushed\n\n2024-06-28 07:09 UTC\n:   reported\n",
    ],
)
def test_a_day_stands_above_its_words_where_another_has_a_time(text: str) -> None:
    found = read(f"# Leak\n\n{text}")

    assert [f"{entry.occurred_at:%m-%d %H:%M} {entry.text}" for entry in found.lines] == [
        "03-05 00:00 pushed (time of day not known)",
        "06-28 07:09 reported",
    ]


def test_a_heading_with_a_time_and_words_is_an_entry() -> None:
    found = read("### 14:30 UTC - Deploy\nIt went out.\n\nMore.\n\n### Early triage (14:40 – 14:50)\n\nNothing.\n")

    assert told(found) == [
        ("14:30", "Deploy\nIt went out.\nMore."),
        ("14:40", "Early triage (until 14:50 UTC)\nNothing."),
    ]


def test_a_time_on_a_line_of_its_own_stands_for_the_next_paragraph() -> None:
    found = read("14:30\nDeployed.\n14:35 UTC\nPaged.\n\nProse.\n\n- 14:40\n  - one\n  - two\n")

    assert told(found) == [("14:30", "Deployed."), ("14:35", "Paged."), ("14:40", "one"), ("14:40", "two")]
    assert [skipped.text for skipped in found.skipped] == ["Prose."]


def test_a_time_of_which_nothing_is_said_is_left_out() -> None:
    found = read("14:30\n\n### 14:40\n\n## Lessons\n")

    assert found.lines == ()
    assert {skipped.reason for skipped in found.skipped} == {"There is a time here, but no text."}


def test_markers_count_where_the_time_is_borrowed() -> None:
    found = read("### 14:30\n\n! Roll back.\n\n- ? The database\n\n## End\n\n14:40 x\n\n- > rolled back\n")

    assert [(entry.kind, entry.text) for entry in found.lines] == [
        ("decision", "Roll back."),
        ("hypothesis", "The database"),
        ("note", "x"),
        ("action", "rolled back"),
    ]


def test_prose_rules_and_markup_are_no_entries() -> None:
    found = read(
        "Intro.\n\n14:30 begins\n\n---\n\nProse between.\n- point of the prose\n\n<details>\n\n<!-- more -->\n"
    )

    assert told(found) == [("14:30", "begins")]
    assert [(skipped.number, skipped.reason) for skipped in found.skipped] == [
        (1, "There is no time on this line."),
        (7, "There is no time on this line."),
        (8, "There is no time on this line."),
        (10, "This line is markup."),
        (12, "This line is markup."),
    ]
    assert found.structure == (5,)


def test_a_date_without_a_time_says_so_and_counts_for_what_follows() -> None:
    found = read(
        "- 2021-05-12: shipped\n- 09:47 errors\n- 2021-05-13:\n    repaired\n2021-05-14 – 2021-05-15: watched\n"
        "2021-05-16:\n    closed\n2021-05-17 → told\n2021-05-18\n    In the morning\n    08:00 reviewed\n"
    )

    assert [(entry.occurred_at.strftime("%d %H:%M"), entry.text) for entry in found.lines] == [
        ("12 00:00", "shipped (time of day not known)"),
        ("12 09:47", "errors"),
        ("13 00:00", "repaired (time of day not known)"),
        ("14 00:00", "watched (until 2021-05-15, time of day not known)"),
        ("16 00:00", "closed (time of day not known)"),
        ("17 00:00", "told (time of day not known)"),
        ("18 08:00", "reviewed"),
    ]


def test_code_below_an_entry_belongs_to_it() -> None:
    found = read("- 14:30 the log says\n  ```\n  14:29:59 ERROR\n\n  # not a heading\n  ```\n- 14:31 next\n")

    assert told(found) == [
        ("14:30", "the log says\n  ```\n  14:29:59 ERROR\n  # not a heading\n  ```"),
        ("14:31", "next"),
    ]


def test_code_by_itself_is_read_as_a_timeline() -> None:
    found = read("Our notes:\n\n```\n14:30 begins\n# a comment\n14:31 ends\n```\n\nDone.\n")

    assert told(found) == [("14:30", "begins # a comment"), ("14:31", "ends")]
    assert found.structure == (3, 7)


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("### 23:21\n\nChange:\n\n```\n-  tag: 1\n+  tag: 2\n```\n", ["Change:\n```\n-  tag: 1\n+  tag: 2\n```"]),
        ("### 23:21\n\n```diff\n- a\n+ b\n```\n\nMore.\n", ["```diff\n- a\n+ b\n```\nMore."]),
        ("- 14:30 x\n  ```\n  a\n  ```python\n  ```\n- 14:31 y\n", ["x\n  ```\n  a\n  ```python\n  ```", "y"]),
        ("14:30 x\n~~~~\n~~~\n~~~~\n14:31 y\n", ["x\n~~~~\n~~~\n~~~~", "y"]),
        ("14:30 x\n```\n14:31 y\n", ["x ```", "y"]),
        ("- 14:30 change:\n  -  tag: 1\n  +  tag: 2\n", ["change:\n-  tag: 1\n+  tag: 2"]),
        ("14:30 it fails:\n    >>> f(1)\n    Traceback (most recent):\n      File \"a.py\"\n    KeyError: 1\n",
         ["it fails:\n    >>> f(1)\n    Traceback (most recent):\n      File \"a.py\"\n    KeyError: 1"]),
        ("- 14:30 typed:\n  $ kubectl get pods\n  >>> x\n", ["typed:\n$ kubectl get pods\n>>> x"]),
        ("14:30 a customer says\n> it is down\n> since 14:10\n", ["a customer says\n> it is down\n> since 14:10"]),
        ("14:30 changed:\n- replicas: 1\n+ replicas: 2\n", ["changed:\n- replicas: 1\n+ replicas: 2"]),
        ("- 14:30 x\n\n      $ ls\n      a\n\n- 14:31 y\n", ["x\n    $ ls\n    a", "y"]),
        ("- 14:30 the log:\n\n```\n14:29:01 a\n14:29:02 b\n```\n", ["the log:\n```\n14:29:01 a\n14:29:02 b\n```"]),
        ("14:30 x\n\n```log\n14:29:01 a\n```\n", ["x\n```log\n14:29:01 a\n```"]),
        ("14:30 the log:\n\n    2024-03-05 14:29:01 a\n    2024-03-05 14:29:02 b\n\n14:31 y\n",
         ["the log:\n    2024-03-05 14:29:01 a\n    2024-03-05 14:29:02 b", "y"]),
        ("14:30 x\n\n```\n14:31 a\n14:32 b\n```\n", ["x", "a", "b"]),
    ],
)  # fmt: skip
def test_code_diffs_and_traces_stay_as_they_stand(text: str, entries: list[str]) -> None:
    assert [words for _, words in told(read(text))] == entries


@pytest.mark.parametrize(
    "tail",
    [
        "Root cause: a bad config.",
        "\nRoot cause: a bad config.\n- 3 nodes",
        "- Root cause: a bad config.",
        "- **Resolution**:\n  - The node was replaced.",
        "- What went well\n  - the alert",
        "- Oorzaak: geheugen vol",
        "- Åtgärder: en större nod",
        "- Lösung: ein größerer Knoten",
        "- 原因：メモリ不足",
        "**Lessons learned:**\n- be careful",
        "\nThe cache was down for an hour, and the on-call engineer was paged at\n14:40 by somebody else.",
    ],
)
def test_what_stands_below_the_list_is_no_entry_and_no_part_of_one(tail: str) -> None:
    found = read(f"Timeline:\n\n- 14:30 begins\n- 14:31 ends\n{tail}\n")

    assert told(found) == [("14:30", "begins"), ("14:31", "ends")]
    assert len(found.skipped) == 1 + len(tail.strip().splitlines())


@pytest.mark.parametrize(
    "head",
    [
        "Root cause and resolution",
        "Root Cause Analysis:",
        "Corrective and Preventative Measures",
        "**Resolution and recovery:**",
        "Improvements/Fixes:",
        "Impact & detection",
        "Ursache und Lösung",
        "Causes et conséquences :",
        "Causa e impacto",
        "Tasks",
    ],
)
def test_the_name_of_a_part_ends_the_list_without_a_mark_or_a_blank_line(head: str) -> None:
    found = read(f"Timeline\n14:30 the pool was full\n14:40 all is well\n{head}\nThe pool had a leak.\n- Mend it.\n")

    assert told(found) == [("14:30", "the pool was full"), ("14:40", "all is well")]
    assert found.title is None


def test_several_points_on_a_line_are_several_entries() -> None:
    found = read("- 2:30 PM: the pool was full. - 2:40 PM: we added nodes. * 2:50 PM: all is well\n")

    assert told(found) == [("14:30", "the pool was full."), ("14:40", "we added nodes."), ("14:50", "all is well")]


def test_a_point_that_is_only_a_moment_has_the_label_above() -> None:
    found = read("- **Detected:**\n  - 2019-07-02 14:30\n- **By whom:**\n  - the probes\n")

    assert told(found) == [("14:30", "Detected")]


def test_a_time_with_a_colon_begins_a_line_also_below_one_that_breaks_off() -> None:
    found = read("14:30: we called the team\nwho was it escalated to\n   14:40: the team came\n= 14:50: all is well\n")

    assert told(found)[1:] == [("14:40", "the team came"), ("14:50", "all is well")]


def test_a_label_below_a_label_with_a_moment_is_a_field_of_its_own() -> None:
    found = read("**Detected**: 2019-07-02 between 14:30 and 14:40\n**Authors**: Ana, Bo\n**Status:** closed\n")

    assert len(found.lines) == 1
    assert [skipped.number for skipped in found.skipped] == [2, 3]


def test_a_line_of_tags_is_no_part_of_the_entry_above() -> None:
    found = read("- 14:30 the pool was full\n<br/><br/>\n\n- 14:40 all is well\n</ul>\n")

    assert told(found) == [("14:30", "the pool was full"), ("14:40", "all is well")]


@pytest.mark.parametrize(
    "day", ["The following day,", "the next day,", "On the next morning,", "Am nächsten Tag,", "Le lendemain,"]
)
def test_words_that_begin_with_the_next_day_are_of_that_day(day: str) -> None:
    found = read(f"- 21:00: the pool was full\n- 10:00: {day} all was well\n- 10:05: we said so\n")

    assert [f"{entry.occurred_at:%d %H:%M}" for entry in found.lines] == ["02 21:00", "03 10:00", "03 10:05"]


def test_sentences_outside_a_list_without_marks_are_prose_and_tell_within_it() -> None:
    sentence = "At 14:35 PT, the pool was full because nobody had looked after it for weeks, and it stayed so.\n"
    above, below = "14:30: the pool was full\n14:31: we added nodes\n", "14:40: more of them\n14:50: all is well\n"

    assert len(read(f"{above}{below}\n{sentence}").lines) == 4
    assert len(read(f"{sentence}\n{above}{below}").lines) == 4
    assert len(read(f"{above}\n{sentence}\n{below}").lines) == 5


def test_a_label_goes_on_with_an_entry_whose_time_is_bold() -> None:
    found = read("**14:30:** the pool was full\n**Owner:** ana\n")

    assert told(found) == [("14:30", "the pool was full **Owner:** ana")]


def test_a_wrapped_sentence_that_begins_with_a_time_is_told_as_one() -> None:
    found = read(
        "The threshold alert that all of us had waited for did not fire until\n14:30 UTC. A second board would do.\n"
    )

    assert [skipped.reason for skipped in found.skipped][1:] == ["The time on this line is part of a sentence."]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("**Title:** *The pool was full*\n\n- 14:30 begins\n", "The pool was full"),
        ("Título: El grupo estaba lleno\nFecha: 2 de julio de 2019\n\n14:30 begins\n", "El grupo estaba lleno"),
        (
            "Outage of the shop on May 10\nIssue Summary:\nIt was down.\n\n14:30 begins\n",
            "Outage of the shop on May 10",
        ),
        ("Issue Summary\n\nIt was down.\n\n14:30 begins\n", None),
        ("## Timeline\n\n14:30 begins\n", None),
    ],
)
def test_the_name_of_a_part_is_no_title_and_stands_below_one(text: str, title: str | None) -> None:
    assert read(text).title == title


def test_a_length_in_a_heading_is_no_event_and_gives_the_zone() -> None:
    found = read(
        "# Outage\n\n## Issue summary: Duration: 1 hour (2:30 PM - 3:30 PM, PST)\n\n- 2:30 PM: full\n- 3:30 PM: well\n"
    )

    assert told(found) == [("22:30", "full"), ("23:30", "well")]
    assert found.zone_name == "PST"


def test_a_sentence_with_a_time_is_prose_where_a_list_has_the_times() -> None:
    sentence = "On March 5, 2024 at 11:20 UTC our network began to fail requests of one zone."
    rows = "| Time | Event |\n|---|---|\n| 11:05 | x |\n| 11:30 | y |\n| 11:40 | z |\n"

    assert [entry.text for entry in read(f"{sentence}\n\n{rows}").lines] == ["x", "y", "z"]
    assert read(f"{sentence}\n\n{rows}").lines[0].occurred_at == datetime(2024, 3, 5, 11, 5, tzinfo=UTC)
    assert len(read(sentence).lines) == 1


def test_a_remark_in_brackets_behind_a_time_that_stands_above_goes_with_it() -> None:
    found = read("**14:30 UTC (lasting 38 minutes)**\n\nJobs were\nqueued.\n\n---\n\nSee our status page.\n")

    assert told(found) == [("14:30", "Jobs were queued. (lasting 38 minutes)")]


def test_the_head_of_a_mail_is_its_title_and_its_year() -> None:
    found = read_timeline(
        "From: Ops <ops@example.org>\nDate: Tue, 05 Mar 2024 10:22:41 +0000\nSubject: Re: [ops] No cache\n\n"
        "Hello,\n\n4 March\n 09:12  down\n",
        now=NOW,
        zone=UTC,
    )

    assert found.title == "No cache"
    assert [entry.occurred_at for entry in found.lines] == [datetime(2024, 3, 4, 9, 12, tzinfo=UTC)]


def test_lengths_and_tasks_that_are_left_are_no_moments() -> None:
    found = read("Duration: 1:28\n**Time to repair**: 0:40\n\n- [x] 14:30 begins\n- [ ] write it up\n")

    assert told(found) == [("14:30", "begins")]
    assert [skipped.reason for skipped in found.skipped] == [
        "This line gives a length of time, not a moment.",
        "This line gives a length of time, not a moment.",
        "There is no time on this line.",
    ]


def test_what_stands_below_a_heading_with_a_time_and_words_belongs_to_it() -> None:
    assert told(read("### 14:30 – deploy\n- by ana\n\nNotes.\n\n### 14:31 – alert\n\n14:32\n: paged\n")) == [
        ("14:30", "deploy\n- by ana\nNotes."),
        ("14:31", "alert"),
        ("14:32", "paged"),
    ]


def test_only_points_beside_the_entry_take_its_time() -> None:
    found = read("- **Context**:\n  - 14:30 begins\n  - also this\n- **Next**:\n  - look\n")

    assert told(found) == [("14:30", "begins"), ("14:30", "also this")]


@pytest.mark.parametrize("line", ["25:61 text", "- 14:61 text", "  26:30 text", "9961 hrs text"])
def test_a_line_whose_time_is_not_understood_takes_no_other(line: str) -> None:
    found = read(f"- 14:30 begins\n{line}\n")

    assert told(found) == [("14:30", "begins")]
    assert [skipped.reason for skipped in found.skipped] == ["The time on this line is not understood."]


def test_a_line_with_its_own_time_is_its_own_entry() -> None:
    assert told(read("- 14:30 begins\n  14:31 goes on\n    14:32 and on\n")) == [
        ("14:30", "begins"),
        ("14:31", "goes on"),
        ("14:32", "and on"),
    ]


def test_the_title_is_the_first_heading_the_first_line_or_in_the_settings_of_the_page() -> None:
    assert read("# Outage of **checkout**\n\n## Timeline\n").title == "Outage of **checkout"
    assert read("Outage of checkout\n==================\n14:30 x\n").title == "Outage of checkout"
    assert read("Outage of checkout\n\n14:30 x\n").title == "Outage of checkout"
    assert read('---\ntitle: "Outage of checkout"\ndate: 2019-08-01\n---\n\n14:30 x\n').title == "Outage of checkout"
    assert read("## 2019-07-02\n14:30 x\n").title is None
    assert read("- 14:30 x\n").title is None


def test_blank_text_is_an_empty_timeline() -> None:
    for text in ("", "\n\n", " \t\r\n \u00a0 "):
        found = read(text)
        assert (found.lines, found.skipped, found.structure, found.title) == ((), (), (), None)
        assert summary(found) == "understood 0 entries, skipped none"


def test_what_was_understood_is_shown_before_anything_is_written() -> None:
    text = "# Outage\n\nIntro.\n\n- 14:30 ! roll\n  back\n- 14:31:05 done\n\nEnd.\n"
    found = read(text)

    assert summary(found) == "understood 2 entries, skipped 2 lines (line 3: There is no time on this line; 1 more)"
    assert preview(found, text.split("\n"), UTC, width=60) == [
        "Outage",
        "understood 2 entries, skipped 2 lines",
        "assumed:",
        "  no zone stated: taken as UTC",
        "  no date before the first time: taken as 2019-07-02 (as",
        "    given)",
        "as read, times in UTC, beside the source:",
        "  2019-07-02",
        "    14:30  decision: roll back       │ 5: - 14:30 ! rol…",
        "    14:31:05  done                   │ 7: - 14:31:05 do…",
        "skipped:",
        "  line 3: There is no time on this line. Intro.",
        "  line 9: There is no time on this line. End.",
    ]
    assert "  … 1 entry more" in preview(found, text.split("\n"), UTC, limit=1)
    long = "14:30 " + "x" * 5000
    assert max(len(line) for line in preview(read(long), [long], UTC, width=80)) <= 80


def test_what_the_text_leaves_open_is_a_question() -> None:
    text = "[05/03/2024 09:12] Ana: x\n[06/03/2024 09:14] Bo: y\n"

    def asked(text: str, **answers: str) -> list[tuple[str, str]]:
        taken = {key: value for about, answer in answers.items() for key, value in answered(about, answer, DAY).items()}
        found = read_timeline(text, **{"now": NOW, "zone": UTC, **taken})
        assert found.lines
        return [(question.about, question.assumed) for question in found.questions]

    assert asked(text) == [("zone", "UTC"), ("order", "dmy")]
    assert asked(text, order="mdy") == [("zone", "UTC")]
    assert asked("14:30 x") == [("zone", "UTC"), ("day", "2026-11-20")]
    assert asked("14:30 x", day="5 March 2024") == [("zone", "UTC")]
    assert asked("2024-03-05 14:30 UTC x") == []


@pytest.mark.parametrize(("about", "answer"), [("zone", "Mars"), ("day", "31 February"), ("order", "ymd")])
def test_an_answer_that_means_nothing_is_refused(about: str, answer: str) -> None:
    with pytest.raises(Refused):
        answered(about, answer, DAY)


def test_an_answer_counts_for_the_reading() -> None:
    found = read_timeline("14:30 x", now=NOW, **answered("zone", "PDT", DAY), **answered("day", "2024-07-05", DAY))

    assert found.lines[0].occurred_at == datetime(2024, 7, 5, 21, 30, tzinfo=UTC)
    assert "no zone stated: taken as PDT" in found.assumptions
    chat = "[05/03/2024 09:12] Ana: x\n[06/03/2024 09:14] Bo: y\n"
    found = read_timeline(chat, now=NOW, zone=UTC, **answered("order", "mdy", DAY))
    assert [entry.occurred_at.month for entry in found.lines] == [5, 6]


def test_points_with_bars_are_a_list_also_below_the_heads_of_a_table() -> None:
    found = read("[Table: | Time | Event | Actor |]\n- **08:45** : one | System\n- **08:47** : two | Client\n")

    assert told(found) == [("08:45", "one | System"), ("08:47", "two | Client")]


def test_rows_with_a_dash_for_their_time_are_told_as_without_one() -> None:
    rows = "| 10:00 | lost |\n| \u2014 | searched |\n| - | found |\n| \u2014 | tried |\n"
    found = read(f"| Time (UTC) | Event |\n|---|---|\n{rows}")

    assert told(found) == [("10:00", text) for text in ("lost", "searched", "found", "tried")]
    assert "3 lines without a time take the time above (lines 4, 5, 6)" in found.assumptions


def test_properties_below_a_time_are_one_entry() -> None:
    text = "**2019-07-02 06:30 UTC**\n\n- **Source:** proxy\n- **Event:** login\n\n"
    found = read(f"{text}**2019-07-02 07:30 UTC**\n\n- **Source:** mail\n- **Event:** sent\n")

    assert told(found) == [
        ("06:30", "**Source:** proxy\n- **Event:** login"),
        ("07:30", "**Source:** mail\n- **Event:** sent"),
    ]
