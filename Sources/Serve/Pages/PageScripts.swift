/// The scripts of our pages: plain, served from here, text set as text and never as markup.
enum PageScripts {
    /// Keeps the overview's figures moving.
    static let overview = """
        "use strict";
        const byId = (id) => document.getElementById(id);
        const outcomes = ["correct", "incorrect", "noAnswer", "timeout", "verifierError"];
        let previous = null;
        function row(heading, cells) {
          const row = document.createElement("tr");
          const head = document.createElement("th");
          head.scope = "row";
          head.append(heading);
          row.append(head);
          for (const cell of cells) {
            const data = document.createElement("td");
            data.append(cell);
            row.append(data);
          }
          return row;
        }
        function link(href, text) {
          const anchor = document.createElement("a");
          anchor.href = href;
          anchor.textContent = text;
          return anchor;
        }
        function bar(label, value, max, words) {
          const bar = document.createElement("progress");
          bar.value = value;
          bar.max = Math.max(max, 1);
          bar.setAttribute("aria-label", label);
          const parts = document.createDocumentFragment();
          parts.append(bar, " " + words);
          return parts;
        }
        // Rows are made anew only when they say something new: focus and selection stay.
        const shown = {};
        function fill(id, list, make) {
          const table = byId(id);
          const text = JSON.stringify(list);
          if (!table || shown[id] === text) return;
          shown[id] = text;
          table.replaceChildren(...list.map(make));
        }
        const source = new EventSource("/v1/events");
        source.onmessage = (event) => {
          const state = JSON.parse(event.data);
          byId("live").textContent = "yes";
          byId("uptime").textContent = state.uptime_seconds + " s";
          byId("requests").textContent = state.requests;
          const now = performance.now();
          if (previous) {
            const rate = (state.requests - previous.requests) * 1000 / (now - previous.now);
            byId("rate").textContent = rate.toFixed(rate < 10 ? 1 : 0);
          }
          previous = { requests: state.requests, now };
          fill("verifiers", state.verifiers, (verifier) =>
            row(verifier.name, [verifier.pending, ...outcomes.map((name) => verifier.outcomes[name])].map(String)));
          fill("jobs", state.jobs, (job) => {
            const percent = Math.floor(job.progress * 100);
            return row(job.id, [job.state, String(job.done), bar("progress of " + job.id, percent, 100, percent + " %"),
              link(job.results, "NDJSON")]);
          });
          fill("runs", state.runs, (run) => row(link(run.path, run.name), [String(run.policy_version),
            bar("completions of " + run.name, run.completions, run.wanted, run.completions + " of " + run.wanted),
            link(run.path + "/samples", "samples")]));
        };
        source.onerror = () => { byId("live").textContent = "no"; };

        """

    /// Asks for a verdict and shows it.
    static let playground = """
        "use strict";
        const byId = (id) => document.getElementById(id);
        function tests(text) {
          const trimmed = text.trim();
          if (!trimmed) return undefined;
          if (trimmed.startsWith("[")) return JSON.parse(trimmed);
          return trimmed.split("\\n").filter((line) => line.trim());
        }
        function element(name, text, className) {
          const node = document.createElement(name);
          node.textContent = text;
          if (className) node.className = className;
          return node;
        }
        byId("form").addEventListener("submit", async (event) => {
          event.preventDefault();
          const output = byId("verdict");
          try {
            const item = { verifier: byId("verifier").value, response: byId("response").value };
            if (byId("answer").value) item.answer = byId("answer").value;
            const list = tests(byId("tests").value);
            if (list) item.tests = list;
            const reply = await fetch("/v1/verify", { method: "POST", headers: { "Content-Type": "application/json" },
              body: JSON.stringify(item) });
            const verdict = await reply.json();
            if (!reply.ok) throw new Error(verdict.error.message);
            const good = verdict.outcome === "correct";
            const score = verdict.score === null ? "no score" : "score " + verdict.score;
            output.replaceChildren(
              element("p", verdict.outcome + " · " + score + " · " + verdict.reason, good ? "good" : "bad"),
              element("p", verdict.explanation || ""),
              element("pre", JSON.stringify(verdict, null, 2)));
          } catch (error) {
            output.replaceChildren(element("p", error.message, "bad"));
          }
        });

        """
}
