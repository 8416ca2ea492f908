"""Twenty Questions about any words that the user names; a language model answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from gymnasium.vector import AutoresetMode

from llm_gym.core.env import TextEnv
from llm_gym.core.game import at_least_one
from llm_gym.core.tasks import Task, TaskSet, assign_splits
from llm_gym.core.text import single_line
from llm_gym.core.vector import TextVectorEnv
from llm_gym.games.questions import OPENING, Rules
from llm_gym.games.twenty_questions.game import ObjectGame, winning_keys
from llm_gym.games.twenty_questions.guesses import name_key, read_guess
from llm_gym.oracles import OracleSpec
from llm_gym.subjects.objects import HiddenObject

_NAME_LIMIT = 100


class TwentyQuestionsOpen(ObjectGame):
    """Twenty Questions about words of one's own; see ``TwentyQuestionsOpenEnv``.

    Args:
        objects: the words, or the path of a file with one per line.
        rules: ``"strict"`` or ``"paper"``.
        opening: the text that the transcript begins with.

    Raises:
        ValueError: there are no words, or a word is none or cannot be won; another value for
            ``rules``, or a blank opening.
    """

    name: ClassVar[str] = "twenty_questions_open"

    def __init__(
        self, objects: Sequence[str] | str | None, rules: Rules = "strict", opening: str = OPENING
    ) -> None:
        things = [_read_object(entry) for entry in _entries(objects)]
        ids = [thing.name for thing in things]
        if len(set(ids)) != len(ids):
            twice = next(name for name in ids if ids.count(name) > 1)
            raise ValueError(f"the object {twice!r} is named twice")
        tenth = len(things) // 10
        split_of = assign_splits(ids, valid=tenth, test=tenth)
        splits = ("train", "valid", "test") if tenth else ("train",)
        tasks = {
            split: [Task(each.name, split, each) for each in things if split_of[each.name] == split]
            for split in splits
        }
        guessable = frozenset[str]().union(*map(winning_keys, things))
        super().__init__(TaskSet(tasks), guessable, rules, opening)
        self._written = frozenset(name_key(name) for thing in things for name in thing.variants)
        if rules == "strict":
            for thing in things:
                self._check(thing)

    def winners(self, thing: HiddenObject) -> frozenset[str]:
        """Return the keys that win ``thing``: a name that is another's to the letter is not one."""
        return winning_keys(thing) - self._written | set(map(name_key, thing.variants))

    def _check(self, thing: HiddenObject) -> None:
        """Refuse an object that no question could win.

        Raises:
            ValueError: there is none for one of its names.
        """
        for name in thing.variants:
            guess = read_guess(f"Is it {name}?", self._guessable)
            if guess is None or guess.key not in self.winners(thing):
                raise ValueError(
                    f"the object {name!r} cannot be won: no question that names it is understood "
                    "as a guess; write it in plain words"
                )


def _entries(objects: Sequence[str] | str | None) -> list[str]:
    """Return the entries of a list, or of a file: a line each, but for blank ones and comments."""
    if isinstance(objects, str):
        try:
            lines = Path(objects).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"the objects' file {objects!r} cannot be read: {error}") from error
        objects = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not objects:
        raise ValueError(
            "TwentyQuestionsOpen needs the words to hide: "
            'objects=["Eiffel Tower", "sofa;couch"], or a file with one per line'
        )
    return list(objects)


def _read_object(entry: str) -> HiddenObject:
    """Read "name" or "name;variant;..."."""
    if not isinstance(entry, str):
        raise ValueError(f"an object is a word or a few, not {entry!r}")
    names = [single_line(name, _NAME_LIMIT) for name in entry.split(";")]
    if not all(map(name_key, names)):
        raise ValueError(
            f"an object needs letters or digits in each of its names, unlike {entry!r}"
        )
    return HiddenObject(names[0], "", tuple(name.lower() for name in names))


def _check_oracle(oracle: OracleSpec | None) -> OracleSpec:
    """Return ``oracle``, if it can know any word at all."""
    kind = oracle if isinstance(oracle, str) or oracle is None else oracle.get("kind")
    if oracle is None or kind == "knowledge":
        raise ValueError(
            "TwentyQuestionsOpen needs a language model as its oracle, since its objects are any "
            'words: oracle={"kind": "openai", "model": ...} or '
            '{"kind": "transformers", "model": ...}'
        )
    return oracle


class TwentyQuestionsOpenEnv(TextEnv):
    """Find a hidden object, one of any words that the maker names, with at most twenty questions.

    ## Description
    Twenty Questions as in `llm_gym/TwentyQuestions-v0`, with hidden objects of one's own. Nothing
    is known about them beforehand, so a language model has to answer.

    ## Action Space
    `FreeText(256)`: the question, as in `llm_gym/TwentyQuestions-v0`.

    ## Observation Space
    `FreeText`: the transcript, as in `llm_gym/TwentyQuestions-v0`: "Questions:", then one line per
    turn, question and answer.

    ## Starting State
    "Questions:" and a newline. The object is drawn uniformly from the split, or chosen by
    `reset(options={"split": ..., "index": ...})`. A tenth of the objects, by a hash of their names,
    is for validation, another for the test; fewer than ten are all for training.

    ## Rewards
    - 0 for the question that wins;
    - -1 for every other question, empty and invalid ones included.

    ## Episode End
    Termination: the object is named, or twenty questions are asked. There is no truncation.

    ## Information
    As in `llm_gym/TwentyQuestions-v0`; `oracle_raw` is what the language model said.

    ## Arguments
    - `objects`: a list (`["Eiffel Tower", "sofa;couch"]`; names behind a semicolon win as well), or
      the path of a file with one object per line; lines that begin with `#` are comments.
    - `oracle`: who answers, see `llm_gym.oracles`; a language model.
    - `rules="strict"`: `"strict"` or `"paper"`, as in `llm_gym/TwentyQuestions-v0`; under the
      latter an object of several words cannot be won.
    - `split=None`: the split that objects are drawn from where `reset` names none.
    - `opening="Questions:"`: the text that the transcript begins with, such as that of another paper; what a policy makes
      of words that it was not trained on is a test of it.

    ## Version History
    * v0: first version.
    """

    def __init__(
        self,
        objects: Sequence[str] | str | None = None,
        rules: Rules = "strict",
        oracle: OracleSpec | None = None,
        split: str | None = None,
        opening: str = OPENING,
        render_mode: str | None = None,
    ) -> None:
        oracle = _check_oracle(oracle)
        game = TwentyQuestionsOpen(objects, rules, opening)
        super().__init__(game, oracle, split=split, render_mode=render_mode)


class TwentyQuestionsOpenVectorEnv(TextVectorEnv):
    """Many games of Twenty Questions about words of one's own, one call of the oracle per step.

    Args:
        num_envs: the number of games.
        objects: as in :class:`TwentyQuestionsOpenEnv`.
        rules: as in :class:`TwentyQuestionsOpenEnv`.
        oracle: as in :class:`TwentyQuestionsOpenEnv`.
        split: as in :class:`TwentyQuestionsOpenEnv`.
        opening: as in :class:`TwentyQuestionsOpenEnv`.
        autoreset_mode: as in :class:`~llm_gym.core.vector.TextVectorEnv`.
        max_episode_steps: as in :class:`~llm_gym.core.vector.TextVectorEnv`.
        render_mode: ``"ansi"``, ``"rgb_array"`` or None.
    """

    def __init__(
        self,
        num_envs: int = 1,
        objects: Sequence[str] | str | None = None,
        rules: Rules = "strict",
        oracle: OracleSpec | None = None,
        split: str | None = None,
        opening: str = OPENING,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        oracle = _check_oracle(oracle)
        super().__init__(
            [
                TwentyQuestionsOpen(objects, rules, opening)
                for _ in range(at_least_one("number of games", num_envs))
            ],
            oracle,
            split=split,
            autoreset_mode=autoreset_mode,
            max_episode_steps=max_episode_steps,
            render_mode=render_mode,
        )
