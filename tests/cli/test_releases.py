"""The commands of a release, as a maintainer and a practice run them."""

from __future__ import annotations

from pathlib import Path

import orjson

from tests.command import run
from tests.release.conftest import raise_version
from tests.release.conftest import rulesets as rulesets  # a fixture

BY = ("--by", "Robin Sample")


def test_a_bundle_goes_from_a_maintainer_to_a_practice_and_back(rulesets: Path, tmp_path: Path) -> None:
    maker, practice, bundle, key = (tmp_path / name for name in ("maker", "practice", "own.zip", "key.pem"))
    released = run("rules", "release", str(rulesets), "-o", str(bundle), *BY, "--today", "2026-11-26", data=maker)
    assert released.returncode == 0, released.stderr
    assert "self-pay 2027.1.1: Only to try it out." in released.stdout
    assert run("rules", "public-key", "-o", str(key), data=maker).returncode == 0

    refused = run("rules", "install", str(bundle), *BY, data=practice)
    assert refused.returncode == 2
    assert "untrusted-bundle" in refused.stderr
    assert "rules trust" in refused.stderr
    assert run("rules", "trust", str(key), data=practice).returncode == 0
    assert run("rules", "install", str(bundle), *BY, data=practice).returncode == 0

    checked = run("check", "examples/self-pay.yaml", "--json", "--today", "2026-11-24", data=practice)
    assert orjson.loads(checked.stdout)["rulesets"][0]["version"] == "2027.1.1"
    verified = run("rules", "verify", "--json", data=practice)
    assert verified.returncode == 0
    assert orjson.loads(verified.stdout)["release"]["released_by"] == "Robin Sample"

    gone = run("rules", "back", *BY, data=practice)
    assert "the bundled rulesets answer alone" in gone.stdout
    history = orjson.loads(run("rules", "releases", "--json", data=practice).stdout)
    assert [step["action"] for step in history] == ["went back", "installed"]


def test_a_release_touched_on_disk_is_told_with_status_2(rulesets: Path, tmp_path: Path) -> None:
    data, bundle = tmp_path / "data", tmp_path / "own.zip"
    run("rules", "release", str(rulesets), "-o", str(bundle), *BY, data=data)
    run("rules", "install", str(bundle), *BY, data=data)
    touched = next((data / "precertain" / "rulesets").rglob("self-pay.yaml"))
    touched.write_text(touched.read_text() + "# more\n")
    verified = run("rules", "verify", data=data)
    assert verified.returncode == 2
    assert "self-pay.yaml is not as it was released" in verified.stderr


def test_bad_input_is_told_and_nothing_is_written(rulesets: Path, tmp_path: Path) -> None:
    data, bundle = tmp_path / "data", tmp_path / "own.zip"
    raise_version(rulesets, "2027.2.1")
    path = rulesets / "self-pay.yaml"
    path.write_text(path.read_text().replace("extends:", "extend:", 1) + "more: keys\n")
    broken = run("rules", "release", str(rulesets), "-o", str(bundle), *BY, data=data)
    assert (broken.returncode, bundle.exists()) == (2, False)
    assert "self-pay.yaml:" in broken.stderr
    assert "Traceback" not in broken.stderr
    missing = run("rules", "release", str(tmp_path / "none"), "-o", str(bundle), *BY, data=data)
    assert "no-such-folder" in missing.stderr
    assert "unreadable" in run("rules", "install", str(bundle), *BY, data=data).stderr
    assert "broken-key-file" in run("rules", "trust", str(path), data=data).stderr
