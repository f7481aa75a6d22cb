"""Draws what a demonstration needs to look at: faces, stickers, photos."""

import colorsys
import functools
import hashlib
import io
import math

from PIL import Image, ImageDraw, ImageFont

STICKERS = {1: "smile", 2: "laugh", 3: "love", 4: "wink", 5: "sad", 6: "wow"}
# Fonts with Russian letters; the one that comes with Pillow has none.
FONTS = ("DejaVuSans-Bold.ttf", "LiberationSans-Bold.ttf", "NotoSans-Bold.ttf", "Arial Bold.ttf")
_SCALE = 2  # drawn larger, then made smaller: soft edges


@functools.lru_cache(maxsize=256)
def initials(name: str, size: int = 200) -> bytes:
    """Return a PNG with the initials of the name on a colour of its own.

    Where no font is found it is the outline of a person instead.
    """
    letters = "".join(word[0] for word in name.replace("«", "").split()[:2]).upper() or "?"
    large = size * _SCALE
    image = _gradient(name, large)
    draw = ImageDraw.Draw(image)
    if font := _font(large * 0.4):
        draw.text((large / 2, large / 2), letters, fill="white", font=font, anchor="mm")
    else:
        draw.ellipse([large * 0.35, large * 0.2, large * 0.65, large * 0.5], "white")
        draw.ellipse([large * 0.2, large * 0.56, large * 0.8, large * 1.3], "white")
    return _png(image.resize((size, size), Image.Resampling.LANCZOS))


def photo(width: int = 1280, height: int = 960, seed: str = "photo") -> bytes:
    """Return a JPEG of hills under a sun, different for every seed."""
    hue = _number(seed) % 360 / 360
    image = Image.new("RGB", (width, height), _colour(hue, 0.35, 0.97))
    draw = ImageDraw.Draw(image)
    radius = min(width, height) // 9
    sun = (width * (_number(seed + "x") % 60 + 20) // 100, height // 3)
    draw.ellipse([sun[0] - radius, sun[1] - radius, sun[0] + radius, sun[1] + radius], "#fff3c9")
    for layer in range(4):
        _draw_hill(draw, (width, height), layer, _number(f"{seed}{layer}"), hue)
    data = io.BytesIO()
    image.save(data, "JPEG", quality=82)
    return data.getvalue()


def sticker(number: int, size: int = 512) -> bytes:
    """Return a PNG of a face with a transparent background."""
    image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    unit = size / 100
    draw.ellipse([4 * unit, 4 * unit, 96 * unit, 96 * unit], "#ffd34d", "#f0b323", round(2 * unit))
    mood = STICKERS.get(number, "smile")
    _draw_eyes(draw, unit, mood)
    _draw_mouth(draw, unit, mood)
    return _png(image)


def scaled(content: bytes, longest: int) -> tuple[bytes, int, int] | None:
    """Return the picture as JPEG no longer than that, with its size; None if it is none."""
    try:
        with Image.open(io.BytesIO(content)) as original:
            image = original.convert("RGB")
            image.thumbnail((longest, longest))
            data = io.BytesIO()
            image.save(data, "JPEG", quality=85)
            return data.getvalue(), image.width, image.height
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def measure(content: bytes) -> tuple[str, int, int] | None:
    """Return format, width and height of a picture; None if it is none."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.format or "", image.width, image.height
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def _font(size: float):
    """Return a font that knows Russian, None if the machine has none."""
    for name in FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return None


def _gradient(name: str, size: int) -> Image.Image:
    hue = _number(name) % 360 / 360
    top, bottom = _rgb(hue, 0.45, 0.9), _rgb((hue + 0.06) % 1, 0.7, 0.68)
    column = Image.new("RGB", (1, size))
    for y in range(size):
        part = y / size
        mixed = (round(a + (b - a) * part) for a, b in zip(top, bottom, strict=True))
        column.putpixel((0, y), tuple(mixed))
    return column.resize((size, size))


def _draw_hill(draw, size, layer, seed, hue) -> None:
    width, height = size
    base = height * (50 + layer * 13) / 100
    wave, phase = height / (9 + layer * 3), seed % 628 / 100
    step = max(1, width // 160)
    points = [
        (x, base + wave * math.sin(phase + x / width * (3 + layer)))
        for x in range(0, width + step, step)
    ]
    colour = _colour((hue + 0.08 * layer) % 1, 0.45 + 0.1 * layer, 0.75 - 0.13 * layer)
    draw.polygon([*points, (width, height), (0, height)], colour)


def _draw_eyes(draw, unit, mood) -> None:
    ink = "#5b3a0a"
    for middle in (35, 65):
        if mood == "love":
            _draw_heart(draw, middle * unit, 40 * unit, 11 * unit)
        elif mood == "laugh" or (mood == "wink" and middle == 65):
            box = [(middle - 8) * unit, 36 * unit, (middle + 8) * unit, 50 * unit]
            draw.arc(box, 190, 350, ink, round(4 * unit))
        else:
            box = [(middle - 5) * unit, 33 * unit, (middle + 5) * unit, 49 * unit]
            draw.ellipse(box, ink)


def _draw_mouth(draw, unit, mood) -> None:
    ink = "#5b3a0a"
    if mood == "sad":
        draw.arc([32 * unit, 66 * unit, 68 * unit, 92 * unit], 200, 340, ink, round(4 * unit))
    elif mood == "wow":
        draw.ellipse([42 * unit, 62 * unit, 58 * unit, 82 * unit], ink)
    elif mood in {"laugh", "love"}:
        draw.pieslice([27 * unit, 44 * unit, 73 * unit, 86 * unit], 0, 180, ink)
    else:
        draw.arc([28 * unit, 42 * unit, 72 * unit, 80 * unit], 25, 155, ink, round(4 * unit))


def _draw_heart(draw, x, y, size) -> None:
    points = []
    for step in range(60):
        angle = step / 60 * 2 * math.pi
        across = 16 * math.sin(angle) ** 3
        waves = (13, -5, -2, -1)
        down = -sum(factor * math.cos(n * angle) for n, factor in enumerate(waves, 1))
        points.append((x + across * size / 16, y + down * size / 16))
    draw.polygon(points, "#e8365d")


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def _rgb(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    return tuple(round(part * 255) for part in colorsys.hsv_to_rgb(hue, saturation, value))


def _colour(hue: float, saturation: float, value: float) -> str:
    return "#{:02x}{:02x}{:02x}".format(*_rgb(hue, saturation, value))


def _png(image: Image.Image) -> bytes:
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()
