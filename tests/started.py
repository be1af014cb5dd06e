"""A process that has imported the command already, whose copies run it.

Most of what one run takes is Python's start and its imports, the same each time, and then that a copy first touches
what it has. So one copy does several runs in turn, each with its own arguments, environment, folder and streams.
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
from typing import IO

_EXAMPLE = Path(__file__).parents[1] / "examples" / "stroke-uhc-medicare-advantage.yaml"
TIME_LIMIT = 300
"""Seconds a run may take before it is ended."""
_RUNS = 20
"""How many runs a copy does. What they leave behind in its memory ends with it."""
_NO_MORE = 3
"""The exit status of a copy that will be asked no more."""
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
        return int(answer)


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def _become(environment: dict[str, str], cwd: str, streams: Path, arguments: list[str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    signal.alarm(TIME_LIMIT)
    for number, (name, flags) in enumerate((("in", os.O_RDONLY), ("out", os.O_WRONLY), ("err", os.O_WRONLY))):
        opened = os.open(streams / name, flags)
        os.dup2(opened, number)
        os.close(opened)
    encoding = environment.get("PYTHONIOENCODING", "utf-8")
    sys.stdin = open(0, encoding=encoding, closefd=False)  # noqa: SIM115  (as long as the run)
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


def _end() -> None:
    """End a run as Python ends, but for taking its objects apart."""
    signal.alarm(0)
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()


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
    atexit._clear()  # what a run registers is called at its end, and nothing else
    asked, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    while (status := _waited_for(_copy(main.run, asked, answers))) != _NO_MORE:
        if status:  # it ended in the midst of a run
            print(status, file=answers, flush=True)


def _copy(command: Callable[[], None], asked: IO[str], answers: IO[str]) -> int:
    """The process id of a copy of this process, which does the runs that it is asked for."""
    if copy := os.fork():
        return copy
    for _ in range(_RUNS):
        if not (line := asked.readline()):
            os._exit(_NO_MORE)
        arguments, environment, cwd, streams = json.loads(line)
        _become(environment, cwd, Path(streams), arguments)
        status = _status(command)
        _end()
        print(status, file=answers, flush=True)
    os._exit(0)


def _waited_for(copy: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])


if __name__ == "__main__":
    _serve()
