"""Writes console/core/language/calendar_words.py from the Unicode CLDR: `python -m scripts.calendar_words`.

It needs Babel, which carries the CLDR's data and is wanted for nothing else (`pip install babel`).
"""

import re
from pathlib import Path
from textwrap import wrap
from zoneinfo import available_timezones

# Nothing of the project needs Babel; whoever makes the table anew installs it for that.
from babel import Locale, __version__  # type: ignore[import-not-found]
from babel.core import get_global  # type: ignore[import-not-found]
from babel.units import format_unit  # type: ignore[import-not-found]

from console.core.language.names import name_key

LANGUAGES = (
    "en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "ro", "tr", "ru", "uk", "el",
)  # fmt: skip
"""Those whose names of months don't contradict each other; the first that has a name keeps it."""
FURTHER = ("hu", "hr", "sr", "bg", "sl", "et", "lt", "lv", "id", "ca", "is")
"""Those of which months and weekdays are known by their longer names: the short ones are words of other languages."""

TARGET = Path(__file__).parents[1] / "console/core/language/calendar_words.py"


CITY_LANGUAGES = [language for language in LANGUAGES if language not in ("en", "sk", "ro", "uk", "el")]
CITY_AREAS = ("Africa/", "America/", "Asia/", "Europe/")

CAPITALS = (
    "America/New_York", "America/Sao_Paulo", "Asia/Calcutta", "Asia/Seoul", "Australia/Sydney", "Europe/Athens",
    "Europe/Lisbon", "Europe/Moscow",
)  # fmt: skip
"""Places that a zone is known by, where another of its places comes first in the CLDR."""

WIDE_ZONES = {
    "Europe_Central": "Europe/Berlin", "Europe_Eastern": "Europe/Athens", "Europe_Western": "Europe/Lisbon",
    "America_Eastern": "America/New_York", "America_Central": "America/Chicago", "America_Mountain": "America/Denver",
    "America_Pacific": "America/Los_Angeles",
}  # fmt: skip
"""Those of several countries, by their names in the CLDR, with a place of each."""
TIME_WORDS = re.compile(
    r"\b(?:heure|hora|hor\u00e1rio|ora|czas|\u03ce\u03c1\u03b1|tidssone\sfor(?:\sden)?)\s(?:(?:del?|du|da|do|di)\s(?:la\s)?)?|-?(?:zeit|tijd|tid)\b"
    r"|(?:\u6642\u9593|\u65f6\u95f4|\s\uc2dc\uac04)$|^(?:\u7c73\u56fd|\u30a2\u30e1\u30ea\u30ab|\u5317\u7f8e|\ubbf8\s)"
    r"|\s(?:aika|\u010das|saati|id\u0151(?:z\u00f3na)?|\u03ce\u03c1\u03b1|\u0447\u0430\u0441\u043e\u043c)\b|^\u0437\u0430\s"
)
"""The word for time in the name of a zone, and what joins it to the rest."""


def names(kind: str) -> dict[str, int]:
    """The names of months or days in small letters without a full stop, with their numbers from 1 (Monday)."""
    table: dict[str, int] = {}
    for language in (*LANGUAGES, *FURTHER):
        locale = Locale(language)
        widths = getattr(locale, kind)
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in widths[form][width].items():
                    # Portuguese has "segunda-feira" in its calendars, and mostly says "segunda".
                    word = name.casefold().strip(".").removesuffix("-feira")
                    least = 2 if language in LANGUAGES or (kind == "months" and not word.isascii()) else 4
                    if len(word) >= least and word.isalpha():
                        table.setdefault(word, number if kind == "months" else number + 1)
    return table


def day_periods(*wanted: str, least: int = 2) -> dict[str, str]:
    """The words for parts of the day, such as am and pm, without full stops and spaces."""
    table: dict[str, str] = {}
    for language in [*LANGUAGES, "ja", "ko", "zh"]:
        for widths in Locale(language).day_periods.values():
            for periods in widths.values():
                for period in wanted:
                    word = "".join(letter for letter in periods.get(period, "").casefold() if letter.isalpha())
                    # What is also a small word of another language says nothing ("em" of Swedish, "de" of Hungarian).
                    certain = language in ("en", "es") or not word.isascii()
                    if len(word) >= least and (len(word) > 2 or certain):
                        table.setdefault(word, period)
    return table


def units() -> dict[str, str]:
    """The words for lengths of time, without full stops, with the English name of each length."""
    table: dict[str, str] = {}
    for language in (*LANGUAGES, *FURTHER, "ja", "ko", "zh", "zh_Hant"):
        for unit in ("year", "month", "day", "hour", "minute", "second"):
            for width in ("long", "short"):
                for amount in (1, 2, 5, 1.5):
                    written = format_unit(amount, f"duration-{unit}", width, locale=language)
                    word = written.split()[-1].strip("0123456789.,").casefold()
                    # Shorter ones are words of other languages, or letters that stand for much.
                    least = 1 if word > "\u2e7f" else 2 if not word.isascii() else 3
                    if len(word) >= least and word.isalpha():
                        table.setdefault(word, unit)
    return table


def zones() -> dict[str, str]:
    """The English names of zones, without "standard" or "summer" and "time", with a place that keeps each."""
    places = get_global("meta_zones")
    usual = set(get_global("windows_zone_mapping").values())
    table: dict[str, str] = {}
    for zone, widths in Locale("en").meta_zones.items():
        keeping = [place for place, kept in places.items() if kept == zone]
        keeping.sort(key=lambda place: (place not in CAPITALS, place not in usual))
        place = keeping[0] if keeping else ""
        for form in ("generic", "standard", "daylight"):
            name = widths.get("long", {}).get(form, "").casefold()
            base = re.sub(r"( standard| daylight| summer)? time$", "", name)
            if place and base.replace(" ", "").replace("-", "").isalpha() and zone not in ("Irish", "GMT"):
                table.setdefault(base, place)
    return table


def cities() -> dict[str, str]:
    """By zone: the names of its city in other languages than English, for much used zones and those of Europe."""
    usual = set(get_global("windows_zone_mapping").values())
    usual |= {zone for zone in available_timezones() if zone.startswith("Europe/")}
    table: dict[str, list[str]] = {}
    taken: set[str] = set()
    for language in (*CITY_LANGUAGES, "ja", "ko", "zh"):
        for zone, words in Locale(language).time_zones.items():
            name = words.get("city", "").partition(" (")[0]
            key, english = name_key(name), name_key(zone.rpartition("/")[2].replace("_", " "))
            if zone in usual and zone.startswith(CITY_AREAS) and name and key not in {english, *taken}:
                table.setdefault(zone, []).append(name.casefold())
                taken.add(key)
    return {zone: ", ".join(names) for zone, names in sorted(table.items())}


def zone_cores(bare: re.Pattern[str]) -> dict[str, str]:
    """By a place of each: the names of wide zones in other languages, less what `bare` finds: "europa central"."""
    table: dict[str, dict[str, None]] = {}
    for language in (*CITY_LANGUAGES, "uk", "el", "hu", "ja", "ko", "zh"):
        for zone, place in WIDE_ZONES.items():
            name = Locale(language).meta_zones[zone].get("long", {}).get("generic", "").casefold()
            core = bare.sub("", re.sub(r"\(.*", "", name)).strip(" -")
            if core:
                table.setdefault(place, {})[core] = None
    return {place: ", ".join(cores) for place, cores in sorted(table.items())}


def city_rows(table: dict[str, str]) -> str:
    lines = []
    for zone, names in table.items():
        wrapped = wrap(names, 72, break_long_words=False, break_on_hyphens=False, drop_whitespace=False)
        lines += [f'    "{zone}": (', *(f'        "{line}"' for line in wrapped), "    ),"]
    return "\n".join(lines)


def rows(table: dict[str, int] | dict[str, str]) -> str:
    by_value: dict[int | str, list[str]] = {}
    for word, value in table.items():
        by_value.setdefault(value, []).append(word)
    lines = []
    for value, words in by_value.items():
        lines.append(f"    {value!r}: (")
        line = ""
        for word in words:
            if len(line) + len(word) > 104:
                lines.append(f'        "{line}"')
                line = ""
            line += f"{word} "
        lines += [f'        "{line.strip()}"', "    ),"]
    return "\n".join(lines).replace("'", '"')


def main() -> None:
    months, days = names("months"), names("days")
    halves, hours = day_periods("am", "pm"), day_periods("midnight", "noon", least=4)
    zone_rows = "\n".join(f'    "{name}": "{place}",' for name, place in sorted(zones().items()))
    TARGET.write_text(
        f'"""Names of months, weekdays and halves of the day, from the Unicode CLDR (Babel {__version__}): '
        'made by a script."""\n\n'
        f'MONTHS = {{\n{rows(months)}\n}}\n"""Words for each month, 1 to 12."""\n\n'
        f'WEEKDAYS = {{\n{rows(days)}\n}}\n"""Words for each weekday, 1 (Monday) to 7."""\n\n'
        f"HALVES = {{\n{rows(halves)}\n}}\n\n"
        f'ZONES = {{\n{zone_rows}\n}}\n"""English names of zones without "time", and a place of each."""\n\n'
        f'HOURS = {{\n{rows(hours)}\n}}\n"""Words for two times of day."""\n\n'
        f'UNITS = {{\n{rows(units())}\n}}\n"""Words for lengths of time, by the English one."""\n\n'
        f'CITIES = {{\n{city_rows(cities())}\n}}\n"""Names of cities in other languages, by their zone."""\n\n'
        f"WIDE_ZONES = {{\n{city_rows(zone_cores(TIME_WORDS))}\n}}\n"
        '"""Names of zones in other languages, without the word for time."""\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
