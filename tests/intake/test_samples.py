"""The incidents in data/samples, each written in another style, read as they should be."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from console.intake.model import ReadTimeline
from console.intake.timeline import read_timeline

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Expected(NamedTuple):
    title: str
    zone_name: str
    entries: int
    skipped: int
    first: str
    last: str


EXPECTED = {
    "aws-s3-2017-02-28.md": Expected(
        "Amazon S3 in Northern Virginia, February 28, 2017", "PST", 12, 8, "2017-02-28 17:37", "2017-02-28 21:54"
    ),
    "cloudflare-2019-07-02.md": Expected(
        "Cloudflare: one regular expression takes the edge down, 2 July 2019",
        "UTC",
        16,
        11,
        "2019-07-02 13:31",
        "2019-07-02 14:57",
    ),
    "cloudflare-2023-11-23.md": Expected(
        "Cloudflare: credentials that were not replaced, 14 to 24 November 2023",
        "UTC",
        13,
        8,
        "2023-11-14 09:22",
        "2023-11-24 11:59",
    ),
    "cloudflare-2025-11-18.md": Expected(
        "Cloudflare: a file twice as long as it may be", "UTC", 18, 9, "2025-11-18 11:05", "2025-11-18 17:06"
    ),
    "fastly-2021-06-08.csv": Expected(
        "Fastly: a valid setting meets a hidden bug", "UTC", 9, 0, "2021-06-08 09:47", "2021-06-08 17:25"
    ),
    "github-2018-10-21.md": Expected(
        "GitHub: 43 seconds without a network, a day of repair", "UTC", 19, 9, "2018-10-21 22:52", "2018-10-22 23:03"
    ),
    "gitlab-2017-01-31.md": Expected(
        "GitLab.com loses six hours of its database", "UTC", 37, 13, "2017-01-31 17:20", "2017-02-01 18:14"
    ),
    "roblox-2021-10-28.md": Expected(
        "Roblox: 73 hours, 28 to 31 October 2021", "US/Pacific", 19, 11, "2021-10-27 21:00", "2021-10-31 23:45"
    ),
    "slack-2021-01-04.md": Expected(
        "Slack on the first working day of the year: January 4, 2021",
        "PST",
        20,
        10,
        "2021-01-04 14:00",
        "2021-01-05 03:16",
    ),
}


def read(name: str) -> ReadTimeline:
    return read_timeline((SAMPLES / name).read_text(encoding="utf-8"), now=NOW, zone=UTC)


def test_every_sample_is_expected() -> None:
    kept = {path.name for path in SAMPLES.iterdir() if path.suffix in (".md", ".csv") and path.name != "README.md"}

    assert kept == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_is_read(name: str) -> None:
    found = read(name)

    first, last = (f"{found.lines[index].occurred_at:%Y-%m-%d %H:%M}" for index in (0, -1))
    read_as = Expected(found.title or "", found.zone_name, len(found.lines), len(found.skipped), first, last)
    assert read_as == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_keeps_the_order_of_time(name: str) -> None:
    moments = [entry.occurred_at for entry in read(name).lines]

    steps = [later - earlier for earlier, later in pairwise(moments)]
    # The one step back is a span of time (11:32 to 13:05) told after the opening of the call at 11:35.
    assert [step.total_seconds() for step in steps if step.total_seconds() < 0] == (
        [-180] if name == "cloudflare-2025-11-18.md" else []
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_names_its_source_and_is_listed(name: str) -> None:
    text = (SAMPLES / name).read_text(encoding="utf-8")

    assert "Source: " in text[:400]
    assert "https://" in text[:700]
    assert f"({name})" in (SAMPLES / "README.md").read_text(encoding="utf-8")


def test_the_kinds_of_the_samples() -> None:
    def kinds(name: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for entry in read(name).lines:
            found[entry.kind] = found.get(entry.kind, 0) + 1
        return found

    assert kinds("cloudflare-2019-07-02.md") == {"action": 5, "note": 5, "finding": 4, "hypothesis": 1, "decision": 1}
    assert kinds("cloudflare-2023-11-23.md") == {"finding": 7, "action": 5, "decision": 1}
    assert kinds("cloudflare-2025-11-18.md") == {"action": 6, "finding": 9, "note": 2, "decision": 1}
    assert kinds("roblox-2021-10-28.md") == {"note": 13, "hypothesis": 4, "decision": 1, "action": 1}
    assert kinds("github-2018-10-21.md") == {"note": 16, "decision": 2, "action": 1}


def test_no_line_of_a_timeline_is_lost_in_a_sample() -> None:
    """What is skipped stands before the timeline or after it: the source, the summary, and what was learnt."""
    for name in EXPECTED:
        found = read(name)
        inside = range(found.lines[0].numbers[0], found.lines[-1].numbers[-1])
        assert [skipped for skipped in found.skipped if skipped.number in inside] == []
