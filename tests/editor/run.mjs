// The real yaml-language-server on the sample project: what an editor shows to somebody who writes a pool.
//
// The server reads the published schemas as an editor's does, by the path in each file's first line.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const rpc = require('vscode-jsonrpc/node');

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const read = (name) => readFileSync(path.join(root, name), 'utf8');
const schema = (name) => JSON.parse(read(`schemas/${name}.schema.json`));
const HEADER = /^# yaml-language-server: \$schema=(\S+)$/m;
const FILES = ['poolsmith.yaml', ...readdirSync(path.join(root, 'values')).map((name) => `values/${name}`)];

let server;
let client;
let opened = 0;
const waiting = new Map();

before(async () => {
  const program = require.resolve('yaml-language-server/bin/yaml-language-server');
  server = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  client = rpc.createMessageConnection(
    new rpc.StreamMessageReader(server.stdout),
    new rpc.StreamMessageWriter(server.stdin),
  );
  // As an editor is set up in which nobody has configured anything, and nothing is fetched.
  const settings = { yaml: { validate: true, completion: true, hover: true, schemaStore: { enable: false } } };
  client.onRequest('workspace/configuration', ({ items }) => items.map((item) => settings[item.section] ?? {}));
  client.onRequest('client/registerCapability', () => null);
  client.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }) => {
    waiting.get(uri)?.(diagnostics);
  });
  client.listen();
  await client.sendRequest('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(root).href,
    workspaceFolders: [{ uri: pathToFileURL(root).href, name: 'sample' }],
    capabilities: {
      textDocument: {
        completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown', 'plaintext'] } },
        hover: { contentFormat: ['markdown', 'plaintext'] },
        publishDiagnostics: {},
      },
      workspace: { configuration: true, didChangeConfiguration: {} },
    },
  });
  await client.sendNotification('initialized', {});
  await client.sendNotification('workspace/didChangeConfiguration', { settings });
});

after(() => {
  client?.dispose();
  server?.kill();
});

/**
 * Opens `text` as a file beside the file `name` of the sample; gives back its address and what the server
 * finds wrong. Each has a name of its own, so that no answer is about an earlier text.
 */
async function open(name, text) {
  opened += 1;
  const file = path.join(root, path.dirname(name), `opened-${opened}-${path.basename(name)}`);
  const uri = pathToFileURL(file).href;
  const diagnostics = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no diagnostics of ${name} within 20 s`)), 20_000);
    waiting.set(uri, (found) => {
      clearTimeout(late);
      resolve(found);
    });
  });
  await client.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'yaml', version: 1, text },
  });
  return { uri, diagnostics: await diagnostics };
}

/** The text with `|` taken out, and where it stood. */
function cursor(marked) {
  const at = marked.indexOf('\u2038');
  assert.ok(at >= 0, 'the text has a caret');
  const lines = marked.slice(0, at).split('\n');
  return {
    text: marked.replace('\u2038', ''),
    position: { line: lines.length - 1, character: lines.at(-1).length },
  };
}

async function complete(name, marked) {
  const { text, position } = cursor(marked);
  const { uri } = await open(name, text);
  const answer = await client.sendRequest('textDocument/completion', { textDocument: { uri }, position });
  return new Map((answer.items ?? answer).map((item) => [item.label, item]));
}

async function hover(name, marked) {
  const { text, position } = cursor(marked);
  const { uri } = await open(name, text);
  const answer = await client.sendRequest('textDocument/hover', { textDocument: { uri }, position });
  return plain(answer?.contents?.value ?? '');
}

/** Markdown to the words that the schema holds: without line breaks, escapes and code marks. */
function plain(text) {
  const value = typeof text === 'string' ? text : (text?.value ?? '');
  return value.replaceAll('&nbsp;', ' ').replace(/[`\\\u200b]/g, '').replace(/\s+/g, ' ').trim();
}

/** What the schema says of a key, or of the type that it refers to. */
function describedBy(document, definition, key) {
  const property = document.$defs[definition].properties[key];
  const referred = property.$ref ? document.$defs[property.$ref.replace('#/$defs/', '')] : {};
  return plain(property.description ?? referred.description);
}

const position = (text, word) => {
  const lines = text.slice(0, text.indexOf(word)).split('\n');
  return { line: lines.length - 1, character: lines.at(-1).length };
};

test('every file of the sample names a schema that is there', () => {
  for (const name of FILES) {
    const [, named] = HEADER.exec(read(name)) ?? assert.fail(`${name} names no schema`);
    const file = path.join(root, path.dirname(name), named);
    assert.ok(existsSync(file), `${name} names ${named}, which is not there`);
    const kind = /^kind: (\S+)$/m.exec(read(name))[1];
    assert.equal(JSON.parse(readFileSync(file, 'utf8')).title, kind, `${name} names the schema of another kind`);
  }
});

test('no rendered manifest names a schema', () => {
  const manifests = readdirSync(path.join(root, 'golden'), { recursive: true }).filter((name) => name.endsWith('.yaml'));
  assert.ok(manifests.length > 20);
  for (const name of manifests) {
    assert.doesNotMatch(read(path.join('golden', name)), /yaml-language-server/, name);
  }
});

test('the sample opens without a complaint', async () => {
  for (const name of FILES) {
    const { diagnostics } = await open(name, read(name));
    assert.deepEqual(diagnostics, [], name);
  }
});

test('a typo in a key is flagged where it stands', async () => {
  const text = read('values/prod.yaml').replace('instanceType: g6e', 'instancetype: g6e');
  const { diagnostics } = await open('values/prod.yaml', text);
  assert.equal(diagnostics.length, 1, JSON.stringify(diagnostics));
  assert.match(diagnostics[0].message, /instancetype/);
  assert.deepEqual(diagnostics[0].range.start, position(text, 'instancetype'));
});

test('a wrong word and a wrong type are flagged', async () => {
  for (const [from, to, word] of [
    ['state: retiring', 'state: retired', 'retired'],
    ['size: {fixed: 3}', 'size: {fixed: three}', 'three'],
    ['bootImages: managed', 'bootImages: maybe', 'maybe'],
  ]) {
    const original = read('values/prod.yaml');
    assert.ok(original.includes(from), from);
    const text = original.replace(from, to);
    const { diagnostics } = await open('values/prod.yaml', text);
    assert.ok(diagnostics.length > 0, to);
    assert.equal(diagnostics[0].range.start.line, position(text, word).line, JSON.stringify(diagnostics));
  }
});

test('a typo in the project file is flagged', async () => {
  const text = read('poolsmith.yaml').replace('targetRevision:', 'targetRevison:');
  const { diagnostics } = await open('poolsmith.yaml', text);
  const messages = diagnostics.map(({ message }) => message).join('\n');
  assert.match(messages, /targetRevison/);
});

test('a number as required version is flagged', async () => {
  const text = read('poolsmith.yaml').replace(/^(requiredVersion: .*\n)?environments:/m, 'requiredVersion: 0.1\nenvironments:');
  const { diagnostics } = await open('poolsmith.yaml', text);
  assert.equal(diagnostics.length, 1, JSON.stringify(diagnostics));
  assert.equal(diagnostics[0].range.start.line, position(text, 'requiredVersion').line);
});

test('completion at a pool offers every key of it, with its documentation', async () => {
  const marked = read('values/prod.yaml').replace('    class: gpu\n', '    class: gpu\n    \u2038\n');
  const offered = await complete('values/prod.yaml', marked);
  const { properties } = schema('cluster-pools').$defs.Pool;
  const written = ['class', 'providerSpecFrom', 'instanceType', 'zones', 'size'];
  for (const key of Object.keys(properties)) {
    const item = offered.get(key);
    if (!item) {
      assert.ok(written.includes(key), `${key} is not offered`);
      continue;
    }
    assert.ok(plain(item.documentation).length > 0, `${key} has no documentation`);
    const described = describedBy(schema('cluster-pools'), 'Pool', key);
    assert.ok(plain(item.documentation).includes(described), `${key}: ${plain(item.documentation)}`);
  }
  for (const key of ['market', 'rootVolume', 'taints', 'healthCheck', 'expanderPriority']) {
    assert.ok(offered.has(key), `${key} is not offered`);
  }
});

test('completion in the project file offers its keys', async () => {
  const marked = read('poolsmith.yaml').replace('\nargocd:\n', '\n\u2038\nargocd:\n');
  const offered = await complete('poolsmith.yaml', marked);
  const keys = Object.keys(schema('project').properties);
  for (const key of keys.filter((key) => !new RegExp(`^${key}:`, 'm').test(read('poolsmith.yaml')))) {
    assert.ok(offered.has(key), `${key} is not offered among ${[...offered.keys()]}`);
    assert.ok(plain(offered.get(key).documentation).length > 0, `${key} has no documentation`);
  }
});

test('completion offers the words of a choice', async () => {
  const marked = read('poolsmith.yaml').replace('sync: automated', 'sync: \u2038');
  const offered = await complete('poolsmith.yaml', marked);
  for (const word of ['automated', 'manual']) {
    assert.ok(offered.has(word), `${word} is not offered among ${[...offered.keys()]}`);
  }
});

test('hovering over a key shows what it means', async () => {
  for (const [key, definition] of [['size', 'Pool'], ['zones', 'Pool'], ['expanderPriority', 'Pool']]) {
    const marked = read('values/prod.yaml').replace(`    ${key}:`, `    ${key.slice(0, 2)}\u2038${key.slice(2)}:`);
    const described = describedBy(schema('cluster-pools'), definition, key);
    assert.ok(described.length > 20, `${key} has no description`);
    const shown = await hover('values/prod.yaml', marked);
    assert.ok(shown.includes(described), `${key} shows ${shown}`);
  }
});

test('a file of classes is completed and checked', async () => {
  const header = '# yaml-language-server: $schema=schemas/pool-classes.schema.json\n';
  const body = 'apiVersion: poolsmith.dev/v1alpha1\nkind: PoolClasses\nclasses:\n  own:\n    summary: Ours\n    extends: gpu\n';
  const clean = await open('classes.yaml', header + body);
  assert.deepEqual(clean.diagnostics, []);
  const faulty = await open('classes.yaml', `${header}${body}    bound: {min: 1}\n`);
  assert.match(faulty.diagnostics.map(({ message }) => message).join('\n'), /bound/);
  const offered = await complete('classes.yaml', `${header}${body}    \u2038\n`);
  for (const key of ['bounds', 'pool', 'accelerator']) {
    assert.ok(offered.has(key), `${key} is not offered among ${[...offered.keys()]}`);
  }
});
