"""Gates: what must hold before an incident enters a stage."""

from datetime import datetime

from console.core.clocks import clocks
from console.core.state import Incident


def gate(state: Incident, stage: str, now: datetime) -> str:
    """What stands in the way of entering `stage`, as a sentence that names the way round it; empty if nothing does."""
    playbook = state.playbook
    if playbook is None:
        return ""
    here, there = playbook.stage(state.stage.value), playbook.stage(stage)
    if here is None or there is None:
        return ""
    after = playbook.after(here.name)
    if there.name not in here.next and (after is None or after.name != there.name):
        ways = [*([after.name] if after else []), *here.next]
        return (
            f"From {here.name} the playbook goes to {' or '.join(ways) or 'no other stage'}; "
            f"to go to {there.name} anyway, add a reason with --override."
        )
    if there.phase == "over" and here.phase != "over" and not state.retrospective and playbook.stability_s:
        stability = next((one for one in clocks(state, now) if one.kind == "stability"), None)
        if stability is None and here.phase == "active" and state.severity_rule and state.severity_rule.escalate_s:
            return "It has not been watched for stability yet; go to monitoring first, or add a reason with --override."
        if stability is not None and stability.state == "running":
            left = -(-(stability.due_at - now).total_seconds() // 60)
            return f"It must be stable for {left:.0f} more min before it closes; wait, or add a reason with --override."
    return ""
