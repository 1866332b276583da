"""What gradio keeps of named calls: a bound on each, however many clients come and go."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

from pocket_studio.cli.serve import GRADIO_ENVIRONMENT

REPOSITORY = Path(__file__).parents[2]
N_CLIENTS = 80


def test_nothing_is_kept_of_clients_but_the_last():
    """In a process of its own, for what gradio keeps is seen from inside alone."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.editor.test_memory"],
        cwd=REPOSITORY,
        env={**os.environ, **GRADIO_ENVIRONMENT},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    kept = json.loads(ran.stdout.splitlines()[-1])
    assert kept == {
        "answered": N_CLIENTS // 2,
        "sessions": 1,
        "unread": 64,
        "counted": 1,
        "open": 0,
    }


def main():
    from pocket_studio.cli.serve import load_service
    from pocket_studio.server.calls import calls_of
    from pocket_studio.server.layout import build_page, launch_settings
    from pocket_studio.server.workshop import Workshop

    service = load_service()
    calls = calls_of(service, Workshop(()))
    page = build_page(service.boot(), calls)
    page.launch(
        prevent_thread_lock=True, quiet=True, **launch_settings(calls, service.kits.route())
    )

    def ask(path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310  loopback
            f"{page.local_url}gradio_api/{path}", data, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request) as response:  # noqa: S310
            return response.read()

    groove = {"hits": [{"step": 0, "drum": "kick", "velocity": 1}]}
    answered = 0
    for number in range(N_CLIENTS):
        # Of each pair one never comes for its answer.
        event = json.loads(ask("call/patterns", {"data": [groove]}))["event_id"]
        if number % 2:
            answered += b"event: complete" in ask(f"call/patterns/{event}")
        ask("run/patterns", {"data": [groove], "session_hash": f"client{number}"})
    queue = page._queue
    kept = {
        "answered": answered,
        "sessions": len(page.app.state_holder.session_data),
        "unread": len(queue.pending_messages_per_session),
        "counted": len(queue.event_analytics),
        "open": len(queue.event_ids_to_events),
    }
    page.close()
    print(json.dumps(kept))


if __name__ == "__main__":
    main()
