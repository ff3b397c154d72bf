"""`python -m tests.fuzz.coverage --only plan`: the same targets, led by coverage; needs atheris.

atheris rewrites what it imports, so it comes first and the targets after it. It is no dependency of ours:
`make fuzz-coverage` puts it into a virtual environment of its own.
"""

from __future__ import annotations

import argparse
import importlib
import sys

from hypothesis import HealthCheck, given, settings


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.coverage", description=__doc__)
    parser.add_argument("--only", default="plan", help="the target whose name contains this")
    parser.add_argument("--inputs", type=int, default=10_000)
    wanted = parser.parse_args()
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        sys.exit("atheris is not installed here: run `make fuzz-coverage`, which installs it apart.")
    with atheris.instrument_imports(include=["bot", "handlers", "rules"]):
        targets = importlib.import_module("tests.fuzz.targets").TARGETS
    target = next((each for each in targets if wanted.only in each.name), None)
    if target is None:
        sys.exit(f"No target is called {wanted.only}. There are: {', '.join(each.name for each in targets)}.")
    with target.opened() as feed:

        @settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
        @given(target.inputs)
        def push(one: object) -> None:
            feed(one)

        # Hypothesis refuses an input that ends too early, so there is nothing to learn from very short ones.
        atheris.Setup(
            [sys.argv[0], f"-runs={wanted.inputs}", "-max_len=8192", "-len_control=0"],
            push.hypothesis.fuzz_one_input,
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
