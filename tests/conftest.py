"""What all tests share: on CI nothing may be skipped."""

import os
from collections.abc import Generator

import pytest

ON_CI = os.environ.get("CI", "").lower() in {"1", "true"}


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if ON_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.fixture(scope="session")
def renderer():
    """The best soundfont there is."""
    from pocket_studio.errors import SoundUnavailableError
    from pocket_studio.sound import Renderer

    try:
        return Renderer()
    except SoundUnavailableError as error:
        pytest.skip(str(error))
