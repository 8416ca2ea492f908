"""PPO in the manner of CleanRL, one file: all games of a vector environment step together, one oracle call.

    pip install torch
    python examples/cleanrl_ppo.py [timesteps] [seed]

It prints the mean return of the last 100 games: about -13 at first, -20 is never to find the object.
"""

import sys
from collections import deque

import gymnasium
import torch
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
    env = HashedText(DiscreteActions(env, SAYINGS), SIZE)
    actor = nn.Sequential(nn.Linear(SIZE, 64), nn.Tanh(), nn.Linear(64, len(SAYINGS)))
    critic = nn.Sequential(nn.Linear(SIZE, 64), nn.Tanh(), nn.Linear(64, 1))
    adam = torch.optim.Adam([*actor.parameters(), *critic.parameters()], lr=1e-3)
    seen, returns, totals = (
        torch.tensor(env.reset(seed=seed)[0]),
        deque(maxlen=100),
        torch.zeros(GAMES),
    )
    for update in range(timesteps // (GAMES * STEPS)):
        rows = []
        for _ in range(STEPS):
            with torch.no_grad():
                chances, value = Categorical(logits=actor(seen)), critic(seen)[:, 0]
            action = chances.sample()
            after, reward, terminated, truncated, _ = env.step(action.numpy())
            reward, done = torch.tensor(reward).float(), torch.tensor(terminated | truncated)
            rows.append((seen, action, chances.log_prob(action), value, reward, done))
            seen, totals = torch.tensor(after), totals + reward
            returns.extend(totals[done].tolist())
            totals[done] = 0.0
        observations, actions, old, values, rewards, ends = map(
            torch.stack, zip(*rows, strict=True)
        )
        advantages, running, following = torch.zeros_like(values), 0.0, critic(seen)[:, 0].detach()
        for t in reversed(range(STEPS)):
            going_on = (~ends[t]).float()
            running = (
                rewards[t]
                + GAMMA * following * going_on
                - values[t]
                + GAMMA * LAMBDA * going_on * running
            )
            advantages[t], following = running, values[t]
        batch = [
            x.flatten(0, 1) for x in (observations, actions, old, advantages, advantages + values)
        ]
        for chosen in torch.cat([torch.randperm(GAMES * STEPS) for _ in range(4)]).split(128):
            o, a, before, advantage, target = (x[chosen] for x in batch)
            chances = Categorical(logits=actor(o))
            ratio = (chances.log_prob(a) - before).exp()
            advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
            gain = torch.min(ratio * advantage, ratio.clamp(1 - CLIP, 1 + CLIP) * advantage).mean()
            loss = (
                (critic(o)[:, 0] - target).square().mean()
                - gain
                - ENTROPY * chances.entropy().mean()
            )
            adam.zero_grad()
            loss.backward()
            adam.step()
        if update % 20 == 19:
            print(
                f"{(update + 1) * GAMES * STEPS:>6} turns: mean return {sum(returns) / len(returns):.2f}"
            )
    return sum(returns) / len(returns)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
