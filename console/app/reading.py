"""Reading the incidents that are not in memory yet: in another thread, a slice of time after the other."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable

from console.store import snapshots
from console.store.ledger import Ledger
from console.store.log import Log
from console.store.problems import StoreProblem
from console.store.snapshots import Loaded, Summary

SLICE_S = 0.05
"""Seconds for which incidents are read before those that have been read are taken over."""

Found = Loaded | Summary | StoreProblem


async def read_unread(log: Log, ledger: Ledger, unreadable: dict[str, str]) -> AsyncIterator[int]:
    """Read until nothing is left; gives how many are left, before each slice and in the end.

    `unreadable` gets the reason for each that cannot be read, by its reference; under none, why nothing can be.
    """
    unreadable.clear()
    try:
        refs = await asyncio.to_thread(log.incidents)
    except StoreProblem as problem:
        unreadable[""] = problem.reason
        refs = []
    while wanted := {ref: mark for ref, mark in ledger.unread(refs).items() if ref not in unreadable}:
        yield len(wanted)
        for ref, incident in (await asyncio.to_thread(_read, log, wanted)).items():
            if isinstance(incident, StoreProblem):
                unreadable[ref] = incident.reason
            elif isinstance(incident, Loaded) and incident.state.declared_at is None:
                unreadable[ref] = "Its declaration is missing or cannot be read."
            else:
                # Refused when something came for it meanwhile; the next round reads it again.
                ledger.adopt(ref, incident, wanted[ref])
    yield 0


def _read(log: Log, refs: Iterable[str]) -> dict[str, Found]:
    """As many of these incidents as can be read in one slice of time, at least one."""
    incidents: dict[str, Found] = {}
    end = time.monotonic() + SLICE_S
    for ref in refs:
        try:
            incident = snapshots.glance(log, ref)
            if isinstance(incident, Loaded):
                incident = snapshots.kept(log, incident)
            incidents[ref] = incident
        except StoreProblem as problem:
            incidents[ref] = problem
        if time.monotonic() >= end:
            break
    return incidents
