"""Kits as the page plays them: what is said of them, and the files of their sounds."""

import gc
import io
import wave
import weakref

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pocket_studio.errors import InvalidRequestError, SoundUnavailableError
from pocket_studio.music.kit import DRUMS
from pocket_studio.server.kits import KitService
from pocket_studio.server.sound import SoundService
from pocket_studio.sound import SoundLibrary
from pocket_studio.sound.kits import CLICK_VOICES


@pytest.fixture(scope="module")
def sound():
    try:
        service = SoundService(SoundLibrary())
        service.renderer()
    except SoundUnavailableError as error:
        pytest.skip(str(error))
    return service


@pytest.fixture
def kits(sound):
    return KitService(sound)


def served(kits):
    return TestClient(Starlette(routes=[kits.route()]))


def test_a_kit_says_what_each_voice_sounds_like(kits):
    kit = kits.kit({"kit": 0})
    assert set(kit["voices"]) == {*DRUMS, *CLICK_VOICES}
    for voice in kit["voices"].values():
        assert len(voice["levels"]) == len(voice["sounds"]) == len(kit["velocities"])
        assert voice["levels"] == sorted(voice["levels"], reverse=True), "louder is louder"
        assert set(voice["sounds"]) <= set(kit["velocities"])
        assert all(sound >= v for sound, v in zip(voice["sounds"], kit["velocities"], strict=True))


def test_one_hat_ends_the_other(kits):
    voices = kits.kit({"kit": 0})["voices"]
    assert "closed_hat" in voices["open_hat"]["fades"]
    assert "kick" not in voices["open_hat"]["fades"]


def test_a_sound_is_a_file_that_may_be_kept(kits):
    kit = kits.kit({"kit": 0})
    snare = kit["voices"]["snare"]
    address = f"/{kit['base']}/{snare['pitch']}-{snare['sounds'][0]}.wav"
    answer = served(kits).get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    with wave.open(io.BytesIO(answer.content)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (44100, 2, 2)
        assert file.getnframes() > 4410
    assert served(kits).get(address).content == answer.content


def test_a_server_that_has_just_started_knows_the_addresses_of_the_one_before(kits, sound):
    kit = kits.kit({"kit": 0})
    kick = kit["voices"]["kick"]
    address = f"/{kit['base']}/{kick['pitch']}-{kick['sounds'][0]}.wav"
    assert served(KitService(sound)).get(address).status_code == 200


@pytest.mark.parametrize("end", ["36-1.wav", "200-127.wav", "36-999.wav", "x-127.wav", "36-127"])
def test_what_no_kit_has_is_not_there(kits, end):
    base = kits.kit({"kit": 0})["base"]
    assert served(kits).get(f"/{base}/{end}").status_code == 404
    assert served(kits).get(f"/kits/unknown/0/{end}").status_code == 404


def test_another_site_is_not_served(kits):
    base = kits.kit({"kit": 0})["base"]
    headers = {"sec-fetch-site": "cross-site"}
    assert served(kits).get(f"/{base}/36-127.wav", headers=headers).status_code == 403


def test_a_kit_that_the_soundfont_lacks_is_refused(kits):
    with pytest.raises(InvalidRequestError, match="no drum kit 99"):
        kits.kit({"kit": 99})


def test_a_soundfont_that_is_gone_is_not_held(tmp_path):
    class Gone:
        soundfont = type("Soundfont", (), {"path": tmp_path / "a.sf2"})

    (tmp_path / "a.sf2").write_bytes(b"sound")
    kits, renderer = KitService(SoundService(None)), Gone()
    assert kits._digest(renderer)
    held = weakref.ref(renderer)
    del renderer
    gc.collect()
    assert held() is None
