"""What a visit costs, as the screen tells it in Spanish."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import english_words, send

KNEE = {
    "coverage__payer": "uhc-medicare-advantage", "coverage__plan_type": "hmo", "provider__discipline": "OT",
    "lines__1__code": "97535", "date_of_service": "2026-12-01",
}  # fmt: skip
COSTS = {
    "Medicare": {
        "coverage__payer": "medicare-part-b", "coverage__deductible_remaining": "0", "coverage__plan_type": "",
        "lines__1__minutes": "30", "site__locality": "01182-18", "provider__credential": "OT",
        "provider__discipline": "OT", "plan_of_care__visits": "12", "plan_of_care__weeks": "6",
        "history__allowed_ytd__ot": "0",
    },
    "nothing known": {"coverage__payer": "medicare-part-b", "coverage__plan_type": ""},
    "a contract": {
        "lines__1__minutes": "30", "lines__1__contract_rate": "31.50", "coverage__copay": "20",
        "coverage__deductible_remaining": "0",
    },
    "charges": {"coverage__payer": "self-pay", "coverage__plan_type": "", "lines__1__charge": "90"},
}  # fmt: skip


@pytest.mark.parametrize("kind", COSTS)
def test_what_the_visit_costs_is_told_in_spanish(signed_in: TestClient, untranslated: list[str], kind: str) -> None:
    asked = KNEE | {f"answered__{fact}" if fact not in KNEE else fact: value for fact, value in COSTS[kind].items()}
    english = _costs(send(signed_in, "/check", **asked).text)
    signed_in.headers["accept-language"] = "es"
    spanish = _costs(send(signed_in, "/check", **asked).text)
    assert len(spanish) == len(english) > 0
    assert _dollars(spanish) == _dollars(english)
    assert not english_words("".join(f"<li>{line}</li>" for line in spanish))
    assert "lang=" not in "".join(spanish)
    assert any(line.startswith("Si se cubre: ") for line in spanish)
    if kind in ("Medicare", "charges"):
        assert re.match("Dígale al paciente: «Usted pagaría [$]", spanish[0])
    assert not [text for text in untranslated if text.replace(".", "__") not in COSTS[kind]]


def _dollars(lines: list[str]) -> list[str]:
    return re.findall(r"[$]\d+\.\d\d", " ".join(lines))


def _costs(page: str) -> list[str]:
    """The lines under the heading of the cost."""
    shown = re.search(r"<h3>(?:What it costs|Lo que cuesta)</h3>\s*<ul>(.*?)</ul>", page, re.DOTALL)
    assert shown, page
    return re.findall(r"<li>(.*?)</li>", shown[1])
