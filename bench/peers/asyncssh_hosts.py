"""The questions of the floor, asked with asyncssh as its manual shows: a process per question. Usage: asyncssh_hosts.py JOB.json."""
import asyncio
import json
import sys

import asyncssh

with open(sys.argv[1]) as file:
    job = json.load(file)


async def one(address, turn):
    async with turn, asyncssh.connect(
        address, job["port"], username=job["user"], client_keys=[job["keyFile"]], known_hosts=None, login_timeout=600
    ) as connection:
        for command, expected in job["questions"]:
            answer = await connection.run(command, check=True)
            if not answer.stdout.startswith(expected):
                raise RuntimeError(f"{address}: {command}: {answer.stdout}")


async def main():
    turn = asyncio.Semaphore(job["atOnce"])
    await asyncio.gather(*(one(address, turn) for address in job["addresses"]))


asyncio.run(main())
