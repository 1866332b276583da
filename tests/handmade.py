"""Grooves, tracks, corpora and MIDI files made by hand, small enough to reason about."""

import io
from dataclasses import fields, replace

import mido
import numpy as np

from pocket_studio.model.config import BeatConfig
from pocket_studio.music.grid import N_STEPS, TICKS_PER_STEP
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import CLOSED_HAT, KICK, N_DRUMS, SNARE
from pocket_studio.music.track import Track
from pocket_studio.research.baselines.config import ModelConfig
from pocket_studio.research.corpus import CACHE_VERSION, EXTRA, Entry, corpus_of

TINY = ModelConfig(
    skel_hidden_size=16,
    skel_size=8,
    note_hidden_size=24,
    note_channels=24,
    codebook_size=16,
    code_size=8,
    expression_hidden_size=24,
    z_size=8,
    prior_hidden_size=16,
    prior_embedding_size=8,
)
DETAILED = replace(TINY, detail_size=12)
TINY_BEATS = BeatConfig(
    note_size=16,
    expression_size=16,
    prior_size=16,
    n_heads=2,
    encoder_layers=1,
    note_layers=1,
    decoder_layers=1,
    context_layers=1,
    codebook_size=8,
    n_codebooks=3,
    code_size=6,
    z_size=4,
    n_couplings=2,
    coupling_size=12,
)
STYLES = ("rock", "funk/groove1", "jazz", "hiphop", "dance/disco", "latin/samba")


def groove_of(*hits, tempo_bpm=120.0, swing=0.5):
    """Make a groove of hits (step, drum, velocity, microtiming)."""
    matrices = np.zeros((3, N_STEPS, N_DRUMS), np.float32)
    for step, drum, velocity, microtiming in hits:
        matrices[:, step, drum] = 1.0, velocity, microtiming
    return Groove(*matrices, tempo_bpm=tempo_bpm, swing=swing)


def plain_template():
    """Kick on one and three, snare on two and four, closed hat in eighths."""
    template = np.zeros((N_STEPS, N_DRUMS), np.uint8)
    template[::8, KICK] = template[4::8, SNARE] = template[::2, CLOSED_HAT] = 1
    return template


def played_beat(seed, tempo_bpm=120.0):
    """Play the plain template: random dynamics and timing, some ghost notes, two hats left out."""
    random = np.random.default_rng(seed)
    note = plain_template().astype(np.float32)
    note[1::4, SNARE] = random.integers(0, 2, N_STEPS // 4)
    note[3::4, KICK] = random.integers(0, 2, N_STEPS // 4)
    note[[1, 5, 3, 7], [SNARE, SNARE, KICK, KICK]] = 1
    note[random.choice(N_STEPS // 4, 2, replace=False) * 4 + 2, CLOSED_HAT] = 0
    velocity = random.uniform(0.1, 1.0, note.shape) * note
    microtiming = random.uniform(-0.6, 0.6, note.shape) * note
    return Groove(note, velocity, microtiming, tempo_bpm)


def track_of(*grooves, tempo_bpm=120.0):
    """Play grooves one after the other."""
    names = ("note", "velocity", "microtiming")
    matrices = (np.concatenate([getattr(groove, name) for groove in grooves]) for name in names)
    return Track(*matrices, tempo_bpm=tempo_bpm)


def small_corpus(n_tracks=10, n_extra=0):
    """Make a corpus of four-bar tracks, three windows each, of several styles.

    Of `n_extra` more tracks, kick velocities and microtiming are unknown in turn.
    """
    parts = ["train"] * (n_tracks - 4) + ["validation", "validation", "test", "test"]
    parts += [EXTRA] * n_extra
    return corpus_of(
        [
            Entry(
                id=f"player/{number}",
                style=STYLES[number % len(STYLES)],
                part=part,
                track=track_of(played_beat(2 * number), played_beat(2 * number + 1)),
                velocity_known=(part != EXTRA or number % 2 == 1, *[True] * (N_DRUMS - 1)),
                microtiming_known=part != EXTRA or number % 2 == 0,
            )
            for number, part in enumerate(parts)
        ],
        archive_sha256="made by hand",
    )


def write_cache(corpus, path):
    """Write `corpus` to `path` as `prepare` does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values = {field.name: getattr(corpus, field.name) for field in fields(corpus)}
    np.savez_compressed(path, version=np.int64(CACHE_VERSION), **values)
    return path


def midi_of(*notes, channel=9, resolution=480, meta=(), end=None):
    """Write notes (step, pitch, velocity) at positions in steps, and meta messages at the start.

    The file ends at step `end`, or a tick after its last note, which is on no bar line.
    """
    track = mido.MidiTrack(meta)
    last = 0
    for position, pitch, velocity in notes:
        tick = round(position * resolution / 4)
        message = mido.Message("note_on", channel=channel, note=pitch, velocity=velocity)
        track.append(message.copy(time=tick - last))
        last = tick
    end_tick = last + 1 if end is None else round(end * resolution / 4)
    track.append(mido.MetaMessage("end_of_track", time=end_tick - last))
    return saved(mido.MidiFile(tracks=[track], ticks_per_beat=resolution))


def midi_of_parts(*parts, meta=(), end=32):
    """Make a file of a track for each (name, channel 0..15, notes as in `midi_of`)."""
    tracks = [mido.MidiTrack(meta)]
    for name, channel, notes in parts:
        (track,) = mido.MidiFile(file=io.BytesIO(midi_of(*notes, channel=channel, end=end))).tracks
        track.insert(0, mido.MetaMessage("track_name", name=name))
        tracks.append(track)
    return saved(mido.MidiFile(tracks=tracks, ticks_per_beat=480, charset="utf-8"))


def saved(midi):
    content = io.BytesIO()
    midi.save(file=content)
    return content.getvalue()


def without_own(content):
    """Take out of a file what the studio says in it of itself, as other programs do."""
    midi = mido.MidiFile(file=io.BytesIO(content))
    for track in midi.tracks:
        track[:] = [message for message in track if message.type != "sequencer_specific"]
    return saved(midi)


def onsets(content):
    """Read back (tick at 120 a step, pitch, velocity, channel) of all note-ons, in order."""
    midi = mido.MidiFile(file=io.BytesIO(content))
    scale = 4 * TICKS_PER_STEP / midi.ticks_per_beat
    found = []
    for track in midi.tracks:
        ticks = 0
        for message in track:
            ticks += message.time
            if message.type == "note_on" and message.velocity:
                found.append(
                    (round(ticks * scale), message.note, message.velocity, message.channel)
                )
    return sorted(found)


def spans(content):
    """Read back (first tick, last tick, pitch) of all notes of channel 10, in order.

    Fails unless note-on and note-off of each pitch alternate, in the order of the file.
    """
    found, started = [], {}
    for track in mido.MidiFile(file=io.BytesIO(content)).tracks:
        ticks = 0
        for message in track:
            ticks += message.time
            if message.type not in ("note_on", "note_off"):
                continue
            if message.type == "note_on" and message.velocity:
                assert message.note not in started, f"{message.note} begins twice at {ticks}"
                started[message.note] = ticks
            else:
                assert message.note in started, f"{message.note} ends unbegun at {ticks}"
                found.append((started.pop(message.note), ticks, message.note))
    assert not started, f"{started} do not end"
    return sorted(found)
