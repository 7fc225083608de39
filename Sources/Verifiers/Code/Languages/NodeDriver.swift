/// Runs JavaScript functions for functional tests: reads calls as JSON, writes what they return as JSON.
///
/// Values are written by a walk over plain data that never asks an object how it wants to be shown; all functions that
/// it needs are taken before the program is loaded. Records are those of `PythonZygote.Record`.
enum NodeDriver {
    static let source = #"""
        'use strict';
        const fs = require('fs'), vm = require('vm');
        const write = fs.writeSync, concat = Buffer.concat, from = Buffer.from, alloc = Buffer.alloc;
        const keysOf = Object.keys, isArray = Array.isArray, quote = JSON.stringify, isFiniteNumber = Number.isFinite;
        const prototypeOf = Object.getPrototypeOf, plainObject = Object.prototype, leave = process.reallyExit.bind(process);
        const textOf = String, apply = Reflect.apply, own = Object.getOwnPropertyDescriptor;
        const request = JSON.parse(fs.readFileSync(0, 'utf8'));
        // What a module exports is there under its name, too.
        const program = fs.readFileSync('main.js', 'utf8')
          .replace(/^[ \t]*export\s*\{[^}]*\}\s*;?/gm, '').replace(/^[ \t]*export\s+(default\s+(?=function|class|async)|(?!default))/gm, '');
        function send(kind, index, text) {
          const payload = from(text, 'utf8'), head = alloc(9);
          head[0] = kind; head.writeUInt32LE(index, 1); head.writeUInt32LE(payload.length, 5);
          let rest = concat([head, payload]);
          while (rest.length) rest = rest.subarray(write(3, rest));
        }
        function show(value, depth) {
          if (depth > 200) throw 0;
          if (value === null || value === undefined) return 'null';
          switch (typeof value) {
            case 'boolean': return value ? 'true' : 'false';
            case 'number': if (!isFiniteNumber(value)) throw 0; return quote(value);
            case 'bigint': return textOf(value);
            case 'string': return quote(value);
          }
          if (typeof value !== 'object') throw 0;
          let text = '';
          if (isArray(value)) {
            for (let i = 0; i < value.length; i++) text += (i ? ',' : '') + show(value[i], depth + 1);
            return '[' + text + ']';
          }
          if (prototypeOf(value) !== plainObject && prototypeOf(value) !== null) throw 0;
          const keys = keysOf(value);
          for (let i = 0; i < keys.length; i++) {
            const member = own(value, keys[i]);
            if (!('value' in member)) throw 0;
            text += (i ? ',' : '') + quote(keys[i]) + ':' + show(member.value, depth + 1);
          }
          return '{' + text + '}';
        }
        function reason(error) {
          try { return textOf(error).slice(0, 500); } catch (ignored) { return 'an exception'; }
        }
        globalThis.require = require; globalThis.module = {exports: {}}; globalThis.exports = globalThis.module.exports;
        let script;
        try { script = new vm.Script(program, {filename: 'main.js'}); }
        catch (error) { send(83, 0, reason(error)); leave(1); }
        try { script.runInThisContext(); } catch (error) { send(69, 0, reason(error)); leave(1); }
        send(76, 0, '');
        const isPromise = require('util').types.isPromise;
        (async () => {
        for (let index = 0; index < request.length; index++) {
          const name = request[index][0];
          let target;
          try { target = vm.runInThisContext('typeof ' + name + ' === "function" ? ' + name + ' : undefined'); } catch (e) {}
          if (!target && module.exports) target = module.exports[name] || (typeof module.exports === 'function' && module.exports);
          let self;
          if (!target) {
            // LeetCode's class.
            try {
              const owner = vm.runInThisContext('typeof Solution === "function" ? Solution : undefined') || module.exports.Solution;
              if (owner) { self = new owner(); target = typeof self[name] === 'function' ? self[name] : undefined; }
            } catch (e) {}
          }
          if (!target) { send(78, index, name); leave(1); }
          let value;
          try { value = apply(target, self, request[index][1]); if (isPromise(value)) value = await value; }
          catch (error) { send(69, index, reason(error)); leave(1); }
          let text;
          try { text = show(value, 0); } catch (error) { send(79, index, typeof value); continue; }
          send(74, index, text);
        }
        leave(0);
        })();
        """#
}
