"""What the studio's own MIDI files say of themselves, and when it is not believed."""

import io
import json

import mido
import numpy as np
import pytest
from handmade import groove_of, midi_of, played_beat, saved

from pocket_studio.midi import (
    NOTE_MAPS,
    Section,
    groove_to_midi,
    open_midi,
    read_track,
    song_to_midi,
)
from pocket_studio.midi.own import data_to_own
from pocket_studio.music.kit import CLOSED_HAT, KICK, N_DRUMS, RIDE, SNARE, TOM

HATS = [(step, CLOSED_HAT, 0.5, 0.0) for step in range(0, 32, 2)]
SWUNG = groove_of(
    *HATS, (0, KICK, 1.0, -0.5), (7, SNARE, 0.3, 0.5), (16, KICK, 1.0, 0), tempo_bpm=203.457,
    swing=0.7,
)  # fmt: skip
CHANGED = "Its notes were changed: they were read as they are heard, without a swing."


def edited(content, edit):
    """Return the file after `edit` of its two tracks."""
    midi = mido.MidiFile(file=io.BytesIO(content))
    edit(*midi.tracks)
    return saved(midi)


def with_event(change, content=None):
    """Return a file whose own event has content that is changed."""

    def edit(timing, _):
        (event,) = [each for each in timing if each.type == "sequencer_specific"]
        event.data = tuple(change(bytes(event.data)))

    return edited(content or groove_to_midi(SWUNG, lead="pre_roll"), edit)


def with_only(drums, *pitches):
    """Return the track with the notes of some pitches."""
    track, tick, last = mido.MidiTrack(), 0, 0
    for message in drums:
        tick += message.time
        if message.type != "note_on" or message.note in pitches:
            track.append(message.copy(time=tick - last))
            last = tick
    return track


def notes_of(drums):
    return [message for message in drums if message.type == "note_on" and message.velocity]


def test_swing_and_a_tempo_that_no_file_can_hold_come_back():
    exact = played_beat(1, 239.9996)
    assert read_track(groove_to_midi(exact)).tempo_bpm == 239.9996
    track = read_track(groove_to_midi(SWUNG))
    assert (track.swing, track.tempo_bpm, track.notices) == (0.7, 203.457, ())
    assert track.window(0).swing == 0.7
    assert np.allclose(track.microtiming, SWUNG.microtiming, atol=1e-6)


def test_hits_that_swing_brings_out_of_order_come_back():
    groove = groove_of((1, SNARE, 0.9, 0.9), (2, SNARE, 0.5, -0.9), swing=0.75)
    track = read_track(groove_to_midi(groove))
    assert np.allclose(track.microtiming, groove.microtiming, atol=1e-6)


def test_drums_that_share_a_pitch_come_back():
    groove = groove_of(*((step, step % N_DRUMS, 0.5, step / 40) for step in range(32)), swing=0.6)
    track = read_track(groove_to_midi(groove, note_map=(36,) * N_DRUMS))
    assert (track.note == groove.note).all()


def test_a_note_map_is_read_backwards():
    groove = groove_of((0, CLOSED_HAT, 1, 0), (4, RIDE, 1, 0), (8, TOM, 1, 0))
    content = groove_to_midi(groove, note_map=NOTE_MAPS["Addictive Drums 2"])
    assert (read_track(content).note == groove.note).all()


def test_a_lead_is_left_out_and_said():
    track = read_track(groove_to_midi(SWUNG, 2, lead="count_in"))
    assert track.n_bars == 4
    assert (track.window(0).note == SWUNG.note).all()
    assert track.notices == ("Its count-in was left out.",)


def test_what_was_put_into_the_lead_stays():
    def fill(_, drums):
        note = mido.Message("note_on", channel=9, note=38, velocity=90, time=960)
        first = next(message for message in drums if message.time)
        first.time -= 960
        drums.insert(drums.index(first), note)

    track = read_track(edited(groove_to_midi(SWUNG, lead="pre_roll"), fill))
    assert track.n_bars == 3
    assert track.note[8, SNARE] == 1
    assert (track.swing, track.notices) == (0.7, ())


def test_a_song_of_several_swings_is_read_as_it_is_heard():
    straight = groove_of(*HATS, (0, SNARE, 1, 0))
    content = song_to_midi([Section(SWUNG), Section(straight)], "count_in", (40, 50, 60) * 2 + (1,))
    track = read_track(content)
    assert track.swing == 0.5
    assert track.note[16:, [KICK, SNARE]].sum() == 4
    assert track.notices[:2] == (
        "Its sections have different swings: they were read as they are heard, without a swing.",
        "Its count-in was left out.",
    )


def test_markers_of_a_song_stay():
    content = song_to_midi([Section(SWUNG, 1, "A"), Section(SWUNG, 2, "B")])
    timing = mido.MidiFile(file=io.BytesIO(content)).tracks[0]
    assert [message.text for message in timing if message.type == "marker"] == ["A", "B"]
    assert read_track(content).swing == 0.7


def test_another_loudness_and_a_little_shift_are_read_with_the_swing():
    def softer(_, drums):
        notes_of(drums)[2].velocity = 11
        notes_of(drums)[2].time -= 5
        drums[drums.index(notes_of(drums)[2]) + 1].time += 5

    track = read_track(edited(groove_to_midi(SWUNG), softer))
    assert (track.swing, track.notices) == (0.7, ())
    step, drum = 4, CLOSED_HAT
    assert round(float(track.velocity[step, drum]) * 127) == 11
    assert track.microtiming[step, drum] == pytest.approx(-5 / 60)


def test_a_note_without_a_place_on_the_swung_grid_is_heard_where_it_is():
    def add(_, drums):  # 84 ticks after the first step: 84 early of the swung second
        note = mido.Message("note_on", channel=9, note=38, velocity=90, time=24)
        after = next(message for message in drums if message.time > 60)
        after.time -= 24
        drums.insert(drums.index(after), note)

    track = read_track(edited(groove_to_midi(SWUNG), add))
    assert track.swing == 0.5
    assert track.notices == (CHANGED,)
    assert track.microtiming[1, SNARE] == pytest.approx(-36 / 60)


def test_another_tempo_wins():
    def faster(timing, _):
        timing[0].tempo = 500_000

    assert read_track(edited(groove_to_midi(SWUNG), faster)).tempo_bpm == 120


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-1],
        lambda data: data.replace(b'"version":1', b'"version":2'),
        lambda data: data.replace(b'"swing":0.7', b'"swing":7'),
        lambda data: data.replace(b'"swing":0.7', b'"swing":"0.7"'),
        lambda data: data.replace(b"36", b"true"),
        lambda data: data.replace(b"pre_roll", b"\xff"),
        lambda data: data[: data.index(b"{")] + b"[" * 100_000,
        lambda data: data.replace(b"[]", b"[[1,2]]"),
        lambda data: data.replace(b"[]", b"[[1,2,3],[1,2,7]]"),
        lambda data: data.replace(b"[]", b"[" + b"[1,1,1]," * 5000 + b"[1,1,1]]"),
        lambda data: data.replace(b"[]", b"[[1e1,1,1]]"),
    ],
)
def test_a_damaged_event_is_passed_over_with_a_notice(change):
    content = with_event(change)
    track = read_track(content)
    assert track.swing == 0.5
    assert track.n_bars == 3
    assert track.notices[0] == (
        "What the file says of itself is damaged or newer: its notes were read as they are heard."
    )


def test_a_damaged_file_of_ours_says_what_it_lost():
    content = groove_to_midi(SWUNG)
    track = read_track(content[:-9])
    assert track.swing == 0.7
    assert track.note.sum() == SWUNG.note.sum() - 1
    (notice,) = track.notices
    assert notice.startswith("Track 2 of the file is damaged or cut short: it was read up to")


def test_of_a_file_of_ours_one_track_can_be_chosen():
    midi = mido.MidiFile(file=io.BytesIO(groove_to_midi(SWUNG, 2, lead="count_in")))
    hats = with_only(midi.tracks[1], 42)
    rest = with_only(midi.tracks[1], 36, 37, 38)
    midi.tracks[1:] = [hats, rest]
    file = open_midi(saved(midi))
    chosen = file.track_of(1)
    assert (chosen.swing, chosen.notices) == (0.7, ("Its count-in was left out.",))
    assert set(np.argwhere(chosen.note)[:, 1].tolist()) == {KICK, SNARE}
    assert (chosen.window(0).note[:, [KICK, SNARE]] == SWUNG.note[:, [KICK, SNARE]]).all()
    assert (file.track_of(0).note[:, CLOSED_HAT].sum()) == 2 * len(HATS)
    assert (file.track().window(0).note == SWUNG.note).all()


def test_a_track_of_clicks_beside_ours_is_left_out():
    midi = mido.MidiFile(file=io.BytesIO(groove_to_midi(SWUNG)))
    click = mido.MidiTrack([mido.MetaMessage("track_name", name="Click")])
    click.append(mido.Message("note_on", channel=9, note=37, velocity=90, time=3))
    midi.tracks.append(click)
    track = read_track(saved(midi))
    assert (track.note == SWUNG.note).all()
    assert (track.swing, track.notices) == (0.7, ("A click track of 1 hit was left out.",))


def test_events_of_others_are_none_of_ours():
    other = mido.MetaMessage("sequencer_specific", data=(0x7D, 1, 2, 3))
    assert data_to_own(bytes(other.data)) is None
    track = read_track(midi_of((0, 36, 100), (16, 38, 90), meta=[other], end=32))
    assert track.notices == ()


def test_files_put_together_say_nothing_for_all():
    def twice(timing, _):
        timing.insert(0, timing[2].copy())

    track = read_track(edited(groove_to_midi(SWUNG), twice))
    assert track.swing == 0.5
    assert track.notices == (
        "It is made of several files of ours: they were read as they are heard.",
    )


def test_the_event_is_json_behind_the_mark_of_no_manufacturer():
    timing = mido.MidiFile(file=io.BytesIO(groove_to_midi(SWUNG))).tracks[0]
    data = bytes(timing[2].data)
    assert data.startswith(b"\x7dPocketStudio{")
    assert json.loads(data.removeprefix(b"\x7dPocketStudio")) == {
        "version": 1,
        "tempo_bpm": 203.457,
        "swing": 0.7,
        "note_map": [36, 38, 42, 46, 51, 49, 45],
        "lead": "none",
        "places": [],
    }
