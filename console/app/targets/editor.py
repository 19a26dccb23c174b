"""The form of a target, opened from the list: its draft, what is written when it is saved, and what follows."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

import msgspec

from console.app.acts import BY_ID
from console.app.daemon_thread import in_daemon_thread
from console.app.dialogs.base import Values
from console.app.list_screen import ListScreen
from console.app.session import Session
from console.app.targets.dialog import TargetDialog
from console.app.targets.form import TargetForm
from console.app.targets.service import Given, Reach, TargetService
from console.core.refusal import Refused
from console.core.subjects.component import components_of
from console.publish.registry import provider_class
from console.publish.targets.model import Target

LAST_KIND = "new target"
"""Where the kind of the new target is kept that somebody has begun last."""


class Draft(msgspec.Struct, frozen=True):
    """The values that stood in a form that was left. Never a secret."""

    provider: str
    values: dict[str, str]


class TargetEditor:
    """The editor of targets: what is typed is kept for each target, and for each kind of new ones."""

    def __init__(self, session: Session, service: TargetService, screen: ListScreen) -> None:
        """The form opens over `screen`, which then tells what became of it."""
        self._session, self._service, self._screen = session, service, screen
        self._secrets: dict[str, Values] = {}
        """Keys out of forms that were left, while the list is open."""

    @property
    def last_kind(self) -> str:
        """The kind of the new target that somebody has begun last and not saved; empty where there is none."""
        return self._session.draft(LAST_KIND)

    async def open(
        self, provider: str, before: Target | None, others: Sequence[Target], saved: Callable[[str], None]
    ) -> None:
        """Open the form of a new target, or with `before` of one that is changed; `others` are all that there are.

        `saved` gets the name of what was written.
        """
        place = f"target {before.name}" if before else f"{LAST_KIND} {provider}"
        cls = provider_class(provider)
        key_at = await in_daemon_thread(self._service.key_at, before.name) if before else ""
        form = TargetForm(provider, cls, before, key_at)
        known = {field.id for field in form.fields({})} - {"key"}
        kept = {id: value for id, value in self._draft(place, provider).items() if id in known}

        def keep(values: Values) -> None:
            self._session.keep_draft(place, msgspec.json.encode(Draft(provider, values)).decode() if values else "")
            if before is None:
                self._session.keep_draft(LAST_KIND, provider if values else "")

        earlier = self._service.proofs.get(before.name) if before else None
        proof = (earlier.reach, earlier.finding) if earlier else None
        dialog = TargetDialog(
            form,
            self._service,
            ours=self._ours(others),
            proof=proof,
            kept={**kept, **self._secrets.get(place, {})},
            keep=keep,
        )
        written = [before]

        def closed(given: Given | None) -> None:
            self._secrets[place] = dialog.secrets if given is None else {}
            if given is None and self._session.draft(place):
                key = BY_ID["change_target" if before else "add_target"].label
                self._screen.say(f"What you typed is kept; {key} brings it back.")
            if given is not None:
                keep({})
                reach, finding = dialog.proof or (None, None)
                if dialog.proof is not proof and finding is not None and reach == Reach.of(given):
                    now = self._session.now()
                    self._service.remember(Given(given.target), finding, now)
                    self._screen.run_worker(
                        in_daemon_thread(self._service.keep_proof, given.target, finding, now), group="proof"
                    )
                elif given.key is not None:
                    self._service.proofs.pop(given.target.name, None)
                    self._screen.run_worker(
                        in_daemon_thread(self._service.forget_proof, given.target.name), group="proof"
                    )
                saved(given.target.name)

        dialog.send = partial(self._save, written)
        self._screen.app.push_screen(dialog, closed)

    async def _save(self, written: list[Target | None], given: Given) -> None:
        """Write the target, then its key. `written` holds the target as the file has it, as far as the person knows."""
        before, notice = written[-1], ""
        if before is None or before != given.target:
            try:
                notice = await in_daemon_thread(self._service.save, before, given.target)
            except Refused as refused:
                if refused.field == "changed":
                    # Told once; whoever saves again writes over it.
                    with suppress(Refused):
                        written.append(await in_daemon_thread(lambda: self._service.targets().get(given.target.name)))
                raise
            written.append(given.target)
        about_key = await in_daemon_thread(self._service.keep_key, given)
        outcome = f"{'Added' if written[0] is None else 'Saved'} {given.target.name}."
        self._screen.say(" ".join(filter(None, (outcome, about_key, notice))))

    def _ours(self, targets: Sequence[Target]) -> list[str]:
        """Names of components that the team uses: in open incidents, and for other targets."""
        names: dict[str, None] = {}
        for state in self._session.ledger.opened():
            names |= dict.fromkeys(components_of(state))
        for target in targets:
            names |= dict.fromkeys(target.components)
        return list(names)

    def _draft(self, place: str, provider: str) -> Values:
        """The values that stood in the form of that place, for a target of this provider; empty where none are kept."""
        try:
            kept = msgspec.json.decode(self._session.draft(place), type=Draft)
        except (msgspec.MsgspecError, RecursionError):
            return {}
        return kept.values if kept.provider == provider else {}
