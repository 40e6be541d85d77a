"""What polling costs: CPU milliseconds of the daemon and of its worker, over loopback.

python -m tests.bench.polling [--rounds 200]

The feed has 40 items of some 90 words; the page some 600 words among menus and footers.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import multiprocessing
import os
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import trafilatura

from monitor.edges.feeds import FeedParser
from monitor.edges.fetch import Fetcher
from monitor.edges.pages import PageReader
from monitor.edges.workers import Workers
from tests.edges.stand import Stand, says

WORDS = "Le conseil municipal de Vaubrun a adopté mardi soir le budget de la ville, après quatre heures de débats. "
ITEM = (
    "<item><title>Vaubrun, le budget n° {0}</title><link>https://journal.example/{0}.html?xtor=RSS-1</link>"
    "<guid>{0}</guid><pubDate>Fri, 20 Nov 2026 09:00:00 +0100</pubDate><description>{1}</description></item>"
)
FEED = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Journal</title>'
    + "".join(ITEM.format(n, "&lt;p&gt;" + WORDS * 5 + "&lt;/p&gt;") for n in range(40))
    + "</channel></rss>"
).encode()
PAGE = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Le budget | Journal</title></head><body><nav>'
    + "".join(f'<a href="/{n}">Rubrique {n}</a> ' for n in range(40))
    + f"</nav><main><article><h1>Le budget</h1>{f'<p>{WORDS * 3}</p>' * 12}</article></main>"
    + "<footer>© Journal - Mentions légales</footer></body></html>"
).encode()


def serve(port: Connection) -> None:
    """A server of its own process, until it is killed."""

    async def main() -> None:
        packed = says("200 OK", gzip.compress(FEED), "Content-Encoding: gzip", "Content-Type: application/rss+xml")
        async with Stand({"/same": says("304 Not Modified"), "/feed": packed}) as stand:
            port.send(stand.port)
            await asyncio.Event().wait()

    asyncio.run(main())


def cpu(process: int) -> float:
    """Seconds of CPU a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(port: int, rounds: int) -> None:
    async with Workers(preload=("feedparser", "trafilatura")) as workers, Fetcher() as fetcher:
        parser, reader, now = FeedParser(workers), PageReader(workers), datetime.now(UTC)
        url = f"http://127.0.0.1:{port}"

        async def unchanged() -> None:
            await fetcher.get(f"{url}/same", etag='"a"')

        async def same_body() -> None:
            hashlib.blake2b((await fetcher.get(f"{url}/feed")).body, digest_size=16).digest()

        async def read_feed() -> None:
            response = await fetcher.get(f"{url}/feed")
            assert len((await parser.parse(response.body, url, now=now)).entries) == 40

        async def read_page() -> None:
            assert not (await reader.extract(PAGE, url)).problem

        await read_page()
        (worker,) = workers._idle
        jobs: list[tuple[str, Callable[[], Awaitable[None]]]] = [
            ("poll, 304", unchanged), ("poll, same body", same_body), ("poll, 40 items read", read_feed),
            ("page read", read_page),
        ]  # fmt: skip
        print(f"{'CPU, ms':24}{'daemon':>8}{'worker':>8}")
        for name, job in jobs:
            await job()
            ours, theirs = time.process_time(), cpu(worker.process.pid)
            for _ in range(rounds):
                await job()
            ours, theirs = time.process_time() - ours, cpu(worker.process.pid) - theirs
            print(f"{name:24}{ours / rounds * 1000:8.2f}{theirs / rounds * 1000:8.2f}")


def compare_extractors(rounds: int) -> None:
    for fast in (True, False):
        trafilatura.bare_extraction(PAGE.decode(), fast=fast)
        start = time.process_time()
        for _ in range(rounds):
            trafilatura.bare_extraction(PAGE.decode(), fast=fast)
        name = "fast" if fast else "default"
        print(f"{f'trafilatura, {name}':24}{'':8}{(time.process_time() - start) / rounds * 1000:8.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    try:
        asyncio.run(measure(ours.recv(), rounds))
    finally:
        server.terminate()
        server.join()
    compare_extractors(rounds)


if __name__ == "__main__":
    main()
