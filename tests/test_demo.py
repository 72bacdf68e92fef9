"""`make demo` plays to its end, whatever its user tells git."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SETTINGS = "[merge]\n\tff = only\n[commit]\n\tgpgSign = true\n[core]\n\thooksPath = {hooks}\n"


def test_the_demo_plays_under_a_user_s_settings_of_git(tmp_path: Path) -> None:
    (tmp_path / "hooks").mkdir()
    hook = tmp_path / "hooks/pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    (tmp_path / "config").write_text(SETTINGS.format(hooks=hook.parent))
    environ = os.environ | {"GIT_CONFIG_GLOBAL": str(tmp_path / "config"), "GIT_DIR": "/nowhere"}
    done = subprocess.run(
        [sys.executable, "-m", "demo"], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("Every verdict was the right one.\n")
