"""A little witness: it keeps what it has seen of each log, and cosigns nothing that has not grown from it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bandeau.errors import ProofError
from bandeau.record.checkpoint import Checkpoint, open_checkpoint
from bandeau.record.cosign import cosign
from bandeau.record.keys import Kind, Signer, Verifier
from bandeau.record.merkle import check_growth
from bandeau.record.note import format_signature, parse_note
from bandeau.record.witness import SIZE_TYPE, parse_add_checkpoint


@dataclass
class TestWitness:
    """A witness of one log; ``answer`` overrides what it says, for those that lie."""

    __test__ = False

    log: Verifier
    signer: Signer = field(default_factory=lambda: Signer("witness.example", bytes(32), Kind.COSIGNATURE))
    seen: Checkpoint | None = None
    asked: int = 0
    answer: tuple[int, str, bytes] | None = None

    def add(self, body: bytes) -> tuple[int, str, bytes]:
        """Answer a request, as C2SP tlog-witness says: the status, the media type and the body."""
        self.asked += 1
        if self.answer is not None:
            return self.answer
        try:
            request = parse_add_checkpoint(body)
        except ProofError:
            return 400, "text/plain", b""
        try:
            new = open_checkpoint(request.note, [self.log])
        except ProofError:
            return 403, "text/plain", b""
        old = self.seen.size if self.seen else 0
        same_size = self.seen is not None and new.size == old and new.root != self.seen.root
        if request.old_size != old or same_size:
            return 409, SIZE_TYPE, f"{old}\n".encode()
        if self.seen is not None and old:
            try:
                check_growth(old, self.seen.root, new.size, new.root, request.proof)
            except ProofError:
                return 422, "text/plain", b""
        self.seen = new
        text, _ = parse_note(request.note)
        return 200, "text/plain", format_signature(cosign(text, self.signer, 1_790_000_000)).encode()


@contextmanager
def serving(witness: TestWitness) -> Iterator[str]:
    """Serve a witness on this machine; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, media_type, answer = witness.add(body) if self.path == "/log/add-checkpoint" else (404, "", b"")
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/log"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
