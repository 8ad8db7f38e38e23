"""`make run`: the whole platform on one machine, from an empty folder to an address.

Migrates, loads the demo district into an empty database, starts web, worker and ticker as child
processes, starts the worker again when it dies, and stops all of them on Ctrl-C.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import NoReturn

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = os.environ.get("PORT", "8000")
GRACE_SECONDS = 10
PR_SET_PDEATHSIG = 1


def say(words: str) -> None:
    """Print at once, also through a pipe."""
    print(words, flush=True)


def check_port() -> int:
    """The port as a number; a taken or impossible one ends the program with the way out."""
    try:
        port = int(PORT)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
    except (ValueError, OverflowError):
        sys.exit(f"PORT={PORT} is not a port number. Choose another one: PORT=8001 make run")
    except OSError as error:
        sys.exit(
            f"{HOST}:{PORT} can't be used ({error.strerror}). "
            "Choose another port (PORT=8001 make run) or address (HOST=…)."
        )
    return port


def prepare() -> None:
    """Bring the database up to date, and fill an empty one with the demo district."""
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command
    from django.db import OperationalError, connection

    try:
        django.setup()
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except OSError as error:  # the settings make the folder of uploads
        refuse_folder(error)
    make_folders()
    from django.conf import settings

    from artmarket.core.migrating import in_bulk

    try:
        connection.ensure_connection()
    except OperationalError as error:
        sys.exit(f"The database does not answer ({error}). Check DATABASE_URL.")
    if pending():
        say("Preparing the database (once)…")
        with in_bulk():
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("set_up_site", verbosity=0)
    if settings.DEMO:
        call_command("load_demo", "--if-empty")
    connection.close()


def refuse_folder(error: OSError) -> NoReturn:
    """End the program with the name of the folder and the way out."""
    sys.exit(
        f"{error.filename} can't be written ({error.strerror}). "
        "Make it writable, or choose another folder: VAR_DIR=/path make run"
    )


def make_folders() -> None:
    """The folders of data; one that can't be made or written ends the program by its name."""
    from django.conf import settings

    for folder in (settings.VAR_DIR, settings.STATIC_ROOT, settings.FILE_UPLOAD_TEMP_DIR):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            refuse_folder(error)


def pending() -> bool:
    """Whether migrations wait."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def die_with_parent() -> None:
    """In the child: end when the parent is killed without a chance to say so (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Platform:
    """The child processes and their end."""

    def __init__(self, commands: dict[str, Sequence[str]]) -> None:
        self.commands = commands
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def start(self, name: str) -> None:
        """Start one child in a session of its own, so that Ctrl-C reaches only us."""
        self.children[name] = subprocess.Popen(  # noqa: S603 - our own commands
            list(self.commands[name]),
            start_new_session=True,
            preexec_fn=die_with_parent,
        )

    def stop(self, *_signal: object) -> None:
        """Ask the main loop to end."""
        self.stopping = True

    def run(self) -> int:
        """Start everything and stay until the end; returns the exit code."""
        signal.signal(signal.SIGINT, self.stop)
        signal.signal(signal.SIGTERM, self.stop)
        for name in self.commands:
            self.start(name)
        code = 0
        while not self.stopping:
            time.sleep(0.2)
            for name, child in list(self.children.items()):
                if child.poll() is None or self.stopping:
                    continue
                if name == "web":
                    say(f"The web process ended ({child.returncode}); stopping.")
                    code, self.stopping = 1, True
                else:
                    say(f"The {name} process ended ({child.returncode}); starting it again.")
                    time.sleep(1)
                    self.start(name)
        self.end()
        return code

    def end(self) -> None:
        """Stop every child: first asked, then made to."""
        for child in self.children.values():
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self.children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        say("Stopped.")


def greet() -> None:
    """Print the address and, with the demo district, its accounts."""
    from django.conf import settings

    address = f"http://{HOST}:{PORT}/"
    say(f"\n  {settings.SITE_NAME}  {address}   English: {address}en/")
    if settings.DEMO:
        from artmarket.accounts.enums import Role
        from artmarket.core.demo import PASSWORD, address

        say(f"\n  Demo accounts, password {PASSWORD}:")
        for role in Role:
            say(f"    {address(role.value):40} {role.label}")
        for key, words in (("auction", "拍卖企业"), ("collector", "买家，有订单、付款和异议")):
            say(f"    {address(key):40} {words}")
    say(f"\n  Mail is written to {settings.VAR_DIR / 'mail'}. Stop with Ctrl-C.\n")


def main() -> int:
    """Run the platform; see the module's words."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artmarket.settings.local")
    port = check_port()
    os.environ.setdefault("SITE_URL", f"http://{HOST}:{port}")
    prepare()
    python = [sys.executable, "-W", "ignore::SyntaxWarning"]
    web = ["-m", "uvicorn", "artmarket.asgi:application", "--host", HOST, "--port", str(port)]
    platform = Platform(
        {
            "web": [*python, *web, "--log-level", "warning", "--timeout-graceful-shutdown", "5"],
            "worker": [*python, "manage.py", "db_worker", "--queue-name", "*"],
            "ticker": [*python, "manage.py", "tick", "--every", "20"],
        }
    )
    greet()
    return platform.run()


if __name__ == "__main__":
    sys.exit(main())
