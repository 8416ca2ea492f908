"""Multi-turn text environments for language-model agents, under the standard Gymnasium API.

Importing this package registers the environments; nothing heavy is imported before one is made.
"""

from importlib.metadata import PackageNotFoundError, version

from llm_gym.registration import register_all

try:
    __version__ = version("llm-gym-archer")
except PackageNotFoundError:  # a source tree that is not installed
    __version__ = "0+unknown"

register_all()
