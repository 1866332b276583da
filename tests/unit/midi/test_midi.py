import io
import struct
from pathlib import Path

import mido
import numpy as np
import pytest
from handmade import groove_of, midi_of, onsets, played_beat, saved, spans

from pocket_studio.errors import InvalidGrooveError, InvalidMidiError, InvalidRequestError
from pocket_studio.midi import (
    GENERAL_MIDI,
    LEADS,
    MAX_MIDI_BYTES,
    NOTE_MAPS,
    Section,
    groove_to_midi,
    read_track,
    song_to_midi,
)
from pocket_studio.music.kit import CLOSED_HAT, CRASH, KICK, N_DRUMS, SNARE, drum_to_pitch

FOUR_FOUR = mido.MetaMessage("time_signature", numerator=4, denominator=4)
TWO_BARS = ((0, 36, 100), (4, 38, 90), (16, 36, 100), (20, 38, 90))


def tempo(bpm, time=0):
    return mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm), time=time)


def tempos_and(notes, *tempos):
    """Make a file of notes (step, pitch, velocity) and tempos (bpm, step)."""
    midi = mido.MidiFile(file=io.BytesIO(midi_of(*notes)))
    ticks = [round(120 * step) for _, step in tempos]
    waits = np.diff(ticks, prepend=0).tolist()
    midi.tracks.append(
        mido.MidiTrack(tempo(bpm, at) for (bpm, _), at in zip(tempos, waits, strict=True))
    )
    return midi


def hits(track):
    """Return {(step, drum): (velocity 1-127, microtiming in ticks)}."""
    return {
        (step, drum): (
            round(float(track.velocity[step, drum]) * 127),
            round(float(track.microtiming[step, drum]) * 60, 3),
        )
        for step, drum in np.argwhere(track.note).tolist()
    }


def error_of(source):
    """Return the message that reading `source` ends with, which must be one line."""
    with pytest.raises(InvalidMidiError) as caught:
        read_track(source)
    message = str(caught.value)
    assert message
    assert "\n" not in message
    return message


# Reading


def test_a_hit_goes_to_the_nearest_sixteenth_and_keeps_its_deviation():
    late, early = 4 + 30 / 120, 20 - 12 / 120
    track = read_track(midi_of((0, 36, 127), (late, 38, 64), (early, 42, 1)))
    assert hits(track) == {
        (0, KICK): (127, 0),
        (4, SNARE): (64, 30),
        (20, CLOSED_HAT): (1, -12),
    }
    assert track.notices == ()


@pytest.mark.parametrize("resolution", [24, 96, 120, 480, 960, 32767])
def test_any_resolution_is_read_alike(resolution):
    tick = round(5.25 * resolution / 4)
    track = read_track(midi_of((5.25, 36, 100), (31, 38, 100), resolution=resolution))
    assert track.microtiming[5, KICK] == pytest.approx(2 * (tick * 4 / resolution - 5), abs=1e-5)
    assert track.n_steps == 32


def test_tracks_and_channels_of_one_file_are_read_together():
    drums, bass = mido.MidiTrack(), mido.MidiTrack()
    drums.append(mido.Message("note_on", channel=9, note=36, velocity=100, time=0))
    drums.append(mido.Message("note_on", channel=9, note=38, velocity=100, time=480 * 5))
    bass.append(mido.Message("note_on", channel=0, note=40, velocity=100, time=0))
    track = read_track(saved(mido.MidiFile(tracks=[bass, drums], ticks_per_beat=480)))
    assert set(hits(track)) == {(0, KICK), (20, SNARE)}


def test_note_on_with_velocity_0_is_a_note_off():
    assert set(hits(read_track(midi_of(*TWO_BARS, (24, 36, 0))))) == {
        (0, KICK),
        (4, SNARE),
        (16, KICK),
        (20, SNARE),
    }


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_hits_in_a_cell_the_louder_stays(order):
    early, late = (60, 100)[::order]
    track = read_track(midi_of((3.9, 36, early), (4.1, 36, late), (20, 38, 90)))
    assert hits(track)[4, KICK] == (100, 12.0 * order)


def test_pitches_of_one_drum_share_a_cell():
    track = read_track(midi_of((0, 38, 50), (0, 40, 80), (20, 38, 90)))
    assert hits(track)[0, SNARE] == (80, 0)


def test_percussion_outside_the_seven_drums_is_left_out_with_a_notice():
    track = read_track(midi_of((0, 36, 100), (1, 33, 100), (2, 84, 100), (16, 38, 100), end=32))
    assert set(hits(track)) == {(0, KICK), (16, SNARE)}
    assert track.notices == ("2 hits outside the seven drums were left out.",)


def test_one_bar_is_repeated():
    track = read_track(midi_of((0, 36, 100), (5.25, 38, 90)))
    assert hits(track) == {
        (0, KICK): (100, 0),
        (5, SNARE): (90, 30),
        (16, KICK): (100, 0),
        (21, SNARE): (90, 30),
    }
    assert track.notices == ("One bar was repeated to make two.",)


def test_leading_empty_bars_stay_in_the_track_and_not_in_the_loop():
    shifted = [(32 + step, pitch, velocity) for step, pitch, velocity in TWO_BARS]
    track = read_track(midi_of(*shifted))
    assert track.n_steps == 64
    assert hits(track.first_loop()) == hits(read_track(midi_of(*TWO_BARS)).first_loop())


def test_closing_hit_is_no_bar_of_its_own():
    track = read_track(midi_of(*TWO_BARS, (31.9, 42, 80), (32, 36, 120), (32, 49, 120)))
    assert hits(track) == hits(read_track(midi_of(*TWO_BARS)))
    assert track.notices == ("A closing bar with 3 hits on its first step was left out.",)
    assert track.n_closing == 3


def test_a_last_bar_with_more_than_a_closing_hit_is_a_bar():
    assert read_track(midi_of(*TWO_BARS, (32, 36, 100), (33, 38, 100))).n_steps == 48


@pytest.mark.parametrize("end", [32, 48, 64])
def test_a_file_that_ends_on_a_bar_line_is_a_loop_of_that_length(end):
    track = read_track(midi_of(*TWO_BARS, end=end))
    assert track.n_steps == end
    assert hits(track) == hits(read_track(midi_of(*TWO_BARS)))


def test_an_empty_second_bar_of_a_loop_stays():
    track = read_track(midi_of((0, 36, 100), (4, 38, 90), end=32))
    assert set(hits(track)) == {(0, KICK), (4, SNARE)}
    assert track.notices == ()


@pytest.mark.parametrize("position", [32 - 12 / 120, 32])
def test_a_hit_at_the_end_of_a_loop_wraps_to_a_free_first_cell(position):
    track = read_track(midi_of(*TWO_BARS, (position, 42, 80), end=32))
    assert track.n_steps == 32
    assert hits(track)[0, CLOSED_HAT] == (80, pytest.approx(120 * (position - 32)))


@pytest.mark.parametrize(("velocity", "stays"), [(99, (100, 0)), (127, (127, -12.0))])
def test_of_a_first_hit_and_one_that_wraps_the_louder_stays(velocity, stays):
    track = read_track(midi_of(*TWO_BARS, (32 - 12 / 120, 36, velocity), end=32))
    assert hits(track)[0, KICK] == stays
    assert [bar.n_together for bar in track.bars] == [1, 0]


@pytest.mark.parametrize("n_bars", [1, 2, 4, 8])
@pytest.mark.parametrize("end", [None, 16 * 64])
def test_a_pushed_downbeat_wraps_whatever_the_files_last_tick(n_bars, end):
    beat = [(16 * bar + step, 38, 90) for bar in range(n_bars) for step in (0, 4, 12)]
    track = read_track(midi_of(*beat, (16 * n_bars - 0.42, 49, 120), end=end))
    assert hits(track)[0, CRASH] == (120, pytest.approx(-50.4, abs=0.5))
    assert track.n_bars == max(n_bars, 2)
    assert track.note[16 * n_bars :, CRASH].sum() == (n_bars == 1)


@pytest.mark.parametrize(("end", "n_bars", "step"), [(64, 4, 32), (112, 7, 32), (128, 2, 0)])
def test_a_file_four_times_as_long_as_its_music_does_not_say_where_the_loop_ends(end, n_bars, step):
    track = read_track(midi_of(*TWO_BARS, (31.58, 49, 120), end=end))
    assert track.n_bars == n_bars
    assert hits(track)[step, CRASH][1] < 0


def test_an_early_hit_in_a_third_of_four_bars_stays_there():
    track = read_track(midi_of(*TWO_BARS, (31.58, 49, 120), (40, 38, 90), (50, 38, 90), end=64))
    assert hits(track)[32, CRASH][1] < 0


@pytest.mark.parametrize("position", [32, 32.05, 47.9, 160])
def test_a_lone_late_hit_closes_nothing(position):
    track = read_track(midi_of((position, 36, 100)))
    assert track.note.sum() == 1
    assert track.first_loop().n_hits == 1


def test_drums_on_channel_1_are_read_with_a_notice():
    track = read_track(midi_of(*TWO_BARS, channel=0))
    assert hits(track) == hits(read_track(midi_of(*TWO_BARS)))
    assert track.notices == ("No notes on channel 10: the notes were read as General MIDI drums.",)


@pytest.mark.parametrize(("bpm", "expected"), [(96, 96), (20, 40), (300, 240)])
def test_tempo_is_read_and_kept_in_range(bpm, expected):
    track = read_track(midi_of(*TWO_BARS, meta=[tempo(bpm)]))
    assert track.tempo_bpm == pytest.approx(expected, abs=0.001)
    assert len(track.notices) == (bpm != expected)


def test_without_a_tempo_it_is_120():
    assert read_track(midi_of(*TWO_BARS)).tempo_bpm == 120.0


def test_tempo_changes_are_stated_and_do_not_move_hits():
    track = read_track(midi_of(*TWO_BARS, meta=[tempo(96), tempo(140)]))
    assert track.tempo_bpm == 140.0  # the later of two at one place counts
    assert track.notices == ()
    track = read_track(saved(tempos_and(TWO_BARS, (96, 0), (140, 10), (110, 20))))
    assert track.tempo_bpm == pytest.approx(96.0, abs=0.001)
    assert track.notices == ("The tempo changes 2 times: that of bar 1, 96 bpm, is used.",)
    assert hits(track) == hits(read_track(midi_of(*TWO_BARS)))


@pytest.mark.parametrize(
    ("bar", "expected"), [(0, 120.0), (1, 120.0), (2, 95.0), (3, 80.0)], ids=str
)
def test_the_tempo_is_that_of_the_bars_that_are_used(bar, expected):
    beat = [(8 * half, 36, 100) for half in range(10)]
    track = read_track(saved(tempos_and(beat, (95, 32), (80, 48.2))))
    assert track.loop(bar).tempo_bpm == pytest.approx(expected, abs=0.001)
    assert f"that of bar {bar + 1}, {expected:g} bpm" in track.notices_at(bar)[-1]


def test_the_first_tempo_is_the_earliest_in_whatever_track():
    late, early = mido.MidiTrack([tempo(140, time=480)]), mido.MidiTrack([tempo(96)])
    late.append(mido.Message("note_on", channel=9, note=36, velocity=100, time=480 * 5))
    midi = mido.MidiFile(tracks=[late, early], ticks_per_beat=480)
    assert read_track(saved(midi)).tempo_bpm == pytest.approx(96.0, abs=0.001)


def test_the_same_tempo_twice_is_no_change():
    assert read_track(midi_of(*TWO_BARS, meta=[tempo(96), tempo(96)])).notices == ()


def test_tempo_of_0_microseconds_is_passed_over():
    zero = mido.MetaMessage("set_tempo", tempo=0)
    assert read_track(midi_of(*TWO_BARS, meta=[zero])).tempo_bpm == 120.0


def test_100_000_notes_are_read():
    pitches = (36, 38, 42)
    events = b"".join(bytes([15, 0x99, pitches[i % 3], 1 + i % 127]) for i in range(100_000))
    header = b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480)
    track = read_track(header + b"MTrk" + struct.pack(">I", len(events)) + events)
    assert track.n_steps == 12_512  # 15 ticks are an eighth of a step
    assert track.note.sum() > 30_000


# Bad input


@pytest.mark.parametrize(
    ("n_bytes", "reason"),
    [
        (10, "cut short in its header"),
        (14, "damaged or cut short: it has no track"),
        (30, "damaged or cut short before its first drum hit, at byte 29"),
    ],
)
def test_a_file_that_is_cut_before_its_drums(n_bytes, reason):
    assert reason in error_of(groove_to_midi(played_beat(0))[:n_bytes])


@pytest.mark.parametrize("n_bytes", [-6, -8], ids=["in an event", "between two"])
def test_a_file_that_is_cut_later_is_read_up_to_there(n_bytes):
    whole = midi_of(*TWO_BARS)
    track = read_track(whole[:n_bytes])
    assert hits(track).items() < hits(read_track(whole)).items()
    assert track.notices == (
        "Track 1 of the file is damaged or cut short: it was read up to its note 3.",
    )


def test_empty_file(tmp_path):
    (tmp_path / "empty.mid").touch()
    assert error_of(b"") == error_of(tmp_path / "empty.mid") == "the MIDI file is empty"


@pytest.mark.parametrize("content", [b"hello", b"\0" * 100, b"PK\x03\x04" * 50, b"<html></html>"])
def test_not_midi(content):
    assert error_of(content) == "this is not a MIDI file"


def test_riff_that_holds_no_midi():
    error_of(b"RIFF" + struct.pack("<I", 4) + b"WAVE")


@pytest.mark.parametrize(
    "content",
    [
        midi_of(),
        midi_of((0, 33, 100)),
        midi_of((0, 36, 0)),
    ],
    ids=["no notes", "other percussion", "only note-offs"],
)
def test_without_drums(content):
    assert error_of(content) == "the MIDI file has no drums on channel 10"


def test_an_empty_groove_has_no_drums_to_read():
    error_of(groove_to_midi(groove_of()))


@pytest.mark.parametrize(("numerator", "denominator"), [(3, 4), (6, 8), (7, 8), (5, 4)])
def test_not_in_four_four(numerator, denominator):
    meter = mido.MetaMessage("time_signature", numerator=numerator, denominator=denominator)
    expected = f"the MIDI file is in {numerator}/{denominator}, not in 4/4"
    assert error_of(midi_of(*TWO_BARS, meta=[meter])) == expected
    assert error_of(midi_of(*TWO_BARS, meta=[FOUR_FOUR, meter])) == expected
    assert read_track(midi_of(*TWO_BARS, meta=[FOUR_FOUR])).n_steps == 32


@pytest.mark.parametrize("division", [0, 0xE728], ids=["0 ticks", "SMPTE 25 frames"])
def test_without_musical_time(division):
    content = bytearray(midi_of(*TWO_BARS))
    content[12:14] = division.to_bytes(2, "big")
    assert "no musical time" in error_of(bytes(content))


def test_what_lies_after_2000_bars_is_left_out_with_a_notice():
    track = read_track(midi_of(*TWO_BARS, (16 * 2000, 36, 9), (16 * 2001, 36, 9)))
    assert hits(track) == hits(read_track(midi_of(*TWO_BARS)))
    assert track.notices == ("Only the first 2000 bars were read, without 2 hits after them.",)
    assert read_track(midi_of(*TWO_BARS, (16 * 2000 - 1, 36, 9))).n_bars == 2000
    assert error_of(midi_of((16 * 2001, 36, 9))) == "the MIDI file is longer than 2000 bars"


@pytest.mark.parametrize(("end", "n_bars"), [(16 * 2000, 2000), (16 * 2001, 2)])
def test_no_loop_is_longer_than_2000_bars(end, n_bars):
    assert read_track(midi_of(*TWO_BARS, end=end)).n_bars == n_bars


def test_a_file_that_is_too_large_is_refused_unread(tmp_path):
    path = tmp_path / "large.mid"
    with path.open("wb") as file:
        file.write(b"MThd")
        file.truncate(50 * 1024 * 1024)
    expected = f"the MIDI file has 51200 KiB; at most {MAX_MIDI_BYTES // 1024} are read"
    assert error_of(path) == expected
    assert "are read" in error_of(b"MThd" + bytes(MAX_MIDI_BYTES))
    assert "0 ticks a beat" in error_of(b"MThd" + bytes(MAX_MIDI_BYTES - 4))


@pytest.mark.parametrize("name", ["", "missing.mid", "missing/file.mid", "nul\0.mid"])
def test_directory_or_missing_path(tmp_path, name):
    assert error_of(tmp_path / name).startswith("there is no file")


def test_a_path_and_its_content_are_read_alike(tmp_path):
    path = tmp_path / "beat.mid"
    path.write_bytes(midi_of(*TWO_BARS))
    assert hits(read_track(path)) == hits(read_track(path.read_bytes()))
    assert hits(read_track(Path(path))) != {}


# Writing


def test_a_groove_is_written_with_its_pitches_ticks_and_velocities():
    groove = groove_of(
        (0, KICK, 1.0, 0.0), (4, SNARE, 64 / 127, 0.5), (31, CLOSED_HAT, 1 / 127, -1.0)
    )
    assert onsets(groove_to_midi(groove)) == [
        (0, 36, 127, 9),
        (510, 38, 64, 9),
        (3660, 42, 1, 9),
    ]


def test_a_very_soft_note_is_not_written_as_a_note_off():
    assert onsets(groove_to_midi(groove_of((0, KICK, 0.0001, 0)))) == [(0, 36, 1, 9)]


def test_a_hit_pushed_before_the_loop_wraps_to_its_end():
    assert onsets(groove_to_midi(groove_of((0, KICK, 1.0, -0.5)))) == [(3810, 36, 127, 9)]
    assert onsets(groove_to_midi(groove_of((0, KICK, 1.0, -0.5)), repeats=2)) == [
        (3810, 36, 127, 9),
        (7650, 36, 127, 9),
    ]


@pytest.mark.parametrize("repeats", [0, -1, 9])
def test_a_groove_is_written_once_to_eight_times(repeats):
    with pytest.raises(InvalidGrooveError, match="at least once, up to 8 times"):
        groove_to_midi(played_beat(0), repeats)


def test_a_hit_half_a_step_late_stays_in_its_step():
    assert onsets(groove_to_midi(groove_of((3, KICK, 1.0, 1.0)))) == [(419, 36, 127, 9)]


@pytest.mark.parametrize("repeats", [1, 3])
@pytest.mark.parametrize("bpm", [40.0, 97.3, 240.0])
def test_the_file_ends_on_the_bar_line_at_its_tempo(bpm, repeats):
    content = groove_to_midi(groove_of((31, KICK, 1.0, 1.0), tempo_bpm=bpm), repeats)
    midi = mido.MidiFile(file=io.BytesIO(content))
    assert midi.ticks_per_beat == 480
    assert max(sum(m.time for m in track) for track in midi.tracks) == repeats * 3840
    assert midi.length == pytest.approx(repeats * 8 * 60 / bpm, rel=1e-4)
    meters = [m for track in midi.tracks for m in track if m.type == "time_signature"]
    assert [(m.numerator, m.denominator) for m in meters] == [(4, 4)]


def test_a_tempo_of_two_decimals_comes_back():
    # In whole microseconds a beat, rounded: cut off, one in eleven came back 0.001 off.
    for bpm in np.arange(4000, 24001, 7) / 100:
        groove = groove_of((0, KICK, 1.0, 0.0), tempo_bpm=bpm)
        assert read_track(groove_to_midi(groove)).tempo_bpm == bpm


BAR = 1920


@pytest.mark.parametrize("lead", ["pre_roll", "count_in"])
def test_with_a_bar_before_an_early_hit_keeps_its_place(lead):
    groove = groove_of((0, KICK, 1.0, -0.5), (4, SNARE, 1.0, 0.0))
    content = groove_to_midi(groove, repeats=2, lead=lead)
    drums = [onset for onset in onsets(content) if onset[1] != 37]
    assert [tick for tick, *_ in drums] == [BAR - 30, BAR + 480, BAR + 3840 - 30, BAR + 4320]
    assert end_of(content) == BAR + 2 * 3840


def test_the_count_in_is_four_side_sticks_the_first_the_loudest():
    counts = onsets(groove_to_midi(groove_of(), lead="count_in"))
    assert [(tick, pitch, channel) for tick, pitch, _, channel in counts] == [
        (beat * 480, 37, 9) for beat in range(4)
    ]
    first, *others = (velocity for _, _, velocity, _ in counts)
    assert all(first > other for other in others)


def test_a_note_ends_where_the_next_of_its_pitch_begins():
    swung = groove_of(
        (0, CLOSED_HAT, 1, 0), (1, CLOSED_HAT, 1, 0.5), (2, CLOSED_HAT, 1, -0.5), swing=0.7
    )
    assert spans(groove_to_midi(swung)) == [(0, 60, 42), (198, 210, 42), (210, 270, 42)]


def test_a_note_at_the_end_of_the_file_ends_with_it():
    pushed = groove_of((0, KICK, 1.0, -1 / 60), (0, SNARE, 1.0, 0))
    assert spans(groove_to_midi(pushed)) == [(0, 60, 38), (3839, 3840, 36)]


def test_two_drums_on_one_pitch_at_one_tick_are_one_note_the_louder():
    groove = groove_of(
        (0, KICK, 0.2, 0), (0, SNARE, 1.0, 0), (4, KICK, 1.0, 0), (4, SNARE, 0.2, 0.1)
    )
    assert onsets(groove_to_midi(groove, note_map=(36,) * N_DRUMS)) == [
        (0, 36, 127, 9),
        (480, 36, 127, 9),
        (486, 36, 25, 9),
    ]


def test_a_count_in_on_the_pitch_of_a_drum_does_not_overlap_it():
    early = groove_of((0, SNARE, 1.0, -1.0))
    notes = spans(groove_to_midi(early, lead="count_in", note_map=NOTE_MAPS["Pads from C1 (MPC)"]))
    assert notes[-2:] == [(1440, 1500, 37), (1860, 1920, 37)]


def test_swing_is_written():
    groove = groove_of((0, KICK, 1, 0), (1, KICK, 1, 0), (2, KICK, 1, 0), swing=2 / 3)
    assert [tick for tick, *_ in onsets(groove_to_midi(groove))] == [0, 160, 240]


def test_a_note_map_gives_the_pitches():
    groove = groove_of((0, KICK, 1.0, 0.0), (4, SNARE, 1.0, 0.0), (8, CLOSED_HAT, 1.0, 0.0))
    written = onsets(groove_to_midi(groove, note_map=NOTE_MAPS["Addictive Drums 2"]))
    assert [pitch for _, pitch, *_ in written] == [36, 38, 49]


def test_note_maps_have_a_pitch_for_each_drum_and_general_midi_comes_first():
    assert next(iter(NOTE_MAPS.items())) == ("General MIDI", GENERAL_MIDI)
    assert tuple(drum_to_pitch(drum) for drum in range(N_DRUMS)) == GENERAL_MIDI
    for note_map in NOTE_MAPS.values():
        assert len(set(note_map)) == N_DRUMS
        assert all(0 <= pitch <= 127 for pitch in note_map)


@pytest.mark.parametrize("note_map", [(36,) * 6, (36,) * 8, (128, *(36,) * 6), (-1, *(36,) * 6)])
def test_a_note_map_out_of_range_is_refused(note_map):
    with pytest.raises(InvalidRequestError, match="a pitch 0 to 127 for each of kick"):
        groove_to_midi(played_beat(0), note_map=note_map)


def test_an_unknown_lead_is_refused():
    with pytest.raises(InvalidRequestError, match=f"one of {', '.join(LEADS)}"):
        groove_to_midi(played_beat(0), lead="fade")


def test_a_song_is_its_sections_in_a_row_at_one_tempo():
    verse = Section(groove_of((0, KICK, 1.0, 0.0), tempo_bpm=90.0), 2, "Verse")
    chorus = Section(groove_of((0, SNARE, 1.0, -0.5), tempo_bpm=140.0), 1, "Réfrain 鼓")
    content = song_to_midi([verse, chorus], tempo_bpm=100.0)
    assert [onset[:2] for onset in onsets(content)] == [(0, 36), (3840, 36), (7680 - 30, 38)]
    assert end_of(content) == 3 * 3840
    midi = mido.MidiFile(file=io.BytesIO(content), charset="utf-8")
    assert midi.length == pytest.approx(3 * 8 * 60 / 100)
    assert markers_of(midi) == [(0, "Verse"), (7680, "Réfrain 鼓")]


def test_markers_follow_the_lead_and_sections_without_a_name_have_none():
    sections = [Section(played_beat(0)), Section(played_beat(1), name="B")]
    midi = mido.MidiFile(file=io.BytesIO(song_to_midi(sections, lead="pre_roll")))
    assert markers_of(midi) == [(BAR + 3840, "B")]


def test_a_song_of_one_section_is_the_groove():
    groove = played_beat(2, 97.0)
    assert song_to_midi([Section(groove, 3)]) == groove_to_midi(groove, 3)


def test_a_song_needs_a_section():
    with pytest.raises(InvalidRequestError, match="at least one section"):
        song_to_midi([])


def end_of(content):
    midi = mido.MidiFile(file=io.BytesIO(content))
    return max(sum(message.time for message in track) for track in midi.tracks)


def markers_of(midi):
    found, ticks = [], 0
    for message in midi.tracks[0]:
        ticks += message.time
        if message.type == "marker":
            found.append((ticks, message.text))
    return found
