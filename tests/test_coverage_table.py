"""Each rule of the process has a test that is marked with it; docs/process-coverage.md says which."""

from tests.prove.rules import PAGE, marks, page, sources

RULES = [f"{name}: {key}" for name, source in sources().items() for key in source.rules]


def test_every_mark_names_a_rule_and_every_rule_has_a_mark() -> None:
    assert sorted({mark.rule for mark in marks()}) == sorted(RULES)


def test_the_page_is_made_of_the_rules_and_their_marks() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make it anew: python -m tests.prove --page"
