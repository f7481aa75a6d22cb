"""Figures, and how they are told: as ratios of what was measured side by side."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median


def percentile(values: Sequence[float], part: float) -> float:
    """Return the value that so large a part of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


@dataclass(frozen=True)
class Figure:
    """One promise, and what was measured."""

    name: str
    value: float
    unit: str  # ×, ms, or nothing for a number of things
    limit: float | None  # nothing where nothing was promised
    at_least: bool  # the limit is the least, or else the most, that is allowed
    detail: str  # what the value was made of
    #: The ratio at each size, where it was measured at several.
    curve: Mapping[int, float] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Return whether the promise is kept, if there is one."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def row(self) -> list[str]:
        """Return the cells of the table."""
        measured = f"{number(self.value)} {self.unit}".strip()
        if self.limit is None:
            return [self.name, measured, "–", "", self.detail]
        sign = "≥" if self.at_least else "≤"
        return [
            self.name,
            measured,
            f"{sign} {number(self.limit)} {self.unit}".strip(),
            "holds" if self.holds else "**missed**",
            self.detail,
        ]


def at_most(name: str, value: float, limit: float, detail: str, unit: str = "×") -> Figure:
    """Return a figure that should be small."""
    return Figure(name, value, unit, limit, at_least=False, detail=detail)


def at_least(name: str, value: float, limit: float, detail: str, unit: str = "×") -> Figure:
    """Return a figure that should be large."""
    return Figure(name, value, unit, limit, at_least=True, detail=detail)


def told(name: str, value: float, detail: str, unit: str = "×") -> Figure:
    """Return a figure of which nothing was promised."""
    return Figure(name, value, unit, None, at_least=False, detail=detail)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the ratios that the rounds gave."""
    return median(mine / other for mine, other in zip(ours, theirs, strict=True))


def number(value: float) -> str:
    """Return a number with as many digits as it deserves."""
    if value == int(value):
        return str(int(value))
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def rounds(values: Sequence[float]) -> str:
    """Return what each round gave."""
    return ", ".join(map(number, values))


HEAD = ["figure", "measured", "promise", "", "made of"]


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table that reads well as text and as Markdown."""
    rows = [HEAD, *(figure.row() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
