"""Notebooks are executed side by side without getting in each other's way."""

from __future__ import annotations

import socket
import sys

import nbformat
import pytest
from jupyter_client.provisioning.local_provisioner import LocalPortCache

from recbook.authoring.execute import execute_one


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no sockets that are files: its kernels use ports")
def test_a_kernel_starts_where_another_program_took_the_port_first(tmp_path, monkeypatch) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("6 * 7")], metadata={})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(LocalPortCache, "find_available_port", lambda self, ip: port)
        run = execute_one(tmp_path / "small.ipynb", notebook)
    assert run.error == ""
    assert notebook.cells[0].outputs[0].data["text/plain"] == "42"
