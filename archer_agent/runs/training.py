"""The outer loop: warm start, then collect, update, evaluate, log, checkpoint, until the budget is spent.

A run is a folder::

    config.json        every setting, resolved
    metrics.jsonl      one record per event (docs/metrics.md)
    episodes.jsonl     every training game, with the ids and log-probabilities it was sampled with
    evaluations.jsonl  the games of every evaluation
    demonstrations.jsonl  what was imitated, where a method goes on learning from it
    warm_start/        the policy after cloning, as transformers reads it
    checkpoints/       exact states, without pickle
    policy/            the best policy, as transformers reads it
    samples.json       games with Q, V and advantage of every utterance, from ArCHer and CHAI
    summary.json       the figures of the run
    report.html        all of it for people
    diverged.json      the batch whose gradient was not finite, where that ended the run
    rank-1/ ...        games and states of further processes, where there are some
"""

from __future__ import annotations

import inspect
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import gymnasium
import numpy as np
import torch
from gymnasium.vector import VectorEnv
from rich.console import Console

from archer_agent.agents.agent import Agent, FunctionAgent
from archer_agent.agents.rollout import check_privileged_info, find_env, make_envs, play, spent
from archer_agent.algorithms import load_agent, make_learner
from archer_agent.algorithms.bc import clone
from archer_agent.algorithms.learner import Learner
from archer_agent.algorithms.td import TDCritic
from archer_agent.episodes.datasets import read_dataset
from archer_agent.episodes.replay import Episode, ReplayBuffer, append_episodes, read_episodes
from archer_agent.networks import distributed, loading
from archer_agent.networks.optimization import NonFiniteGradient
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import train_tokenizer
from archer_agent.runs.checkpoint import (
    latest_checkpoint,
    load_checkpoint,
    prune_checkpoints,
    save_checkpoint,
)
from archer_agent.runs.credit import explain
from archer_agent.runs.display import Budget, Display
from archer_agent.runs.records import MetricsLog, is_finished, read_metrics, truncate
from archer_agent.seeding import (
    DEMONSTRATION_GAMES,
    TEST_GAMES,
    TRAINING_GAMES,
    VALIDATION_GAMES,
    game_seeds,
)
from archer_agent.settings import CONFIG_FILE, ModelConfig, TrainConfig, to_dict, with_run_folder

DEMONSTRATIONS = "demonstrations.jsonl"
"""Where a run keeps the games of a method that collects none."""


def game_statistics(episodes: Sequence[Episode]) -> dict[str, float]:
    """Return the mean and spread of returns, the success rate, the share of invalid and of distinct utterances."""
    returns = [episode.total_reward for episode in episodes]
    turns = [turn for episode in episodes for turn in episode.turns]
    return {
        "return_mean": float(np.mean(returns)),
        "return_std": float(np.std(returns)),
        "success": float(np.mean([episode.success for episode in episodes])),
        "turns_mean": len(turns) / len(episodes),
        "invalid": float(np.mean([turn.invalid for turn in turns])),
        "distinct": len({turn.action for turn in turns}) / len(turns),
    }


@dataclass(slots=True)
class Counters:
    """What the reinforcement-learning phase has used so far; every comparison counts all of these.

    Attributes:
        games: training games played.
        turns: utterances said in them.
        tokens: tokens of those utterances.
        generated_tokens: all tokens drawn from the policy: those, and candidates that were never said.
        gradient_steps: of any network.
    """

    games: int = 0
    turns: int = 0
    tokens: int = 0
    generated_tokens: int = 0
    gradient_steps: int = 0

    def count_games(self, episodes: Sequence[Episode]) -> None:
        """Add games and what was said in them, those of all processes."""
        self.games += int(distributed.total(len(episodes)))
        self.turns += int(distributed.total(sum(len(episode.turns) for episode in episodes)))
        said = sum(len(turn.token_ids) for episode in episodes for turn in episode.turns)
        self.tokens += int(distributed.total(said))
        self.generated_tokens += int(distributed.total(said))


WriteReport = Callable[[Path], Path]
"""Writes the report of the run in a folder, and returns where it is."""


def train(
    config: TrainConfig, resume: Path | None = None, write_report: WriteReport | None = None
) -> Path:
    """Train an agent; return the run's folder.

    Ctrl-C ends the run after the iteration under way, with a checkpoint and a report, and is then passed on; a second
    one ends it at once. A run whose budget is spent is left as it is; what to say to go on with it is printed.

    Args:
        config: the settings.
        resume: the folder of a run to go on with from its latest checkpoint; on one machine's CPU its numbers
            continue exactly as if it had never stopped.
        write_report: called once the run has ended or was stopped, by one process; its display then names the report.

    Raises:
        ValueError: something in the settings cannot be; the message says what and what to do.
        KeyboardInterrupt: after Ctrl-C.
    """
    with distributed.process_group():
        return _train(config, resume, write_report)


def _train(config: TrainConfig, resume: Path | None, write_report: WriteReport | None) -> Path:
    run = _open_folder(config, resume)
    if resume is not None and (spent := _spent_budget(config, resume)):
        if not distributed.rank():
            print(f"{resume} is finished: {spent}")
        return run
    # Looked at before anything is written, so that a bad setting leaves nothing behind.
    _check_models(config.model)
    games = _share(config.loop.games_per_iteration, "--loop.games-per-iteration")
    _share(config.warm_start.critic_games, "--warm-start.critic-games")
    envs = make_envs(config.env, games, json.loads(config.env_options))
    threads = torch.get_num_threads()
    torch.set_num_threads(config.threads or threads)
    try:
        if config.model.privileged_info is not None:
            check_privileged_info(envs, config.model.privileged_info)
        with _Run(config, run, envs) as process:
            process.start(resume is not None)
            process.loop()
            process.finish(write_report)
    except NonFiniteGradient as error:
        error.save(run / "diverged.json")
        raise ValueError(
            f"{error} in iteration {process.iteration}; the batch that it came from is in "
            f"{run / 'diverged.json'}. Lower the learning rates, or raise kl"
        ) from error
    finally:
        torch.set_num_threads(threads)
        envs.close()
    if process.interrupted:
        raise KeyboardInterrupt
    return run


def _share(count: int, flag: str) -> int:
    """Return how many of some games each process plays."""
    share, rest = divmod(count, distributed.world_size())
    if rest:
        raise ValueError(
            f"{flag} is {count}, which {distributed.world_size()} processes cannot share equally"
        )
    return share


def _open_folder(config: TrainConfig, resume: Path | None) -> Path:
    if resume is not None:
        folder = _own_folder(resume)
        if latest_checkpoint(folder / "checkpoints") is None:
            raise ValueError(f"{folder} has no checkpoint to go on from; start a new run")
        return folder
    resolved = with_run_folder(config).run
    assert resolved is not None  # that is what with_run_folder is for
    distributed.wait_for_all()  # the first process has seen that the folder is empty; now others may write
    return _own_folder(resolved)


def _own_folder(run: Path) -> Path:
    """Return where this process keeps its records: the first one in the run's folder, others inside it."""
    rank = distributed.rank()
    return run / f"rank-{rank}" if rank else run


def _spent_budget(config: TrainConfig, run: Path) -> str | None:
    """Say of a run that came to its end what it has spent, and how to go on; None if there is more to spend now."""
    if not is_finished(run):
        return None
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    loop = config.loop
    if summary["iterations"] >= loop.iterations:
        return (
            f"{summary['iterations']} iterations are done; "
            f"for more, --resume {run} --loop.iterations {2 * summary['iterations']}"
        )
    if loop.minutes is not None and summary["seconds"] >= 60 * loop.minutes:
        return (
            f"{summary['seconds'] / 60:.1f} minutes are spent; "
            f"for more, --resume {run} --loop.minutes {2 * loop.minutes:g}"
        )
    return None


def _check_models(model: ModelConfig) -> None:
    """Look at models by name, without loading them.

    Raises:
        ValueError: there is no such model, or it cannot be what it shall be.
        ModuleNotFoundError: what adapters need is not installed.
    """
    if model.lora_rank:
        import peft  # noqa: F401
    if model.policy != "small":
        loading.check_policy(model.policy)
    if model.critic != "small":
        loading.check_critic(model.critic)


class _Run:
    """One process of a run: what is open, what is counted, and the phases in order."""

    def __init__(self, config: TrainConfig, run: Path, envs: VectorEnv) -> None:
        self.config = config
        self.run = run
        self.envs = envs
        self.device = torch.device(config.device)
        rank = distributed.rank()
        self.generator = torch.Generator(self.device).manual_seed(_own_seed(config.seed))
        # Every process clones the same batches; from then on each draws its own.
        self.rng = np.random.default_rng(config.seed)
        self.counters = Counters()
        self.iteration = 0
        self.best = (-sys.float_info.max, 0)  # JSON has no infinity
        self.buffer = ReplayBuffer(config.loop.buffer_games)
        self.earlier_seconds = 0.0
        self.began = time.monotonic()
        self.interrupted = False
        minutes = config.loop.minutes
        self.display = Display(
            config.env,
            f"{config.algo} · preset {config.preset} · seed {config.seed} · {run}",
            Budget(config.loop.iterations, None if minutes is None else 60 * minutes),
            Console(quiet=True) if rank else None,
        )
        self.learner: Learner

    def __enter__(self) -> _Run:
        self.display.__enter__()
        return self

    def __exit__(self, *exception: Any) -> None:
        self.display.__exit__(*exception)

    # ---------------------------------------------------------------- beginning

    def start(self, resumed: bool) -> None:
        """Warm-start a new run, or take up an old one where its latest checkpoint left it."""
        if resumed:
            self._restore()
            return
        source = self.config.warm_start.demonstrations
        # Read before anything is written, as it may be anything.
        recorded = (
            None if source is None else read_dataset(source, self.config.model.privileged_info)
        )
        self.run.mkdir(parents=True, exist_ok=True)
        _write_json(self.run / CONFIG_FILE, to_dict(self.config))
        self.metrics = MetricsLog(self.run / "metrics.jsonl")
        (self.run / "episodes.jsonl").touch()
        demonstrations = self._demonstrations(recorded)
        policy = self._warm_start(demonstrations)
        if distributed.rank():
            self.rng = np.random.default_rng(_own_seed(self.config.seed))
        else:
            loading.save_policy(policy, self.run / "warm_start")
        self.learner = self._make_learner(policy)
        self._evaluate("warm start")
        if not self.learner.collects:
            self._keep_demonstrations(demonstrations)
        if self.learner.has_critic and self.config.warm_start.critic_steps > 0:
            self._calibrate()
        self._checkpoint()

    def _warm_start(self, demonstrations: Sequence[Episode]) -> LanguagePolicy:
        """Make or load the policy, and let it imitate demonstrations."""
        config, model = self.config, self.config.model
        if model.policy == "small":
            if not demonstrations:
                raise ValueError(
                    f"{config.env} offers no scripted player, and the small policy's tokenizer is made from "
                    "demonstrations; name a file with --warm-start.demonstrations, or a model with --policy"
                )
            texts = [text for game in demonstrations[:2000] for text, _ in game.pieces()]
            policy = loading.small_policy(
                train_tokenizer(texts, model.vocabulary, model.split_words),
                width=model.width,
                layers=model.layers,
                heads=model.heads,
                context=model.context,
                max_new_tokens=model.max_new_tokens,
                temperature=model.temperature,
                instruction=model.instruction,
                seed=config.seed,
            )
        else:
            policy = loading.configured_policy(model.policy, config)
        policy.to(self.device)
        warm = config.warm_start
        if demonstrations and warm.epochs > 0:
            losses, on_step = self._follow("cloning")
            clone(
                policy,
                demonstrations,
                epochs=warm.epochs,
                batch_size=warm.batch_size,
                learning_rate=warm.learning_rate,
                grad_clip=warm.grad_clip,
                token_budget=warm.token_budget,
                rng=self.rng,
                reply_weight=warm.reply_weight,
                on_step=on_step,
            )
            self._log("cloning", {"cloning/loss": float(np.mean(losses[-50:]))})
        return policy

    def _demonstrations(self, recorded: list[Episode] | None) -> list[Episode]:
        """Take recorded demonstrations, or play them; none where there is neither a player nor a file."""
        warm = self.config.warm_start
        if recorded is not None:
            games = recorded
        elif warm.games > 0:
            player = scripted_player(self.config, self.config.seed, warm.skill)
            if player is None:
                return []
            self.display.phase("demonstrations", warm.games)
            seeds = game_seeds(self.config.seed, DEMONSTRATION_GAMES, warm.games)
            games = self._play(FunctionAgent(player), seeds)
        else:
            return []
        self._log_evaluation("demonstrations", games)
        return games

    def _policy_of(self, folder: str) -> LanguagePolicy:
        """Load the policy that was saved in a folder of the run, by its first process."""
        run = self.run.parent if distributed.rank() else self.run
        return loading.configured_policy(str(run / folder), self.config)

    def _make_learner(self, policy: LanguagePolicy) -> Learner:
        return make_learner(self.config, policy, self.generator, self.rng)

    def _keep_demonstrations(self, demonstrations: Sequence[Episode]) -> None:
        """Put the demonstrations where collected games would be, and on record for a resumed run."""
        if not demonstrations:
            raise ValueError(
                f"--algo {self.config.algo} learns from demonstrations, and there are none: "
                "name a file with --warm-start.demonstrations"
            )
        key = self.config.model.privileged_info
        if key is not None and not all(game.privileged for game in demonstrations):
            raise ValueError(
                f"the demonstrations do not all hold the text of info[{key!r}] for the critic to read; "
                "record them with --model.privileged-info, or leave it out"
            )
        append_episodes(self.run / DEMONSTRATIONS, demonstrations)
        self._fill_buffer(demonstrations)

    def _fill_buffer(self, episodes: Sequence[Episode]) -> None:
        """Fill an empty buffer; demonstrations that are all there is are kept whole."""
        if not self.learner.collects:
            self.buffer = ReplayBuffer(len(episodes))
        self.buffer.extend(episodes)

    def _calibrate(self) -> None:
        """Let the critic learn the returns of the policy's own games before it bootstraps.

        Its first advantages must mean something, about this policy: a demonstrator errs elsewhere. Where nothing
        is collected the demonstrations must do.
        """
        warm = self.config.warm_start
        collects = self.learner.collects
        games = self._collect(warm.critic_games) if collects else list(self.buffer)
        losses, on_step = self._follow("calibration")
        self.learner.fit_returns(games, warm.critic_steps, on_step)
        loss = distributed.average(float(np.mean(losses[-50:])))
        self._log("calibration", {"calibration/loss": loss})

    def _follow(self, phase: str) -> tuple[list[float], Callable[[int, int, float], None]]:
        """Return a callback that shows a phase of gradient steps, and the list in which it keeps their losses."""
        losses: list[float] = []

        def on_step(step: int, steps: int, loss: float) -> None:
            if step == 1:
                self.display.phase(phase, steps)
            self.display.advance(step)
            losses.append(loss)

        return losses, on_step

    # ---------------------------------------------------------------- the loop

    def loop(self) -> None:
        """Iterate until the budget is spent or Ctrl-C is pressed."""
        loop = self.config.loop
        with self._until_interrupted():
            while not self._done():
                self.iteration += 1
                collects = self.learner.collects
                fresh = self._collect(loop.games_per_iteration) if collects else []
                warming_up = self.learner.has_critic and self.iteration <= loop.warmup_iterations
                self.display.phase("update")
                update = self.learner.update(self.buffer, fresh, not warming_up)
                self.counters.gradient_steps += int(update.pop("gradient_steps"))
                drawn = distributed.total(update.pop("generated_tokens", 0))
                self.counters.generated_tokens += int(drawn)
                self._log("update", distributed.average_metrics(update))
                if self.iteration % self.config.evaluation.every == 0 and not warming_up:
                    self._evaluate(f"iteration {self.iteration}")
                if self.iteration % self.config.checkpoint_every == 0:
                    self._checkpoint()

        # Ctrl-C in the last iteration has stopped nothing.
        self.interrupted = self.interrupted and not self._is_spent()

    def _done(self) -> bool:
        # Processes stop together, or the others would wait for one that has.
        return distributed.total(self.interrupted or self._is_spent()) > 0

    def _is_spent(self) -> bool:
        """Whether nothing is left of the budget."""
        loop = self.config.loop
        out_of_time = loop.minutes is not None and self._seconds() >= 60 * loop.minutes
        return out_of_time or self.iteration >= loop.iterations

    def _collect(self, count: int) -> list[Episode]:
        """Play training games with the agent as it is now; put them into the buffer and on record.

        What is logged of them are the statistics of the sampled ones.
        """
        config = self.config
        self.display.phase("collect", count)
        group = self.learner.group
        _share(count // group, "the number of different games")
        drawn = game_seeds(config.seed, TRAINING_GAMES, count // group, self.iteration)
        distinct = drawn[distributed.rank() :: distributed.world_size()]
        seeds = [seed for seed in distinct for _ in range(group)]
        first = round(len(seeds) * config.loop.greedy_share)
        agent = self.learner.agent(self.generator)
        fresh = sampled = self._play(agent, seeds[first:])
        if first:
            greedy = self._play(self.learner.agent(self.generator, True), seeds[:first], quiet=True)
            mixed = [*greedy, *sampled]
            fresh = [mixed[i] for i in self.rng.permutation(len(mixed))]
        self.learner.on_collected(fresh)
        self.buffer.extend(fresh)
        append_episodes(self.run / "episodes.jsonl", fresh, iteration=self.iteration)
        self.counters.count_games(fresh)
        self.counters.generated_tokens += int(distributed.total(self.learner.unsaid_tokens()))
        self.display.sample(fresh[0])
        statistics = distributed.average_metrics(game_statistics(sampled or fresh))
        self._log("collect", {f"collect/{key}": value for key, value in statistics.items()})
        return fresh

    def _play(self, agent: Agent, seeds: Sequence[int], quiet: bool = False) -> list[Episode]:
        on_progress = None if quiet else self.display.advance
        return play(self.envs, agent, seeds, on_progress, self.config.model.privileged_info)

    def _evaluate(self, stage: str) -> None:
        """Play games on validation seeds; remember the best agent so far. One process does it for all."""
        if distributed.rank():
            return
        config = self.config.evaluation
        seeds = game_seeds(self.config.seed, VALIDATION_GAMES, config.games)
        self.display.phase("evaluation", len(seeds))
        agent = self.learner.agent(self._evaluation_generator(VALIDATION_GAMES), config.greedy)
        games = self._play(agent, seeds)
        self._log_evaluation(stage, games)
        score = float(np.mean([game.total_reward for game in games]))
        if score > self.best[0]:
            self.best = (score, self.iteration)
            self.learner.save_agent(self.run / "policy")

    def _evaluation_generator(self, purpose: int) -> torch.Generator:
        """Return a generator for sampling in evaluations; training's own stays where it is.

        All validations draw the same, so that they can be compared. The final games draw anew: the luck by which a
        policy was chosen would come back in an environment where every game begins alike.
        """
        (seed,) = game_seeds(self.config.seed, purpose, 1)
        return torch.Generator(self.device).manual_seed(seed)

    # ---------------------------------------------------------------- end

    def finish(self, write_report: WriteReport | None) -> None:
        """Checkpoint, evaluate the best policy on fresh games, explain some of them, have the report written."""
        config = self.config
        if self.iteration % config.evaluation.every:
            self._evaluate(f"iteration {self.iteration}")
        self._checkpoint()
        if distributed.rank():
            return
        best = load_agent(
            config,
            self.run / "policy",
            self._evaluation_generator(TEST_GAMES),
            config.evaluation.greedy,
        )
        seeds = game_seeds(config.seed, TEST_GAMES, config.evaluation.games)
        self.display.phase("evaluation", len(seeds))
        games = self._play(best, seeds)
        self._log_evaluation("final", games)
        if isinstance(self.learner, TDCritic):
            # One game of each task, so that a reader sees different ones.
            distinct = list({game.task_id or str(i): game for i, game in enumerate(games)}.values())
            _write_json(self.run / "samples.json", explain(self.learner, distinct[:4], "final"))
        _write_json(
            self.run / "summary.json",
            {
                "env": config.env,
                "algo": config.algo,
                "seed": config.seed,
                "final": game_statistics(games),
                "best_iteration": self.best[1],
                "iterations": self.iteration,
                "seconds": self._seconds(),
                "interrupted": self.interrupted,
                **asdict(self.counters),
            },
        )
        if account := spent(self.envs):
            self.display.note(f"the environment: {account}")
        if write_report is not None:
            self.display.note(f"the report is {write_report(self.run)}")

    # ---------------------------------------------------------------- records and checkpoints

    def _seconds(self) -> float:
        return self.earlier_seconds + time.monotonic() - self.began

    def _log(self, phase: str, values: dict[str, Any]) -> None:
        record = {
            "iteration": self.iteration,
            "phase": phase,
            "seconds": round(self._seconds(), 3),
            **asdict(self.counters),
            **values,
        }
        self.metrics.write(record)
        self.display.update(record)

    def _log_evaluation(self, stage: str, games: Sequence[Episode]) -> None:
        # Demonstrations are many, and a sample of them shows what they are.
        append_episodes(
            self.run / "evaluations.jsonl", games[: self.config.evaluation.games], stage=stage
        )
        values: dict[str, Any] = {
            f"evaluation/{key}": value for key, value in game_statistics(games).items()
        }
        self._log(
            "evaluation", {**values, "evaluation/games": len(games), "evaluation/stage": stage}
        )

    def _checkpoint(self) -> None:
        learner = self.learner
        folder = self.run / "checkpoints" / f"{self.iteration:06d}"
        if folder.exists():
            return
        save_checkpoint(
            folder,
            modules=learner.modules,
            optimizers=learner.optimizers,
            generators={"torch": self.generator, "numpy": self.rng},
            state={
                "iteration": self.iteration,
                "processes": distributed.world_size(),
                "seconds": self._seconds(),
                "counters": asdict(self.counters),
                "best": list(self.best),
                "lines": {
                    name: _count_lines(self.run / name)
                    for name in ("metrics.jsonl", "episodes.jsonl", "evaluations.jsonl")
                },
            },
        )
        prune_checkpoints(self.run / "checkpoints", keep=2)

    def _restore(self) -> None:
        """Bring everything back to the latest checkpoint, the files included: later lines were not part of it."""
        learner = self.learner = self._make_learner(self._policy_of("warm_start"))
        latest = latest_checkpoint(self.run / "checkpoints")
        assert latest is not None  # _open_folder has looked
        # A kill may have come when only some processes had written theirs.
        folder = latest.with_name(f"{distributed.least(int(latest.name)):06d}")
        state = load_checkpoint(
            folder,
            modules=learner.modules,
            optimizers=learner.optimizers,
            generators={"torch": self.generator, "numpy": self.rng},
        )
        processes, before = distributed.world_size(), state.get("processes", 1)
        if processes != before:
            raise ValueError(f"{self.run} is a run of {before} processes, not of {processes}")
        self.iteration = state["iteration"]
        self.earlier_seconds = state["seconds"]
        self.counters = Counters(**state["counters"])
        self.best = (state["best"][0], state["best"][1])
        for name, lines in state["lines"].items():
            truncate(self.run / name, lines)
        self.metrics = MetricsLog(self.run / "metrics.jsonl")
        self.display.resume(read_metrics(self.run / "metrics.jsonl"))
        source = "episodes.jsonl" if learner.collects else DEMONSTRATIONS
        self._fill_buffer([episode for _, episode in read_episodes(self.run / source)])
        self.display.note(f"resumed after iteration {self.iteration}")

    @contextmanager
    def _until_interrupted(self) -> Iterator[None]:
        """Let the first Ctrl-C end the loop after its iteration; the second one ends the process."""

        def on_signal(number: int, frame: FrameType | None) -> None:
            if self.interrupted:
                raise KeyboardInterrupt
            self.interrupted = True
            self.display.note("stopping after this iteration; press Ctrl-C again to stop at once")

        before = signal.signal(signal.SIGINT, on_signal)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


def _own_seed(seed: int) -> int:
    """Return a seed for what each process draws by itself."""
    rank = distributed.rank()
    return int(np.random.SeedSequence([seed, rank]).generate_state(1)[0]) if rank else seed


def scripted_player(config: TrainConfig, seed: int, skill: float) -> Any:
    """Return the environment's own scripted player, or None where it offers none.

    An environment offers one by a method ``scripted_player(seed, skill, **options)`` of ``env.unwrapped`` that
    returns a function from the observation to an action. Options that it does not know are left out: a preset
    serves many environments.
    """
    env = gymnasium.make(find_env(config.env), **json.loads(config.env_options))
    try:
        try:
            offer = env.get_wrapper_attr("scripted_player")
        except AttributeError:
            return None
        wanted = json.loads(config.warm_start.player_options)
        known = inspect.signature(offer).parameters
        options = {name: value for name, value in wanted.items() if name in known}
        return offer(seed=seed, skill=skill, **options)
    finally:
        env.close()


def _write_json(path: Path, value: Any) -> None:
    """Write beside and rename, so that a reader never sees half a file."""
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(beside, path)


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)
