"""JupyterLab's terminal runs the reader's shell, but no login shell: that would set PATH anew, without the course's."""

import os
import shutil

if os.name != "nt":  # there the default does as well
    c = get_config()  # type: ignore[name-defined]  # noqa: F821 - Jupyter gives it
    c.ServerApp.terminado_settings = {"shell_command": [os.environ.get("SHELL") or shutil.which("bash") or "sh"]}
