"""Many at once, and a server that is killed: nothing acknowledged is lost."""

from __future__ import annotations

from pathlib import Path

from benchmarks.faults import kill_and_restart
from benchmarks.load import measure_load
from benchmarks.served import Served, let_in
from benchmarks.staff import Told, lost_writes


def test_what_many_at_once_were_told_is_kept_is_kept(tmp_path: Path) -> None:
    result = measure_load(tmp_path, staff=4, actions=5)
    assert result.acknowledged > 4
    assert not result.lost
    assert not result.unexpected
    assert not result.refused


def test_a_server_killed_while_it_writes_has_kept_what_it_acknowledged(tmp_path: Path) -> None:
    result = kill_and_restart(tmp_path, kills=1)
    assert result.acknowledged > 1
    assert not result.lost


def test_a_lost_write_would_be_found(tmp_path: Path) -> None:
    served = Served(tmp_path)
    let_in(served.database_url, ["Staff 0"])
    told = Told(changes=1)
    told.checks["0123456789abcdef"] += 1
    assert lost_writes(served.database_url, [told]) == ["check 0123456789abcdef: 1", "changes of roles: 1"]
