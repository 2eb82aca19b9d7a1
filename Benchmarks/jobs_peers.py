"""Times two well-known queues on SQLite as `JobsBench` times ours: enqueue, take, run nothing, note the result.

usage: jobs_peers.py [JOBS]

Both do less for each job than Troupe does: neither has leases with fences, fairness, caps, or an outbox. huey stores each
result; its `fsync` can only be on (FULL) or off (OFF), so it is timed both ways. litequeue sets NORMAL itself.
"""
import concurrent.futures
import json
import os
import sys
import tempfile
import time

import litequeue
from huey import SqliteHuey

count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
arguments = {"prompt": "two red circles above a blue square", "count": 4}


def report(peer, story, seconds):
    print(json.dumps({"peer": peer, "story": story, "jobs_per_second": int(count / seconds)}), flush=True)


def huey_stories(name, fsync, jobs):
    global count
    everything, count = count, jobs
    for story in ("one after the other", "all in, then all out", "32 threads at a time"):
        with tempfile.TemporaryDirectory() as folder:
            queue = SqliteHuey("bench", filename=os.path.join(folder, "t.db"), fsync=fsync, timeout=60)

            @queue.task()
            def generate(prompt, count):
                return prompt

            def work():
                queue.execute(queue.dequeue())

            start = time.perf_counter()
            if story == "one after the other":
                for _ in range(count):
                    generate(**arguments)
                    work()
            elif story == "all in, then all out":
                for _ in range(count):
                    generate(**arguments)
                for _ in range(count):
                    work()
            else:
                def lane(jobs):
                    for _ in range(jobs):
                        generate(**arguments)
                        work()

                with concurrent.futures.ThreadPoolExecutor(32) as pool:
                    list(pool.map(lane, [count // 32] * 32))
            report(name, story, time.perf_counter() - start)
    count = everything


def litequeue_stories():
    for story in ("one after the other", "all in, then all out"):
        with tempfile.TemporaryDirectory() as folder:
            queue = litequeue.LiteQueue(filename_or_conn=os.path.join(folder, "t.db"))

            def work():
                queue.done(queue.pop().message_id)

            text = json.dumps(arguments)
            start = time.perf_counter()
            if story == "one after the other":
                for _ in range(count):
                    queue.put(text)
                    work()
            else:
                for _ in range(count):
                    queue.put(text)
                for _ in range(count):
                    work()
            report("litequeue (synchronous=NORMAL)", story, time.perf_counter() - start)


huey_stories("huey (synchronous=OFF)", False, count)
huey_stories("huey (synchronous=FULL)", True, max(1, count // 10))
litequeue_stories()
