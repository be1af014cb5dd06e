"""What the front desk does in the patients' room, through HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass

from httpx import Response
from starlette.testclient import TestClient

from tests.web.conftest import send

PATIENT = {"name": "Mary Example", "birth_date": "1950-02-03"}
EPISODE = {
    "payer": "UnitedHealthcare Medicare Advantage", "discipline": "OT", "evaluation_on": "2026-11-02",
    "visits_per_week": "1",
}  # fmt: skip
REQUEST = {"codes": "97530 97535", "requested__visits": "12"}
GRANT = {"number": "A-1", "granted__visits": "4", "valid_from": "2026-11-01", "valid_to": "2027-01-31"}


@dataclass(frozen=True)
class Made:
    """Addresses of a patient, an episode and an authorization."""

    patient: str
    episode: str
    authorization: str


def add_patient(client: TestClient, **changed: str) -> str:
    return send(client, "/patients/new", **PATIENT | changed).url.path


def add_all(client: TestClient, **changed: str) -> Made:
    patient = add_patient(client)
    page = send(client, f"{patient}/episodes/new", **EPISODE | changed)
    found = re.search(rf'"({patient}/episodes/[a-z0-9]+)/edit"', page.text)
    assert found, page.text
    return Made(patient, found[1], send(client, f"{found[1]}/authorizations/new", **REQUEST).url.path)


def hidden(page: Response, name: str = "read_at") -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, page.text
    return found[1]


def move(client: TestClient, authorization: str, state: str, on: str = "2026-11-03", **said: str) -> Response:
    """By the form as it stands, its other fields as they are."""
    page = client.get(authorization)
    fields = values(page) | {"state": state, "on": on} | {name.replace("__", "."): text for name, text in said.items()}
    return client.post(f"{authorization}/state", data=fields)


def values(page: Response) -> dict[str, str]:
    """What the fields of a page hold."""
    return dict(re.findall(r'<input id="[^"]*" name="([^"]*)" type="[a-z]*" value="([^"]*)"', page.text)) | {
        name: hidden(page, name) for name in ("form_token", "read_at") if f'name="{name}"' in page.text
    }


def book(client: TestClient, patient: str, day: str, **more: str) -> Response:
    return send(client, f"{patient}/visits/new", **{"day": day, "starts_at": "09:00", "lines": "97530:1"} | more)


def visit_on(page: Response, day: str) -> str:
    """The address of the visit of a day."""
    row = next(row for row in page.text.split("<tr>") if re.search(rf'<th scope="row">[A-Z][a-z]+ {day}', row))
    found = re.search(r'"(/patients/[a-z0-9]+/visits/[^"/]+)/correct"', row)
    assert found, row
    return found[1]


def say(client: TestClient, patient: str, day: str, did: str, read_at: str | None = None) -> Response:
    page = client.get(patient)
    fields = {"form_token": hidden(page, "form_token"), "read_at": read_at or hidden(page), "did": did}
    return client.post(visit_on(page, day), data=fields)


def cells(page: Response, row: str) -> list[str]:
    """The cells of the row with this heading, as text."""
    found = re.search(rf'<tr[^>]*>\s*<th scope="row">{row}</th>(.*?)</tr>', page.text, re.DOTALL)
    assert found, page.text
    texts = re.findall(r"<td[^>]*>(.*?)</td>", found[1], re.DOTALL)
    return [re.sub(r"<[^>]*>|\s+", " ", text).strip() for text in texts]
