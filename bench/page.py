#!/usr/bin/env python3
"""The CARA page and the chat in it, on the machine of somebody with an old phone.

Lighthouse judges the page as a slow phone gets it. Then the chat is opened for the first time, in a
browser whose processor is slowed down fourfold, until one can write; the reference is an empty page
in a frame, opened by the same means. What moves on the page meanwhile is its layout shift.

    python bench/page.py [--rounds 7]
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

from bench.conversation import free_port, running

LIGHTHOUSE: Final = Path(__file__).parent / "lighthouse"
CATEGORIES: Final = ("performance", "accessibility", "best-practices")
ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SLOWER: Final = 4
WANTED_MS: Final = 300
WATCH: Final = """
// In the chat's own frame: a look from the page would have the browser build an empty one first.
if (parent !== window) {
  const look = () => {
    if (document.querySelector("#message:enabled")) parent.postMessage("ready to write", "*");
    else setTimeout(look);
  };
  look();
}"""
OPEN: Final = """() => new Promise(done => {
  const start = performance.now();
  addEventListener("message", ({data}) =>
    data === "ready to write" && done(performance.now() - start));
  caraChat.open();
})"""
EMPTY: Final = """() => new Promise(done => {
  const start = performance.now();
  const frame = document.createElement("iframe");
  frame.onload = () => done(performance.now() - start);
  frame.src = "/healthz";
  document.body.append(frame);
})"""
SHIFTED: Final = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => (sum += entry.value)))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 500);
})"""


def judged(base: str, chromium: str) -> dict[str, float]:
    """Return Lighthouse's scores, of 100, and its metrics in milliseconds."""
    if not (LIGHTHOUSE / "node_modules").is_dir():
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(["npm", "ci", *quiet], cwd=LIGHTHOUSE, check=True)
    command = [
        *(str(LIGHTHOUSE / "node_modules" / ".bin" / "lighthouse"), base, "--quiet"),
        *("--output=json", f"--only-categories={','.join(CATEGORIES)}"),
        f"--chrome-flags=--headless=new {' '.join(ARGUMENTS)}",
    ]
    env = {**os.environ, "CHROME_PATH": chromium}
    told = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE).stdout
    report: dict[str, Any] = json.loads(told)
    scores = {name: 100 * report["categories"][name]["score"] for name in CATEGORIES}
    metrics = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time")
    return scores | {name: report["audits"][name]["numericValue"] for name in metrics}


def opened(browser: Browser, base: str) -> tuple[float, float, float]:
    """Return the milliseconds until the chat is ready, those of the reference, and the shift."""
    context = browser.new_context(viewport={"width": 390, "height": 780}, is_mobile=True)
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(base, wait_until="networkidle")
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    reference = page.evaluate(EMPTY)
    ready = page.evaluate(OPEN)
    shifted = page.evaluate(SHIFTED)
    context.close()
    return ready, reference, shifted


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    chromium = shutil.which("chromium")
    if chromium is None or shutil.which("npm") is None:
        raise SystemExit("This needs Chromium and Node: deploy/test-machine.sh")
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/chat.db"
        command = [".venv/bin/chatbot", "serve", "--port", str(port), "--database", database]
        with running(command, f"{base}/readyz"), sync_playwright() as playwright:
            for name, value in judged(f"{base}/", chromium).items():
                print(f"{name:32}{value:8.0f}")
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            opened(browser, base)  # the first of all also starts the browser's parts
            found = [opened(browser, base) for _ in range(rounds)]
            browser.close()
    ready, reference, _ = (statistics.median(column) for column in zip(*found, strict=True))
    print(f"{'open to ready, ms':32}{ready:8.0f}   wanted: under {WANTED_MS}")
    print(f"{'an empty frame, ms':32}{reference:8.0f}   ratio {ready / reference:.1f}")
    print(f"{'layout shift':32}{max(row[2] for row in found):8.3f}   wanted: 0")


if __name__ == "__main__":
    main()
