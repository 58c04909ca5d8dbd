"""Set RecBole, ranx and sentence-transformers up beside the course, in .venv-recbole: `make recbole`.

It needs about 2.5 GB and some minutes. RecBole's pins do not fit the course's own environment, and its old libraries
have wheels for Python 3.11 alone; requirements-recbole.lock says which. A second run finds the stamp of the first and
does nothing.
"""

from beside import Beside

RECBOLE = Beside("RecBole", "make recbole", "requirements-recbole.lock", ".venv-recbole", python=(3, 11))

if __name__ == "__main__":
    RECBOLE.main()
