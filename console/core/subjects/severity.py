"""The severity of an incident."""

from console.core.events import SeverityChanged
from console.core.log.folding import Folding


def _severity(fold: Folding, body: SeverityChanged) -> None:
    before = fold.state.severity.value
    fold.states("severity", body.severity, body.replaces)
    fold.entry("severity", f"Severity {before} → {body.severity}", body.reason)


FOLDS = {SeverityChanged: _severity}
