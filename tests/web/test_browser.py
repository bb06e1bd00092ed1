"""GraphiQL in a real browser: it opens with the examples, runs one, and asks nobody else."""

import re
import shutil
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests.conftest import missing

VENDOR = Path(__file__).resolve().parents[2] / "graph" / "web" / "static" / "vendor"


def test_graphiql_runs_an_example_and_asks_nobody_else(served: str) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        missing("browser (chromium)")
    if not VENDOR.exists():
        missing("GraphiQL (make setup fetches it)")
    asked: list[str] = []
    faults: list[str] = []
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(served)
        page.get_by_role("button", name=re.compile("Execute query")).click(timeout=30_000)
        answer = page.locator(".graphiql-response")
        expect(answer).to_contain_text("tlys_jan_4", timeout=30_000)
        assert page.locator(".graphiql-tab").count() >= 3
        browser.close()
    host = served.removesuffix("/graphql")
    assert faults == []
    assert [url for url in asked if not url.startswith((host, "data:", "blob:"))] == []
