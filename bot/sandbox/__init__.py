"""A local Slack workspace over real HTTP and websockets, for the demo and the tests.

It imports nothing of the bot and shares no code with it, so that both can be wrong only independently.
"""
