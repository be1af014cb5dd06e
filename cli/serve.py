"""The command serve: the front desk's screen, on this machine alone unless told otherwise."""

from __future__ import annotations

import ipaddress
import logging
import socket
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cli.record import database_url
from cli.session import Rulesets, library, stop
from engine import Problem

Certificate = Annotated[Path | None, typer.Option("--tls-cert", metavar="FILE", help="The certificate, as PEM.")]
Key = Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", help="The certificate's key, as PEM.")]


def serve(
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65_535, help="The port to listen on.")] = 8_000,
    tls_cert: Certificate = None,
    tls_key: Key = None,
    rulesets: Rulesets = None,
) -> None:
    """Serve the front desk's screen to a browser, until it is stopped with Ctrl-C.

    Other machines reach it only with --host and a certificate.
    """
    _require_tls(host, tls_cert, tls_key)
    answering = library(rulesets)
    answering.all()  # what is wrong with a ruleset is told now, not on a page
    import uvicorn

    from web.app import create_app
    from web.settings import Settings

    secure = tls_cert is not None
    local = Settings(database_url(), answering, secure, follows=rulesets is None)
    settings = local if _is_own(host) else replace(local, hosts=())
    logging.basicConfig(format="%(message)s", level=logging.ERROR)
    config = uvicorn.Config(
        create_app(settings), host, port, access_log=False, log_config=None, server_header=False, proxy_headers=False,
        ssl_certfile=tls_cert, ssl_keyfile=tls_key,
    )  # fmt: skip
    listening = _listen(host, port)
    try:
        config.load()
    except OSError as error:  # ssl.SSLError is one
        stop(Problem("needs-tls", f"the certificate and its key cannot be used: {error.strerror or error}"))
    shown = f"[{host}]" if ":" in host else host
    print(f"precertain listens on {'https' if secure else 'http'}://{shown}:{port}/ (stop it with Ctrl-C)", flush=True)
    uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        hint = "give another one with --port, or stop the program that has it"
        stop(Problem("no-address", f"cannot listen on {host}, port {port}: {error.strerror or error}", hint=hint))


def _require_tls(host: str, certificate: Path | None, key: Path | None) -> None:
    if (certificate is None) != (key is None):
        stop(Problem("needs-tls", "--tls-cert and --tls-key belong together"))
    missing = [path for path in (certificate, key) if path is not None and not path.is_file()]
    if missing:
        stop(*(Problem("unreadable", f"there is no file {path}") for path in missing))
    if certificate is None and not _is_own(host):
        stop(
            Problem(
                "needs-tls",
                f"{host} can be reached from other machines, and without TLS what is sent can be read on the way",
                hint="give --tls-cert and --tls-key, or leave --host out",
            )
        )


def _is_own(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
