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
        const count = (number) => number.toLocaleString("en-US");
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
          for (const run of state.runs) {
            const box = byId("run-" + run.id);
            const row = box && box.closest("tr");
            if (!row) continue;
            if (run.completions === null) continue;
            const progress = row.querySelector("progress");
            progress.max = Math.max(run.wanted, 1);
            progress.value = run.completions;
            const words = progress.parentElement.querySelector("a");
            if (words) words.textContent = count(run.completions) + " of " + count(run.wanted);
            const pass = row.cells[8];
            if (run.pass_at_1 !== null) {
              const text = (run.pass_at_1 * 100).toFixed(1) + " %";
              if (pass.textContent !== text) pass.replaceChildren(link(run.path + "/samples", text));
            }
          }
        };
        source.onerror = () => { byId("live").textContent = "no"; };

        """

    /// A run's panel while it goes on.
    static let run = """
        "use strict";
        (() => {
          const panel = document.getElementById("run-live");
          const byId = (id) => document.getElementById(id);
          const signs = { correct: ["good", "✓"], incorrect: ["bad", "✗"], noAnswer: ["bad", "✗"], timeout: ["odd", "!"],
            verifierError: ["odd", "!"] };
          function duration(seconds) {
            if (seconds < 90) return Math.ceil(seconds) + " s";
            return seconds < 5400 ? Math.ceil(seconds / 60) + " min" : (seconds / 3600).toFixed(1) + " h";
          }
          function row(sample) {
            const row = document.createElement("tr");
            const head = document.createElement("th");
            head.scope = "row";
            const anchor = document.createElement("a");
            anchor.href = sample.path;
            anchor.textContent = sample.name;
            head.append(anchor);
            const verdict = document.createElement("span");
            const sign = signs[sample.outcome] || ["soft", "–"];
            verdict.className = sign[0];
            verdict.textContent = sign[1] + " " + (sample.outcome || "not judged");
            row.append(head);
            for (const [content, kind] of [[verdict, "words"], [sample.reason, "words"], [sample.tokens ?? "–", ""]]) {
              const cell = document.createElement("td");
              if (kind) cell.className = kind;
              cell.append(content);
              row.append(cell);
            }
            return row;
          }
          const source = new EventSource(panel.dataset.events);
          source.onmessage = (event) => {
            const state = JSON.parse(event.data);
            byId("live-bar").max = Math.max(state.wanted, 1);
            byId("live-bar").value = state.present;
            let words = state.words;
            if (state.rate) words += ", " + state.rate.toFixed(1) + "/s";
            if (state.left_seconds && !state.done) words += ", " + duration(state.left_seconds) + " left";
            if (state.done) {
              words = "The run has all its samples. ";
              source.close();
            }
            byId("live-words").textContent = words;
            if (state.done) {
              const anchor = document.createElement("a");
              anchor.href = "";
              anchor.textContent = "Load the whole report";
              byId("live-words").append(anchor);
            }
            const table = byId("live-newest");
            if (!table.contains(document.activeElement)) table.replaceChildren(...state.newest.map(row));
          };
        })();

        """

    /// Keys on every page: j k move, n p turn pages, ? shows them.
    static let pages = """
        "use strict";
        (() => {
          const keys = [["j", "next sample, or row of a table"], ["k", "previous"], ["n", "next page, or sibling"],
            ["p", "previous page, or sibling"], ["Enter", "open the row"], ["u", "up"], ["/", "filter"], ["?", "this list"]];
          let dialog = null;
          function help() {
            if (!dialog) {
              dialog = document.createElement("dialog");
              const title = document.createElement("h2");
              title.textContent = "Keys";
              dialog.append(title);
              for (const [key, words] of keys) {
                const line = document.createElement("p");
                const name = document.createElement("kbd");
                name.textContent = key;
                line.append(name, " " + words);
                dialog.append(line);
              }
              const close = document.createElement("button");
              close.textContent = "Close";
              close.addEventListener("click", () => dialog.close());
              dialog.append(close);
              document.body.append(dialog);
            }
            if (dialog.open) dialog.close(); else dialog.showModal();
          }
          function rows() { return [...document.querySelectorAll("tbody tr")].filter((row) => row.querySelector("th a")); }
          function move(step) {
            const all = rows();
            if (!all.length) return;
            const here = all.findIndex((row) => row.classList.contains("here") || row.matches(":target"));
            const next = all[Math.min(Math.max(here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step, 0), all.length - 1)];
            for (const row of all) row.classList.remove("here");
            next.classList.add("here");
            next.querySelector("th a").focus();
          }
          // A search that goes on: asked again unless somebody is at work on the page.
          const again = document.querySelector("[data-again]");
          if (again) setTimeout(() => {
            if (document.activeElement === document.body && !getSelection().toString()) location.reload();
          }, Number(again.dataset.again));
          document.addEventListener("keydown", (event) => {
            if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input,textarea,select")) return;
            if (event.key === "?") { event.preventDefault(); return help(); }
            if (dialog && dialog.open) return;
            if (event.key === "/") {
              const query = document.getElementById("q");
              if (query) { event.preventDefault(); query.focus(); }
              return;
            }
            if (event.key === "u") {
              const up = [...document.querySelectorAll(".crumbs a")].pop();
              if (up) up.click();
              return;
            }
            if (!["j", "k", "n", "p"].includes(event.key)) return;
            const link = document.querySelector('a[data-key="' + event.key + '"]');
            if (link) return link.click();
            if (event.key === "j") move(1);
            if (event.key === "k") move(-1);
          });
        })();

        """
}
