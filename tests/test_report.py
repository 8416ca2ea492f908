"""The page about a run: what it says, what it leaves out, and what it never lets through."""

import json
import re
import shlex
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from archer_agent.episodes.replay import Episode, Turn, append_episodes
from archer_agent.reports.report import write_report
from archer_agent.runs.records import MetricsLog
from archer_agent.settings import parse_train_arguments
from archer_agent.statistics import interquartile_mean, mean_interval

VOID = {"meta", "br", "use", "path", "rect", "line", "circle"}
HOSTILE = '<script>alert("x")</script><img src=http://evil.example/ onerror=go()>{{ 7*7 }}&amp;'


class Page(HTMLParser):
    """Collects a page's text and elements, and checks that tags close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.words.append(data)

    @property
    def tags(self) -> list[str]:
        return [tag for tag, _ in self.elements]

    @property
    def text(self) -> str:
        plain = {ord("\N{MINUS SIGN}"): "-", ord("\N{MULTIPLICATION SIGN}"): "x"}
        return " ".join(" ".join(self.words).split()).translate(plain)


def _read(run: Path) -> Page:
    return Page(write_report(run).read_text(encoding="utf-8"))


def _game(value: int, task: str = "Pen", action: str = "Is it alive?") -> Episode:
    """A game of one turn with this return, solved when it is better than -15."""
    return Episode("", [Turn(action, "No.", float(value))], True, value > -15, task)


def _evaluate(run: Path, log: MetricsLog, stage: str, iteration: int, returns: list[int]) -> None:
    games = [_game(value) for value in returns]
    append_episodes(run / "evaluations.jsonl", games, stage=stage)
    metrics = {
        "return_mean": float(np.mean(returns)),
        "return_std": float(np.std(returns)),
        "success": float(np.mean([game.success for game in games])),
        "games": len(games),
        "stage": stage,
    }
    record = _counts(iteration, "evaluation")
    log.write({**record, **{f"evaluation/{key}": value for key, value in metrics.items()}})


def _counts(iteration: int, phase: str) -> dict[str, Any]:
    return {
        "iteration": iteration,
        "phase": phase,
        "seconds": 60.0 + 30.0 * iteration,
        "games": 1000 * iteration,
        "turns": 15000 * iteration,
        "tokens": 33000 * iteration,
        "generated_tokens": 99000 * iteration,
        "gradient_steps": 54 * iteration,
    }


def _sample(text: str) -> dict[str, Any]:
    alternatives = [
        {"text": "Is it a tool?", "q": -4.0, "advantage": 1.5},
        {"text": "Is it a tool?", "q": -4.0, "advantage": 1.5},
        {"text": "Is it big?", "q": -9.0, "advantage": -1.25},
    ]
    turn = {"action": text, "reply": text, "reward": -1.0, "q": -6.5, "v": -6.0, "advantage": -0.5}
    turns = [{**turn, "alternatives": alternatives}]
    return {"stage": "final", "task_id": text, "success": True, "return": -1.0, "turns": turns}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a run of three iterations that went well."""
    run = tmp_path / "run 1"
    run.mkdir()
    settings = {"env": "Toy-v0", "preset": "tiny", "seed": 7, "archer": {"tau": 0.1, "kl": None}}
    (run / "config.json").write_text(json.dumps(settings))
    with MetricsLog(run / "metrics.jsonl") as log:
        _evaluate(run, log, "demonstrations", 0, [-10, -12])
        _evaluate(run, log, "warm start", 0, [-20, -16, -14, -10] * 8)
        for iteration in (1, 2, 3):
            append_episodes(
                run / "episodes.jsonl", [_game(-9, f"T{iteration}")], iteration=iteration
            )
            collect = {"collect/return_mean": -9.0, "collect/return_std": 2.0}
            log.write({**_counts(iteration, "collect"), **collect, "collect/invalid": 0.25})
            update = {"critic/q_explained_variance": 0.5, "critic/v_explained_variance": 0.25}
            log.write({**_counts(iteration, "update"), **update, "actor/entropy": 2.0})
        _evaluate(run, log, "final", 3, [-4, -2] * 16)
    (run / "samples.json").write_text(json.dumps([_sample("Is it a pen?")]))
    (run / "summary.json").write_text(json.dumps({"best": "iteration 3"}))
    return run


def test_a_finished_run_is_told_in_full(run: Path) -> None:
    page = _read(run)
    low, high = mean_interval([-4, -2] * 16)[1:]
    for expected in (
        "Toy-v0",
        "preset tiny",
        "seed 7",
        "-15.00",
        "-3.00",
        f"{low:.2f} to {high:.2f}",
        "+12.00",
        "50 % of 32 games solved",
        "100 % of 32 games solved",
        "The intervals lie apart: the policy got better.",
        "demonstrators' return -11.00",
        "games 3,000",
        "turns 45,000",
        "generated tokens 297,000",
        "gradient steps 162",
        "wall clock 2:30",
        "archer.tau 0.1",
        "archer.kl null",
        "best iteration 3",
        "archer-train --env Toy-v0 --preset tiny --seed 7",
        f"archer-report '{run}'",
    ):
        assert expected in page.text
    # Curve and histograms, wide and narrow, and charts of explained variance, entropy and invalid utterances.
    assert page.tags.count("svg") == 7
    assert "has not finished" not in page.text
    assert sorted(path.name for path in run.iterdir() if "report" in path.name) == ["report.html"]


def test_the_credit_of_an_utterance_stands_beside_what_was_considered(run: Path) -> None:
    page = _read(run)
    assert "advantage -0.50 Q -6.50 · V -6.00 reward -1.0" in page.text
    considered = re.search(r"Q -4.00 (.*) Q -6.50 (.*) Q -9.00 (.*?) Health", page.text)
    assert considered is not None, "best first"
    assert considered.group(1) == "Is it a tool? x2"
    assert "Is it a pen?" in considered.group(2)
    bars = [a for tag, a in page.elements if a.get("class") in ("gain-bar", "loss-bar")]
    # The utterance said, then the three considered: half the bar is the scale's 1.5.
    assert [(bar["class"], bar["style"]) for bar in bars] == [
        ("loss-bar", "width: 16.7%"),
        ("gain-bar", "width: 50.0%"),
        ("loss-bar", "width: 16.7%"),
        ("loss-bar", "width: 41.7%"),
    ]


def test_the_page_is_one_file_without_script_or_anything_remote(run: Path) -> None:
    page = _read(run)
    assert not {"script", "img", "iframe", "object", "link", "base", "form"} & set(page.tags)
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")]
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
    source = (run / "report.html").read_text(encoding="utf-8")
    assert "@import" not in source
    assert set(re.findall(r"url\((.)", source)) <= {"#"}
    # Drawings have no colours but the page's, which fit both schemes.
    assert "#0001" not in source
    drawings = "".join(re.findall(r"<svg.*?</svg>", source, re.S))
    assert set(re.findall(r"#[0-9a-f]{6}\b", drawings)) == set()


def test_what_a_game_says_stays_text(run: Path) -> None:
    expected = _read(run)
    (run / "samples.json").write_text(json.dumps([_sample(HOSTILE + "\ud800")]))
    page = _read(run)
    assert page.tags == expected.tags
    assert page.text.count('<script>alert("x")</script>') == 4
    assert "{{ 7*7 }}&amp;?" in page.text


def test_what_settings_and_transcripts_say_stays_text(run: Path) -> None:
    (run / "samples.json").unlink()
    settings = {"env": HOSTILE, "preset": HOSTILE, HOSTILE: HOSTILE}
    (run / "config.json").write_text(json.dumps(settings))
    append_episodes(run / "episodes.jsonl", [_game(-1, HOSTILE, HOSTILE)], iteration=4)
    with MetricsLog(run / "metrics.jsonl") as log:
        _evaluate(run, log, HOSTILE, 3, [-1, -2])
    page = _read(run)
    assert not {"script", "img"} & set(page.tags)
    assert page.text.count('<script>alert("x")</script>') >= 6


def test_an_interrupted_run_shows_what_there_is(run: Path) -> None:
    for name in ("samples.json", "summary.json"):
        (run / name).unlink()
    lines = (run / "metrics.jsonl").read_bytes().splitlines(keepends=True)
    (run / "metrics.jsonl").write_bytes(b"".join(lines[:-1]) + lines[-1][:40])
    for name in ("episodes.jsonl", "evaluations.jsonl"):
        whole = (run / name).read_bytes()
        (run / name).write_bytes(whole[:-20])
    page = _read(run)
    assert "This run has not finished." in page.text
    assert "Not evaluated yet." in page.text
    assert "No sample games with the critic's values were written." in page.text
    assert "T2 training, iteration 2" in page.text
    assert "T3" not in page.text, "the torn game is left out"
    assert "-15.00" in page.text
    assert "-3.00" not in page.text


def test_an_evaluation_underway_stands_for_the_end_that_is_missing(run: Path) -> None:
    lines = (run / "metrics.jsonl").read_text().splitlines(keepends=True)[:-1]
    (run / "metrics.jsonl").write_text("".join(lines))
    with MetricsLog(run / "metrics.jsonl") as log:
        _evaluate(run, log, "iteration 3", 3, [-20, -16, -14, -11] * 8)
    page = _read(run)
    assert "after: iteration 3" in page.text
    assert "The intervals overlap: the difference may be chance." in page.text


@pytest.mark.parametrize("kept", [[], ["metrics.jsonl"], ["evaluations.jsonl"], ["samples.json"]])
def test_a_run_of_little_more_than_settings_has_a_page(run: Path, kept: list[str]) -> None:
    for path in run.iterdir():
        if path.name not in ("config.json", *kept):
            path.unlink()
    page = _read(run)
    assert "Toy-v0" in page.text
    assert ("No updates yet." in page.text) == ("metrics.jsonl" not in kept)
    assert ("No games yet." in page.text) == ("samples.json" not in kept)


def test_means_without_their_games_have_no_interval(run: Path) -> None:
    (run / "evaluations.jsonl").unlink()
    page = _read(run)
    assert "+12.00" in page.text
    assert "(95 % interval)" not in page.text
    assert "no telling how much of this is chance" in page.text


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path, run: Path) -> None:
    with pytest.raises(ValueError, match=r"no run folder: it has no config\.json"):
        write_report(tmp_path)
    (run / "samples.json").write_text("[{")
    with pytest.raises(ValueError, match=r"samples\.json is damaged"):
        write_report(run)


def test_the_same_run_gives_the_same_page(run: Path) -> None:
    first = write_report(run).read_bytes()
    assert write_report(run).read_bytes() == first


# ---------------------------------------------------------------- statistics


def test_the_interval_of_a_mean_is_that_of_the_normal_law() -> None:
    sample = np.random.default_rng(1).normal(-8.0, 4.0, size=400)
    mean, low, high = mean_interval(list(sample))
    half = 1.96 * sample.std() / 20.0
    assert mean == pytest.approx(sample.mean())
    assert (low, high) == pytest.approx((mean - half, mean + half), abs=0.05)
    narrower = mean_interval(list(sample), level=0.5)
    assert low < narrower[1] < mean < narrower[2] < high
    assert mean_interval([3.0]) == (3.0, 3.0, 3.0)
    with pytest.raises(ValueError, match="no values"):
        mean_interval([])


def test_the_interquartile_mean_leaves_out_a_quarter_at_either_end() -> None:
    assert interquartile_mean([1000.0, 1.0, 2.0, 4.0, -1000.0, 3.0, 5.0, 6.0]) == 3.5
    assert interquartile_mean([1.0, 2.0, 6.0]) == 3.0
    with pytest.raises(ValueError, match="no values"):
        interquartile_mean([])


# ---------------------------------------------------------------- which policy, and what it is compared with


def _on_same_games(
    run: Path, log: MetricsLog, stage: str, iteration: int, returns: list[int]
) -> None:
    games = [_game(value) for value in returns]
    for seed, game in enumerate(games):
        game.seed = seed
    append_episodes(run / "evaluations.jsonl", games, stage=stage)
    metrics = {"return_mean": float(np.mean(returns)), "success": 0.5, "games": len(games)}
    values = {f"evaluation/{key}": value for key, value in metrics.items()}
    log.write({**_counts(iteration, "evaluation"), **values, "evaluation/stage": stage})


def test_a_run_that_learned_nothing_says_so(run: Path) -> None:
    (run / "summary.json").write_text(json.dumps({"best_iteration": 0, "interrupted": False}))
    page = _read(run)
    assert "The best policy is the warm start." in page.text
    assert "nothing that was learned is in it" in page.text
    assert "Before and after are one policy" in page.text and "+0.00" in page.text
    assert "got better" not in page.text


def test_before_and_after_are_compared_game_by_game(run: Path) -> None:
    lines = (run / "metrics.jsonl").read_text().splitlines(keepends=True)[:-1]
    (run / "metrics.jsonl").write_text("".join(lines))
    kept = (run / "evaluations.jsonl").read_text().splitlines(keepends=True)[:-32]
    (run / "evaluations.jsonl").write_text("".join(kept))
    before = [-20, -12, -8, -2] * 8
    with MetricsLog(run / "metrics.jsonl") as log:
        _on_same_games(run, log, "before", 3, before)
        # Far less than the spread of games, and yet no chance: each game went better.
        _on_same_games(run, log, "final", 3, [value + 1 for value in before])
    (run / "summary.json").write_text(json.dumps({"best_iteration": 2, "interrupted": False}))
    page = _read(run)
    assert "The best policy on validation is that of iteration 2 of 3" in page.text
    assert "On the same games: the policy got better (difference +1.00 to +1.00" in page.text
    assert "-10.50" in page.text and "-9.50" in page.text


def test_demonstrations_count_whole_where_a_sample_was_kept(run: Path) -> None:
    records = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    records[0] |= {"evaluation/games": 12_000, "evaluation/return_mean": -7.25}
    (run / "metrics.jsonl").write_text("".join(json.dumps(each) + "\n" for each in records))
    assert "demonstrators' return -7.25" in _read(run).text


def test_the_command_repeats_the_settings_that_are_not_the_presets(run: Path) -> None:
    settings = {"env": "Toy-v0", "preset": "tiny", "seed": 7, "algo": "ppo"}
    settings |= {
        "ppo": {"kl": 0.5, "whiten": True},
        "archer": {"kl": 9.0},
        "loop": {"minutes": None},
    }
    settings |= {"model": {"split_words": True, "width": 64}, "track": ["wandb"]}
    (run / "config.json").write_text(json.dumps(settings))
    change = {"iteration": 2, "changed": {"--ppo.kl": [0.1, 0.5]}}
    (run / "changes.jsonl").write_text(json.dumps(change) + "\n")
    page = _read(run)
    command = re.search(r"archer-train --env .*?(?= # stopped)", page.text)
    assert command is not None
    given = parse_train_arguments(shlex.split(command[0])[1:]).config
    assert (given.algo, given.seed, given.ppo.kl, given.model.split_words) == ("ppo", 7, 0.1, True)
    assert given.track == ("wandb",) and "--archer.kl" not in command[0]
    assert "# stopped after iteration 2, then: archer-train --resume" in page.text
    assert "--ppo.kl from 0.1 to 0.5" in page.text
    usual = parse_train_arguments(["--env", "Toy-v0"]).config.ppo.kl
    assert f"ppo.kl {usual} 0.5" in page.text, "the preset's, and this run's"


def test_evaluations_that_draw_words_are_not_called_greedy(run: Path):
    path = run / "config.json"
    said = []
    for greedy in (True, False):
        config = json.loads(path.read_text())
        path.write_text(json.dumps({**config, "evaluation": {"greedy": greedy}}))
        said.append("says the likeliest" in write_report(run).read_text())
    assert said == [True, False]
