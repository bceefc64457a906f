#!/usr/bin/env bash
# build.sh REQUIREMENTS FOLDER: the Python peers in an environment of their own, FOLDER/env. They are started as `env/bin/python -m …`: the folder
# is moved once it is complete, and the environment's scripts name their interpreter by path.
set -euo pipefail
python3 -m venv "$2/env"
"$2/env/bin/python" -m pip install --quiet --disable-pip-version-check -r "$1"
