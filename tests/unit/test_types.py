from pathlib import Path
from runpy import run_path

SCRIPT = Path(__file__).parents[2] / "scripts" / "write_types.py"


def test_the_page_s_types_are_those_of_the_schema():
    script = run_path(str(SCRIPT))
    assert script["PATH"].read_text() == script["types_text"](), "run python -m scripts.write_types"


def test_types_say_what_the_schema_does():
    text = run_path(str(SCRIPT))["types_text"]()
    assert "  density: number | null; // 0 to 64\n" in text
    assert "  edits: [number, Drum, number, number][];\n" in text
    assert "  codes: (number | null)[] | null;\n" in text
