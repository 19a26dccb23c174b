"""When a target was last shown to work is kept beside it, and shown with its age."""

from datetime import timedelta
from pathlib import Path

import msgspec

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


def test_a_file_of_proofs_that_cannot_be_read_or_kept_breaks_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("[1", encoding="utf-8")
    assert Proofs(tmp_path).of(PAGE) is None
    Proofs(tmp_path).keep(PAGE, "tested", START)
    assert Proofs(tmp_path).of(PAGE) is not None
    Proofs(tmp_path / "missing").keep(PAGE, "tested", START)
    assert (Proofs(None).of(PAGE), Proofs(tmp_path / "missing").of(PAGE)) == (None, None)
