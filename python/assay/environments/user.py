"""A user whom a model plays, and a database that tools change: environments in the manner of τ-bench (arXiv 2406.12045).

    class Shop(UserEnvironment):
        def data(self, problem, seed):
            return {"orders": {"17": {"state": "open"}}}

        @tool
        def cancel(self, order: str):
            \"\"\"Cancels an order.\"\"\"
            if order not in self.database["orders"]:
                raise PolicyFault("there is no such order")
            self.database["orders"][order]["state"] = "cancelled"
            return "done"

    serve(Shop)

A text without a call goes to the user, whose answer is the next message, until the user says `STOP`. The row has `user` (what the
user wants, which the model plays), or `replies` (what the user says, in turn); `opening`, the user's first sentence; `actions`
(`[{"name", "arguments"}]`), the calls that should have been made; `outputs`, texts that the policy must have said. The score is 1
where the database is as those calls would have left it and every output was said, else 0. Options: `endpoint` (an OpenAI-compatible
server), `model`, `api_key_env`, `temperature` (0), `timeout` (60).
"""

from __future__ import annotations

import copy
import json
import os
import urllib.request
from typing import Any

from assay.env import Action, Call, Environment, Message, Turn

STOP = "###STOP###"
_ROLE = (
    "You are a user who talks to a service. What you want: {wish}\nSay one thing at a time, as a person would, and nothing that you "
    "were not told. When all that you want is done, or cannot be done, say only " + STOP + "."
)


class UserEnvironment(Environment):
    """A database, the tools that change it, and a user."""

    resume = "none"
    """A model plays the user; a subclass whose rows have `replies` may say `replay`."""

    def data(self, problem: Message, seed: int) -> Any:
        """The database at the beginning, as JSON would have it."""
        raise NotImplementedError

    def start(self, problem: Message, seed: int) -> Any:
        self.row: Message = problem.get("fields") or {}
        self.database = copy.deepcopy(self.data(problem, seed))
        self.gold = copy.deepcopy(self.database)
        self.seed, self.said = seed & 0x7FFF_FFFF, list[str]()
        self.talk: list[Message] = [{"role": "user", "content": "Hello, what can I do for you?"}]
        self.replies = list(self.row.get("replies") or [])
        opening = self.row.get("opening") or self.user()
        self.talk.append({"role": "assistant", "content": opening})
        return [*problem.get("messages", []), {"role": "user", "content": opening}]

    def step(self, action: Action) -> Any:
        if action.text:
            self.said.append(action.text)
        if action.calls:
            return Turn(results=[self.call(call) for call in action.calls])
        if action.bad_calls:
            return Turn()
        self.talk.append({"role": "user", "content": action.text or "(says nothing)"})
        answer = self.user()
        self.talk.append({"role": "assistant", "content": answer})
        if STOP in answer:
            return Turn(done=True)
        return Turn(answer)

    def end(self, stop: str, text: str) -> Any:
        """1 where the database is as it should be and everything was said."""
        if text and text not in self.said:
            self.said.append(text)
        now = self.database
        self.database = self.gold
        for action in self.row.get("actions") or []:
            result = self.call(Call(action["name"], action.get("arguments") or {}))
            if isinstance(result, dict) and result.get("outcome") == "rejected":
                raise ValueError(f"the row's action {action['name']} cannot be made: {result['text']}")
        is_right = json.dumps(now, sort_keys=True) == json.dumps(self.database, sort_keys=True)
        spoken = " ".join(self.said).lower().replace(",", "")
        missing = [output for output in self.row.get("outputs") or [] if str(output).lower().replace(",", "") not in spoken]
        reason = "database" if not is_right else "outputs" if missing else "right"
        return {"score": float(is_right and not missing), "reason": reason}

    def user(self) -> str:
        """What the user says next."""
        if "replies" in self.row:
            return str(self.replies.pop(0)) if self.replies else STOP
        endpoint = self.options.get("endpoint")
        if not endpoint:
            raise ValueError("who plays the user? give the option 'endpoint', or the row 'replies'")
        body = {
            "model": self.options.get("model") or "default",
            "messages": [{"role": "system", "content": _ROLE.format(wish=self.row.get("user", ""))}, *self.talk],
            "temperature": self.options.get("temperature", 0),
            "seed": self.seed,
        }
        headers = {"Content-Type": "application/json"}
        if self.options.get("api_key_env"):
            headers["Authorization"] = "Bearer " + os.environ[self.options["api_key_env"]]
        url = endpoint.rstrip("/").removesuffix("/v1") + "/v1/chat/completions"
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=self.options.get("timeout", 60)) as reply:
            found = json.loads(reply.read(4 << 20))
        return str(found["choices"][0]["message"]["content"] or "").strip() or STOP
