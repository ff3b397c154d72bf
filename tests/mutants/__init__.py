"""Planted faults: what would hurt a plant at night, put into the code one at a time, and found by a test."""
