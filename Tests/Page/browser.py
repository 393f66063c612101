"""Headless Chromium, driven through its DevTools protocol with Python's standard library alone.

The protocol's messages are JSON, each ended by a zero byte, on the browser's descriptors 3 and 4
(`--remote-debugging-pipe`).
"""

import base64
import fcntl
import json
import os
import select
import subprocess
import tempfile
import time


class Browser:
    """A browser with one page, ended by `with`."""

    FLAGS = (
        "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --mute-audio --no-first-run "
        "--disable-background-networking --remote-debugging-pipe --autoplay-policy=no-user-gesture-required"
    ).split()
    SECONDS = 30

    def __init__(self, *flags):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_browser, self.output = os.pipe()
        self.input, from_browser = os.pipe()
        # Out of the way of 3 and 4, which they become in the browser.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (to_browser, from_browser)]
        os.close(to_browser)
        os.close(from_browser)
        self.process = subprocess.Popen(
            ["chromium", *self.FLAGS, *flags, f"--user-data-dir={self.profile.name}", "about:blank"],
            preexec_fn=lambda: [os.dup2(end, number) for end, number in zip(ends, (3, 4))],
            env={**os.environ, "TMPDIR": self.profile.name}, close_fds=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for end in ends:
            os.close(end)
        self.received = b""
        self.number = 0
        self.session = None
        # What the page complained of, and what it asked for.
        self.complaints, self.requests = [], []

    def __enter__(self):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.profile.cleanup()

    def call(self, method, **parameters):
        """The result of a command."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.output, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def receive(self):
        """The next message; what is an event is noted as well."""
        while b"\0" not in self.received:
            if not select.select([self.input], [], [], self.SECONDS)[0]:
                raise TimeoutError("Chromium does not answer.")
            part = os.read(self.input, 1 << 16)
            if not part:
                raise EOFError("Chromium has ended.")
            self.received += part
        text, self.received = self.received.split(b"\0", 1)
        message = json.loads(text)
        values = message.get("params", {})
        match message.get("method"):
            case "Runtime.exceptionThrown":
                details = values["exceptionDetails"]
                self.complaints.append(details.get("exception", {}).get("description", details["text"]))
            case "Runtime.consoleAPICalled" if values["type"] in ("error", "warning", "assert"):
                self.complaints.append(" ".join(str(value.get("value")) for value in values["args"]))
            case "Log.entryAdded" if values["entry"]["level"] in ("error", "warning"):
                self.complaints.append(f"{values['entry']['text']} {values['entry'].get('url', '')}".strip())
            case "Network.requestWillBeSent":
                self.requests.append(values["request"]["url"])
        return message

    def size(self, width, height, is_phone=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=is_phone)

    def open(self, url):
        """Returns when the page has had its `load` event."""
        self.call("Page.navigate", url=url)
        while self.receive().get("method") != "Page.loadEventFired":
            pass

    def value(self, expression):
        """What an expression of JavaScript gives, awaited."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']['exception'].get('description')}")
        return answer["result"].get("value")

    def wait(self, condition, seconds=10):
        """Until an expression of JavaScript is true; returns whether it came to be."""
        end = time.monotonic() + seconds
        while not self.value(f"Boolean({condition})"):
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def press(self, key, text=None):
        """A key as a person presses it: `Enter`, `ArrowLeft`, or a character."""
        text = text or (key if len(key) == 1 else {"Enter": "\r"}.get(key))
        codes = {
            "Enter": 13, "Escape": 27, "PageUp": 33, "PageDown": 34, "End": 35, "Home": 36, "ArrowLeft": 37,
            "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Tab": 9, "Backspace": 8}
        event = {"key": key, "code": key, "windowsVirtualKeyCode": codes.get(key, ord(key[0].upper()))}
        self.call("Input.dispatchKeyEvent", type="keyDown", **event, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def type(self, text):
        """Text into what has the focus, in place of what is there."""
        self.value("document.activeElement.select()")
        if text:
            self.call("Input.insertText", text=text)
        else:
            self.press("Backspace")

    def click(self, selector):
        """The middle of the first element that the selector finds, scrolled to if something else is there."""
        x, y = self.value(
            f"(() => {{ const element = document.querySelector({json.dumps(selector)});"
            " const middle = () => { const box = element.getBoundingClientRect();"
            "   return [box.x + box.width / 2, box.y + box.height / 2]; };"
            " const found = document.elementFromPoint(...middle());"
            " if (!element.contains(found)) element.scrollIntoView({ block: 'center' });"
            " return middle(); })()")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def drop(self, *paths, x=200, y=200):
        """Files and folders dropped on the page."""
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            self.call("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot")["data"]))
