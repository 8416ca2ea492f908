"""OpenEnv: any environment of the suite as a server, and any OpenEnv server as a Gymnasium environment.

    llm-gym serve-env llm_gym/TwentyQuestions-v0 --port 8000

    import gymnasium
    env = gymnasium.make("llm_gym.bridges.openenv:llm_gym/OpenEnv-v0", url="http://127.0.0.1:8000")

A session plays the same games as the environment itself. Tasks are named by split and index; what
they hide is on no route.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import gymnasium
from openenv.core import GenericEnvClient
from openenv.core.env_server import Action, Environment, Observation, State, create_app
from starlette.responses import JSONResponse

from llm_gym.bridges.dialogue import Dialogue
from llm_gym.core.game import at_least_one
from llm_gym.core.session import read_options, whole_seed
from llm_gym.core.spaces import FreeText

_LIMIT = 1 << 20  # characters of a text from a server that does not say how long it may be


class TextAction(Action):  # type: ignore[misc]
    """What the player writes.

    Attributes:
        text: the action.
    """

    text: str


class TextObservation(Observation):  # type: ignore[misc]
    """What a game shows its player; ``done`` and ``reward`` are OpenEnv's own.

    Attributes:
        text: the environment's observation.
        delta: what is new in it.
        success: the task is solved.
        invalid_action: the action was no legal move.
        turn: how many turns were played.
        terminated: the game ended by its own rules.
        truncated: the game was cut off by the server's limit.
        total: what the game would come to if it went no further: the sum of the rewards, less what
            unplayed turns cost where it has not ended by its own rules. So a session that is left,
            or never played, is worth no more than a lost one.
    """

    text: str
    delta: str
    success: bool = False
    invalid_action: bool = False
    turn: int = 0
    terminated: bool = False
    truncated: bool = False
    total: float = 0.0


class TextState(State):  # type: ignore[misc]
    """What may be known about a session beside its observations.

    Attributes:
        instructions: what the game is and what an action looks like.
        turn_limit: after how many turns it ends by its rules.
    """

    instructions: str = ""
    turn_limit: int = 0


def environment_class(
    env_id: str, *, max_turns: int | None = None, **kwargs: Any
) -> type[Environment]:
    """Return an OpenEnv environment class that plays ``env_id``, with the routes of its tasks.

    Args:
        env_id: the environment.
        max_turns: cut a game off after so many turns; None for no limit but its own.
        kwargs: the environment's arguments.

    Raises:
        ValueError: an argument is wrong.
    """
    Dialogue(env_id, max_turns=max_turns, **kwargs).close()  # says so now, not in every session

    class TextEnvironment(Environment[TextAction, TextObservation, TextState]):  # type: ignore[misc]
        """One session: one game after another."""

        SUPPORTS_CONCURRENT_SESSIONS = True

        def __init__(self) -> None:
            super().__init__()
            self._dialogue = Dialogue(env_id, max_turns=max_turns, **kwargs)
            self._episode = ""

        def reset(
            self,
            seed: int | None = None,
            episode_id: str | None = None,
            split: str | None = None,
            index: int | None = None,
            **others: Any,
        ) -> TextObservation:
            """Start a game: on the task that split and index name, or on a drawn one."""
            read_options(others, None)  # a misspelt name is not to play another task in silence
            text = self._dialogue.begin(split, index, seed)
            self._episode = episode_id or uuid.uuid4().hex
            total = self._dialogue.outcome.total
            return TextObservation(text=text, delta=text, reward=0.0, total=total)

        def step(
            self, action: TextAction, timeout_s: float | None = None, **_: Any
        ) -> TextObservation:
            """Take a turn."""
            dialogue = self._dialogue
            if dialogue.over:
                raise ValueError("no game is being played: reset the session first")
            before = dialogue.outcome
            played = dialogue.take(action.text)
            outcome = dialogue.outcome
            return TextObservation(
                text=played.observation,
                delta=played.delta,
                reward=played.reward,
                done=dialogue.over,
                success=outcome.success,
                invalid_action=outcome.invalid_actions > before.invalid_actions,
                turn=outcome.turns,
                terminated=dialogue.over and outcome.ending == "terminated",
                truncated=dialogue.over and outcome.ending == "truncated",
                total=outcome.total,
            )

        @property
        def state(self) -> TextState:
            """What may be known about the session."""
            return TextState(
                episode_id=self._episode,
                step_count=self._dialogue.outcome.turns,
                instructions=self._dialogue.instructions,
                turn_limit=self._dialogue.env.game.turn_limit,
            )

        def close(self) -> None:
            """Free the game."""
            self._dialogue.close()

        def list_splits(self) -> list[str]:
            """Return the names of the splits."""
            return list(self._dialogue.env.game.tasks.names)

        def num_tasks(self, split: str) -> int:
            """Return how many tasks a split has."""
            return len(self._dialogue.env.game.tasks.select(split))

        def list_tasks(self, split: str) -> list[dict[str, Any]]:
            """Return the tasks of a split: numbers, since names would tell what is hidden."""
            return self.get_task_range(split)

        def get_task(self, split: str, index: int) -> dict[str, Any]:
            """Return one task.

            Raises:
                IndexError: there is no such task.
            """
            if not 0 <= index < self.num_tasks(split):
                raise IndexError(f"split {split!r} has {self.num_tasks(split)} tasks, not {index}")
            return {"id": f"{split}-{index}", "split": split, "index": index}

        def get_task_range(
            self, split: str, start: int | None = None, stop: int | None = None
        ) -> list[dict[str, Any]]:
            """Return the tasks of a slice."""
            numbers = range(self.num_tasks(split))[start:stop]
            return [self.get_task(split, index) for index in numbers]

    return TextEnvironment


def make_app(
    env_id: str, *, sessions: int = 64, max_turns: int | None = None, **kwargs: Any
) -> Any:
    """Return the server's application (FastAPI), for uvicorn or a container.

    Args:
        env_id: the environment.
        sessions: how many sessions at once.
        max_turns: cut a game off after so many turns; None for no limit but its own.
        kwargs: the environment's arguments.

    Raises:
        ValueError: an argument is wrong.
    """
    at_least_one("sessions", sessions)
    made = environment_class(env_id, max_turns=max_turns, **kwargs)
    app = create_app(
        made,
        TextAction,
        TextObservation,
        env_name=env_id.rpartition("/")[2],
        max_concurrent_envs=sessions,
        state_cls=TextState,
    )
    # A split or a task that there is not is the client's mistake, no failure of the server.
    app.add_exception_handler(
        ValueError, lambda _, error: JSONResponse({"detail": str(error)}, status_code=400)
    )
    return app


def serve(
    env_id: str,
    host: str,
    port: int,
    *,
    sessions: int = 64,
    max_turns: int | None = None,
    ready: Callable[[str], None] = lambda url: None,
    **kwargs: Any,
) -> None:
    """Serve an environment until Ctrl-C.

    Args:
        env_id: the environment.
        host: the address to listen at.
        port: the port; 0 for any that is free.
        sessions: how many sessions at once.
        max_turns: cut a game off after so many turns.
        ready: called with the server's address once it listens.
        kwargs: the environment's arguments.

    Raises:
        OSError: the address cannot be used.
        ValueError: an argument is wrong.
    """
    import socket

    import uvicorn

    app = make_app(env_id, sessions=sessions, max_turns=max_turns, **kwargs)
    with socket.create_server((host, port)) as listening:
        address, bound = listening.getsockname()[:2]
        ready(f"http://{address}:{bound}")
        # Sessions that are open do not keep Ctrl-C waiting.
        config = uvicorn.Config(app, log_level="warning", ws="auto", timeout_graceful_shutdown=2)
        uvicorn.Server(config).run(sockets=[listening])


class OpenEnvClient(gymnasium.Env[str, str]):
    """A session at any OpenEnv server as a text environment.

    A copy or a pickle is an environment at the same server with a session of its own, to be reset
    first.

    Args:
        url: the server's address, ``http://127.0.0.1:8000``.
        action_key: the field of its actions that takes the text.
        observation_key: the field of its observations that holds the text; where an observation has
            no such field, all of it is shown as JSON.
        max_length: the longest text, in characters.

    Attributes:
        instructions: what the server's state says under this name; empty where it says nothing.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012

    def __init__(
        self,
        url: str,
        action_key: str = "text",
        observation_key: str = "text",
        max_length: int = _LIMIT,
    ) -> None:
        self.observation_space = FreeText(max_length)
        self.action_space = FreeText(max_length)
        self._url = url
        self._keys = action_key, observation_key
        self._client: Any = None

    @property
    def instructions(self) -> str:
        """What the server's state says under this name."""
        return str(self._connected().state().get("instructions", ""))

    def _connected(self) -> Any:
        """Return the client; the session begins when it is first asked for, in whatever process."""
        if self._client is None:
            self._client = GenericEnvClient(base_url=self._url).sync()
            self._client.connect()
        return self._client

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """Start an episode; ``options`` are ``split`` and ``index``, as in this suite."""
        super().reset(seed=whole_seed(seed))
        split, index = read_options(options, None)
        asked = {"seed": whole_seed(seed), "split": split, "index": whole_seed(index)}
        result = self._connected().reset(
            **{key: value for key, value in asked.items() if value is not None}
        )
        return self._read(result)[0], self._read(result)[1]

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Take one turn at the server; a ``done`` without ``truncated`` is a termination."""
        result = self._connected().step({self._keys[0]: action})
        text, info = self._read(result)
        truncated = bool(result.done and info.get("truncated", False))
        terminated = bool(result.done) and not truncated
        return text, float(result.reward or 0.0), terminated, truncated, info

    def _read(self, result: Any) -> tuple[str, dict[str, Any]]:
        observation: Mapping[str, Any] = result.observation
        text = observation.get(self._keys[1])
        if not isinstance(text, str):
            text = json.dumps(observation, sort_keys=True)
        rest = {key: value for key, value in observation.items() if key != self._keys[1]}
        return text, rest

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_client": None}

    def close(self) -> None:
        """End the session."""
        if self._client is not None:
            self._client.close()
            self._client = None


if "llm_gym/OpenEnv-v0" not in gymnasium.registry:
    gymnasium.register("llm_gym/OpenEnv-v0", entry_point="llm_gym.bridges.openenv:OpenEnvClient")
