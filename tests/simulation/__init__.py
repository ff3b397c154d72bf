"""Deterministic simulation: the real bot in virtual time, in a world that goes wrong on purpose."""
