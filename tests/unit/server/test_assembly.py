"""What the page is made of: every file is used, modules change their address with their content."""

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pocket_studio.schema.fields import fields_to_json
from pocket_studio.schema.project import Project
from pocket_studio.server import assembly
from pocket_studio.server.assembly import Modules, page_head, page_html

WEB = assembly._WEB


def served(modules):
    return TestClient(Starlette(routes=[modules.route()]))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "web" / "core").mkdir(parents=True)
    (tmp_path / "web" / "editor.js").write_text("export const mount = () => {};\n")
    (tmp_path / "web" / "core" / "a.js").write_text("export const a = 1;\n")
    (tmp_path / "web" / "note.txt").write_text("not served\n")
    (tmp_path / "secret.js").write_text("not served\n")
    return tmp_path / "web"


def test_every_style_and_every_piece_of_html_is_on_the_page():
    head, html = page_head(), page_html()
    styles = list(WEB.rglob("*.css"))
    assert len(styles) > 5
    assert [path.name for path in styles if path.read_text() not in head] == []
    assert not re.search("<!-- (include|sliders)", html)
    pieces = [path for path in WEB.rglob("*.html") if path.name != "editor.html"]
    lines = [line.strip() for path in pieces for line in path.read_text().splitlines()]
    assert len(pieces) > 5
    assert [
        line
        for line in lines
        if line not in html and not line.startswith(("<!-- include", "<!-- sliders"))
    ] == []


def test_every_number_that_the_schema_calls_a_slider_is_one():
    html, sliders = page_html(), {}
    for name, field in fields_to_json(Project).items():
        if "slider" in field:
            sliders.setdefault(field["slider"]["place"], []).append(name)
            assert len(re.findall(f'<input type="range" data-ps="{name}"[^>]*>', html)) == 1
    pieces = [path.read_text() for path in sorted(WEB.rglob("*.html"))]
    places = re.findall(r"<!-- sliders (\w+) -->", "".join(pieces))
    assert sorted(places) == sorted(sliders)
    assert re.findall(r'<span>(\w[\w ]+) <b class="ps-value" data-ps="guidance-text">', html) == [
        "Genre strength"
    ]
    ends = r'<i>([\w ]+)</i> <b class="ps-value" data-ps="temperature-text"></b> <i>([\w ]+)</i>'
    assert re.findall(ends, html) == [("stay close", "stray")]


def reached(pattern):
    """The modules that can be reached from the first through imports like `pattern`."""
    found, waiting = set(), [WEB / "editor.js"]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            names = re.findall(pattern, path.read_text(), re.MULTILINE)
            waiting += [(path.parent / name).resolve() for name in names]
    return found


def test_what_the_page_imports_at_once_is_linked_and_every_module_is_reached():
    linked = re.findall(
        r'modulepreload" fetchpriority="low" href="modules/\w{16}/([^"]+)"', page_head()
    )
    at_once = r'^(?:import|\}) .*from "(\..*)";$'
    assert {WEB / name for name in linked} == reached(at_once)
    assert len(linked) == len(set(linked))
    later = {"codes/codebook.js", "files/importdialog.js", "listening/listening.js"}
    assert later.isdisjoint(linked)
    whenever = r'(?:^(?:import|\}) .*from |(?:=>|await) import\()"(\..*?)"'
    assert reached(whenever) == set(WEB.rglob("*.js"))


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_module_comes_as_javascript_that_may_be_kept(folder, encoding):
    modules = Modules(folder)
    address = f"/{modules.base}/core/a.js"
    answer = served(modules).get(address, headers={"accept-encoding": encoding})
    assert answer.headers.get("content-encoding", "identity") == encoding
    assert (answer.status_code, answer.text) == (200, "export const a = 1;\n")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "core",
        "note.txt",
        "../secret.js",
        "%2e%2e/secret.js",
        "core/../../secret.js",
        "core/%2e%2e%2f..%2fsecret.js",
        "//etc/passwd",
        "a.js",
    ],
)
def test_nothing_else_is_served(folder, name):
    modules = Modules(folder)
    assert served(modules).get(f"/{modules.base}/{name}").status_code == 404


def test_other_content_or_names_have_another_address_and_the_former_one_is_gone(folder):
    before = Modules(folder)
    assert Modules(folder).base == before.base
    (folder / "core" / "a.js").write_text("export const a = 2;\n")
    after = Modules(folder)
    assert after.base != before.base
    assert served(after).get(f"/{before.base}/core/a.js").status_code == 404
    (folder / "core" / "a.js").rename(folder / "core" / "b.js")
    assert Modules(folder).base not in (before.base, after.base)
    assert after.base in after.start()
