"""Set Ray up beside the course, in .venv-ray: `make ray`.

It needs about half a gigabyte and a minute. Ray is for the last section of chapter 12 alone, so no reader has to take
it; what else is in requirements-ray.lock is what the course's own functions need on a worker. A second run finds the
stamp of the first and does nothing.
"""

from beside import Beside

RAY = Beside("Ray", "make ray", "requirements-ray.lock", ".venv-ray")

if __name__ == "__main__":
    RAY.main()
