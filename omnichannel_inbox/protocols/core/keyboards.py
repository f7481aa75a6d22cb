"""How buttons stand under a message."""

from collections.abc import Sequence

from .planning import Button

#: Characters that stand side by side on the narrowest phone.
WIDTH = 28


def lay_out(
    buttons: Sequence[Button], *, per_row: int, rows: int, width: int = WIDTH
) -> list[list[Button]]:
    """Return the buttons in rows, in their order: short labels side by side, a long one alone.

    More rows than ``rows`` are never made: then they are filled evenly, however long the labels.
    """
    laid_out: list[list[Button]] = []
    for button in buttons:
        wider = [*laid_out[-1], button] if laid_out else []
        longest = max((len(each.label) for each in wider), default=0)
        if wider and len(wider) <= per_row and longest * len(wider) <= width:
            laid_out[-1] = wider
        else:
            laid_out.append([button])
    if len(laid_out) <= rows:
        return laid_out
    size = -(-len(buttons) // rows)
    return [list(buttons[at : at + size]) for at in range(0, len(buttons), size)]
