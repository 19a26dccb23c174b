import msgspec
import pytest

from console.core.refusal import Refusal


def test_a_refusal_is_a_value() -> None:
    assert Refusal("Write a title.", "title") == Refusal(reason="Write a title.", field="title")
    assert Refusal("Write a title.").field == ""


def test_a_refusal_cannot_be_changed() -> None:
    refusal = Refusal("Write a title.")
    with pytest.raises(AttributeError):
        refusal.reason = "else"  # type: ignore[misc]  # the assignment that must fail
    assert msgspec.structs.asdict(refusal) == {"reason": "Write a title.", "field": ""}
