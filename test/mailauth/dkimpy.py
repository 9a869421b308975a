"""Signs and verifies with dkimpy: a JSON object on standard input, {"dns": {name: text}, "jobs": [...]}, a JSON list on
standard output, one answer a job. Messages are base64. A verdict that dkimpy refuses to give counts as false."""
import base64
import json
import logging
import sys

import dkim

logging.disable(logging.CRITICAL)
asked = json.load(sys.stdin)


def dns(name, timeout=5):
    text = name.decode() if isinstance(name, bytes) else name
    return asked["dns"].get(text.rstrip("."), "").encode()


def verdicts(message, count):
    found = []
    for index in range(count):
        try:
            found.append(bool(dkim.DKIM(message).verify(idx=index, dnsfunc=dns)))
        except Exception:
            found.append(False)
    return found


def answer(job):
    message = base64.b64decode(job["message"])
    if job["do"] == "verify":
        return verdicts(message, job["signatures"])
    if job["do"] == "arcVerify":
        try:
            return (dkim.arc_verify(message, dnsfunc=dns)[0] or b"fail").decode()
        except Exception:
            return "fail"
    who = [job["selector"].encode(), job["domain"].encode(), job["key"].encode()]
    if job["do"] == "arcSign":
        return b"".join(dkim.arc_sign(message, *who, job["by"].encode())).decode()
    ways = tuple(job["canonicalize"].encode().split(b"/"))
    return dkim.sign(message, *who, canonicalize=ways, signature_algorithm=job["algorithm"].encode(), length=job["length"]).decode()


json.dump([answer(job) for job in asked["jobs"]], sys.stdout)
