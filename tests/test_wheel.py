"""What is installed: the wheel holds, beside the modules, each file that they read."""

from __future__ import annotations

from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

import engine
from engine.store.newest import SCRIPT

ROOT = Path(engine.__file__).parents[1]
READ = ("sql", "yaml", "json", "j2", "typ", "html", "css", "js", "svg", "po")


def test_the_wheel_holds_every_file_that_is_read() -> None:
    held = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    packages = [ROOT / name for name in ("engine", "letters", "cli", "web", "rulesets")]
    read = {str(path.relative_to(ROOT)) for package in packages for kind in READ for path in package.rglob(f"*.{kind}")}
    assert str(SCRIPT.relative_to(ROOT)) in read
    assert not read - held
