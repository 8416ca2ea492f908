"""The documentation says what is so: what is made from the code is whole, what the code names is there."""

import functools
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from archer_agent.settings import Algo, parse_train_arguments, preset_names
from llm_gym.registration import ENVIRONMENTS

pytest.importorskip("griffe")
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs" / "generate"))  # as MkDocs does

import api  # noqa: E402
import commands  # noqa: E402
import environments  # noqa: E402
import settings  # noqa: E402
import source  # noqa: E402

SECTIONS = (
    *("Description", "Action Space", "Observation Space", "Starting State", "Rewards"),
    *("Episode End", "Information", "Arguments", "Version History"),
)
help_of = functools.cache(commands.help_of)


def test_every_setting_stands_in_the_reference_with_its_value_in_each_preset():
    page = settings.reference()
    rows = {row.partition("`")[2].partition("`")[0]: row for row in page.splitlines()}
    configs = [
        parse_train_arguments(["--env=any", f"--preset={name}"]).config for name in preset_names()
    ]
    for flag, values in _settings(configs).items():
        cells = [cell.strip(" `") for cell in rows[flag].split(" | ")[1:]]
        for value in values:
            if (
                isinstance(value, (int, float, str))
                and not isinstance(value, bool)
                and flag != "--env"
            ):
                assert (str(value) or "empty") in " ".join(cells), flag


def _settings(configs: list[Any], prefix: str = "") -> dict[str, list[Any]]:
    """Return flag -> its values."""
    found: dict[str, list[Any]] = {}
    for field in fields(configs[0]):
        values = [getattr(config, field.name) for config in configs]
        name = f"{prefix}{field.name.replace('_', '-')}"
        if is_dataclass(values[0]):
            found |= _settings(values, f"{name}.")
        else:
            found[f"--{name}"] = values
    return found


def test_every_option_of_every_command_stands_in_the_reference():
    page = commands.reference()
    options = settings.reference()
    assert set(commands.scripts()) <= set(re.findall(r"(?m)^## (\S+)$", page))
    helps = [help_of(entry) for entry in commands.scripts().values()]
    llm_gym = "llm_gym.cli:main"
    subcommands = re.search(r"\{([\w,-]+)\}", help_of(llm_gym))
    assert subcommands is not None
    for name in subcommands[1].split(","):
        assert f"### llm-gym {name}\n" in page
        helps.append(help_of(llm_gym, name))
    told = set(re.findall(r"(?m)^ {2}(--[a-z][\w.-]*)", "\n".join(helps)))
    assert len(told) > 100
    assert [flag for flag in sorted(told) if f"`{flag}" not in page + options] == []


@pytest.mark.parametrize(
    "page",
    sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")]),
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_the_commands_of_a_page_have_the_options_that_it_gives_them(page: Path):
    for word, *arguments in _commands(page.read_text(encoding="utf-8")):
        entry = commands.scripts()[word]
        subcommand = arguments[:1] if word == "llm-gym" and arguments[0][0] != "-" else []
        known = set(re.findall(r"--[a-z][\w.-]*", help_of(entry, *subcommand)))
        given = {each.partition("=")[0] for each in arguments if each.startswith("--")}
        strange = {each for each in given - known if not each.startswith("--tyro-")}
        assert not strange, f"{word} {' '.join(arguments)}"


def _commands(text: str) -> Iterator[list[str]]:
    """Find our commands in a page, in its blocks of code and within its lines."""
    name = "|".join(map(re.escape, commands.scripts()))
    block = r"(?ms)^ *```.*?\n(.*?)^ *```$"
    for body in re.findall(block, text):
        for line in body.replace("\\\n", " ").splitlines():
            if re.match(rf" *({name}) ", line):
                yield shlex.split(line, comments=True)
    for line in re.findall(rf"`((?:{name}) [^`\n]+)`", re.sub(block, "", text)):
        yield shlex.split(line)


@pytest.mark.parametrize("env_id", [environment.id for environment in ENVIRONMENTS])
def test_every_environment_has_a_page_in_gymnasium_s_form(env_id: str):
    page = environments.page(env_id)
    headings = re.findall(r"(?m)^## (.+)$", page)
    assert [section for section in SECTIONS if section not in headings] == []
    assert f'gymnasium.make("{env_id}")' in page
    arguments = page.partition("## Arguments\n")[2].partition("\n## ")[0]
    call, _, told = arguments.removeprefix("```python\n").partition("```")
    for name in set(re.findall(r"(?m)^    (\w+)=", call)) - {"render_mode"}:
        assert f"`{name}" in told, f"{name} is not explained"


def test_a_new_environment_gets_a_page():
    written = environments.missing({"environments/TwentyQuestions-v0.md"})
    assert len(written) == len(ENVIRONMENTS) - 1
    assert "generated: environment llm_gym/WebShop-v0" in written["environments/WebShop-v0.md"]


def test_every_public_module_has_a_page_and_what_has_no_docstring_is_told(tmp_path: Path):
    package = tmp_path / "thing"
    package.mkdir()
    (package / "__init__.py").write_text(
        '"""A package."""\nfrom thing.outer import said as says\n__all__ = ["says"]\n'
    )
    (package / "_inner.py").write_text("def f(): ...\n")
    (package / "outer.py").write_text(
        'class Told:\n    """Told."""\n\n    def run(self): ...\n\n\ndef said():\n    """Do."""\n\n\ndef bare(): ...\n'
    )
    pages, complaints = api.modules("thing", tmp_path)
    assert [page.name for page in pages] == ["thing", "thing.outer"]
    assert "| [`says`][thing.outer.said] | Do. |" in pages[0].text
    assert "| [`outer`](outer.md) |" in pages[0].text and "::: thing.outer\n" in pages[1].text
    assert sorted(line.partition(" ")[0] for line in complaints) == [
        "thing.outer",
        "thing.outer.Told.run",
        "thing.outer.bare",
    ]


@pytest.mark.parametrize("package", ["llm_gym", "archer_agent"])
def test_every_name_at_the_top_is_explained_in_the_reference(package: str):
    top = source.load(package)
    assert top.exports and len(top.exports) > 10
    for name in {*top.exports} - {"__version__"}:
        docstring = top[name].docstring
        assert docstring is not None and docstring.value, name


def test_the_pages_that_the_code_names_are_there():
    folders = ("archer_agent", "llm_gym", "benchmarks", "examples")
    sources = [path for folder in folders for path in ROOT.glob(f"{folder}/**/*.*")]
    named = {
        name
        for path in sources
        if path.suffix in (".py", ".toml", ".txt")
        for name in re.findall(r"docs/[\w/]+\.md", path.read_text(encoding="utf-8"))
    }
    assert len(named) >= 3 and [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_the_tests_and_benchmarks_that_are_named_are_there():
    paths = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    for folder in ("archer_agent", "llm_gym", "benchmarks", "examples", "tests"):
        paths += ROOT.glob(f"{folder}/**/*.py")
    named = {
        found
        for path in paths
        for found in re.findall(
            r"(?:tests|benchmarks|examples)/\w+\.(?:py|toml)\b", path.read_text(encoding="utf-8")
        )
    }
    assert len(named) > 20
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_the_front_page_is_short_and_its_links_lead_somewhere():
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for link in re.findall(r"\]\((?!http)([^)#]+)", text):
            assert (ROOT / link).exists(), f"{name}: {link}"
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_the_front_page_names_every_environment_method_and_preset():
    named = set(re.findall(r"`([^`\n]+)`", (ROOT / "README.md").read_text(encoding="utf-8")))
    ids = {name.rpartition("/")[2] for name in named}
    assert {environment.id.rpartition("/")[2] for environment in ENVIRONMENTS} <= ids
    assert {*get_args(Algo), *preset_names()} <= named
