"""Voice messages: Discuss records MP3, messengers want Ogg with Opus; ffmpeg turns one into the
other."""

import shutil
import subprocess

#: Seconds; a recording of five minutes takes about two.
TIME_LIMIT = 30
MIMETYPE = "audio/ogg"


class VoiceNotConverted(Exception):
    """There is no ffmpeg on the server, or it could not read the recording."""


def to_opus(recording: bytes) -> bytes:
    """Return the recording as Ogg with Opus, one channel, 16 kHz, 16 kbit/s.

    :raises VoiceNotConverted: see there
    """
    ffmpeg = shutil.which("ffmpeg")
    if not ffmpeg:
        raise VoiceNotConverted("ffmpeg is not installed on the server")
    options = ["-hide_banner", "-loglevel", "error", "-i", "pipe:0", "-vn", "-map_metadata", "-1"]
    output = ["-c:a", "libopus", "-ac", "1", "-ar", "16000", "-b:a", "16k", "-f", "ogg", "pipe:1"]
    try:
        done = subprocess.run(  # noqa: S603 - our own words, the recording goes through the pipe
            [ffmpeg, *options, *output],
            input=recording,
            capture_output=True,
            timeout=TIME_LIMIT,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise VoiceNotConverted(type(error).__name__) from error
    return done.stdout
