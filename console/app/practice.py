"""The events that come by themselves into a practice incident: lines of its other people, or injects of a drill."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from console.app.session import Session
from console.core.drill.course import due_injects
from console.core.log.slash import typed_command
from console.core.log.state import Incident
from console.core.refusal import Problem
from console.core.subjects.drill import VOICE, GiveInject, run_ended, same_drill

DemoStep = tuple[datetime, str, str, str]
"""When it is due, who types it, the line, and the name of what it makes (mostly empty)."""


class Practice:
    """Types the steps of a script into one incident as they fall due."""

    def __init__(self, session: Session, ref: str, steps: Sequence[DemoStep], ids: Mapping[str, str]) -> None:
        """`ids` are the ids of entries that lines name in braces."""
        self._session, self._ref = session, ref
        self._steps = sorted(steps, key=lambda step: step[0])
        self._ids = dict(ids)

    async def play(self) -> None:
        """Type what is due by now."""
        while self._steps and self._steps[0][0] <= self._session.now():
            _, who, line, makes = self._steps.pop(0)
            await self._type(who, line, makes)

    async def _type(self, who: str, line: str, makes: str) -> None:
        session = self._session
        try:
            typed = line.format_map(self._ids) if "{" in line else line
        except (KeyError, ValueError, IndexError):
            return
        # A refusal is right here: the person at the console may have done the same before.
        with suppress(Problem):
            command = typed_command(typed, session.state(self._ref), actor=who, now=session.now(), zone=session.zone)
            written = await session.submit(self._ref, command)
            if makes:
                self._ids[makes] = written[0].id


class DrillCourse:
    """Gives the injects of a drill as they fall due. What was given stands in the log: nothing is kept here."""

    def __init__(
        self, session: Session, ref: str, ended: Callable[[], object], beside: Callable[[Incident], object]
    ) -> None:
        """`ended` is called once the drill is over, unless it was when the console began; `beside` with another run of
        the same drill that goes on, once for each: two machines that begin it at once know nothing of each other."""
        self._session, self._ref, self._ended, self._beside = session, ref, ended, beside
        self._goes_on = run_ended(session.state(ref)) is None
        self._known_runs = {ref}
        """The runs that are known of, by reference."""

    async def play(self) -> None:
        """Give what is due by now."""
        session, ref = self._session, self._ref
        for inject in list(due_injects(session.state(ref), session.now())):
            # Another console on the file may have given it at the same moment; on a full disk it comes later.
            with suppress(Problem):
                await session.submit(ref, GiveInject(actor=VOICE, inject=inject))
        for state in session.ledger.opened() if self._goes_on else ():
            if state.ref not in self._known_runs and same_drill(state, session.state(ref)):
                self._known_runs.add(state.ref)
                self._beside(state)
        if self._goes_on and run_ended(session.state(ref)) is not None:
            self._goes_on = False
            self._ended()
