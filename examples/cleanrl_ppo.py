"""PPO in the manner of CleanRL, one file: all games of a vector environment step together, one oracle call.

    pip install torch
    python examples/cleanrl_ppo.py [timesteps] [seed]

It prints the mean return of the last 100 games, from -20 (never found) to 0: about -13 at first, -8.9 after 10,240 turns,
-7.2 after 20,480, -5.6 after 30,720, -4.8 after 40,960 (seed 0).
"""

import sys

import gymnasium
import numpy as np
import torch
from gymnasium.wrappers.vector import RecordEpisodeStatistics
from sayings import SAYINGS
from torch import nn
from torch.distributions import Categorical

import llm_gym  # noqa: F401  (registers the environments)
from llm_gym.wrappers.vector import DiscreteActions, HashedText

GAMES, STEPS, SIZE, GAMMA, LAMBDA, CLIP, ENTROPY = 16, 32, 512, 0.95, 0.95, 0.2, 0.02


def main(timesteps: int = 60_000, seed: int = 0) -> float:
    """Train, and return the mean return of the last 100 games."""
    torch.manual_seed(seed)
    env = gymnasium.make_vec("llm_gym/TwentyQuestionsSubset-v0", GAMES, autoreset_mode="SameStep")
    env = RecordEpisodeStatistics(HashedText(DiscreteActions(env, SAYINGS), SIZE))
    actor = nn.Sequential(nn.Linear(SIZE, 64), nn.Tanh(), nn.Linear(64, len(SAYINGS)))
    critic = nn.Sequential(nn.Linear(SIZE, 64), nn.Tanh(), nn.Linear(64, 1), nn.Flatten(0))
    adam = torch.optim.Adam([*actor.parameters(), *critic.parameters()], lr=1e-3)
    seen = torch.tensor(env.reset(seed=seed)[0])
    for update in range(1, timesteps // (GAMES * STEPS) + 1):
        rows = []
        for _ in range(STEPS):
            chances, value = Categorical(logits=actor(seen).detach()), critic(seen).detach()
            action = chances.sample()
            after, reward, terminated, truncated, _ = env.step(action.numpy())
            outcome = torch.tensor(reward).float(), torch.tensor(~(terminated | truncated)).float()
            rows.append((seen, action, chances.log_prob(action), value, *outcome))
            seen = torch.tensor(after)
        texts, actions, old, values, rewards, going_on = map(torch.stack, zip(*rows, strict=True))
        advantages, running, following = torch.zeros_like(values), 0.0, critic(seen).detach()
        for t in reversed(range(STEPS)):
            error = rewards[t] + GAMMA * following * going_on[t] - values[t]
            running = error + GAMMA * LAMBDA * going_on[t] * running
            advantages[t], following = running, values[t]
        batch = [x.flatten(0, 1) for x in (texts, actions, old, advantages, advantages + values)]
        for chosen in torch.cat([torch.randperm(GAMES * STEPS) for _ in range(4)]).split(128):
            text, action, before, advantage, target = (x[chosen] for x in batch)
            advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
            chances = Categorical(logits=actor(text))
            ratio = (chances.log_prob(action) - before).exp()
            gain = torch.min(ratio * advantage, ratio.clamp(1 - CLIP, 1 + CLIP) * advantage).mean()
            loss = nn.functional.mse_loss(critic(text), target) - gain
            adam.zero_grad()
            (loss - ENTROPY * chances.entropy().mean()).backward()
            adam.step()
        if update % 20 == 0:
            print(f"{update * GAMES * STEPS:>6} turns: mean return {np.mean(env.return_queue):.2f}")
    return float(np.mean(env.return_queue))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
