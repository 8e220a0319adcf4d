"""The site's configuration: ``gongxing.toml`` in the data folder, overruled by ``GONGXING_*`` environment variables."""

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[3]
PREFIX = "GONGXING_"


@dataclass(frozen=True)
class Config:
    """Every setting there is. Types are enforced when read; an unknown name in the file is refused by name."""

    data_dir: str = str(ROOT / "data")
    packs_dir: str = str(ROOT / "packs")
    database_url: str = ""
    secret_key: str = ""
    debug: bool = False
    allowed_hosts: str = "*"
    county: str = "青禾县（演示）"
    demo: bool = False
    language: str = "zh-hans"
    time_zone: str = "Asia/Shanghai"
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    session_minutes: int = 30
    password_days: int = 180
    https: bool = False
    origins: str = ""
    proxies: int = 1
    upload_limit_mb: int = 100
    wmts_url: str = ""


class ConfigError(Exception):
    """A setting cannot be read; the message names it, its value and the rule."""


def _typed(name: str, kind: Any, raw: Any) -> Any:
    if kind is bool:
        if isinstance(raw, bool):
            return raw
        text = str(raw).strip().lower()
        if text in ("1", "true", "yes", "on"):
            return True
        if text in ("0", "false", "no", "off", ""):
            return False
        raise ConfigError(f"{name}={raw!r}: write true or false")
    if kind is int:
        try:
            return int(raw)
        except ValueError as error:
            raise ConfigError(f"{name}={raw!r}: write a whole number") from error
    return str(raw)


def trusted_origins(config: Config) -> list[str]:
    """The addresses forms may come from besides the one the request itself names: with ``https`` every named host, and what
    ``origins`` adds (another port, a proxy that hides the host). ConfigError for one without a scheme."""
    hosts = [host.strip() for host in config.allowed_hosts.split(",") if host.strip() not in ("", "*")]
    found = [f"https://{'*' if host.startswith('.') else ''}{host}" for host in hosts] if config.https else []
    for origin in (one.strip().rstrip("/") for one in config.origins.split(",")):
        if origin and not origin.startswith(("http://", "https://")):
            raise ConfigError(f"origins={origin!r}: write the whole address, e.g. https://gx.example.gov.cn")
        found += [origin] if origin else []
    return found


def tile_host(config: Config) -> str:
    """Scheme and host of the base map's tiles, which pages may ask for pictures; "" without one. ConfigError for what is no address of tiles."""
    if not config.wmts_url:
        return ""
    parts = urlsplit(config.wmts_url)
    plain = re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?", parts.netloc)
    if (
        parts.scheme not in ("http", "https")
        or not plain
        or not all(one in config.wmts_url for one in ("{z}", "{x}", "{y}"))
    ):
        raise ConfigError(
            f"wmts_url={config.wmts_url!r}: write one whole address with {{z}}, {{x}} and {{y}} for level, column and row,"
            " e.g. https://t0.tianditu.gov.cn/vec_w/wmts?…&TILEMATRIX={z}&TILECOL={x}&TILEROW={y}&tk=…"
        )
    return f"{parts.scheme}://{parts.netloc}"


def load(environ: Mapping[str, str] | None = None) -> Config:
    """Read the configuration. Raises ConfigError with name, value and rule."""
    env = os.environ if environ is None else environ
    config = Config()
    folder = Path(env.get(PREFIX + "DATA_DIR", config.data_dir))
    raw: dict[str, Any] = {}
    path = folder / "gongxing.toml"
    if path.is_file():
        raw.update(tomllib.loads(path.read_text(encoding="utf-8")))
    known = {field.name: field.type for field in fields(Config)}
    for name in raw:
        if name not in known:
            raise ConfigError(f"{path}: {name} is not a setting; known are {', '.join(sorted(known))}")
    for name in known:
        if PREFIX + name.upper() in env:
            raw[name] = env[PREFIX + name.upper()]
    values = {name: _typed(name, known[name], value) for name, value in raw.items()}
    config = replace(config, **{**values, "data_dir": str(folder)})
    return config if config.secret_key else replace(config, secret_key=_kept_secret(folder))


def _kept_secret(folder: Path) -> str:
    """The secret of this installation: made once, kept beside the data, readable by its owner only."""
    path = folder / "secret.key"
    if path.is_file():
        return path.read_text(encoding="ascii").strip()
    folder.mkdir(parents=True, exist_ok=True)
    made = secrets.token_urlsafe(50)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(made + "\n")
    return made
