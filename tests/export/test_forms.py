"""Each form of a text says all it is given, behind words that tell what it is, and says so where there is nothing."""

from datetime import UTC, timedelta

import msgspec
import pytest

from console.core.log.state import Incident
from console.core.subjects.triage import AnswerTriage
from console.export.updates.announce import customer_message
from console.export.updates.update import brief
from tests.core.story import START, Story
from tests.export.telling import draft, fits

pytestmark = pytest.mark.rule

NOW = START + timedelta(minutes=24)
LINES = (
    *(
        "/milestone impact_started 14:00",
        "/impact 20 % of checkouts fail",
        "/component Checkout partial",
        "/component Search major",
    ),
    *("/role ic ana", "/role tech cy"),
    *("* the pool is exhausted", "? a full pool", "? the deploy", "? an attack", "/ruled-out 3 traffic is normal"),
    *("/change restart the api back: none", "+ @bo 30m watch the pool", "/fix cache bypass CHK-1", "> rolled back"),
)

FULL = {
    "can": """
DRILL · INC-K7Q2 … #1 · 14:24 UTC

…:
- SEV1, declared; impact 24m …
- 20 % of checkouts fail.
- the pool is exhausted.
- …: cache bypass.

…:
- …: restart the api (mo)
- watch the pool: bo, … 14:30
- …: rolled back.
- …: cache bypass.

…:
- Communications lead: ….
- Scribe: ….
- First public post: … 9m (ana).

…: 14:54
""",
    "internal": """
DRILL · INC-K7Q2 … #1 · Declared · 14:24 UTC

…: Declared, SEV1, … 14:00
…: Checkout errors.
…: 20 % of checkouts fail.
…: Checkout partial, Search major
…: Pay by invoice.

…:
- 14:00: the pool is exhausted.
- …: the deploy.
- …: an attack.

…:
- 14:00, …: rolled back.
- 14:00, …: cache bypass.

…:
- …: restart the api (mo)
- watch the pool: bo, … 14:30

…: …, … Sun 22 Nov 14:00
…: 14:54
""",
    "rapid-internal": """
DRILL · … #1 · INC-K7Q2 · 14:24 UTC

…: Declared (SEV1)
…: 20 % of checkouts fail.

…:
- the pool is exhausted.
- …: the deploy.
- … 14:00.

…:
- … 14:00: rolled back.
- … 14:00: cache bypass.

…:
- restart the api.
- watch the pool (bo), … 14:30

…: 14:54 …
""",
    "p-levels-internal": """
DRILL · 14:24 UTC · INC-K7Q2 [SEV1] … #1

- …: Declared, Checkout partial, Search major
- …: 20 % of checkouts fail.
- …: …
- …: rolled back; cache bypass
- …: watch the pool
- …: …, … Sun 22 Nov 14:00
- …: 14:54
""",
    "sev4-internal": """
DRILL · … #1 · INC-K7Q2 · 14:24 UTC

…: 14:00
…: SEV1
…: Declared
…: 20 % of checkouts fail.

…:
- the pool is exhausted.
- …: the deploy.

…:
- …: rolled back.
- …: cache bypass.

…:
- restart the api.
- watch the pool (bo)

…: 14:54
""",
    "executive": """
DRILL · INC-K7Q2 … #1 · SEV1 · Declared · 14:24 UTC

Checkout errors.
…: 20 % of checkouts fail.
Impact 24m …, … 14:00.
…: ….
…: ana

…: …
""",
    "public": """
DRILL · 20 % of checkouts fail. ….
…: “Payment failed”.
…: Pay by invoice.
…: Checkout (partial outage), Search (major outage)

… 14:54 UTC.
""",
    "brief": """
# INC-K7Q2: Checkout errors

**SEV1 · Declared · impact 24m … · DRILL** · … 14:24 UTC

- **…:** 20 % of checkouts fail.
- **…:** … 14:00; … 14:00 by mo
- **…:** SEV1: ….
- **…:** ana; tech lead: cy
- **…:** #incident-2026-11-21-checkout-errors; …: `warroom show INC-K7Q2`, …: `warroom INC-K7Q2`
- **…:** a full pool; the deploy.
- **…:** an attack.

…:
- 14:00: the pool is exhausted.

…:
- …: restart the api (mo)
- watch the pool: bo, … 14:30
- …: cache bypass.

…:
- Communications lead: ….
- Scribe: ….
- First public post: … 9m (ana).

…: first public post, … 9m.
""",
}

BARE = {
    "can": """
INC-K7Q2 … #1 · 14:24 UTC

…:
- SEV3, declared; declared 24m …
- Checkout errors.

…:
- ….

…:
- ….

…: …
""",
    "internal": """
INC-K7Q2 … #1 · Declared · 14:24 UTC

…: Declared, SEV3, … 14:00
…: Checkout errors.
…: ….

…:
- ….

…: …
…: …
""",
    "rapid-internal": """
… #1 · INC-K7Q2 · 14:24 UTC

…: Declared (SEV3)
…: Checkout errors.

…:
- ….

…: …
""",
    "p-levels-internal": """
14:24 UTC · INC-K7Q2 [SEV3] … #1

- …: Declared
- …: Checkout errors.
- …: …
- …: …
- …: ….
- …: …
- …: …
""",
    "sev4-internal": """
… #1 · INC-K7Q2 · 14:24 UTC

…: …; … 14:00
…: SEV3
…: Declared
…: Checkout errors.

…:
- ….

…: …
""",
    "executive": """
INC-K7Q2 … #1 · SEV3 · Declared · 14:24 UTC

Checkout errors.
…: ….
Declared 24m …, … 14:00.
…: ….
…: ana

…: …
""",
    "public": """
Checkout errors. ….

….
""",
    "brief": """
# INC-K7Q2: Checkout errors

**SEV3 · Declared · declared 24m …** · … 14:24 UTC

- **…:** Checkout errors.
- **…:** …; … 14:00 by mo
- **…:** SEV3: ….
- **…:** ana
- **…:** #incident-2026-11-21-checkout-errors; …: `warroom show INC-K7Q2`, …: `warroom INC-K7Q2`

…:
- ….

…:
- … ana ….

…: hand over the command, … 3h36m.
""",
}


def written(state: Incident, form: str, *, final: bool = False) -> str:
    if form == "brief":
        return brief(state, NOW, UTC)[0]
    audience = form if form in ("executive", "public") else "internal"
    if form == "can":
        return draft(state, audience, NOW, UTC, form=form, final=final)
    assert state.playbook is not None
    book = msgspec.structs.replace(state.playbook, templates={audience: form})
    return draft(msgspec.structs.replace(state, playbook=book), audience, NOW, UTC, final=final)


def full() -> Story:
    """An incident with something of everything."""
    story = Story(drill=True)
    for line in LINES:
        story.says(line)
    story.does(AnswerTriage, answers={"workaround": "Pay by invoice", "symptoms": "“Payment failed”"})
    return story


def bare() -> Story:
    """A ticket with nothing but somebody who leads it."""
    story = Story("SEV3")
    story.says("/role ic ana")
    return story


@pytest.mark.parametrize("form", FULL)
def test_a_form_says_all_that_is_known(form: str) -> None:
    text = written(full().state, form)
    assert fits(text, FULL[form]), text


@pytest.mark.parametrize("form", BARE)
def test_a_form_says_what_there_is_not(form: str) -> None:
    text = written(bare().state, form)
    assert fits(text, BARE[form]), text


@pytest.mark.parametrize("form", [form for form in FULL if form != "brief"])
def test_the_last_of_its_form_promises_no_other(form: str) -> None:
    last = written(bare().state, form, final=True).splitlines()[-1]
    assert fits(last, "….")
    assert last not in written(bare().state, form)


CUSTOMER = """
…: DRILL · …: Checkout errors

Hello,

{when}

…: 20 % of checkouts fail.
…: “Payment failed”.
…: Checkout, Search.
…, … INC-K7Q2.
…: ….

….
"""


@pytest.mark.rule("Standard: Customers are written to within 24 hours after SEV0 and SEV1")
def test_the_message_to_customers_says_as_much_of_its_time_as_is_known() -> None:
    story = full().at(24)
    story.says("/milestone mitigated 14:24")
    story.says("/stage closed ! False alarm: nobody was affected")

    def message(state: Incident) -> str:
        return customer_message(state, NOW, UTC)[0]

    when = "… 21 November 2026 from 14:00 to 14:24 UTC, 24m …. …."
    assert fits(message(story.state), CUSTOMER.format(when=when))
    story.says("/milestone mitigated -")
    assert fits(message(story.state), CUSTOMER.format(when="… 21 November 2026, 14:00 UTC. …."))
    story.says("/milestone impact_started -")
    assert fits(message(story.state), CUSTOMER.format(when="…. …."))
    assert "14:00" not in message(story.state)
