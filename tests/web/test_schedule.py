"""The day's page and the way a schedule comes in, through HTTP alone."""

from __future__ import annotations

import re
from pathlib import Path

from httpx import Response
from starlette.testclient import TestClient

from tests.web.conftest import token_of

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "day.csv"
PLAIN = (
    "Date,Time,Patient,DOB,Payer,Discipline,Credential,Modality,Dx,CPT,Minutes\n"
    '2026-12-01,09:00,"Sample, Aster",1964-02-11,self-pay,OT,OT,in person,I69.351,97535,30\n'
    '2026-12-01,10:00,"Test, Bryony",1958-07-30,medicare-part-b,PT,PT,in person,M17.11,97110,30\n'
)


def bring(client: TestClient, content: bytes | str, name: str = "day.csv") -> Response:
    token = token_of(client.get("/day"))
    raw = content.encode() if isinstance(content, str) else content
    return client.post("/day", data={"form_token": token}, files={"file": (name, raw)})


def press(client: TestClient, shown: Response, action: str, **fields: str) -> Response:
    """Send the form of the page whose action ends so, its own values first."""
    form = next(
        part for part in re.findall(r"<form.*?</form>", shown.text, re.S) if re.search(rf'action="[^"]*{action}"', part)
    )
    data = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form))
    for name, options in re.findall(r'<select[^>]* name="([^"]*)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        data[name] = chosen[1] if chosen else ""
    data |= {name.replace("__", "."): value for name, value in fields.items()}
    target = re.search(r'action="([^"]*)"', form)
    assert target
    return client.post(target[1], data=data)


def test_a_plain_schedule_is_looked_over_then_recorded_exceptions_first(signed_in: TestClient) -> None:
    shown = bring(signed_in, EXAMPLE.read_bytes())
    assert shown.url.path.startswith("/day/import/")
    assert "a copy of line" in shown.text
    assert "No visit is recorded" in signed_in.get("/day/2026-12-01").text
    day = press(signed_in, shown, "/record")
    assert day.url.path == "/day/2026-12-01"
    assert "Visits checked and recorded: 5" in day.text
    words = re.findall(r'<td><span class="badge (\w+)"', day.text)
    assert words == sorted(words, key=["not_covered", "call_payer", "authorize_first", "book_and_request", "book"].index)
