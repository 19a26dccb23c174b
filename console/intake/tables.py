"""Tables of Markdown, of CSV and of JSON's records: their rows, and what their columns hold."""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from itertools import chain, islice
from typing import Literal, NamedTuple

from console.core.language.dates import weekday_named
from console.core.language.places import place_zone
from console.core.language.text import csv_text
from console.core.language.zones import Zone
from console.intake.chats import are_people
from console.intake.clocks import UNIT, WINDOW, about_at
from console.intake.stamps import TimedText, timed_text
from console.intake.zones import whole_zone, zone_in

Role = Literal["time", "date", "weekday", "half", "until", "zone", "text", "kind", "author", "tags", "other", "dropped"]

_NAMES: dict[Role, str] = {
    "time": "time|times|when|timestamp|time stamp|at|start|start time|started|started at|occurred at|occurred|datetime"
    "|date time|date and time|time of day|clock|from|begin|hour|ts|starts at|created|created at|zeit|uhrzeit|zeitpunkt"
    "|heure|horodatage|hora|fecha y hora|data e hora|ora|tijd|tid|tijdstip|tidspunkt|klokkeslett|orario|horário|aika"
    "|időpont|idő|waktu|jam|pukul|giờ|vreme|vrijeme|laiks|laikas|aeg|kellaaeg|ώρα|година"
    "|klo|saat|czas|godzina|čas|время|час|時刻|時間|时间|시간|시각|日時|日时|일시|дата и время",
    "date": "date|day|datum|tag|jour|fecha|data|dag|dato|día|dia|giorno|dzień|den|päivä|gün|tarih|weekday|wochentag"
    "|дата|день|日付|日期|曜日|날짜|요일|일자",
    "until": "end|until|to|end time|ended|finish|ends at|ended at|time end|epoch end|end date|ende|bis|fin|fine|eind",
    "zone": "tz|zone|timezone|time zone|utc offset|zeitzone|fuseau horaire|zona horaria",
    "text": "event|events|description|what|what happened|detail|details|text|entry|message|note|notes|activity|summary"
    "|comment|comments|update|updates|status|occurrence|action|actions|timeline|log|observation|event description"
    "|title|subject|headline|event name|body|content|contents|desc|msg|narrative|remark|remarks|annotation|alert name"
    "|alertname|ereignis|beschreibung|was|vorfall|nachricht|bemerkung|evenement|événement|message texte|evento"
    "|descripcion|descripción|detalle|mensaje|descrizione|messaggio|descrição|mensagem"
    "|gebeurtenis|omschrijving|bericht|händelse|esemény|leírás|подія|опис|kejadian|uraian|keterangan|sự kiện|eveniment"
    "|descriere|συμβάν|περιγραφή|sündmus|notikums|įvykis|događaj|събитие",
    "kind": "kind|type|category|event type|typ|art|kategorie|tipo|categoria|soort",
    "author": "author|actor|agent|user|who|by|person|reported by|logged by|created by|updated by|updater|sender|creator"
    "|reporter|responder|engineer|owner|user name|username|display name|real name|user display name|login|name|email"
    "|responsible|responsável|responsavel|responsable|responsabile|verantwortlich|wer|autor|benutzer|verfasser|qui|auteur"
    "|utilisateur|quien|quién|usuario|autore|utente|wie|gebruiker|vem"
    "|hvem|kdo|kto|osoba|kuka|kim|кто|исполнитель"
    "|ответственный|担当者|対応者|責任者|记录人|人员|负责人|处理人|담당자|담당|quem|door|uitgevoerd door"
    "|operatore|operador|opérateur|addetto|encargado|intervenant|wykonał|wykonawca|ansvarig|ansvarlig|zuständig|verantwortlicher|kürzel"
    "|par|por|técnico|chi|tecnico|av|af|автор|担当|처리자|操作人|on call|handler|staff"
    "|initials|operator|technician|tekijä|vastuuhenkilö|provedl|yapan"
    "|sorumlu|melder|bearbeiter|erfasser|rapporteur|報告者|記録者|报告人|작성자|보고자"
    "|ki|felelős|végezte|rögzítette|szerző|хто|відповідальний|виконавець|odpowiedzialny|odpovědný|zodpovědný|cine"
    "|responsabil|υπεύθυνος|ποιος|petugas|oleh|pelaksana|penanggung jawab|người thực hiện|phụ trách"
    "|負責人|記錄人|處理人|人員|投稿者|analyst|analista|vastutaja|atbildīgais|atsakingas|tko|odgovoran|кой|отговорник",
    "tags": "tag|tags|label|labels|schlagworte|etiquetas",
    # What an export of a log carries beside its entries, and what only counts or names the rows.
    "dropped": "id|uid|uuid|guid|iid|recorded at|corrected|ref|incident|no|nr|row|number|index|position|pos|self|offset"
    "|fingerprint|updated|updated at|modified|modified at|last modified|edited|ingested at|lfd nr",
}
_ROLES: dict[str, Role] = {name: role for role, names in _NAMES.items() for name in names.split("|")}
_TEXT_ENDS = ("title", "message", "description", "summary", "details", "text", "comment", "notes")
"""Ends of the names of columns of text, as in `RuleTitle`."""
_PEOPLE = _NAMES["author"].split("|")

_RECORD_TIMES = re.compile(r"\b(?:created|posted|opened|published|reported|logged|sent|added|inserted|received)\b")
"""When somebody wrote of a thing, which may be later than it."""
_LATER_TIMES = re.compile(
    r"\b(?:ends?|ended|until|to|finish(?:ed)?|updated|modified|changed|edited|closed|resolved|solved|fixed|cleared|recovered|restored|recorded|ingested|due|last"
    r"|expir(?:es?|ed|y|ation)|deleted|completed|acknowledged|mitigated|seen|snoozed)\b"
)
"""Never when a thing began."""
_PERSON = re.compile(
    r"\b(?:author|actor|agent|user|person|creator|updater|sender|reporter|responder|reviewer|engineer|owner|member|from"
    r"|poster|submitter|commenter)\b"
    r"|^u$"
)
_DONE_BY = re.compile(r"\w\s(?:by|von|durch|par|por|da|door|av|af|przez)$")
"""The end of "reported by", in other languages too; "von" alone is a time."""
_ID_END = re.compile(r"(?<=[a-z])(?:[_-]?ids?|Ids?|ID)$")
_FROM = ("from", "von", "de", "da", "van", "od")
_OF_PERSON = re.compile(r"(?:(?:full|display|real|user)\s?)?(?:name|login|username|email|summary)")
_NOISE = re.compile(r"\b(?:avatar|icon|gravatar|image)\b|\b(?:ids?|uid|uuid|guid|iid)$")

_BRACKETED = re.compile(r"\([^()]{0,60}\)|\[[^\[\]]{0,60}\]")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[\W_]+")
_PIPE = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"\s{0,8}<br\s?/?>\s{0,8}", re.IGNORECASE)
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_EPOCH = re.compile(r"(?P<s>[1-3]\d{9})(?:\.(?P<f>\d{1,9})|(?P<ms>\d{3})(?:\d{3}){0,2})?", re.ASCII)
_TIME_NAME = re.compile(
    r"\b(?:ts|times?|(?:time)?stamp|timestamp|dates?|at|on|epoch|when|unix|since|created|start(?:ed)?|end(?:ed)?|zeit|zeitpunkt"
    r"|datum|hora|fecha|heure|data|ora|tijd|tid|occurred|moment)\b"
)
_NUMBER = re.compile(r"[+\u2212-]?\d{1,3}")
"""A number, which is no zone below a name that speaks of none."""
_LONG_NUMBER = re.compile(r"\d{5,30}(?:\.\d{1,9})?")
_SHORT_YEAR = re.compile(r"^(?P<day>\d{1,2}\.\s?\d{1,2}\.\s?)(?P<year>\d\d)(?=$|[\sT,])")
_HALF = re.compile(r"[ap]\.?m\.?", re.IGNORECASE)
_SAMPLE_ROWS = 40
_PROSE_WORDS = 2.5


class Row(NamedTuple):
    """The cells of a row and the source lines it stands on, counted from 1."""

    cells: tuple[str, ...]
    numbers: tuple[int, ...]


MAX_SPAN = 2000
MAX_CARRIED = 100_000
"""The cells of a table that stand in further rows; no table that people read has so many."""

MAX_COLUMNS = 200
"""Of a table of a page, and of the records of a list; a wider one lays a page out, or is an attack."""


class Grid:
    """Rows in the making, whose cells may go over several rows or columns, as in HTML."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, list[str]]] = []
        """Each with its place in the file."""

        self._more: list[str] = []
        """The texts with which the last cell goes on."""
        self._carried = 0
        self._below: dict[int, tuple[int, str]] = {}
        """By column: in how many rows a cell still stands, and its text."""

    def begin_row(self, place: int) -> None:
        """Begin a row."""
        self._fill()
        self.rows.append((place, []))

    def add(self, text: str, rows: str = "", columns: str = "") -> None:
        """Add a cell, with the attributes that say how many rows and columns it takes."""
        self._fill()
        cells = self.rows[-1][1]
        if _span(rows) > 1:
            self._below[len(cells)] = (_span(rows) - 1, text)
        cells += [text, *[""] * (_span(columns) - 1 if len(cells) < MAX_COLUMNS else 0)]

    def go_on(self, text: str) -> None:
        """Add to the last cell, where there is one."""
        if self.rows and self.rows[-1][1]:
            self._more.append(text)

    def end(self) -> list[tuple[int, list[str]]]:
        """All rows that hold something."""
        self._fill()
        return [row for row in self.rows if any(row[1])]

    def _fill(self) -> None:
        """Put the cells of rows above where they still stand, after the last cell is whole."""
        cells = self.rows[-1][1] if self.rows else []
        if self._more:
            cells[-1] += "".join(self._more)
            self._more = []
        while self.rows and (above := self._below.pop(len(cells), None)):
            left, text = above
            self._carried += 1
            if left > 1 and self._carried < MAX_CARRIED:
                self._below[len(cells)] = (left - 1, text)
            cells.append(text)


def _span(stated: str) -> int:
    return min(int(stated), MAX_SPAN) if stated.isdecimal() and len(stated) < 5 and int(stated) else 1


class Columns(NamedTuple):
    """The role of each column of a table."""

    names: tuple[str, ...]
    roles: tuple[Role, ...]
    zone: Zone | None
    """The zone that the head of the column of times names."""

    times: tuple[int, ...]
    """The columns, from 0, that tell when, the best first: the next one counts where a row leaves one empty."""

    is_late: bool = False
    """Whether even the best of these columns tells when something was changed, closed or due."""

    authors: tuple[int, ...] = ()
    """The columns of people, the one that says best who it was first."""

    @property
    def firsts(self) -> dict[Role, int]:
        """The number of the first column with each role, from 0."""
        return {role: place for place, role in reversed(list(enumerate(self.roles)))}


class _Column:
    """A column, with the facts that its head and a sample of its cells tell."""

    def __init__(self, place: int, name: str, rows: Sequence[Sequence[str]]) -> None:
        self.place, self.name, self.words = place, name, _words(name)
        sample = (cells[place] for cells in rows if place < len(cells))
        self.cells = [cell for cell in sample if cell and not is_nothing(cell)]
        # A long number is a moment only where the name speaks of one: ids and phone numbers look the same.
        numbers = not name or is_time_name(name)
        read = (cell_time(cell) for cell in self.cells if numbers or not _LONG_NUMBER.fullmatch(cell))
        self.timed = [timed for timed in read if timed]
        """Of the cells that begin with a date or a time."""
        self.epochs = sum(1 for cell in self.cells if epoch_text(cell)) if numbers else 0
        """The number of cells that count seconds since 1970, or parts of them."""
        lengths = [match for cell in self.cells if (match := _LENGTH.fullmatch(cell))]
        is_named = self.words and _ROLES.get(self.words) != "time"
        if lengths and (is_named or not all(match["hours"] for match in lengths)):
            # "4 h" is a length as well beside "15 min", and below "Reaction".
            self.timed = [timed for timed in self.timed if timed.stamp.date]
        alone = [timed.stamp.time for timed in self.timed if not timed.text]
        self.is_moments = self.is_most(sum(1 for time in alone if time) or self.epochs)
        """Whether most cells hold a time of day, or a date with it, and nothing else."""
        self.is_dates = self.is_most(alone.count(None))
        """Whether most cells hold a date, and nothing else."""

    def is_most(self, count: int) -> bool:
        """Whether so many cells are most of them."""
        return bool(self.cells) and count * 5 >= len(self.cells) * 3

    @property
    def is_weekdays(self) -> bool:
        """Whether most cells are the name of a weekday, however short."""
        return self.is_most(sum(1 for cell in self.cells if weekday_named(cell)))

    @property
    def is_of_groups(self) -> bool:
        """Whether the cells are short names, each of several rows that are about one thing."""
        names = set(self.cells)
        are_names = len(names) > 1 and all(len(name) <= 20 and _LETTER.search(name) for name in names)
        return are_names and _is_varied(self) is False

    @property
    def has_times(self) -> bool:
        """Whether half of the cells begin with a time."""
        return sum(1 for timed in self.timed if timed.stamp.time) * 2 >= len(self.cells) > 0 or bool(self.epochs)

    @property
    def is_dated(self) -> bool:
        """Whether cells hold a moment with its day."""
        return self.epochs > 0 or any(timed.stamp.date and timed.stamp.time for timed in self.timed)

    @property
    def mean_words(self) -> float:
        """The mean number of words in a cell; 0 where cells hold links."""
        if not self.cells or sum(1 for cell in self.cells if _LINK.fullmatch(cell)) * 2 >= len(self.cells):
            return 0
        return sum(len(cell[:400].split()) for cell in self.cells) / len(self.cells)

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Sorts the columns: those of the thing itself, not of its parts, exact ones, those further left go first."""
        later = 2 if _LATER_TIMES.search(self.words) else 1 if _RECORD_TIMES.search(self.words) else 0
        zoned = any(timed.stamp.zone for timed in self.timed) or _zone_of_head(self.name) is not None
        if self.epochs:
            exact = 1
        elif self.is_dated:
            exact = 0 if zoned else 2
        else:
            exact = 3 if zoned else 4
        return later, self.name.count("."), exact, self.place


def sampled(rows: Sequence[Row]) -> tuple[tuple[str, ...], ...]:
    """The cells of as many rows as tell what a table holds."""
    return tuple(row.cells for row in rows[:_SAMPLE_ROWS])


@lru_cache(maxsize=16)
def columns(names: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Columns:
    """The roles of the columns, by what stands in the cells of a sample of rows and by their names."""
    table = [_Column(index, name, rows) for index, name in enumerate(_short(names))]
    roles: list[Role] = [_role(column) for column in table]
    times = _times(table, roles)
    dates = roles.count("date")
    for column in table:
        before = role = roles[column.place]
        if column.place in times[:1]:
            role = "time"
        elif role in ("time", "date") and column.place not in times and not column.has_times:
            like_days = column.cells and all(len(cell) <= 20 and any(map(str.isdigit, cell)) for cell in column.cells)
            is_day = column.is_dates or (role == "date" and (like_days or column.is_weekdays))
            role = "date" if is_day else "other" if times else role
        elif column.is_moments and role not in ("text", "until", "dropped"):
            # Further columns of times repeat the moment or tell of another one; they stay readable in the text.
            role = "other"
        elif not dates and role == "other" and column.is_dates:
            role = "other" if _LATER_TIMES.search(column.words) else "date"
        dates += (role == "date") - (before == "date")
        roles[column.place] = role
    if roles.count("date") > 1:
        # What only names the weekday stands beside the column with the days.
        roles = ["weekday" if role == "date" and table[at].is_weekdays else role for at, role in enumerate(roles)]
    if times and (table[times[0]].epochs or any(timed.stamp.date for timed in table[times[0]].timed)):
        roles = ["other" if role == "date" else role for role in roles]
    roles = ["dropped" if table[index].epochs and role == "other" else role for index, role in enumerate(roles)]
    roles = ["other" if role == "dropped" and table[index].is_of_groups else role for index, role in enumerate(roles)]
    authors = _people(table, roles)
    _texts(table, roles)
    zone = _zone_of_head(names[times[0]]) if times else None
    if zone is None and len(times) > 1:
        # The same moment in several places: "New York", "London".
        places = [place_zone(names[at]) for at in times]
        zone = places[0] if all(places) else None
    is_late = bool(times) and table[times[0]].rank[0] > 1
    return Columns(names, tuple(roles), zone, tuple(times), is_late, authors)


@lru_cache(maxsize=256)
def _zone_of_head(name: str) -> Zone | None:
    """The zone that the name of a column tells, also as a part of one word: `created_utc`, `Timestamp_UTC_0`."""
    parts = (
        part
        for part in _NOT_WORD.split(_HUMP.sub(" ", name[:200]))
        if part.isupper() or part in ("utc", "gmt", "cet", "cest", "pst", "pdt", "edt")
    )
    return zone_in(name) or next(filter(None, map(whole_zone, parts)), None)


def _short(names: Sequence[str]) -> list[str]:
    """The names without a word that all of them begin with, as in event_date, event_title."""
    words = [_words(name).split() for name in names]
    first = {tuple(word[:1]) for word in words}
    if len(names) < 3 or len(first) > 1 or any(len(word) < 2 for word in words):
        return list(names)
    cut = len(words[0][0])
    return [name[cut:].lstrip(" _-.") for name in names]


@lru_cache(maxsize=4096)
def _words(name: str) -> str:
    return _NOT_WORD.sub(" ", _HUMP.sub(" ", _BRACKETED.sub(" ", name[:200]))).strip().casefold()


_LENGTH = re.compile(rf"[<>~\u2264]?\s?\d{{1,4}}\s?(?:(?P<hours>h\b)|{UNIT}|j\b)\.?", re.IGNORECASE)
_NOTHING = "-\u2013\u2014\u2026.?"
"""The characters of a cell that says that there is nothing to say."""


def is_nothing(cell: str) -> bool:
    """Whether the cell holds a dash or the like."""
    return 0 < len(cell) <= 3 and not cell.strip(_NOTHING)


def is_time_name(name: str) -> bool:
    """Whether the name of a column or a key speaks of a time, so that a number in it can be one."""
    return _TIME_NAME.search(_words(name)) is not None and _NOISE.search(_words(name)) is None


def is_clock_name(name: str) -> bool:
    """Whether the name of a column says that its cells are times, whatever stands in them."""
    words = _words(name)
    may_be_zoned = not words or words.startswith(("time", "local")) or words.endswith("time") or len(words) <= 4
    return _ROLES.get(words) == "time" or (may_be_zoned and _zone_of_head(name) is not None)


def person_name(name: str) -> str:
    """The name of a key of people, without a word for their ids at its end; empty for other keys."""
    bare = _ID_END.sub("", name)
    words = _words(bare)
    return bare if _ROLES.get(words) == "author" or _PERSON.search(words) or _DONE_BY.search(words) else ""


def _role(column: _Column) -> Role:
    """The role that the name of a column tells."""
    name, words = column.name, column.words
    tokens = words.split()
    path = [_words(part) for part in name.split(".")]
    if column.cells and all(_HALF.fullmatch(cell) for cell in column.cells):
        return "half"
    role = _ROLES.get(words) or (_ROLES.get(path[-1]) if len(path) > 1 else None)
    if role is None and tokens and tokens[-1] in _TEXT_ENDS:
        role = "text"
    if role is None and _DONE_BY.search(words) and not column.timed and column.mean_words < _PROSE_WORDS:
        role = "author"
    if len(path) > 1 and _OF_PERSON.fullmatch(path[-1]):
        of_person = _PERSON.search(" ".join(path[:-1])) or _ROLES.get(path[-2]) == "author"
        role = "author" if of_person else None if role == "author" else role
    if role is None and len(tokens) == 2 and _OF_PERSON.fullmatch(tokens[1]) and _PERSON.fullmatch(tokens[0]):
        role = "author"
    zones = [cell for cell in column.cells if whole_zone(cell) and not _NUMBER.fullmatch(cell)]
    if role == "zone" or (role in (None, "dropped") and zones and len(zones) == len(column.cells)):
        return "zone"
    if role == "time" and words in _FROM and column.cells and not (column.timed or column.epochs):
        return "author"
    if role:
        return role
    if is_clock_name(name):
        return "time"
    if not words:
        return "dropped" if "#" in name else "other"
    if _NOISE.search(words):
        return "dropped"
    return "other"


def _times(table: Sequence[_Column], roles: Sequence[Role]) -> list[int]:
    """The columns that tell when, the best first."""
    able = [column for column in table if column.is_moments and roles[column.place] not in ("zone", "text")]
    # Beside the zone of a place, the time there is meant; the other one may be that of a server.
    placed = "zone" in roles
    able.sort(key=lambda column: (not (placed and "local" in column.words.split()), column.rank))
    if able and _is_varied(able[0]) is False:
        # Rows that tell one thing again and again each tell when it was changed.
        able.sort(key=lambda column: not (_LATER_TIMES.search(column.words) and _is_varied(column)))
    if able:
        # A time that is later by its name is the moment only where there is no other.
        return [column.place for column in able if column.rank[0] in (0, 1, able[0].rank[0])]
    named = [column.place for column in table if roles[column.place] == "time"]
    if named:
        return [next((index for index in named if table[index].has_times), named[0])]
    if "date" in roles:
        return []
    return [column.place for column in table if column.has_times and not column.is_dates][:1]


def _is_varied(column: _Column) -> bool | None:
    """Whether few of many cells are like another one."""
    return len(set(column.cells)) * 2 > len(column.cells) if len(column.cells) >= _CONSTANT_ROWS else None


def _people(table: Sequence[_Column], roles: list[Role]) -> tuple[int, ...]:
    """The columns of people, best first: those whose name says that it is the author, those with names before ids."""

    def rank(column: _Column) -> tuple[bool, float, int]:
        heads = [column.words, *(_words(part) for part in column.name.split("."))]
        # "sys_created_by" says who it was; "name" may be that of anything.
        unlisted = _PEOPLE.index("name") - 0.5 if _DONE_BY.search(column.words) else len(_PEOPLE)
        place = min((_PEOPLE.index(head) for head in heads if head in _PEOPLE), default=unlisted)
        return _is_keyed(column), place, column.place

    for column in table:
        role = roles[column.place]
        things = sum(1 for cell in column.cells if " " in cell and cell.split()[-1].islower())
        if (
            role == "author"
            and column.words == "name"
            and (column.mean_words >= _PROSE_WORDS or things * 2 > len(column.cells))
        ):
            roles[column.place] = "text"
        elif (role == "other" and column.cells and all(_EMAIL.fullmatch(cell) for cell in column.cells)) or (
            role == "other" and not column.words and are_people(column.cells)
        ):
            roles[column.place] = "author"
    people = sorted((column for column in table if roles[column.place] == "author" and column.cells), key=rank)
    if people and not _is_keyed(people[0]):
        for column in people:
            roles[column.place] = "dropped" if _is_keyed(column) else "author"
    return tuple(column.place for column in people if roles[column.place] == "author")


def _is_keyed(column: _Column) -> bool:
    """Whether the cells hold keys of people, such as U012AB3CD, which tell a reader nothing."""
    return all(any(char.isdigit() for char in cell) and cell.upper() == cell for cell in column.cells)


def _texts(table: Sequence[_Column], roles: list[Role]) -> None:
    """Find the columns of text where no name tells them: those with several words in a cell, else the longest."""
    plain_texts = {column.words for column in table if roles[column.place] == "text" and "." not in column.name}
    for column in table:
        if roles[column.place] == "text" and "." in column.name and _words(column.name.split(".")[-1]) in plain_texts:
            # `service.summary` beside `summary` says what the thing is called that the text is about.
            roles[column.place] = "other"
    # A column of signs alone has no words, whatever its name.
    if any(roles[column.place] == "text" and _letters(column) for column in table if column.cells):
        return
    free = [column for column in table if roles[column.place] == "other" and column.cells]
    free = [column for column in free if not (column.is_moments or column.is_dates)]
    prose = [column for column in free if column.mean_words >= _PROSE_WORDS]
    kinds = [column for column in table if roles[column.place] == "kind" and column.cells]
    if not prose:
        plain = [column for column in free if column.mean_words]
        prose = sorted(plain or free, key=_letters, reverse=True)[:1]
        # A word that few rows have is a detail of what their kind tells.
        prose = [column for column in prose if not kinds or len(column.cells) >= len(kinds[0].cells)] or kinds[:1]
    if not any(column.name.strip() for column in table):
        prose = free
    for column in prose:
        roles[column.place] = "text"


@cache
def cell_time(cell: str) -> TimedText | None:
    """The cell read as the beginning of a line; a zone behind the time is the time's, however it is written."""
    timed = timed_text(_SHORT_YEAR.sub(r"\g<day>20\g<year>", cell))
    zone = whole_zone(timed.text) if timed and timed.stamp.time and timed.stamp.zone is None else None
    return timed._replace(text="", stamp=timed.stamp._replace(zone=zone)) if timed and zone else timed


def without_padding(raw: str) -> str:
    """A line above a table of CSV without the delimiters that fill it up to the width of the table."""
    cut = raw.rstrip(';,\t" ')
    return cut.lstrip('" ') if len(raw.rstrip()) - len(cut) > 1 else raw


def _letters(column: _Column) -> float:
    """The mean number of letters in a cell."""
    return sum(char.isalpha() for cell in column.cells for char in cell[:400]) / len(column.cells)


def epoch_text(cell: str) -> str:
    """The moment that a cell gives in seconds, milliseconds, microseconds or nanoseconds since 1970; empty for none."""
    match = _EPOCH.fullmatch(cell) if 10 <= len(cell) <= 21 else None
    if match is None:
        return ""
    moment = datetime.fromtimestamp(int(match["s"]), UTC)
    fraction = (match["f"] or match["ms"] or "0")[:3].ljust(3, "0")
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction}Z"


def constant_columns(shape: Columns, rows: Sequence[Row]) -> dict[int, str]:
    """The columns whose cell is the same in each of many rows, with that cell: they tell of the file, not of a row."""
    if len(rows) < _CONSTANT_ROWS:
        return {}
    cells = rows[0].cells
    constant = {
        index: cells[index] for index, role in enumerate(shape.roles[: len(cells)]) if role in ("kind", "other")
    }
    for row in rows:
        constant = {index: cell for index, cell in constant.items() if cell and row.cells[index : index + 1] == (cell,)}
        if not constant:
            break
    return constant


_CONSTANT_ROWS = 5


def is_table_head(lines: Sequence[str], index: int) -> bool:
    """True when a Markdown table begins at the line: a row with its line of dashes below."""
    if "|" not in lines[index] or index + 1 >= len(lines):
        return False
    below = lines[index + 1].strip()
    return "|" in below and "-" in below and set(below) <= set("|-: \t>+")


def table_cells(raw: str) -> tuple[str, ...]:
    """The cells of a row of a Markdown table; `\\|` is a bar in a cell, `<br>` a new line."""
    inner = raw.strip().lstrip("> ")
    if inner.startswith("|"):
        inner = inner[1:]
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return tuple(_BREAK.sub("\n", cell.replace("\\|", "|")).strip() for cell in _PIPE.split(inner))


_BRACKETS = re.compile(r"\([^()]{0,200}\)")
_LIST_POINT = re.compile(r"\s{0,12}[-*+\u2022]\s")


CSV_WITHIN = 60
"""Of the lines of a text: a table of CSV begins in one of them."""


def csv_delimiter(lines: Sequence[str], index: int) -> str | None:
    """The delimiter, where a table of CSV or TSV with times in it begins at the line, by its head or without one."""
    head = lines[index]
    if not head.strip() or len(head) > _MAX_HEAD_CHARS or head.lstrip().startswith(("#", "|", "```")):
        return None
    delimiters = [delimiter for delimiter in "\t;,|" if delimiter in head]
    end = _sample_end(lines, index) if delimiters else index
    if sum(1 for raw in lines[index:end] if _LIST_POINT.match(raw)) > 1:
        # Points of a list may have bars and commas too.
        return None
    for delimiter in delimiters:
        parted = [raw for raw in lines[index:end] if delimiter in raw]
        if sum(1 for raw in parted if delimiter not in _BRACKETS.sub("", raw)) * 2 >= len(parted):
            # A comma within brackets divides no cells.
            continue
        below = csv_rows(lines, index, end, delimiter)
        names = [name.strip() for name in next(below).cells]
        words = sum(1 for name in names if _LETTER.search(name))
        if len(names) < 2 or max(map(len, names)) > 60 or not (words * 2 >= len(names) or any(map(is_moment, names))):
            continue
        sample = islice(below, max(_LEAST_SAMPLE, _MAX_SAMPLE_CELLS // len(names)) - 1)
        rows = [csv_cells(row, len(names), delimiter) for row in sample]
        if _is_head(names, rows) or is_headless(names, rows):
            return delimiter
    return None


def _sample_end(lines: Sequence[str], start: int) -> int:
    """The end of the sample of lines from `start` on, by which a table is told."""
    chars = 0
    for at in range(start, min(start + _SAMPLE_ROWS, len(lines))):
        chars += len(lines[at])
        if lines[at].startswith(("```", "~~~")) or (chars > _MAX_SAMPLE_CHARS and at >= start + _LEAST_SAMPLE):
            return at
    return min(start + _SAMPLE_ROWS, len(lines))


_LETTER = re.compile(r"[^\W\d_]")
_MAX_HEAD_CHARS = 20_000
_MAX_SAMPLE_CHARS = 40_000
_MAX_SAMPLE_CELLS = 4_000
_LEAST_SAMPLE = 3
_ALIGNED_NAME = re.compile(r"\S+(?:\s\S+)*")
_GAP = re.compile(r"\s{2,}")
_RULED_OFF = re.compile(r"[-=]{2,}")
_MAX_ALIGNED_CHARS = 400


def aligned_table(lines: Sequence[str], index: int) -> tuple[list[str], list[Row]] | None:
    """The names and the rows of a table whose columns blanks align, as kubectl prints; None where none begins."""
    head = lines[index].rstrip()
    if len(head) > _MAX_ALIGNED_CHARS or "\t" in head or not _GAP.search(head.lstrip()):
        return None
    rule = lines[index + 1].rstrip() if index + 1 < len(lines) else ""
    # Columns that a program rules off may have but one blank between them.
    ruled = list(_RULED_OFF.finditer(rule)) if not set(rule) - set("-= ") else []
    if len(ruled) > 1:
        starts = [match.start() for match in ruled]
        names, gap = list(_aligned_cells(head, starts, 1)), 1
    else:
        heads = list(_ALIGNED_NAME.finditer(head))
        names, starts, gap = [match[0] for match in heads], [match.start() for match in heads], 2
    if {"time", "date", "text"}.isdisjoint(_ROLES.get(_words(name)) for name in names) or any(map(is_moment, names)):
        return None
    rows = _aligned_rows(lines, index + 1, starts, gap)
    sample = list(islice(rows, _SAMPLE_ROWS))
    moments = sum(1 for row in sample if any(map(is_moment, row.cells)))
    return (names, [*sample, *rows]) if sample and moments * 5 >= len(sample) * 3 else None


def _aligned_rows(lines: Sequence[str], start: int, starts: Sequence[int], gap: int) -> Iterator[Row]:
    """The rows from the line `start` on, up to a blank line or that of a fence."""
    above: Row | None = None
    for at in range(start, len(lines)):
        raw = lines[at].rstrip()
        if not raw or raw.startswith(("```", "~~~")):
            break
        if not set(raw) - set("-=+ "):
            continue
        row = Row(_aligned_cells(raw, starts, gap), (at + 1,))
        is_more = len(row.cells) == len(starts) and not any(row.cells[:-1])
        if above and is_more and len(above.cells[-1]) < _MAX_ALIGNED_CHARS:
            # What did not fit into the last column goes on below it.
            words = f"{above.cells[-1]} {row.cells[-1]}".strip()
            row = Row((*above.cells[:-1], words), (*above.numbers, *row.numbers))
        elif above:
            yield above
        above = row
    if above:
        yield above


def _aligned_cells(raw: str, starts: Sequence[int], gap: int) -> tuple[str, ...]:
    """The cells of a row by where the names begin, `gap` blanks before each; by the gaps where it has other ones."""
    if all(not raw[max(start - gap, 0) : start].strip() for start in starts[1:]):
        ends = [*starts[1:], len(raw)]
        return tuple(raw[start:end].strip() for start, end in zip((0, *starts[1:]), ends, strict=True))
    return tuple(_GAP.split(raw.strip(), maxsplit=len(starts) - 1))


def _is_head(names: Sequence[str], rows: Sequence[Row]) -> bool:
    """Whether the names head the rows: by what they say, or by the column of moments below them."""
    if any(map(is_moment, names)):
        return False
    # "At 2:44 AM PDT, the pool was full": commas of sentences.
    if sum(1 for row in rows if about_at(row.cells[0][:WINDOW], 0).sure) * 2 > len(rows):
        return False
    known = {_ROLES.get(_words(name)) for name in names}
    if known & {"time", "date"} and "text" in known and len(names) <= 40 and max(map(len, names)) <= 40:
        return True
    whole = [row for row in rows if len(row.cells) >= len(names)]
    if not rows or len(whole) * 5 < len(rows) * 4:
        return False
    table = (_Column(index, name, sampled(rows)) for index, name in enumerate(names))
    # What stands above dates with times, and is a date itself, is the first row.
    return any(
        (column.is_moments and timed_text(names[column.place]) is None)
        or (column.is_dates and _ROLES.get(column.words) == "date")
        for column in table
    )


def is_headless(names: Sequence[str], rows: Sequence[Row]) -> bool:
    """Whether what stands where a head would is the first row: it too has a moment in the column of moments.

    That column has the days, or another one has. It is not the first: a line that begins with its moment is a text's.
    """
    if len(rows) + (len(names) > 3) < 2 or any(len(row.cells) != len(names) for row in rows):
        return False
    table = [_Column(index, "", sampled(rows)) for index in range(len(names))]
    has_dates = any(column.is_dates for column in table)
    moments = (column.place for column in table if column.is_moments and (column.is_dated or has_dates))
    place = next(moments, 0)
    return place > 0 and is_moment(names[place])


def is_moment(cell: str) -> bool:
    """Whether the cell begins with a time of day, or counts seconds since 1970."""
    timed = timed_text(cell)
    return epoch_text(cell) != "" or (timed is not None and timed.stamp.time is not None)


def csv_cells(row: Row, count: int, delimiter: str) -> Row:
    """The row with `count` cells at most, what a bare delimiter split off the last one joined to it again.

    Cells that a spreadsheet would run as formulas are given back as they were before they were made harmless.
    """
    kept = row.cells if len(row.cells) <= count else (*row.cells[: count - 1], delimiter.join(row.cells[count - 1 :]))
    return Row(tuple(csv_text(cell.strip()) for cell in kept), row.numbers)


def csv_rows(lines: Sequence[str], start: int, end: int, delimiter: str) -> Iterator[Row]:
    """The rows from the line `start` (from 0) up to `end`; blank lines between are left out.

    A quoted cell may go over lines and holds `""` for a quote. A quote that is never closed is a character like
    others, so that one slip does not take the rest of the file into one cell.
    """
    number, quoting = start, True
    while number < end:
        raw, length = lines[number], 1
        if quoting and '"' in raw:
            reader = csv.reader((raw, '"'), delimiter=delimiter)
            try:
                cells = next(reader)
                if reader.line_num > 1:
                    # The quote below all lines closes one that nothing else does.
                    rest = chain((f"{lines[at]}\n" for at in range(number, end)), '"')
                    reader = csv.reader(rest, delimiter=delimiter)
                    cells = next(reader)
                length = reader.line_num
            except csv.Error:
                quoting = False
            quoting = quoting and number + length <= end
        if not (quoting and '"' in raw):
            cells, length = raw.split(delimiter), 1
        numbers: tuple[int, ...] = (number + 1,)
        if length > 1 or not raw.strip():
            numbers = tuple(at for at in range(number + 1, number + 1 + length) if lines[at - 1].strip())
        if numbers:
            yield Row(tuple(cells), numbers)
        number += length
