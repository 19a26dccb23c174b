"""Problems with the server, each as one sentence for a person. None of them loses anything: the log is here."""

from console.core.refusal import Problem


class SyncProblem(Problem):
    """The server cannot be used for now, or not as it is set up."""


class HostileRows(Exception):
    """Rows of the server that cannot be taken over; `reason` is the rest of a sentence behind the incident."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
