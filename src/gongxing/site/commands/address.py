"""Whether an address can be served, said in one sentence when not. Loads no Django: it is asked before anything else is done."""

import errno
import os
import socket

BUSY = frozenset({errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", errno.EADDRINUSE)})
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, getattr(errno, "WSAEACCES", errno.EACCES)})


def unusable(host: str, port: int) -> str:
    """Why nothing can listen there, in both languages; "" when it can. Nothing stays open."""
    if not 0 < port < 65536:
        return f"端口 {port} 不在 1–65535 之间。  Port {port} is not between 1 and 65535."
    try:
        places = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _name, place in places:
            with socket.socket(family, kind, protocol) as probe:
                if (
                    os.name != "nt"
                ):  # a port left a moment ago is free; on Windows this flag would take it from its owner
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(place)
    except OSError as error:
        return _sentence(host, port, error)
    return ""


def _sentence(host: str, port: int, error: OSError) -> str:
    if error.errno in BUSY:
        return (
            f"端口 {port} 已被占用（可能本系统已经在运行）：请先停掉占用它的程序，或用 --port 换一个。  "
            f"Port {port} is in use (perhaps by this site itself): stop that program, or choose another with --port."
        )
    if error.errno in FORBIDDEN:
        return f"没有权限使用端口 {port}：请用 --port 换一个 1024 以上的。  No permission for port {port}: choose one above 1024."
    return (
        f"不能在 {host}:{port} 上监听（{error.strerror or error}）：请检查 --host。  "
        f"Cannot listen on {host}:{port} ({error.strerror or error}): check --host."
    )


def reachable(host: str) -> str:
    """The host a browser on this machine uses for a listening address."""
    return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def url(host: str, port: int) -> str:
    """The address as people type it."""
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
