"""How Sphinx builds these pages: `make docs`. Every warning is an error there."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "Pocket Studio"
html_title = project
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "from_code"]
source_suffix = {".md": "markdown"}
# The pages are read in the repository too, so the source is all of it: links work in both.
root_doc = "docs/index"
exclude_patterns = [".*", "build", "data", "node_modules", "runs", "tests"]
include_patterns = ["*.md", "docs/**.md", "checkpoints/*.md", "assets/**.md"]

# Headings can be linked, as on the pages of a repository.
myst_heading_anchors = 3

# In docstrings one backtick is code, and numpy's sections are fields.
default_role = "code"
napoleon_google_docstring = False
napoleon_use_rtype = False
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "none"  # they are in the signature, shapes and ranges in the text

html_theme = "alabaster"
html_theme_options = {
    "description": "Sketch a beat, hear it played",
    "fixed_sidebar": True,
    "page_width": "75em",
}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
html_show_sourcelink = False
