import re
from dataclasses import replace
from pathlib import Path

import pytest

from pocket_studio.errors import CheckpointError, MissingPartError
from pocket_studio.research.evaluation.figures import FIGURES
from pocket_studio.research.evaluation.paper import PAPER_TABLE
from pocket_studio.research.evaluation.protocol import ROWS
from pocket_studio.research.evaluation.report import report_text, write_report
from pocket_studio.research.evaluation.sections import SECTIONS
from pocket_studio.research.evaluation.splits import read_results

from .conftest import typed

ROOT = Path(__file__).parents[4]


def with_scores(results, row, **scores):
    """Return `results` with other scores of a row's reconstruction."""
    changed = replace(results.rows[row].reconstruction, **scores)
    rows = {**results.rows, row: replace(results.rows[row], reconstruction=changed)}
    return replace(results, rows=rows)


def copied(measured, folder, *splits):
    """Copy the results of `splits` to a folder of their own."""
    target = folder / "fast"
    target.mkdir()
    for split in splits:
        source = measured / "results" / "fast" / f"{split}.json"
        (target / source.name).write_bytes(source.read_bytes())
    return folder


def table_below(text, title):
    """Return the cells of the first table below `title`, by the row's first cell."""
    lines = text[text.index(title) :].splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("|"))
    last = next(number for number in range(first, len(lines)) if not lines[number])
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[first:last]]
    head, _, *body = rows
    assert all(len(row) == len(head) for row in rows)
    return {name: dict(zip(head[1:], cells, strict=True)) for name, *cells in body}


@pytest.fixture(scope="module")
def report(measured, tmp_path_factory):
    """The folder of a report on the official split and two by session."""
    folder = copied(measured, tmp_path_factory.mktemp("report"), "official", "0", "1")
    write_report(folder, "fast")
    return folder / "fast"


@pytest.fixture(scope="module")
def text(report):
    return (report / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def parts(text):
    """The text of the official split's part and of that of the splits by session."""
    sessions, official = text.split("## Official split: split official")
    return official.split("## Beside the paper")[0], sessions.split("## By session")[1]


def test_all_is_written_and_nothing_else(report):
    written = {"README.md", *(f"{name}.png" for name in FIGURES)}
    results = {f"{split}.json" for split in ("official", "0", "1")}
    assert {path.name for path in report.iterdir()} == written | results


def test_every_figure_is_shown_once_and_is_small(report, text):
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert shown == [f"{name}.png" for name in FIGURES]
    for name in shown:
        assert (report / name).read_bytes().startswith(b"\x89PNG")
        assert (report / name).stat().st_size < 200_000


def test_links_lead_to_files(text):
    links = re.findall(r"\(\.\./\.\./\.\./([^)]+)\)", text)
    assert links
    assert all((ROOT / link).is_file() for link in links)


def test_table_1_has_the_paper_s_columns_and_rows(parts, official):
    table = table_below(parts[0], "### Table 1: reconstruction")
    titles = [row.title for row in ROWS.values() if row.generates]
    assert list(table) == ["test data", *titles]
    for name, row in ROWS.items():
        if row.generates:
            scores = official["rows"][name]["reconstruction"]
            assert table[row.title] == {
                "note F1": f"{scores['note_f1']:.3f}",
                "velocity KL": f"{scores['velocity_kl']:.3f}",
                "velocity MSE": f"{scores['velocity_mse']:.4f}",
                "microtiming KL": f"{scores['microtiming_kl']:.3f}",
                "microtiming MSE": f"{scores['microtiming_mse']:.4f}",
                "genre accuracy": f"{scores['genre_accuracy']:.3f}",
            }
    assert table["test data"]["note F1"] == "-"
    assert table["test data"]["genre accuracy"] == f"{official['human']['genre_accuracy']:.3f}"


def test_the_template_alone_is_a_row(parts, official):
    table = table_below(parts[0], "### Beyond the paper's columns")
    assert next(iter(table)) == "template alone"
    template = official["human"]["template_note_f1_micro"]
    assert table["template alone"]["micro F1"] == f"{template:.3f}"
    assert table["K-NN"]["codes used"] == "-"
    assert table["2-step (VQ-VAE)"]["codes used"].isdigit()


def test_splits_by_session_are_averaged_by_themselves(parts, report):
    splits = read_results(report.parent, "fast")
    scores = [splits[split].rows["knn"].reconstruction.note_f1 for split in ("0", "1")]
    table = table_below(parts[1], "### Table 1: reconstruction")
    shipped = "shipped, with genre and patterns (only 0)"
    assert set(table) == {"test data", "K-NN", "1-step", shipped}
    sd = abs(scores[0] - scores[1]) / 2**0.5
    assert table["K-NN"]["note F1"] == f"{sum(scores) / 2:.3f} ± {sd:.3f}"  # nothing above it
    assert "±" not in table_text(parts[0])


def table_text(text):
    return "\n".join(line for line in text.splitlines() if line.startswith("|"))


def test_one_split_has_no_deviation(measured, tmp_path):
    folder = copied(measured, tmp_path, "1")
    written = {path.name for path in write_report(folder, "fast")}
    text = (folder / "fast" / "README.md").read_text(encoding="utf-8")
    assert "## By session: split 1" in text
    assert "Official" not in text
    assert "±" not in table_text(text.split("## Beside the paper")[0])
    assert "**" not in table_text(text)
    # Figures of rows that are not measured are left out, of the files and of the text.
    assert written == {"README.md", "figure-4.png", "curves.png"}
    assert set(re.findall(r"\(([^)]+\.png)\)", text)) == written - {"README.md"}
    verdicts = table_below(text, "### Does the order")
    assert {each["holds"] for each in verdicts.values()} == {"not measured"}


@pytest.mark.parametrize(("gains", "is_bold"), [((0.1, 0.1), True), ((0.1, -0.1), False)])
def test_what_is_clearly_better_than_the_row_above_is_bold(measured, tmp_path, gains, is_bold):
    splits = read_results(copied(measured, tmp_path, "0", "1"), "fast")
    for split, gain in zip(splits, gains, strict=True):
        knn = splits[split].rows["knn"].reconstruction
        splits[split] = with_scores(
            splits[split],
            "one-step",
            note_f1=knn.note_f1 + gain,
            velocity_mse=knn.velocity_mse + gain,  # larger is worse
        )
    row = table_below(report_text(splits, "", {}), "### Table 1")["1-step"]
    assert row["note F1"].startswith("**") == is_bold
    assert not row["velocity MSE"].startswith("**")


def test_a_row_of_some_splits_says_which(measured, tmp_path):
    splits = read_results(copied(measured, tmp_path, "0", "1"), "fast")
    table = table_below(report_text(splits, "", {}), "### Table 1")
    assert "±" not in table["shipped, with genre and patterns (only 0)"]["note F1"]
    assert "±" in table["1-step"]["note F1"]


def test_a_score_of_some_splits_says_which(measured, tmp_path):
    splits = read_results(copied(measured, tmp_path, "0", "1"), "fast")
    splits["1"] = with_scores(splits["1"], "knn", velocity_kl=None)
    row = table_below(report_text(splits, "", {}), "### Table 1")["K-NN"]
    score = splits["0"].rows["knn"].reconstruction.velocity_kl
    assert row["velocity KL"] == f"{score:.3f} (only 0)"
    assert "±" in row["microtiming KL"]


def test_the_rate_curve_has_rows_of_its_own(parts):
    table = table_below(parts[0], "### The rate of NOTE")
    bits = {name: row["bits a beat"] for name, row in table.items()}
    assert list(bits.values())[:4] == ["6.0", "8.0", "10.0", "12.0"]
    assert float(bits["no codes: 2-step (VAE)"]) >= 0
    assert "256 codes" not in table_below(parts[0], "### Table 1")


def test_every_score_of_every_section_is_measured_by_some_row(official):
    results = typed(official)
    for section in SECTIONS:
        for column in section.columns:
            found = [column.score(results.rows[name]) for name in section.rows.values()]
            if column.title not in ("electronic", "rock", "funk", "blues"):
                assert any(score is not None for score in found), column
                assert column.human is None or column.human(results.human) is not None
        assert bool(section.human) == any(column.human for column in section.columns)


def test_genres_without_test_tracks_have_no_accuracy(parts):
    table = table_below(parts[0], "### New grooves: genre")
    assert table["+genres"]["electronic"] == table["test data"]["electronic"] == "-"
    assert table["+genres"]["jazz"] != "-"
    assert table["2-step (VQ-VAE)"]["all told funk: called funk"] == "-"
    assert table["+genres"]["all told funk: called funk"] != "-"


def test_settings_and_libraries_are_stated(text, official):
    settings = table_below(text, "# Results at budget `fast`")
    assert list(settings) == ["official", "0", "1"]
    assert settings["official"]["training windows"] == "18"
    assert settings["0"]["epochs"] == "1"
    for library, version in official["rows"]["knn"]["libraries"].items():
        assert f"{library} {version}" in text
    assert "made by hand" in text


def test_verdicts_follow_the_numbers(measured, tmp_path):
    folder = copied(measured, tmp_path, "official")
    splits = read_results(folder, "fast")
    claim = "note F1: 2-step (VQ-VAE) over 2-step (VAE)"
    for score, holds in ((0.9, "yes"), (0.7, "**no**")):
        changed = with_scores(splits["official"], "two-step-vq", note_f1=score)
        splits["official"] = with_scores(changed, "two-step-vae", note_f1=0.8)
        found = table_below(report_text(splits, "", {}), "### Does the order")[claim]
        assert found["measured"] == f"{score:g}"
        assert (found["should be"], found["holds"]) == ("> 0.8", holds)
        assert found["beyond two errors"] == "-"  # one split has no deviation


def test_the_paper_s_numbers_stand_below_ours(text):
    part = text.split("## Beside the paper's own numbers")[1].split("## Figures")[0]
    assert "not comparable" in part
    rows = [line.split(" | ") for line in table_text(part).splitlines()]
    ours = next(number for number, row in enumerate(rows) if row[0] == "| K-NN")
    assert rows[ours + 1][:2] == ["| *paper*", "*0.561 ± 0.029*"]
    assert all(len(printed) == len(SECTIONS[0].columns) for printed in PAPER_TABLE.values())


def test_no_results_and_damaged_ones(measured, tmp_path):
    with pytest.raises(MissingPartError):
        write_report(tmp_path, "fast")
    folder = copied(measured, tmp_path, "official")
    (folder / "fast" / "official.json").write_text("{")
    with pytest.raises(CheckpointError):
        write_report(folder, "fast")
    assert len(list((folder / "fast").iterdir())) == 1
