"""The questions of the floor, asked with fabric in a pool of threads. Usage: fabric_hosts.py JOB.json."""
import json
import sys
from concurrent.futures import ThreadPoolExecutor

from fabric import Connection

with open(sys.argv[1]) as file:
    job = json.load(file)
LOGIN = {"key_filename": job["keyFile"], "look_for_keys": False, "allow_agent": False, "timeout": 600, "banner_timeout": 600, "auth_timeout": 600}


def one(address):
    with Connection(address, user=job["user"], port=job["port"], connect_kwargs=LOGIN) as connection:
        for command, expected in job["questions"]:
            answer = connection.run(command, hide=True, in_stream=False)
            if not answer.stdout.startswith(expected):
                raise RuntimeError(f"{address}: {command}: {answer.stdout}")


with ThreadPoolExecutor(job["atOnce"]) as pool:
    list(pool.map(one, job["addresses"]))
