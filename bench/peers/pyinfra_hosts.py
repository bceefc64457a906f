"""pyinfra's inventory: the hosts of the floor's job file."""
import json
import os

with open(os.environ["BENCH_HOSTS"]) as file:
    job = json.load(file)
LOGIN = {
    "ssh_user": job["user"],
    "ssh_port": job["port"],
    "ssh_key": job["keyFile"],
    "ssh_strict_host_key_checking": "off",
    "ssh_connect_retries": 3,
    "ssh_paramiko_connect_kwargs": {"banner_timeout": 600, "auth_timeout": 600, "timeout": 600},
}
hosts = [(address, LOGIN) for address in job["addresses"]]
