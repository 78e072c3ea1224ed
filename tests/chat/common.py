"""What the three platforms' stand-ins share: a plain HTTP client and the texts that are asked."""
import sys
import time
import urllib.error
import urllib.request

# Where the server listens: told once it does.
BASE = sys.stdin.readline().strip()

ANSWERED = "包裹 P20261124001 已被锁定,解锁前不可变更承运商"
ASKED = "店铺资料冻结中,暂停推送物流信息"
REFUSED = "今天中午吃什么好，推荐一家面馆"
LONG = "仓储编码超长校验未通过"
PERSONAL = "打印面单时 收件人：王小明 13812345678 面单模板错位怎么办"


def call(path, body=None, headers=None):
    """Status, body. Five seconds is all that a platform waits."""
    data = None if body is None else (body if isinstance(body, bytes) else body.encode("utf-8"))
    request = urllib.request.Request(BASE + path, data=data, headers=headers or {})
    start = time.monotonic()
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            status, answer = response.status, response.read().decode("utf-8")
    except urllib.error.HTTPError as error:
        status, answer = error.code, error.read().decode("utf-8")
    assert time.monotonic() - start < 5
    return status, answer


def refused(answer):
    """401 and nothing else."""
    assert answer == (401, ""), answer
