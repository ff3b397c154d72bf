"""Export: everything that a plant would want to keep, as JSON lines, of one moment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol
from zipfile import ZIP_DEFLATED, ZipFile

import bot
from bot.store import exporting
from bot.store.database import Database
from bot.store.exporting import EXCEPTIONS, KINDS, Kind, Record, Span

MANIFEST = "manifest.json"

Progress = Callable[[str, int, int], None]
"""Told of a kind how many of its records are written, of how many."""


class ExportError(Exception):
    """It cannot be written there. What was begun has no manifest and is not whole."""


class Sink(Protocol):
    """Where files go, one after the other."""

    def opened(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """A new file."""
        ...


class Folder:
    """A new or empty directory."""

    def __init__(self, path: Path) -> None:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise ExportError(f"{path} is there and not empty. Name a new directory, or a new .zip.")
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = path

    def opened(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """A file in it."""
        return (self._path / name).open("xb")


class Archive:
    """A new .zip."""

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise ExportError(f"{path} is there already. Name a new file.")
        path.touch(mode=0o600)
        self._zip = ZipFile(path, "w", ZIP_DEFLATED)

    def opened(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """A file in it, of any size."""
        return self._zip.open(name, "w", force_zip64=True)

    def close(self) -> None:
        """Write the directory of the archive."""
        self._zip.close()


@dataclass(frozen=True, slots=True)
class Written:
    """One file of an export, as the manifest has it."""

    file: str
    kind: str
    records: int
    sha256: str


def export(
    database: Database, to: Path, *, kinds: Sequence[str], span: Span, now: datetime, progress: Progress
) -> list[Written]:
    """Write one file for each kind, all of one moment, and a manifest last; an empty choice means all kinds.

    Raises ExportError and DatabaseUnavailableError.
    """
    chosen = [kind for kind in KINDS if not kinds or kind.name in kinds]
    try:
        if to.suffix != ".zip":
            return _exported(database, Folder(to), chosen, span, now, progress)
        archive = Archive(to)
        try:
            return _exported(database, archive, chosen, span, now, progress)
        finally:
            archive.close()
    except OSError as error:
        raise ExportError(f"{to} cannot be written: {error.strerror}.") from error


def exception(database: Database, number: int) -> Record | None:
    """One exception with its timeline, as the export has it."""
    with database.reading() as tx:
        return exporting.one(tx, EXCEPTIONS, number)


def _exported(
    database: Database, sink: Sink, chosen: Sequence[Kind], span: Span, now: datetime, progress: Progress
) -> list[Written]:
    written = []
    with database.reading() as tx:
        for kind in chosen:
            digest, count, total = hashlib.sha256(), 0, exporting.total(tx, kind, span)
            progress(kind.name, 0, total)
            with sink.opened(f"{kind.name}.jsonl") as file:
                for page in exporting.pages(tx, kind, span):
                    lines = "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in page).encode()
                    digest.update(lines)
                    file.write(lines)
                    count += len(page)
                    progress(kind.name, count, total)
            written.append(Written(f"{kind.name}.jsonl", kind.name, count, digest.hexdigest()))
    with sink.opened(MANIFEST) as file:
        file.write(_manifest(written, span, now))
    return written


def _manifest(written: Sequence[Written], span: Span, now: datetime) -> bytes:
    manifest = {
        "andon": bot.__version__,
        "taken_at": now.isoformat(),
        "since": span.since.isoformat() if span.since else None,
        "until": span.until.isoformat() if span.until else None,
        "files": [
            {"file": each.file, "kind": each.kind, "records": each.records, "sha256": each.sha256}
            for each in written
        ],
    }
    return f"{json.dumps(manifest, indent=2)}\n".encode()
