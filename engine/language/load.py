"""The library of rulesets: which files there are, and each payer's ruleset and engine, read on first use."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cost.rates import NO_RATES, ContractRates, holds_rates, read_rates
from engine.inference.rule_engine import RuleEngine
from engine.language.authored import AuthoredRuleset
from engine.language.resolve import RulesetFile, resolve
from engine.language.rules import Ruleset
from engine.language.table_files import WithTables, read_tables
from engine.problems import Problem, Span, UserError
from engine.reference import Reference, load_reference
from engine.source import Document, read_yaml, validate

if TYPE_CHECKING:
    from engine.official.tables import OfficialTables

BUNDLED = Path(__file__).resolve().parents[2] / "rulesets"
_HEAD = re.compile(r"^(id|payer|extends): *['\"]?([a-z0-9-]+)['\"]? *(?:#.*)?$", re.MULTILINE)
_TITLE = re.compile(r"^title: *(.+?) *$", re.MULTILINE)


@dataclass(frozen=True)
class Listed:
    """A ruleset file as its first lines tell, without reading the rest."""

    id: str
    payer: str | None
    path: Path
    own: bool
    title: str | None = None
    extends: str | None = None


class Library:
    """The rulesets of the bundled folder and of a practice's own; where ids meet, the practice's wins.

    ``imported``: the publishers' own files, where any were imported. Methods raise UserError with every problem found
    where a file they need is broken.
    """

    def __init__(
        self, own: Path | None = None, bundled: Path = BUNDLED, imported: OfficialTables | None = None
    ) -> None:
        self.bundled = bundled
        self._own = own
        self._imported = imported
        self._files: dict[str, RulesetFile] = {}
        self._rulesets: dict[str, Ruleset] = {}
        self._engines: dict[str, RuleEngine] = {}

    @property
    def own_folder(self) -> Path | None:
        """The folder of the practice's own rulesets, if one was given."""
        return self._own

    def with_own(self, own: Path | None) -> Library:
        """The same bundled rulesets and official files beside another folder of the practice's own."""
        return Library(own, self.bundled, self._imported)

    @cached_property
    def reference(self) -> Reference:
        return load_reference(self.bundled / "reference").beside(self._imported)

    @cached_property
    def listed(self) -> Mapping[str, Listed]:
        """Every ruleset by id."""
        found: dict[str, Listed] = {}
        for folder, own in ((self.bundled, False), (self._own, True)):
            for path, text in _files(folder):
                if own and holds_rates(text):
                    continue
                head = dict(_HEAD.findall(text))
                name = head.get("id", path.stem)
                if name in found and found[name].own == own:
                    raise UserError(
                        [Problem("duplicate-ruleset", f"{name!r} is the id of {found[name].path.name} too",
                                 Span(str(path), 1, 1))]
                    )  # fmt: skip
                title = _TITLE.search(text)
                said = title[1].strip("'\"") if title else None
                found[name] = Listed(name, head.get("payer"), path, own, said, head.get("extends"))
        return found

    @cached_property
    def rates(self) -> ContractRates:
        """The practice's contracted rates. Raises UserError with every problem of every file of them."""
        if self._own is None:
            return NO_RATES
        found = [path for path, text in _files(self._own) if holds_rates(text)]
        own = {str(path.relative_to(self._own).with_suffix("")): path for path in found}
        try:
            return read_rates(own, self.payers, self.reference.codes)
        except UserError as error:
            raise UserError(self._shown(problem) for problem in error.problems) from error

    @property
    def payers(self) -> tuple[str, ...]:
        return tuple(sorted({listed.payer for listed in self.listed.values() if listed.payer}))

    @property
    def payer_titles(self) -> Mapping[str, str]:
        """What each payer that a ruleset answers for is called, by its id."""
        ordered = sorted(self.listed.values(), key=lambda listed: listed.own)
        return {listed.payer: listed.title or listed.payer for listed in ordered if listed.payer}

    @property
    def files(self) -> tuple[RulesetFile, ...]:
        """The files of all rulesets as read. Raises UserError with the problems of all of them."""
        self.all()
        return tuple(self._files.values())

    def engine(self, payer: str) -> RuleEngine:
        """The engine of a payer's ruleset; of an empty one where the payer has none."""
        if payer not in self._engines:
            self._engines[payer] = RuleEngine(self.for_payer(payer) or _NO_RULESET)
        return self._engines[payer]

    def answering(self, ruleset: Ruleset) -> Library:
        """The same library with a ruleset in the place of the one of its id."""
        other = copy(self)
        other._rulesets = {**self._rulesets, ruleset.id: ruleset}
        other._engines = {payer: engine for payer, engine in self._engines.items() if payer != ruleset.payer}
        return other

    def reread(self, changed: Collection[Path]) -> tuple[Library, frozenset[str]]:
        """The same library with changed files read anew, and the ids of the rulesets that are affected.

        A table kept beside a ruleset is part of it, and what extends a ruleset is affected with it.
        """
        other = Library(self._own, self.bundled, self._imported)
        other.reference = self.reference
        here = {path.resolve() for path in changed}
        folders = {path.parent for path in here if path.suffix != ".yaml"}
        anew = {
            name
            for name, listed in other.listed.items()
            if listed != self.listed.get(name)
            or listed.path.resolve() in here
            or listed.path.resolve().parent in folders
        } | (set(self.listed) - set(other.listed))
        affected = frozenset(name for name in other.listed if not anew.isdisjoint(other._line(name)))
        other._files = {name: file for name, file in self._files.items() if name not in anew}
        other._rulesets = {name: one for name, one in self._rulesets.items() if name in other.listed.keys() - affected}
        for payer, engine in self._engines.items():
            listed = other._answering(payer)
            if listed == self._answering(payer) and (listed is None or listed.id not in affected):
                other._engines[payer] = engine
        return other, affected

    def _line(self, name: str) -> set[str]:
        """The ruleset of that id and all that it extends, as their first lines tell."""
        line: set[str] = set()
        at: str | None = name
        while at is not None and at not in line:
            line.add(at)
            at = self.listed[at].extends if at in self.listed else None
        return line

    def _answering(self, payer: str) -> Listed | None:
        answering = [listed for listed in self.listed.values() if listed.payer == payer]
        return max(answering, key=lambda listed: listed.own) if answering else None

    def for_payer(self, payer: str) -> Ruleset | None:
        """The ruleset that answers for a payer; a practice's own before a bundled one."""
        answering = self._answering(payer)
        return self.ruleset(answering.id) if answering else None

    def ruleset(self, name: str) -> Ruleset:
        """A ruleset by its id, inheritance resolved."""
        if name not in self._rulesets:
            problems: list[Problem] = []
            chain = self._chain(name, problems)
            ruleset = resolve(chain, self.reference, problems) if chain else None
            if problems or ruleset is None:
                raise UserError(dict.fromkeys(self._shown(problem) for problem in problems))
            self._rulesets[name] = ruleset
        return self._rulesets[name]

    def all(self) -> tuple[Ruleset, ...]:
        """Every ruleset. Raises one UserError with the problems of all files."""
        problems: dict[Problem, None] = {}
        rulesets: list[Ruleset] = []
        for name in self.listed:
            try:
                rulesets.append(self.ruleset(name))
            except UserError as error:
                problems.update(dict.fromkeys(error.problems))
        if problems:
            raise UserError(problems)
        return tuple(rulesets)

    def _shown(self, problem: Problem) -> Problem:
        """The problem with its line of the file, which holds rules and no patient."""
        if problem.where is None or problem.excerpt is not None or problem.where.file.endswith(".xlsx"):
            return problem
        lines = Path(problem.where.file).read_text(encoding="utf-8", errors="replace").splitlines()
        at = problem.where.line - 1
        return replace(problem, excerpt=lines[at] if at < len(lines) else None)

    def _chain(self, name: str, problems: list[Problem]) -> tuple[RulesetFile, ...]:
        """The files of a ruleset, base first."""
        chain: list[RulesetFile] = []
        while True:
            file = self._file(name, problems)
            if file is None:
                return ()
            chain.insert(0, file)
            base = file.authored.extends
            if base is None:
                return tuple(chain)
            place = file.document.span(("extends",))
            if base not in self.listed:
                problems.append(Problem("unknown-base", f"no ruleset is called {base!r}", place, "extends"))
                return ()
            if any(base == other.authored.id for other in chain):
                problems.append(Problem("cycle", f"{base!r} extends itself in the end", place, "extends"))
                return ()
            name = base

    def _file(self, name: str, problems: list[Problem]) -> RulesetFile | None:
        if name not in self._files:
            listed = self.listed[name]
            raw = listed.path.read_bytes()
            read = _read(raw, str(listed.path))
            if not isinstance(read, _Read):
                problems.extend(read)
                return None
            filled = read_tables(read.authored, read.document, listed.path.parent)
            if not isinstance(filled, WithTables):
                problems.extend(filled)
                return None
            sha256 = hashlib.sha256(raw + filled.content).hexdigest()
            self._files[name] = RulesetFile(filled.authored, read.document, sha256, listed.own)
        return self._files[name]


@dataclass(frozen=True, slots=True)
class _Read:
    """One file, before its tables are read."""

    authored: AuthoredRuleset
    document: Document


@lru_cache(maxsize=64)
def _read(raw: bytes, path: str) -> _Read | tuple[Problem, ...]:
    """What the file holds, or what is wrong with it; the same bytes are read once for all libraries of a process."""
    documents = read_yaml(raw, path)
    if documents.problems or len(documents.documents) != 1:
        return documents.problems or (Problem("empty", "a file holds one ruleset", Span(path, 1, 1)),)
    document = documents.documents[0]
    authored = validate(AuthoredRuleset, document.data, document)
    return _Read(authored, document) if isinstance(authored, AuthoredRuleset) else tuple(authored)


def _files(folder: Path | None) -> Iterator[tuple[Path, str]]:
    """The files of a folder, each with its text."""
    if folder is not None:
        for path in sorted(path for path in folder.rglob("*.yaml") if path.parent.name != "reference"):
            yield path, path.read_text(encoding="utf-8", errors="replace")


_NO_RULESET = Ruleset(
    id="none", payer=None, title="No ruleset", version="0", verified=date.min, unit_rule=None,
    distinct_service_modifier="59", uses_edits=False, fee_schedule=False, rules=(), figures={}, clocks={}, tables={},
    typical_case={}, used=(),
)  # fmt: skip


def load_rulesets(folders: Sequence[str | Path] = (), imported: str | Path | None = None) -> Library:
    """The bundled rulesets, with a practice's own folder beside them if one is given.

    ``imported`` names the file that official files were imported into.
    """
    own = Path(folders[0]) if folders else None
    if imported is None:
        return Library(own)
    from engine.store.official import open_official

    return Library(own, imported=open_official(Path(imported)))
