"""The parts of a MIDI file, until the reader tells them."""

import io
from collections import Counter

import mido

from pocket_studio.music.kit import pitch_to_drum


def stand_in_parts(content: bytes) -> list[dict[str, object]]:
    """Return what `read_midi` tells of each (track, channel) that has notes."""
    midi = mido.MidiFile(file=io.BytesIO(content), clip=True, charset="utf-8")
    parts = []
    for number, track in enumerate(midi.tracks):
        names = [message.name for message in track if message.type == "track_name"]
        notes = [each for each in track if each.type == "note_on" and each.velocity]
        for channel in sorted(Counter(note.channel for note in notes)):
            pitches = [note.note for note in notes if note.channel == channel]
            hits = sum(pitch_to_drum(pitch) is not None for pitch in pitches)
            name = names[0] if names else ""
            part = {"track": number, "channel": channel + 1, "name": name, "hits": hits}
            parts.append({**part, "drums": channel == 9})
    return parts


def stand_in_content(content: bytes, part: dict[str, object] | None) -> tuple[bytes, list[str]]:
    """Return the file with the notes of `part` only, on channel 10, and the meter of each bar."""
    midi = mido.MidiFile(file=io.BytesIO(content), clip=True)
    meters, ticks = {0: "4/4"}, 0
    for number, track in enumerate(midi.tracks):
        kept, waited, ticks = [], 0, 0
        for message in track:
            ticks += message.time
            is_note = message.type in ("note_on", "note_off")
            other = (
                is_note
                and part
                and (number, message.channel + 1)
                != (
                    part["track"],
                    part["channel"],
                )
            )
            if message.type == "time_signature":
                meters[ticks] = f"{message.numerator}/{message.denominator}"
            if other or message.type == "time_signature":
                waited += message.time
                continue
            message.time, waited = message.time + waited, 0
            kept.append(message.copy(channel=9) if is_note and part else message)
        track[:] = kept
    written = io.BytesIO()
    midi.save(file=written)
    bars = range(1 + ticks // (4 * midi.ticks_per_beat))
    return written.getvalue(), [
        meters[max(tick for tick in meters if tick <= bar * 4 * midi.ticks_per_beat)]
        for bar in bars
    ]
