"""When a target was last shown to work is kept beside it, and shown with its age."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from console.publish.targets.model import Target
from console.publish.targets.proofs import FILE, Proofs, proof_words
from tests.core.story import START

PAGE = Target("status", "statuspage", page="p1")


def test_a_proof_is_known_to_the_next_console_until_the_target_is_another(tmp_path: Path) -> None:
    Proofs(tmp_path).keep(PAGE, "checked", START)
    proof = Proofs(tmp_path).of(PAGE)
    assert proof_words(proof, START + timedelta(days=3, hours=4)) == "checked 3d4h ago"
    assert proof_words(proof, START + timedelta(days=31)) == "checked 31d ago, long ago"
    for field, other in (("page", "p2"), ("url", "https://a.example"), ("options", {"a": "b"})):
        assert Proofs(tmp_path).of(msgspec.structs.replace(PAGE, **{field: other})) is None
    Proofs(tmp_path).forget("status")
    assert proof_words(Proofs(tmp_path).of(PAGE), START) == "never checked from here"


@pytest.mark.parametrize(
    "content",
    [
        "", "[1", "null", '{"a":' * 100_000, '{"status":{"at":"x","how":"checked"}}', "\0" * 99, "\udcff",
        '{"status":{"at":"2026-11-21T14:30:00","how":"checked","reach":"REACH"}}',
    ],
    ids=["empty", "cut", "nothing", "deep", "no time", "nul", "no text", "no zone"],
)  # fmt: skip
def test_a_file_of_proofs_that_cannot_be_read_or_kept_breaks_nothing(tmp_path: Path, content: str) -> None:
    Proofs(tmp_path).keep(PAGE, "tested", START)
    proof = Proofs(tmp_path).of(PAGE)
    assert proof is not None
    whole = content.replace("REACH", proof.reach).encode("utf-8", "surrogateescape")
    (tmp_path / FILE).write_bytes(whole)
    assert proof_words(Proofs(tmp_path).of(PAGE), START) == "never checked from here"
    Proofs(tmp_path).keep(PAGE, "tested", START)
    assert Proofs(tmp_path).of(PAGE) is not None
    Proofs(tmp_path / "missing").keep(PAGE, "tested", START)
    assert (Proofs(None).of(PAGE), Proofs(tmp_path / "missing").of(PAGE)) == (None, None)
