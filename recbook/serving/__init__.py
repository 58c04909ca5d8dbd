"""What opens a saved model and answers requests with it: `recbook serve`, and its parts.

What stands in ``__init__.pyi`` is loaded on first use: FastAPI only where a service or its client is made.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
