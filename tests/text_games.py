"""Small games and oracles that the tests play with."""

from typing import Any, ClassVar

import gymnasium

from llm_gym import Game, Query, Task, TaskSet, TextEnv, TextVectorEnv, Turn

# Two to four bytes in UTF-8, a combining mark, and a lone surrogate, which has no UTF-8 form.
EXOTIC = "é ß 漢字 🦜 👩‍💻 e\u0301 \ud800"


class EchoGame(Game):
    """Says the task, then what the oracle makes of each action; ends on "stop" or after 3 turns."""

    name: ClassVar[str] = "echo"
    turn_limit = 3
    action_limit = 40
    observation_limit = 200

    def __init__(self) -> None:
        self.tasks = TaskSet(
            {
                "train": [Task(f"train {i} {EXOTIC}", "train", i) for i in range(5)],
                "test": [Task(f"test {i}", "test", i) for i in range(3)],
            }
        )

    def begin(self, task: Task) -> Turn:
        self.task, self.text, self.turns, self.said = task, f"{task.id}\n", 0, ""
        return Turn(self.text, self.text, info={"length": 0, "weight": 0.0})

    def ask(self, action: str) -> Query | None:
        self.said = action[: self.action_limit]
        return Query(self.task.id, self.said) if self.said else None

    def answer(self, reply: str | None) -> Turn:
        delta = f" {reply}\n"
        self.text = (self.text + self.said + delta)[-self.observation_limit :]
        self.turns += 1
        stopped = self.said == "stop"
        return Turn(
            delta=delta,
            observation=self.text,
            reward=len(self.said) / 4,
            terminated=stopped or self.turns == self.turn_limit,
            success=stopped,
            invalid_action=reply is None,
            info={"length": len(self.text), "weight": self.turns / 2},
        )


class EchoOracle:
    """Gives the question back, reversed and decorated; counts its calls."""

    def __init__(self, game: str) -> None:
        self.calls: list[int] = []

    def answer(self, subjects: list[str], questions: list[str]) -> list[str]:
        self.calls.append(len(questions))
        return [question[::-1] + EXOTIC[-3:] for question in questions]


class EchoEnv(TextEnv):
    def __init__(self, split: str | None = None, render_mode: str | None = None) -> None:
        super().__init__(EchoGame(), "text_games:EchoOracle", split=split, render_mode=render_mode)


class EchoVectorEnv(TextVectorEnv):
    def __init__(self, num_envs: int = 1, **kwargs: Any) -> None:
        games = [EchoGame() for _ in range(num_envs)]
        super().__init__(games, "text_games:EchoOracle", **kwargs)


class NameOracle:
    """Knows of every subject its name alone: yes where the question contains it, else no."""

    def __init__(self, game: str) -> None:
        pass

    def answer(self, subjects: list[str], questions: list[str]) -> list[str]:
        return [
            "Yes." if subject in question.lower() else "No."
            for subject, question in zip(subjects, questions, strict=True)
        ]


if "text_games/Echo-v0" not in gymnasium.registry:
    gymnasium.register(
        "text_games/Echo-v0",
        entry_point="text_games:EchoEnv",
        vector_entry_point="text_games:EchoVectorEnv",
    )
