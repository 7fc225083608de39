import ArgumentParser
import Experience

/// Programs that `assay env init` writes: a guessing game that keeps to the contract, and a test of it.
enum EnvironmentTemplate: String, EnumerableFlag {
    case python, node, shell

    /// The environment's file.
    func script(_ name: String) -> String {
        switch self {
        case .python: "\(name).py"
        case .node: "\(name).js"
        case .shell: "\(name).sh"
        }
    }

    /// Its test's file.
    func test(_ name: String) -> String {
        switch self {
        case .python: "\(name)_test.py"
        case .node: "\(name).test.js"
        case .shell: "\(name).test.sh"
        }
    }

    var interpreter: String {
        switch self {
        case .python: "python3"
        case .node: "node"
        case .shell: "sh"
        }
    }

    /// What both files hold.
    func texts(_ name: String) -> (script: String, test: String) {
        let texts =
            switch self {
            case .python: (Self.pythonScript, Self.pythonTest)
            case .node: (Self.nodeScript, Self.nodeTest)
            case .shell: (Self.shellScript, Self.shellTest)
            }
        return (texts.0.replacing("NAME", with: name), texts.1.replacing("NAME", with: name))
    }

    private static let pythonScript = #"""
        """The environment NAME. Protocol: docs/environments.md. stdout is the protocol's; print(..., file=sys.stderr) is free.

        With the package (pip install assay) a class of assay.env.Environment does what stands below this one.
        """
        import json
        import re
        import sys


        class Episode:
            """One episode: what it knows is here, so that nothing crosses to another. The seed decides what is drawn."""

            def __init__(self, problem, seed):
                self.number, self.left, self.won = seed % 100 + 1, 7, False

            def start(self):
                return {"text": f"Guess a number from 1 to 100. You have {self.left} guesses."}

            def step(self, text, calls):
                if self.left == 0:
                    raise ValueError("the episode is done")
                numbers = re.findall(r"\d{1,6}", text)
                guess = int(numbers[-1]) if numbers else 0
                self.left -= 1
                self.won = guess == self.number
                said = "Right." if self.won else "Higher." if guess < self.number else "Lower."
                if self.won:
                    self.left = 0
                return {"text": said, "done": self.left == 0}

            def end(self, stop, text):
                return {"score": float(self.won)}


        def main():
            episodes = {}
            for line in sys.stdin:
                message = json.loads(line)
                if "hello" in message:
                    print(json.dumps({"ready": 2, "name": "NAME", "version": "1", "resume": "replay"}), flush=True)
                replies = []
                for verb in ("start", "step", "end"):
                    for item in message.get(verb, []):
                        try:
                            if verb == "start":
                                episodes[item["episode"]] = Episode(item["problem"], item["seed"])
                                reply = episodes[item["episode"]].start()
                            elif verb == "step":
                                reply = episodes[item["episode"]].step(item["text"], item.get("calls", []))
                            else:
                                reply = episodes.pop(item["episode"]).end(item["stop"], item["text"])
                        except Exception as error:  # a failure of this episode alone, never a reward
                            reply = {"error": f"{type(error).__name__}: {error}"}
                        replies.append({"id": item["id"], **reply})
                if replies:
                    print(json.dumps(replies, allow_nan=False), flush=True)


        if __name__ == "__main__":
            main()

        """#

    private static let pythonTest = #"""
        """A test of the environment NAME: python3 NAME_test.py; what holds for every environment is tried by assay env check."""
        import unittest

        from NAME import Episode


        class Tests(unittest.TestCase):
            def test_halving_wins(self):
                for seed in range(200):
                    episode, low, high = Episode({}, seed), 1, 100
                    episode.start()
                    while True:
                        guess = (low + high) // 2
                        answer = episode.step(str(guess), [])
                        if answer["done"]:
                            break
                        low, high = (guess + 1, high) if answer["text"] == "Higher." else (low, guess - 1)
                    self.assertEqual(episode.end("done", ""), {"score": 1.0})

            def test_nothing_after_the_last_turn(self):
                episode = Episode({}, 7)
                for _ in range(7):
                    episode.step("nothing", [])
                with self.assertRaises(ValueError):
                    episode.step("1", [])


        if __name__ == "__main__":
            unittest.main()

        """#

    private static let nodeScript = #"""
        // The environment NAME. Protocol: docs/environments.md. stdout is the protocol's; console.error() is free.
        class Episode {
          // What an episode knows is here, so that nothing crosses to another. The seed decides what is drawn.
          constructor(problem, seed) {
            Object.assign(this, { number: (seed % 100) + 1, left: 7, won: false });
          }

          start() {
            return { text: `Guess a number from 1 to 100. You have ${this.left} guesses.` };
          }

          step(text, calls) {
            if (this.left === 0) throw new Error("the episode is done");
            const guess = Number((text.match(/\d{1,6}/g) ?? [0]).at(-1));
            this.left -= 1;
            this.won = guess === this.number;
            if (this.won) this.left = 0;
            return { text: this.won ? "Right." : guess < this.number ? "Higher." : "Lower.", done: this.left === 0 };
          }

          end(stop, text) {
            return { score: this.won ? 1 : 0 };
          }
        }

        function serve() {
          const episodes = new Map();
          const send = (value) => process.stdout.write(JSON.stringify(value) + "\n");
          const answers = {
            start(item) {
              const episode = new Episode(item.problem, item.seed);
              episodes.set(item.episode, episode);
              return episode.start();
            },
            step: (item) => episodes.get(item.episode).step(item.text, item.calls ?? []),
            end(item) {
              const episode = episodes.get(item.episode);
              episodes.delete(item.episode);
              return episode.end(item.stop, item.text);
            },
          };
          require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
            const message = JSON.parse(line);
            if ("hello" in message) send({ ready: 2, name: "NAME", version: "1", resume: "replay" });
            for (const verb of ["start", "step", "end"]) {
              for (const item of message[verb] ?? []) {
                try {
                  send({ id: item.id, ...answers[verb](item) });
                } catch (error) {
                  // A failure of this episode alone, never a reward.
                  send({ id: item.id, error: String(error) });
                }
              }
            }
          });
        }

        if (require.main === module) serve();
        module.exports = { Episode };

        """#

    private static let nodeTest = #"""
        // A test of the environment NAME: node NAME.test.js; what holds for every environment is tried by assay env check.
        const assert = require("assert");
        const { Episode } = require("./NAME.js");

        for (let seed = 0; seed < 200; seed++) {
          const episode = new Episode({}, seed);
          let [low, high, answer] = [1, 100, {}];
          episode.start();
          while (!answer.done) {
            const guess = Math.floor((low + high) / 2);
            answer = episode.step(String(guess), []);
            if (answer.text === "Higher.") low = guess + 1;
            else high = guess - 1;
          }
          assert.deepStrictEqual(episode.end("done", ""), { score: 1 });
        }

        const episode = new Episode({}, 7);
        for (let turn = 0; turn < 7; turn++) episode.step("nothing", []);
        assert.throws(() => episode.step("1", []), /done/);
        console.log("ok");

        """#

    private static let shellScript = #"""
        # The environment NAME. Protocol: docs/environments.md, "Tab-separated lines". stdout is the protocol's.
        tab=$(printf '\t')
        read -r hello
        printf '{"ready":2,"name":"NAME","version":"1","resume":"replay","format":"tsv"}\n'
        while IFS= read -r line; do
            id=${line%%"$tab"*} line=${line#*"$tab"}
            verb=${line%%"$tab"*} line=${line#*"$tab"}
            episode=${line%%"$tab"*} line=${line#*"$tab"}
            # What an episode knows is in variables with its number; the seed decides what is drawn.
            case $verb in
            start)
                seed=${line%%"$tab"*}
                eval "number_$episode=$((seed % 100 + 1)) left_$episode=7 won_$episode=0"
                printf '%s\tGuess a number from 1 to 100. You have 7 guesses.\n' "$id"
                ;;
            step)
                eval "number=\$number_$episode left=\$left_$episode"
                if [ "$left" -eq 0 ]; then
                    printf '%s\terror\tthe episode is done\n' "$id"
                    continue
                fi
                guess=$(printf '%b' "${line#*"$tab"}" | tr -cs '0-9' '\n' | grep . | tail -n 1 | cut -c 1-6)
                guess=${guess:-0} left=$((left - 1)) done=
                if [ "$guess" -eq "$number" ]; then said=Right. left=0
                elif [ "$guess" -lt "$number" ]; then said=Higher.
                else said=Lower.
                fi
                if [ "$left" -eq 0 ]; then done=done; fi
                eval "left_$episode=$left"
                if [ $said = Right. ]; then eval "won_$episode=1"; fi
                printf '%s\t%s\t\t%s\n' "$id" "$said" "$done"
                ;;
            end)
                eval "won=\$won_$episode"
                unset "number_$episode" "left_$episode" "won_$episode"
                printf '%s\t%s\n' "$id" "$won"
                ;;
            esac
        done

        """#

    private static let shellTest = #"""
        # A test of the environment NAME: sh NAME.test.sh; what holds for every environment is tried by assay env check.
        cd "$(dirname "$0")" || exit 1
        # Seed 41 draws 42; a wrong guess, the right one, and one that comes too late.
        got=$(printf '%s\n' '{"hello":2}' '2	start	1	41	' '3	step	1	0	is it 50?' '4	step	1	1	42' '5	step	1	2	42' \
            '6	end	1	done	42' | sh NAME.sh | tail -n +3 | tr '\t' ' ')
        wanted='3 Lower.  
        4 Right.  done
        5 error the episode is done
        6 1'
        if [ "$got" != "$wanted" ]; then
            printf 'expected\n%s\nnot\n%s\n' "$wanted" "$got"
            exit 1
        fi
        echo ok

        """#
}

extension FileKind {
    /// A program that `assay env init` wrote, by its first comment.
    static let environmentScript = FileKind("an environment that 'assay env init' wrote") { head in
        let line = head.prefix { $0 != UInt8(ascii: "\n") }
        return String(decoding: line, as: UTF8.self).contains("he environment ")
    }
}
