/// Runs tests in node together with a program: what judges is loaded, kept and compared before and after the program.
enum NodeTester {
    static let source = #"""
        'use strict';
        const fs = require('fs'), vm = require('vm'), path = require('path'), Module = require('module');
        fs.rmSync(__filename, {force: true}); fs.rmSync('run.sh', {force: true});
        function run(job) {
          const writeSync = fs.writeSync, leave = process.reallyExit.bind(process), isControl = job.control in process.env, own = Object.getOwnPropertyDescriptor;
          const keysOf = Reflect.ownKeys, is = Object.is, apply = Reflect.apply, quote = JSON.stringify, textOf = String;
          const isArray = Array.isArray, prototypeOf = Object.getPrototypeOf, errorOf = Error, construct = Reflect.construct;
          const assert = require('assert'), strict = require('assert/strict'), util = require('util');
          const isDeep = util.isDeepStrictEqual, inspect = util.inspect, isProxy = util.types.isProxy;
          let failed = false, asserted = 0;
          const lines = [];
          function complain(error) {
            failed = true;
            try { writeSync(2, textOf(error && error.stack || error).slice(0, 2000) + '\n'); } catch (ignored) {}
          }
          process.on('unhandledRejection', complain);
          // What the tests expect stands in their functions' text: nobody reads it.
          Object.defineProperty(Function.prototype, 'toString', {configurable: true, writable: true,
            value: function toString() { return 'function () { [native code] }'; }});
          // Nobody has a reason to change what compares, or to read the memory of the tests.
          for (const owner of [assert, strict, assert.AssertionError.prototype, util])
            for (const name of keysOf(owner)) {
              const place = own(owner, name);
              if (place && place.configurable && 'value' in place)
                Object.defineProperty(owner, name, {value: place.value, enumerable: place.enumerable, writable: false, configurable: false});
            }
          function deny(owner, names) {
            for (const name of names) if (owner && owner[name]) Object.defineProperty(owner, name, {configurable: false, writable: false,
              value: function () { writeSync(3, job.word + ' failed tampered:' + name + '\n'); leave(1); }});
          }
          deny(require('v8'), ['getHeapSnapshot', 'writeHeapSnapshot', 'queryObjects', 'setHeapSnapshotNearHeapLimit', 'setFlagsFromString']);
          deny(require('inspector'), ['Session', 'open']);
          deny(process, ['binding', '_linkedBinding', 'dlopen']);
          const kept = [];
          function keep(owner, name) {
            const place = own(owner, name);
            if (place && 'value' in place && typeof place.value === 'function') kept.push([owner, name, place.value]);
          }
          for (const owner of [assert, strict, assert.AssertionError.prototype, util, JSON, Array, Array.prototype, Object, Reflect,
            Object.prototype, Function.prototype, String.prototype, Number, Number.prototype, Math, Error, Promise, Promise.prototype,
            Map.prototype, Set.prototype, RegExp.prototype, fs, vm, process, globalThis, Module, Module.prototype])
            for (const name of keysOf(owner)) if (owner !== globalThis || (name !== 'require' && name !== 'module' && name !== 'exports')) keep(owner, name);
          Object.defineProperty(console, 'assert', {configurable: false, writable: false, value: function (holds) {
            asserted++;
            if (!holds) { failed = true; throw new assert.AssertionError({message: 'console.assert failed'}); }
          }});
          function changed() {
            for (let i = 0; i < kept.length; i++) {
              const now = own(kept[i][0], kept[i][1]);
              if (!now || now.value !== kept[i][2]) return textOf(kept[i][1]);
            }
            return null;
          }
          function end(code) {
            const name = changed();
            if (name) { writeSync(3, job.word + ' failed tampered:' + name + '\n'); leave(1); }
            if (failed || code || isControl) leave(1);
            let text = lines.join('');
            writeSync(3, text + job.word + ' done\n');
            leave(0);
          }
          let typescript = null;
          function javascript(text) {
            if (!job.typed) return text;
            typescript = typescript || require('typescript');
            return typescript.transpileModule(text, {compilerOptions: {target: 'ES2020', module: 'CommonJS',
              esModuleInterop: true}}).outputText;
          }
          // Static imports and exports of one file as calls of require.
          function common(text) {
            const names = [], tail = [];
            const list = part => part.split(',').map(x => x.trim()).filter(Boolean);
            text = text.replace(/^[ \t]*import\s+([\s\S]*?)\s+from\s+(['"][^'"]+['"])[ \t]*;?/gm, (all, what, from) => {
              const out = [];
              const braces = what.match(/\{([\s\S]*)\}/);
              if (braces) out.push('const {' + list(braces[1]).map(x => x.replace(/\s+as\s+/, ': ')).join(', ') + '} = require(' + from + ');');
              const rest = what.replace(/\{[\s\S]*\}/, '').split(',').map(x => x.trim()).filter(Boolean);
              for (const name of rest) {
                if (name.startsWith('*')) out.push('const ' + name.replace(/^\*\s+as\s+/, '') + ' = require(' + from + ');');
                else out.push('const ' + name + ' = (m => m && m.__esModule && m.default !== undefined ? m.default : m)(require(' + from + '));');
              }
              return out.join(' ');
            });
            text = text.replace(/^[ \t]*import\s+(['"][^'"]+['"])[ \t]*;?/gm, 'require($1);');
            text = text.replace(/^[ \t]*export\s+default\s+(async\s+function|function|class)\s*\*?\s*(\w+)/gm, (all, kind, name) => {
              tail.push('exports.default = ' + name + ';'); return kind + ' ' + name; });
            text = text.replace(/^[ \t]*export\s+default\s+/gm, 'exports.default = ');
            text = text.replace(/^[ \t]*export\s+(async\s+function\s*\*?|function\s*\*?|class|const|let|var)\s+([\w$]+)/gm, (all, kind, name) => {
              names.push(name); return kind + ' ' + name; });
            text = text.replace(/^[ \t]*export\s*\{([^}]*)\}\s*;?/gm, (all, inner) => {
              for (const part of list(inner)) {
                const [from, to] = part.split(/\s+as\s+/); tail.push('exports[' + quote(to || from) + '] = ' + from + ';');
              }
              return '';
            });
            const before = names.length || tail.length ? 'Object.defineProperty(exports, "__esModule", {value: true});' : '';
            return before + text + '\n' + names.map(n => 'exports.' + n + ' = ' + n + ';').join('\n') + '\n' + tail.join('\n');
          }
          const here = Module.createRequire(path.join(process.cwd(), 'solution.js'));
          const builtin = {};
          function load(text, name, extra) {
            const box = {exports: {}};
            const get = function (what) {
              if (extra && extra[what]) return extra[what];
              if (builtin[what]) return builtin[what];
              const stem = what.replace(/^\.\.?\//, '').replace(/\.[cm]?[jt]s$/, '').replace(/^src\//, '');
              if (what.startsWith('.')) {
                if (builtin['./' + stem]) return builtin['./' + stem];
                for (const ending of ['', '.js', '.cjs', '.mjs', '.ts', '.json']) {
                  const file = path.join(process.cwd(), stem + ending);
                  if (!fs.existsSync(file) || !fs.statSync(file).isFile()) continue;
                  const source = fs.readFileSync(file, 'utf8');
                  return file.endsWith('.json') ? JSON.parse(source) : load(common(javascript(source)), file, extra);
                }
              }
              return here(what);
            };
            const code = vm.runInThisContext('(function (exports, require, module, __filename, __dirname) {' + text + '\n})',
              {filename: name});
            apply(code, undefined, [box.exports, get, box, path.join(process.cwd(), name), process.cwd()]);
            return box.exports;
          }
          process.on('beforeExit', () => end(process.exitCode && !job.spec ? process.exitCode : 0));
          if (job.spec) return spec();
          globalThis.require = function (what) { return builtin[what] || here(what); };
          globalThis.module = {exports: {}}; globalThis.exports = globalThis.module.exports;
          try {
            new vm.Script(plain(javascript(job.program)), {filename: 'solution.js'}).runInThisContext();
          } catch (error) { complain(error); leave(error instanceof SyntaxError ? 96 : 1); }
          const early = changed();
          if (early) { writeSync(3, job.word + ' failed tampered:' + early + '\n'); leave(1); }
          try {
            let text = plain(javascript(job.tests));
            new vm.Script(text, {filename: 'tests.js'}).runInThisContext();
          } catch (error) { complain(error); leave(1); }
          function plain(text) {
            // A script has no exports of its own: what it declares is there for the tests.
            if (/^[ \t]*import\s+[\s\S]*?from\s/m.test(text) || /^[ \t]*export\s/m.test(text)) text = common(text).replace(/^Object\.defineProperty\(exports[^;]*;/, '');
            return text.replace(/^"use strict";\s*/, '').replace(/^Object\.defineProperty\(exports, "__esModule".*$/m, '');
          }

          // MARK: specs
          function spec() {
            const tests = [], stack = [{before: [], after: [], beforeAll: [], afterAll: [], name: ''}];
            const top = stack[0];
            let holds = null;
            class Fail extends Error {}
            const show = value => { try { return inspect(value, {depth: 4}).slice(0, 300); } catch (e) { return 'a value'; } };
            function equal(a, b, loose, seen) {
              if (b !== null && typeof b === 'object' && b.$$match) return b.$$match(a);
              if (is(a, b)) return true;
              if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
              if (isProxy(a)) return false;
              if (seen.some(pair => pair[0] === a && pair[1] === b)) return true;
              seen = seen.concat([[a, b]]);
              if (isArray(a) !== isArray(b)) return false;
              if (!loose && prototypeOf(a) !== prototypeOf(b)) return false;
              if (a instanceof Date || b instanceof Date) return a instanceof Date && b instanceof Date && +a === +b;
              if (a instanceof RegExp || b instanceof RegExp) return textOf(a) === textOf(b);
              if (a instanceof Error && b instanceof Error) return a.message === b.message;
              if (a instanceof Map && b instanceof Map) return a.size === b.size && [...a].every(([k, v]) =>
                b.has(k) ? equal(v, b.get(k), loose, seen) : [...b].some(([k2, v2]) => equal(k, k2, loose, seen) && equal(v, v2, loose, seen)));
              if (a instanceof Set && b instanceof Set) return a.size === b.size && [...a].every(v => b.has(v) || [...b].some(w => equal(v, w, loose, seen)));
              if (ArrayBuffer.isView(a) || ArrayBuffer.isView(b)) return isDeep(a, b);
              if (isArray(a) && a.length !== b.length) return false;
              const keys = value => Reflect.ownKeys(value).filter(k => own(value, k).enumerable && !(loose && value[k] === undefined));
              const left = keys(a), right = keys(b);
              if (left.length !== right.length) return false;
              return left.every(k => Object.prototype.hasOwnProperty.call(b, k) && equal(a[k], b[k], loose, seen));
            }
            function partial(a, b) {
              if (b === null || typeof b !== 'object' || b.$$match) return equal(a, b, true, []);
              if (a === null || typeof a !== 'object') return false;
              if (isArray(b)) return isArray(a) && a.length === b.length && b.every((v, i) => partial(a[i], v));
              return Reflect.ownKeys(b).every(k => k in a && partial(a[k], b[k]));
            }
            function thrown(call, want) {
              let error, did = false;
              if (typeof call === 'function') { try { call(); } catch (e) { error = e; did = true; } }
              else { error = call; did = true; }
              if (!did) return false;
              if (want === undefined) return true;
              const message = error && error.message !== undefined ? textOf(error.message) : textOf(error);
              if (typeof want === 'string') return message.includes(want);
              if (want instanceof RegExp) return want.test(message);
              if (typeof want === 'function') return error instanceof want;
              if (want && want.$$match) return want.$$match(error);
              return !!want && message === want.message;
            }
            const near = (a, b, digits = 2) => is(a, b) || Math.abs(a - b) < Math.pow(10, -digits) / 2;
            const at = (value, key) => (isArray(key) ? key : textOf(key).split(/[.[\]]+/).filter(Boolean)).reduce(
              (found, part) => found.ok && found.value != null && part in Object(found.value) ? {ok: true, value: found.value[part]} : {ok: false}, {ok: true, value});
            const matchers = {
              toBe: (a, b) => is(a, b), toEqual: (a, b) => equal(a, b, true, []), toStrictEqual: (a, b) => equal(a, b, false, []),
              toBeTruthy: a => !!a, toBeFalsy: a => !a, toBeNull: a => a === null, toBeUndefined: a => a === undefined,
              toBeDefined: a => a !== undefined, toBeNaN: a => is(a, NaN), toBeCloseTo: near,
              toBeGreaterThan: (a, b) => a > b, toBeGreaterThanOrEqual: (a, b) => a >= b, toBeLessThan: (a, b) => a < b,
              toBeLessThanOrEqual: (a, b) => a <= b, toBeInstanceOf: (a, b) => a instanceof b,
              toContain: (a, b) => typeof a === 'string' ? a.includes(b) : [...a].some(x => is(x, b)),
              toContainEqual: (a, b) => [...a].some(x => equal(x, b, true, [])), toHaveLength: (a, b) => a.length === b,
              toMatch: (a, b) => typeof b === 'string' ? a.includes(b) : b.test(a), toMatchObject: partial,
              toHaveProperty: (a, key, ...rest) => { const f = at(a, key); return f.ok && (!rest.length || equal(f.value, rest[0], true, [])); },
              toThrow: thrown, toThrowError: thrown,
              toHaveBeenCalled: a => a.mock.calls.length > 0, toHaveBeenCalledTimes: (a, n) => a.mock.calls.length === n,
              toHaveBeenCalledWith: (a, ...w) => a.mock.calls.some(c => equal(c, w, true, [])),
              toHaveBeenLastCalledWith: (a, ...w) => a.mock.calls.length > 0 && equal(a.mock.calls[a.mock.calls.length - 1], w, true, []),
              toHaveBeenNthCalledWith: (a, n, ...w) => a.mock.calls.length >= n && equal(a.mock.calls[n - 1], w, true, []),
              toHaveReturnedWith: (a, v) => a.mock.results.some(r => r.type === 'return' && equal(r.value, v, true, [])),
            };
            function expectation(value, flip, wait) {
              const made = {};
              for (const name of Object.keys(matchers)) made[name] = (...want) => {
                asserted++;
                const judge = actual => {
                  let passed = matchers[name](actual, ...want);
                  if (passed === flip) throw new Fail('expect(' + show(actual) + ')' + (flip ? '.not' : '') + '.' + name + '(' + want.map(show).join(', ') + ')');
                };
                if (!wait) return judge(value);
                return wait === 'resolves' ? Promise.resolve(value).then(judge)
                  : Promise.resolve(typeof value === 'function' ? value() : value).then(() => { throw new Fail('it did not reject'); }, judge);
              };
              if (!flip) made.not = expectation(value, true, wait);
              return made;
            }
            function expect(value) {
              const made = expectation(value, false, null);
              made.resolves = expectation(value, false, 'resolves'); made.rejects = expectation(value, false, 'rejects');
              return made;
            }
            const asymmetric = match => ({$$match: match});
            Object.assign(expect, {
              anything: () => asymmetric(a => a !== null && a !== undefined),
              any: kind => asymmetric(a => kind === String ? typeof a === 'string' : kind === Number ? typeof a === 'number'
                : kind === Boolean ? typeof a === 'boolean' : kind === Function ? typeof a === 'function' : kind === Object ? typeof a === 'object' : a instanceof kind),
              arrayContaining: list => asymmetric(a => isArray(a) && list.every(x => a.some(y => equal(y, x, true, [])))),
              objectContaining: part => asymmetric(a => partial(a, part)), stringContaining: s => asymmetric(a => typeof a === 'string' && a.includes(s)),
              stringMatching: r => asymmetric(a => typeof a === 'string' && (r instanceof RegExp ? r.test(a) : a.includes(r))),
              closeTo: (n, d) => asymmetric(a => near(a, n, d)), assertions: () => {}, hasAssertions: () => {}, extend: more => {
                for (const name of Object.keys(more)) matchers[name] = (a, ...w) => more[name].call({equals: (x, y) => equal(x, y, true, [])}, a, ...w).pass; },
            });
            function mocked(implementation) {
              let once = [];
              const fn = function (...words) {
                fn.mock.calls.push(words);
                const call = once.length ? once.shift() : implementation;
                try { const value = call ? call.apply(this, words) : undefined; fn.mock.results.push({type: 'return', value}); return value; }
                catch (error) { fn.mock.results.push({type: 'throw', value: error}); throw error; }
              };
              fn.mock = {calls: [], results: []};
              Object.assign(fn, {
                mockReturnValue: v => (implementation = () => v, fn), mockReturnValueOnce: v => (once.push(() => v), fn),
                mockImplementation: f => (implementation = f, fn), mockImplementationOnce: f => (once.push(f), fn),
                mockResolvedValue: v => (implementation = () => Promise.resolve(v), fn), mockResolvedValueOnce: v => (once.push(() => Promise.resolve(v)), fn),
                mockRejectedValue: v => (implementation = () => Promise.reject(v), fn), mockRejectedValueOnce: v => (once.push(() => Promise.reject(v)), fn),
                mockClear: () => (fn.mock.calls = [], fn.mock.results = [], fn), mockReset: () => (fn.mockClear(), implementation = undefined, fn),
                mockRestore: () => {}, mockName: () => fn,
              });
              return fn;
            }
            const jest = {fn: mocked, spyOn: (owner, name) => { const was = owner[name]; const fn = mocked(function (...w) { return was.apply(this, w); });
              owner[name] = fn; fn.mockRestore = () => { owner[name] = was; }; return fn; }, setTimeout: () => jest, useFakeTimers: () => jest,
              useRealTimers: () => jest, clearAllMocks: () => jest, resetAllMocks: () => jest, restoreAllMocks: () => jest};
            function describe(name, body) {
              const group = {before: [], after: [], beforeAll: [], afterAll: [], name: textOf(name), parent: stack[stack.length - 1]};
              stack.push(group); try { body(); } finally { stack.pop(); }
            }
            function test(name, body) { tests.push({name: textOf(name), body, group: stack[stack.length - 1]}); }
            const skip = () => {};
            const each = into => (table, ...values) => (name, body) => {
              let rows = table;
              if (isArray(table) && 'raw' in table) {
                const heads = table[0].split('|').map(x => x.trim()).filter(Boolean); rows = [];
                for (let i = 0; i < values.length; i += heads.length) rows.push([Object.fromEntries(heads.map((h, j) => [h, values[i + j]]))]);
              }
              rows.forEach((row, i) => into(name + ' #' + i, () => isArray(row) ? body(...row) : body(row)));
            };
            describe.skip = skip; describe.only = describe; test.skip = skip; test.only = test; test.todo = skip; test.failing = skip;
            test.each = each(test); describe.each = each(describe); test.only.each = test.each; test.concurrent = test;
            skip.each = () => skip;
            const here = {describe, test, it: test, expect, jest, xtest: skip, xit: skip, xdescribe: skip, fit: test, fdescribe: describe,
              beforeEach: f => stack[stack.length - 1].before.push(f), afterEach: f => stack[stack.length - 1].after.push(f),
              beforeAll: f => stack[stack.length - 1].beforeAll.push(f), afterAll: f => stack[stack.length - 1].afterAll.push(f)};
            builtin['@jest/globals'] = here; builtin['vitest'] = Object.assign({vi: jest}, here);
            const globals = job.tests.includes('@jest/globals') || job.tests.includes("'vitest'") ? {} : here;
            let body;
            try {
              for (const name of Object.keys(globals)) Object.defineProperty(globalThis, name, {value: globals[name], writable: false, configurable: false});
              const solution = load(common(javascript(job.program)), 'solution.js');
              builtin['./' + job.solution] = solution; builtin['./solution'] = solution;
              const early = changed();
              if (early) { writeSync(3, job.word + ' failed tampered:' + early + '\n'); leave(1); }
              load(common(javascript(job.tests)), 'tests.js');
            } catch (error) { complain(error); leave(error instanceof SyntaxError ? 96 : 1); }
            if (!tests.length) { writeSync(3, job.word + ' failed none\n'); leave(1); }
            const call = f => f.length > 0 ? new Promise((yes, no) => f(error => error ? no(error) : yes())) : f();
            (async () => {
              const begun = new Set();
              let passed = 0;
              for (const one of tests) {
                const groups = [];
                for (let g = one.group; g; g = g.parent) groups.unshift(g);
                try {
                  for (const g of groups) if (!begun.has(g)) { begun.add(g); for (const f of g.beforeAll) await call(f); }
                  for (const g of groups) for (const f of g.before) await call(f);
                  await call(one.body);
                  for (const g of groups.reverse()) for (const f of g.after) await call(f);
                  passed++;
                } catch (error) { writeSync(2, one.name + ': '); complain(error); }
              }
              holds = passed === tests.length;
              if (!holds) leave(1);
              end(0);
            })();
          }
        }
        """#
}
