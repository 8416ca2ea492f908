"""What MkDocs asks of this site while it builds: pages and parts of pages that are made from the code.

Where a page says `<!-- generated: NAME ARGUMENTS -->`, the text of the function NAME stands in the site.
"""

import logging
import re
from collections.abc import Callable

import api
import commands
import environments
import extras
import figures
import settings
import source
import study
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

PACKAGES = "llm_gym", "archer_agent"
_log = logging.getLogger("mkdocs.hooks.generate")


def _file(name: str) -> str:
    """Return a file of the repository as a block of code."""
    path = source.ROOT / name
    text = path.read_text(encoding="utf-8").rstrip()
    return f'```{path.suffix[1:]} title="{path.name}"\n{text}\n```'


def _root_page(name: str) -> str:
    """Return a page of the repository's root, its links as they are from the documentation's folder."""
    text = (source.ROOT / name).read_text(encoding="utf-8")
    text = text.replace("](docs/", "](")
    return re.sub(r"\]\(([A-Z]+)\.md", lambda match: f"]({match[1].lower()}.md", text)


_PARTS: dict[str, Callable[..., str]] = {
    "commands": commands.reference,
    "environment": environments.page,
    "environments": environments.table,
    "figures": figures.table,
    "extras": extras.table,
    "file": _file,
    "root": _root_page,
    "settings": settings.reference,
    "study": study.table,
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each module of both packages, and one for each environment that has none yet."""
    pages = environments.missing(set(files.src_uris))
    for package in PACKAGES if config.plugins["mkdocstrings"].config.enabled else ():
        modules, complaints = api.modules(package)
        for complaint in complaints:
            _log.warning(complaint)
        pages |= {module.uri: module.text for module in modules}
        _section(config.nav, "Reference").append({package: api.navigation(modules)})
    for uri, text in pages.items():
        files.append(File.generated(config, uri, content=text))
    _section(config.nav, "Environments").extend(environments.navigation())
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Put what is generated in its places."""
    return re.sub(
        r"<!-- generated: (\w+)(.*?) -->",
        lambda match: _PARTS[match[1]](*match[2].split()),
        markdown,
    )


def _section(navigation: list[dict[str, list]], title: str) -> list:
    return next(section[title] for section in navigation if title in section)
