"""Django's SQLite backend plus the writer gate (see ``kernel/database/gate``).

Named in settings as the ENGINE; Django looks for ``DatabaseWrapper`` here.
"""

from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from gongxing.kernel.database.gate import FileLock
from gongxing.kernel.database.patience import waiting


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes the file lock beside the database file before BEGIN IMMEDIATE and gives it back after commit or rollback.

    Raises ``OperationalError`` when another writer holds the gate, or another program the database, for as long as ``patience``
    allows. In-memory databases have no gate.
    """

    _gate: FileLock | None = None
    _busy_ms = -1

    def _gate_path(self) -> str | None:
        name = str(self.settings_dict["NAME"])
        if ":memory:" in name or "mode=memory" in name:
            return None
        return name + ".gate"

    def connect(self) -> None:
        """A new connection waits as long as SQLite was told when it was opened."""
        self._busy_ms = -1
        super().connect()

    def create_cursor(self, name: Any = None) -> Any:
        """Statements outside a transaction wait for the lock like those that open one."""
        self._wait_at_most(waiting())
        return super().create_cursor(name)

    def _wait_at_most(self, seconds: float) -> None:
        wanted = max(0, int(seconds * 1000))
        if wanted != self._busy_ms and self.connection is not None:
            self.connection.execute(f"PRAGMA busy_timeout = {wanted}")
            self._busy_ms = wanted

    def _start_transaction_under_autocommit(self) -> None:
        path = self._gate_path()
        if path is not None and self._gate is None:
            gate = FileLock(path)
            if not gate.acquire(waiting()):
                raise OperationalError(f"database is locked: another write has held the gate for {waiting():.0f} s")
            self._gate = gate
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._open_gate()
            raise

    def _open_gate(self) -> None:
        gate, self._gate = self._gate, None
        if gate is not None:
            gate.release()

    def _commit(self) -> Any:
        result = super()._commit()  # type: ignore[misc]
        self._open_gate()
        return result

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._open_gate()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._open_gate()
