"""`echowire serve`: the report as a page on this machine."""

from __future__ import annotations

import asyncio
import contextlib
import signal

import typer

from monitor.cli.common import FailedError, now, reading, settings
from monitor.settings import Settings


def register(app: typer.Typer) -> None:
    app.command("serve", short_help="Show the report on a page of this machine.")(serve)


def serve(
    host: str | None = typer.Option(None, "--host", help="Default: that of the settings (this machine only)."),
    port: int | None = typer.Option(
        None, "--port", min=0, max=65535, help="Default: that of the settings; 0: any free one."
    ),
) -> None:
    """Show the report on a page of this machine, built anew at each request. Ctrl-C stops."""
    told = settings()
    with reading(told):
        pass  # a clear word now rather than at the first request
    asyncio.run(_serve(told, host or told.serve.host, told.serve.port if port is None else port))


async def _serve(told: Settings, host: str, port: int) -> None:
    from aiohttp import web

    async def page(_: web.Request) -> web.Response:
        text = await asyncio.to_thread(_page, told)
        headers = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
        return web.Response(text=text, content_type="text/html", charset="utf-8", headers=headers)

    site = web.Application()
    site.router.add_get("/", page)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    try:
        with contextlib.ExitStack() as stack:
            stack.callback(lambda: None)
            try:
                await web.TCPSite(runner, host, port).start()
            except OSError as e:
                raise FailedError(f"cannot listen on {host}:{port}: {e.strerror}") from None
            bound = runner.addresses[0]
            print(f"the report is at http://{bound[0]}:{bound[1]}/ (Ctrl-C stops)", flush=True)
            await stopped.wait()
    finally:
        await runner.cleanup()


def _page(told: Settings) -> str:
    from monitor.edges.render.html import render_html
    from monitor.service.publish import SHOWN, view

    with reading(told) as store:
        found = view(store, now(), told.report.since, language=told.report.language, limit=SHOWN)
    zone = now().astimezone().tzinfo
    assert zone is not None
    return render_html(found, told.report.language, zone)
