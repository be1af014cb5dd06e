"""A process that has imported the command already and forks for each run of it.

Most of what one run takes is Python's start and its imports, the same each time. What runs is the command's own process
all the same, with its own arguments, environment, folder and streams.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from threading import Lock
from typing import IO, NoReturn

_EXAMPLE = Path(__file__).parents[1] / "examples" / "stroke-uhc-medicare-advantage.yaml"
TIME_LIMIT = 300
"""Seconds a run may take before it is ended."""
_IMPORTED_WHEN_USED = ("alembic.command", "rich.progress", "watchfiles")
"""What comes from elsewhere and the commands import late."""


class Started:
    """The process, from the side of the tests; it is made at the first run."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._one_at_a_time = Lock()

    def run(self, arguments: list[str], environment: dict[str, str], cwd: Path, streams: Path) -> int:
        """The exit status of one run, or minus the signal that ended it. ``streams`` holds in, out and err."""
        asked = json.dumps([arguments, environment, str(cwd), str(streams)])
        with self._one_at_a_time:
            if self._process is None:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", __spec__.name],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    cwd=Path(__file__).parents[1],
                )
            _pipe(self._process.stdin).write(asked + "\n")
            _pipe(self._process.stdin).flush()
            answer = _pipe(self._process.stdout).readline()
        return os.waitstatus_to_exitcode(int(answer))


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def _become(environment: dict[str, str], cwd: str, streams: Path, arguments: list[str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    signal.alarm(TIME_LIMIT)
    for number, (name, flags) in enumerate((("in", os.O_RDONLY), ("out", os.O_WRONLY), ("err", os.O_WRONLY))):
        os.dup2(os.open(streams / name, flags), number)
    encoding = environment.get("PYTHONIOENCODING", "utf-8")
    sys.stdin = open(0, encoding=encoding, closefd=False)  # noqa: SIM115  (as long as the process)
    sys.stdout = open(1, "w", encoding=encoding, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding=encoding, errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.argv = ["precertain", *arguments]


def _status(command: Callable[[], None]) -> int:
    """Run it; what Python would exit with."""
    try:
        command()
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        print(ended.code, file=sys.stderr)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _end(status: int) -> NoReturn:
    """End as Python does, but for taking each of its objects apart, which takes as long as many a run."""
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)


def _warm_up() -> None:
    """Let the libraries make ready what they do at their first use: mapped tables, compiled templates, parsers."""
    from engine import Library, check
    from engine.cases import read_cases
    from letters import compose, render

    import_module("tests.store.warm")
    treatment = read_cases(str(_EXAMPLE), _EXAMPLE.read_bytes()).cases[0].treatment
    library = Library()
    library.all()
    decision = check(treatment, library, today=treatment.date_of_service)
    letter = compose("prior-authorization", treatment, decision, today=treatment.date_of_service)
    for format in ("docx", "html", "md", "txt"):
        render(letter, format)


def _serve() -> None:
    main = import_module("cli.main")
    for package in map(import_module, ("cli", "engine", "letters")):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    for name in _IMPORTED_WHEN_USED:
        import_module(name)
    _warm_up()
    gc.freeze()  # or each run would look for garbage among all that
    for line in sys.stdin:
        arguments, environment, cwd, streams = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(environment, cwd, Path(streams), arguments)
            _end(_status(main.run))
        print(os.waitpid(child, 0)[1], flush=True)


if __name__ == "__main__":
    _serve()
