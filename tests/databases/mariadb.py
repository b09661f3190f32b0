"""A MariaDB server from the machine's packages."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.databases.accounts import account, free_port

SETTINGS = (
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--max-connections=200",
    "--character-set-server=utf8mb4",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=128M",
    "--innodb-log-file-size=64M",
    "--sync-frm=0",
    "--default-time-zone=+00:00",
)


def program(*names: str) -> str | None:
    path = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin"
    return next(
        (found for name in names if (found := shutil.which(name) or shutil.which(name, path=path))), None
    )


def server_program() -> str | None:
    return program("mariadbd")


class MariaDB:
    """One server; ``start`` returns when it answers."""

    def __init__(self, base: Path) -> None:
        self.account = account("mysql")
        self.home = base / "mariadb"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        # a server clears its folder for temporary files when it starts, other servers' files included
        own = self.home / "tmp"
        for folder in (self.home, own):
            folder.mkdir()
            self.account.own(folder)
        data = self.home / "data"
        install = program("mariadb-install-db")
        server = server_program()
        if install is None or server is None:
            raise RuntimeError("mariadbd or mariadb-install-db is not installed")
        with (self.home / "log").open("wb") as log:
            common: dict[str, Any] = {
                "stdin": subprocess.DEVNULL,
                "stdout": log,
                "stderr": log,
                "cwd": "/",
                **self.account.popen,
            }
            arguments = [f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db"]
            arguments.append(f"--tmpdir={own}")
            done = subprocess.run([install, "--no-defaults", *arguments], check=False, **common)
            if done.returncode:
                raise RuntimeError(f"{install} failed:\n{self.log_text()}")
            arguments = [f"--datadir={data}", f"--socket={self.home}/sock", f"--pid-file={self.home}/pid"]
            arguments += [f"--port={self.port}", f"--tmpdir={own}", *SETTINGS]
            self.process = subprocess.Popen([server, "--no-defaults", *arguments], **common)
        self.wait()
        # PyMySQL reads the machine's certificates for every connection that may be encrypted: most of the
        # time of a test
        return f"mysql+pymysql://root@127.0.0.1:{self.port}/mysql?ssl_disabled=true"

    def wait(self) -> None:
        import pymysql

        assert self.process is not None
        for _ in range(600):
            if self.process.poll() is not None:
                raise RuntimeError(f"mariadbd stopped at once:\n{self.log_text()}")
            try:
                pymysql.connect(host="127.0.0.1", port=self.port, user="root", ssl_disabled=True).close()
            except pymysql.Error:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"mariadbd did not come up within 30 s:\n{self.log_text()}")

    def log_text(self) -> str:
        return (self.home / "log").read_text(errors="replace")[-4000:]

    def stop(self) -> None:
        """Killed: the data is thrown away."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)
