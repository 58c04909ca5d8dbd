from . import artifact, batching, engine, load
from .client import Service, ServiceError, running
from .limits import Limits
from .swap import publish

__all__ = ["Limits", "Service", "ServiceError", "artifact", "batching", "engine", "load", "publish", "running"]
