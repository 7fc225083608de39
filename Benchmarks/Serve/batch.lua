-- A thousand short math answers a request.
local items = {}
for index = 1, 1000 do
  items[index] = string.format('{"id":%d,"response":"Adding the two gives \\\\boxed{%d}.","answer":"%d"}', index, index, index)
end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"items":[' .. table.concat(items, ",") .. ']}'
