"""Problems that a person must be told of. Everything else that is raised is a mistake of the program.

    Problem                   one sentence for a person
    ├── Refused               the request cannot be done as it was made
    │   └── Incomplete        a part of it is missing
    ├── StoreProblem          the log cannot be opened, read or written (console.store.problems)
    │   ├── Damaged
    │   ├── Overtaken
    │   ├── Unseen
    │   ├── NoLogYet
    │   └── OlderLog
    ├── SyncProblem           the server that joins machines cannot be used for now (console.sync.problem)
    └── PublishProblem        a status page or chat did not take a message (console.publish.transport.failure)
        ├── Later
        ├── Unknown
        └── Rejected
            └── Gone

Each is raised where it is known and caught once, at the edge that shows it: a session of the app, or the command line.
"""

from collections.abc import Mapping


class Problem(Exception):
    """A reason why nothing happened, for a person to read.

    `reason` is one sentence, with its full stop, saying what is wrong and what would be right.
    """

    def __init__(self, reason: str) -> None:
        # What somebody typed may be quoted in it.
        self.reason = " ".join(reason.splitlines())
        super().__init__(self.reason)


class Refused(Problem):
    """A request that cannot be carried out as it was made.

    `field` is the input the reason is about ("title", "severity"), for forms that mark it; empty for the whole request.
    """

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.field = field


class Incomplete(Refused):
    """A slash line that gives a part of what it needs; `given` is that, by the fields of the form of its word."""

    def __init__(self, reason: str, given: Mapping[str, str]) -> None:
        super().__init__(reason)
        self.given = given
