"""Every screen in the smallest window, as it is where Windows makes everything larger: pictures are taken, and no text is cut."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("factor", ["1.25", "1.5"])
def test_no_text_is_cut_where_windows_scales(tmp_path, factor):
    # The factor holds for a whole process.
    done = subprocess.run(
        [sys.executable, "-m", "tests.gallery", str(tmp_path), "--only", "ru-small"],
        env=os.environ | {"QT_SCALE_FACTOR": factor, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert ", 0 with a text that is cut" in done.stdout
    assert len(list(tmp_path.glob("*.png"))) > 50
