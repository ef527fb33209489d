// The page of a laptop. Whatever a publisher wrote is put in as text and never as markup.
'use strict';

const VERSION = '2026-07-28';
const META = {
  'io.modelcontextprotocol/protocolVersion': VERSION,
  'io.modelcontextprotocol/clientInfo': { name: 'tapedeck-page', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

let shown = '';

// A fetch that fails says no more than that, whatever it was: the server has ended, or the machine's network has changed meanwhile.
async function answer(path, request) {
  try {
    return await fetch(path, request);
  } catch (error) {
    throw new Error(`The server did not answer (${error.message}). Look whether it still runs, and try again.`);
  }
}

async function rpc(method, params, name) {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', 'MCP-Protocol-Version': VERSION, 'Mcp-Method': method };
  if (name) headers['Mcp-Name'] = name;
  const response = await answer('/mcp', { method: 'POST', headers, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: META } }) });
  const text = await response.text();
  const json = response.headers.get('Content-Type')?.startsWith('text/event-stream')
    ? text.split('\n').filter((line) => line.startsWith('data:')).map((line) => JSON.parse(line.slice(5))).find((message) => message.id === 1)
    : JSON.parse(text);
  if (json.error) throw new Error(json.error.message);
  return json.result;
}

// What a component wrote, with what would turn its direction, hide it or move a cursor shown as a number. Line ends and tabs stay.
function visible(text) {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '\n' || character === '\t' ? character : `\u{2039}U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}\u{203A}`);
}

function make(tag, text, ...children) {
  const element = document.createElement(tag);
  if (text !== null) element.textContent = visible(text);
  element.append(...children);
  return element;
}

function example(schema) {
  const types = [].concat(schema.type ?? []);
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf || schema.oneOf) return example((schema.anyOf ?? schema.oneOf)[0]);
  if (types.includes('object')) return Object.fromEntries((schema.required ?? []).map((name) => [name, example(schema.properties[name])]));
  if (types.includes('array')) return (schema.prefixItems ?? []).map(example);
  if (types.includes('integer') || types.includes('number')) return 0;
  if (types.includes('boolean')) return false;
  return '';
}

async function tools() {
  const all = [];
  let cursor;
  do {
    const page = await rpc('tools/list', cursor ? { cursor } : {});
    all.push(...page.tools);
    cursor = page.nextCursor;
  } while (cursor);
  return all;
}

function grants(owner, rules) {
  const items = rules.map((rule) => make('li', rule));
  items.push(make('li', `limits ${owner.limits}`));
  return make('details', null, make('summary', `Grants: ${rules.length ? `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}` : 'nothing'}`), make('ul', null, ...items));
}

function card(tool, owner, rules) {
  const article = make('article', null, make('h3', tool.name));
  article.append(make('p', tool.description ?? ''));
  if (owner) {
    const missing = owner.missingCapabilities?.length ? `; asks for ${owner.missingCapabilities.join(', ')} and is granted none of it` : '';
    article.append(make('p', `of ${owner.name}, policy generation ${owner.policy.generation} (${owner.policy.mode}): ${owner.policy.policies.join(', ') || 'no policy, nothing granted'}${missing}`));
    article.lastChild.className = 'facts';
    article.append(grants(owner, rules));
  }
  const details = make('details', null, make('summary', 'Schema'), make('pre', JSON.stringify({ input: tool.inputSchema, output: tool.outputSchema }, null, 2)));
  const input = make('textarea', JSON.stringify(example(tool.inputSchema), null, 2));
  input.setAttribute('aria-label', `Arguments of ${tool.name}`);
  const output = make('pre', '');
  const button = make('button', 'Call');
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      const result = await rpc('tools/call', { name: tool.name, arguments: JSON.parse(input.value) }, tool.name);
      output.className = result.isError ? 'bad' : 'good';
      output.textContent = visible(result.content.map((block) => block.text).join('\n'));
    } catch (error) {
      output.className = 'bad';
      output.textContent = visible(error.message);
    } finally {
      button.disabled = false;
      refresh();
    }
  });
  article.append(details, input, button, output);
  return article;
}

async function look() {
  const state = document.getElementById('state');
  try {
    const [status, recent] = await Promise.all(['/page/status', '/page/recent'].map(async (path) => (await answer(path)).json()));
    state.textContent = visible(status.ready ? `${status.tools.length} components serve` : status.notReady.join('; '));
    state.className = status.ready ? 'good' : 'bad';
    const problems = document.getElementById('problems');
    const failures = status.tools.filter((tool) => tool.failure).map((tool) => `${tool.name}: ${tool.failure.reason}: ${tool.failure.message}`);
    const refused = status.tools.flatMap((tool) => [...tool.policy.problems, ...tool.policy.conflicts, ...tool.policy.unavailable].map((problem) => `${tool.name}: ${problem}`));
    problems.replaceChildren(...[...status.problems, ...failures, ...refused].map((problem) => make('li', problem)));
    problems.hidden = problems.children.length === 0;
    const key = JSON.stringify(status.tools.map((tool) => [tool.name, tool.toolsHash, tool.policy]));
    if (key !== shown) {
      const rules = await (await answer('/page/grants')).json();
      const owners = new Map(status.tools.flatMap((tool) => (tool.tools ?? []).map((one) => [one.name, tool])));
      const cards = (await tools()).map((tool) => card(tool, owners.get(tool.name), rules[owners.get(tool.name)?.name] ?? []));
      document.getElementById('tools').replaceChildren(...cards);
      // Only now: what failed on the way is tried again by the next turn.
      shown = key;
    }
    document.getElementById('recent').replaceChildren(...recent.map((call) =>
      make('tr', null, ...[call.at, call.caller, call.function, call.outcome, call.denied, call.milliseconds].map((value) => make('td', String(value))))));
  } catch (error) {
    state.className = 'bad';
    state.textContent = visible(error.message);
  }
}

// One look at a time, and one more where somebody asked meanwhile.
let isLooking = false;
let isAsked = false;

async function refresh() {
  isAsked = true;
  if (isLooking) return;
  isLooking = true;
  while (isAsked) {
    isAsked = false;
    await look();
  }
  isLooking = false;
}

refresh();
setInterval(refresh, 3000);
