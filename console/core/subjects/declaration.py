"""The declaration of an incident, its title and its impact."""

from console.core.events import ImpactDescribed, IncidentDeclared, TitleChanged
from console.core.log.folding import Folding


def _declared(fold: Folding, body: IncidentDeclared) -> None:
    state, event = fold.state, fold.event
    if state.declared_at is not None:
        return fold.unknown("a second declaration of this incident, passed over")
    fold.set(
        playbook=body.playbook,
        drill=body.drill,
        retrospective=body.retrospective,
        source=body.source,
        declared_at=event.occurred_at,
        declared_by=event.actor,
        declared_id=event.id,
    )
    fold.states("title", body.title)
    fold.states("severity", body.severity)
    fold.states("stage", body.stage)
    drill = "Drill declared" if body.drill else "Declared"
    fold.entry("declared", f"{drill} {body.severity}: {body.title}", moves=True)


def _title(fold: Folding, body: TitleChanged) -> None:
    fold.states("title", body.title, body.replaces)
    fold.entry("impact", f"Title → {body.title}")


def _impact(fold: Folding, body: ImpactDescribed) -> None:
    fold.states("impact", body.text, body.replaces)
    fold.entry("impact", f"Impact: {body.text}")


FOLDS = {IncidentDeclared: _declared, TitleChanged: _title, ImpactDescribed: _impact}
