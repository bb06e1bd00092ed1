"""HTTP/1.1 as `serve` speaks it."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class HttpProtocol(HttpToolsProtocol):
    """HTTP by httptools, which takes less CPU time than h11 (`docs/choices.md`).

    A request line with a whole address overrules `Host` (RFC 9112, 3.2.2), but uvicorn keeps only
    the path of it. Here `Host` becomes what the line names, so that it is checked like any other.
    """

    def on_headers_complete(self) -> None:
        """Start the request."""
        _, whole, rest = self.url.partition(b"://")
        if whole and not self.url.startswith(b"/"):
            host = rest.partition(b"/")[0].partition(b"?")[0]
            kept = [pair for pair in self.headers if pair[0] != b"host"]
            self.headers[:] = [*kept, (b"host", host)]
        super().on_headers_complete()
