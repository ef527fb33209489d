// The V8 side of every comparison. It does what the workers in Workers/ do, line by line, and prints "name<tab>value" lines:
//     node [flags] v8.mjs kernel FILE N REPETITIONS
//     node [flags] v8.mjs javascript-first FOLDER
//     node [flags] v8.mjs javascript-steady FOLDER CALL CALLS REPETITIONS
// All times are CPU microseconds of the whole process, user and system, all threads.
import fs from 'node:fs';

const cpu = () => { const u = process.cpuUsage(); return u.user + u.system; };
const report = (name, value) => console.log(`${name}\t${value}`);

function best(repetitions, action) {
  let least = Infinity;
  for (let i = 0; i < repetitions; i++) {
    const start = cpu();
    action();
    least = Math.min(least, cpu() - start);
  }
  return least;
}

const instantiate = (bytes, imports) => new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);

function kernel(file, n, repetitions) {
  const { run } = instantiate(fs.readFileSync(file), {}).exports;
  for (let i = 0; i < 40; i++) run(1);
  let checksum = run(n);
  report('cpu', best(repetitions, () => { checksum = run(n); }));
  report('checksum', checksum);
}

// A stub answers zero. As a string, because that converts to i32, i64 and f64 alike.
const stub = () => '0';

// Reads link.txt (Components/LinkPlan.cs) and compiles its core modules.
function compile(folder) {
  const modules = [], steps = [];
  for (const line of fs.readFileSync(`${folder}/link.txt`, 'utf8').trimEnd().split('\n')) {
    const [word, ...rest] = line.split('\t');
    if (word === 'module') modules.push(new WebAssembly.Module(fs.readFileSync(`${folder}/${rest[0]}`)));
    else steps.push([word, ...rest]);
  }
  return { modules, steps };
}

// Makes all core instances anew.
function link({ modules, steps }) {
  const instances = [], lifts = new Map();
  const source = (instance, name) => instance === '-' ? stub : instances[instance][name];
  const pairs = function* (rest) { for (let i = 0; i < rest.length; i += 2) yield [rest[i], rest[i + 1]]; };
  for (const [word, ...rest] of steps) {
    if (word === 'instantiate') {
      const imports = {};
      for (const [name, instance] of pairs(rest.slice(1))) imports[name] = instances[instance];
      instances.push(new WebAssembly.Instance(modules[rest[0]], imports).exports);
    } else if (word === 'exports') {
      const exports = {};
      for (let i = 0; i < rest.length; i += 3) exports[rest[i]] = source(rest[i + 1], rest[i + 2]);
      instances.push(exports);
    } else if (word === 'lift') {
      const [call, memory, realloc, postReturn] = [...pairs(rest.slice(1))].map(([i, name]) => source(i, name));
      lifts.set(rest[0], { call, memory, realloc, postReturn });
    }
  }
  return name => lifts.get([...lifts.keys()].find(k => k.endsWith(name)));
}

// The two calls, lowered and lifted by hand. Workers/JavaScriptCalls.cs is the same.
const calls = {
  echo: lifts => {
    const f = lifts('#echo-string');
    const text = new TextEncoder().encode('Hello, World!');
    return () => {
      const at = f.realloc(0, 0, 1, text.length);
      new Uint8Array(f.memory.buffer).set(text, at);
      const result = f.call(at, text.length);
      const view = new DataView(f.memory.buffer);
      const answer = new TextDecoder().decode(new Uint8Array(f.memory.buffer, view.getInt32(result, true), view.getInt32(result + 4, true)));
      f.postReturn(result);
      return answer;
    };
  },
  matrix: lifts => {
    const f = lifts('#matrix'), rows = 40, columns = 40;
    return () => {
      const outer = f.realloc(0, 0, 4, 8 * rows);
      for (let i = 0; i < rows; i++) {
        const row = f.realloc(0, 0, 8, 8 * columns);
        const view = new DataView(f.memory.buffer);
        view.setInt32(outer + 8 * i, row, true);
        view.setInt32(outer + 8 * i + 4, columns, true);
        for (let j = 0; j < columns; j++) view.setFloat64(row + 8 * j, i * columns + j, true);
      }
      const result = f.call(outer, rows);
      const view = new DataView(f.memory.buffer);
      const transposed = view.getInt32(result, true), height = view.getInt32(result + 4, true);
      let sum = height;
      for (let i = 0; i < height; i++) {
        const row = view.getInt32(transposed + 8 * i, true), width = view.getInt32(transposed + 8 * i + 4, true);
        sum += (i + 1) * width;
        for (let j = 0; j < width; j++) sum += (i * width + j + 1) * view.getFloat64(row + 8 * j, true);
      }
      f.postReturn(result);
      return sum;
    };
  },
};

function javascriptFirst(folder) {
  const answer = calls.echo(link(compile(folder)))();
  const spent = cpu();
  report('wall', Math.round(performance.now() * 1000));
  report('cpu', spent);
  report('checksum', answer);
}

// In a new instance, so that both engines make the same calls.
function javascriptSteady(folder, name, count, repetitions) {
  const modules = compile(folder);
  let call = calls[name](link(modules));
  let answer;
  const batch = () => { for (let i = 0; i < count; i++) answer = call(); };
  batch();
  batch();
  call = calls[name](link(modules));
  report('cpu', best(repetitions, batch) / count);
  report('checksum', answer);
}

const [mode, target, ...rest] = process.argv.slice(2);
if (mode === 'kernel') kernel(target, Number(rest[0]), Number(rest[1]));
else if (mode === 'javascript-first') javascriptFirst(target);
else if (mode === 'javascript-steady') javascriptSteady(target, rest[0], Number(rest[1]), Number(rest[2]));
else throw new Error(`unknown mode ${mode}`);
