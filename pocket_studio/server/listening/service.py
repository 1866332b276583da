"""What the page's listening test can ask for: one method each, JSON in, JSON out.

The browser gets random ids and levelled sound, and learns who played what only when it has
answered the whole test. No test is kept in memory, so that one may go on after a restart.
"""

import base64
import secrets
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

from pocket_studio.errors import CacheMissingError, InvalidRequestError, MissingPartError
from pocket_studio.music.genres import ANY_GENRE
from pocket_studio.music.groove import Groove
from pocket_studio.performance import Studio
from pocket_studio.schema.groove_json import groove_to_json
from pocket_studio.schema.words import Json, read
from pocket_studio.server.listening.fetching import Fetching, Report
from pocket_studio.server.listening.levels import gain_to
from pocket_studio.server.listening.questions import (
    AI,
    CLIPS,
    HUMAN,
    TEMPLATE,
    A,
    HumanClips,
    Question,
    plain_groove,
)
from pocket_studio.server.listening.requests import (
    AnswerRequest,
    ClipRequest,
    FetchRequest,
    StartRequest,
)
from pocket_studio.server.listening.results import Results, Votes
from pocket_studio.server.listening.store import DATABASE_PATH, AnswerStore
from pocket_studio.server.sound import SoundService
from pocket_studio.server.worker import ModelWorker

_ROWS: Final = (
    ("human_clips", HUMAN, "Human clips taken for human"),
    ("human_clips", AI, "Human clips taken for AI"),
    ("ai_clips", HUMAN, "AI clips taken for human"),
    ("ai_clips", AI, "AI clips taken for AI"),
    ("preferred", HUMAN, "Preferred the human's groove"),
    ("preferred", AI, "Preferred the AI's groove"),
)


class ListeningService:
    """The listening test as the page sees it.

    Parameters
    ----------
    studio, sound, worker
        As in `EditorService`.
    load_clips : function
        Reads the human clips, when they are first needed; raises MissingPartError without any.
    database : Path
        Where the answers are kept.
    fetch_clips : function, optional
        Fetches the human clips, as `Fetching` has it done; none can be fetched without.
    """

    def __init__(
        self,
        studio: Studio,
        sound: SoundService,
        worker: ModelWorker,
        load_clips: Callable[[], HumanClips],
        database: Path = DATABASE_PATH,
        fetch_clips: Callable[[Report], None] | None = None,
    ) -> None:
        self._studio = studio
        self._sound = sound
        self._worker = worker
        self._load_clips = load_clips
        self._store = AnswerStore(database)
        self._clips: HumanClips | None = None
        self._loading = threading.Lock()
        self._fetching = Fetching(fetch_clips) if fetch_clips else None

    def listening_notice(self, _: object) -> Json:
        """Say why no test can be taken: `{}` -> `{notice, fetch}`, an empty notice if one can.

        `fetch` is how far the data set has come, as `Fetching.state` says it, where that is what
        is missing and it can be fetched; else None.
        """
        try:
            self._sound.renderer()
            # What is being written is not looked for.
            fetch = self._fetching.state() if self._fetching else None
            if fetch and fetch["running"]:
                return {"notice": "", "fetch": fetch}
            self._human_clips()
        except CacheMissingError as error:
            return {"notice": str(error), "fetch": fetch}
        except MissingPartError as error:
            return {"notice": str(error), "fetch": None}
        return {"notice": "", "fetch": None}

    def listening_fetch(self, data: object) -> Json:
        """Fetch the data set, or cancel that: `{want}` -> as `listening_notice`."""
        want = read(FetchRequest, data).want
        if self._fetching is None:
            raise InvalidRequestError("this studio cannot fetch the data set")
        if want == "cancel":
            self._fetching.cancel()
        elif self.listening_notice({})["fetch"]:
            self._fetching.start()
        return self.listening_notice({})

    def listening_start(self, data: object) -> Json:
        """Begin a test: `{kind}` -> `{test, questions: [id, ...]}`."""
        kind = read(StartRequest, data).kind
        self._sound.renderer()
        checkpoint = self._studio.checkpoint.digest
        questions = self._human_clips().draw(kind, checkpoint, seed=secrets.randbits(64))
        self._store.add(questions)
        return {"test": questions[0].test, "questions": [question.id for question in questions]}

    def listening_clip(self, data: object) -> Json:
        """Say what a clip of a question plays: `{test, question, clip}`.

        Answers `{groove, soundfont, kit, gain}`; `gain` makes all clips equally loud.
        """
        request = read(ClipRequest, data)
        question = self._store.question(request.test, request.question)
        if request.clip not in CLIPS[question.kind]:
            raise InvalidRequestError(f"this question has no clip {request.clip}")
        renderer = self._sound.renderer()
        kit = renderer.kit_of_genre(ANY_GENRE)
        groove = self._groove(question, request.clip)
        gain = gain_to(renderer.render_loop(groove, kit))
        self._store.note_played(question, request.clip)
        return {
            "groove": groove_to_json(groove),
            "soundfont": None,
            "kit": kit,
            "gain": round(gain, 5),
        }

    def listening_answer(self, data: object) -> Json:
        """Take an answer: `{test, question, answer}` -> `{n_left, review}`.

        `review` is empty until none is left; then it holds `{a, chosen}` for every question: who
        played clip `a` and whom the answer named, `human` or `ai`.
        """
        request = read(AnswerRequest, data)
        n_left = self._store.answer(request.test, request.question, request.answer)
        answers = self._store.answers(request.test) if n_left == 0 else []
        review = [
            {"a": question.a_source, "chosen": question.chosen_source(answer)}
            for question, answer in answers
        ]
        return {"n_left": n_left, "review": review}

    def listening_results(self, _: object) -> Json:
        """Draw Figure 3 from all answers: `{}` -> `{n, n_models, svg, rows}`; no svg without any.

        A row is `{label, n, n_answers}` and, if there are answers, `share`, `low` and `high`: the
        share and its 95% interval, 0..1.
        """
        results = Results.of(self._store.answers())
        return {
            "n": results.n,
            "n_models": results.n_models,
            "svg": _svg_text(results) if results.n else "",
            "rows": [_row(getattr(results, bar), source, label) for bar, source, label in _ROWS],
        }

    def _human_clips(self) -> HumanClips:
        """Return the human clips, read on first use; a missing cache is looked for again."""
        with self._loading:
            if self._clips is None:
                self._clips = self._load_clips()
            return self._clips

    def _groove(self, question: Question, clip: str) -> Groove:
        """Return what `clip` plays, always making the model's too: time must not tell which it is.

        Raises
        ------
        InvalidRequestError
            If the question is about another model or cache than the server now has.
        """
        clips = self._human_clips()
        if question not in clips or question.checkpoint != self._studio.checkpoint.digest:
            raise InvalidRequestError("the studio has been renewed since; start a new test")
        human = clips[question]
        tempo_bpm = human.groove.tempo_bpm
        model = self._worker.run(
            lambda: self._studio.groove(
                human.template, genre=question.genre, seed=question.seed, tempo_bpm=tempo_bpm
            )
        ).groove
        if clip == TEMPLATE:
            return plain_groove(human.template, tempo_bpm)
        return human.groove if (clip == A) == question.a_is_human else model


def _row(votes: Votes, source: str, label: str) -> Json:
    n_chosen = votes.n_human if source == HUMAN else votes.n_ai
    row: Json = {"label": label, "n": n_chosen, "n_answers": votes.n}
    if votes.n:
        row["share"], row["low"], row["high"] = votes.share(source)
    return row


@lru_cache(maxsize=1)
def _svg_text(results: Results) -> str:
    # Late: matplotlib takes most of a second, and the first page does not need it.
    from pocket_studio.server.listening.figure import results_svg

    return base64.b64encode(results_svg(results)).decode("ascii")
