"""The pages in headless Chromium, driven over the DevTools protocol. Usage: pages.py http://127.0.0.1:8080 [FOLDER for pictures]

Needs `pip install websocket-client` and Chromium. The server must run with --jobs.
"""

import base64
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request

import websocket

url = sys.argv[1]
folder = sys.argv[2] if len(sys.argv) > 2 else None
failed = False


def check(name, good, detail=""):
    global failed
    print(f"{'ok  ' if good else 'FAIL'} {name} {detail}", flush=True)
    failed |= not good


profile = tempfile.mkdtemp()
browser = subprocess.Popen(
    ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--window-size=1100,1000",
     f"--user-data-dir={profile}", "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    port_file = os.path.join(profile, "DevToolsActivePort")
    deadline = time.time() + 30
    while not (os.path.exists(port_file) and os.path.getsize(port_file)) and time.time() < deadline:
        time.sleep(0.1)
    port = open(port_file).read().split()[0]
    targets = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
    page = websocket.create_connection(
        next(t["webSocketDebuggerUrl"] for t in targets if t["type"] == "page"), suppress_origin=True, timeout=30)
    numbers, complaints = itertools.count(1), []

    def send(method, **params):
        number = next(numbers)
        page.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(page.recv())
            if message.get("method") == "Log.entryAdded":
                complaints.append(message["params"]["entry"]["text"])
            if message.get("method") == "Runtime.exceptionThrown":
                complaints.append(message["params"]["exceptionDetails"]["text"])
            if message.get("id") == number:
                return message.get("result", {})

    def run(script):
        return send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)["result"].get("value")

    def wait(script, seconds=10):
        end = time.time() + seconds
        while time.time() < end:
            if run(script):
                return True
            time.sleep(0.1)
        return False

    def go(path):
        send("Page.navigate", url=url + path)
        wait("document.readyState === 'complete'")

    def picture(name):
        if folder:
            data = send("Page.captureScreenshot", format="png")["data"]
            open(os.path.join(folder, name + ".png"), "wb").write(base64.b64decode(data))

    for domain in ["Page", "Runtime", "Log"]:
        send(domain + ".enable")
    go("/")
    check("overview goes live", wait("document.getElementById('live').textContent === 'yes'"))
    before = int(run("document.getElementById('requests').textContent"))
    rows = "".join(json.dumps({"response": str(i), "answer": str(i)}) + "\n" for i in range(20000)).encode()
    request = urllib.request.Request(url + "/v1/jobs", rows, {"Content-Type": "application/x-ndjson"})
    job = json.load(urllib.request.urlopen(request))["id"]
    check("requests move", wait(f"Number(document.getElementById('requests').textContent) > {before}"))
    find = f"[...document.querySelectorAll('#jobs tr')].find((row) => row.textContent.includes('{job}'))"
    check("the job appears", wait(f"!!{find}"))
    check("its progress reaches 100 %", wait(f"{find}.textContent.includes('100 %')", 30))
    picture("overview")

    go("/playground")
    run("document.querySelector('#form button').click()")
    verdict = "document.getElementById('verdict').textContent"
    check("the playground judges", wait(f"{verdict}.includes('correct')"), run(f"{verdict}.slice(0, 60)"))
    run("document.getElementById('response').value = '\\\\boxed{0.7}<b id=x>'; document.querySelector('#form button').click()")
    check("and again", wait(f"{verdict}.includes('incorrect')"))
    check("what is typed stays text", not run("!!document.getElementById('x')"))
    if run("[...document.getElementById('verifier').options].some((option) => option.value === 'code')"):
        run("""document.getElementById('verifier').value = 'code'; document.getElementById('answer').value = '';
            document.getElementById('tests').value = 'assert add(1, 2) == 3';
            document.getElementById('response').value = '```python\\ndef add(a, b):\\n    return a + b\\n```';
            document.querySelector('#form button').click()""")
        check("a program too", wait(f"{verdict}.includes('\"verifier\": \"code\"')", 20), run(f"{verdict}.slice(0, 60)"))
    picture("playground")
    runs = json.load(urllib.request.urlopen(url + "/v1/runs"))["runs"] if len(sys.argv) > 3 else []
    for name in [run["name"] for run in runs][:1]:
        go(f"/runs/{name}")
        check("the report shows", wait("!!document.querySelector('main h1')"), run("document.title"))
        picture("report")
        go(f"/runs/{name}/samples")
        run("document.querySelector('select[name=outcome]').value = 'incorrect'; document.querySelector('form').submit()")
        shown = "[...document.querySelectorAll('.sample')]"
        check("the filter works", wait("location.search.includes('outcome=incorrect') && document.readyState === 'complete' && "
              f"{shown}.length > 0 && {shown}.every((sample) => sample.textContent.includes('incorrect'))"))
        picture("samples")
    check("no complaints of the content security policy", not complaints, "; ".join(complaints))
finally:
    browser.terminate()
sys.exit(failed)
