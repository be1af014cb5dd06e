"""Test files in the layouts of the official ones, at any size: notices, merged headers, CRLF and Latin-1 and all.

The rows are made up. ``python -m tests.official.make_files FOLDER`` writes the NCCI edits at their full number of rows.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

FULL, LIVE, PARTS = 2_633_389, 1_728_585, 4
"""Rows of the edits of 2026Q3, those of them not deleted, and the files they came in."""

NOTICE = "CPT only copyright 2025 American Medical Association®. All rights reserved."
NCCI_HEADER = (
    ("Column 1", "Column 2", "*=in existence", "Effective", "Deletion", "Modifier", "PTP Edit Rationale"),
    ("", "", "prior to 1996", "Date", "Date", "0=not allowed", ""),
    ("", "", "", "", "*=no data", "1=allowed", ""),
    ("", "", "", "", "", "9=not applicable", ""),
)
ONE_ROW_HEADER = (
    (
        "Column 1", "Column 2", "*=in existence prior to 1996", "Effective Date", "Deletion Date *=no data",
        "Modifier 0=not allowed 1=allowed 9=not applicable", "PTP Edit Rationale",
    ),
)  # fmt: skip
RATIONALES = (
    "Misuse of column two code with column one code",
    "Standards of medical / surgical practice",
    "CPT Manual or CMS manual coding instruction",
    "Mutually exclusive procedures",
)
Pair = tuple[str, str, str, str, str]
"""Column 1, column 2, effective day, deletion day or *, indicator."""

MUE_NOTICE = (
    "CPT codes, descriptions and other data only are copyright 2025\r\nAmerican Medical Association®.\r\n"
    "All rights reserved."
)
MUE_HEADER = ("HCPCS/\r\nCPT Code", "Practitioner Services MUE Values", "MUE Adjudication Indicator", "MUE Rationale")
ADJUDICATED = {
    "1": "1 Line Edit",
    "2": "2 Date of Service Edit: Policy",
    "3": "3 Date of Service Edit: Clinical",
}
PFS_HEADER = (
    "|||||||||||||||||||||||||PHYSICIAN||DIAGNOSTIC|NON-FACILITY|FACILITY|MP",
    "||||NOT|||||||||||||||||||||SUPERVISION|||PE|PE|USED",
    "||||USED FOR|||NON-FAC||FACILITY||||||||||||||||OF||IMAGING|FOR|FOR|FOR",
    "|||STATUS|MEDICARE|WORK|NON-FAC|NA|FACILITY|NA|MP|NON-FACILITY|FACILITY|PCTC|GLOB|PRE|INTRA|POST|MULT|BILAT|ASST|CO-"
    "|TEAM|ENDO|CONV|DIAGNOSTIC|CALCULATION|FAMILY|OPPS|OPPS|OPPS",
    "HCPCS|MOD|DESCRIPTION|CODE|PAYMENT|RVU|PE RVU|INDICATOR|PE RVU|INDICATOR|RVU|TOTAL|TOTAL|IND|DAYS|OP|OP|OP|PROC"
    "|SURG|SURG|SURG|SURG|BASE|FACTOR|PROCEDURES|FLAG|INDICATOR|AMOUNT|AMOUNT|AMOUNT",
)
GPCI_FOOTNOTES = ("* Work index of at least 1.5 by law.", "*** With the floor of 1.0.")


def text(lines: Iterable[Sequence[str]], separator: str) -> bytes:
    return "".join(separator.join(cells) + "\r\n" for cells in lines).encode("latin-1")


def comma(rows: Iterable[Sequence[str]]) -> bytes:
    """Comma separated, quoted where it must be, as Excel does."""
    return text(([_quoted(cell) for cell in cells] for cells in rows), ",")


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\r\n') else cell


def ncci(pairs: Iterable[Pair], header: Sequence[Sequence[str]] = NCCI_HEADER) -> bytes:
    """A part of the edits: copyright, title, header, pairs."""
    top = text([(NOTICE,), ("Column1/Column2 Edits",), *header], "\t")
    return top + b"".join(_lines(pairs))


def _lines(pairs: Iterable[Pair]) -> Iterator[bytes]:
    for number, (column1, column2, effective, deletion, indicator) in enumerate(pairs):
        mark = "*" if effective < "19960101" else ""
        rationale = RATIONALES[number % len(RATIONALES)]
        yield f"{column1}\t{column2}\t{mark}\t{effective}\t{deletion}\t{indicator}\t{rationale}\r\n".encode("latin-1")


def sheet_rows(pairs: Iterable[Pair], header: Sequence[Sequence[str]] = NCCI_HEADER) -> Iterator[Sequence[str]]:
    """A part of the edits as the rows of a sheet."""
    yield from ((NOTICE,), ("Column1/Column2 Edits",), *header)
    for column1, column2, *dates in pairs:
        yield column1, column2, "", *dates, RATIONALES[0]


def made_up_pairs(count: int, live: int) -> Iterator[Pair]:
    """As many pairs, ``live`` of them without a deletion date, some of the others void."""
    codes = [f"{number:05}" for number in range(100, 99_700, 11)]
    quarters = [f"{year}{month:02}01" for year in range(1996, 2027) for month in (1, 4, 7, 10)][:123]
    deleted = 0
    for number in range(count):
        column1, column2 = (
            codes[number // 291 % len(codes)],
            codes[(number // 291 * 7 + number % 291 * 31) % len(codes)],
        )
        effective, deletion, indicator = quarters[number * 7 % 100], "*", "01"[number % 2]
        if deleted < (number + 1) * (count - live) // count:
            deleted += 1
            deletion = quarters[100 + number % 23]
            if deleted % 50 == 0:
                deletion, indicator = effective, "9"
        yield column1, column2, effective, deletion, indicator


def write_ncci(folder: Path, version: str, pairs: Iterable[Pair], count: int, parts: int = PARTS) -> list[Path]:
    """The edits in parts of about one length, each in an archive of its own with a read-me, as they are shipped."""
    left, paths = iter(pairs), []
    for part in range(1, parts + 1):
        name = f"ccipra-{version}-f{part}"
        path = folder / f"medicare-ncci-practitioner-ptp-edits-{name}.zip"
        share = -(-count // parts)
        with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
            with archive.open(f"{name}/{name}.TXT", "w") as stream:
                stream.write(ncci(()))
                stream.writelines(_lines(islice(left, share)))
            archive.writestr(f"{name}/read me.pdf", b"%PDF-1.7")
        paths.append(path)
    return paths


def mue(limits: Iterable[tuple[str, int, str]]) -> bytes:
    rows = ((code, str(units), ADJUDICATED[mark], "Nature of Service/Procedure") for code, units, mark in limits)
    return comma([(MUE_NOTICE, "", "", ""), MUE_HEADER, *rows])


def pfs(
    values: Iterable[tuple[str, str, str, str, str]], factor: str = "33.4009", title: str = "July Release"
) -> bytes:
    """Rows of code, status, work, practice expense and malpractice; each therapy code is reduced."""
    notices = [
        f"2026 National Physician Fee Schedule Relative Value File {title}",
        "CPT codes and descriptions only are copyright 2026 American Medical Association®.",
        "Dental codes (D codes) are copyright 2026 American Dental Association.",
        "RELEASED 06/30/2026",
    ]
    rows = [["", "", notice, *[""] * 28] for notice in notices] + [line.split("|") for line in PFS_HEADER]
    for code, status, work, practice, malpractice in values:
        row = [code, "", "Not stored, with a comma", status, "", work, practice, "", practice, "", malpractice]
        row += ["1.00", "1.00", "7", "XXX", "0.00", "0.00", "0.00", "5" if code.startswith("97") else "0"]
        rows.append([*row, "0", "0", "0", "0", "", factor, "09", "0", "99", "0.00", "0.00", "0.00"])
        rows.append([code, "26", *rows[-1][2:]])
    return comma(rows)


def gpci(localities: Iterable[tuple[str, str, str, str, str]], year: int = 2026) -> bytes:
    """Rows of contractor, locality, work, practice and malpractice index."""
    header = ("Medicare Administrative Contractor (MAC)", "State", "Locality Number", "Locality Name")
    header += (f"{year} PW GPCI (with 1.0 Floor)***", f"{year} PE GPCI", f"{year} MP GPCI")
    title = f"ADDENDUM E. FINAL CY {year} GEOGRAPHIC PRACTICE COST INDICES (GPCIs) BY STATE AND MEDICARE LOCALITY"
    rows = ((mac, "XX", place, "SOMEWHERE, AND AROUND*", *figures) for mac, place, *figures in localities)
    blank = ("",) * 7
    return comma([(title, *blank[1:]), blank, header, *rows, blank, *((note, *blank[1:]) for note in GPCI_FOOTNOTES)])


def telehealth(codes: Iterable[tuple[str, str]], year: int = 2026) -> list[list[str]]:
    """The rows of the list's sheet: code and whether audio alone will do."""
    header = [
        "Code",
        "Short\nDescriptor",
        "Status",
        "Can Audio-only Interaction\nMeet the Requirements?",
        "Limitations",
    ]
    notices = [[f"LIST OF MEDICARE TELEHEALTH SERVICES effective January 1, {year} - CY {year}"], [NOTICE], []]
    return [*notices, header, *([code, "Not stored", "", audio, ""] for code, audio in codes)]


def order_file(codes: Iterable[tuple[str, str, str]]) -> bytes:
    """ICD-10-CM codes without dots, the billable flag, and the text."""
    return "".join(
        f"{number:05} {code:<7} {flag} {words[:60]:<60} {words}\r\n"
        for number, (code, flag, words) in enumerate(codes, start=1)
    ).encode("latin-1")


def workbook(path: Path, rows: Iterable[Sequence[str]], cover: bool = False) -> Path:
    """A workbook whose last sheet holds the rows; digits without a leading zero are numbers, other texts are shared."""
    shared: dict[str, int] = {}
    names = ["Cover", "Table"] if cover else ["Table"]
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for number, _ in enumerate(names[:-1], start=1):
            words = f'<row><c t="inlineStr"><is><t>{NOTICE}</t></is></c></row>'
            archive.writestr(
                f"xl/worksheets/sheet{number}.xml", f"<worksheet {main}><sheetData>{words}</sheetData></worksheet>"
            )
        with archive.open(f"xl/worksheets/sheet{len(names)}.xml", "w") as sheet:
            sheet.write(f"<worksheet {main}><sheetData>".encode())
            for at, cells in enumerate(rows, start=1):
                inside = "".join(
                    _cell(text, f"{_letter(place)}{at}", shared) for place, text in enumerate(cells) if text
                )
                sheet.write(f'<row r="{at}">{inside}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")
        items = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
        archive.writestr("xl/sharedStrings.xml", f"<sst {main}>{items}</sst>")
        listed = "".join(
            f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(names, start=1)
        )
        archive.writestr("xl/workbook.xml", f'<workbook {main} xmlns:r="{links}"><sheets>{listed}</sheets></workbook>')
        targets = "".join(
            f'<Relationship Id="rId{at}" Target="worksheets/sheet{at}.xml" Type="{links}/worksheet"/>'
            for at, _ in enumerate(names, start=1)
        )
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{targets}</Relationships>")
    return path


def _cell(text: str, place: str, shared: dict[str, int]) -> str:
    if text.isdigit() and text[0] != "0":
        return f'<c r="{place}"><v>{text}</v></c>'
    return f'<c r="{place}" t="s"><v>{shared.setdefault(text, len(shared))}</v></c>'


def _letter(place: int) -> str:
    return chr(65 + place) if place < 26 else f"A{chr(39 + place)}"


if __name__ == "__main__":
    for written in write_ncci(Path(sys.argv[1]), "v322r0", made_up_pairs(FULL, LIVE), FULL):
        print(written)
