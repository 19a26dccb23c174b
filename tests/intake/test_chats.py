"""Chats as programs copy and export them, and updates whose time stands on a line of its own."""

from datetime import UTC, datetime

import pytest

from console.intake.chats import CHAT_NOTICE
from console.intake.model import ReadTimeline
from console.intake.timeline import read_timeline

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOTICE = "The chat program wrote this line, no person did."


def read(text: str) -> ReadTimeline:
    return read_timeline(text, now=NOW, zone=UTC)


def messages(text: str) -> list[str]:
    """Each entry as `03-05 09:12 author: text`, line ends as bars."""
    return [
        f"{entry.occurred_at:%m-%d %H:%M} {entry.author or ''}: {entry.text}".replace("\n", "|")
        for entry in read(text).lines
    ]


TWO = ["03-05 09:12 Ana Lopez: no cache", "03-05 09:14 bo: restarting"]

TWO_MESSAGES = {
    "slack": "Tuesday, March 5th, 2024\nAna Lopez\n  9:12 AM\nno cache\nbo\n  9:14 AM\nrestarting\n",
    "slack, more blanks before some times": "2024-03-05\nAna Lopez 9:12 AM\nno cache\nbo:tea:  9:14 AM\nrestarting\n",
    "kakaotalk, windows": "팀 대화\n저장한 날짜 : 2024-03-06 10:00:00\n\n------- 2024년 3월 5일 화요일 -------\n"
    "[Ana Lopez] [오전 9:12] no cache\n[bo] [오전 9:14] restarting\n",
    "kakaotalk, day between rules": "-----\n2024년 3월 5일 화요일\n-----\n오전 9:12, Ana Lopez : no cache\n"
    "오전 9:14, bo : restarting\n",
    "line": "[LINE] Chat history with Ana Lopez\nSaved on: 03/07/2024, 11:00\n\n2024.03.05 Tuesday\n"
    "09:12\tAna Lopez\tno cache\n09:14\tbo\trestarting\n2024.03.06 Wednesday\n",
    "slack in one line": "2024-03-05\nAna Lopez  9:12 AM\nno cache\nbo  9:14 AM\nrestarting\n",
    "slack in brackets": "2024-03-05\nAna Lopez [9:12 AM]\nno cache\nbo [9:14 AM]\nrestarting\n",
    "slack with a status": "2024-03-05\nAna Lopez:palm_tree:  9:12 AM\nno cache\nbo APP  9:14 AM (edited)\n"
    "restarting\n",
    "slack in bold, quoted": "# 2024-03-05\n\n> **Ana Lopez** 9:12 AM\n> no cache\n\n> **bo** 9:14 AM\n> restarting\n",
    "slackdump": "> Ana Lopez [U0123ABCDEF] @ 05/03/2024 09:12:10 Z:\nno cache\n"
    "> bo [U0123ABCDEG] @ 05/03/2024 09:14:10 Z:\n"
    "restarting\n",
    "discord": "Ana Lopez — 03/05/2024 9:12 AM\nno cache\nbo — 03/05/2024 9:14 AM\nrestarting\n",
    "discord, line by line": "March 5, 2024\nAna Lopez\n — \n9:12 AM\nno cache\nbo\n — \n9:14 AM\nrestarting\n",
    "discord export": "[05-Mar-24 09:12 AM] Ana Lopez\nno cache\n\n[05-Mar-24 09:14 AM] bo\nrestarting\n",
    "discord as text": "2024-03-05\n[9:12 AM]Ana Lopez: no cache\n[9:14 AM]bo: restarting\n",
    "teams": "[3/5/2024 9:12 AM] Ana Lopez\nno cache\n\n[3/5/2024 9:14 AM] bo\nrestarting\n",
    "teams in one line": "[05.03.2024 09:12] Ana Lopez: no cache\n[05.03.2024 09:14] bo: restarting\n",
    "google chat": "Ana Lopez, Mar 5, 2024, 9:12 AM\nno cache\nbo, Mar 5, 2024, 9:14 AM, Edited\nrestarting\n",
    "telegram": "Ana Lopez, [05.03.2024 09:12]\nno cache\n\nbo, [05.03.2024 09:14]\nrestarting\n",
    "telegram on a mac": "Ana Lopez, [Mar 5, 2024 at 9:12:10 AM]:\nno cache\n\n"
    "bo, [Mar 5, 2024 at 9:14:10 AM]:\nrestarting",
    "mattermost": "2024-03-05\nAna Lopez\n9:12 AM\nno cache\nbo\n9:14 AM\nrestarting\n",
    "rocket.chat": "2024-03-05\nAna Lopez @ana 9:12 AM\nno cache\nbo @bo 9:14 AM\nrestarting\n",
    "zoom": "2024-03-05\n09:12:10 From Ana Lopez to Everyone:\n\tno cache\n09:14:10\t From bo : restarting\n",
    "zoom, to Everyone": "2024-03-05\n09:12:10 From Ana Lopez To Everyone: no cache\n"
    "09:14:10 From bo To Ana: restarting\n",
    "zoom, de": "2024-03-05\n09:12:10 Von Ana Lopez an Alle : no cache\n09:14:10 Von bo an Alle : restarting\n",
    "zoom, fr": "2024-03-05\n09:12:10 De Ana Lopez \u00e0 Tous : no cache\n09:14:10 De bo \u00e0 Tous : restarting\n",
    "zoom, es": "2024-03-05\n09:12:10 De Ana Lopez a Todos: no cache\n09:14:10 De bo a Todos: restarting\n",
    "skype": "[05/03/2024 09:12:10] Ana Lopez: no cache\n[05/03/2024 09:14:10] bo: restarting\n",
    "pidgin": "Conversation with #ops at Tue 05 Mar 2024 09:00:00 AM UTC on x (irc)\n"
    "(09:12:10 AM) Ana Lopez: no cache\n"
    "(09:14:10 AM) bo: restarting\n",
    "jira": "Ana Lopez added a comment - 05/Mar/24 9:12 AM\nno cache\nbo added a comment - 05/Mar/24 9:14 AM\n"
    "restarting\n",
    "name first": "# 2024-03-05\n\n**Ana Lopez** (09:12): no cache\n**bo** (09:14): restarting\n",
    "whatsapp, us": "3/5/24, 9:12\u202fAM - Ana Lopez: no cache\n3/5/24, 9:14\u202fAM - bo: restarting\n",
    "whatsapp, de": "05.03.24, 09:12 - Ana Lopez: no cache\n05.03.24, 09:14 - bo: restarting\n",
    "whatsapp, gb": "05/03/2024, 09:12 - Ana Lopez: no cache\n05/03/2024, 09:14 - bo: restarting\n",
    "whatsapp, fr": "05/03/2024 à 09:12 - Ana Lopez: no cache\n05/03/2024 à 09:14 - bo: restarting\n",
    "whatsapp, es": "5/3/24, 9:12\u202fa. m. - Ana Lopez: no cache\n5/3/24, 9:14\u202fa. m. - bo: restarting\n",
    "whatsapp, fi": "5.3.2024 klo 9.12 - Ana Lopez: no cache\n5.3.2024 klo 9.14 - bo: restarting\n",
    "whatsapp, nl": "05-03-2024 09:12 - Ana Lopez: no cache\n05-03-2024 09:14 - bo: restarting\n",
    "whatsapp, sv": "2024-03-05 09:12 - Ana Lopez: no cache\n2024-03-05 09:14 - bo: restarting\n",
    "whatsapp, zh": "2024/3/5 上午9:12 - Ana Lopez: no cache\n2024/3/5 上午9:14 - bo: restarting\n",
    "whatsapp, ko": "2024. 3. 5. 오전 9:12, Ana Lopez : no cache\n2024. 3. 5. 오전 9:14, bo : restarting\n",
    "whatsapp, iphone": "\u200e[05/03/2024, 09:12:10] Ana Lopez: no cache\n"
    "[05/03/2024, 09:14:10] ~\u202fbo: restarting\n",
    "slack with a date": "Ana Lopez  Mar 5th, 2024 at 9:12 AM\nno cache\nbo  Mar 5th, 2024 at 9:14 AM\nrestarting\n",
    "teams, line by line": "Ana Lopez\n3/5/24 9:12 AM\nno cache\n\nbo\n3/5/24 9:14 AM\nrestarting\n",
    "kakaotalk": "2024-03-05\n[Ana Lopez] [오전 9:12] no cache\n[bo] [오전 9:14] restarting\n",
    "servicenow": "2024-03-05 09:12:10 - Ana Lopez (Work notes)\nno cache\n\n"
    "2024-03-05 09:14:10 - bo (Additional comments)\nrestarting\n",
    "servicenow, de": "05.03.2024 09:12:10 - Ana Lopez (Arbeitsnotizen)\nno cache\n\n"
    "05.03.2024 09:14:10 - bo (Zusätzliche Kommentare)\nrestarting\n",
    "bugzilla": "Ana Lopez  Comment 0  •  2024-03-05 09:12 UTC\nno cache\n\nbo  Comment 1  •  2024-03-05 09:14 UTC\n"
    "restarting\n",
    "mattermost, fr": "5 mars 2024\nAna Lopez\n9 h 12\nno cache\nbo\n9 h 14\nrestarting\n",
    "line by line, ja": "2024年3月5日\nAna Lopez\n9時12分\nno cache\nbo\n9時14分\nrestarting\n",
    "whatsapp, web": "[9:12 AM, 3/5/2024] Ana Lopez: no cache\n[9:14 AM, 3/5/2024] bo: restarting\n",
}


@pytest.mark.parametrize("text", TWO_MESSAGES.values(), ids=TWO_MESSAGES)
def test_a_message_has_its_time_and_its_author(text: str) -> None:
    assert messages(text) == TWO


def test_the_ends_of_a_span_are_no_people() -> None:
    notice = "From : 3/5/2026 09:12 AM\nTo : 3/5/2026 09:40 AM\n\nNo cache.\n\n" * 2

    assert [entry.author for entry in read(notice).lines] == [None] * len(read(notice).lines)


def test_irc_tells_who_does_what_and_what_the_program_wrote() -> None:
    text = (
        "--- Log opened Tue Mar 05 09:00:00 2024\n09:11 -!- ana [~ana@host] has joined #ops\n"
        "09:12 <@ana> cache is down\n"
        "09:13  * ana restarts node 3\n09:14 < bo> was: fine at 9:02\n--- Day changed Wed Mar 06 2024\n"
        "00:10 <ana> done\n"
    )

    assert messages(text) == [
        "03-05 09:12 ana: cache is down",
        "03-05 09:13 ana: restarts node 3",
        "03-05 09:14 bo: was: fine at 9:02",
        "03-06 00:10 ana: done",
    ]
    assert [(skipped.number, skipped.reason) for skipped in read(text).skipped] == [(2, NOTICE)]
    tabbed = (
        "2024-03-05 09:12:10\t@ana\tno\n2024-03-05 09:13:00\t-->\tcy has joined\n2024-03-05 09:14:00\t *\tana waits\n"
    )
    for shown in ("<      ana>", "<     @ana>", "<@     ana>", "<ana      >"):
        padded = f"2024-03-05\n09:12 <longnick> no\n09:13 {shown} down?\n09:14  *      ana waits\n09:15 a bot tells\n"
        assert [entry.author for entry in read(padded).lines] == ["longnick", "ana", "ana", None]
    assert messages(tabbed) == ["03-05 09:12 ana: no", "03-05 09:14 ana: waits"]


def test_a_message_goes_on_by_the_same_author_in_the_same_half_of_the_day() -> None:
    text = (
        "2024-03-05\nAna Lopez\n  2:14 PM\npayments fail\n2:15\none in five\n3 replies\nRui\n  2:17 PM\nback\n:ok: 2\n"
    )

    assert messages(text) == [
        "03-05 14:14 Ana Lopez: payments fail",
        "03-05 14:15 Ana Lopez: one in five",
        "03-05 14:17 Rui: back",
    ]
    assert [skipped.reason for skipped in read(text).skipped] == [NOTICE, NOTICE]


def test_what_is_said_stays_as_it_stands() -> None:
    text = (
        "2024-03-05\nana  9:12 AM\nthe log:\n```\n    09:11:58 ERROR\n```python\n+ x\n```\n\n> customer\n"
        "- a point\n\nmore\n"
        "9:10 node 3 went away\nbo  9:14 AM\nok\n"
    )

    assert messages(text) == [
        "03-05 09:12 ana: the log:|```|    09:11:58 ERROR|```python|+ x|```|> customer|- a point|more",
        "03-05 09:10 ana: node 3 went away",
        "03-05 09:14 bo: ok",
    ]


def test_labels_within_a_message_belong_to_it() -> None:
    text = "2024-03-05\nana  9:12 AM\nSummary: no cache\n\nImpact: 5 %\nbo  9:14 AM\nok\n\nRoot cause: the node\n"

    assert messages(text) == ["03-05 09:12 ana: Summary: no cache|Impact: 5 %", "03-05 09:14 bo: ok"]
    assert messages("Resolved\n2024-03-05 10:40 UTC\nIt is back.\nImpact: none\n") == [
        "03-05 10:40 : Resolved|It is back.|Impact: none"
    ]


def test_today_and_yesterday_count_from_the_day_that_the_text_names() -> None:
    text = "Ana — Yesterday at 11:50 PM\nslow\nBo — Today at 9:12 AM\ndown\n"

    assert messages(f"# Cache 2024-03-05\n\n{text}") == ["03-04 23:50 Ana: slow", "03-05 09:12 Bo: down"]
    assert messages(text.replace("Yesterday at", "Gestern um").replace("Today at", "Heute um"))[0][:11] == "11-20 23:50"
    assert "“today” is taken as 2026-11-21" in read(text).assumptions


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        *((zone, "month") for zone in ("EST", "PDT", "ET", "US/Eastern", "America/Chicago")),
        *((zone, "day") for zone in ("CET", "BST", "AEST", "Europe/Berlin")),
    ],
)
@pytest.mark.parametrize(
    "text",
    [
        "02/07/2026 14:00 {} Bob: down\n02/07/2026 14:05 {} Ana: up\n",
        "02/07/2026 14:00 {} down\n02/07/2026 14:05 {} up\n",
        "All times are in {}.\n\n[02/07/2026, 14:00] Bob: down\n[02/07/2026, 14:05] Ana: up\n",
    ],
)
def test_the_zone_tells_the_order_of_day_and_month(text: str, zone: str, first: str) -> None:
    day = {"month": "2026-02-07", "day": "2026-07-02"}[first]
    reading = read(text.replace("{}", zone))
    assert f"02/07/2026 is read with the {first} first, as {day}" in reading.assumptions
    assert "order" in [question.about for question in reading.questions]


def test_an_order_of_day_and_month_that_the_chat_leaves_open_is_told() -> None:
    chat = "[{}/2024, 09:12] Ana: x\n[{}/2024, 09:14] Bo: y\n"

    told = "05/03/2024 is read with the day first, as 2024-03-05"
    assert told in read(chat.format("05/03", "06/03")).assumptions
    assert [question.about for question in read(chat.format("05/03", "06/03")).questions] == ["zone", "order"]
    assert [at[:5] for at in messages(chat.format("03/05", "03/13"))] == ["03-05", "03-13"]
    assert [question.about for question in read(chat.format("03/05", "03/13")).questions] == ["zone"]


@pytest.mark.parametrize(
    "text",
    [
        "09:12 Impact: x\n09:14 Deploy: y\n09:15 Impact: z\n",
        "[09:12] deploy: x\n[09:14] db: y\n[09:15] deploy: z\n",
        "09:12 * x\n09:14 > y\n09:15 ! z\n",
        "[09:12] x\n[09:14] y\n[09:15] z\n",
        "7:12 a.m. PST: Status page: x\n7:14 a.m. PST: Status page: y\n7:15 a.m. PST: Status page: z\n",
        "09:12 Kafka: x\n09:14 Redis: y\n09:15 Kafka: z\n",
        "09:12 node-3: x\n09:14 node-3: y\n09:15 node-4: z\n",
    ],
)
def test_labels_and_markers_are_no_authors(text: str) -> None:
    assert [entry.author for entry in read(text).lines] == [None, None, None]


def test_people_with_full_names_who_speak_again_are_known_in_a_list() -> None:
    said = (("09:12", "Ana Lopez", "no cache"), ("09:14", "Bo Ek", "restarting"), ("09:15", "Ana Lopez", "ok"))

    for form in ("- {} {}: {}", "- {} - **{}:** {}", "{} UTC {}: {}", "- {} @{}: {}"):
        text = "# 2024-03-05\n\n" + "".join(f"{form.format(*line)}\n" for line in said)
        assert messages(f"{text}\nAfter it we met.\n") == [f"03-05 {at} {who}: {words}" for at, who, words in said]
    assert messages("2024-03-05\n- 09:12 <ana> no cache\n\nAfter it.\n") == ["03-05 09:12 ana: no cache"]


def test_what_people_do_in_an_issue_tracker_stands_beside_what_they_write() -> None:
    page = (
        "Cache #7\n\nana-l opened on Mar 5, 2024, 9:10 AM\nno cache\n\nbo commented on Mar 5, 2024, 9:12 AM\nMember\n"
        "Node 3.\nTraffic moved to eu on Mar 5, 2024, 9:05 AM\n\n"
        "ci bot added 2 commits that reference this issue on Mar 5, 2024, 9:13 AM\n"
        "ana-l self-assigned this on Mar 5, 2024, 9:14 AM\nana-l mentioned this on Mar 5, 2024, 9:15 AM\n"
        "Raise the limit #8\n\nBo Ek reopened this as it fails on Mar 5, 2024, 9:16 AM\n"
    )

    assert messages(page) == [
        "03-05 09:10 ana-l: no cache",
        "03-05 09:12 bo: Node 3.|Traffic moved to eu on Mar 5, 2024, 9:05 AM",
        "03-05 09:13 ci: added 2 commits that reference this issue",
        "03-05 09:14 ana-l: self-assigned this",
        "03-05 09:15 ana-l: mentioned this|Raise the limit #8",
        "03-05 09:16 Bo Ek: reopened this as it fails",
    ]
    jira = (
        "Ana Lopez created issue - 05/Mar/24 9:10 AM\nBo Ek changed the Status 05/Mar/24 9:12 AM\nTo do\nDone\n"
        "Bo Ek added a comment - 05/Mar/24 9:14 AM\nok\n"
    )
    assert messages(jira) == [
        "03-05 09:10 Ana Lopez: created issue",
        "03-05 09:12 Bo Ek: changed the Status|To do|Done",
        "03-05 09:14 Bo Ek: ok",
    ]
    lines = "Traffic moved to eu on Mar 5, 2024, 9:12 AM\n\nDisk closed on Mar 5, 2024, 9:14 AM\n"
    assert [entry.author for entry in read(lines).lines] == [None, None]


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Dr. Ana M. Lopez", ""),
        ("Lopez, Ana (Platform)", ""),
        ("Ana | SRE", ""),
        ("O'Neil-Ñandú", ""),
        ("李 雷", ""),
        ("ana.lopez_2", ""),
        ("Ana Lopez (she/her)", "Ana Lopez"),
        ("Ana Lopez \U0001f334", "Ana Lopez"),
        ("Ana Lopez (Guest)", "Ana Lopez"),
        ("ana#0417 (pinned)", "ana#0417"),
        ("renovate[bot]", "renovate"),
        ("\u200eAna\u200e Lopez", "Ana Lopez"),
        ("*Ana*", "Ana"),
    ],
)
def test_names_are_read_as_chats_show_them(shown: str, name: str) -> None:
    chat = f"2024-03-05\n{shown}  9:12 AM\nno cache\nbo  9:14 AM\nrestarting\n"

    assert [entry.author for entry in read(chat).lines] == [name or shown, "bo"]


def test_a_number_in_no_address_book_is_an_author() -> None:
    chat = "05.03.2024, 09:12 - +49 170 1234567: no cache\n05.03.2024, 09:14 - Bo: restarting\n"

    assert messages(chat)[0] == "03-05 09:12 +49 170 1234567: no cache"


UPDATES = ["03-05 10:40 : Resolved|It is back.", "03-05 09:12 : Investigating|We look."]


@pytest.mark.parametrize(
    "text",
    [
        "Resolved\nIt is back.\nPosted Mar 05, 2024 - 10:40 UTC\n\nInvestigating\nWe look.\n"
        "Posted Mar 05, 2024 - 09:12 UTC\n"
        "\nThis incident affected: Cache (Node 3).\n",
        "Resolved\nIt is back.\nPosted 2 years ago. Mar 05, 2024 - 10:40 UTC\n"
        "Investigating\nWe look.\nPosted 2 years ago. Mar 05, 2024 - 09:12 UTC\n",
        *(
            f"Resolved\nIt is back.\n{posted} - 10:40 UTC\nInvestigating\nWe look.\n{posted} - 09:12 UTC\n"
            for posted in (
                "Veröffentlicht am 5. März 2024",
                "Publié le 5 mars 2024",
                "Publicado em 5 de março de 2024",
                "Pubblicato il 5 marzo 2024",
                "Geplaatst op 5 maart 2024",
                "投稿日時: 2024年3月5日",
                "— Mar 5, 2024",
            )
        ),
        "Resolved\nMarch 5, 2024 10:40 UTC\nIt is back.\n\nInvestigating\nMarch 5, 2024 09:12 UTC\nWe look.\n",
        "Resolved\n\nIt is back.\n\nPosted 2 years ago, Mar 05, 2024 10:40 UTC\n\n"
        "Investigating\n\nWe look.\n\nPosted 2 years ago, Mar 05, 2024 09:12 UTC\n",
        "### Resolved\n2024-03-05 10:40 UTC\n\nIt is back.\n\n### Investigating\n2024-03-05 09:12 UTC\n\nWe look.\n",
        "Posted Mar 05, 2024 - 10:40 UTC\nResolved\nIt is back.\n\n"
        "Posted Mar 05, 2024 - 09:12 UTC\nInvestigating\nWe look.\n",
    ],
)
def test_an_update_has_the_time_below_its_words_or_its_status(text: str) -> None:
    assert messages(text) == UPDATES


@pytest.mark.parametrize("below", ["Incident Report for X", "Rapport d'incident pour X", "Störungsbericht für X"])
def test_the_title_of_a_status_page_stands_above_whose_it_is(below: str) -> None:
    page = read(f"Slow uploads\n{below}\n\nResolved\nIt is back.\nPosted 2 years ago. Mar 05, 2024 - 10:40 UTC\n")

    assert (page.title, [entry.numbers for entry in page.lines]) == ("Slow uploads", [(4, 5, 6)])


def test_paragraphs_between_two_times_belong_to_the_one_above_them() -> None:
    text = (
        "March 5, 2024 10:40 UTC\nIt is back.\n\nAll is well.\n\nMarch 5, 2024 09:12 UTC\nWe look.\n\n"
        "## Lessons\n\nNone.\n"
    )

    assert messages(text) == ["03-05 10:40 : It is back.|All is well.", "03-05 09:12 : We look."]


def test_who_posted_an_update_is_its_author() -> None:
    text = (
        "It is back.\n\nPosted by Ana Lopez on Mar 05, 2024 - 10:40 UTC\n\nWe look.\n\n"
        "Posted by Bo on Mar 05, 2024 - 09:12 UTC\n"
    )

    assert messages(text) == ["03-05 10:40 Ana Lopez: It is back.", "03-05 09:12 Bo: We look."]


def test_chats_of_several_programs_in_one_text_each_have_their_form_their_day_and_their_zone() -> None:
    text = (
        "Slack (PST), 5 March 2026:\n\n[9:12 AM] Ana Lopez: hello\n[9:13 AM] Bo Chen: hi\n\n"
        "IRC (UTC), 6 March 2026:\n\n16:20 <ana> still here\n16:21 <bo> yes\n\n"
        "## Teams, 7 March 2026\n\n[10:00] Bo Chen: done\n[10:01] Ana Lopez: thanks\n"
    )
    read = read_timeline(text, now=NOW, zone=UTC)

    assert [(f"{entry.occurred_at:%m-%d %H:%M}", entry.author, entry.text) for entry in read.lines] == [
        ("03-05 17:12", "Ana Lopez", "hello"),
        ("03-05 17:13", "Bo Chen", "hi"),
        ("03-06 16:20", "ana", "still here"),
        ("03-06 16:21", "bo", "yes"),
        ("03-07 10:00", "Bo Chen", "done"),
        ("03-07 10:01", "Ana Lopez", "thanks"),
    ]


def test_what_a_client_of_irc_tells_of_the_channel_is_no_message() -> None:
    told = ["Now talking on #ops", "Topic for #ops is: be kind", "Topic set by ana", "You have joined #ops"]
    lines = [f"2026-03-05 09:1{minute} *\t{text}" for minute, text in enumerate(told)]
    text = "\n".join([*lines, "2026-03-05 09:20 <ana>\tdisk full", "2026-03-05 09:21 *\tbo checks"])
    assert messages(text) == ["03-05 09:20 ana: disk full", "03-05 09:21 bo: checks"]


@pytest.mark.parametrize(
    "words",
    [
        ("From", "Sent", "To", "Subject"),
        ("Von", "Gesendet", "An", "Betreff"),
        ("De", "Enviado", "Para", "Asunto"),
        ("De", "Envoyé", "À", "Objet"),
        ("**From:", "**Date:", "**To:", "**Subject:"),
    ],
)
def test_mails_below_each_other_have_their_senders(words: tuple[str, ...]) -> None:
    sender, sent, to, subject = (f"{word}**" if word.startswith("*") else f"{word}:" for word in words)
    text = "\n".join(
        f"{sender} {name}\n{sent} 2026-03-05 {clock}\n{to} Ops\n{subject} Gate 3\n\n{said}\n"
        for name, clock, said in (
            ("Bo Chen <bo@example.com>", "09:14", "board is wet"),
            ("Ana Lopez", "09:12", "gate is shut"),
        )
    )

    assert sorted(messages(text)) == ["03-05 09:12 Ana Lopez: gate is shut", "03-05 09:14 Bo Chen: board is wet"]
    assert read(text).title == "Gate 3"


@pytest.mark.parametrize(
    "line",
    [
        "{clock} | {name} | {words}",
        "- **{clock}** | {name} | {words}",
        "{clock}\t{name}\t{words}",
        "{clock}; {name}; {words}",
        "* {clock} - {name} - {words}",
        "{clock} / {name} / {words}",
    ],
)
@pytest.mark.parametrize("names", [("Ana Lopez", "Bo Chen", "Ana Lopez"), ("@ana", "@bo", "@cy"), ("ana", "bo", "ana")])
def test_who_stands_between_the_time_and_the_words_is_their_author(line: str, names: tuple[str, ...]) -> None:
    words = ("restarts the proxy", "sees the queue drop | to zero", "closes the alarm")
    clocks = ("09:12", "09:31", "09:40")
    rows = [
        line.format(clock=clock, name=name, words=word.replace("|", "or" if "|" in line else "|"))
        for clock, name, word in zip(clocks, names, words, strict=True)
    ]
    timeline = read("# Proxy down on 5 March 2026 (UTC)\n\n" + "\n".join(rows) + "\n")

    assert [(f"{entry.occurred_at:%H:%M}", entry.author) for entry in timeline.lines] == [
        (clock, name.removeprefix("@")) for clock, name in zip(clocks, names, strict=True)
    ]
    assert [entry.text.split()[0] for entry in timeline.lines] == ["restarts", "sees", "closes"]


@pytest.mark.parametrize(
    "things", [("api", "proxy", "db"), ("Load Balancer", "Edge Cache", "Load Balancer"), ("deploy", "alert", "alert")]
)
def test_what_stands_between_the_time_and_the_words_may_be_a_thing(things: tuple[str, ...]) -> None:
    rows = "".join(f"09:{minute} | {thing} | is slow\n" for minute, thing in zip((12, 31, 40), things, strict=True))
    timeline = read(f"# Proxy down on 5 March 2026 (UTC)\n\n{rows}")

    assert [(entry.author, entry.text) for entry in timeline.lines] == [
        (None, f"{thing} | is slow") for thing in things
    ]


@pytest.mark.parametrize("name", ["Prof. Oak", "Dr. Ana Lopez", "Ing. Bo Chen"])
def test_a_name_may_begin_with_a_title(name: str) -> None:
    chat = f"05.03.2026, 09:12 - {name}: no cache\n05.03.2026, 09:14 - bo: restarting\n"

    assert messages(chat) == [f"03-05 09:12 {name}: no cache", "03-05 09:14 bo: restarting"]


def test_the_mask_behind_a_nick_is_none_of_it() -> None:
    log = "[2024-03-05 09:12] <ana!~ana@host-{0}.example> no cache\n[2024-03-05 09:14] <bo!b@10.0.0.7> restarting\n"

    assert messages(log.format("long" * 15)) == ["03-05 09:12 ana: no cache", "03-05 09:14 bo: restarting"]


def test_a_name_may_be_a_sign_and_a_message_empty() -> None:
    chat = (
        "[03/05/24 09:12] Ana Lopez: no cache\n[03/05/24 09:13] Ana Lopez:.\n"
        "[03/05/24 09:14] \U0001f98a: restarting\n[03/25/24 09:15] bo: done\n"
    )

    assert [line for line in messages(chat) if "Lopez:." not in line] == [
        "03-05 09:12 Ana Lopez: no cache",
        "03-05 09:14 \U0001f98a: restarting",
        "03-25 09:15 bo: done",
    ]


def test_the_number_or_address_of_an_account_stands_behind_a_name() -> None:
    chat = (
        "2024-03-05 09:12:33 AM Ana(8720017)\nno cache\n\n2024-03-05 09:14:01 AM Bo(36226407)\nrestarting\n"
        "all of it\n\n"
        "2024-03-05 09:15:00 AM Cleo<cleo@mail.example>\nthanks\n"
    )

    assert messages(chat) == [
        "03-05 09:12 Ana: no cache",
        "03-05 09:14 Bo: restarting|all of it",
        "03-05 09:15 Cleo: thanks",
    ]


def test_nicks_that_answer_each_other_are_people() -> None:
    log = (
        "2024-03-05\n\n09:12 wren: no cache since the deploy\n09:13 otter: wren: which region?\n09:14 wren: otter: eu\n"
        "09:14 otter nods\n09:15 finch: rolling back\n"
    )

    assert messages(log) == [
        "03-05 09:12 wren: no cache since the deploy",
        "03-05 09:13 otter: wren: which region?",
        "03-05 09:14 wren: otter: eu",
        "03-05 09:14 : otter nods",
        "03-05 09:15 finch: rolling back",
    ]


@pytest.mark.parametrize("when", ["_{}_", "`{}`", "**{}**", "*{}*", "/ {}"])
def test_the_time_behind_a_name_may_stand_in_or_behind_marks(when: str) -> None:
    text = (
        f"# 2024-03-05 #ops\n\n**ana** {when.format('9:12 AM')}\nit is down\n**bo** {when.format('9:14 AM')}\non it\n"
    )

    assert [(entry.author, entry.text) for entry in read(text).lines] == [("ana", "it is down"), ("bo", "on it")]


def test_a_line_whose_label_is_nobody_is_an_entry_and_borrows_no_author() -> None:
    text = "2026-03-05 (UTC)\n\n09:12 - Ana Lopez: disk full\n09:14 - Bo Lind: on it\n"
    text += "09:15 - Bo Lind joined\n09:20 - Root cause: logs\n"

    found = read(text)

    assert [(entry.author, entry.text) for entry in found.lines] == [
        ("Ana Lopez", "disk full"),
        ("Bo Lind", "on it"),
        (None, "Root cause: logs"),
    ]
    assert [(line.number, line.reason) for line in found.skipped] == [(5, CHAT_NOTICE)]
