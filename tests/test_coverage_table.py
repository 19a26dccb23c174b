"""Each rule of the process has a test that is marked with it; docs/process-coverage.md says which."""

from tests.prove.rules import PAGE, marks, page, sources


def test_every_mark_names_a_rule_and_every_rule_that_is_more_than_a_text_has_a_mark() -> None:
    rules = {
        f"{name}: {key}" for name, source in sources().items() for key, rule in source.rules.items() if not rule.text
    }
    assert sorted(marks()) == sorted(rules)


def test_the_page_is_made_of_the_rules_and_their_marks() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make it anew: make page"
