#!/usr/bin/env bash
# build.sh FOLDER: ansible-core from PyPI in a Python environment of its own, FOLDER/env. It is started as `FOLDER/env/bin/python -m ansible`:
# the folder is moved once it is complete, and the environment's scripts name their interpreter by path.
set -euo pipefail
folder=$1
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check 'ansible-core==2.19.14'
"$folder/env/bin/python" -m ansible playbook --version >/dev/null
