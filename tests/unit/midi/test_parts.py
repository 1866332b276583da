"""Which notes of a file are taken for its drums, and how others are chosen."""

import mido
import pytest
from handmade import midi_of, saved

from pocket_studio.errors import InvalidMidiError
from pocket_studio.midi import open_midi, read_track

BEAT = [(0, 36), (0, 42), (4, 42), (4, 38), (8, 36), (8, 42), (12, 42), (12, 38), (20, 36)]
SCALE = [(2 * step, pitch) for step, pitch in enumerate((60, 62, 64, 65, 67, 69, 70, 67))]
BASS = [(2 * step, pitch) for step, pitch in enumerate((36, 36, 39, 41, 43, 36, 46, 36))]
CLICK = [(4 * beat, 37) for beat in range(8)]


def file_of(*tracks, kind=1):
    """Make a file of tracks (name, channel 1..16, program, [(step, pitch)])."""
    midi = mido.MidiFile(type=kind, ticks_per_beat=480, charset="utf-8")
    for name, channel, program, notes in tracks:
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)] if name else [])
        if program is not None:
            track.append(mido.Message("program_change", channel=channel - 1, program=program))
        last = 0
        for step, pitch in notes:
            on = mido.Message("note_on", channel=channel - 1, note=pitch, velocity=90)
            track.append(on.copy(time=(step - last) * 120))
            last = step
        midi.tracks.append(track)
    return saved(midi)


def taken(content):
    return list(open_midi(content).drums)


@pytest.mark.parametrize(
    ("tracks", "drums"),
    [
        ([("", 10, None, BEAT)], [0]),
        ([("Piano", 1, 0, SCALE), ("", 10, 0, BEAT)], [1]),
        ([("Drums", 16, 0, BEAT), ("Bass", 2, 33, BASS), ("Piano", 1, 0, SCALE)], [0]),
        ([("Bass", 2, 33, BASS), ("SCHLAGZEUG", 3, None, BEAT)], [1]),
        ([("", 1, None, SCALE), ("batería 2", 3, None, BEAT)], [1]),
        ([("", 1, None, SCALE), ("ドラム", 3, None, BEAT)], [1]),
        ([("", 10, None, CLICK), ("Drum Kit", 1, None, BEAT)], [1]),
        ([("", 10, None, CLICK), ("Bass", 1, None, BASS)], [0]),
        ([("Click", 10, None, CLICK), ("Drums", 10, None, BEAT)], [1]),
        ([("Claves", 10, None, CLICK), ("Drums", 10, None, BEAT)], [0, 1]),
        ([("", 1, None, BEAT)], [0]),
        (
            [("Kick", 1, 0, BEAT[::4]), ("Snare", 2, 0, [(4, 38)]), ("Hat", 3, 0, [(0, 42)])],
            [0, 1, 2],
        ),
        ([("", 1, None, [*BEAT, (24, 27)])], [0]),
        ([("Keys", 1, None, BEAT)], []),
        ([("", 1, 33, BEAT)], []),
        ([("", 1, 0, SCALE)], []),
        ([("", 1, None, BASS)], []),
        ([("Steel Drums", 1, 114, SCALE)], []),
        ([("Bass", 2, 33, BASS), ("", 3, None, BEAT)], []),
    ],
)
def test_the_drums_are_channel_10_or_named_so_or_play_like_a_kit(tracks, drums):
    assert taken(file_of(*tracks)) == drums


def test_where_it_cannot_be_told_the_error_lists_what_there_is():
    content = file_of(("Bass", 2, 33, BASS), ("", 1, 0, SCALE))
    with pytest.raises(InvalidMidiError) as caught:
        read_track(content)
    assert str(caught.value) == (
        "the MIDI file has no drums on channel 10, nor any that can be told; choose a track or a "
        "channel: track 1 (Bass) on channel 2: 8 hits; track 2 on channel 1: 8 hits"
    )


def test_a_track_or_a_channel_can_be_chosen():
    content = file_of(("Bass", 2, 33, BASS), ("Drums", 10, 0, BEAT))
    assert read_track(content).note.sum() == len(BEAT)
    for chosen in ({"track": 0}, {"channel": 2}, {"track": 0, "channel": 2}):
        assert read_track(content, **chosen).note.sum() == len(BASS) * 2  # one bar, twice
    for wrong in ({"track": 2}, {"track": -1}, {"channel": 11}, {"track": 0, "channel": 10}):
        with pytest.raises(InvalidMidiError, match=r"there are no notes on .*; choose a track"):
            read_track(content, **wrong)
    with pytest.raises(InvalidMidiError, match="none of the seven drums is on track 1"):
        read_track(file_of(("", 1, 0, [(0, 20)]), ("", 10, 0, BEAT)), track=0)


def test_the_first_pattern_of_several_is_read_and_another_can_be_chosen():
    content = file_of(
        ("", 10, 0, []), ("A", 10, 0, BEAT), ("B", 10, 0, [(1, 45), (21, 45)]), kind=2
    )
    assert read_track(content).note.sum() == len(BEAT)
    assert read_track(content).notices == ("Of 2 patterns in the file track 2 was read.",)
    assert read_track(content, track=2).note.sum() == 2


def test_a_notice_says_whose_notes_were_read():
    content = file_of(("", 10, None, CLICK), ("Drums", 1, None, BEAT))
    assert read_track(content).notices == (
        "Channel 10 has only a click: the notes of Drums (channel 1) were read as General MIDI "
        "drums.",
    )
    content = file_of(("Click", 10, None, CLICK), ("Drums", 10, None, BEAT))
    assert read_track(content).notices == ("A click track of 8 hits was left out.",)


def test_many_tracks_are_read_in_time():
    track = b"MTrk\0\0\0\x0c\0\x99\x24\x64\x60\x99\x26\x5a\0\xff\x2f\0"
    for kind in (1, 2):
        content = midi_of()[:8] + bytes([0, kind, 0xFF, 0xFF, 0, 96]) + track * 25_000
        file = open_midi(content)
        assert len(file.parts) == 256
        notice = "Of 25000 parts in the file the 256 with most hits were read, without 49488 hits"
        assert file.remarks == (f"{notice} of the others.",)
        assert file.remarks[0] in file.track(channel=10).notices


def test_of_many_parts_those_with_most_hits_are_kept_and_a_few_are_named():
    few = [(f"drum {number}", 1 + number % 9, None, BEAT[:1]) for number in range(300)]
    file = open_midi(file_of(*few[:280], ("drum kit", 16, None, BEAT), *few[280:]))
    assert [part.track for part in file.parts] == [*range(255), 280]
    notice = file.track().notices[1]
    assert notice.startswith("No notes on channel 10: the notes of drum 0 (channel 1), drum 1")
    assert notice.endswith("drum 7 (channel 8), and 248 more were read as General MIDI drums.")
