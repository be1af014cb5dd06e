"""The command from a cold start, against a Python that does no more than import the same third-party packages."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass

import orjson

from benchmarks.measure import Spread, seconds_of, spread
from benchmarks.process import ROOT

ARGUMENTS = ("check", "examples/stroke-uhc-medicare-advantage.yaml", "--today", "2026-11-24")
COMMAND = ("-m", "cli.main", *ARGUMENTS)
DECIDED = (0, 10, 20, 30, 40)
RUNS = 21

_OWN = ("benchmarks", "cli", "engine", "letters", "rulesets")
_LOADED = """
import importlib.metadata, json, runpy, sys
sys.argv[0] = "precertain"
try:
    runpy.run_module("cli.main", run_name="__main__", alter_sys=True)
except SystemExit:
    pass
specs = {name: getattr(module, "__spec__", None) for name, module in sys.modules.items()}
loaded = [name for name, spec in specs.items() if spec and spec.name == name]
known = importlib.metadata.packages_distributions()
print(json.dumps([name for name in loaded if name.partition(".")[0] in known]), file=sys.stderr)
"""


@dataclass(frozen=True, slots=True)
class CommandResult:
    """Seconds from start to end of the process.

    ``bare`` imports ``packages``, ``modules`` also every module of them that the command ends up with.
    """

    command: Spread
    bare: Spread
    modules: Spread
    packages: tuple[str, ...]


def measure_command() -> CommandResult:
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"PRECERTAIN_DATABASE_URL": f"sqlite:///{folder}/precertain.db"}
        _run(COMMAND, environment)  # makes the database
        loaded = _loaded(environment)
        packages = tuple(sorted({_package(name) for name in loaded} & set(loaded)))
        processes = (COMMAND, _importing(packages), _importing(loaded))
        taken: list[list[float]] = [[] for _ in processes]
        for number in range(RUNS + 1):
            for process, seconds in zip(processes, taken, strict=True):
                took = seconds_of(lambda process=process: _run(process, environment))  # type: ignore[misc]
                if number:  # the first round fills the system's file cache
                    seconds.append(took)
    command, bare, modules = map(spread, taken)
    return CommandResult(command, bare, modules, packages)


def _loaded(environment: dict[str, str]) -> tuple[str, ...]:
    """The modules of others that the command has imported when it ends, in the order of import."""
    told: list[str] = orjson.loads(_run(("-c", _LOADED, *ARGUMENTS), environment).splitlines()[-1])
    return tuple(name for name in told if name.partition(".")[0] not in _OWN and not name.startswith("_"))


def _importing(names: tuple[str, ...]) -> tuple[str, str]:
    return "-c", f"import {', '.join(names)}"


def _package(name: str) -> str:
    """``ruamel`` is a namespace of several distributions: its parts are the packages."""
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] == "ruamel" and len(parts) > 1 else parts[0]


def _run(arguments: tuple[str, ...], environment: dict[str, str]) -> str:
    """Run Python in the project's folder and give its standard error. Raises RuntimeError where it fails."""
    ended = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)
    if ended.returncode not in DECIDED:
        raise RuntimeError(f"the command ended with status {ended.returncode}")
    return ended.stderr
