"""A run from Python: train on the ten-word subset, load the agent back, let it play.

    python examples/train_from_python.py

takes a few minutes and leaves the same folder as `archer-train`, the report in it.
"""

from typing import Any

from archer_agent import configure, evaluate_agent, load_agent, make_envs, play, train

ENV = "llm_gym/TwentyQuestionsSubset-v0"


def main(**settings: Any) -> None:
    run = train(configure(ENV, **settings))
    agent = load_agent(run)
    envs = make_envs(ENV, 2)
    for game in play(envs, agent, seeds=[1, 2]):
        print("".join(text for text, _ in game.pieces()).strip())
        print(f"It was {game.task_id}: return {game.total_reward:.0f}\n")
    envs.close()
    result = evaluate_agent(ENV, {}, agent, episodes=128, seed=0)
    print(f"mean return {result['return_mean']:.2f}, solved {result['success']:.0%}")


if __name__ == "__main__":
    main(loop={"iterations": 10})
