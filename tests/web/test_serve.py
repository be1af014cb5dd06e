"""The command serve, as a real process."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.command import ROOT, run


def test_the_screen_answers_on_this_machine_and_logs_no_request(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = os.environ | {"XDG_DATA_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "cli.main", "serve", "--port", str(port)]
    served = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert served.stdout is not None
        assert f"http://127.0.0.1:{port}/" in served.stdout.readline()
        with pytest.raises(HTTPError) as answer:
            urlopen(f"http://127.0.0.1:{port}/check", timeout=30)
        assert answer.value.code == 401
        assert "make the administrator" in answer.value.read().decode()
        answer.value.close()
        with pytest.raises(HTTPError) as answer:
            urlopen(f"http://127.0.0.1:{port}/patients/quillfeather?search=zebedee", timeout=30)
        answer.value.close()
    finally:
        served.send_signal(signal.SIGINT)
        out, err = served.communicate(timeout=30)
    assert not re.search("GET|/check|patients|quillfeather|zebedee|Traceback", out + err)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--host", "0.0.0.0"), "needs-tls"),
        (("--host", "desk.example"), "needs-tls"),
        (("--tls-cert", "only.pem"), "belong together"),
        (("--tls-cert", "no.pem", "--tls-key", "no.pem"), "there is no file"),
        (("--tls-cert", str(ROOT / "LICENSE"), "--tls-key", str(ROOT / "LICENSE")), "cannot be used"),
    ],
)
def test_other_machines_are_not_served_without_tls(arguments: tuple[str, ...], said: str) -> None:
    refused = run("serve", *arguments)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = run("serve", "--port", str(taken.getsockname()[1]))
    assert refused.returncode == 2
    assert "no-address" in refused.stderr
    assert "--port" in refused.stderr


def test_a_broken_ruleset_is_told_before_anybody_is_served(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("id: own\npayer: own\nbroken: [\n")
    refused = run("serve", "--rulesets", str(tmp_path))
    assert refused.returncode == 2
    assert "own.yaml:" in refused.stderr
    assert "Traceback" not in refused.stderr
