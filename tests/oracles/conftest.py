"""The scripts here run by themselves, each with packages of its own: they are no test modules."""

collect_ignore_glob = ["*.py"]
