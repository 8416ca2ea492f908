"""verifiers evaluates a model on Twenty Questions; `uv` must be installed, which runs its harness.

    pip install verifiers uv
    cd examples
    vf-eval verifiers_eval --env.taskset.split test -m gpt-4o-mini -n 17

The table has the mean return (`reward`, from -20 to 0) and the shares of games that were solved and how they ended.
"""

from llm_gym.bridges.verifiers import GameEnv, GameTaskset

__all__ = ["GameEnv", "GameTaskset"]
