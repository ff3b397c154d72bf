"""Where events come in over HTTP: verify, read, hand to the intake queue, answer after the commit."""
