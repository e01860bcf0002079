#!/usr/bin/env node
// A second implementation of Outband's wire format, version 1, written from docs/wire-format.md with Node's standard
// library alone. It is for tests: it keeps an object in memory and has one deadline for everything.
//
//   node outband-wire.mjs vectors FILE   recomputes every value of the test vectors; exit 0 if all are equal
//   node outband-wire.mjs dial           dialer and transmitter
//   node outband-wire.mjs listen         listener and receiver
//
// dial and listen read one line of JSON from standard input and print lines of JSON to standard output.
//   dial    {"secret", "port", "file", "segmentBytes", "contentTag"}
//           -> {"binding", "offset", "segmentBytes"}   when both ends are proven
//           -> {"code", "bytes", "digest", "message"}  the receipt
//   listen  {"secret", "file", "segmentBytes"}  -> {"port"}, {"binding", "request"}, {"code", "bytes", "digest", "message"}
// Exit 1 with one line on standard error if anything fails.

import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const VERSION = 1;
const MAGIC = Buffer.from('OBND', 'ascii');
const NONE = Buffer.alloc(0);
const HEADER = 4;
const TAG = 16;
const MIN_SEGMENT = 4096;
const MAX_SEGMENT = 1048576;
const MAX_CONTROL = 1020;
const MAX_MESSAGE = 256;
const MAX_FRAMES = 2 ** 32;
const DEADLINE_MS = 30_000;

const TYPE = { HELLO: 0x01, CHALLENGE: 0x02, OPEN: 0x03, ACCEPTED: 0x04, REFUSED: 0x05, DATA: 0x10, LAST: 0x11, ABORT: 0x12, RECEIPT: 0x20 };
const NAME = new Map(Object.entries(TYPE).map(([name, number]) => [number, name]));
const LEAST = { HELLO: 53, CHALLENGE: 65, OPEN: 16, ACCEPTED: 16, REFUSED: 2, DATA: 17, LAST: 16, ABORT: 16, RECEIPT: 16 };
const CODES = [null, 'NOT_FOUND', 'INVALID', 'FORBIDDEN', 'UNREACHABLE', 'NOT_PROVEN', 'UNKNOWN_TICKET', 'EXPIRED', 'VERSION',
  'PROTOCOL', 'PROTECTION_TOO_LOW', 'LIMIT_EXCEEDED', 'TRUNCATED', 'CORRUPT', 'CONNECTION_LOST', 'TIMEOUT', 'CANCELLED',
  'SOURCE_FAILED', 'SINK_FAILED', 'NO_SPACE', 'SHUTTING_DOWN', 'INTERNAL'];
const CLEAR_CODES = new Set(['VERSION', 'PROTOCOL', 'UNKNOWN_TICKET']);

class Failure extends Error {
  constructor(code, message) {
    super(`${code}: ${message}`);
    this.code = code;
    this.text = message;
  }
}

function need(holds, code, message) {
  if (!holds) {
    throw new Failure(code, message);
  }
}

// Section 1 and 4: functions and key schedule.

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const hmac = (key, data) => createHmac('sha256', key).update(data).digest();
const extract = (salt, ikm) => hmac(salt, ikm);

function expand(prk, info, length) {
  let out = NONE;
  let block = NONE;
  for (let i = 1; out.length < length; i++) {
    block = hmac(prk, Buffer.concat([block, info, Buffer.from([i])]));
    out = Buffer.concat([out, block]);
  }
  return out.subarray(0, length);
}

function number(value, bytes) {
  const out = Buffer.alloc(bytes);
  out.writeUIntBE(value, 0, bytes);
  return out;
}

function int64(value) {
  const out = Buffer.alloc(8);
  out.writeBigInt64BE(BigInt(value));
  return out;
}

function labelInfo(label, context, length) {
  const name = Buffer.from('outband1 ' + label, 'ascii');
  return Buffer.concat([number(length, 2), number(name.length, 1), name, number(context.length, 1), context]);
}

const expandLabel = (prk, label, context, length) => expand(prk, labelInfo(label, context, length), length);

function earlyKeys(secret) {
  const early = extract(Buffer.alloc(32), secret);
  return { early, lookupTag: expandLabel(early, 'lookup', NONE, 16) };
}

function proofKeys(early, hello, challengeHead) {
  const t1 = sha256(hello, challengeHead);
  const proofKey = expandLabel(early, 'listener proof', t1, 32);
  return { t1, proofKey, proof: hmac(proofKey, t1) };
}

function openingKeys(early, hello, challenge) {
  const t2 = sha256(hello, challenge);
  const openingSecret = expandLabel(early, 'opening', t2, 32);
  return {
    t2,
    openingSecret,
    dialerKey: expandLabel(openingSecret, 'dialer key', NONE, 32),
    dialerGcmNonce: expandLabel(openingSecret, 'dialer nonce', NONE, 12),
    listenerKey: expandLabel(openingSecret, 'listener key', NONE, 32),
    listenerGcmNonce: expandLabel(openingSecret, 'listener nonce', NONE, 12),
  };
}

function transferKeys(early, hello, challenge, open, accepted) {
  const t3 = sha256(hello, challenge, open, accepted);
  const transferSecret = expandLabel(early, 'transfer', t3, 32);
  return {
    t3,
    transferSecret,
    segmentKey: expandLabel(transferSecret, 'segment key', NONE, 32),
    segmentPrefix: expandLabel(transferSecret, 'segment prefix', NONE, 7),
    receiptKey: expandLabel(transferSecret, 'receipt key', NONE, 32),
    receiptGcmNonce: expandLabel(transferSecret, 'receipt nonce', NONE, 12),
    binding: expandLabel(transferSecret, 'confirmation', NONE, 32),
  };
}

// Section 2 and 5: frames, in clear and sealed.

const header = (type, length) => Buffer.concat([number(TYPE[type], 1), number(length, 3)]);
const clearFrame = (type, payload) => Buffer.concat([header(type, payload.length), payload]);
const typeOf = (frame) => NAME.get(frame[0]);

function seal(key, nonce, type, plain) {
  const head = header(type, plain.length + TAG);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  cipher.setAAD(head);
  return Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function unseal(key, nonce, frame) {
  need(frame.length >= HEADER + TAG, 'CORRUPT', `${typeOf(frame)} is too short for a tag`);
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  cipher.setAAD(frame.subarray(0, HEADER));
  cipher.setAuthTag(frame.subarray(frame.length - TAG));
  const plain = cipher.update(frame.subarray(HEADER, frame.length - TAG));
  try {
    cipher.final();
  } catch {
    throw new Failure('CORRUPT', `${typeOf(frame)} does not open`);
  }
  return plain;
}

/** The frames under the segment key, in order, at either end. */
class ObjectFrames {
  constructor(keys) {
    this.key = keys.segmentKey;
    this.prefix = keys.segmentPrefix;
    this.counter = 0;
    this.ended = false;
    this.hash = createHash('sha256');
  }

  next(type) {
    need(!this.ended, 'PROTOCOL', `${type} after the end of the object`);
    need(this.counter < MAX_FRAMES, 'LIMIT_EXCEEDED', 'too many segments');
    this.ended = type !== 'DATA';
    this.nonce = Buffer.concat([this.prefix, number(this.counter, 4), number(this.ended ? 1 : 0, 1)]);
    this.counter += 1;
    return this.nonce;
  }

  count(frame) {
    this.hash.update(frame.subarray(0, HEADER)).update(frame.subarray(frame.length - TAG));
    return frame;
  }

  seal(type, plain) {
    return this.count(seal(this.key, this.next(type), type, plain));
  }

  open(frame) {
    const type = typeOf(frame);
    need(['DATA', 'LAST', 'ABORT'].includes(type), 'PROTOCOL', `expected a segment, not ${type}`);
    const plain = unseal(this.key, this.next(type), frame);
    this.count(frame);
    return plain;
  }

  digest() {
    return this.hash.copy().digest();
  }
}

// Sections 3, 6 and 8: what stands in the frames.

function encodeRequest(r) {
  const tag = Buffer.from(r.contentTag, 'ascii');
  return Buffer.concat([number(r.protection, 1), number(r.direction, 1), int64(r.bytes), int64(r.offset), number(r.stream, 2),
    number(r.streams, 2), number(r.segmentBytes, 4), number(tag.length, 1), tag]);
}

function int64At(plain, at, least, name) {
  const value = plain.readBigInt64BE(at);
  need(value >= BigInt(least) && value <= BigInt(Number.MAX_SAFE_INTEGER), 'PROTOCOL', `${name} must not be ${value}`);
  return Number(value);
}

function decodeRequest(plain) {
  need(plain.length >= 27 && plain.length <= 91, 'PROTOCOL', `OPEN has ${plain.length} bytes`);
  const request = {
    protection: plain[0],
    direction: plain[1],
    bytes: int64At(plain, 2, -1, 'bytes'),
    offset: int64At(plain, 10, 0, 'offset'),
    stream: plain.readUInt16BE(18),
    streams: plain.readUInt16BE(20),
    segmentBytes: plain.readUInt32BE(22),
    contentTag: plain.toString('latin1', 27),
  };
  need(request.protection >= 1 && request.protection <= 3, 'PROTOCOL', 'protection');
  need(request.direction >= 1 && request.direction <= 2, 'PROTOCOL', 'direction');
  need(request.bytes < 0 || request.offset <= request.bytes, 'PROTOCOL', 'offset');
  need(request.streams >= 1 && request.stream < request.streams, 'PROTOCOL', 'stream');
  need(request.segmentBytes >= MIN_SEGMENT && request.segmentBytes <= MAX_SEGMENT, 'PROTOCOL', 'segmentBytes');
  need(plain[26] === plain.length - 27 && /^[\x21-\x7e]*$/.test(request.contentTag), 'PROTOCOL', 'contentTag');
  return request;
}

const encodeAcceptance = (answer) => Buffer.concat([int64(answer.offset), number(answer.segmentBytes, 4)]);

function decodeAcceptance(plain, request) {
  need(plain.length === 12, 'PROTOCOL', `ACCEPTED has ${plain.length} bytes`);
  const answer = { offset: int64At(plain, 0, 0, 'offset'), segmentBytes: plain.readUInt32BE(8) };
  need(answer.offset === request.offset, 'PROTOCOL', 'ACCEPTED offset');
  need(answer.segmentBytes >= MIN_SEGMENT && answer.segmentBytes <= request.segmentBytes, 'PROTOCOL', 'ACCEPTED segmentBytes');
  return answer;
}

const encodeMessage = (message) => Buffer.from(message, 'utf8').subarray(0, MAX_MESSAGE);
const encodeFailure = (code, message) => Buffer.concat([number(CODES.indexOf(code), 1), encodeMessage(message)]);
const printable = (bytes) => bytes.toString('utf8').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd');

function codeName(code) {
  need(code >= 1 && code < CODES.length, 'PROTOCOL', `no code ${code}`);
  return CODES[code];
}

function decodeFailure(plain) {
  need(plain.length >= 1 && plain.length <= 1 + MAX_MESSAGE, 'PROTOCOL', `a failure of ${plain.length} bytes`);
  return new Failure(codeName(plain[0]), printable(plain.subarray(1)));
}

function encodeReceipt(receipt) {
  const code = receipt.code === 'OK' ? 0 : CODES.indexOf(receipt.code);
  return Buffer.concat([number(code, 1), int64(receipt.bytes), receipt.digest, encodeMessage(receipt.message)]);
}

function decodeReceipt(plain) {
  need(plain.length >= 41 && plain.length <= 41 + MAX_MESSAGE, 'PROTOCOL', `RECEIPT has ${plain.length} bytes`);
  need(plain[0] !== 0 || plain.length === 41, 'PROTOCOL', 'a good RECEIPT with a message');
  return {
    code: plain[0] === 0 ? 'OK' : codeName(plain[0]),
    bytes: int64At(plain, 1, 0, 'RECEIPT bytes'),
    digest: plain.subarray(9, 41),
    message: printable(plain.subarray(41)),
  };
}

const encodeHello = (lookupTag, nonce) => clearFrame('HELLO', Buffer.concat([MAGIC, number(VERSION, 1), lookupTag, nonce]));
const refusedInClear = (code) => clearFrame('REFUSED', Buffer.from([VERSION, CODES.indexOf(code)]));

function encodeChallenge(early, hello, nonce) {
  const head = Buffer.concat([header('CHALLENGE', 65), number(VERSION, 1), nonce]);
  return Buffer.concat([head, proofKeys(early, hello, head).proof]);
}

// Section 7: both ends, over a socket.

/** Cuts a socket's bytes into frames; a promise for each. */
class Frames {
  constructor(socket) {
    this.socket = socket;
    this.segmentBytes = 0;
    this.chunks = socket[Symbol.asyncIterator]();
    this.rest = NONE;
  }

  async fill(bytes) {
    const parts = [this.rest];
    let have = this.rest.length;
    while (have < bytes) {
      const { value, done } = await this.chunks.next();
      need(!done, this.segmentBytes > 0 ? 'TRUNCATED' : 'CONNECTION_LOST', 'end of stream');
      parts.push(value);
      have += value.length;
    }
    this.rest = Buffer.concat(parts);
  }

  async next() {
    await this.fill(HEADER);
    const type = typeOf(this.rest);
    need(type !== undefined, 'PROTOCOL', `no frame has type ${this.rest[0]}`);
    const length = this.rest.readUIntBE(1, 3);
    const most = type === 'DATA' || type === 'LAST' ? this.segmentBytes + TAG : MAX_CONTROL;
    need(length >= LEAST[type] && length <= most, 'PROTOCOL', `${type} of ${length} bytes`);
    await this.fill(HEADER + length);
    const frame = this.rest.subarray(0, HEADER + length);
    this.rest = this.rest.subarray(HEADER + length);
    return frame;
  }
}

const say = (value) => process.stdout.write(JSON.stringify(value) + '\n');
const send = (socket, frame) => new Promise((sent) => (socket.write(frame) ? sent() : socket.once('drain', sent)));

function challengeRefusal(frame) {
  need(frame.length === HEADER + 2, 'PROTOCOL', 'REFUSED in clear');
  const code = codeName(frame[HEADER + 1]);
  return new Failure(CLEAR_CODES.has(code) ? code : 'NOT_PROVEN', 'refused in clear');
}

async function openAsDialer(socket, frames, secret, request) {
  const { early, lookupTag } = earlyKeys(secret);
  const hello = encodeHello(lookupTag, randomBytes(32));
  await send(socket, hello);
  const challenge = await frames.next();
  if (typeOf(challenge) === 'REFUSED') {
    throw challengeRefusal(challenge);
  }
  need(typeOf(challenge) === 'CHALLENGE' && challenge.length === HEADER + 65 && challenge[HEADER] === VERSION, 'PROTOCOL', 'CHALLENGE');
  const { proof } = proofKeys(early, hello, challenge.subarray(0, challenge.length - 32));
  need(timingSafeEqual(proof, challenge.subarray(challenge.length - 32)), 'NOT_PROVEN', 'the listener does not know the secret');
  const keys = openingKeys(early, hello, challenge);
  const open = seal(keys.dialerKey, keys.dialerGcmNonce, 'OPEN', encodeRequest(request));
  await send(socket, open);
  const answered = await frames.next();
  need(['ACCEPTED', 'REFUSED'].includes(typeOf(answered)), 'PROTOCOL', `expected ACCEPTED, not ${typeOf(answered)}`);
  const plain = unseal(keys.listenerKey, keys.listenerGcmNonce, answered);
  if (typeOf(answered) === 'REFUSED') {
    throw decodeFailure(plain);
  }
  return { answer: decodeAcceptance(plain, request), keys: transferKeys(early, hello, challenge, open, answered) };
}

async function dial(order) {
  const object = readFileSync(order.file);
  const socket = connect(order.port, '127.0.0.1');
  socket.setTimeout(DEADLINE_MS, () => socket.destroy(new Failure('TIMEOUT', 'nothing moved')));
  const frames = new Frames(socket);
  const request = { protection: 3, direction: 1, bytes: object.length, offset: 0, stream: 0, streams: 1,
    segmentBytes: order.segmentBytes, contentTag: order.contentTag };
  const { answer, keys } = await openAsDialer(socket, frames, Buffer.from(order.secret, 'hex'), request);
  say({ binding: keys.binding.toString('hex'), ...answer });
  const sealer = new ObjectFrames(keys);
  let at = answer.offset;
  do {
    const part = object.subarray(at, at + answer.segmentBytes);
    at += part.length;
    await send(socket, sealer.seal(at === object.length ? 'LAST' : 'DATA', part));
  } while (at < object.length);
  const frame = await frames.next();
  need(typeOf(frame) === 'RECEIPT', 'PROTOCOL', `expected RECEIPT, not ${typeOf(frame)}`);
  const receipt = decodeReceipt(unseal(keys.receiptKey, keys.receiptGcmNonce, frame));
  const moved = object.length - answer.offset;
  need(receipt.code !== 'OK' || receipt.bytes === moved && receipt.digest.equals(sealer.digest()), 'CORRUPT', 'the receipt is of other bytes');
  say({ ...receipt, digest: receipt.digest.toString('hex') });
  socket.end();
}

async function openAsListener(socket, frames, secret, order) {
  const { early, lookupTag } = earlyKeys(secret);
  const hello = await frames.next();
  const isHello = typeOf(hello) === 'HELLO' && hello.subarray(HEADER, HEADER + 4).equals(MAGIC);
  const version = isHello ? hello[HEADER + 4] : VERSION;
  const known = isHello && version === VERSION && hello.subarray(HEADER + 5, HEADER + 21).equals(lookupTag);
  if (!known || hello.length !== HEADER + 53) {
    const code = version !== VERSION ? 'VERSION' : isHello && hello.length === HEADER + 53 ? 'UNKNOWN_TICKET' : 'PROTOCOL';
    socket.end(refusedInClear(code));
    throw new Failure(code, 'HELLO refused');
  }
  const challenge = encodeChallenge(early, hello, randomBytes(32));
  await send(socket, challenge);
  const open = await frames.next();
  need(typeOf(open) === 'OPEN', 'PROTOCOL', `expected OPEN, not ${typeOf(open)}`);
  const keys = openingKeys(early, hello, challenge);
  const plain = unseal(keys.dialerKey, keys.dialerGcmNonce, open);
  try {
    const request = decodeRequest(plain);
    need(request.direction === 1, 'FORBIDDEN', 'direction');
    need(request.protection === 3, 'PROTECTION_TOO_LOW', 'protection');
    need(request.offset === 0 && request.streams === 1, 'PROTOCOL', 'offset and streams');
    const answer = { offset: 0, segmentBytes: Math.min(request.segmentBytes, order.segmentBytes) };
    const accepted = seal(keys.listenerKey, keys.listenerGcmNonce, 'ACCEPTED', encodeAcceptance(answer));
    return { accepted, request, answer, keys: transferKeys(early, hello, challenge, open, accepted) };
  } catch (failure) {
    socket.end(seal(keys.listenerKey, keys.listenerGcmNonce, 'REFUSED', encodeFailure(failure.code, failure.text)));
    throw failure;
  }
}

async function receiveObject(frames, opener, request) {
  const parts = [];
  let bytes = 0;
  while (!opener.ended) {
    const frame = await frames.next();
    const plain = opener.open(frame);
    if (typeOf(frame) === 'ABORT') {
      throw decodeFailure(plain);
    }
    parts.push(plain);
    bytes += plain.length;
    need(request.bytes < 0 || bytes <= request.bytes, 'LIMIT_EXCEEDED', 'more bytes than announced');
  }
  need(request.bytes < 0 || bytes === request.bytes, 'PROTOCOL', 'fewer bytes than announced');
  return Buffer.concat(parts);
}

async function serve(socket, order) {
  const frames = new Frames(socket);
  const { accepted, request, answer, keys } = await openAsListener(socket, frames, Buffer.from(order.secret, 'hex'), order);
  say({ binding: keys.binding.toString('hex'), request });
  frames.segmentBytes = answer.segmentBytes;
  const opener = new ObjectFrames(keys);
  const receipt = { code: 'OK', bytes: 0, message: '' };
  await send(socket, accepted);
  try {
    const object = await receiveObject(frames, opener, request);
    writeFileSync(order.file + '.part', object, { flush: true });
    renameSync(order.file + '.part', order.file);
    receipt.bytes = object.length;
  } catch (failure) {
    receipt.code = failure.code ?? 'SINK_FAILED';
    receipt.message = failure.text ?? '';
  }
  receipt.digest = opener.digest();
  socket.end(seal(keys.receiptKey, keys.receiptGcmNonce, 'RECEIPT', encodeReceipt(receipt)));
  say({ ...receipt, digest: receipt.digest.toString('hex') });
}

function listen(order) {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      server.close();
      socket.setTimeout(DEADLINE_MS, () => socket.destroy(new Failure('TIMEOUT', 'nothing moved')));
      serve(socket, order).then(resolve, reject);
    });
    server.listen(0, '127.0.0.1', () => say({ port: server.address().port }));
  });
}

// Section 12: the vectors.

let compared = 0;

function same(name, expected, actual) {
  const value = Buffer.isBuffer(actual) ? actual.toString('hex') : actual;
  need(expected === value, 'CORRUPT', `${name} is ${expected} in the vectors and ${value} by the document`);
  compared += 1;
}

const hex = (text) => Buffer.from(text, 'hex');

function checkHkdf(cases) {
  cases.forEach((c, i) => {
    const prk = extract(hex(c.salt), hex(c.ikm));
    same(`hkdf ${i} prk`, c.prk, prk);
    same(`hkdf ${i} okm`, c.okm, expand(prk, hex(c.info), c.length));
    same(`hkdf ${i} okm by node`, c.okm, Buffer.from(hkdfSync('sha256', hex(c.ikm), hex(c.salt), hex(c.info), c.length)));
  });
}

function checkConnection(c) {
  const all = (values) => Object.entries(values).forEach(([name, value]) => same(`${c.name} ${name}`, c[name], value));
  const { early, lookupTag } = earlyKeys(hex(c.secret));
  const hello = encodeHello(lookupTag, hex(c.dialerNonce));
  const challenge = encodeChallenge(early, hello, hex(c.listenerNonce));
  const keys = openingKeys(early, hello, challenge);
  const openPlain = encodeRequest(c.request);
  const open = seal(keys.dialerKey, keys.dialerGcmNonce, 'OPEN', openPlain);
  all({ early, lookupTag, hello, challenge, ...proofKeys(early, hello, challenge.subarray(0, HEADER + 33)), ...keys, openPlain, open });
  same(`${c.name} request`, JSON.stringify(c.request), JSON.stringify(decodeRequest(openPlain)));
  const refused = 'code' in c.answer;
  const answeredPlain = refused ? encodeFailure(CODES[c.answer.code], c.answer.message) : encodeAcceptance(c.answer);
  const answered = seal(keys.listenerKey, keys.listenerGcmNonce, refused ? 'REFUSED' : 'ACCEPTED', answeredPlain);
  all({ answeredPlain, answered });
  if (!refused) {
    checkTransfer(c, all, transferKeys(early, hello, challenge, open, answered));
  }
}

function checkTransfer(c, all, keys) {
  all(keys);
  const sealer = new ObjectFrames(keys);
  const opener = new ObjectFrames(keys);
  c.frames.forEach((f, i) => {
    same(`${c.name} frame ${i}`, f.frame, sealer.seal(f.type, hex(f.plain)));
    same(`${c.name} nonce ${i}`, f.nonce, sealer.nonce);
    same(`${c.name} plain ${i}`, f.plain, opener.open(hex(f.frame)));
  });
  all({ digest: sealer.digest() });
  const { code, bytes, digest, message, plain, frame } = c.receipt;
  const receipt = { code: code === 0 ? 'OK' : CODES[code], bytes, digest: hex(digest), message };
  same(`${c.name} receipt plain`, plain, encodeReceipt(receipt));
  same(`${c.name} receipt`, frame, seal(keys.receiptKey, keys.receiptGcmNonce, 'RECEIPT', hex(plain)));
  same(`${c.name} receipt message`, message, decodeReceipt(unseal(keys.receiptKey, keys.receiptGcmNonce, hex(frame))).message);
}

function vectors(file) {
  const v = JSON.parse(readFileSync(file, 'utf8'));
  checkHkdf(v.hkdf);
  v.expandLabel.forEach((c, i) => {
    same(`expandLabel ${i} info`, c.info, labelInfo(c.label, hex(c.context), c.length));
    same(`expandLabel ${i} out`, c.out, expandLabel(hex(c.prk), c.label, hex(c.context), c.length));
  });
  v.connections.forEach(checkConnection);
  v.refusedInClear.forEach((c, i) => {
    same(`refusedInClear ${i} version`, c.version, VERSION);
    same(`refusedInClear ${i}`, c.frame, refusedInClear(CODES[c.code]));
  });
  say({ compared });
}

async function oneLine() {
  for await (const line of createInterface({ input: process.stdin })) {
    return JSON.parse(line);
  }
  throw new Failure('INVALID', 'no line of JSON on standard input');
}

async function main([command, file]) {
  switch (command) {
    case 'vectors':
      return vectors(file);
    case 'dial':
      return dial(await oneLine());
    case 'listen':
      return listen(await oneLine());
    default:
      throw new Failure('INVALID', 'usage: node outband-wire.mjs vectors FILE | dial | listen');
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(process.argv.slice(2)).catch((e) => {
    process.stderr.write(`${e.message}\n`);
    process.exitCode = 1;
  });
}
