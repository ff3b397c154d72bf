"""What a well-formed plan still gets wrong: proof, before it matters, that everybody can be reached."""

from rules.coverage.checks import findings
from rules.coverage.finding import Finding, Path

__all__ = ["Finding", "Path", "findings"]
