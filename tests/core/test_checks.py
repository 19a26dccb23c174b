"""Checks of texts, each in both directions: what is found, and what is left alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.language.checks import check_action, check_blameless, check_update, next_doubt, says_next, stated_next
from console.core.language.finding import MAX_CHARS, Finding
from tests.core.story import built_in

LATER = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
PEOPLE = ("ana", "John", "Sarah", "mo", "rs", "will", "Ana Ruiz", "support")


def said(text: str, found: tuple[Finding, ...], id: str) -> list[str]:
    return [text[one.start : one.end] for one in found if one.id == id]


# --- updates ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("Sev4: Facts, no speculation")
@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("It is probably the database.", "probably"),
        ("We think it is the cache.", "We think"),
        ("Maybe a bad deploy.", "Maybe"),
        ("The cause might be due to a deploy.", "might be due"),
        ("This may be caused by the network.", "may be caused"),
        ("It seems to recover.", "It seems"),
        ("It looks like the CDN.", "looks like"),
        ("A restart? This might help.", "This might help"),
        ("The problem should be resolved.", "should be resolved"),
        ("Hopefully it holds.", "Hopefully"),
        ("The most likely cause is DNS.", "most likely"),
    ],
)
def test_guesses_are_found_in_any_update(text: str, guess: str) -> None:
    for audience in ("internal", "public", "executive"):
        assert said(text, check_update(text, audience, (), LATER), "speculation") == [guess]


@pytest.mark.parametrize(
    "text",
    [
        "30 % of checkouts fail since 14:32 UTC.",
        "Some users may see errors when they pay.",
        "Root cause: under investigation",
        "Hypothesis: it might be the cache",
        "We know that the deploy of 14:30 started it.",
        "Customers should use the app.",
        "It may take a few minutes until you see it.",
        "Likelihoods are computed by the fraud service.",
    ],
)
def test_facts_and_hypotheses_called_so_are_no_guesses(text: str) -> None:
    assert check_update(text, "internal", (), LATER) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Service will be restored by 15:45.",
        "ETA: 15:45",
        "ETA for the rollback: 20 minutes",
        "We expect a fix within 30 minutes.",
        "It will be back shortly.",
        "Fixed in 10 minutes!",
        "We hope to have it resolved in an hour.",
        "The fix will be deployed by 3 pm.",
        "We are working to restore service by end of day.",
    ],
)
def test_an_end_promised_to_the_public_is_found_and_only_there(text: str) -> None:
    assert "eta" in [one.id for one in check_update(text, "public", (), LATER)]
    assert "eta" not in [one.id for one in check_update(text, "internal", (), LATER)]


@pytest.mark.parametrize(
    "text",
    [
        "Next update at 16:00.",
        "We will post an update in 30 minutes.",
        "We will be back with an update at 16:00.",
        "ETA: unknown",
        "ETA: TBD",
        "We do not have an ETA yet.",
        "Service was restored at 14:50 by a rollback.",
        "Errors have been back at their baseline for 10 minutes.",
        "Beta users are not affected.",
    ],
)
def test_the_next_update_or_what_is_over_is_no_promised_end(text: str) -> None:
    assert "eta" not in [one.id for one in check_update(text, "public", (), LATER)]


@pytest.mark.rule("Sev4: Always the time of the next update")
def test_the_time_of_the_next_update_may_be_promised_or_written() -> None:
    text = "20 % of payments fail."
    assert [one.id for one in check_update(text, "internal", (), None)] == ["no_next"]
    assert check_update(text, "internal", (), LATER) == ()
    assert check_update(text, "internal", (), None, final=True) == ()
    for more in ("Next update: 16:00", "Next update at 16:00 or when the status changes", "Updates every 30 minutes."):
        assert check_update(f"{text} {more}", "internal", (), None) == ()
    found = check_update(text, "internal", (), None)[0]
    assert (found.start, found.end) == (len(text), len(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ana is rolling back.", ["Ana"]),
        ("Mo rolled it back.", ["Mo"]),
        ("Ask rs for details.", ["rs"]),
        ("Our engineer John Miller is on it.", ["John"]),
        ("Write to @peter.", ["@peter."]),
        ("Ana Ruiz leads.", ["Ana Ruiz"]),
        ("We thank Will for the help.", ["Will"]),
    ],
)
def test_names_of_people_do_not_belong_in_public(text: str, names: list[str]) -> None:
    assert said(text, check_update(text, "public", PEOPLE, LATER), "name") == names
    assert said(text, check_update(text, "internal", PEOPLE, LATER), "name") == []


@pytest.mark.parametrize(
    "text",
    [
        "We will tell you more.",
        "Contact support or write to help@example.com.",
        "Errors in the rs-cache service and on the banana page.",
        "Momentum is back.",
        "Will it hold? We watch it.",
    ],
)
def test_words_that_only_look_like_names_are_left_alone(text: str) -> None:
    assert said(text, check_update(text, "public", PEOPLE, LATER), "name") == []


def test_blame_is_found_in_updates_too() -> None:
    text = "rs forgot the migration."
    assert [one.id for one in check_update(text, "internal", PEOPLE, LATER)] == ["blame"]


def test_findings_come_in_the_texts_order() -> None:
    text = "Ana thinks it will be fixed by 15:00. It is probably DNS."
    found = check_update(text, "public", PEOPLE, None)
    assert [one.id for one in found] == ["name", "eta", "speculation", "no_next"]


# --- blameless -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("Rapid: Blameless: systems, not people")
@pytest.mark.parametrize(
    ("text", "where", "hint"),
    [
        ("John deployed buggy code", "John deployed buggy", "Review and tests"),
        ("Sarah didn't check before deploying", "Sarah didn't check", "not automatic"),
        ("rs forgot to run the migration", "rs forgot", "checklist"),
        ("Ana deployed the change and forgot the migration.", "Ana deployed the change and forgot", "checklist"),
        ("mo broke the build", "mo broke", "Review and tests"),
        ("John has broken the cart", "John has broken", "Review and tests"),
        ("Ana, on call that night, failed to answer", "Ana, on call that night, failed to", "not automatic"),
        ("ana (on call) missed the page", "ana (on call) missed", "lost among others"),
        ("The engineer should have checked", "The engineer should have", "at hand"),
        ("Will should have known; ana should have asked", "ana should have", "at hand"),
        ("@peter ignored the alert", "@peter ignored", "lost among others"),
        ("it was a mistake by rs", "mistake by rs", "in the system"),
        ("mo's mistake", "mo's mistake", "in the system"),
        ("The outage was caused by John", "caused by John", "in the system"),
        ("he was careless", "he was careless", "easy to go wrong"),
        ("Someone accidentally deleted the table", "Someone accidentally deleted", "easy to go wrong"),
        ("Human error.", "Human error", "easy to go wrong"),
        ("a junior developer made a mistake", "a junior developer made a mistake", "easy to go wrong"),
    ],
)
def test_a_person_as_the_subject_of_a_fault_is_found_with_a_rewording(text: str, where: str, hint: str) -> None:
    (found,) = check_blameless(text, PEOPLE)
    assert (found.id, text[found.start : found.end]) == ("blame", where)
    assert hint in found.suggestion


@pytest.mark.rule("Rapid: Blameless: systems, not people")
@pytest.mark.parametrize(
    "text",
    [
        "ana rolled back the deploy",
        "John deployed v2.3.4 at 14:30, and errors rose",
        "Code review didn't catch the bug; deploy pipeline lacked tests",
        "The pre-deploy checklist wasn't enforced automatically",
        "Ana saw that the alert failed to fire",
        "The pipeline failed to alert ana",
        "rs restarted the database and the pool broke",
        "Ana found the service that broke",
        "The deploy broke the cart; ana rolled it back",
        "We should have had an alert",
        "ana should have access by noon",
        "Because of ana's quick rollback it was short",
        "The user error rate rose to 20 %",
        "The failure of rs-cache was missed by monitoring",
        "The check failed after John ran it",
        "",
    ],
)
def test_what_people_did_and_what_systems_failed_to_do_is_no_blame(text: str) -> None:
    assert check_blameless(text, PEOPLE) == ()


def test_each_place_is_found_once() -> None:
    text = "rs forgot the flag. Later Sarah ignored the alert, and mo broke the build."
    assert [text[one.start : one.end] for one in check_blameless(text, PEOPLE)] == [
        "rs forgot",
        "Sarah ignored",
        "mo broke",
    ]


# --- action items -----------------------------------------------------------------------------------------------------


@pytest.mark.rule('Rapid: Action items are specific, not "improve monitoring"')
@pytest.mark.parametrize(
    "text",
    [
        "Add integration test for checkout flow",
        "Add alert for error rate > 5%",
        "Document rollback procedure",
        "Implement a circuit breaker in front of payments",
        "Improve p99 latency of checkout to below 300 ms",
        "Make the deploy fail when a migration is missing",
        "Delete the flag new-checkout",
        "Monitor replica lag: page when it is over 30 s",
    ],
)
def test_an_action_that_names_verb_and_object_is_specific(text: str) -> None:
    assert check_action(text, "ana", LATER, "the test fails without it") == ()


@pytest.mark.rule(
    "Standard: Action items have owners and due dates",
    'Rapid: Action items are specific, not "improve monitoring"',
    'Rapid: Action items are doable, not "be more careful"',
)
@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("Improve monitoring", "vague"),
        ("improve the monitoring of checkout", "vague"),
        ("Monitor better", "vague"),
        ("Monitor the checkout", "vague"),
        ("Better alerts", "vague"),
        ("More tests", "vague"),
        ("Look into the cache", "vague"),
        ("We should review the runbooks", "vague"),
        ("Monitoring", "vague"),
        ("The monitoring", "vague"),
        ("Alerts", "vague"),
        ("Be more careful", "behaviour"),
        ("Pay more attention to alerts", "behaviour"),
        ("Communicate better with support", "behaviour"),
        ("Remember to run the migration", "behaviour"),
        ("Double-check deploys", "behaviour"),
    ],
)
def test_a_direction_or_a_wish_is_not_specific(text: str, id: str) -> None:
    (found,) = check_action(text, "ana", LATER, "seen on the dashboard")
    assert found.id == id
    assert found.suggestion


@pytest.mark.rule(
    "Standard: Action items have owners and due dates", "Rapid: Action items are owned and dated, with a status"
)
def test_an_action_has_one_owner_a_date_and_a_way_to_see_it() -> None:
    text = "Add an integration test for the checkout"
    assert [one.id for one in check_action(text, "", None, "")] == ["owner", "due", "verify"]
    assert [one.id for one in check_action(text, "@ana", LATER, "it runs in CI")] == []
    assert [one.id for one in check_action(text, "the team", LATER, "it runs in CI")] == ["owner"]
    assert [one.id for one in check_action(text, "everyone", LATER, "it runs in CI")] == ["owner"]


def test_a_figure_in_the_text_says_how_one_sees_it() -> None:
    assert check_action("Add an alert for an error rate over 5 %", "ana", LATER, "") == ()


@pytest.mark.parametrize("name", ["standard", "rapid", "p-levels", "sev4", "checklist", "checklist-security"])
def test_the_playbooks_own_announcements_pass_the_checks(name: str) -> None:
    for stage in built_in(name).stages:
        found = check_update(stage.announce, "public", (), LATER)
        assert not [one for one in found if one.id != "no_next"], (stage.name, found)


# --- any text ---------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    ("ana ", "forgot ", "will be fixed ", "by 15:00", "we think ", "\n", ", ", ". ", "and ", "mistake by ", "@", "’s ",
     "should have ", "ETA ", "improve ", "the ", "(", ")", "  ", "é", "\u202e")
)  # fmt: skip


@given(st.text(max_size=200) | st.lists(PIECES, max_size=60).map("".join), st.lists(st.text(max_size=8), max_size=4))
def test_any_text_and_any_names_can_be_checked(text: str, people: list[str]) -> None:
    checked = (
        *check_update(text, "public", people, None),
        *check_blameless(text, people),
        *check_action(text, text[:5], None, text[5:9]),
    )
    for one in checked:
        assert 0 <= one.start <= one.end <= len(text)
        assert one.text.endswith(".")
        assert one.suggestion


def test_what_lies_behind_the_first_characters_is_not_read() -> None:
    text = "fine. " * (MAX_CHARS // 6) + "x" * 20 + " rs forgot it, and it is probably over soon."
    assert [one.id for one in check_update(text, "public", PEOPLE, LATER)] == []


@pytest.mark.parametrize(
    ("text", "id", "piece"),
    [
        ("Customer Nordbank cannot see payslips.", "customer", "Customer Nordbank"),
        ("It hits the tenants Acme and Globex.", "customer", "tenants Acme"),
        ("The lock table of pay-db-1 is full.", "machine", "pay-db-1"),
        ("Requests to 10.2.3.4 time out.", "machine", "10.2.3.4"),
        ("redis.cache.internal is down.", "machine", "redis.cache.internal"),
        ("We restarted web3.", "machine", "web3"),
        ("Customers in Germany see errors in eu-west-1.", "", ""),
        ("Customer API and Partner SSO fail; see status.example.org.", "", ""),
        ("Version 7.4.1 fails with error 502 since 14:30.", "", ""),
    ],
)
def test_names_of_machines_and_of_customers_stay_inside(text: str, id: str, piece: str) -> None:
    found = check_update(text, "public", (), None, final=True)

    assert [(one.id, text[one.start : one.end]) for one in found] == ([(id, piece)] if id else [])
    assert not check_update(text, "internal", (), None, final=True)


NOW = datetime(2026, 11, 21, 14, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Looking. Next news in 30 min.", "14:31"),
        ("Looking. Next update at 15:30.", "15:30"),
        ("Next update: 14:31 or when the status changes", "14:31"),
        ("We update you again at 16:00 CET", "15:00"),
        ("More at 15:30.", "15:30"),
        ("We will post an update within 30 minutes.", "14:31"),
        ("Updates every 30 minutes.", "14:31"),
        ("We will share more details at 16:00", "16:00"),
        ("Next update in about 20 minutes", "14:21"),
        ("Further updates will follow by 16:15 UTC", "16:15"),
        ("Will report back in 15m", "14:16"),
        ("You will hear from us again at 3pm", "15:00"),
        # No time, or none of an update.
        ("Next update when we know more.", ""),
        ("Next 2 hours are critical", ""),
        ("We need 30 more hosts in 20 minutes", ""),
        ("The next update of db-3 to 14.2 is planned", ""),
        ("Rolled back at 13:50, 200 hosts so far", ""),
    ],
)
def test_a_text_says_itself_when_the_next_update_comes(text: str, at: str) -> None:
    ahead = stated_next(text, now=NOW, zone=UTC)

    moment = ahead and (ahead.moment or NOW + (ahead.length or timedelta()))
    assert (f"{moment:%H:%M}" if moment else "") == at
    assert not at or says_next(text)


def test_a_text_that_names_another_time_than_is_promised_is_pointed_out() -> None:
    text = "Looking. Next update at 15:30."

    doubt = next_doubt(text, NOW + timedelta(minutes=30), now=NOW, zone=UTC)

    assert doubt == "The text says 15:30 for the next update, and 14:31 is promised."
    assert not next_doubt(text, NOW + timedelta(minutes=90), now=NOW, zone=UTC)
    assert not next_doubt(text, None, now=NOW, zone=UTC)
