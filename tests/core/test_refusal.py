from console.core.refusal import Problem, Refused
from console.publish.transport.failure import PublishProblem
from console.store.problems import StoreProblem


def test_a_refusal_says_why_and_where() -> None:
    refused = Refused("Write a title.", "title")
    assert (refused.reason, refused.field, str(refused)) == ("Write a title.", "title", "Write a title.")
    assert Refused("Write a title.").field == ""


def test_a_problem_is_one_line_whatever_it_quotes() -> None:
    for problem in (Refused("No “a\nb\u2028c”."), StoreProblem("No “a\r\nb\x0bc”.")):
        assert problem.reason == str(problem) == "No “a b c”."


def test_whoever_shows_a_problem_catches_one_base() -> None:
    for problem in (Refused("No."), StoreProblem("No."), PublishProblem("No.")):
        assert isinstance(problem, Problem)
        assert problem.reason == "No."
