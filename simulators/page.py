"""``/``: every phone on one page, drawn in the browser from what ``/sim/events`` tells."""

from importlib.resources import files

from aiohttp import web

STATIC = {
    "phones.css": "text/css",
    "phones.js": "text/javascript",
    "stream.js": "text/javascript",
    "shelf.js": "text/javascript",
    "chat.js": "text/javascript",
    "lock.js": "text/javascript",
    "elements.js": "text/javascript",
}
# Nothing comes from elsewhere, and no text of a message can become a script.
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:",
    "Cache-Control": "no-cache",
}


class Page:
    """The shell and its static files."""

    def __init__(self) -> None:
        folder = files("simulators") / "static"
        self._shell = (folder / "phones.html").read_text("utf-8")
        self._files = {name: (folder / name).read_text("utf-8") for name in STATIC}

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Put them on the router."""
        router.add_get("/", self.shell)
        router.add_get("/static/{name}", self.static)

    async def shell(self, _: web.Request) -> web.Response:
        return web.Response(text=self._shell, content_type="text/html", headers=HEADERS)

    async def static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in STATIC:
            raise web.HTTPNotFound
        return web.Response(text=self._files[name], content_type=STATIC[name], headers=HEADERS)
