#!/usr/bin/env bash
# build.sh FOLDER: moto's server from PyPI in a Python environment of its own, FOLDER/env. It is started as `FOLDER/env/bin/python -m moto.server`:
# the folder is moved once it is complete, and the environment's scripts name their interpreter by path.
set -euo pipefail
folder=$1
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check 'moto[iam,s3,server]==5.1.15'
"$folder/env/bin/python" -c 'import moto.server'
