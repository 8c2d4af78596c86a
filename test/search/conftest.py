# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""conftest.py - the tests of mcastsim use what the lab has for programs and terminals.

    pytest-3 test/search            nothing here needs any rights
    pytest-3 -n 2 test/search       two tests at a time
    RAMURE_BIN=folder pytest-3 …    the program is there, not in build/plain/src/app
"""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "lab"))
