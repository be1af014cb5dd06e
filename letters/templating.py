"""The templates of a letter's parts: sandboxed, strict, the practice's own before the bundled ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from traceback import extract_tb

from jinja2 import BytecodeCache, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.bccache import Bucket
from jinja2.exceptions import UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.problems import Problem, Span, UserError
from letters.context import Node
from letters.kinds import KINDS, RUNNING_HEAD, Kind
from letters.quotes import Ledger

BUNDLED = Path(__file__).resolve().parent / "templates"
PARTS = "parts"

# What a template can do wrong while it is read and printed.
_FAULTS = (
    TemplateError, TypeError, ValueError, ArithmeticError, AttributeError, LookupError, OSError, RecursionError
)  # fmt: skip


class _Compiled(BytecodeCache):
    """Templates as they were compiled last; one whose text has changed is compiled anew."""

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (held := self._held.get(bucket.key)) is not None:
            bucket.bytecode_from_string(held)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._held[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class PartTemplates:
    """The template of each part: own before bundled, ``<kind>/<part>.j2`` before ``parts/<part>.j2``."""

    def __init__(self, kind: Kind, own: Path | None, ledger: Ledger) -> None:
        folders = (own, BUNDLED) if own is not None else (BUNDLED,)
        if own is not None:
            problems = tuple(_strangers(own))
            if problems:
                raise UserError(problems)
        self._ledger = ledger
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader([folder / name for folder in folders for name in (kind.name, PARTS)]),
            undefined=StrictUndefined,
            autoescape=False,  # each output format escapes for itself
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=_COMPILED,
        )
        self._environment.filters["counted"] = ledger.counted

    def printed(self, part: str, names: Mapping[str, Node]) -> str:
        """The part with a token in each quote's place. Raises UserError where the template is wrong."""
        file = f"{part}.j2"
        try:
            printed = self._environment.get_template(file).render(names)
            if self._ledger.is_whole(printed):
                return printed
            problem = Problem("bad-template", f"{file}: cuts a fact into pieces", hint="Print facts whole.")
        except TemplateSyntaxError as error:
            where = Span(error.filename or file, error.lineno, 1)
            problem = Problem("bad-template", str(error.message), where)
        except UndefinedError as error:
            hint = "Print only what is known: {% if … is defined %}."
            problem = Problem("bad-template", f"{file}: {error.message}", _place(error), hint=hint)
        except UnicodeDecodeError:
            problem = Problem("bad-template", f"{file} is not UTF-8 text")
        except _FAULTS as error:
            problem = Problem("bad-template", f"{file}: {error}", _place(error))
        raise UserError([problem])


def _place(error: Exception) -> Span | None:
    """The template's line that was being printed; jinja writes it into the traceback."""
    frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    return Span(frames[-1].filename, frames[-1].lineno or 1, 1) if frames else None


def _strangers(own: Path) -> Iterator[Problem]:
    """Files in the practice's folder that override nothing, as a misspelt name would."""
    if not own.is_dir():
        yield Problem("no-such-folder", f"there is no folder of templates {own}")
        return
    parts = {part for kind in KINDS.values() for part in kind.parts} | {RUNNING_HEAD}
    known = {f"{folder}/{part}.j2" for folder in (PARTS, *KINDS) for part in parts}
    for path in sorted(own.rglob("*.j2")):
        name = path.relative_to(own).as_posix()
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Parts go in {PARTS}/: {', '.join(sorted(parts))}."
            yield Problem("unknown-template", f"no letter has a part {name}", hint=hint)
