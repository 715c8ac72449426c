"""Cases enter a register when they are imported, once, by tests/test_hostile.py; nothing here is a test by itself."""

collect_ignore_glob = ["*.py"]
