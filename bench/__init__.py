"""Benchmarks: Andon against a bare loop of the same SQL, on the same database in the same run, in turns."""
