"""The numbers of the design: contrast in light and dark, and the weight of the way out."""

import re
from pathlib import Path
from typing import Final

import pytest

STATIC: Final = Path(__file__).parents[2] / "chatbot" / "web" / "static"
TOKENS: Final = (STATIC / "tokens.css").read_text("utf-8")
SHEETS: Final = sorted(
    # A drawing on the first page has colours of its own.
    {sheet.name for sheet in STATIC.glob("*.css")} - {"tokens.css", "home.css"}
)
GROUNDS: Final = (
    *("paper", "surface", "sunken"),
    *("accent-wash", "urgent-wash", "success-wash", "notice-wash"),
)
WORDS: Final = (
    *("ink", "ink-soft", "accent", "accent-strong", "link", "link-strong"),
    *("urgent", "success", "notice"),
)
FILLED: Final = ("accent", "accent-strong", "urgent", "urgent-strong", "leave", "leave-strong")
TEXT, SHAPE = 4.5, 3.0


def _colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css))


LIGHT: Final = _colours(TOKENS.split("@media")[0])
DARK: Final = LIGHT | _colours(TOKENS.split("prefers-color-scheme: dark")[1].split("@media")[0])
SCHEMES: Final = {"light": LIGHT, "dark": DARK}


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_can_be_read_on_every_ground(scheme: str) -> None:
    colours = SCHEMES[scheme]
    poor = [
        (word, ground)
        for word in WORDS
        for ground in GROUNDS
        if contrast(colours[word], colours[ground]) < TEXT
    ]
    assert poor == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_can_be_read_on_buttons(scheme: str) -> None:
    colours = SCHEMES[scheme]
    poor = [
        name
        for name in FILLED
        if contrast(colours[name], colours["on-" + name.removesuffix("-strong")]) < TEXT
    ]
    assert poor == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_edges_and_the_focus_ring_can_be_seen_on_every_ground(scheme: str) -> None:
    colours = SCHEMES[scheme]
    for ground in GROUNDS:
        assert contrast(colours["line-strong"], colours[ground]) >= SHAPE
        ring = [contrast(colours[part], colours[ground]) for part in ("focus", "focus-gap")]
        assert max(ring) >= SHAPE


@pytest.mark.parametrize("name", SHEETS)
def test_colours_come_from_the_tokens(name: str) -> None:
    css = (STATIC / name).read_text("utf-8").split("@media print")[0]
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgb\(", css) == []


def test_every_token_that_a_style_sheet_names_exists() -> None:
    known = set(re.findall(r"(--[a-z0-9-]+):", TOKENS))
    for sheet in STATIC.glob("*.css"):
        used = set(re.findall(r"var\((--[a-z0-9-]+)", sheet.read_text("utf-8")))
        assert used <= known, sheet.name


def test_the_way_out_is_at_most_2_kb() -> None:
    assert (STATIC / "hide.js").stat().st_size <= 2048
