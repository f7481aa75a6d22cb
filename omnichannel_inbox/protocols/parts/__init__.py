"""What a network's own file has no room for: ``<network>_<what>.py``."""
