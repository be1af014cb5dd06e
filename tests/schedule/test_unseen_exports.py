"""Exports in headers and forms drawn at random are read exactly right, or somebody is asked: never silently wrong.

The header words stand here apart from rulesets/reference/appointment-headers.yaml: some are there too, most are not.
"""

from __future__ import annotations

import csv
import io
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

import pytest

from engine import Library, UserError
from engine.schedule.appointments import Schedule, read_schedule
from engine.schedule.mapping import NOTHING_TOLD, known_fact, load_headers

LIBRARY = Library()
HEADERS = load_headers(LIBRARY.bundled / "reference")
EXPORTS = int(os.environ.get("PRECERTAIN_EXPORTS", "400"))
"""How many are drawn; each seed is an export of its own."""

DATE_WORDS = [
    "appointment day", "appt day", "date of appointment", "DOS", "svc date", "service dt", "scheduled for", "visit day",
    "encounter date", "date", "session dt", "treatment date", "begin date", "Date/Time",
]  # fmt: skip
TIME_WORDS = ["time", "appt start", "start time", "slot", "begins", "from", "time in", "appointment start time", "hour"]
NAME_WORDS = [
    "patient",
    "client name",
    "pt",
    "name of patient",
    "patient full name",
    "who",
    "member",
    "Name",
    "pat name",
]
FIRST_WORDS = ["first name", "given", "pt first", "forename", "first"]
LAST_WORDS = ["last name", "surname", "pt last", "family", "last"]
BIRTH_WORDS = ["DOB", "birth date", "born on", "birthday", "date of birth", "d.o.b.", "pat dob", "bday"]
PAYER_WORDS = ["insurance", "payer", "primary ins", "carrier name", "plan", "payor", "insurer", "fin class", "pays"]
CODE_WORDS = ["CPT", "procedure", "cpt codes", "service", "billing codes", "proc code", "charge codes", "codes"]
MINUTE_WORDS = ["minutes", "mins", "tx minutes", "duration", "timed min", "length", "min"]
UNIT_WORDS = ["units", "qty", "planned units", "no of units"]
STATUS_WORDS = ["status", "appt status", "state", "visit state", "confirmation", "booking status"]
NOISE_WORDS = [
    "room",
    "location",
    "notes",
    "created",
    "created on",
    "phone",
    "therapist",
    "color",
    "type",
    "id",
    "end time",
]
STATUSES = ["Scheduled", "confirmed", "CX", "Cancelled", "No Show", "LMOM", "resched", "Completed", "DNS"]
KNOWN_STATUSES = ["Scheduled", "confirmed", "Checked-In", "Cancelled", "No Show", "Completed"]
TAKES_PLACE = {"Scheduled", "confirmed", "Checked-In", "LMOM", "Completed"}
PEOPLE = [
    ("Sample", "Aster"), ("Tést", "Bryony"), ("Invented", "Dill"), ("O'Example", "Fern"), ("Muster", "Elder"),
    ("Doe-Sample", "Ivy"), ("Probe", "Linden"),
]  # fmt: skip
PAYERS = {
    "Original Medicare Part B": "medicare-part-b", "Self-pay": "self-pay", "medicare-part-b": "medicare-part-b",
    "SELF PAY": "self-pay", "BCBS": None, "Medicare": None, "Cash": None,
}  # fmt: skip
CODES = ["97110", "97530", "97535", "97140", "97112"]


@dataclass(frozen=True)
class Truth:
    """What an export says of a visit. ``units`` and ``minutes`` of each code where the export tells them."""

    on: date
    start: time | None
    patient: frozenset[str]
    born: date | None
    payer: str | None
    lines: tuple[tuple[str, int | None, int | None], ...]


@dataclass(frozen=True)
class Export:
    raw: bytes
    visits: tuple[Truth, ...]
    says: frozenset[str]
    """What the export has a column for."""


def _header(rng: random.Random, words: list[str], plain: bool) -> str:
    """One of the words, written in some way; ``plain``: of those that are known."""
    text = rng.choice([word for word in words if known_fact(word, NOTHING_TOLD, HEADERS)[0]] if plain else words)
    return rng.choice(
        [str, str.upper, str.title, lambda s: s.replace(" ", "_"), lambda s: s.replace(" ", ""), lambda s: f" {s} ",
         lambda s: s.replace(" ", "-"), lambda s: "".join(part.title() for part in s.split()), lambda s: f"{s}:"]
    )(text)  # fmt: skip


def _day_writer(rng: random.Random) -> Callable[[date], str]:
    forms = [
        "%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%m-%d-%Y", "%b %d, %Y", "%d %b %Y", "%A, %B %d, %Y", "%Y%m%d",
        "%m/%d/%y", "%d-%m-%y", "%y-%m-%d", "%Y/%m/%d", "%a %m/%d/%Y", "%d-%b-%Y", "%-m/%-d/%Y",
    ]  # fmt: skip
    form = rng.choice(forms)
    return lambda day: day.strftime(form)


def _time_writer(rng: random.Random) -> Callable[[time], str]:
    form = rng.choice(["%H:%M", "%I:%M %p", "%-I:%M%p", "%H:%M:%S", "%-H:%M", "%I:%M:%S %p", "%H.%M", "%-I:%M", "%H%M"])
    if form == "%-I:%M":
        return lambda at: at.strftime(form)
    return lambda at: at.strftime(form).lower() if rng.random() < 0.1 else at.strftime(form)


def _codes_writer(rng: random.Random, apart: bool) -> Callable[[tuple[tuple[str, int | None, int | None], ...]], str]:
    if apart:
        return lambda lines: rng.choice(["; ", ", ", "|", "/"]).join(code for code, _, _ in lines)
    kind = rng.choice(["minutes", "min", "units", "bare"])
    written = {
        "minutes": lambda code, minutes, units: f"{code} {minutes}",
        "min": lambda code, minutes, units: f"{code} {minutes} min",
        "units": lambda code, minutes, units: f"{code} x{units}",
        "bare": lambda code, minutes, units: f"{code} {units}",  # units without a sign: nobody can tell
    }[kind]
    return lambda lines: "; ".join(written(code, minutes, units) for code, minutes, units in lines)


def draw(seed: int) -> Export:
    """An export as some practice system may write it, and what it says."""
    rng = random.Random(seed)
    day_of, birth_of, time_of = _day_writer(rng), _day_writer(rng), _time_writer(rng)
    on = date(2026, rng.randint(1, 12), rng.randint(1, 28))
    joined, split, aside = rng.random() < 0.2, rng.random() < 0.3, rng.random() < 0.6
    several_days, born_told, status_told = rng.random() < 0.3, rng.random() < 0.7, rng.random() < 0.6
    within = rng.random() < 0.5
    codes_of = _codes_writer(rng, aside)
    plain = rng.random() < 0.7
    columns: dict[str, str] = {"day": _header(rng, DATE_WORDS, plain)}
    if not joined:
        columns["time"] = _header(rng, TIME_WORDS, plain)
    if split:
        columns |= {"first": _header(rng, FIRST_WORDS, plain), "last": _header(rng, LAST_WORDS, plain)}
    else:
        columns["name"] = _header(rng, NAME_WORDS, plain)
    if born_told:
        columns["born"] = _header(rng, BIRTH_WORDS, plain)
    columns |= {"payer": _header(rng, PAYER_WORDS, plain), "codes": _header(rng, CODE_WORDS, plain)}
    if aside:
        columns["minutes" if rng.random() < 0.7 else "units"] = _header(rng, MINUTE_WORDS, plain)
        if "units" in columns:
            columns["units"] = _header(rng, UNIT_WORDS, plain)
    if status_told:
        columns["status"] = _header(rng, STATUS_WORDS, plain)
    for at in range(rng.randint(0, 3)):
        columns[f"noise {at}"] = _header(rng, NOISE_WORDS, plain=False)
    order = list(columns)
    rng.shuffle(order)
    visits, rows = [], []
    for last, first in rng.sample(PEOPLE, rng.randint(2, len(PEOPLE))):
        day = on.replace(day=rng.randint(1, 28)) if several_days else on
        start = time(rng.randint(7, 18), rng.choice([0, 15, 30, 45]))
        born = date(rng.randint(1930, 2020), rng.randint(1, 12), rng.randint(1, 28))
        payer = rng.choice([name for name, is_known in PAYERS.items() if is_known or not plain])
        some = rng.sample(CODES, 1 if aside or rng.random() < 0.5 else 2)
        lines = tuple((code, rng.choice([15, 30, 45]), rng.choice([1, 2, 3])) for code in some)
        status = rng.choice(KNOWN_STATUSES if plain else STATUSES)
        cells = {
            "day": f"{day_of(day)} {time_of(start)}" if joined else day_of(day),
            "time": time_of(start), "first": first, "last": last,
            "name": f"{last}, {first}" if within else f"{first} {last}", "born": birth_of(born), "payer": payer,
            "codes": codes_of(lines), "minutes": str(lines[0][1]), "units": str(lines[0][2]), "status": status,
        }  # fmt: skip
        rows.append([cells.get(name, "x" if rng.random() < 0.5 else "") for name in order])
        if status_told and status not in TAKES_PLACE:
            continue
        visits.append(
            Truth(day, start, frozenset({last.casefold(), first.casefold()}), born, PAYERS[payer], lines)
        )  # fmt: skip
    text = io.StringIO()
    delimiter = rng.choice(",;\t|")
    if rng.random() < 0.2:
        text.write("Invented Clinic appointments\n\n")
    writer = csv.writer(text, delimiter=delimiter, quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer.writerow([columns[name] for name in order])
    writer.writerows(rows)
    encoding = rng.choice(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
    return Export(text.getvalue().encode(encoding), tuple(visits), frozenset(columns))


def asked(schedule: Schedule) -> bool:
    """Whether the mapping screen, or the list of wrong rows, is shown before anything is recorded."""
    likely = any(column.confidence == "likely" for column in schedule.columns)
    return bool(schedule.problems or schedule.unfit or likely)


def wrong(export: Export, schedule: Schedule) -> list[str]:
    """How what was read differs from what the export says."""
    read = {(frozenset(one.patient.casefold().replace(",", " ").split()), one.on): one for one in schedule.appointments}
    found = []
    if len(read) != len(export.visits):
        found.append(f"{len(read)} visits instead of {len(export.visits)}")
    for truth in export.visits:
        one = read.get((truth.patient, truth.on))
        if one is None:
            found.append(f"nobody on {truth.on}")
            continue
        case = one.treatment
        if one.start not in (truth.start, None):
            found.append(f"{one.start} instead of {truth.start}")
        if case.patient.birth_date not in (truth.born, None):
            found.append(f"born {case.patient.birth_date} instead of {truth.born}")
        if case.coverage.payer != truth.payer:
            found.append(f"{case.coverage.payer} instead of {truth.payer}")
        if tuple(line.code for line in case.lines) != tuple(code for code, _, _ in truth.lines):
            found.append("other codes")
        for line, (_, minutes, units) in zip(case.lines, truth.lines, strict=False):
            if line.minutes not in (None, minutes) or line.units not in (None, units):
                found.append(f"{line.minutes} min x{line.units} instead of {minutes} min x{units}")
    return found


@pytest.mark.parametrize("tenth", range(10))
def test_an_export_never_seen_is_read_right_or_somebody_is_asked(tenth: int) -> None:
    right = 0
    for seed in range(tenth, EXPORTS, 10):
        export = draw(seed)
        try:
            schedule = read_schedule("export", export.raw, NOTHING_TOLD, HEADERS, LIBRARY.payer_titles)
        except UserError:
            continue  # refused, or asked of the whole file
        if not asked(schedule):
            assert wrong(export, schedule) == [], f"seed {seed}"
            right += 1
    assert right or EXPORTS < 200, "some must be read at once"
