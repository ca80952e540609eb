"""Drawings as PNG, for documents that can't hold SVG, with a font of our own."""

from __future__ import annotations

from pathlib import Path

FONT = "Liberation Serif"
"""As wide as Times New Roman, letter by letter."""
_FONTS = sorted(str(path) for path in (Path(__file__).parent / "fonts").glob("*.ttf"))
ZOOM = 2.25
"""Pixels a unit: about 230 dots an inch where the drawing is as wide as a page's text."""


def png(svg: str) -> bytes:
    """The drawing on white."""
    from resvg_py import svg_to_bytes

    return bytes(
        svg_to_bytes(
            svg_string=svg,
            font_files=_FONTS,
            skip_system_fonts=True,
            zoom=ZOOM,
            background="#ffffff",
        )
    )
