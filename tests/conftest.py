"""Settings that all tests share."""

from hypothesis import settings

# The same examples in every run, and no verdicts that depend on how busy the machine is.
settings.register_profile("deterministic", derandomize=True, deadline=None)
settings.load_profile("deterministic")
