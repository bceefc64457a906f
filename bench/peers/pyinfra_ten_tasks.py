"""playbooks/ten-tasks.yml as pyinfra has it."""
import os

from pyinfra import host
from pyinfra.facts.files import File
from pyinfra.facts.server import Command
from pyinfra.operations import files, server

target, source = os.environ["BENCH_TARGET"], os.environ["BENCH_FILES"]
found = host.get_fact(File, path=f"{target}/etc/app.conf")
assert found and found["mode"] == 644
host.get_fact(Command, command="lsblk -J -b -o NAME,PATH,SIZE,TYPE,FSTYPE,MOUNTPOINT,WWN")
host.get_fact(Command, command="ls -1 /sys/block")
files.put(name="A small file", src=f"{source}/motd", dest=f"{target}/etc/motd", mode="644")
files.template(name="A small template", src=f"{source}/pyinfra.conf.j2", dest=f"{target}/etc/app.conf", mode="644")
files.directory(name="A folder", path=f"{target}/data", mode="755")
files.line(name="A line in a file", path=f"{target}/etc/lines.conf", line="opt_main=1")
if not host.get_fact(File, path=f"{target}/data/created"):
    server.shell(name="A command that has run", commands=[f"touch {target}/data/created"])
files.file(name="The mode of a file", path=f"{target}/data/created", mode="640")
server.shell(name="Who am I", commands=["id"])
