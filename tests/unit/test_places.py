"""Where a checkout has its files; tests/package has the places of an installed studio."""

from pathlib import Path

from pocket_studio import places

ROOT = Path(__file__).parents[2]


def test_a_checkout_has_its_weights_and_soundfonts_beside_the_package():
    assert places.CHECKPOINT_DIR == ROOT / "checkpoints"
    assert places.SOUNDFONT_FOLDERS[0] == ROOT / "assets" / "soundfonts"
    assert (ROOT / "assets" / "soundfonts" / "README.md").is_file()


def test_the_users_soundfonts_come_after_those_of_the_checkout():
    (users,) = places.SOUNDFONT_FOLDERS[1:]
    assert users.parts[-2:] == ("pocket-studio", "soundfonts")
    assert users.is_absolute()


def test_data_lie_beside_the_package_wherever_one_stands():
    assert places.DATA_DIR == ROOT / "data"
