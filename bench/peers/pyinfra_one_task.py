"""playbooks/one-task.yml as pyinfra has it."""
from pyinfra.operations import server

server.shell(name="Nothing", commands=["true"])
