"""playbooks/big-file.yml as pyinfra has it."""
import os

from pyinfra import host
from pyinfra.operations import files

files.put(name="A big file", src=f"{os.environ['BENCH_FILES']}/big", dest=f"{os.environ['BENCH_TARGET']}/big/{host.name}", mode="644")
