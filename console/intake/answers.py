"""Answers of a person to what a text leaves open, as arguments of the reading."""

from datetime import date, timezone
from typing import Any

from console.core.language import times
from console.core.language.dates import date_at, is_likely, near
from console.core.language.zones import zone_at
from console.core.refusal import Refused


def answered(about: str, answer: str, today: date) -> dict[str, Any]:
    """The arguments of `read_timeline` that the answer stands for. Raises Refused for one that means nothing."""
    answer = answer.strip()
    if about == "zone":
        named = zone_at(answer, 0, stated=True)
        if named is None or named[1] < len(answer):
            return {"zone": times.zone(answer)}
        name, zone = named[0]
        offset = zone.utcoffset(None)
        return {"zone": zone if offset is None else timezone(offset, name)}
    if about == "day":
        written = date_at(answer, 0)
        day = near(written[0], today) if written and written[1] == len(answer) else None
        if day is None or not is_likely(day):
            raise Refused(f"{answer} is no day; write one as in {today}.")
        return {"base_date": day}
    if answer not in ("dmy", "mdy"):
        raise Refused("Write dmy where the day stands first, mdy where the month does.")
    return {"day_first": answer == "dmy"}
