"""Multi-turn text environments for language-model agents, under the standard Gymnasium API."""
