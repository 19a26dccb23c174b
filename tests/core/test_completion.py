"""The values that Tab offers for the arguments of slash words."""

import pytest

from console.core.log.completion import completions
from console.core.log.slash import SLASH_WORDS
from tests.core.story import Story


@pytest.fixture(scope="module")
def story() -> Story:
    told = Story()
    for line in (
        *("/role ic ana", "/task @rs 10m look at the pool", "/hypothesis pool is full", "/component search major"),
        *("/change roll back v2", "/page @db", "/fix pool doubled", "/check declare/1", "/handoff rs"),
    ):
        told.says(line)
    return told


@pytest.mark.parametrize(("typed", "offered"), [
    ("/sev ", ["SEV0", "SEV1", "SEV2", "SEV3", "SEV4"]),
    ("/stage mo", ["monitoring"]),
    ("/stage n", ["next"]),
    ("/role c", ["comms"]),
    ("/role comms r", ["rs"]),
    ("/update ", ["internal", "public", "executive"]),
    ("/handoff a", ["ana"]),
    ("/page @a", ["@ana"]),
    ("/answered ", ["db"]),
    ("/declined ", ["db"]),
    ("/no-answer ", ["db"]),
    ("/done ", ["1"]),
    ("/ack ", ["1"]),
    ("/assign ", ["1"]),
    ("/assign 1 a", ["ana"]),
    ("/check declare", [f"declare/{number}" for number in (2, 3, 4)]),
    ("/uncheck ", ["declare/1"]),
    ("/ticket ", ["1"]),
    ("/accept ", ["rs"]),
    ("/silence no_i", ["no_ic"]),
    ("/postmortem in", ["in-review"]),
    ("/postmortem root", ["root-cause"]),
    ("/maintenance ", ["begin", "complete", "cancel", "move"]),
    ("/snooze pub", ["public"]),
    ("/supported ", ["1"]),
    ("/ruled-out ", ["1"]),
    ("/reopen ", ["1"]),
    ("/component ", ["search"]),
    ("/component search ", ["operational", "degraded", "partial", "major", "maintenance"]),
    ("/changed ", ["done", "rolled-back", "failed"]),
    ("/redact ", ["last"]),
    ("/move ", ["last"]),
    ("/link ", ["duplicate of", "part of", "caused by", "related to"]),
    ("/milestone mit", ["mitigated"]),
    ("/link part of ", ["INC-J6BG"]),
    ("/link part of j", []),
    ("/move last to ", ["INC-J6BG"]),
    ("/export j", ["json"]),
    ("/export json ", []),
    ("/note ", []),
    ("/unknown ", []),
])  # fmt: skip
def test_each_argument_has_its_values(story: Story, typed: str, offered: list[str]) -> None:
    assert completions(typed, story.state, "mo", SLASH_WORDS, [story.state.ref, "INC-J6BG"]) == offered
