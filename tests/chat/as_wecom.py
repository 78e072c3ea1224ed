"""企业微信's side of its callback, by wechatpy."""
import time
from urllib.parse import quote

import xmltodict
from wechatpy.enterprise.crypto import WeChatCrypto

from common import ANSWERED, ASKED, LONG, PERSONAL, REFUSED, call, refused

CORP, TOKEN, KEY = "wx5823bf96d3bd56c7", "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
ours = WeChatCrypto(TOKEN, KEY, CORP)
number = 0


def address(signature, timestamp, nonce, more=""):
    return f"/hooks/wecom?msg_signature={signature}&timestamp={timestamp}&nonce={nonce}{more}"


def sealed(xml, crypto=ours, timestamp=None, signature=None):
    timestamp, nonce = str(timestamp or int(time.time())), "n-1"
    outer = xmltodict.parse(crypto.encrypt_message(xml, nonce, timestamp))["xml"]
    body = f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><AgentID>1</AgentID>" \
           f"<Encrypt><![CDATA[{outer['Encrypt']}]]></Encrypt></xml>"
    return call(address(signature or outer["MsgSignature"], timestamp, nonce), body)


def message(text, user="xiaoli", kind="text", id=None):
    global number
    number += 1
    return f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[{user}]]></FromUserName>" \
           f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>" \
           f"<Content><![CDATA[{text}]]></Content><MsgId>{id or number}</MsgId><AgentID>1</AgentID></xml>"


def say(text, **more):
    status, body = sealed(message(text, **more))
    assert status == 200, (status, body)
    if not body:
        return None
    outer = xmltodict.parse(body)["xml"]
    inner = ours.decrypt_message(body, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"])
    reply = xmltodict.parse(inner)["xml"]
    assert reply["MsgType"] == "text" and reply["FromUserName"] == CORP, reply
    assert reply["ToUserName"] == more.get("user", "xiaoli"), reply
    assert len(reply["Content"].encode("utf-8")) <= 2048, len(reply["Content"])
    return reply["Content"]


# The check of the address.
def check(crypto, timestamp, signature=None):
    outer = xmltodict.parse(crypto.encrypt_message("4711", "n", timestamp))["xml"]
    signature = signature or outer["MsgSignature"]
    return call(address(signature, timestamp, "n", "&echostr=" + quote(outer["Encrypt"], safe="")))


now = str(int(time.time()))
assert check(ours, now) == (200, "4711"), check(ours, now)
refused(check(ours, now, "0" * 40))
refused(check(WeChatCrypto(TOKEN, KEY, "another"), now))
refused(check(WeChatCrypto("another", KEY, CORP), now))
refused(check(ours, "1409659589"))
refused(call("/hooks/wecom"))

# An answer, with the address of its page.
answer = say(ANSWERED)
assert answer.startswith("包裹已锁定\n") and "【解决办法】" in answer and "等待平台审核结束" in answer, answer
assert '<a href="https://help.example/kb/shipping/sync/parcel-locked">' in answer, answer
assert "AGENTS-ONLY-MARKER" not in answer

# A question, and the reply to it as a number, in words, and by another person.
question = say(ASKED)
assert "哪个平台" in question and "1. " in question and "2. " in question, question
second = question.split("2. ")[1].split("\n")[0]
assert say("2", user="other") != say("2")
question = say(ASKED)
assert f"{second}" in question
for reply in ["第二个", "2。", second, f"{second}的"]:
    assert "哪个平台" in say(ASKED)
    followed = say(reply)
    assert "冻结" in followed and "哪个平台" not in followed, (reply, followed)
# In own words, and as none of them: what was asked about goes to support.
assert "哪个平台" in say(ASKED)
assert "请补交执照" in say("要补交执照的那个")
assert "哪个平台" in say(ASKED)
handed = say("都不是")
assert "转给客服" in handed and ASKED in handed, handed
# What says nothing is asked again, as often as it takes.
assert "哪个平台" in say(ASKED)
assert "2. " in say("9") and "冻结" in say("1")
assert "哪个平台" in say(ASKED)
assert "包裹已锁定" in say(ANSWERED), "another error is no reply"

# Nothing known; what goes to support is masked.
none = say(REFUSED)
assert "没有" in none and "转给客服" in none, none
private = say(PERSONAL)
assert "13812345678" not in private, private

# A long answer is cut, at a line, and says where the whole is.
long = say(LONG)
assert "太长了" in long and long.endswith("看全文</a>"), long

# A repeat is answered once.
assert say(ANSWERED, id="77") and say(ANSWERED, id="77") is None

# What is no text, and what is no message.
assert "文字" in say("", kind="image")
assert say("subscribe", kind="event") is None
assert "报错" in say("   ")

# Hostile: all of it rightly sealed.
for text in ["<a href=\"https://evil.example\">x</a>", "&amp;&lt;", "😀" * 2000, "错" * 20_001, "%s%n", "\u202e倒", "1"]:
    assert say(text)
assert sealed("<!DOCTYPE x [<!ENTITY a 'b'>]><xml><Content>&a;</Content></xml>") == (200, "")
assert sealed("no XML") == (200, "")
assert sealed("<xml>" + "<a>" * 20_000) == (200, "")

# Wrongly signed or sealed.
refused(sealed(message(ANSWERED), signature="0" * 40))
refused(sealed(message(ANSWERED), crypto=WeChatCrypto("another", KEY, CORP)))
refused(sealed(message(ANSWERED), crypto=WeChatCrypto(TOKEN, "A" * 43, CORP)))
refused(sealed(message(ANSWERED), crypto=WeChatCrypto(TOKEN, KEY, "another")))
refused(sealed(message(ANSWERED), timestamp=int(time.time()) - 2 * 3600))
for body in ["", "<xml/>", "{}", "<xml><Encrypt>x</Encrypt></xml>", "<!DOCTYPE x><xml><Encrypt>x</Encrypt></xml>",
             b"\xff\xfe", "x" * 600_000]:
    refused(call(address("0" * 40, now, "n"), body))
print("ok")
