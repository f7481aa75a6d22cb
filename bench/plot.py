"""A plot of cost against size, as SVG."""

import math
from collections.abc import Mapping
from html import escape

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 50, 270, 30, 50
COLOURS = ("#714b67", "#017e84", "#d9534f", "#e99d00", "#3c7bc1", "#6b7280")
TEXT = 'font-family="sans-serif" font-size="12" fill="#374151"'


def plot(curves: Mapping[str, Mapping[int, float]], limit: float) -> str:
    """Return a picture of ratios over sizes, the latter in powers of ten.

    :param limit: what was promised, a line across
    """
    sizes = sorted({size for curve in curves.values() for size in curve})
    highest = max([limit, *(value for curve in curves.values() for value in curve.values())]) * 1.2
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])

    def x(size: int) -> float:
        return LEFT + (math.log10(size) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - value / highest * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        "<title>Cost of each screen against the number of conversations</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(LEFT, TOP - 12, "cost ÷ cost with the fewest conversations"),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "conversations", "middle"),
    ]
    for value in (0, 0.5, 1, 1.5):
        parts += [_line(x(sizes[0]), y(value), x(sizes[-1]), "#e5e7eb")]
        parts += [_text(LEFT - 8, y(value) + 4, f"{value:g}", "end")]
    for size in sizes:
        parts += [_text(x(size), HEIGHT - BOTTOM + 20, f"{size:,}".replace(",", " "), "middle")]
    parts += [_line(x(sizes[0]), y(limit), x(sizes[-1]), "#9ca3af", dashed=True)]
    parts += [_text(x(sizes[-1]) + 8, y(limit) + 4, f"promised: at most {limit:g}")]
    for number, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in curve.items())
        parts += [f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>']
        parts += _legend(number, name.rpartition(", ")[0] or name, colour)
    return "\n".join([*parts, "</svg>\n"])


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {TEXT}>{escape(words)}</text>'


def _line(x: float, y: float, to: float, colour: str, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="6 4"' if dashed else ""
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to:.1f}" y2="{y:.1f}" stroke="{colour}"{dashes}/>'


def _legend(number: int, name: str, colour: str) -> list[str]:
    x, y = WIDTH - RIGHT + 12, HEIGHT - BOTTOM - 20 * number - 6
    return [
        f'<rect x="{x}" y="{y - 9}" width="12" height="12" fill="{colour}"/>',
        _text(x + 18, y + 1, name),
    ]
