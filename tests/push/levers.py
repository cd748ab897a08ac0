"""The simulator's own levers, over HTTP."""

from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession

from tests.push.given import PROJECT


@dataclass(frozen=True, slots=True)
class Levers:
    """What a test pulls, and what it looks at."""

    http: ClientSession
    url: str

    async def pull(self, path: str, **body: Any) -> dict[str, Any]:
        async with self.http.post(f"{self.url}/sim{path}", json=body) as response:
            assert response.status == 200, await response.text()
            told: dict[str, Any] = await response.json()
            return told

    async def look(self, path: str) -> list[dict[str, Any]]:
        async with self.http.get(f"{self.url}/sim{path}") as response:
            rows: list[dict[str, Any]] = (await response.json())["data"]
            return rows

    async def line(self) -> str:
        """Return the address whose connections can be refused."""
        async with self.http.get(f"{self.url}/sim/fcm/line") as response:
            return str((await response.json())["url"])

    async def phone(self, **about: Any) -> tuple[int, str]:
        made = await self.pull("/phones", **{"owner": "Anna", "project": PROJECT, **about})
        return made["id"], made["address"]

    async def shown(self, phone: int) -> list[tuple[str, str]]:
        rows = await self.look(f"/phones/{phone}/notifications")
        return [(row["title"], row["body"]) for row in rows]
