"""The timelines in the corpus are read at least as well as they were."""

from scripts.import_score import CORPUS, Score, score, timelines
from tests.intake.test_properties import assert_each_line_stands_once

AT_LEAST = {"recalled": 1681, "right": 1681, "authors_right": 426}
AT_MOST = {"false": 0, "swallowed": 0, "silent": 0, "untrue": 0, "untold": 0, "remnants": 0, "titles_wrong": 0}
"""These floors and ceilings are what was measured last: tighten them with each change that reads more."""


def test_the_corpus_is_read_no_worse_than_before() -> None:
    total = Score()
    for path, truth in timelines(CORPUS).items():
        assert_each_line_stands_once(path.read_text(encoding="utf-8"))
        total.add(score(path, truth))

    worse = {name: getattr(total, name) for name, floor in AT_LEAST.items() if getattr(total, name) < floor}
    worse |= {name: getattr(total, name) for name, ceiling in AT_MOST.items() if getattr(total, name) > ceiling}
    assert worse == {}, "\n".join(total.misses)
