"""Writes what every task came to on every host as lines of JSON, for the comparison with pb. Read by test/real/language/ansible.ts."""

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record
type: aggregate
short_description: results as lines of JSON
description: Writes results and the recap to the file that PB_LANGUAGE_RECORD names.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self):
        super().__init__()
        self.out = open(os.environ["PB_LANGUAGE_RECORD"], "a", encoding="utf-8")

    def _write(self, line):
        self.out.write(json.dumps(line, default=str) + "\n")
        self.out.flush()

    def _result(self, kind, result, ignored=False):
        self._write(
            {
                "kind": kind,
                "host": result.host.get_name(),
                "task": result.task.get_name(),
                "module": result.task.action,
                "ignored": bool(ignored),
                "result": result.result,
            }
        )

    def v2_runner_on_ok(self, result):
        self._result("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._result("failed", result, ignore_errors)

    def v2_runner_on_skipped(self, result):
        self._result("skipped", result)

    def v2_runner_on_unreachable(self, result):
        self._result("unreachable", result)

    def v2_runner_item_on_ok(self, result):
        self._result("item ok", result)

    def v2_runner_item_on_failed(self, result):
        self._result("item failed", result)

    def v2_runner_item_on_skipped(self, result):
        self._result("item skipped", result)

    def v2_playbook_on_stats(self, stats):
        self._write({"kind": "recap", "hosts": {host: stats.summarize(host) for host in stats.processed}})
