"""A project as a file and as a link, and back; what the page saves and shares is the same."""

import json
from pathlib import Path

from pocket_studio import (
    Project,
    Studio,
    link_to_project,
    parse_project,
    project_to_json,
    project_to_link,
    rows_to_template,
)

beat = rows_to_template({"kick": "x...x...x...x..." * 2})
project = Project(beat, genre="electronic", swing=0.58, velocity_amount=1.2)
Path("my.pocket.json").write_text(json.dumps(project_to_json(project)))

assert parse_project(json.loads(Path("my.pocket.json").read_text())) == project
assert link_to_project(project_to_link(project)) == project  # what stands after #groove=

performance, groove = project.play(Studio.load())  # as the model plays it; as it is heard
