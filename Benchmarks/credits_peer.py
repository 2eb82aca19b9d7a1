"""Times a voucher service in the shape of dalle-discord-bot's: Flask and SQLite, a connection a request, read the credits, then
take some off: `GET /vouchers/{id}` and `PATCH /vouchers/{id}`, as its bot did before and after each picture.

usage: credits_peer.py [PAIRS]

It does less than the ledger: no holds, no history, no idempotency, and between the two requests anybody else may spend the same
credits. "in the process" calls the handlers' SQL without HTTP; "over HTTP" is as its bot used it, by Flask's own threaded server.
"""
import concurrent.futures
import http.client
import json
import logging
import os
import sqlite3
import sys
import tempfile
import threading
import time

from flask import Flask, jsonify, request
from werkzeug.serving import make_server

count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
people = 50
logging.getLogger("werkzeug").setLevel(logging.ERROR)


def report(peer, lanes, pairs, seconds):
    print(json.dumps({"peer": peer, "at_a_time": lanes, "pairs_per_second": int(pairs / seconds)}), flush=True)


def connect(path):
    connection = sqlite3.connect(path, timeout=60)
    connection.row_factory = sqlite3.Row
    return connection


def get(path, voucher):
    connection = connect(path)
    row = connection.execute("SELECT * FROM voucher WHERE voucher_id = ?", (voucher,)).fetchone()
    connection.close()
    return dict(row)


def take(path, voucher, credits):
    connection = connect(path)
    connection.execute("UPDATE voucher SET credits = credits - ? WHERE voucher_id = ?", (credits, voucher))
    connection.commit()
    connection.close()


def application(path):
    app = Flask(__name__)

    @app.get("/vouchers/<voucher>")
    def show(voucher):
        return jsonify(get(path, voucher))

    @app.patch("/vouchers/<voucher>")
    def change(voucher):
        take(path, voucher, request.get_json()["credits"])
        return jsonify(get(path, voucher))

    return app


def in_lanes(lanes, pairs, pair):
    def lane(first):
        state = {}
        for number in range(first, pairs, lanes):
            pair(state, f"voucher-{number % people}")

    start = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(lanes) as pool:
        list(pool.map(lane, range(lanes)))
    return time.perf_counter() - start


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "database.db")
    setup = connect(path)
    setup.execute(
        "CREATE TABLE voucher (id INTEGER PRIMARY KEY AUTOINCREMENT, created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,"
        " voucher_id TEXT NOT NULL, person_id TEXT, credits INTEGER NOT NULL, redeemed BOOLEAN NOT NULL DEFAULT FALSE)")
    setup.executemany("INSERT INTO voucher (voucher_id, credits) VALUES (?, 1000000000)", [(f"voucher-{n}",) for n in range(people)])
    setup.commit()
    setup.close()

    def direct(_, voucher):
        if get(path, voucher)["credits"] >= 4:
            take(path, voucher, 4)

    server = make_server("127.0.0.1", 0, application(path), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def over_http(state, voucher):
        connection = state.setdefault("connection", http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60))
        connection.request("GET", f"/vouchers/{voucher}")
        if json.loads(connection.getresponse().read())["credits"] >= 4:
            connection.request("PATCH", f"/vouchers/{voucher}", json.dumps({"credits": 4}), {"Content-Type": "application/json"})
            connection.getresponse().read()

    for lanes in (1, 32):
        report("Flask + SQLite, over HTTP", lanes, count, in_lanes(lanes, count, over_http))
        report("Flask + SQLite, in the process", lanes, count, in_lanes(lanes, count, direct))
    server.shutdown()
