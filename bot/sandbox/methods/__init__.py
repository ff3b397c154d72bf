"""The Web API methods: each a function of the workspace and the arguments, returning the answer."""
