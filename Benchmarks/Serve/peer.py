"""The reward server as it is usually written: FastAPI, uvicorn and Math-Verify."""
import fastapi
import math_verify
import uvicorn

app = fastapi.FastAPI()


@app.post("/v1/verify")
def verify(item: dict):
    gold = math_verify.parse(f"${item['answer']}$", parsing_timeout=None)
    answer = math_verify.parse(item["response"], parsing_timeout=None)
    return {"score": float(math_verify.verify(gold, answer, timeout_seconds=None))}


uvicorn.run(app, host="127.0.0.1", port=8191, log_level="error")
