"""飞书's side: events sealed as its documentation says and as lark-oapi opens them, and its API."""
import base64
import hashlib
import http.server
import json
import queue
import threading
import time

from Crypto.Cipher import AES
from lark_oapi.core.utils.decryptor import AESCipher

KEY, TOKEN = "feishu-encrypt-key", "feishu-token"
replies, calls = queue.Queue(), []
state = {"token": "t-1"}


class Api(http.server.BaseHTTPRequestHandler):
    """The two calls of the API that an answer takes."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        calls.append(self.path)
        if self.path == "/open-apis/auth/v3/tenant_access_token/internal":
            right = body == {"app_id": "cli_1", "app_secret": "feishu-secret"}
            answer = {"code": 0, "tenant_access_token": state["token"], "expire": 7200} if right else {"code": 10003}
        elif self.headers["authorization"] != "Bearer " + state["token"]:
            answer = {"code": 99991663, "msg": "Invalid access token"}
        else:
            answer = {"code": 0, "data": {}}
            replies.put((self.path, body))
        sent = json.dumps(answer).encode()
        self.send_response(200 if answer["code"] == 0 else 400)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_):
        pass


api = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)
threading.Thread(target=api.serve_forever, daemon=True).start()
print(api.server_port, flush=True)
# The server is started once it is known where the API is, and then told of.
from common import ANSWERED, ASKED, LONG, PERSONAL, REFUSED, call, refused  # noqa: E402

number = 0


def sealed(event, key=KEY):
    text = json.dumps(event).encode("utf-8")
    pad = 16 - len(text) % 16
    iv = b"0123456789abcdef"
    text += bytes([pad]) * pad
    bytes_ = iv + AES.new(hashlib.sha256(key.encode()).digest(), AES.MODE_CBC, iv).encrypt(text)
    sealed = base64.b64encode(bytes_).decode()
    # The platform's own library reads what was sealed here.
    assert json.loads(AESCipher(key).decrypt_str(sealed)) == event
    return json.dumps({"encrypt": sealed})


def send(event, key=KEY, signer=None, timestamp=None, signed=True, body=None):
    body = sealed(event, key) if body is None else body
    timestamp, nonce = str(timestamp or int(time.time())), "n-1"
    # As lark_oapi's dispatcher computes it.
    signature = hashlib.sha256((timestamp + nonce + (signer or KEY)).encode() + body.encode()).hexdigest()
    headers = {"content-type": "application/json"}
    if signed:
        headers |= {"X-Lark-Request-Timestamp": timestamp, "X-Lark-Request-Nonce": nonce, "X-Lark-Signature": signature}
    return call("/hooks/feishu", body, headers)


def event(text, chat="p2p", mentions=None, kind="text", id=None, sender="ou_1", content=None, token=TOKEN):
    global number
    number += 1
    content = json.dumps({"text": text}) if content is None else content
    return {"schema": "2.0",
            "header": {"event_id": f"e{number}", "token": token, "event_type": "im.message.receive_v1", "app_id": "cli_1"},
            "event": {"sender": {"sender_id": {"open_id": sender}, "sender_type": "user"},
                      "message": {"message_id": id or f"om_{number}", "chat_id": "oc_1", "chat_type": chat,
                                  "message_type": kind, "content": content, "mentions": mentions or []}}}


def say(text, **more):
    asked = event(text, **more)
    assert send(asked) == (200, "{}")
    path, body = replies.get(timeout=20)
    id = asked["event"]["message"]["message_id"]
    assert path == f"/open-apis/im/v1/messages/{id}/reply" and body["uuid"] == id, (path, body)
    assert body["msg_type"] == "post" and len(json.dumps(body, ensure_ascii=False).encode()) <= 30_000
    post = json.loads(body["content"])["zh_cn"]
    parts = [part for paragraph in post["content"] for part in paragraph]
    assert all(part["tag"] in ("text", "a") for part in parts), parts
    return "\n".join([post["title"]] + [p.get("text", "") + p.get("href", "") for p in parts])


# The check of the address, which may come without a signature.
check = {"challenge": "ajls384kdjx98XX", "token": TOKEN, "type": "url_verification"}
for signed in (True, False):
    status, body = send(check, signed=signed)
    assert (status, json.loads(body)) == (200, {"challenge": "ajls384kdjx98XX"}), body
refused(send(dict(check, token="another"), signed=False))
refused(send(check, key="another", signed=False))
refused(send(check, signer="another"))

answer = say(ANSWERED)
assert answer.startswith("包裹已锁定\n") and "解决办法" in answer, answer
assert "https://help.example/kb/shipping/sync/parcel-locked" in answer, answer
assert "AGENTS-ONLY-MARKER" not in answer
bot = [{"key": "@_user_1", "id": {"open_id": "ou_bot"}, "name": "小解"}]
assert "包裹已锁定" in say("@_user_1 " + ANSWERED, chat="group", mentions=bot)
rich = json.dumps({"title": "", "content": [[{"tag": "at", "user_id": "@_user_1"}, {"tag": "text", "text": ANSWERED}]]})
assert "包裹已锁定" in say("", kind="post", content=rich, chat="group", mentions=bot)

question = say(ASKED)
assert "哪个平台" in question and "2. " in question, question
assert "冻结" in say("2")
assert "没有" in say(REFUSED) and "13812345678" not in say(PERSONAL)
assert say(LONG) and say("错" * 20_001) and say("😀" * 3000)
assert "文字" in say("", kind="image", content='{"image_key": "x"}')

# The token is asked for once, and again when the API no longer takes it.
assert calls.count("/open-apis/auth/v3/tenant_access_token/internal") == 1, calls
state["token"] = "t-2"
assert say(ANSWERED)
assert calls.count("/open-apis/auth/v3/tenant_access_token/internal") == 2

# A repeat, another event, another bot's words, and a group's talk among itself: taken, not answered.
assert say(ANSWERED, id="om_same")
assert send(event(ANSWERED, id="om_same")) == (200, "{}")
assert send(event(ANSWERED, chat="group")) == (200, "{}")
other = event(ANSWERED)
other["header"]["event_type"] = "im.chat.updated_v1"
assert send(other) == (200, "{}")
app = event(ANSWERED)
app["event"]["sender"]["sender_type"] = "app"
assert send(app) == (200, "{}")
for odd in [{"header": {"token": TOKEN, "event_type": "im.message.receive_v1"}}, event("", content="no JSON")]:
    assert send(odd) == (200, "{}"), odd
assert "包裹已锁定" in say(ANSWERED) and replies.empty()

# Wrongly signed or sealed, or long ago.
refused(send(event(ANSWERED), signed=False))
refused(send(event(ANSWERED), signer="another"))
refused(send(event(ANSWERED), key="another"))
refused(send(event(ANSWERED, token="another")))
refused(send(event(ANSWERED), timestamp=int(time.time()) - 2 * 3600))
for body in ["", "{}", "[]", "null", '{"encrypt": ""}', '{"encrypt": 1}', '{"encrypt": "AAAA"}', "[" * 10_000]:
    refused(send(None, body=body))
    refused(send(None, body=body, signed=False))
assert replies.empty()
print("ok")
