"""Voice messages: Opus in Ogg, as messengers keep it.

Browsers record Opus in WebM; :func:`ogg_from_webm` puts the same packets into Ogg. Nothing is
decoded here: the packets stay what they are.
"""

import hashlib
import random
import struct
from collections.abc import Iterator

RATE = 48_000  # Ogg counts Opus in these, whatever was recorded
SILENCE = b"\xf8\xff\xfe"  # 20 ms of nothing
_FRAME_MS = (10, 20, 40, 60) * 3 + (10, 20) * 2 + (2.5, 5, 10, 20) * 4
_SERIAL = 0x0D15EA5E


class NoSound(ValueError):
    """The bytes are no voice message."""


def silence(seconds: float) -> bytes:
    """Return an Ogg file in which nobody says anything for so long."""
    return ogg([SILENCE] * max(1, round(seconds * 50)))


def ogg(packets: list[bytes]) -> bytes:
    """Return an Ogg file with these Opus packets, one channel."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 16_000, 0, 0)
    vendor = b"simulator"
    tags = b"OpusTags" + struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", 0)
    pages = [_page([head], 0, 0, 2), _page([tags], 0, 1, 0)]
    position = 0
    groups = list(_groups(packets))
    for number, group in enumerate(groups):
        position += sum(map(_samples, group))
        flags = 4 if number == len(groups) - 1 else 0
        pages.append(_page(group, position, number + 2, flags))
    return b"".join(pages)


def duration(content: bytes) -> float:
    """Return the seconds of an Ogg file with Opus in it.

    :raises NoSound: it is something else.
    """
    if not content.startswith(b"OggS") or b"OpusHead" not in content[:200]:
        raise NoSound("not Opus in Ogg")
    last = content.rfind(b"OggS")
    (position,) = struct.unpack_from("<q", content, last + 6)
    return max(0, position) / RATE


def as_ogg(content: bytes) -> bytes:
    """Return a recording in Ogg: as it is, or out of what a browser made.

    :raises NoSound: it is neither
    """
    return content if content.startswith(b"OggS") else ogg_from_webm(content)


def ogg_from_webm(content: bytes) -> bytes:
    """Return what a browser recorded, as Ogg.

    :raises NoSound: no Opus packets are in it.
    """
    if b"A_OPUS" not in content:
        raise NoSound("not Opus in WebM")
    packets = list(_webm_packets(content, 0, len(content)))
    if not packets:
        raise NoSound("an empty recording")
    return ogg(packets)


def waveform(content: bytes, bars: int = 128) -> list[int]:
    """Return heights from 0 to 31 that look like speech, always the same for the same sound."""
    chance = random.Random(hashlib.sha256(content).digest())  # noqa: S311 - a drawing
    level, heights = 8.0, []
    for _bar in range(bars):
        level = min(31, max(0, level + chance.uniform(-9, 9)))
        heights.append(round(level))
    return heights


def silent_mp3(seconds: float) -> bytes:
    """Return an MP3 of that length in which nothing is heard."""
    frame = b"\xff\xf3\x14\xc4" + bytes(20)  # MPEG-2 layer III, 8 kbit/s, 24 kHz: 24 ms
    return frame * max(1, round(seconds / 0.024))


def _groups(packets: list[bytes]) -> Iterator[list[bytes]]:
    """Yield as many packets as fit into one page each."""
    group, segments = [], 0
    for packet in packets:
        needed = len(packet) // 255 + 1
        if segments + needed > 250:
            yield group
            group, segments = [], 0
        group.append(packet)
        segments += needed
    if group:
        yield group


def _samples(packet: bytes) -> int:
    """Return how long an Opus packet lasts: its first byte tells (RFC 6716, 3.1)."""
    if not packet:
        return 0
    code = packet[0] & 3
    counted = packet[1] & 63 if code == 3 and len(packet) > 1 else 1
    frames = (1, 2, 2, counted)[code]
    return round(_FRAME_MS[packet[0] >> 3] * RATE / 1000) * frames


def _page(packets: list[bytes], position: int, number: int, flags: int) -> bytes:
    lacing = b"".join(b"\xff" * (len(p) // 255) + bytes([len(p) % 255]) for p in packets)
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, position, _SERIAL, number, 0, len(lacing))
    page = bytearray(head + lacing + b"".join(packets))
    struct.pack_into("<I", page, 22, _checksum(page))
    return bytes(page)


def _checksum_table() -> list[int]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _bit in range(8):
            value = (value << 1) ^ (0x04C11DB7 if value & 0x80000000 else 0)
        table.append(value & 0xFFFFFFFF)
    return table


_TABLE = _checksum_table()


def _checksum(data: bytes) -> int:
    value = 0
    for byte in data:
        value = ((value << 8) & 0xFFFFFFFF) ^ _TABLE[(value >> 24) ^ byte]
    return value


# The elements of WebM that contain others on the way to the packets, and those that hold one.
_CONTAINERS = {0x18538067, 0x1F43B675, 0xA0}  # Segment, Cluster, BlockGroup
_BLOCKS = {0xA3, 0xA1}  # SimpleBlock, Block
_BLOCK_HEAD = 4  # track, time, flags


def _webm_packets(content: bytes, at: int, end: int) -> Iterator[bytes]:
    while at < end:
        element, at = _number(content, at, keep_marker=True)
        size, start = _number(content, at, keep_marker=False)
        stop = end if size is None else min(end, start + size)
        if element in _CONTAINERS:
            yield from _webm_packets(content, start, stop)
        elif element in _BLOCKS:
            yield content[start + _BLOCK_HEAD : stop]
        at = stop


def _number(content: bytes, at: int, *, keep_marker: bool) -> tuple[int | None, int]:
    """Return an EBML number and where it ends; None is a size that is not known."""
    if at >= len(content) or not content[at]:
        raise NoSound("not readable as WebM")
    length = 9 - content[at].bit_length()
    value = int.from_bytes(content[at : at + length], "big")
    if keep_marker:
        return value, at + length
    value &= (1 << 7 * length) - 1
    unknown = value == (1 << 7 * length) - 1
    return (None if unknown else value), at + length
