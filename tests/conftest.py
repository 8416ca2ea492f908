"""Settings that all tests share."""

import importlib.util

import pytest
from hypothesis import settings

# The same examples in every run, and no verdicts that depend on how busy the machine is.
settings.register_profile("deterministic", derandomize=True, deadline=None)
settings.load_profile("deterministic")


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Models as small as the tests' gain nothing from threads, and lose much where cores are busy."""
    if importlib.util.find_spec("torch"):
        import torch

        torch.set_num_threads(1)
