"""钉钉's side of its robot, by the documented signature, and of its events, by dingtalk-sdk."""
import base64
import hashlib
import hmac
import json
import time

from dingtalk.crypto import DingTalkCrypto

from common import ANSWERED, ASKED, LONG, PERSONAL, REFUSED, call, refused

SECRET = "ding-app-secret"
APP, TOKEN, KEY = "dingapp", "events-token", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
number = 0


def sign(timestamp, secret=SECRET):
    text = f"{timestamp}\n{secret}".encode("utf-8")
    return base64.b64encode(hmac.new(secret.encode("utf-8"), text, hashlib.sha256).digest()).decode()


def send(body, timestamp=None, signature=None):
    timestamp = str(timestamp or round(time.time() * 1000))
    headers = {"content-type": "application/json; charset=utf-8", "timestamp": timestamp,
               "sign": signature or sign(timestamp)}
    return call("/hooks/dingtalk", body, headers)


def message(text, group=False, sender="staff1", id=None):
    global number
    number += 1
    return json.dumps({
        "conversationId": "cid1", "conversationType": "2" if group else "1", "msgId": id or f"msg{number}",
        "senderNick": "小李", "senderId": "$:LWCP_v1:$x", "senderStaffId": sender, "chatbotUserId": "bot",
        "sessionWebhook": "https://oapi.dingtalk.com/robot/sendBySession?session=x", "isInAtList": True,
        "text": {"content": text}, "msgtype": "text"})


def say(text, **more):
    status, body = send(message(text, **more))
    assert status == 200, (status, body)
    reply = json.loads(body)
    if not reply:
        return None
    assert reply["msgtype"] == "markdown" and reply["markdown"]["title"], reply
    assert len(body.encode("utf-8")) <= 20_000, len(body)
    if more.get("group"):
        assert reply["at"]["atUserIds"] == [more.get("sender", "staff1")], reply
        assert "@" + more.get("sender", "staff1") in reply["markdown"]["text"]
    else:
        assert reply["at"]["atUserIds"] == [], reply
    return reply["markdown"]["text"]


answer = say(ANSWERED)
assert answer.startswith("#### 包裹已锁定") and "**解决办法**" in answer, answer
assert "(https://help.example/kb/shipping/sync/parcel-locked)" in answer, answer
assert "AGENTS-ONLY-MARKER" not in answer
assert "包裹已锁定" in say(" @小解 " + ANSWERED, group=True)

question = say(ASKED, group=True)
assert "哪个平台" in question and "1. " in question, question
# In a group each person has a conversation of their own.
assert "冻结" not in say("1", group=True, sender="staff2")
assert "冻结" in say("1", group=True)
assert "没有" in say(REFUSED) and "13812345678" not in say(PERSONAL)
assert "太长了" not in say(LONG)
assert say(ANSWERED, id="m") and say(ANSWERED, id="m") is None
assert "](http" not in say("怎么办 [点我](https://evil.example) 完全没见过的东西").replace("](https://help.example", "")

# No text; no message; no shape.
assert send(json.dumps({"msgtype": "picture", "conversationId": "c", "senderId": "s", "msgId": "p"}))[0] == 200
for body in ["", "[]", "null", "{", "{}", json.dumps({"text": 1}), "[" * 10_000]:
    assert send(body) == (200, "{}"), body
for text in ["", "😀" * 5000, "错" * 20_001, "\u202e", "<script>alert(1)</script>", "@"]:
    assert say(text)

# Wrongly signed, or long ago.
now = round(time.time() * 1000)
refused(send(message(ANSWERED), signature=sign(now, "another")))
refused(send(message(ANSWERED), signature="no Base64!"))
refused(send(message(ANSWERED), timestamp=now, signature=sign(now + 1)))
for other in [now - 2 * 3_600_000, now + 2 * 3_600_000, 0, -1, "99999999999999999999", "x", "１７00000000000".encode().hex()]:
    refused(send(message(ANSWERED), timestamp=other, signature=sign(other)))
refused(call("/hooks/dingtalk", message(ANSWERED), {"content-type": "application/json"}))

# The events of a subscription.
ours = DingTalkCrypto(TOKEN, KEY, APP)


def event(crypto, timestamp=None, signature=None):
    sealed = crypto.encrypt_message('{"EventType":"check_url"}', "nonce", timestamp)
    path = f"/hooks/dingtalk/events?msg_signature={signature or sealed['msg_signature']}" \
           f"&timestamp={sealed['timeStamp']}&nonce=nonce"
    return call(path, json.dumps({"encrypt": sealed["encrypt"]}), {"content-type": "application/json"})


status, body = event(ours)
reply = json.loads(body)
opened = ours.decrypt_message(reply, reply["msg_signature"], reply["timeStamp"], reply["nonce"])
assert (status, opened) == (200, "success"), (status, body)
refused(event(ours, signature="0" * 40))
refused(event(DingTalkCrypto("another", KEY, APP)))
refused(event(DingTalkCrypto(TOKEN, KEY, "another")))
refused(event(ours, timestamp=1_500_000_000_000))
print("ok")
