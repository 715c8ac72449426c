"""What lies beside the notebook: modules that pose as others, settings, start files."""

from __future__ import annotations

from hostile.world import WRONG, case

BREAKS = "raise SystemExit('shadow')\n"
CHEATS = "import os\nos.environ['CHEATED'] = '1'\nprint('shadow')\n"


def beside(name: str, files: dict[str, str], *, kind: str = "shadowing", **about) -> None:
    case(name, kind, files=files, **about)


beside("pandas-py", {"pandas.py": BREAKS}, plain="q1 q2 q3")
beside("numpy-folder", {"numpy/__init__.py": BREAKS, "json.py": BREAKS, "types.py": BREAKS})
beside("ipykernel-launcher-py", {"ipykernel_launcher.py": BREAKS, "ipykernel/__init__.py": BREAKS, "zmq.py": BREAKS})
beside(
    "site-customize-py", {"sitecustomize.py": CHEATS, "usercustomize.py": CHEATS, "x.pth": "import os; os._exit(1)\n"}
)
beside(
    "dataacademy-folder",
    {"dataacademy/__init__.py": BREAKS, "dataacademy/course/grade/hand.py": BREAKS, "nbformat.py": BREAKS},
)
beside(
    "a-helper-imported-by-the-learner",
    {"pandas/testing.py": "assert_frame_equal = print\n", "helper.py": "total = 730519\n"},
    answers={"q1": "from helper import total"},
)
beside(
    "a-helper-that-cheats",
    {"helper.py": "import pandas as pd\npd.testing.assert_frame_equal = lambda *a, **k: None\n"},
    answers={"q3": "import helper\nby_ward = 0"},
    earns="q1 q2",
    plain="q1 q2 q3",
)
START = "import builtins\nbuiltins.abs = lambda x: 0\nimport os\nos._exit(5)\n"
beside(
    "start-files",
    {
        "tmp/profile_default/startup/00.py": START,
        ".ipython/profile_default/startup/00.py": START,
        "profile_default/startup/00.py": START,
        "startup/00.py": START,
    },
    kind="start files",
)
beside(
    "settings-files",
    {
        "ipython_config.py": START,
        "ipython_kernel_config.py": START,
        "profile_default/ipython_config.py": START,
        ".jupyter/jupyter_config.py": START,
        "tmp/jupyter_config.json": '{"IPKernelApp": {"exec_lines": ["import os; os._exit(5)"]}}',
        "ipython_config.json": '{"InteractiveShellApp": {"exec_lines": ["import os; os._exit(5)"]}}',
        "matplotlibrc": "backend: nothing\nlines.linewidth: -x\n",
        "nbgrader_config.py": START,
        "conftest.py": START,
    },
    kind="start files",
)
beside(
    "a-kernel-of-ones-own",
    {
        "tmp/kernels/python3/kernel.json": '{"argv": ["/bin/false"], "display_name": "x", "language": "python"}',
        "kernel.json": '{"key": "x"}',
    },
    kind="start files",
)
beside("another-gradebook", {"gradebook.db": "SQLite format 3\0", "source/tiny/tiny.ipynb": "{}"}, kind="start files")
beside("the-name-of-the-notebook-again", {"tiny.py": BREAKS, "Tiny.ipynb": "{}"}, answers=WRONG, earns="q3")
