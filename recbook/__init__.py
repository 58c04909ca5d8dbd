"""recbook: a course on pretrained models for recommender systems, and the library that it builds.

What stands in ``__init__.pyi`` is loaded on first use, so that ``import recbook`` stays under a second.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
