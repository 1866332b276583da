"""A folder of MIDI played anew, in real worker processes."""

import pytest
from handmade import midi_of, played_beat

from pocket_studio.cli.main import main
from pocket_studio.midi import groove_to_midi, read_track
from pocket_studio.music.feels import RowFeel, with_row_feels
from pocket_studio.music.patterns import template_of


@pytest.fixture
def folder(tmp_path):
    """Three playable files, one of them deep and in capitals, two bad ones and another kind."""
    folder = tmp_path / "in"
    (folder / "sub" / "deep").mkdir(parents=True)
    (folder / "b.mid").write_bytes(groove_to_midi(played_beat(1, tempo_bpm=96.0)))
    (folder / "sub" / "a.midi").write_bytes(midi_of((0, 36, 100), (4, 38, 90), channel=0))
    (folder / "sub" / "deep" / "C.MID").write_bytes(groove_to_midi(played_beat(2), repeats=3))
    (folder / "empty.mid").write_bytes(b"")
    (folder / "sub" / "cut.mid").write_bytes(b"MThd\0\0")
    (folder / "notes.txt").write_text("not read")
    return folder


def files_in(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def run(*arguments):
    return main(["groove-all", *map(str, arguments)])


def test_the_files_do_not_depend_on_the_jobs_and_bad_ones_are_listed(
    folder, tmp_path, capsys, studio
):
    one, two = tmp_path / "one", tmp_path / "new" / "two"
    arguments = ("--genre", "funk", "--seeds", "1-2,7", "--row-looseness", "snare=1")
    assert run(folder, one, *arguments, "--jobs", 1) == 0
    first = capsys.readouterr()
    assert run(folder, two, *arguments, "--jobs", 2) == 0
    second = capsys.readouterr()
    names = [
        f"{name}-funk-{seed}.mid" for name in ("b", "sub/a", "sub/deep/C") for seed in (1, 2, 7)
    ]
    assert sorted(files_in(one)) == sorted(names)
    assert files_in(one) == files_in(two)
    assert first.out == f"wrote 9 files to {one}\n"
    assert "5/5" in first.err
    said = [line for line in first.err.splitlines() if line.startswith(("note", "skipped"))]
    assert said == [
        "skipped empty.mid: the MIDI file is empty",
        "note: sub/a.midi: No notes on channel 10: the notes were read as General MIDI drums.",
        "note: sub/a.midi: One bar was repeated to make two.",
        "skipped sub/cut.mid: the MIDI file is cut short in its header",
    ]
    assert said == [x for x in second.err.splitlines() if x.startswith(("note", "skipped"))]
    # The template is the file's, reduced; the tempo is the file's own.
    loop = read_track(folder / "b.mid").first_loop()
    expected = studio.groove(template_of(loop), genre="funk", seed=7, tempo_bpm=loop.tempo_bpm)
    felt = with_row_feels(expected.groove, {"snare": RowFeel(looseness=1)}, 7)
    assert (one / "b-funk-7.mid").read_bytes() == groove_to_midi(felt)


def test_a_folder_inside_is_written_to_and_not_read(tmp_path, capsys):
    (tmp_path / "a.mid").write_bytes(groove_to_midi(played_beat(3)))
    out = tmp_path / "played"
    arguments = (tmp_path, out, "--tempo", "150", "--jobs", 1, "--reference", tmp_path / "a.mid")
    for _ in range(2):
        assert run(*arguments) == 0
    assert [path.name for path in out.iterdir()] == ["a-any-0.mid"]
    assert read_track(out / "a-any-0.mid").tempo_bpm == pytest.approx(150.0, abs=0.001)
    assert "a-any-0-any" not in capsys.readouterr().err


def test_every_file_is_played_from_the_same_bar_or_skipped(folder, tmp_path, capsys):
    out = tmp_path / "out"
    assert run(folder, out, "--jobs", 1, "--bar", 3, "--channel", 10) == 0
    assert list(files_in(out)) == ["sub/deep/C-any-0.mid"]
    said = capsys.readouterr().err
    assert "skipped b.mid: two bars start at bar 1 to 1 here, not at 3" in said
    assert "skipped sub/a.midi: there are no notes on channel 10; choose a track" in said


def test_bars_begin_where_they_are_said_to(tmp_path, studio):
    late, out = tmp_path / "late.mid", tmp_path / "out"
    late.write_bytes(midi_of(*((4 * beat + 3, 36, 90) for beat in range(8)), end=32))
    assert run(tmp_path, out, "--jobs", 1, "--downbeat", 3) == 0
    template = template_of(read_track(late, downbeat=3).first_loop())
    expected = groove_to_midi(studio.groove(template, tempo_bpm=120.0).groove)
    assert files_in(out) == {"late-any-0.mid": expected}


def test_nothing_to_play_is_one_line(tmp_path, capsys):
    empty, out = tmp_path / "in", tmp_path / "out"

    def last_line(*arguments):
        assert run(*arguments) == 1
        return capsys.readouterr().err.splitlines()[-1]

    assert last_line(empty, out) == f"error: there is no folder {empty}"
    empty.mkdir()
    assert last_line(empty, out) == f"error: there is no MIDI file in {empty}"
    (empty / "a.mid").write_bytes(b"no")
    assert last_line(empty, out) == f"error: no file in {empty} could be played"
    assert "another folder" in last_line(empty, empty)
    assert "another folder" in last_line(empty, tmp_path)
    (empty / "a.midi").write_bytes(b"no")
    assert "a.mid and a.midi would be played into the same files" in last_line(empty, out)
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--temperature", "0"), "the temperature must be in 0.05..2"),
        (("--guidance", "-1"), "the guidance must be in 0..4"),
        (("--density", "65"), "the density must be in 0..64"),
        (("--humanity", "2"), "the humanity must be in 0..1"),
        (("--tempo", "500"), "the tempo must be 40 to 240"),
        (("--checkpoint", "/nowhere/at.safetensors"), "cannot read the checkpoint"),
    ],
)
def test_a_wrong_value_ends_it_in_one_line(folder, tmp_path, capsys, arguments, message):
    assert run(folder, tmp_path / "out", "--jobs", 1, *arguments) == 1
    assert message in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("seeds", ["", "x", "1-", "-1", "4-1", "1,,2", "0-5000", "2147483648"])
def test_seeds_that_are_none_are_refused(folder, tmp_path, capsys, seeds):
    with pytest.raises(SystemExit) as exited:
        run(folder, tmp_path / "out", f"--seeds={seeds}")
    assert exited.value.code == 2
    assert "--seeds" in capsys.readouterr().err
