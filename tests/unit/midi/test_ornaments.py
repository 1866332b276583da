"""Flams and drags as notes of MIDI files, and back."""

import io

import mido
import numpy as np
import pytest
from handmade import groove_of, onsets, saved, spans

from pocket_studio.midi import groove_to_midi, read_track, song_to_midi
from pocket_studio.music.groove import Section
from pocket_studio.music.kit import KICK, SNARE
from pocket_studio.music.patterns import rows_to_ornaments
from pocket_studio.music.shaping import shape

ORNAMENTS = rows_to_ornaments({"kick": "f" + "." * 31, "snare": "....d..........." * 2})
GROOVE = shape(
    groove_of((0, KICK, 1.0, 0), (4, SNARE, 0.8, 0), (20, SNARE, 1.0, -0.5), tempo_bpm=125.0),
    ornaments=ORNAMENTS,
)  # a tick is a millisecond


def snares(content):
    return [(tick, velocity) for tick, pitch, velocity, _ in onsets(content) if pitch == 38]


def test_grace_notes_are_written_before_their_hit():
    assert snares(groove_to_midi(GROOVE))[:3] == [(418, 41), (449, 46), (480, 102)]


def test_one_before_the_loop_wraps_to_its_end_or_lies_in_the_lead():
    def kicks(content):
        return [tick for tick, pitch, *_ in onsets(content) if pitch == 36]

    assert kicks(groove_to_midi(GROOVE)) == [0, 3810]
    assert kicks(groove_to_midi(GROOVE, lead="pre_roll")) == [1890, 1920]
    assert kicks(groove_to_midi(GROOVE, 2)) == [0, 3810, 3840, 7650]


def test_a_song_plays_them_at_its_own_tempo():
    song = song_to_midi([Section(GROOVE)], tempo_bpm=62.5)
    assert [tick for tick, _ in snares(song)[:3]] == [449, 464, 480]


@pytest.mark.parametrize("lead", ["none", "pre_roll", "count_in"])
@pytest.mark.parametrize("repeats", [1, 2])
def test_our_own_file_gives_them_back(lead, repeats):
    track = read_track(groove_to_midi(GROOVE, repeats, lead))
    assert np.array_equal(track.first_loop().ornament, GROOVE.ornament)
    assert np.array_equal(track.first_loop().note, GROOVE.note)
    assert track.window(32 * (repeats - 1)).ornament.sum() == GROOVE.ornament.sum()


def test_a_file_without_them_says_nothing_of_them():
    plain = shape(GROOVE, ornaments=0 * ORNAMENTS)
    assert b"graces" not in groove_to_midi(plain)
    track = read_track(groove_to_midi(plain))
    assert track.ornament is None
    assert np.array_equal(track.first_loop().note, plain.note)


def without(content, tick, pitch):
    """Take a note out of a file."""
    midi = mido.MidiFile(file=io.BytesIO(content))
    now = 0
    for message in midi.tracks[1]:
        now += message.time
        if message.type == "note_on" and (now, message.note) == (tick, pitch) and message.velocity:
            message.velocity = 0
    return saved(midi)


def test_a_grace_that_was_taken_out_makes_a_drag_a_flam():
    loop = read_track(without(groove_to_midi(GROOVE), 418, 38)).first_loop()
    assert (loop.ornament[4, SNARE], loop.ornament[20, SNARE]) == (1, 2)


def test_graces_whose_hit_was_taken_out_are_read_as_they_are_heard():
    track = read_track(without(groove_to_midi(GROOVE), 480, 38))
    assert not track.first_loop().ornament.any()
    assert track.first_loop().note[4, SNARE] == 1
    assert any("as they are heard" in notice for notice in track.notices)


def test_hits_in_the_way_of_graces_are_kept():
    dense = groove_of(*((step, SNARE, 0.3, 0) for step in range(32)), tempo_bpm=240.0)
    dragged = shape(dense, ornaments=np.full((32, 7), 2))
    content = groove_to_midi(dragged)
    assert spans(content)
    assert np.array_equal(read_track(content).first_loop().note, dense.note)
