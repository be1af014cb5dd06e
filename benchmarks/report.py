"""RESULTS.md: the numbers of one run, and whether each target is met."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.command import CommandResult
from benchmarks.engines import COMPILED, FIRING, RAW, WHOLE
from benchmarks.impact import MOST_SECONDS, PROCESSES, ImpactResult
from benchmarks.inference import CASES, InferenceResult
from benchmarks.library import CheckResult
from benchmarks.machine import Machine
from benchmarks.measure import Spread
from benchmarks.memory import FLAT, SETTLED, MemoryResult
from benchmarks.workload import SEED

MOST_OVER_RAW = 1.5
MOST_MILLISECONDS = 1.0
MOST_OVER_BARE = 1.3
RIVAL_FORMS = {
    "zen-engine": "one decision table, hit policy collect; the case is handed over as a dictionary",
    "datalogic-py": "one compiled JSONLogic list with a truth value a rule; the case is handed over as a dictionary",
    "clipspy": "one `defrule` a rule over one template fact; reset, assert, run",
    "rule-engine": "one compiled expression a rule",
    "business-rules": "its rule dictionaries, run by `run_all`",
    "experta": "one rule method a rule over one fact; reset, declare, run",
}


def report(
    machine: Machine,
    inference: tuple[InferenceResult, ...],
    checks: tuple[CheckResult, ...],
    command: CommandResult,
    memory: MemoryResult,
    impact: ImpactResult,
) -> str:
    """The whole page in Markdown."""
    parts = [
        "# Results",
        "Written by `make bench`; all numbers are of one run: medians, in brackets the 10th to 90th percentile.",
        _machine(machine),
        _inference(inference),
        _library(checks),
        _command(command),
        _memory(memory),
        impact_section(impact),
    ]
    return "\n\n".join(parts) + "\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Every column but the first is numbers, set to the right."""
    lines = [head, ("---", *["---:"] * (len(head) - 1)), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _met(met: bool) -> str:
    return "**met**" if met else "**not met**"


def _machine(machine: Machine) -> str:
    engines = ", ".join(f"{name} {version}" for name, version in machine.engines)
    return f"{machine.processor}, {machine.cores} cores; {machine.system}; {machine.python}.\n\n{engines}."


def _spread(took: Spread, scale: float, digits: int) -> str:
    median, low, high = (f"{value * scale:,.{digits}f}" for value in (took.median, took.low, took.high))
    return f"{median} ({low}–{high})"  # noqa: RUF001


def _inference(results: tuple[InferenceResult, ...]) -> str:
    parts = [
        "## Inference",
        f"Random flat rules (seed {SEED}): conjunctions of two to five tests of twenty facts (booleans, words, whole "
        f"numbers); complete cases; the result is the set of rules that apply. Before timing, every engine below gave "
        f"the same rules on all {CASES} cases. The engines take turns, so that a slow stretch of the machine falls on "
        "all alike.",
        "![Microseconds a case by engine](inference.png)",
        *(_inference_table(result) for result in results),
        _own_forms(),
        "\n".join(f"- **{name}**: {form}." for name, form in RIVAL_FORMS.items()),
        *(_raw_ratio(result) for result in results),
        *(_comparison(result) for result in results),
        f"What the others do not give: **{WHOLE}** decides every rule twice, by two evaluators that share neither "
        "compiler nor judging of tests, compares them, and tells a rule that applies possibly from one that does not. "
        "The numbers say what that costs, not that the work is the same.",
    ]
    return "\n\n".join(parts)


def _inference_table(result: InferenceResult) -> str:
    whole = result.engines[WHOLE].median
    rows = [
        (
            name,
            _spread(took, 1e6, 1),
            f"{took.median * 1e6 / result.rules:.2f}",
            f"{took.median / whole:.2f}",
            f"{took.samples:,}",
        )
        for name, took in sorted(result.engines.items(), key=lambda item: item[1].median)
    ]
    head = ("engine", "µs a case", "µs a rule", f"against {WHOLE}", "cases timed")
    return f"### {result.rules} rules, {result.applying:.1f} of which apply on average\n\n{_table(head, rows)}"


def _own_forms() -> str:
    return "\n".join(
        [
            f"- **{WHOLE}**: `RuleEngine.fire` from the facts of the case: tests judged, states certain and possible "
            "by durable-rules and by the second evaluator, both compared.",
            f"- **{FIRING}**: the part of it that durable-rules does, `DurableEngine.fire` from judged tests.",
            f"- **{RAW}**: the C module on the very same patterns and facts, which are ready text: assert, drain, "
            "retract, and nothing around it.",
            f"- **{COMPILED}**: the second evaluator alone, from the facts: tests judged, states certain and possible.",
        ]
    )


def _raw_ratio(result: InferenceResult) -> str:
    ratio = result.engines[FIRING].median / result.engines[RAW].median
    return (
        f"{result.rules} rules: {FIRING} takes {ratio:.2f} times the raw loop (target within {MOST_OVER_RAW}): "
        f"{_met(ratio <= MOST_OVER_RAW)}."
    )


def _comparison(result: InferenceResult) -> str:
    """Who is faster than the whole way, in plain words."""
    whole = result.engines[WHOLE].median
    ranked = sorted(result.engines.items(), key=lambda item: item[1].median)
    others = {name: took.median for name, took in ranked if name not in (WHOLE, FIRING, RAW)}
    faster = [f"{name} ({whole / took:.1f} times)" for name, took in others.items() if took < whole]
    slower = [f"{name} ({took / whole:.1f} times)" for name, took in others.items() if took >= whole]
    told = f"At {result.rules} rules these are faster than {WHOLE}: {', '.join(faster) or 'none'}."
    return f"{told} These are slower: {', '.join(slower) or 'none'}."


def _library(checks: tuple[CheckResult, ...]) -> str:
    rows = [
        (
            f"`{check.name}`", str(check.rules), str(check.visits), str(check.open_questions), check.headline,
            _spread(check.took, 1e3, 3), _met(check.took.median * 1e3 < MOST_MILLISECONDS),
            _spread(check.fired, 1e3, 3),
        )
        for check in checks
    ]  # fmt: skip
    under = f"under {MOST_MILLISECONDS:g} ms"
    head = ("example", "rules", "visits planned", "questions open", "headline", "ms", under, "ms, fired anew")
    return (
        f"## check() as a library\n\nIn a process of its own, rulesets loaded, engine warm, "
        f"{checks[0].took.samples:,} calls each; the case is read beforehand. What durable-rules fired for the "
        f"same values is remembered; in the last column it fires for all of them anew.\n\n{_table(head, rows)}"
    )


def _command(result: CommandResult) -> str:
    ratio = result.command.median / result.bare.median
    rows = [
        ("`precertain check`", _spread(result.command, 1e3, 0)),
        ("Python that only imports the packages", _spread(result.bare, 1e3, 0)),
        ("Python that imports all their modules that the command loads", _spread(result.modules, 1e3, 0)),
    ]
    return "\n\n".join(
        [
            "## The command, cold",
            f"`precertain check examples/stroke-uhc-medicare-advantage.yaml --today 2026-11-24` from start to end of "
            f'the process, on a database that exists, against `python -c "import …"` of the same third-party packages; '
            f"{result.command.samples} runs each, in turn.",
            _table(("process", "ms"), rows),
            f"Ratio {ratio:.2f} (target {MOST_OVER_BARE}): {_met(ratio <= MOST_OVER_BARE)}.",
            f"Against the import of all those modules, some of which a package loads only when it is used: "
            f"{result.command.median / result.modules.median:.2f}.",
            f"Imported by the bare Python: {', '.join(f'`{name}`' for name in result.packages)}.",
        ]
    )


def _memory(result: MemoryResult) -> str:
    rows = [(f"{checks:,}", f"{size / 2**20:.1f}") for checks, size in result.readings]
    first, last = result.readings[0][0], result.readings[-1][0]
    word = "flat" if result.flat else "not flat"
    return "\n\n".join(
        [
            "## Memory",
            "One process that checks the two examples in turn, each time with another id and another date of birth.",
            _table(("checks", "resident MiB"), rows),
            f"It grows by {result.growth(first):.1%} from {first:,} to {last:,} checks, and by "
            f"{result.growth(SETTLED):.1%} from {SETTLED:,} to {last:,}: **{word}** "
            f"(judged from {SETTLED:,} on; flat is at most {FLAT:.0%}).",
        ]
    )


def impact_section(result: ImpactResult) -> str:
    seconds = result.user / PROCESSES
    return "\n\n".join(
        [
            "## Whom a change of rules touches",
            f"`precertain rules impact bundled NEW --on store --json` over {result.cases:,} stored cases, made of the "
            "examples with another patient, day, visit, minutes each; NEW lets two more visits of UnitedHealthcare "
            f"Medicare Advantage pass without review, which has {result.under_payer:,} of the cases. "
            f"{result.touched:,} answers change, each decided both ways by `check`.",
            _table(
                ("", "seconds"),
                (
                    ("processor, user, all processes", f"{result.user:.0f}"),
                    (f"of which for each of {PROCESSES} cores", f"{seconds:.0f}"),
                    ("by the clock", f"{result.wall:.0f}"),
                ),
            ),
            f"Within {MOST_SECONDS} s by the clock: {_met(result.wall <= MOST_SECONDS)}. The largest process held "
            f"{result.memory / 2**20:.0f} MiB.",
        ]
    )
