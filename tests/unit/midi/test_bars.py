"""Bars follow the meter, and what comes before the music is passed over."""

import io

import mido
import pytest
from handmade import midi_of, saved

from pocket_studio.errors import InvalidMidiError, InvalidRequestError
from pocket_studio.midi import read_track


def meters_and(notes, *meters, end=None):
    """Make a file of notes (step, pitch, velocity) and meters (step, numerator, denominator)."""
    midi = mido.MidiFile(file=io.BytesIO(midi_of(*notes, end=end)))
    for step, numerator, denominator in meters:
        meter = mido.MetaMessage(
            "time_signature", numerator=numerator, denominator=denominator, time=round(120 * step)
        )
        midi.tracks.append(mido.MidiTrack([meter]))
    return saved(midi)


def every(step, until, pitch=36):
    return [(at, pitch, 90) for at in range(0, until, step)]


@pytest.mark.parametrize("meter", [(2, 4), (1, 2), (4, 8), (2, 2), (8, 8), (1, 4), (8, 4), (4, 2)])
def test_what_fills_four_quarters_is_a_bar(meter):
    track = read_track(meters_and(every(4, 64), (0, *meter)))
    assert track.bar_meters == ("4/4",) * 4
    assert track.bar_hits == (4, 4, 4, 4)
    assert track.notices == ()


def test_bars_start_anew_where_the_meter_changes():
    content = meters_and(every(4, 72), (0, 4, 4), (32, 2, 4), (40, 4, 4))
    track = read_track(content)
    assert track.bar_meters == ("4/4", "4/4", "2/4", "4/4", "4/4")
    assert track.bar_hits == (4, 4, 2, 4, 4)
    assert [track.can_start(bar) for bar in range(-1, 6)] == [
        *(False, True, False, False, True, False, False)
    ]
    assert track.loop(3).note[0].any()
    with pytest.raises(InvalidRequestError, match="bar 3 is in 2/4; only bars in 4/4"):
        track.loop(1)
    with pytest.raises(InvalidRequestError, match="two bars start at bar 1 to 4 here, not at 5"):
        track.loop(4)
    assert track.notices[0].startswith("1 of 5 bars, with 2 hits, cannot be used: they are in 2/4")


def test_the_later_of_two_meters_at_one_place_counts_and_one_again_changes_nothing():
    assert read_track(meters_and(every(4, 64), (0, 3, 4), (0, 4, 4))).bar_hits == (4, 4, 4, 4)
    assert read_track(meters_and(every(4, 64), (0, 4, 4), (8, 4, 4))).bar_hits == (4, 4, 4, 4)


def test_a_bar_that_a_change_cuts_short_says_how_long_it_is():
    track = read_track(meters_and(every(4, 60), (0, 4, 4), (28, 2, 2)))
    assert track.bar_meters == ("4/4", "3/4", "4/4", "4/4")
    assert track.first_bar == 2


@pytest.mark.parametrize(
    ("meters", "reason"),
    [
        ([(0, 3, 4)], "the MIDI file is in 3/4, not in 4/4"),
        ([(0, 12, 8)], "the MIDI file is in 12/8, not in 4/4"),
        ([(16, 3, 4)], "no two bars in a row that sound are in 4/4: bar 2 is in 3/4"),
        ([(1, 2, 4)], "no two bars in a row that sound are in 4/4: bar 1 is in 1/16"),
    ],
)
def test_without_two_bars_of_four_quarters_the_reason_is_said(meters, reason):
    notes = every(4, 40) if meters[0][0] != 1 else [(1, 36, 90)]
    with pytest.raises(InvalidMidiError) as caught:
        read_track(meters_and(notes, *meters))
    assert str(caught.value) == reason


MUSIC = sorted(every(2, 64, 42) + every(8, 64))


def after(n_bars, lead):
    return lead + [(16 * n_bars + step, pitch, 90) for step, pitch, _ in MUSIC]


@pytest.mark.parametrize("pitch", [31, 37, 44, 33, 76])
@pytest.mark.parametrize("n_bars", [1, 2])
def test_a_count_in_is_passed_over_with_a_notice(pitch, n_bars):
    track = read_track(midi_of(*after(n_bars, every(4, 16 * n_bars, pitch))))
    assert track.first_bar == n_bars
    assert [f"Bar {bar + 1} is a count-in." for bar in range(n_bars)] == list(
        track.remarks[:n_bars]
    )
    track.loop(0)  # may be chosen all the same


@pytest.mark.parametrize("lead", [[(12, 38, 90)], [(s, 38, 90) for s in range(8, 16)]])
def test_a_pickup_is_passed_over_with_a_notice(lead):
    track = read_track(midi_of(*after(1, lead)))
    assert track.first_bar == 1
    assert track.remarks == ("Bar 1 is a pickup.",)


@pytest.mark.parametrize(
    "notes",
    [
        every(4, 64, 37),
        after(1, every(2, 16, 37)),
        after(3, every(4, 48, 37)),
        after(1, [(4, 38, 90)]),
        [*every(4, 16, 37), *[(16 + s, 36, 90) for s in (0, 4, 8)]],
    ],
    ids=["only clicks", "eighths", "three bars", "starts early", "one bar of music"],
)
def test_other_first_bars_are_music(notes):
    assert read_track(midi_of(*notes)).first_bar == 0


def test_clicks_beyond_a_count_in_are_music():
    assert read_track(midi_of(*every(4, 48, 37), (48, 36, 90), (64, 36, 90))).first_bar == 0


def test_the_only_hit_at_a_files_end_is_never_a_closing_one():
    midi = mido.MidiFile(file=io.BytesIO(midi_of((32, 36, 90), end=32)))
    waltz = mido.MetaMessage("time_signature", numerator=3, denominator=4, time=32 * 120)
    midi.tracks.append(mido.MidiTrack([waltz]))
    with pytest.raises(InvalidMidiError, match="that sound are in 4/4: bar 3 is in 3/4"):
        read_track(saved(midi))


def test_a_long_empty_tail_is_no_reason_to_refuse():
    track = read_track(midi_of(*every(4, 32), end=16 * 5000))
    assert track.n_bars == 2
    assert read_track(midi_of(*every(4, 32), end=16 * 100)).n_bars == 100
