"""The examples are imported as modules: what is shown is what is tested."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))
