"""Times two well-known queues on Redis as `JobsBench` times ours: enqueue, take, run nothing, note the result.

usage: redis_peers.py [JOBS] [redis://…]

Both do less for each job than Troupe does: neither has fences, fairness, caps, or an outbox; arq's jobs have no lease but a
timeout, Celery's are acknowledged before they run unless told otherwise (`acks_late` is set here, as Troupe would need it).
"""
import asyncio
import json
import os
import subprocess
import sys
import time

import celery
import redis
from arq import create_pool
from arq.connections import RedisSettings
from arq.worker import Worker, func

# Celery's worker reads this file too.
if __name__ == "__main__" and len(sys.argv) > 2:
    os.environ["BENCH_REDIS"] = sys.argv[2]
count = int(sys.argv[1]) if __name__ == "__main__" and len(sys.argv) > 1 else 5_000
address = os.environ.get("BENCH_REDIS", "redis://127.0.0.1:6379")
arguments = {"prompt": "two red circles above a blue square", "count": 4}
application = celery.Celery("redis_peers", broker=address + "/1", backend=address + "/2")
application.conf.update(task_acks_late=True, worker_prefetch_multiplier=32, result_expires=3600)


@application.task(name="generate")
def generate(prompt, count):
    return prompt


def report(peer, story, seconds):
    print(json.dumps({"peer": peer, "story": story, "jobs_per_second": int(count / seconds)}), flush=True)


async def arq_story():
    async def paint(context, prompt, count):
        return prompt

    settings = RedisSettings.from_dsn(address + "/3")
    pool = await create_pool(settings)
    start = time.perf_counter()
    for _ in range(count):
        await pool.enqueue_job("paint", **arguments)
    worker = Worker([func(paint, name="paint")], redis_settings=settings, burst=True, max_jobs=32, poll_delay=0.01, handle_signals=False)
    await worker.async_run()
    report("arq", "all in, then all out", time.perf_counter() - start)
    assert worker.jobs_complete == count
    await worker.close()
    await pool.aclose()


def celery_story():
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "redis_peers", "worker", "--pool", "threads", "--concurrency", "32", "--loglevel", "ERROR",
         "--without-gossip", "--without-mingle"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd=os.path.dirname(os.path.abspath(__file__)))
    try:
        generate.delay(**arguments).get(timeout=60)
        start = time.perf_counter()
        results = [generate.delay(**arguments) for _ in range(count)]
        database = redis.Redis.from_url(address + "/2")
        keys = ["celery-task-meta-" + result.id for result in results]
        while database.exists(*keys) < count:
            time.sleep(0.02)
        report("celery", "32 threads at a time", time.perf_counter() - start)
    finally:
        worker.terminate()
        worker.wait()


if __name__ == "__main__":
    asyncio.run(arq_story())
    celery_story()
