"""The command's server, started for a test and ended with it."""

import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import uuid

root = pathlib.Path(__file__).resolve().parents[2]
samples = root / "Samples"


class Served:
    """A server on a free port; `with` ends it, and it must end with 0."""

    SECONDS = 60

    def __init__(self, *options, environment=None):
        self.options = options
        self.environment = {**os.environ, "FUSEMIX_MODELS": str(root / "Models"), **(environment or {})}

    def __enter__(self):
        self.process = subprocess.Popen(
            ["fusemix-gen", "serve", "--port", "0", *self.options], stderr=subprocess.PIPE, stdout=subprocess.PIPE,
            env=self.environment, text=True)
        line = self.process.stderr.readline()
        found = re.search(r"http://[^/]*:(\d+)/", line)
        if not found:
            raise SystemExit(f"The server did not start: {line}{self.process.stderr.read()}")
        self.port = int(found[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self.told = ""
        # What it prints must not fill a pipe.
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        return self

    def read(self):
        for line in self.process.stderr:
            self.told += line

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(self.SECONDS)
        self.reader.join(self.SECONDS)
        if kind is None:
            assert code == 0, f"the server ended with {code}: {self.told}"
            assert self.told == "", f"the server printed {self.told!r}"

    def connection(self, seconds=SECONDS):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)

    def ask(self, method, path, body=None, seconds=SECONDS, **headers):
        """Status, headers and bytes of an answer."""
        connection = self.connection(seconds)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, answer.headers, data

    def form(self, path, seconds=SECONDS, accept="*/*", **fields):
        """The answer to a form; a path is a file."""
        body, kind = form(fields)
        return self.ask("POST", path, body, seconds, Content_Type=kind, Accept=accept)

    def json(self, path, seconds=SECONDS, accept="*/*", **fields):
        return self.ask("POST", path, json.dumps(fields), seconds, Content_Type="application/json", Accept=accept)


def form(fields):
    boundary = uuid.uuid4().hex
    body = b""
    for name, value in fields.items():
        body += f"--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"".encode()
        if isinstance(value, pathlib.Path):
            body += f"; filename=\"{value.name}\"\r\nContent-Type: application/octet-stream\r\n\r\n".encode()
            body += value.read_bytes() + b"\r\n"
        else:
            body += f"\r\n\r\n{value}\r\n".encode()
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def command(*arguments):
    """The PNG that the command makes."""
    environment = {**os.environ, "FUSEMIX_MODELS": str(root / "Models")}
    return subprocess.run(
        ["fusemix-gen", *map(str, arguments), "-o", "-"], check=True, capture_output=True, env=environment).stdout
