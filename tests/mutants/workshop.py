"""A workshop: a copy of the repository in which one fault at a time is planted and looked for."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.catalogue import REPOSITORY, Mutation
from tests.mutants.selection import Selection, selections

_LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "images", "*.db*", "dist")
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
_NOTHING_FOUND = (0, 5)
"""How pytest ends when no test failed, or none was selected."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How it ended: the test that found the fault, or "" if none did."""

    mutation: Mutation
    found_by: str
    seconds: float

    @property
    def survived(self) -> bool:
        """Whether every test passed with the fault in place."""
        return not self.found_by


class Workshop:
    """One copy of the repository; not to be shared between threads."""

    def __init__(self, tree: Path) -> None:
        self._tree = tree

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator[Workshop]:
        """A fresh copy, thrown away afterwards."""
        with tempfile.TemporaryDirectory(prefix="andon-mutants-") as folder:
            tree = Path(folder) / "andon"
            shutil.copytree(REPOSITORY, tree, ignore=_LEFT_OUT)
            yield cls(tree)

    def try_out(self, mutation: Mutation, *, reach: str) -> Verdict:
        """Plant a fault and ask ever more tests until one finds it."""
        began = time.monotonic()
        with self._planted(mutation):
            asked = selections(self._tree, mutation, reach=reach)
            found = (self._first_failure(each) for each in asked)
            found_by = next(filter(None, found), "")
        return Verdict(mutation, found_by, time.monotonic() - began)

    @contextmanager
    def _planted(self, mutation: Mutation) -> Iterator[None]:
        path = self._tree / mutation.file
        sound = path.read_text("utf-8")
        path.write_text(mutation.planted_in(sound), "utf-8")
        try:
            yield
        finally:
            path.write_text(sound, "utf-8")

    def _first_failure(self, selection: Selection) -> str:
        """The first test that fails, "" if all pass. What never comes to an end is found, too."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-rfE", "-p", "no:xdist"]
        run = subprocess.Popen(
            [*command, *selection.arguments],
            cwd=self._tree,
            env={**os.environ, "PYTHONPATH": str(self._tree)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            said, _ = run.communicate(timeout=selection.seconds)
        except subprocess.TimeoutExpired:
            return f"a hang in the selection “{selection.name}”"
        finally:
            _end(run)
        if run.returncode in _NOTHING_FOUND:
            return ""
        named = _FAILED.search(said)
        return named[1] if named else f"pytest, which ended with {run.returncode}: {said.strip()[-200:]}"


def _end(run: subprocess.Popen[str]) -> None:
    """With whatever it has started; also when somebody interrupts the whole."""
    if run.poll() is None:
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate()
