"""Recommenders: each has ``fit``, ``score``, ``recommend``, ``save`` and ``load`` (`recbook.models.base`).

What stands in ``__init__.pyi`` is loaded on first use: PyTorch only by the models that need it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
