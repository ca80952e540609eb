"""Hooks of ``mkdocs build``, named in ``mkdocs.yml``: build the site from the repository."""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
TAKEN = (
    "*.md",
    "LICENSE",
    "docs/*.md",
    "docs/site.*s",
    "docs/*.svg",
    "docs/hinh/*",
    "pipeline/summarise/pictures/fonts/LICENSE.txt",
)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Give each file its path in the repository, so that links work as on a git host."""
    of_theme = [file for file in files if file.src_dir != config.docs_dir]
    paths = [
        path.relative_to(ROOT).as_posix()
        for pattern in TAKEN
        for path in sorted(ROOT.glob(pattern))
    ]
    ours = [File(path, str(ROOT), config.site_dir, config.use_directory_urls) for path in paths]
    return Files([*of_theme, *ours])


def on_page_markdown(markdown: str, **_: object) -> str:
    """Let a list begin right after the line that introduces it, as on a git host."""
    return re.sub(r":\n(?=- )", ":\n\n", markdown)


def on_page_context(_context: object, page: Page, config: MkDocsConfig, **_: object) -> None:
    """Set the theme's language: Vietnamese in docs/ except for ``…-en.md``; else English."""
    path = page.file.src_uri
    config.theme["language"] = (
        "vi" if path.startswith("docs/") and not path.endswith("-en.md") else "en"
    )
