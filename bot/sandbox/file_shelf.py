"""Uploaded files, from the moment an upload URL is given out."""

from dataclasses import replace
from itertools import count

from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.values import StoredFile


class FileShelf:
    """Not locked by itself: callers hold the workspace's lock."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}
        self._looked_at: set[str] = set()
        self._known: set[str] = set()
        self._numbers = count(1)

    def reserve(self, *, name: str, length: int, user: str, created: int) -> StoredFile:
        file = StoredFile(f"F0{next(self._numbers):06d}SB", name, name, length, user, created)
        self._files[file.id] = file
        return file

    def receive(self, file_id: str, content: bytes) -> StoredFile:
        self._files[file_id] = replace(self.get(file_id), content=content)
        return self._files[file_id]

    def complete(self, file_id: str, title: str | None) -> StoredFile:
        file = self.get(file_id)
        if file.content is None:
            raise SlackRefusal("file_not_found")
        self._files[file_id] = replace(file, title=title or file.name, completed=True)
        return self._files[file_id]

    def get(self, file_id: str) -> StoredFile:
        file = self._files.get(file_id)
        if file is None:
            raise SlackRefusal("file_not_found")
        return file

    def is_picture(self, file_id: str) -> bool:
        """Whether a message may show it: Slack must have found out first that it is one."""
        file = self._files.get(file_id)
        return file is not None and file.id in self._known and file.mimetype.startswith("image/")

    def mimetype_once_known(self, file: StoredFile) -> str:
        """Empty on the first look, as in Slack, which finds out a moment after the upload completes."""
        if file.id in self._looked_at:
            self._known.add(file.id)
            return file.mimetype
        self._looked_at.add(file.id)
        return ""
