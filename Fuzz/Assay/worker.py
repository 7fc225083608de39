"""A worker of the command verifier whose answers are the record's: `fields.reply` is written as it is."""

import json
import os
import sys
import time

print(json.dumps({"ready": 1}))
for line in sys.stdin.buffer:
    message = json.loads(line)
    for item in message.get("verify", []):
        fields = item.get("fields") or {}
        act, reply = fields.get("act"), fields.get("reply")
        if act == "die":
            os._exit(3)
        elif act == "hang":
            time.sleep(3)
        elif isinstance(reply, str):
            text = reply.replace("$id", str(item["id"]))
            sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass") + b"\n")
        else:
            reply = dict(reply) if isinstance(reply, dict) else {"score": reply}
            print(json.dumps({"id": item["id"], **reply}))
    sys.stdout.flush()
