"""The command ``precertain``."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from io import TextIOWrapper
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli.session import WRONG_INPUT, tell
from engine import UserError

_COMMANDS = {
    "check": "cli.checking:check",
    "why": "cli.checking:why",
    "ask": "cli.asking:ask",
    "whatif": "cli.checking:whatif",
    "runs-out": "cli.ahead:runs_out",
    "day": "cli.day:day",
    "units": "cli.units:units",
    "deadline": "cli.deadline:deadline",
    "codes": "cli.codes:codes",
    "letter": "cli.letter:letter",
    "packet": "cli.packet:packet",
    "log": "cli.history:log",
    "replay": "cli.history:replay",
    "serve": "cli.serve:serve",
    "audit": "cli.audit:audit",
    "demo": "cli.demo:demo",
    "backup": "cli.keeping:backup",
    "restore": "cli.keeping:restore",
    "due": "cli.tracking:due",
    "digest": "cli.digest:digest",
    "authorization": "cli.tracking:authorization",
    "patient": "cli.patient:app",
    "visits": "cli.tracking:visits",
    "contradict": "cli.maintenance:contradict",
    "rules": "cli.rules:app",
    "reference": "cli.reference:app",
}
"""Each command, or group of commands, and where it is."""


class _Commands(Mapping[str, object]):
    """The commands by name. One is imported when it is used: the others bring much that it does not need."""

    def __getitem__(self, name: str) -> object:
        module, _, attribute = _COMMANDS[name].partition(":")
        found = getattr(import_module(module), attribute)
        if isinstance(found, typer.Typer):
            return typer.main.get_group(found)
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(name)(found)
        return typer.main.get_command(alone)

    def __iter__(self) -> Iterator[str]:
        return iter(_COMMANDS)

    def __len__(self) -> int:
        return len(_COMMANDS)


class _Group(TyperGroup):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"commands": _Commands()})


app = typer.Typer(
    cls=_Group, add_completion=True, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"precertain {version('precertain')}")
        raise typer.Exit


@app.callback()
def main(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """Coverage and prior authorization of outpatient therapy, before the visit is booked."""


def run() -> None:
    """Run the command; what is the user's to mend is told, with exit status 2."""
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a letter shows a question mark in its place
        if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")
    try:
        app()
    except UserError as error:
        tell(error.problems)
        sys.exit(WRONG_INPUT)
    finally:
        gc.freeze()  # the process ends and gives all its memory back: looking for garbage first would only take time


if __name__ == "__main__":
    run()
