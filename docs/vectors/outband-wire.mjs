// A second implementation of Outband's wire format, version 1, written from docs/wire-format.md with Node's standard
// library alone: keys, frames and what stands in them. No input, no output; outband-peer.mjs has both ends and a command line.

import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';

export const VERSION = 1;
export const MAGIC = Buffer.from('OBND', 'ascii');
export const NONE = Buffer.alloc(0);
export const HEADER = 4;
export const TAG = 16;
const MIN_SEGMENT = 4096;
const MAX_SEGMENT = 1048576;
export const MAX_CONTROL = 1020;
const MAX_MESSAGE = 256;
const MAX_FRAMES = 2 ** 32;

const CRC = 4;
const AUTHENTICATION = 1;

const TYPE = { HELLO: 0x01, CHALLENGE: 0x02, OPEN: 0x03, ACCEPTED: 0x04, REFUSED: 0x05, DATA: 0x10, LAST: 0x11, ABORT: 0x12, CLEAR: 0x13,
  RECEIPT: 0x20 };
const NAME = new Map(Object.entries(TYPE).map(([name, number]) => [number, name]));
export const LEAST = { HELLO: 53, CHALLENGE: 65, OPEN: 16, ACCEPTED: 16, REFUSED: 2, DATA: 17, LAST: 16, ABORT: 16, CLEAR: 5, RECEIPT: 16 };
export const SEGMENTS = new Set(['DATA', 'LAST', 'CLEAR']);
export const CODES = [null, 'NOT_FOUND', 'INVALID', 'FORBIDDEN', 'UNREACHABLE', 'NOT_PROVEN', 'UNKNOWN_TICKET', 'EXPIRED', 'VERSION',
  'PROTOCOL', 'PROTECTION_TOO_LOW', 'LIMIT_EXCEEDED', 'TRUNCATED', 'CORRUPT', 'CONNECTION_LOST', 'TIMEOUT', 'CANCELLED',
  'SOURCE_FAILED', 'SINK_FAILED', 'NO_SPACE', 'SHUTTING_DOWN', 'INTERNAL',
  'CONTENT_CHANGED', 'NOT_RESUMABLE'];
export const CLEAR_CODES = new Set(['VERSION', 'PROTOCOL', 'UNKNOWN_TICKET']);

export class Failure extends Error {
  constructor(code, message) {
    super(`${code}: ${message}`);
    this.code = code;
    this.text = message;
  }
}

export function need(holds, code, message) {
  if (!holds) {
    throw new Failure(code, message);
  }
}

// Section 1 and 4: functions and key schedule.

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const hmac = (key, data) => createHmac('sha256', key).update(data).digest();
export const extract = (salt, ikm) => hmac(salt, ikm);

export function expand(prk, info, length) {
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

export function labelInfo(label, context, length) {
  const name = Buffer.from('outband1 ' + label, 'ascii');
  return Buffer.concat([number(length, 2), number(name.length, 1), name, number(context.length, 1), context]);
}

export const expandLabel = (prk, label, context, length) => expand(prk, labelInfo(label, context, length), length);

export function earlyKeys(secret) {
  const early = extract(Buffer.alloc(32), secret);
  return { early, lookupTag: expandLabel(early, 'lookup', NONE, 16) };
}

// The ticket of a further stream that a stub offers: what it is called, and its secret.
export function furtherTicket(secret, stream) {
  const { early } = earlyKeys(secret);
  const context = number(stream, 2);
  const id = expandLabel(early, 'stream id', context, 16).toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { id, streamSecret: expandLabel(early, 'stream secret', context, 32) };
}

export function proofKeys(early, hello, challengeHead) {
  const t1 = sha256(hello, challengeHead);
  const proofKey = expandLabel(early, 'listener proof', t1, 32);
  return { t1, proofKey, proof: hmac(proofKey, t1) };
}

export function openingKeys(early, hello, challenge) {
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

export function transferKeys(early, hello, challenge, open, accepted) {
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

// Section 3: what a stream carries. Numbers up to 2^53.

export function stripeStart(bytes, stream, streams) {
  const grains = Math.ceil(bytes / 65536);
  const start = Math.floor(grains / streams) * stream + Math.min(stream, grains % streams);
  return Math.min(bytes, start * 65536);
}

const stripeBytes = ({ bytes, stream, streams }) =>
  stripeStart(bytes, stream + 1, streams) - stripeStart(bytes, stream, streams);

// Section 2 and 5: frames, in clear and sealed.

const header = (type, length) => Buffer.concat([number(TYPE[type], 1), number(length, 3)]);
const clearFrame = (type, payload) => Buffer.concat([header(type, payload.length), payload]);
export const typeOf = (frame) => NAME.get(frame[0]);

export function seal(key, nonce, type, plain) {
  const head = header(type, plain.length + TAG);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  cipher.setAAD(head);
  return Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

export function unseal(key, nonce, frame) {
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

// CRC-32C (Castagnoli), reflected, by table.

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, i) => {
  let crc = i;
  for (let bit = 0; bit < 8; bit++) {
    crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return crc;
});

export function crc32c(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff];
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** The frames of the object, in order, at either end. */
export class ObjectFrames {
  constructor(keys, protection) {
    this.clear = protection === AUTHENTICATION;
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

  count(frame, end) {
    this.hash.update(frame.subarray(0, HEADER)).update(frame.subarray(frame.length - end));
    return frame;
  }

  /** A frame of any type; of LAST behind parts in clear the plaintext is digest(). */
  seal(type, plain) {
    if (type === 'CLEAR') {
      const part = Buffer.concat([header(type, plain.length + CRC), plain]);
      return this.count(Buffer.concat([part, number(crc32c(part), CRC)]), CRC);
    }
    return this.count(seal(this.key, this.next(type), type, plain), TAG);
  }

  /** The last frame, with the last of the object in it unless it went in clear. */
  last(part) {
    return this.seal('LAST', this.clear ? this.digest() : part);
  }

  open(frame) {
    const type = typeOf(frame);
    const due = this.clear ? ['CLEAR', 'LAST', 'ABORT'] : ['DATA', 'LAST', 'ABORT'];
    need(due.includes(type), 'PROTOCOL', `expected ${due}, not ${type}`);
    if (type === 'CLEAR') {
      need(!this.ended, 'PROTOCOL', `${type} after the end of the object`);
      const part = frame.subarray(0, frame.length - CRC);
      need(crc32c(part) === frame.readUInt32BE(part.length), 'CORRUPT', 'CLEAR has another checksum');
      this.count(frame, CRC);
      return part.subarray(HEADER);
    }
    const before = this.digest();
    const plain = unseal(this.key, this.next(type), frame);
    need(!this.clear || type !== 'LAST' || plain.equals(before), 'CORRUPT', 'other parts were sent than came');
    this.count(frame, TAG);
    return plain;
  }

  digest() {
    return this.hash.copy().digest();
  }
}

// Sections 3, 6 and 8: what stands in the frames.

export function encodeRequest(r) {
  const tag = Buffer.from(r.contentTag, 'ascii');
  return Buffer.concat([number(r.protection, 1), number(r.direction, 1), int64(r.bytes), int64(r.offset), number(r.stream, 2),
    number(r.streams, 2), Buffer.from(r.transmission, 'hex'), number(r.segmentBytes, 4), number(tag.length, 1), tag]);
}

function int64At(plain, at, least, name) {
  const value = plain.readBigInt64BE(at);
  need(value >= BigInt(least) && value <= BigInt(Number.MAX_SAFE_INTEGER), 'PROTOCOL', `${name} must not be ${value}`);
  return Number(value);
}

export function decodeRequest(plain) {
  need(plain.length >= 43 && plain.length <= 107, 'PROTOCOL', `OPEN has ${plain.length} bytes`);
  const request = {
    protection: plain[0],
    direction: plain[1],
    bytes: int64At(plain, 2, -1, 'bytes'),
    offset: int64At(plain, 10, 0, 'offset'),
    stream: plain.readUInt16BE(18),
    streams: plain.readUInt16BE(20),
    transmission: plain.toString('hex', 22, 38),
    segmentBytes: plain.readUInt32BE(38),
    contentTag: plain.toString('latin1', 43),
  };
  need(request.protection >= 1 && request.protection <= 3, 'PROTOCOL', 'protection');
  need(request.direction >= 1 && request.direction <= 2, 'PROTOCOL', 'direction');
  need(request.streams >= 1 && request.stream < request.streams, 'PROTOCOL', 'stream');
  need(request.bytes >= 0 || request.streams === 1, 'PROTOCOL', 'streams');
  need(request.bytes < 0 || request.offset <= stripeBytes(request), 'PROTOCOL', 'offset');
  need(request.segmentBytes >= MIN_SEGMENT && request.segmentBytes <= MAX_SEGMENT, 'PROTOCOL', 'segmentBytes');
  need(plain[42] === plain.length - 43 && /^[\x21-\x7e]*$/.test(request.contentTag), 'PROTOCOL', 'contentTag');
  return request;
}

export const encodeAcceptance = (answer) => Buffer.concat([int64(answer.offset), number(answer.segmentBytes, 4)]);

export function decodeAcceptance(plain, request) {
  need(plain.length === 12, 'PROTOCOL', `ACCEPTED has ${plain.length} bytes`);
  const answer = { offset: int64At(plain, 0, 0, 'offset'), segmentBytes: plain.readUInt32BE(8) };
  need(answer.offset >= request.offset && (request.bytes < 0 || answer.offset <= stripeBytes(request)), 'PROTOCOL', 'ACCEPTED offset');
  need(answer.segmentBytes >= MIN_SEGMENT && answer.segmentBytes <= request.segmentBytes, 'PROTOCOL', 'ACCEPTED segmentBytes');
  return answer;
}

const encodeMessage = (message) => Buffer.from(message, 'utf8').subarray(0, MAX_MESSAGE);
export const encodeFailure = (code, message) => Buffer.concat([number(CODES.indexOf(code), 1), encodeMessage(message)]);
const printable = (bytes) => bytes.toString('utf8').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd');

export function codeName(code) {
  need(code >= 1 && code < CODES.length, 'PROTOCOL', `no code ${code}`);
  return CODES[code];
}

export function decodeFailure(plain) {
  need(plain.length >= 1 && plain.length <= 1 + MAX_MESSAGE, 'PROTOCOL', `a failure of ${plain.length} bytes`);
  return new Failure(codeName(plain[0]), printable(plain.subarray(1)));
}

export function encodeReceipt(receipt) {
  const code = receipt.code === 'OK' ? 0 : CODES.indexOf(receipt.code);
  return Buffer.concat([number(code, 1), int64(receipt.bytes), receipt.digest, encodeMessage(receipt.message)]);
}

export function decodeReceipt(plain) {
  need(plain.length >= 41 && plain.length <= 41 + MAX_MESSAGE, 'PROTOCOL', `RECEIPT has ${plain.length} bytes`);
  need(plain[0] !== 0 || plain.length === 41, 'PROTOCOL', 'a good RECEIPT with a message');
  return {
    code: plain[0] === 0 ? 'OK' : codeName(plain[0]),
    bytes: int64At(plain, 1, 0, 'RECEIPT bytes'),
    digest: plain.subarray(9, 41),
    message: printable(plain.subarray(41)),
  };
}

export const encodeHello = (lookupTag, nonce) => clearFrame('HELLO', Buffer.concat([MAGIC, number(VERSION, 1), lookupTag, nonce]));
export const refusedInClear = (code) => clearFrame('REFUSED', Buffer.from([VERSION, CODES.indexOf(code)]));

export function encodeChallenge(early, hello, nonce) {
  const head = Buffer.concat([header('CHALLENGE', 65), number(VERSION, 1), nonce]);
  return Buffer.concat([head, proofKeys(early, hello, head).proof]);
}
