"""A game of one's own, from which single and vector environment follow: find a number from 1 to 100.

In this folder::

    llm-gym check higher_or_lower:mine/HigherOrLower-v0
    llm-gym play higher_or_lower:mine/HigherOrLower-v0

An oracle is asked where ``ask`` returns a ``Query``; here the rules know the answers themselves.
"""

import gymnasium

from llm_gym import Game, Query, Task, TaskSet, TextEnv, Turn, single_line


class HigherOrLower(Game):
    """Find a number from 1 to 100 in seven guesses."""

    name, turn_limit, action_limit, observation_limit = "higher_or_lower", 7, 10, 300

    def __init__(self) -> None:
        numbers = {"train": range(1, 81), "test": range(81, 101)}
        self.tasks = TaskSet(
            {split: [Task(str(n), split, n) for n in numbers[split]] for split in numbers}
        )

    def begin(self, task: Task) -> Turn:
        """Hide the number that the task names."""
        self.number, self.text, self.turns = task.payload, "Guess a number from 1 to 100.\n", 0
        return Turn(self.text, self.text)

    def ask(self, action: str) -> Query | None:
        """Ask nobody: the rules know the answer themselves."""
        self.guess = single_line(action, self.action_limit)
        return None

    def answer(self, reply: str | None) -> Turn:
        """Compare the guess with the number; each costs 1, but the right one."""
        valid = self.guess.isdecimal() and self.guess.isascii()
        if not valid:
            word = "what?"
        elif int(self.guess) == self.number:
            word = "yes"
        else:
            word = "higher" if int(self.guess) < self.number else "lower"
        won, delta = word == "yes", f" {word}\n"
        self.text, self.turns = self.text + self.guess + delta, self.turns + 1
        return Turn(
            delta,
            self.text,
            reward=-float(not won),
            terminated=won or self.turns == self.turn_limit,
            success=won,
            invalid_action=not valid,
        )


class HigherOrLowerEnv(TextEnv):
    """The game as an environment."""

    def __init__(self, split: str | None = None, render_mode: str | None = None) -> None:
        super().__init__(HigherOrLower(), split=split, render_mode=render_mode)


gymnasium.register("mine/HigherOrLower-v0", entry_point=HigherOrLowerEnv)
