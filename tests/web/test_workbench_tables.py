"""The tables beside a draft of the maintainers' desk, through HTTP: typed, replaced, told of in place, released."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from httpx import Response
from starlette.testclient import TestClient

from tests.official.make_files import workbook
from tests.web.conftest import As, Clock, send, token_of
from tests.web.front_desk import hidden
from tests.web.workbench_desk import awaited, rows, text_of

DRAFT = "/workbench/own-plan"
PAYER = {
    "payer": "own-plan", "title": "Own plan", "kind": "commercial", "policy": "Therapy policy 12", "publisher": "Own",
    "published": "2026-01", "first_day": "2026-02-01", "codes": "97535, 97530", "answer": "review_required",
    "because": "The plan reviews the services that its list names.",
}  # fmt: skip
IN_YAML, IN_FILE = 'values: ["97535", "97530"]', "values_from: codes.csv"
CODES = "code,what\n97535,Daily living\n97530,Activities\n"
VISIT = {"coverage__payer": "Own plan", "lines__1__code": "97110", "date_of_service": "2026-12-01"}


@pytest.fixture
def keeper(signed_in_as: As) -> TestClient:
    """A maintainer with a draft whose codes are kept in a file."""
    client = signed_in_as("maintainer")
    page = send(client, "/payers/new", **PAYER)
    _save(client, text_of(page).replace(IN_YAML, IN_FILE), {"table.codes.csv": CODES})
    return client


def _save(
    client: TestClient, yaml: str | None = None, sent: dict[str, str] | None = None, do: str = "save",
    read_at: str | None = None, files: dict[str, bytes] | None = None,
) -> Response:  # fmt: skip
    """What stands in the fields, with what is changed of it, sent as a browser sends it."""
    page = client.get(DRAFT)
    shown = {"content": text_of(page) if yaml is None else yaml} | {
        name: html.unescape(text)
        for name, text in re.findall(r'<textarea [^>]*name="(table\.[^"]*)"[^>]*>\n(.*?)</textarea>', page.text, re.S)
    }
    going = re.findall(r'name="going" value="([^"]*)"', page.text)
    fields = shown | {"form_token": token_of(page), "read_at": read_at or hidden(page), "do": do} | (sent or {})
    fields = {name: text.replace("\n", "\r\n") for name, text in fields.items()}
    chosen = dict.fromkeys(re.findall(r'name="file\.([^"]*)" type="file"', page.text), b"") | (files or {})
    return _post(client, DRAFT, [*fields.items(), *(("going", name) for name in going)], chosen)


def _post(client: TestClient, path: str, fields: list[tuple[str, str]], chosen: dict[str, bytes]) -> Response:
    """As browsers do: a file field where nothing was chosen is a file without a name, which httpx cannot send."""
    parts = [(f'name="{name}"', text.encode()) for name, text in fields]
    parts += [(f'name="file.{name}"; filename="{name if sent else ""}"', sent) for name, sent in chosen.items()]
    body = b"".join(
        b"--x\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n" % (head.encode(), of) for head, of in parts
    )
    return client.post(path, content=body + b"--x--\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"})


def _table(page: Response, name: str = "codes.csv") -> str:
    found = re.search(rf'<textarea id="table.{name}"[^>]*>\n(.*?)</textarea>', page.text, re.DOTALL)
    assert found, page.text
    return html.unescape(found[1])


def _run(client: TestClient, kind: str) -> str:
    page = client.get(DRAFT)
    shown = client.post(f"{DRAFT}/run", data={"form_token": token_of(page), "kind": kind})
    return html.unescape(awaited(client, shown))


def _release(chief: TestClient, maintainer: TestClient) -> str:
    assert _save(maintainer, do="propose").status_code == 200
    return _released(chief)


def _released(chief: TestClient) -> str:
    page = chief.get(DRAFT)
    fields = {"form_token": token_of(page), "read_at": hidden(page)}
    return html.unescape(awaited(chief, chief.post(f"{DRAFT}/release", data=fields)))


def test_a_cell_is_edited_proved_released_and_answers_everybody(keeper: TestClient, signed_in_as: As) -> None:
    front, chief = signed_in_as("front_desk"), signed_in_as("administrator")
    page = keeper.get(DRAFT)
    assert "Its form is right" in page.text
    assert _table(page) == CODES
    assert "Read by: named-codes" in page.text

    _save(keeper, sent={"table.codes.csv": CODES.replace("97530", "97799")})
    told = _run(keeper, "tests")
    assert "a code that the policy does not name stays open" in told, "its tests run on the table"
    _save(keeper, sent={"table.codes.csv": CODES.replace("97530", "99999")})
    for shown in (html.unescape(keeper.get(DRAFT).text), _run(keeper, "lint")):
        assert re.search(r'#codes\.csv\.L3">codes\.csv, line 3</a>: unknown-code: \'99999\'', shown), shown
    assert '<span id="codes.csv.L3" class="wrong">' in keeper.get(DRAFT).text

    assert PAYER["because"] not in send(front, "/check", **VISIT).text
    _save(keeper, sent={"table.codes.csv": f"{CODES}97110,Exercise\n"})
    assert re.search(r"[1-9]\d* examples, [1-9]\d* expectations, 0 failed", _run(keeper, "tests"))
    told = _release(chief, keeper)
    assert "it answers from now on" in told, told
    assert PAYER["because"] in send(front, "/check", **VISIT).text, "the second person is answered by its new row"

    send(keeper, DRAFT, f"{DRAFT}/discard", read_at=hidden(keeper.get(DRAFT)), do="discard")
    begun = send(keeper, "/workbench", ruleset="own-plan")
    assert _table(begun) == f"{CODES}97110,Exercise\n", "the next draft begins with the released table"
    _save(keeper, text_of(begun).replace(IN_FILE, IN_YAML).replace("2026.11.1", "2026.12.1"))
    assert "it answers from now on" in _release(chief, keeper)
    assert PAYER["because"] not in send(front, "/check", **VISIT).text


def test_a_bundle_holds_the_tables_that_its_ruleset_names_and_no_other(
    keeper: TestClient, signed_in_as: As, tmp_path: Path
) -> None:
    chief, yaml = signed_in_as("administrator"), text_of(keeper.get(DRAFT))
    titled = yaml.replace("title: Own plan\n", "title: Own plan, not of more-codes.csv\n", 1)
    proposed = _save(keeper, titled, {"table.more-codes.csv": "code\n97110\n"}, "propose")
    assert _table(proposed, "more-codes.csv")
    assert "it answers from now on" in _released(chief)
    found = sorted(path.name for path in (tmp_path / "data" / "rulesets").rglob("*.csv"))
    assert found == ["codes.csv"]
    again = text_of(keeper.get(DRAFT)).replace("2026.11.1", "2026.12.1").replace(IN_FILE, "values_from: listed.csv")
    _save(keeper, again, {"table.listed.csv": CODES})
    assert "it answers from now on" in _release(chief, keeper)
    newest = max((tmp_path / "data" / "rulesets").rglob("listed.csv"), key=lambda path: path.stat().st_mtime)
    assert sorted(path.name for path in newest.parent.iterdir()) == ["listed.csv", "own-plan.yaml"]
    assert newest.read_bytes() == CODES.encode()


def test_two_rulesets_may_call_their_tables_the_same(keeper: TestClient, signed_in_as: As, tmp_path: Path) -> None:
    chief = signed_in_as("administrator")
    assert "it answers from now on" in _release(chief, keeper)
    other = {"payer": "other-plan", "title": "Other plan", "codes": "97110"}
    page, path = send(keeper, "/payers/new", **PAYER | other), "/workbench/other-plan"
    fields = {"content": text_of(page).replace('values: ["97110"]', IN_FILE), "table.codes.csv": "code\n97110\n"}
    proposed = send(keeper, path, path, **fields, read_at=hidden(page), do="propose")
    released = send(chief, path, f"{path}/release", read_at=hidden(proposed))
    assert "it answers from now on" in awaited(chief, released)
    _save(keeper, text_of(keeper.get(DRAFT)).replace("2026.11.1", "2026.12.1"), {"table.codes.csv": "code\n97535\n"})
    assert "it answers from now on" in _release(chief, keeper)
    assert keeper.get(f"{path}/tables/codes.csv").content == b"code\n97110\n"
    for plan in (VISIT, VISIT | {"coverage__payer": "Other plan"}):
        answered = PAYER["because"] in send(chief, "/check", **plan).text
        assert answered == (plan["coverage__payer"] == "Other plan")


def test_who_saves_second_is_told_and_no_table_is_overwritten(
    keeper: TestClient, signed_in_as: As, database: Path
) -> None:
    second = signed_in_as("administrator")
    read_at = hidden(second.get(DRAFT))
    _save(keeper, sent={"table.codes.csv": f"{CODES}97110,Hers\n"})
    late = _save(second, sent={"table.codes.csv": f"{CODES}97112,His\n"}, read_at=read_at)
    assert late.status_code == 409
    assert "maintainer person saved another version meanwhile" in late.text
    assert _table(late).endswith("97112,His\n"), "what was typed stands in the field"
    assert _table(second.get(DRAFT)).endswith("97110,Hers\n")
    count = "SELECT count(*) FROM precertain_draft"
    assert rows(database, count) == [(3,)]
    _save(second)
    assert rows(database, count) == [(3,)], "what changes nothing is no version"


@pytest.mark.parametrize(
    ("broken", "line", "told"),
    [
        ("code,,what\n97535,x,y\n", 1, "column 2 of codes.csv has no name"),
        ("code,code\n97535,x\n", 1, "two columns of codes.csv are called 'code'"),
        ("code\n97535\n97530,more\n", 3, "codes.csv: the row has more cells than the header"),
        ("code\n", 1, "codes.csv needs a header and a row below it"),
        ('code\n97535\n"97530\n', 3, "codes.csv is no CSV"),
    ],
)
def test_what_is_wrong_with_a_table_leads_to_its_field_and_line(
    keeper: TestClient, broken: str, line: int, told: str
) -> None:
    shown = _save(keeper, sent={"table.codes.csv": broken})
    text = html.unescape(shown.text)
    assert f'<a href="#codes.csv.L{line}">codes.csv, line {line}</a>: broken-table: {told}' in text
    assert f'<span id="codes.csv.L{line}" class="wrong">' in text
    assert '<span id="L1" class="wrong">' not in text
    assert _table(shown) == broken
    refused = _save(keeper, do="propose")
    assert (refused.status_code, _table(refused)) == (422, broken)


def test_a_file_that_is_no_text_is_kept_as_it_is_and_told_at_its_field(keeper: TestClient) -> None:
    latin = "code,what\n97535,Übung\n".encode("latin-1")
    shown = html.unescape(_save(keeper, files={"codes.csv": latin}).text)
    assert '<a href="#file.codes.csv">codes.csv, line 1</a>: broken-table: codes.csv is not UTF-8' in shown
    assert "it is kept as a file" in shown
    _save(keeper)
    assert keeper.get(f"{DRAFT}/tables/codes.csv").content == latin
    marked = "code,what\r\n97535,Übung\r\n".encode("utf-8-sig")
    assert _table(_save(keeper, files={"codes.csv": marked})) == "code,what\n97535,Übung\n"
    _save(keeper, f"{text_of(keeper.get(DRAFT))}# more\n")
    assert keeper.get(f"{DRAFT}/tables/codes.csv").content == marked, "unless it is typed in, its bytes stay"


def test_a_workbook_is_replaced_by_a_file_and_downloaded_byte_for_byte(keeper: TestClient, tmp_path: Path) -> None:
    named = text_of(keeper.get(DRAFT)).replace("codes.csv", "codes.xlsx")
    shown = _save(keeper, named)
    assert "It is not there yet: choose a file." in shown.text
    assert '<a href="#file.codes.xlsx">codes.xlsx</a>: broken-table: codes.xlsx cannot be read' in shown.text
    content = workbook(tmp_path / "any.xlsx", [["code"], ["97535"], ["97530"]]).read_bytes()
    shown = _save(keeper, files={"codes.xlsx": content})
    assert "Its form is right" in shown.text
    assert "It is kept as a workbook." in shown.text
    link = re.search(r'<a href="([^"]*)">Download codes.xlsx', shown.text)
    assert link
    downloaded = keeper.get(link[1])
    assert downloaded.content == content
    assert downloaded.headers["content-disposition"] == 'attachment; filename="codes.xlsx"'
    assert "0 failed" in _run(keeper, "tests")
    wrong = workbook(tmp_path / "wrong.xlsx", [["code"], ["97535"], ["99999"]]).read_bytes()
    refused = _save(keeper, files={"codes.xlsx": wrong}, do="propose")
    assert refused.status_code == 422
    assert '<a href="#file.codes.xlsx">codes.xlsx, line 3</a>: unknown-code: ' in refused.text
    assert "The file that you chose is not saved: choose it again." in refused.text
    assert keeper.get(link[1]).content == content


def test_a_table_that_is_no_longer_named_goes_only_after_the_page_said_so(keeper: TestClient) -> None:
    yaml = text_of(keeper.get(DRAFT))
    saved = _save(keeper, yaml.replace(IN_FILE, IN_YAML))
    assert "it goes with the next save" in saved.text
    assert _table(saved) == CODES
    back = _save(keeper, yaml)
    assert "it goes with the next save" not in back.text
    assert _table(back) == CODES, "named again it stays"
    _save(keeper, yaml.replace(IN_FILE, IN_YAML))
    assert "codes.csv" not in _save(keeper).text
    assert keeper.get(f"{DRAFT}/tables/codes.csv").status_code == 404
    _save(keeper, yaml.replace(IN_FILE, IN_YAML), {"table.codes.csv": CODES})
    unreadable = _save(keeper, f"{yaml}: [")
    assert _table(unreadable) == CODES, "what cannot be read names nothing, and takes nothing away"
    assert "it goes with the next save" not in unreadable.text


def test_started_over_a_draft_has_the_tables_that_answer_now(keeper: TestClient, signed_in_as: As) -> None:
    assert "it answers from now on" in _release(signed_in_as("administrator"), keeper)
    _save(keeper, sent={"table.codes.csv": "code\n97110\n"})
    page = send(keeper, DRAFT, f"{DRAFT}/discard", read_at=hidden(keeper.get(DRAFT)), do="over")
    assert (page.url.path, _table(page)) == (DRAFT, CODES)


def test_a_change_of_language_keeps_what_was_typed_in_the_tables(keeper: TestClient) -> None:
    page, typed = keeper.get(DRAFT), f"{CODES}97110,Not saved\n"
    fields = {"form_token": token_of(page), "read_at": hidden(page), "content": text_of(page), "onward": DRAFT}
    other = {"table.codes.csv": typed, "language": "es"}
    drawn = _post(keeper, "/language", [*(fields | other).items()], {"codes.csv": b""})
    assert "La leen: named-codes" in drawn.text
    assert _table(drawn) == typed
    assert _table(keeper.get(DRAFT)) == CODES, "nothing is saved"


def test_what_was_typed_under_a_session_that_ended_is_offered_again(keeper: TestClient, clock: Clock) -> None:
    page = keeper.get(DRAFT)
    fields = {"form_token": token_of(page), "read_at": hidden(page), "content": text_of(page), "do": "save"}
    clock.goes_on(hours=13)
    late = _post(keeper, DRAFT, [*fields.items(), ("table.codes.csv", CODES)], {"codes.csv": b""})
    assert late.status_code == 401
    assert "it is offered to you again" in html.unescape(late.text)


def test_a_name_with_a_path_is_none_and_too_much_is_refused_in_a_sentence(keeper: TestClient, tmp_path: Path) -> None:
    yaml, count = text_of(keeper.get(DRAFT)), len(list(tmp_path.rglob("*.csv")))
    shown = _save(keeper, yaml.replace("codes.csv", "../codes.csv"), {"table.../codes.csv": "code\n97535\n"})
    assert 'id="table.../codes.csv"' not in shown.text
    assert re.search(r'href="#L\d+">Line \d+</a>: ', shown.text)
    assert len(list(tmp_path.rglob("*.csv"))) == count
    large = _save(keeper, yaml, {"table.codes.csv": "code\n" + "97535\n" * 200_000})
    assert large.status_code == 413
    assert "larger than 1 MB" in large.text
    kept = _save(keeper, yaml, files={"codes.csv": b"code\n" + b"97535\n" * 60_000})
    assert "too large to be typed here" in kept.text
    assert "Its form is right" in kept.text
