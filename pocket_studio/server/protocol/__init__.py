"""JSON <-> values: everything that a browser or program sends is checked here and in `project`.

Each `parse_*` takes whatever JSON held and returns typed values or raises an InvalidInputError
with one line for the sender. Unknown fields are ignored, so that older pages keep working.
"""

from pocket_studio.schema.fields import Json
from pocket_studio.server.protocol.files import (
    MAX_PROJECT_BYTES,
    UploadRequest,
    bytes_to_text,
    parse_export_request,
    parse_project_file,
    parse_project_request,
    parse_share_request,
    parse_upload,
)
from pocket_studio.server.protocol.listening import (
    QuestionRequest,
    parse_answer_request,
    parse_clip_request,
    parse_test_request,
)
from pocket_studio.server.protocol.playing import (
    CodeChoicesRequest,
    GrooveRequest,
    code_choice_to_json,
    parse_code_choices_request,
    parse_codebook_request,
    parse_genre_sweep_request,
    parse_groove_request,
    parse_patterns_request,
    parse_shape_request,
    parse_takes_request,
    patterns_to_json,
    performance_to_json,
)
from pocket_studio.server.protocol.sound import (
    AuditionRequest,
    RenderRequest,
    parse_audition_request,
    parse_render_request,
)

__all__ = [
    "MAX_PROJECT_BYTES",
    "AuditionRequest",
    "CodeChoicesRequest",
    "GrooveRequest",
    "Json",
    "QuestionRequest",
    "RenderRequest",
    "UploadRequest",
    "bytes_to_text",
    "code_choice_to_json",
    "parse_answer_request",
    "parse_audition_request",
    "parse_clip_request",
    "parse_code_choices_request",
    "parse_codebook_request",
    "parse_export_request",
    "parse_genre_sweep_request",
    "parse_groove_request",
    "parse_patterns_request",
    "parse_project_file",
    "parse_project_request",
    "parse_render_request",
    "parse_shape_request",
    "parse_share_request",
    "parse_takes_request",
    "parse_test_request",
    "parse_upload",
    "patterns_to_json",
    "performance_to_json",
]
