"""Record games with Minari's own collector, load them, and play them again to the same end.

    pip install "minari[create,hdf5]"
    python examples/minari_record_replay.py

It prints one line per recorded game: its seed, its turns, its return, and that the replay was equal.
"""

import gymnasium
import minari

from llm_gym.wrappers import PlainInfo

ENV, DATA = "llm_gym/TwentyQuestions-v0", "twenty-questions/scripted-v0"


def record(games: int) -> None:
    """Record games of the scripted player."""
    env = minari.DataCollector(PlainInfo(gymnasium.make(ENV)), record_infos=True)
    for seed in range(games):
        player = env.get_wrapper_attr("scripted_player")(seed=seed, skill=0.8)
        (observation, _), over = env.reset(seed=seed), False
        while not over:
            observation, _, terminated, truncated, _ = env.step(player(observation))
            over = terminated or truncated
    env.create_dataset(DATA, algorithm_name="scripted player", author="me")


def replay() -> bool:
    """Play every recorded game again; return whether all of them came out the same."""
    data = minari.load_dataset(DATA)
    env, same = data.recover_environment(), True
    for episode in data.iterate_episodes():
        (noted,) = data.storage.get_episode_metadata([episode.id])
        seed = int(noted["seed"])
        observations, rewards = [env.reset(seed=seed)[0]], []
        for action in episode.actions:
            observation, reward, *_ = env.step(str(action))
            observations.append(observation)
            rewards.append(reward)
        equal = observations == list(map(str, episode.observations)) and rewards == list(
            episode.rewards
        )
        same = same and equal
        verdict = "equal" if equal else "DIFFERENT"
        print(f"seed {seed:>2}  {len(rewards):>2} turns  return {sum(rewards):>4g}  {verdict}")
    return same


if __name__ == "__main__":
    if DATA in minari.list_local_datasets():
        minari.delete_dataset(DATA)
    record(8)
    print("all equal" if replay() else "not equal")
