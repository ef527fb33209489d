// Plays scenarios on V8, one JSON line in, one out. The C# side of every word here is in ../Playing.
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';

// The order matters: the first expression that fits decides.
const trapKinds = [
  [/^unreachable$/, 'unreachable'],
  [/divide by zero|remainder by zero/, 'integer divide by zero'],
  [/divide result unrepresentable/, 'integer overflow'],
  [/float unrepresentable/, 'float unrepresentable'],
  [/memory access out of bounds|data segment .*out of bounds/, 'out of bounds memory access'],
  [/table index is out of bounds/, 'table index'],
  [/element segment .*out of bounds|table (element )?access out of bounds|table initializer .*out of bounds/i, 'out of bounds table access'],
  [/null function or function signature|indirect call/, 'indirect call'],
  [/Maximum call stack size exceeded/, 'call stack exhausted'],
];

class HostRefusal extends Error {}

const hex32 = (value) => (value >>> 0).toString(16).padStart(8, '0');
const hex64 = (value) => BigInt.asUintN(64, value).toString(16).padStart(16, '0');

const externs = new Map();
const objectOf = (number) => {
  if (!externs.has(number)) {
    externs.set(number, { number });
  }
  return externs.get(number);
};

function read(text) {
  if (text === 'null') {
    return null;
  }
  if (text.startsWith('ref')) {
    return objectOf(Number(text.slice(3)));
  }
  return text.length === 8 ? parseInt(text, 16) | 0 : BigInt.asIntN(64, BigInt(`0x${text}`));
}

function write(value) {
  if (value === undefined) {
    return '';
  }
  if (Array.isArray(value)) {
    return value.map(write).join(' ');
  }
  if (value === null) {
    return 'null';
  }
  if (typeof value === 'object') {
    return `ref${value.number}`;
  }
  return typeof value === 'bigint' ? hex64(value) : hex32(value);
}

function trap(error) {
  if (error instanceof HostRefusal) {
    return 'trap: host';
  }
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
    const kind = trapKinds.find(([pattern]) => pattern.test(error.message));
    return `trap: ${kind ? kind[1] : error.message}`;
  }
  return `error: ${error.constructor.name}: ${error.message}`;
}

class Play {
  #log = createHash('sha256');
  #instance = null;

  // What each host function does, word for word as HostFunctions.cs has it.
  #functions = {
    mix: (a, b) => {
      this.#note('mix', a, b);
      return BigInt.asIntN(64, b * 6364136223846793005n + BigInt(a));
    },
    scale: (x, y) => x * 0.5 + y,
    halve: (x) => Math.fround(x * 0.5),
    pair: (a) => {
      this.#note('pair', a);
      return [a ^ 0x5bd1e995, BigInt.asIntN(64, BigInt(a) * 0x9e3779b97f4a7c15n)];
    },
    callback: (a) => {
      this.#note('callback', a);
      return this.#instance === null ? a : this.#instance.exports.callback(a);
    },
    same: (reference) => reference,
    refuse: (a) => {
      if ((a & 0x3ff) === 0x5a) {
        throw new HostRefusal();
      }
    },
    note: (...values) => this.#note('note', ...values),
  };

  run({ module, imports, calls, memories }) {
    const outcome = { start: 'ok', calls: [], memories: [], log: '' };
    try {
      this.#instance = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(module, 'base64')), this.#imports(imports));
    } catch (error) {
      if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) {
        throw error;
      }
      outcome.start = trap(error);
      return outcome;
    }
    for (const call of calls) {
      outcome.calls.push(this.#call(call));
      if (outcome.calls.at(-1) === 'trap: call stack exhausted') {
        return outcome;
      }
    }
    outcome.memories = memories.map((name) => this.#digest(this.#instance.exports[name]));
    outcome.log = this.#log.digest('hex');
    return outcome;
  }

  #note(...values) {
    this.#log.update(`${values.map((value) => (typeof value === 'string' ? value : write(value))).join(' ')}\n`);
  }

  #call({ export: name, arguments: values }) {
    try {
      return write(this.#instance.exports[name](...values.map(read)));
    } catch (error) {
      return trap(error);
    }
  }

  #digest(memory) {
    const bytes = new Uint8Array(memory.buffer);
    return `${bytes.length / 65536} ${createHash('sha256').update(bytes).digest('hex')}`;
  }

  #imports(imports) {
    const shared = new Map();
    const object = {};
    for (const description of imports) {
      if (!shared.has(description.share)) {
        shared.set(description.share, this.#import(description));
      }
      (object[description.module] ??= {})[description.name] = shared.get(description.share);
    }
    return object;
  }

  #import({ kind, name, type, mutable, min, max, initial }) {
    const limits = max === null ? { initial: min } : { initial: min, maximum: max };
    switch (kind) {
      case 'func':
        return this.#functions[name];
      case 'memory':
        return new WebAssembly.Memory(limits);
      case 'table':
        return new WebAssembly.Table({ ...limits, element: type === 'funcref' ? 'anyfunc' : type }, type === 'funcref' ? undefined : null);
      default:
        return new WebAssembly.Global({ value: type, mutable }, read(initial));
    }
  }
}

// Null for a valid module, else V8's words.
function validate(module) {
  try {
    new WebAssembly.Module(Buffer.from(module, 'base64'));
    return null;
  } catch (error) {
    return error.message;
  }
}

function answer(request) {
  try {
    return request.validate ? { reasons: request.validate.map(validate) } : new Play().run(request);
  } catch (error) {
    return { error: `${error.constructor.name}: ${error.message}` };
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
}
