-- One short math answer a request.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"response":"Adding the two gives \\\\boxed{72}.","answer":"72"}'
