"""Runs a command and says as JSON, on file descriptor 3, what its whole tree of processes took.

Usage: tree.py SECONDS COMMAND [ARGUMENT...]; after SECONDS the tree is ended and "late" is true.
wall: s. cpu: s, of every process of the tree, those that were waited for and those that outlived their parents alike. peak: MiB, the larger of
the biggest single process (exact) and the tree's proportional set size (sampled; never more than a twentieth of a core).
"""
import ctypes
import json
import os
import resource
import signal
import sys
import threading
import time

PR_SET_CHILD_SUBREAPER = 36


def parents():
    """Every process with its parent."""
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                found[int(name)] = int(file.read().rsplit(b")", 1)[1].split()[1])
        except (OSError, IndexError):
            pass
    return found


def descendants():
    found = parents()
    tree = {os.getpid()}
    grown = True
    while grown:
        more = {pid for pid, parent in found.items() if parent in tree} - tree
        tree |= more
        grown = bool(more)
    return tree - {os.getpid()}


def proportional(pid):
    """KiB of its memory, shared pages divided among those who share them."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def watch(done, seen):
    pause = 0.1
    while not done.wait(pause):
        began = time.thread_time()
        tree = descendants()
        if len(tree) > 1:
            seen[0] = max(seen[0], sum(map(proportional, tree)))
        pause = max(0.1, 20 * (time.thread_time() - began))


def end_all(sign):
    for pid in descendants():
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            pass


def main():
    limit, *command = sys.argv[1:]
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os.close(3)
        os.execvp(command[0], command)
    seen, done, late = [0], threading.Event(), []

    def out_of_time():
        late.append(True)
        end_all(signal.SIGKILL)

    timer = threading.Timer(float(limit), out_of_time)
    timer.start()
    watcher = threading.Thread(target=watch, args=(done, seen))
    watcher.start()
    _, status = os.waitpid(pid, 0)
    wall = time.monotonic() - began
    timer.cancel()
    # What stays behind on purpose (connections kept open) has been part of the work.
    end_all(signal.SIGTERM)
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    done.set()
    watcher.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = {
        "wall": wall,
        "cpu": used.ru_utime + used.ru_stime,
        "peak": max(used.ru_maxrss, seen[0]) / 1024,
        "code": os.waitstatus_to_exitcode(status),
        "late": bool(late),
    }
    os.write(3, json.dumps(took).encode())


main()
