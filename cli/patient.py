"""The commands patient export and patient delete."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer

from cli.record import now, practice_store
from cli.session import stop
from cli.tracking import By, who
from engine import Problem
from engine.files import write_whole

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="All that is held of one patient.")
Id = Annotated[str, typer.Argument(metavar="ID", help="The patient's id.")]


@app.command("export")
def export(
    patient_id: Id,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write, as JSON.")],
    by: By = None,
) -> None:
    """Write everything held of a patient into one file, and record that it was given out."""
    if output.exists():
        stop(Problem("cannot-write", f"there is a file {output} already", hint="name another one"))
    with practice_store() as store:
        told = store.patient_data.export(patient_id)
        store.audit.seen("exported", [patient_id], who=who(by), at=now())
    write_whole(output, orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    output.chmod(0o600)
    print(f"Written: {output}. It holds everything about the patient: keep it locked away.")


@app.command("delete")
def delete(
    patient_id: Id,
    why: Annotated[str, typer.Option("--why", metavar="REASON", help="Why, without naming the patient.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    by: By = None,
) -> None:
    """Delete everything held of a patient, for good. The log keeps ids and hashes, and who deleted when and why."""
    with practice_store() as store:
        if store.patient_data.erased_at(patient_id):
            store.wipe()
            print(f"The patient {patient_id} was deleted before. The file was wiped again.")
            return
        held = store.patient_data.export(patient_id)
        number = sum(len(value) for name, value in held.items() if name != "audit" and isinstance(value, list))
        if not yes:
            typer.confirm(f"Delete {number} entries of the patient {patient_id} for good?", abort=True)
        erased = store.patient_data.erase(patient_id, who=who(by), at=now(), why=why)
        store.wipe()
    print(f"Deleted: {erased} entries. Backups and exports made before still hold them.")
