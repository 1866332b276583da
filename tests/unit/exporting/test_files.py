"""Files of grooves and songs, read back."""

import io
import subprocess
import sys
import wave
import zipfile
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from handmade import groove_of, onsets, played_beat

from pocket_studio.errors import InvalidRequestError, SoundUnavailableError
from pocket_studio.exporting.files import KINDS, Export, export, genre_title
from pocket_studio.midi import NOTE_MAPS, groove_to_midi, song_to_midi
from pocket_studio.music.grid import loop_seconds
from pocket_studio.music.groove import Section
from pocket_studio.music.kit import CRASH, KICK, N_DRUMS, SNARE
from pocket_studio.music.shaping import Edit
from pocket_studio.sound import SAMPLE_RATE, normalised

GROOVE = groove_of((0, KICK, 1.0, 0.0), (4, SNARE, 0.8, 0.2), (8, CRASH, 0.6, 0.0), tempo_bpm=97.4)
SONG = (Section(GROOVE, 1, "A"), Section(played_beat(1), 2, "B"))


def one(kind, groove=GROOVE, repeats=1, **fields):
    return Export(kind, (Section(groove, repeats),), **fields)


def samples(content):
    with wave.open(io.BytesIO(content), "rb") as file:
        assert (file.getframerate(), file.getnchannels()) == (SAMPLE_RATE, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)


def peak_db(pcm):
    return 20 * np.log10(np.abs(pcm.astype(int)).max() / 32767)


def nearly_the_same(one, other):
    difference = one.astype(float) - other
    return np.square(difference).mean() < 1e-3 * np.square(other.astype(float)).mean()


def test_midi_is_the_groove_with_its_lead_repeats_and_note_map():
    note_map = NOTE_MAPS["Addictive Drums 2"]
    name, mime, content = export(
        one("midi", repeats=3, lead="count_in", note_map=note_map, genre="funk", seed=42)
    )
    assert (name, mime) == ("pocket-funk-97bpm-42.mid", "audio/midi")
    assert content == groove_to_midi(GROOVE, 3, "count_in", note_map)


def test_muted_drums_are_left_out_of_midi_and_soft_ones_are_not():
    levels = [1.0] * N_DRUMS
    levels[SNARE], levels[KICK] = 0.0, 0.1
    _, _, content = export(one("midi", levels=levels))
    assert [onset[1:3] for onset in onsets(content)] == [(36, 127), (49, 76)]


def test_a_song_as_midi_has_one_tempo():
    name, _, content = export(Export("midi", SONG, tempo_bpm=80.0, genre="rock"))
    assert name == "pocket-song-80bpm.mid"
    assert content == song_to_midi(SONG, tempo_bpm=80.0)


def test_a_wav_of_one_groove_is_its_loop_repeated(renderer):
    name, mime, content = export(one("wav", repeats=2, program=25, seed=3), renderer)
    assert (name, mime) == ("pocket-any-97bpm-3.wav", "audio/wav")
    pcm = samples(content)
    first, second = np.split(pcm, 2)
    np.testing.assert_array_equal(first, second)
    assert nearly_the_same(first, *normalised([renderer.render_loop(GROOVE, 25)]))
    assert peak_db(pcm) == pytest.approx(-1, abs=0.1)


def test_a_wav_of_a_song_is_played_through(renderer):
    name, _, content = export(Export("wav", SONG, tempo_bpm=120.0), renderer)
    assert name == "pocket-song-120bpm.wav"
    song = renderer.render_song(SONG, tempo_bpm=120.0)
    assert nearly_the_same(samples(content), *normalised([song]))
    assert peak_db(samples(content)) == pytest.approx(-1, abs=0.1)


def test_a_wav_may_be_as_loud_as_it_is_played(renderer):
    _, _, content = export(one("wav", normalise=False), renderer)
    assert nearly_the_same(samples(content), renderer.render_loop(GROOVE))
    assert peak_db(samples(content)) < -6


def test_stems_together_have_the_peak_and_keep_their_balance(renderer):
    levels = [1.0, 0.3, 1.0, 1.0, 1.0, 1.0, 1.0]
    stems = {}
    for normalise in (True, False):
        _, _, content = export(one("stems", levels=levels, normalise=normalise), renderer)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            stems[normalise] = [samples(archive.read(name)) for name in archive.namelist()]
    assert peak_db(sum(stem.astype(int) for stem in stems[True])) == pytest.approx(-1, abs=0.1)
    gains = [loud.std() / soft.std() for loud, soft in zip(*stems.values(), strict=True)]
    assert len(gains) == 3
    assert gains == pytest.approx([gains[0]] * 3, rel=0.02)
    assert gains[0] > 2


@pytest.mark.parametrize("kind", ["wav", "stems"])
def test_silence_stays_silence(renderer, kind):
    _, _, content = export(one(kind, levels=[0.0] * N_DRUMS), renderer)
    if kind == "wav":
        assert not samples(content).any()
    else:
        assert zipfile.ZipFile(io.BytesIO(content)).namelist() == []


def test_stems_are_numbered_wavs_of_what_sounds(renderer):
    levels = [1.0] * N_DRUMS
    levels[SNARE] = 0.0
    name, mime, content = export(one("stems", repeats=2, levels=levels, tempo_bpm=120.0), renderer)
    assert (name, mime) == ("pocket-any-120bpm.zip", "application/zip")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [
            "pocket-any-120bpm-01-kick.wav",
            "pocket-any-120bpm-06-crash.wav",
        ]
        assert archive.testzip() is None
        kick = samples(archive.read("pocket-any-120bpm-01-kick.wav"))
    assert len(kick) == 2 * round(loop_seconds(120.0) * SAMPLE_RATE)
    assert kick.any()


@pytest.mark.parametrize("swing", [0.5, 0.58])
def test_a_picture_says_genre_tempo_and_swing(swing):
    groove = groove_of((0, KICK, 1.0, 0.0), tempo_bpm=96.0, swing=swing)
    name, mime, content = export(one("svg", groove, template=np.zeros((32, 7)), genre="hiphop"))
    assert (name, mime) == ("pocket-hiphop-96bpm.svg", "image/svg+xml")
    text = ET.fromstring(content)  # noqa: S314  reads only what matplotlib wrote
    title = "Hip-hop, 96 bpm" + (", swing 58%" if swing > 0.5 else "")
    # matplotlib draws letters as shapes, and says what they are in a comment before them.
    assert f"<!-- {title} -->" in content.decode()
    assert {"hits", "added"} <= {element.get("id") for element in text.iter()}


def test_a_picture_says_what_is_edited_which_layer_it_is_and_that_timing_is_zoomed():
    def svg(**fields):
        content = export(one("svg", genre="funk", **fields))[2]
        text = content.decode()
        return {element.get("id") for element in ET.fromstring(content).iter()}, text  # noqa: S314

    ids, text = svg(edits=(Edit(4, SNARE, 90), Edit(5, SNARE, 0)), template=np.zeros((32, 7)))
    assert "edited" in ids
    assert "<!-- edited -->" in text
    assert "<!-- Funk, 97.4 bpm -->" in text
    _, text = svg(layer="notes", timing_zoom=True)
    assert "<!-- Funk, 97.4 bpm (notes only) -->" in text
    assert "<!-- timing drawn three times its size -->" in text


def test_a_png_is_one():
    _, mime, content = export(one("png"))
    assert mime == "image/png"
    assert content.startswith(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize("kind", ["wav", "stems"])
def test_sound_without_a_renderer_says_what_to_install(kind):
    with pytest.raises(SoundUnavailableError, match=r"no sound: .*; run: "):
        export(one(kind), None)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "mp3", "sections": SONG}, f"one of {', '.join(KINDS)}"),
        ({"kind": "midi", "sections": ()}, "a groove or at least one section"),
        ({"kind": "png", "sections": SONG}, "a song is saved as midi or wav"),
        ({"kind": "stems", "sections": SONG}, "a song is saved as midi or wav"),
    ],
)
def test_what_cannot_be_made_is_refused(fields, message):
    with pytest.raises(InvalidRequestError, match=message):
        Export(**fields)


def test_levels_out_of_range_are_refused_for_midi_too():
    with pytest.raises(InvalidRequestError, match="levels must be 7"):
        export(one("midi", levels=[2.0] * N_DRUMS))


def test_genres_are_titled():
    assert [genre_title(name) for name in ("any", "funk", "hiphop")] == ["Any", "Funk", "Hip-hop"]


def test_matplotlib_waits_for_the_first_picture():
    code = "import sys, pocket_studio.exporting.files; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
