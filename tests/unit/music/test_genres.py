import pytest

from pocket_studio.music.genres import GENRES, style_to_genre


@pytest.mark.parametrize(
    ("style", "genre"),
    [
        ("rock", "rock"),
        ("rock/halftime", "rock"),
        ("rock/shuffle", "blues"),
        ("funk/groove1", "funk"),
        ("funk/purdieshuffle", "blues"),
        ("jazz/swing", "jazz"),
        ("jazz/shuffle", "blues"),
        ("hiphop/groove6", "hiphop"),
        ("blues/shuffle", "blues"),
        ("blues", "blues"),
        ("dance/disco", "electronic"),
        ("latin/samba", None),
        ("rockabilly", None),
        ("", None),
    ],
)
def test_style_to_genre(style, genre):
    assert style_to_genre(style) == genre


@pytest.mark.parametrize("genre", GENRES)
def test_a_genre_is_a_style_of_its_own(genre):
    assert style_to_genre(genre) == genre
