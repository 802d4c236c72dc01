"""A short sample of `make faults`, and that the harness sees what it is there to see."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from faults.portal import Log, Slot, wait_for
from faults.servers import Missing, require

ROOT = Path(__file__).resolve().parents[2]
SLOT = Slot("indicator", "unit", "2022-09-30")


def test_what_may_be_stored_is_the_last_that_was_acknowledged_or_one_sent_after_it() -> None:
    log = Log(sent={SLOT: [1, 2, 3, 4]}, acknowledged={SLOT: 3})

    assert log.possible(SLOT) == {3, 4}


def test_waiting_ends_when_it_holds_and_fails_when_it_never_does() -> None:
    answers = iter([False, True])

    assert wait_for(lambda: next(answers), 5, "never") < 5
    with pytest.raises(TimeoutError, match="never"):
        wait_for(lambda: False, 0.1, "never")


@pytest.mark.thorough
def test_a_sample_of_the_faults_holds_and_the_negative_control_fails() -> None:
    try:
        require()
    except Missing as missing:
        pytest.skip(f"needs {missing}")
    chosen = {
        "FAULTS_ONLY": "redis_killed,thrice,negative_control",
        "FAULTS_SIZE": "80",
        "FAULTS_TARGETS": "50",
        "DJANGO_SETTINGS_MODULE": "taoyan.settings",
    }
    command = [sys.executable, str(ROOT / "faults" / "run.py")]

    done = subprocess.run(command, env=os.environ | chosen, capture_output=True, text=True, check=False)

    told = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr[-3_000:]
    assert len([line for line in told if line.startswith("holds")]) == 3
    # The control differs, or the others prove nothing.
    control = next(line for line in told if "negative control" in line)
    assert "differences 0" not in control
