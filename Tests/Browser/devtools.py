"""Chromium over the DevTools protocol: as much of it as the tests need."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time

import websocket

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "PageUp": 33, "PageDown": 34, "End": 35, "Home": 36,
        "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, " ": 32}


class Browser:
    """One process of chromium; each page has cookies of its own unless it shares another's context."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="seam-browser-")
        self.process = subprocess.Popen(
            [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--remote-debugging-port=0", "--remote-allow-origins=*", "--disable-background-networking",
             "--no-first-run", f"--user-data-dir={self.folder}", "about:blank"],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        self.socket = websocket.create_connection(self._address(), timeout=60)
        self.sent, self.pages = 0, {}
        threading.Thread(target=lambda: [None for _ in self.process.stderr], daemon=True).start()

    def _address(self):
        for line in self.process.stderr:
            if "DevTools listening on" in line:
                return line.split()[-1]
        raise RuntimeError(f"{CHROMIUM} ended with {self.process.wait()}")

    def send(self, method, session=None, **parameters):
        """Sends a command and gives its result; events that come meanwhile go to their pages."""
        self.sent += 1
        message = {"id": self.sent, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self.socket.send(json.dumps(message))
        wanted = self.sent
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == wanted:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            page = self.pages.get(answer.get("sessionId"))
            if page and "method" in answer:
                page.heard(answer["method"], answer["params"])

    def context(self):
        """A context with cookies and storage of its own."""
        return self.send("Target.createBrowserContext")["browserContextId"]

    def page(self, context=None, width=1440, height=900):
        target = self.send("Target.createTarget", url="about:blank", browserContextId=context or self.context(),
                           width=width, height=height)["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, target, session)
        self.pages[session] = page
        for domain in ("Page", "Runtime", "Log", "Network", "DOM"):
            page.send(domain + ".enable")
        page.resize(width, height)
        return page

    def close(self):
        try:
            self.send("Browser.close")
        except (OSError, RuntimeError, websocket.WebSocketException):
            self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Page:
    """One tab, with what it logged and what it asked for."""

    def __init__(self, browser, target, session):
        self.browser, self.target, self.session = browser, target, session
        self.faults, self.requests, self.failed, self.choosers = [], [], [], []

    def send(self, method, **parameters):
        return self.browser.send(method, self.session, **parameters)

    def heard(self, method, event):
        if method == "Runtime.exceptionThrown":
            self.faults.append(event["exceptionDetails"].get("exception", {}).get("description") or str(event))
        elif method == "Runtime.consoleAPICalled" and event["type"] in ("error", "warning", "assert"):
            text = " ".join(str(a.get("value", a.get("description"))) for a in event["args"])
            if "willReadFrequently" not in text:
                self.faults.append(text)
        elif method == "Log.entryAdded" and event["entry"]["level"] in ("error", "warning"):
            entry = event["entry"]
            # An answer that is no success is told there, too; pages show it, and tests ask for it by `failed`.
            # Nor is it the page's doing that a test reads its canvases.
            if entry["source"] != "network" and "willReadFrequently" not in entry["text"]:
                self.faults.append(f"{entry['source']}: {entry['text']}")
        elif method == "Network.requestWillBeSent":
            self.requests.append(event["request"]["url"])
        elif method == "Network.responseReceived" and event["response"]["status"] >= 400:
            self.failed.append((event["response"]["status"], event["response"]["url"]))
        elif method == "Page.fileChooserOpened":
            self.choosers.append(event["backendNodeId"])

    def resize(self, width, height, dark=False, calm=False):
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.send("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if calm else "no-preference"}])

    def run(self, expression):
        """The value of an expression, awaited."""
        answer = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True,
                           userGesture=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise AssertionError(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    def wait(self, expression, seconds=20, why=None):
        """Waits until an expression is true, and gives it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = self.run(expression)
            if value:
                return value
            time.sleep(0.05)
        raise AssertionError(f"{why or expression} did not become true; the page says:\n{self.text()[:1500]}")

    def text(self):
        return self.run("document.body?.innerText ?? ''")

    def has(self, text, seconds=20):
        return self.wait(f"document.body?.innerText.includes({json.dumps(text)}) ?? false", seconds, f"“{text}” on the page")

    def open(self, url):
        self.send("Page.navigate", url=url)
        self.wait("document.readyState === 'complete'")
        self.wait("document.querySelector('main h1') !== null")

    def key(self, name, modifiers=0):
        """Presses a key as a keyboard does; modifiers: 1 Alt, 2 Ctrl, 8 Shift."""
        typed = {"Enter": "\r", " ": " "}.get(name) or (name if len(name) == 1 else None)
        code = KEYS.get(name, ord(name[0].upper()))
        base = {"key": name, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        self.send("Input.dispatchKeyEvent", type="keyDown" if typed else "rawKeyDown",
                  **base, **({"text": typed} if typed else {}))
        self.send("Input.dispatchKeyEvent", type="keyUp", **base)

    def type(self, text):
        self.send("Input.insertText", text=text)

    def focused(self):
        """Name and text of what has the focus."""
        return self.run("""(() => { const e = document.activeElement; return e === document.body ? "" :
            [e.getAttribute("aria-label"), e.labels?.[0]?.innerText, e.innerText, e.title].filter(Boolean).join(" "); })()""")

    def tab_to(self, text, most=150):
        """Presses Tab until something so named has the focus."""
        for _ in range(most):
            self.key("Tab")
            if text in self.focused():
                return
        raise AssertionError(f"Tab does not come to “{text}”; the page says:\n{self.text()[:1500]}")

    def box(self, selector):
        """x, y, width, height of an element that is scrolled into view."""
        return self.run(f"""(() => {{ const e = document.querySelector({json.dumps(selector)});
            e.scrollIntoView({{block: "center"}}); const b = e.getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; }})()""")

    def click(self, x, y):
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def move(self, x, y):
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def drag(self, x0, y0, x1, y1):
        self.send("Input.dispatchMouseEvent", type="mousePressed", x=x0, y=y0, button="left", clickCount=1)
        for step in range(1, 6):
            self.send("Input.dispatchMouseEvent", type="mouseMoved", button="left", buttons=1,
                      x=x0 + (x1 - x0) * step / 5, y=y0 + (y1 - y0) * step / 5)
        self.send("Input.dispatchMouseEvent", type="mouseReleased", x=x1, y=y1, button="left", clickCount=1)

    def give(self, files):
        """Gives files to the chooser that has opened."""
        self.send("DOM.setFileInputFiles", files=[str(f) for f in files], backendNodeId=self.choosers.pop())

    def shot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))

    def close(self):
        self.browser.send("Target.closeTarget", targetId=self.target)
        self.browser.pages.pop(self.session, None)
