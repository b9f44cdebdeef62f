"""Signs schemathesis in, and again whenever the access token is about to end (it lives minutes) or the run itself has ended the
session. SUNLEDGER_LOGIN and SUNLEDGER_PASSWORD say as whom; a first password is changed to it on the first sign-in."""

import json
import os
import threading
import time
import urllib.error
import urllib.request

import schemathesis

BASE = os.environ["SUNLEDGER_URL"]
LOGIN = os.environ["SUNLEDGER_LOGIN"]
PASSWORD = os.environ["SUNLEDGER_PASSWORD"]
FIRST = os.environ.get("SUNLEDGER_FIRST_PASSWORD", PASSWORD)
LOOK_AGAIN = 5  # seconds after which a token is tried again before it is used

LOCK = threading.Lock()
held = {"token": None, "ends": 0.0, "looked": 0.0}


def ask(method, path, body=None, token=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data=data, method=method)
    if data is not None:
        request.add_header("Content-Type", "application/json")
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    while True:
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.loads(response.read() or b"null")
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503):
                raise
            time.sleep(int(error.headers.get("Retry-After", "1")))  # sign-ins of the run itself count, too


def sign_in():
    try:
        answer = ask("POST", "/api/v1/session", {"login": LOGIN, "password": PASSWORD})
    except urllib.error.HTTPError as error:
        if error.code != 401 or FIRST == PASSWORD:
            raise
        answer = ask("POST", "/api/v1/session", {"login": LOGIN, "password": FIRST})
    if answer["must_change_password"]:
        change = {"old_password": FIRST, "new_password": PASSWORD}
        ask("POST", "/api/v1/account/password", change, answer["access_token"])
    return answer


def still_good(token):
    try:
        ask("GET", "/api/v1/account", token=token)
        return True
    except urllib.error.HTTPError as error:
        return error.code != 401


def token():
    with LOCK:
        now = time.monotonic()
        if held["token"] and now < held["ends"] and now - held["looked"] > LOOK_AGAIN:
            held["looked"] = now
            if not still_good(held["token"]):
                held["token"] = None
        if held["token"] is None or now >= held["ends"]:
            answer = sign_in()
            held.update(token=answer["access_token"], ends=now + answer["expires_in"] - 60, looked=now)
        return held["token"]


@schemathesis.auth(refresh_interval=LOOK_AGAIN)
class Bearer:
    def get(self, case, context):
        return token()

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


FILES = "application/octet-stream"


@schemathesis.hook
def filter_body(context, body):
    """What stands in a file's part is bytes, whatever they are: a null or a number cannot be sent there, so it cannot be refused."""
    content = context.operation.definition.raw.get("requestBody", {}).get("content", {})
    fields = content.get("multipart/form-data", {}).get("schema", {}).get("properties", {})
    files = [name for name, field in fields.items() if field.get("contentMediaType") == FILES]
    if not isinstance(body, dict):
        return not files
    return not any(isinstance(body.get(name, ""), (type(None), bool, int, float, list, dict)) for name in files)
