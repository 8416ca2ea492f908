r"""verifiers evaluates a model on Twenty Questions, with its own command.

    pip install verifiers uv
    export OPENAI_API_KEY=... PYTHONPATH=examples
    vf-eval verifiers_eval -m gpt-4o-mini -n 17 --no-push \
        --client.base-url https://api.openai.com/v1 --client.api-key-var OPENAI_API_KEY

Its table has the mean return (from -20 to 0), the turns, and the shares of games that were solved and how they ended.
Another game is `--env.taskset.env-id llm_gym/GuessMyCity-v0`.
"""

from llm_gym.bridges.verifiers import GameEnv, GameTaskset

__all__ = ["GameEnv", "GameTaskset"]
