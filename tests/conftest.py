"""Fixtures that several test files share: the command line as a user runs it, a small corpus, the shared material."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

MEETING = """Thành phố Sơn Hà sơ kết chương trình chuyển đổi số

08:30 12/04/2022

Sáng 12/4, Phó Chủ tịch UBND thành phố Trần Quốc Đạt chủ trì hội nghị sơ kết Chương trình 09-CTr/TU.

Đến nay đã có 4/18 nhiệm vụ hoàn thành. Ông Đạt yêu cầu các sở, ngành báo cáo kết quả trước ngày 30/4/2022.

Minh Tâm
"""
DECISION = """Bổ nhiệm Giám đốc Sở Y tế tỉnh Lam Giang

03/05/2022 09:00

Ngày 2/5, UBND tỉnh công bố Quyết định số 812/QĐ-UBND bổ nhiệm bà Lý Thu Hằng giữ chức Giám đốc Sở Y tế.

Bà Hằng cho biết ngành y tế sẽ giao ban 2 tháng/lần.

Hoài An
"""

Vnpress = Callable[..., "subprocess.CompletedProcess[str]"]


def run_vnpress(*args: object, cwd: Path | None = None, **more: object) -> subprocess.CompletedProcess[str]:
    """`python -m pipeline …` of this checkout, whatever is installed."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120"}
    command = [sys.executable, "-m", "pipeline", *map(str, args)]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300, check=False, **more)  # type: ignore[call-overload, no-any-return]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of two press releases."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "meeting.txt").write_text(MEETING, "utf-8")
    (folder / "decision.txt").write_text(DECISION, "utf-8")
    return folder


@pytest.fixture
def shared() -> Path:
    """The real material beside the checkout; a test that needs it is skipped where it is absent."""
    if not (SHARED / "dev").is_dir():
        pytest.skip("../shared/dev is not beside this checkout: real articles are not part of the project")
    return SHARED


@pytest.fixture(scope="session")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of corpus/, extracted once for all tests that only read them."""
    out = tmp_path_factory.mktemp("corpus") / "extracted"
    done = run_vnpress("extract", ROOT / "corpus", "--out", out)
    assert done.returncode in (0, 1), done.stderr
    return out
