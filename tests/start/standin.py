"""A supervisor of a real Temporal, with small programs as worker and API: `python standin.py [fault]`."""

import sys

from start.readiness import PATIENCE
from start.run import PROGRAMS as REAL
from start.run import main

WORKER = "import signal; signal.sigwait([signal.SIGTERM])"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()"
API = """
import http.server, os, signal
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"database": "ok", "temporal": "ok", "worker": "none"}')
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
"""
IDLE = "import signal, sys; print('another program holds the database', file=sys.stderr); signal.pause()"
SLOW = "import sys, time\nfor part in range(8): print('part', part, file=sys.stderr, flush=True); time.sleep(0.5)"
PROGRAMS = {
    "": {"prepare": "print('prepared')", "worker": WORKER, "api": API},
    "ending worker": {"prepare": "", "worker": "raise SystemExit('no such table: cases')", "api": WORKER},
    "idle worker": {"prepare": "", "worker": WORKER, "api": API.replace("200", "503")},
    "stubborn worker": {"prepare": "", "worker": STUBBORN, "api": API},
    "idle preparation": {"prepare": IDLE, "worker": WORKER, "api": API},
    "slow preparation": {"prepare": SLOW, "worker": WORKER, "api": API},
    "failing preparation": {
        "prepare": "raise SystemExit('the database was busy')",
        "worker": WORKER,
        "api": API,
    },
}

if __name__ == "__main__":
    fault = sys.argv[1] if len(sys.argv) > 1 else ""
    programs = {name: [sys.executable, "-c", code] for name, code in PROGRAMS[fault].items()}
    programs["codec"] = [*REAL["codec"]]
    sys.exit(main(programs, patience=3 if fault.startswith(("idle", "slow")) else PATIENCE))
