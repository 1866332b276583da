"""Files that break the standard where drums do not care, and what of them is read."""

import struct
import time

import pytest
from handmade import midi_of

from pocket_studio.errors import InvalidMidiError
from pocket_studio.midi import read_track
from pocket_studio.midi.parsing import parse

NOTES = b"".join(b"\0\x99\x24\x64\x60\x99\x26\x5a" for _ in range(8))
END = b"\0\xff\x2f\0"


def chunk(events, name=b"MTrk", length=None):
    return name + struct.pack(">I", len(events) if length is None else length) + events


def header(n_tracks=1, kind=1, division=96):
    return b"MThd" + struct.pack(">IHHH", 6, kind, n_tracks, division)


def file_of(events):
    return header() + chunk(events + END)


def pitches(content):
    (track,) = (track for track in parse(content).tracks if len(track.notes))
    return track.notes[:, 1].tolist()


@pytest.mark.parametrize(
    "content",
    [
        file_of(b"\0\xff\x59\x02\xf8\x00" + NOTES),
        file_of(b"\0\xff\x59\x02\x00\xff" + NOTES),
        file_of(b"\0\xff\x59\x01\x00" + NOTES),
        file_of(b"\0\xff\x54\x01\xff" + NOTES),
        file_of(b"\0\xff\x20\x00" + NOTES),
        file_of(b"\0\xff\x6a\x03abc" + NOTES),
        file_of(b"\0\xfe\0\xf8\0\xf2\x01\x02\0\xf3\x01" + NOTES),
        file_of(NOTES[:16] + b"\0\xf0\x05\x7e\x7f\x09\x01\xf7" + NOTES[16:]),
        file_of(b"\0\xf0\x7e\x7f\x09\x01\xf7" + NOTES),
        file_of(NOTES + END + b"\x99\x99junk"),
        header() + chunk(NOTES),
        header(9) + chunk(NOTES + END),
        header(0) + chunk(NOTES + END),
        header(kind=7) + chunk(NOTES + END),
        header() + chunk(NOTES + END, length=7),
        header() + chunk(NOTES + END, length=0),
        header() + chunk(NOTES + END, length=2**32 - 1),
        header(2) + chunk(END, length=99) + chunk(NOTES + END),
        header() + chunk(b"\1\2\3\4", b"XFIH") + chunk(NOTES + END) + chunk(b"ab", b"XFKM"),
        header() + chunk(b"\1\2", b"XFIH", length=999) + chunk(NOTES + END),
        header() + chunk(NOTES + END) + b"\0" * 40,
        b"MThd" + struct.pack(">IHHHI", 10, 1, 1, 96, 0) + chunk(NOTES + END),
        b"RIFF\0\0\0\0RMIDdata\0\0\0\0" + file_of(NOTES),
        b"RIFF\0\0\0\0RMIDLIST\x04\0\0\0INFOdata\0\0\0\0" + file_of(NOTES),
        b"\0\x08beat.mid".ljust(65, b"\0") + b"Midi".ljust(63, b"\0") + file_of(NOTES),
    ],
)
def test_what_drums_do_not_need_is_skipped(content):
    assert pitches(content) == [36, 38] * 8
    assert read_track(content).notices == ()


def test_running_status_goes_on_across_meta_events_and_sysex():
    events = b"\0\x99\x24\x64\x60\xff\x01\x02hi\0\x26\x5a\0\xf0\x02\x01\xf7\x60\x2a\x50"
    assert parse(file_of(events)).tracks[0].notes.tolist() == [
        [0, 36, 100, 9],
        [96, 38, 90, 9],
        [192, 42, 80, 9],
    ]


@pytest.mark.parametrize(
    ("event", "notice"),
    [
        (b"\0\xff\x51\x02\x07\xa1", "A tempo that is damaged was passed over."),
        (b"\0\xff\x51\x03\0\0\0", "A tempo that is damaged was passed over."),
        (b"\0\xff\x58\x01\x03", "A time signature that is damaged was passed over."),
        (b"\0\xff\x58\x04\0\x02\x18\x08", "A time signature that is damaged was passed over."),
        (b"\0\xff\x58\x04\x04\xff\x18\x08", "A time signature that is damaged was passed over."),
    ],
)
def test_a_damaged_tempo_or_meter_is_passed_over_with_a_notice(event, notice):
    track = read_track(file_of(event * 2 + NOTES))
    assert track.tempo_bpm == 120.0
    assert track.notices.count(notice) == 1


@pytest.mark.parametrize(
    "rest",
    [
        b"\x60\x99\x24",
        b"\x60\x99",
        b"\xff\xff\xff\xff\xff\x24\x24",
        b"\0\xff\x01\x7fshort",
        b"\xff",
    ],
)
def test_a_track_that_breaks_off_is_read_up_to_there(rest):
    track = read_track(header() + chunk(NOTES + rest))
    assert "Track 1 of the file is damaged or cut short: it was read up to its note 16." in (
        track.notices
    )
    assert track.note.sum() + track.n_closing == 16


def test_of_many_tracks_that_break_off_a_few_are_named():
    broken = chunk(b"\0\x24", length=2**31)
    (*few, rest) = read_track(header(99) + chunk(NOTES + END) + broken * 99).remarks[:4]
    assert few == [
        f"Track {number} of the file is damaged or cut short: it was read up to its note 0."
        for number in (2, 3, 4)
    ]
    assert rest == "The same holds for 96 more tracks of it."


def test_a_break_after_other_tracks_is_at_its_byte_of_the_file():
    content = header(3) + chunk(NOTES + END) * 2 + chunk(b"\0\x99\x24\x64\0\x99\x24") + chunk(END)
    *_, track, _ = parse(content).tracks
    assert track.broken_at == content.index(b"\x24\x64\0\x99\x24MTrk") + 2
    assert track.notes[:, 1].tolist() == [36]


def test_many_tracks_are_parsed_without_a_copy_of_the_file_for_each():
    tracks, long = chunk(b"") * 2000, chunk(bytes(4_000_000), b"XFIH")

    def seconds(content):
        start = time.process_time()
        assert len(parse(content).tracks) == 2000
        return time.process_time() - start

    first, last = header() + tracks + long, header() + long + tracks
    assert min(seconds(last) for _ in range(3)) < 4 * min(seconds(first) for _ in range(3))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (file_of(b"\0\xff\x03\x02\r\n\r\n" + NOTES), "a transfer as text put CR before each"),
        (file_of(b"\0\x24\x64" + NOTES), "damaged or cut short before its first drum hit"),
        (header(division=0xE728) + chunk(NOTES), "no musical time (25 SMPTE frames a second)"),
        (header(division=0) + chunk(NOTES), "no musical time (0 ticks a beat)"),
        (header() + chunk(NOTES, b"MTrX"), "it has no track"),
        (b"PK\3\4" + file_of(NOTES), "this is not a MIDI file"),
        (b"\0" * 2000 + file_of(NOTES), "this is not a MIDI file"),
        (file_of(b"\xff\xff\xff\x7f\xfe" * 5000 + NOTES), "a pause in it has no end"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_true_reason(content, reason):
    with pytest.raises(InvalidMidiError) as caught:
        read_track(content)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"Drums", "Drums"),
        ("Schlagzeug 鼓".encode(), "Schlagzeug 鼓"),
        (b"Bater\xeda", "Batería"),
        (b" two\nlines\x00 ", "two lines"),
        (b"x" * 127, "x" * 80),
        (b"", ""),
    ],
)
def test_a_name_is_one_short_line(name, shown):
    events = b"\0\xff\x03" + bytes([len(name)]) + name + NOTES
    assert parse(file_of(events)).tracks[0].name == shown


def test_pitch_and_velocity_beyond_127_are_as_high_as_can_be():
    notes = parse(file_of(b"\0\x99\xff\x64\0\x99\x24\xff")).tracks[0].notes
    assert notes[:, 1:3].tolist() == [[127, 100], [36, 127]]


def test_a_file_with_text_that_looks_like_a_track_is_read_by_its_lengths():
    content = file_of(b"\0\xff\x01\x08MTrk\0\0\0\x02" + NOTES)
    assert pitches(content) == [36, 38] * 8
    assert read_track(midi_of((0, 36, 99), (20, 38, 99))).notices == ()
