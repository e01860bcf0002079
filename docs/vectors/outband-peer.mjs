#!/usr/bin/env node
// Both ends of Outband's data connection over a socket, and the check of the test vectors, on top of outband-wire.mjs. It is
// for tests: it keeps an object in memory and has one deadline for everything.
//
//   node outband-peer.mjs vectors FILE   recomputes every value of the test vectors; exit 0 if all are equal
//   node outband-peer.mjs dial           dialer and transmitter
//   node outband-peer.mjs listen         listener and receiver
//
// dial and listen read one line of JSON from standard input and print lines of JSON to standard output.
//   dial    {"secret", "port", "file", "segmentBytes", "contentTag", "protection"}
//           -> {"binding", "offset", "segmentBytes"}   when both ends are proven
//           -> {"code", "bytes", "digest", "message"}  the receipt
//   listen  {"secret", "file", "segmentBytes", "protection"}  -> {"port"}, {"binding", "request"}, {"code", "bytes", "digest", "message"}
// protection is 1 (in clear) or 3 (sealed): what dial sends, the least that listen takes. A connection that is lost is not opened again.
// Exit 1 with one line on standard error if anything fails.

import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import {
  CLEAR_CODES, CODES, Failure, HEADER, LEAST, MAGIC, MAX_CONTROL, NONE, ObjectFrames, SEGMENTS, TAG, VERSION, codeName, crc32c, decodeAcceptance,
  decodeFailure, decodeReceipt, decodeRequest, earlyKeys, encodeAcceptance, encodeChallenge, encodeFailure, encodeHello, encodeReceipt,
  encodeRequest, expand, expandLabel, extract, furtherTicket, labelInfo, need, openingKeys, proofKeys, refusedInClear, seal, stripeStart, transferKeys, typeOf, unseal,
} from './outband-wire.mjs';

const DEADLINE_MS = 30_000;

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
    const most = SEGMENTS.has(type) ? this.segmentBytes + TAG : MAX_CONTROL;
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

async function sendObject(socket, sealer, object, segmentBytes) {
  let at = 0;
  const next = () => object.subarray(at, at + segmentBytes);
  const more = () => (sealer.clear ? at < object.length : at + segmentBytes < object.length);
  for (; more(); at += segmentBytes) {
    await send(socket, sealer.seal(sealer.clear ? 'CLEAR' : 'DATA', next()));
  }
  await send(socket, sealer.last(next()));
}

async function dial(order) {
  const object = readFileSync(order.file);
  const socket = connect(order.port, '127.0.0.1');
  socket.setTimeout(DEADLINE_MS, () => socket.destroy(new Failure('TIMEOUT', 'nothing moved')));
  const frames = new Frames(socket);
  const request = { protection: order.protection, direction: 1, bytes: object.length, offset: 0, stream: 0, streams: 1,
    transmission: randomBytes(16).toString('hex'), segmentBytes: order.segmentBytes, contentTag: order.contentTag };
  const { answer, keys } = await openAsDialer(socket, frames, Buffer.from(order.secret, 'hex'), request);
  say({ binding: keys.binding.toString('hex'), ...answer });
  const sealer = new ObjectFrames(keys, request.protection);
  await sendObject(socket, sealer, object.subarray(answer.offset), answer.segmentBytes);
  const frame = await frames.next();
  need(typeOf(frame) === 'RECEIPT', 'PROTOCOL', `expected RECEIPT, not ${typeOf(frame)}`);
  const receipt = decodeReceipt(unseal(keys.receiptKey, keys.receiptGcmNonce, frame));
  const moved = object.length - request.offset;
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
    need(request.protection >= order.protection, 'PROTECTION_TOO_LOW', 'protection');
    need(request.protection !== 2, 'PROTOCOL', 'protection');
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
    if (typeOf(frame) === 'LAST' && opener.clear) {
      break;
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
  const opener = new ObjectFrames(keys, request.protection);
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

// "In the confirmation", at the end of section 6.
function checkInband(c) {
  const { early } = earlyKeys(hex(c.secret));
  const tag = Buffer.from(c.contentTag, 'ascii');
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32c(hex(c.payload)));
  const said = Buffer.concat([Buffer.from(c.id.replaceAll('-', ''), 'hex'), int64(c.bytes), int64(c.offset), Buffer.from([tag.length]), tag, checksum]);
  const t = createHash('sha256').update(said).digest();
  same(`${c.name} digest`, c.digest, t);
  same(`${c.name} binding`, c.binding, createHmac('sha256', expandLabel(early, 'inband', t, 32)).update(t).digest());
}

function int64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
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
  const sealer = new ObjectFrames(keys, c.request.protection);
  const opener = new ObjectFrames(keys, c.request.protection);
  c.frames.forEach((f, i) => {
    const frame = f.type === 'LAST' ? sealer.last(hex(f.plain)) : sealer.seal(f.type, hex(f.plain));
    same(`${c.name} frame ${i}`, f.frame, frame);
    if (f.type === 'CLEAR') {
      same(`${c.name} crc ${i}`, f.crc, frame.subarray(frame.length - 4));
    } else {
      same(`${c.name} nonce ${i}`, f.nonce, sealer.nonce);
    }
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
  v.inband.forEach(checkInband);
  v.stripes.forEach((c, i) => c.starts.forEach((start, stream) => {
    same(`stripes ${i} ${stream}`, start, stripeStart(c.bytes, stream, c.streams));
  }));
  v.furtherStreams.forEach((c, i) => {
    const { id, streamSecret } = furtherTicket(hex(c.secret), c.stream);
    same(`furtherStreams ${i} id`, c.id, id);
    same(`furtherStreams ${i} streamSecret`, c.streamSecret, streamSecret);
  });
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
      throw new Failure('INVALID', 'usage: node outband-peer.mjs vectors FILE | dial | listen');
  }
}

main(process.argv.slice(2)).catch((e) => {
  process.stderr.write(`${e.message}\n`);
  process.exitCode = 1;
});
