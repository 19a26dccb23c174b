"""The acts that put an incident, or its postmortem, on pages once it is over, from whichever screen of it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from console.app import dialogs
from console.app.publishing import Publishing
from console.app.session import Session
from console.core.log.command import Command
from console.core.refusal import Problem, Refused
from console.export.updates.announce import customer_page


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

        self._opened(make, self._send)

    def act_publish_postmortem(self) -> None:
        session, publisher = self._session, self._publishing.publisher()

        def make() -> "dialogs.after.PublicPostmortemDialog":
            here, draft = session.here(self._ref), ""
            with suppress(Refused):
                draft, _ = customer_page(here.state, here.now, here.zone, templates=session.templates)
            context = self._publishing.settling_context(publisher, self._ref)
            return dialogs.after.PublicPostmortemDialog(here, context, draft)

        async def send(given: "dialogs.after.Published") -> None:
            await self._send(given.command, given.notify)

        self._opened(make, send)

    async def _send(self, command: Command, notify: tuple[str, ...] = ()) -> None:
        publisher = self._publishing.publisher()
        context = self._publishing.settling_context(publisher, self._ref)
        messages = publisher.afterwards(self._session.state(self._ref), context, notify)
        await self._session.submit(self._ref, command, publish=messages)
        self._publishing.wake()

    def _opened(self, make: "Callable[[], dialogs.base.FormDialog[Any]]", send: "dialogs.base.Send[Any]") -> None:
        try:
            self._open(make, send)
        except Problem as problem:
            self._refuse(problem.reason)
