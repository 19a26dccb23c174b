"""The acts that put an incident, or its postmortem, on pages once it is over, from whichever screen of it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from console.app import dialogs
from console.app.publishing import Publishing
from console.app.session import Session
from console.core.refusal import Problem, Refused
from console.export.updates.announce import customer_page
from console.publish.sending.plan import as_shown


class AfterActs:
    """Of one incident. The targets are read anew each time, so that one that was just added counts."""

    def __init__(
        self, session: Session, ref: str, publishing: Publishing,
        open_form: "Callable[[Callable[[], dialogs.base.FormDialog[Any]], dialogs.base.Send[Any]], None]",
        refuse: Callable[[str], None],
    ) -> None:  # fmt: skip
        """`open_form` opens a form with what does its result; `refuse` shows why there is none."""
        self._session, self._ref, self._publishing = session, ref, publishing
        self._open, self._refuse = open_form, refuse

    def act_backfill(self) -> None:
        publisher = self._publishing.publisher()

        def make() -> "dialogs.after.BackfillDialog":
            context = self._publishing.settling_context(publisher, self._ref)
            return dialogs.after.BackfillDialog(self._session.here(self._ref), context)

        self._opened(make)

    def act_publish_postmortem(self) -> None:
        session, publisher = self._session, self._publishing.publisher()

        def make() -> "dialogs.after.PublicPostmortemDialog":
            here, draft = session.here(self._ref), ""
            with suppress(Refused):
                draft, _ = customer_page(here.state, here.now, here.zone, templates=session.templates)
            context = self._publishing.settling_context(publisher, self._ref)
            return dialogs.after.PublicPostmortemDialog(here, context, draft)

        self._opened(make)

    async def _send(self, given: "dialogs.after.Published") -> None:
        publisher = self._publishing.publisher()
        context = self._publishing.settling_context(publisher, self._ref)
        shown = publisher.afterwards(*given.shown, given.notify)
        messages = as_shown(shown, publisher.afterwards(self._session.state(self._ref), context, given.notify))
        await self._session.submit(self._ref, given.command, publish=messages)
        self._publishing.wake()

    def _opened(self, make: "Callable[[], dialogs.base.FormDialog[dialogs.after.Published]]") -> None:
        try:
            self._open(make, self._send)
        except Problem as problem:
            self._refuse(problem.reason)
