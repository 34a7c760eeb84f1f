"""The worker: ticks time and takes answers by SMTP until it is told to stop."""

from __future__ import annotations

import os
import signal
import threading


def main() -> None:
    """Run the worker in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openiru.config.settings")
    import django

    django.setup()
    from django.conf import settings

    from openiru.faces.jobs import mailroom, ticks

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    listen = settings.OPENIRU["OPENIRU_MAIL_LISTEN"]
    controller = mailroom.listen(listen) if listen else None
    try:
        ticks.run_forever(stop)
    finally:
        if controller:
            controller.stop()


if __name__ == "__main__":
    main()
