"""Random work of several clients, killed at random moments: a model knows what was acknowledged.

`make crash ROUNDS=500` is the long run.
"""

import os

from crash import CrashTest


def test_nothing_acknowledged_is_lost_and_nothing_is_half_made(tmp_path):
    test = CrashTest(tmp_path, seed=int(os.environ.get("CRASH_SEED", "6")))
    try:
        rounds = int(os.environ.get("CRASH_ROUNDS", "30"))
        test.run(rounds)
        assert sum(sum(c.counts.values()) for c in test.clients) > rounds, test.summary()
    finally:
        test.server.kill()
