import io

import mido
import numpy as np
import pretty_midi
import pytest
from handmade import groove_of, played_beat, saved

from pocket_studio.errors import InvalidMidiError
from pocket_studio.midi import (
    GENERAL_MIDI,
    groove_to_midi,
    groove_to_pretty_midi,
    pretty_midi_to_groove,
    read_track,
)
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.kit import CLOSED_HAT, KICK, SNARE


def pretty_of(*notes, bpm=120.0, is_drum=True):
    """Make a PrettyMIDI of notes (start in seconds, pitch, velocity)."""
    midi = pretty_midi.PrettyMIDI(initial_tempo=bpm)
    instrument = pretty_midi.Instrument(0, is_drum)
    for start, pitch, velocity in notes:
        instrument.notes.append(pretty_midi.Note(velocity, pitch, start, start + 0.05))
    midi.instruments.append(instrument)
    return midi


def notes_of(midi):
    (drums,) = midi.instruments
    return sorted((note.start, note.pitch, note.velocity) for note in drums.notes)


def test_a_groove_becomes_one_drum_instrument_with_its_times_in_seconds():
    groove = groove_of((0, KICK, 1.0, 0.0), (4, SNARE, 64 / 127, 0.5), tempo_bpm=100.0)
    midi = groove_to_pretty_midi(groove)
    (kick, snare) = notes_of(midi)
    assert kick == (0.0, 36, 127)
    assert snare == (pytest.approx(0.6 + 30 * 0.6 / 480), 38, 64)
    assert midi.instruments[0].is_drum
    assert midi.get_tempo_changes()[1].tolist() == [pytest.approx(100.0)]
    assert [(m.numerator, m.denominator) for m in midi.time_signature_changes] == [(4, 4)]


def test_a_hit_before_the_loop_is_at_its_end_and_comes_back():
    groove = groove_of((0, KICK, 1.0, -0.5), (8, SNARE, 1.0, 0.0))
    midi = groove_to_pretty_midi(groove)
    assert notes_of(midi)[-1][0] == pytest.approx(4.0 - 30 / 960)
    assert pretty_midi_to_groove(midi) == groove


def test_half_a_step_early_stays_in_its_cell():
    cells = [(step, CLOSED_HAT, 1.0, -1.0) for step in range(N_STEPS)]
    groove = groove_of(*cells, tempo_bpm=97.31)
    assert (
        pretty_midi_to_groove(groove_to_pretty_midi(groove)).microtiming == groove.microtiming
    ).all()


@pytest.mark.parametrize("bar", [0, 1])
def test_an_empty_bar_stays(bar):
    groove = groove_of((16 * bar, KICK, 1.0, 0.0), (16 * bar + 5, SNARE, 1.0, 0.2))
    assert np.array_equal(pretty_midi_to_groove(groove_to_pretty_midi(groove)).note, groove.note)


def test_a_groove_is_the_same_through_a_file_or_a_pretty_midi():
    groove = played_beat(4, 96.5)
    pretty, file = pretty_midi_to_groove(groove_to_pretty_midi(groove)), groove_to_midi(groove)
    read = read_track(file).first_loop()
    assert np.array_equal(pretty.note, read.note)
    assert np.array_equal(pretty.velocity, read.velocity)
    assert pretty.microtiming == pytest.approx(read.microtiming, abs=1e-5)
    assert pretty.tempo_bpm == read.tempo_bpm == 96.5


def test_times_go_through_the_tempo_map():
    tempos = mido.MidiTrack()
    tempos.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(120)))
    tempos.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(60), time=1920))
    file = saved(mido.MidiFile(tracks=[tempos], ticks_per_beat=480))
    midi = pretty_midi.PrettyMIDI(io.BytesIO(file))
    midi.instruments += pretty_of((0.0, 36, 100), (2.0 + 1.0, 38, 100)).instruments
    groove = pretty_midi_to_groove(midi)
    assert np.argwhere(groove.note).tolist() == [[0, KICK], [20, SNARE]]
    assert groove.tempo_bpm == 120.0


def test_seconds_need_not_be_on_a_tick():
    groove = pretty_midi_to_groove(pretty_of((0.0, 36, 100), (0.51234, 38, 100)))
    assert groove.microtiming[4, SNARE] == pytest.approx(2 * 0.01234 / 0.125, abs=1e-5)


def test_of_a_longer_one_the_first_two_bars_that_sound_are_read():
    midi = pretty_of((2.0, 36, 100), (4.5, 38, 100), (6.1, 36, 100), (9.0, 38, 100))
    assert np.argwhere(pretty_midi_to_groove(midi).note).tolist() == [[0, KICK], [20, SNARE]]


def test_a_hit_on_the_closing_bar_line_is_left_out():
    midi = pretty_of((0.0, 36, 100), (2.5, 38, 100), (4.0, 49, 100), bpm=120.0)
    assert pretty_midi_to_groove(midi).n_hits == 2


def test_instruments_that_are_no_drums_are_passed_over_beside_drums():
    midi = pretty_of((0.0, 36, 100), (2.5, 38, 100))
    midi.instruments += pretty_of((0.5, 36, 100), is_drum=False).instruments
    assert pretty_midi_to_groove(midi).n_hits == 2


@pytest.mark.parametrize(
    ("midi", "message"),
    [
        (pretty_midi.PrettyMIDI(), "no drums"),
        (pretty_of((0.0, 36, 0)), "no drums"),
        (pretty_of((-0.1, 36, 100)), "starts at -0.1 s"),
        (pretty_of((float("nan"), 36, 100)), "starts at nan s"),
        (pretty_of((float("inf"), 36, 100)), "starts at inf s"),
        (pretty_of((1e6, 36, 100)), "longer than 2000 bars"),
        (pretty_of((0.0, 36, 100), (0.0, 128, 100)), "a note has pitch 128, not one from 0 to 127"),
        (pretty_of((0.0, -1, 100)), "a note has pitch -1"),
    ],
    ids=["empty", "velocity 0", "negative", "nan", "inf", "long", "high", "low"],
)
def test_what_is_no_groove_is_refused_in_one_line(midi, message):
    with pytest.raises(InvalidMidiError, match=message) as caught:
        pretty_midi_to_groove(midi)
    assert "\n" not in str(caught.value)


def test_too_loud_is_as_loud_as_can_be():
    assert pretty_midi_to_groove(pretty_of((0.0, 36, 200))).velocity[0, KICK] == 1.0


def test_another_meter_is_refused():
    midi = pretty_of((0.0, 36, 100))
    midi.time_signature_changes.append(pretty_midi.TimeSignature(3, 4, 0.0))
    with pytest.raises(InvalidMidiError, match="in 3/4"):
        pretty_midi_to_groove(midi)


def test_pretty_midi_to_groove_and_back_is_within_a_tick():
    random = np.random.default_rng(5)
    tick_s = 60 / (90 * 480)
    starts = np.sort(random.uniform(0, 32 * 60 / (90 * 4) - 0.1, 24))
    notes = [
        (start, GENERAL_MIDI[n % 7], int(random.integers(1, 128))) for n, start in enumerate(starts)
    ]
    back = notes_of(groove_to_pretty_midi(pretty_midi_to_groove(pretty_of(*notes, bpm=90.0))))
    assert [note[1:] for note in back] == [note[1:] for note in notes]
    assert [note[0] for note in back] == pytest.approx([note[0] for note in notes], abs=tick_s)
