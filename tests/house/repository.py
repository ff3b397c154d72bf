"""What the house tests look at: the files git knows or is about to know, and the Python in them."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("bot", "handlers", "rules")


def files(*folders: str, suffix: str = "") -> list[Path]:
    """Files of the repository, also those not yet committed; ignored ones are not part of it."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *folders]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = [ROOT / name for name in listing.split("\0") if name.endswith(suffix)]
    return sorted(path for path in paths if path.is_file())


def product_modules() -> list[Path]:
    return files(*PRODUCT, suffix=".py")


def line_count(path: Path) -> int:
    return len(path.read_text().splitlines())


def function_lengths(path: Path) -> list[tuple[int, str]]:
    """Lines of each function, decorators not counted, with where it stands."""
    return [
        (node.end_lineno - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None
    ]
