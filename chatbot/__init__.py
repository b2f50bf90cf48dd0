"""CARA chat: a live chat and FAQ assistant that answers only in approved words."""

__version__ = "0.1.0"
