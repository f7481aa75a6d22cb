"""How large a picture is, read from its first bytes."""

import struct

_PNG, _GIF, _JPEG = b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a"), b"\xff\xd8"
#: Markers of JPEG that carry the size: SOF0…SOF15 without DHT, JPG and DAC.
_JPEG_SIZE = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG, GIF or JPEG; None for anything else."""
    try:
        if content.startswith(_PNG):
            return struct.unpack_from(">II", content, 16)
        if content.startswith(_GIF):
            return struct.unpack_from("<HH", content, 6)
        if content.startswith(_JPEG):
            return _jpeg_size(content)
    except struct.error:
        return None
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    position = len(_JPEG)
    while content[position : position + 1] == b"\xff":
        marker, size = struct.unpack_from(">xBH", content, position)
        if marker in _JPEG_SIZE:
            height, width = struct.unpack_from(">HH", content, position + 5)
            return width, height
        position += 2 + size
    return None
