/* Checks a certificate in the browser: nothing is sent anywhere, nothing is loaded.

   `verifyCredential(text, keys, lists)` asks the same questions and gives the same codes as
   `docs/check_certificate.py`. Signature: W3C Data Integrity, suite eddsa-jcs-2022, by WebCrypto;
   status: W3C Bitstring Status List 1.0. */

const CONTEXT = "https://www.w3.org/ns/credentials/v2";
const SUITE = "eddsa-jcs-2022";
const LARGEST = 4 * 1024 * 1024;
const DEEPEST = 32;
const FEWEST_BITS = 131072;
const MOST_BITS = 2 ** 24;
const LONGEST_LIST = 4000000;
const TOLERANCE = 5 * 60 * 1000;

const PROVEN = "proven";
const REFUTED = "refuted";
const OPEN = "open";
const QUESTIONS = [
  "structure", "kind", "proof", "issuer", "key", "dates", "revocation", "suspension", "succession",
  "log",
];
const SET = { revocation: "revoked", suspension: "suspended" };
const STATES = { ...SET, succession: "superseded" };

/** What is wrong with a document, as a code. */
export class Refused extends Error {
  constructor(code, about = "") {
    super(code);
    this.code = code;
    this.about = about;
  }
}

const has = (object, name) => Object.hasOwn(object, name);
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const asList = (value) => (Array.isArray(value) ? value : [value]);
const proven = (code, about = "") => ({ finding: PROVEN, code, about });
const refuted = (code, about = "") => ({ finding: REFUTED, code, about });
const open = (code, about = "") => ({ finding: OPEN, code, about });

/* ------------------------------------------------------- reading JSON, canonical form */

/** One JSON text (or its UTF-8 bytes), strictly: two readers cannot take two values from it. */
export function readJson(source) {
  const bytes = typeof source === "string" ? null : new Uint8Array(source);
  if ((bytes ?? new TextEncoder().encode(source)).length > LARGEST) throw new Refused("too_large");
  let text = source;
  if (bytes) {
    try {
      text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Refused("not_utf8");
    }
  }
  return new Reader(text).whole();
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  whole() {
    const value = this.value(1);
    this.space();
    if (this.at !== this.text.length) throw new Refused("not_json");
    return value;
  }

  space() {
    while (" \t\n\r".includes(this.text[this.at] || "x")) this.at += 1;
  }

  taken(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) throw new Refused("not_json");
    this.at = pattern.lastIndex;
    return found;
  }

  take(character) {
    this.space();
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  value(depth) {
    if (depth > DEEPEST) throw new Refused("too_deep");
    if (this.take("{")) return this.object(depth);
    if (this.take("[")) return this.list(depth);
    const next = this.text[this.at];
    if (next === '"') return this.string();
    if (next === "-" || (next >= "0" && next <= "9")) return this.number();
    return { true: true, false: false, null: null }[this.taken(/true|false|null/y)[0]];
  }

  object(depth) {
    const found = Object.create(null);
    if (this.take("}")) return found;
    do {
      this.space();
      const name = this.string();
      if (!this.take(":")) throw new Refused("not_json");
      if (has(found, name)) throw new Refused("duplicate_key");
      found[name] = this.value(depth + 1);
    } while (this.take(","));
    if (!this.take("}")) throw new Refused("not_json");
    return found;
  }

  list(depth) {
    const found = [];
    if (this.take("]")) return found;
    do found.push(this.value(depth + 1));
    while (this.take(","));
    if (!this.take("]")) throw new Refused("not_json");
    return found;
  }

  string() {
    const [literal] = this.taken(
      /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y,
    );
    const text = JSON.parse(literal);
    if (/\p{Surrogate}/u.test(text)) throw new Refused("lone_surrogate");
    return text;
  }

  number() {
    const [literal, fraction, power] = this.taken(
      /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y,
    );
    const number = Number(literal);
    const isWhole = fraction === undefined && power === undefined;
    const digits = literal.split(/[eE]/)[0].replace(/[-.]/g, "").replace(/^0+|0+$/g, "");
    const beyond = isWhole
      ? !Number.isSafeInteger(number) && String(number) !== literal
      : digits.length > 17 || !Number.isFinite(number) || (digits !== "" && number === 0);
    if (beyond) throw new Refused("number_beyond_double");
    return number;
  }
}

/** The canonical text of a JSON value (RFC 8785, which writes numbers as this language does). */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return typeof value === "number" ? String(value) : JSON.stringify(value);
  const member = (name) => `${JSON.stringify(name)}:${canonical(value[name])}`;
  return `{${Object.keys(value).sort().map(member).join(",")}}`;
}

const same = (one, other) => canonical(one) === canonical(other);

/** A document given as text, bytes or value, as a JSON object. */
function asDocument(source) {
  const isText = typeof source === "string" || source instanceof Uint8Array;
  const value = readJson(isText ? source : JSON.stringify(source) ?? "");
  if (!isObject(value)) throw new Refused("not_an_object");
  return value;
}

/* ------------------------------------------------------- keys, texts of bytes, moments */

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** The bytes of a base58btc text with the prefix z; null when it is none. */
function fromBase58(text) {
  if (typeof text !== "string" || !/^z[1-9A-HJ-NP-Za-km-z]{1,199}$/.test(text)) return null;
  let number = 0n;
  for (const digit of text.slice(1)) number = number * 58n + BigInt(ALPHABET.indexOf(digit));
  const bytes = [];
  for (; number > 0n; number >>= 8n) bytes.unshift(Number(number & 255n));
  const zeros = text.slice(1).match(/^1*/)[0].length;
  return new Uint8Array([...new Array(zeros).fill(0), ...bytes]);
}

function fromBase64url(text) {
  if (typeof text !== "string" || !/^u[A-Za-z0-9_-]*$/.test(text)) return null;
  if (text.length % 4 === 2) return null;
  const body = text.slice(1).replace(/-/g, "+").replace(/_/g, "/");
  const decoded = atob(body);
  if (btoa(decoded).replace(/=+$/, "") !== body) return null;
  return Uint8Array.from(decoded, (character) => character.charCodeAt(0));
}

function fromMultikey(text) {
  const bytes = fromBase58(text);
  if (!bytes || bytes.length !== 34 || bytes[0] !== 0xed || bytes[1] !== 0x01) {
    throw new Refused("not_ed25519_key");
  }
  return bytes.slice(2);
}

/** The key that a did:key carries in its name; null for other methods. */
function publicKeyOf(method) {
  if (!method.startsWith("did:key:")) return null;
  const [identifier, fragment] = cut(method.slice("did:key:".length));
  if (identifier !== fragment) throw new Refused("not_ed25519_key");
  return fromMultikey(identifier);
}

function cut(method) {
  const place = method.indexOf("#");
  return place < 0 ? [method, ""] : [method.slice(0, place), method.slice(place + 1)];
}

const DAY = "([0-9]{4}-[0-9]{2}-[0-9]{2})";
const HOUR = "([01][0-9]|2[0-3]):([0-5][0-9])";
const STAMP = new RegExp(`^${DAY}T${HOUR}:([0-5][0-9])(\\.[0-9]{1,6})?(?:Z|([+-])${HOUR})$`);

/** Milliseconds since 1970 of a text such as 2026-01-01T00:00:00Z. */
function readMoment(text) {
  const found = typeof text === "string" ? STAMP.exec(text) : null;
  const day = found ? Date.parse(`${found[1]}T00:00:00Z`) : NaN;
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== found[1]) {
    throw new Refused("date_unreadable");
  }
  const seconds = found[2] * 3600 + found[3] * 60 + Number(found[4]) + Number(`0${found[5] ?? ""}`);
  const offset = ((found[7] ?? 0) * 60 + Number(found[8] ?? 0)) * (found[6] === "-" ? -1 : 1);
  const moment = day + seconds * 1000 - offset * 60000;
  const year = new Date(moment).getUTCFullYear();
  if (found[1].startsWith("0000") || year < 1 || year > 9999) throw new Refused("date_unreadable");
  return moment;
}

const written = (moment) => (moment === null ? null : new Date(moment).toISOString());

/** Trusted keys by verification method, from a DID document or from {"keys": [...]}. */
export function readKeys(source) {
  const document = asDocument(source);
  const isList = Array.isArray(document.keys);
  const did = isList ? null : document.id;
  const found = new Map();
  for (const entry of isList ? document.keys : entriesOfDid(document)) {
    const method = methodId(entry, did);
    const controller = has(entry, "controller") ? entry.controller : did;
    if (typeof controller !== "string" || (did !== null && controller !== did)) {
      throw new Refused("keys_unreadable", method);
    }
    const publicKey = fromMultikey(entry.publicKeyMultibase);
    const named = publicKeyOf(method);
    if (named && named.join() !== publicKey.join()) throw new Refused("keys_unreadable", method);
    if (found.has(method)) throw new Refused("key_twice", method);
    const moment = (name) => (entry[name] == null ? null : readMoment(entry[name]));
    found.set(method, {
      controller,
      publicKey,
      validFrom: moment("validFrom"),
      expires: moment("expires"),
      revoked: moment("revoked"),
    });
  }
  return found;
}

function entriesOfDid(document) {
  const { id: did, assertionMethod: asserting, verificationMethod: methods = [] } = document;
  if (typeof did !== "string" || !Array.isArray(asserting) || !Array.isArray(methods)) {
    throw new Refused("keys_unreadable");
  }
  const isName = (entry) => typeof entry === "string";
  const named = asserting.filter(isName).map((name) => absolute(name, did));
  return [
    ...methods.filter((entry) => named.includes(methodId(entry, did))),
    ...asserting.filter((entry) => !isName(entry)),
  ];
}

function methodId(entry, did) {
  if (!isObject(entry) || typeof entry.id !== "string" || entry.id === "") {
    throw new Refused("keys_unreadable");
  }
  return absolute(entry.id, did ?? "");
}

const absolute = (method, did) => (method.startsWith("#") ? did + method : method);

/* ------------------------------------------------------- the form of a certificate */

const STATUS = {
  "id": "text", "type!": "one:BitstringStatusListEntry",
  "statusPurpose!": "one:revocation|suspension", "statusListIndex!": "text",
  "statusListCredential!": "address",
};
const SUBJECT = {
  "id!": "address", "certificateKind!": "one:保真|锁定|鉴定意见", "registryNumber": "text",
  "title": "text", "statement!": "statement", "images!": [{ "sha256!": "digest", "view": "text" }],
  "dimensions": [{ "type!": "text", "value!": "decimal", "unit!": "one:mm|cm|m|in|g|kg" }],
  "objectId": { "sha256!": "digest" },
  "confirmation": {
    "author!": "text", "day!": "day", "inPerson!": "yes", "recording!": { "sha256!": "digest" },
  },
  "panel": {
    "experts!": "count", "agreeing!": "count", "dissenting!": "count",
    "result!": "one:supported|not-supported|undetermined",
  },
  "tag": { "kind!": "one:nfc|rfid|seal|surface", "value!": "text" },
  "edition": { "number!": "text", "size": "count" },
};
const FORM = {
  "@context!": ["address"], "id!": "address", "type!": ["text"], "issuer!": "address",
  "validFrom!": "text", "validUntil": "text", "replaces": "address",
  "credentialSubject!": SUBJECT, "credentialStatus!": [STATUS], "proof": "anything",
};
const TYPE_OF_KIND = {
  保真: "ArtworkCertificate",
  锁定: "ArtworkCertificate",
  鉴定意见: "ArtworkOpinion",
};
const PATTERNS = {
  digest: /^[0-9a-f]{64}$/,
  decimal: /^[0-9]{1,7}(\.[0-9]{1,4})?$/,
  day: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/,
  address: /^(https?:\/\/|did:|urn:uuid:)[!-~]{1,290}$/,
};

/** The kind of a certificate whose form is right; nothing may stand in it but what is listed. */
function checkForm(document) {
  check(document, FORM);
  const { credentialSubject: subject, "@context": contexts, proof } = document;
  const kind = subject.certificateKind;
  if (!same(document.type, ["VerifiableCredential", TYPE_OF_KIND[kind]])) {
    throw new Refused("kind_mixed");
  }
  if (has(subject, "panel") !== (kind === "鉴定意见")) throw new Refused("kind_mixed");
  if (has(subject, "confirmation") && kind !== "保真") throw new Refused("kind_mixed");
  const signed = isObject(proof) && has(proof, "@context") ? proof["@context"] : contexts;
  if (contexts.length !== 2 || !same(signed, contexts)) throw new Refused("member_wrong");
  checkWords(subject.statement, kind);
  if (kind === "鉴定意见") checkPanel(subject.panel);
  return kind;
}

function checkWords(statement, kind) {
  const spoken = new Map();
  if (typeof statement === "string") spoken.set("zh", statement);
  else for (const part of statement) spoken.set(part["@language"].split("-")[0], part["@value"]);
  const chinese = (spoken.get("zh") ?? "").includes("不证明作者");
  const english = (spoken.get("en") ?? "").includes("does not prove who made it");
  if (kind === "锁定" && !(chinese && (english || !spoken.has("en")))) {
    throw new Refused("lock_without_statement");
  }
  if (kind === "保真" && (chinese || english)) throw new Refused("kind_mixed");
}

function checkPanel({ experts, agreeing, dissenting, result }) {
  const majority = 2 * agreeing > experts;
  const adds = experts >= 2 && agreeing + dissenting === experts;
  if (!adds || majority === (result === "undetermined")) throw new Refused("panel_wrong");
}

function check(value, form) {
  if (isObject(form)) {
    checkObject(value, form);
  } else if (Array.isArray(form)) {
    if (!Array.isArray(value) || value.length > 500) throw new Refused("member_wrong");
    for (const member of value) check(member, form[0]);
  } else if (!fits(value, form)) {
    throw new Refused("member_wrong");
  }
}

function checkObject(value, form) {
  if (!isObject(value)) throw new Refused("member_wrong");
  const names = new Map(Object.entries(form).map(([name, part]) => [name.replace("!", ""), part]));
  for (const name of Object.keys(value)) if (!names.has(name)) throw new Refused("member_unknown");
  for (const name of Object.keys(form)) {
    if (name.endsWith("!") && !has(value, name.slice(0, -1))) throw new Refused("member_missing");
  }
  for (const [name, member] of Object.entries(value)) check(member, names.get(name));
}

function fits(value, form) {
  if (form === "anything") return true;
  if (form === "yes") return value === true;
  if (form === "count") return Number.isInteger(value) && value >= 0 && value <= 1000000;
  if (form === "statement" && Array.isArray(value)) return fitsStatement(value);
  if (typeof value !== "string") return false;
  if (form === "text" || form === "statement") return value !== "" && [...value].length <= 1000;
  if (form.startsWith("one:")) return form.slice(4).split("|").includes(value);
  return PATTERNS[form].test(value);
}

function fitsStatement(parts) {
  const names = ["@language", "@value"];
  const right = (part) =>
    isObject(part) &&
    same(Object.keys(part).sort(), names) &&
    names.every((name) => fits(part[name], "text"));
  const languages = new Set(parts.map((part) => part?.["@language"]));
  return parts.length > 0 && parts.every(right) && languages.size === parts.length;
}

function isCertificate({ type, credentialSubject: subject }) {
  const types = Object.values(TYPE_OF_KIND);
  const named = Array.isArray(type) && type.some((name) => types.includes(name));
  return named || (isObject(subject) && has(subject, "certificateKind"));
}

/* ------------------------------------------------------- proof */

const PROOF_MEMBERS = [
  "type", "cryptosuite", "created", "expires", "verificationMethod", "proofPurpose", "@context",
  "proofValue", "id", "nonce",
];

function without(object, left) {
  const kept = Object.create(null);
  for (const name of Object.keys(object)) if (name !== left) kept[name] = object[name];
  return kept;
}

/** The proof in parts, with the 64 bytes that the key must have signed. */
async function readProof(document) {
  const proof = document.proof ?? null;
  if (proof === null) throw new Refused("proof_missing");
  if (!isObject(proof)) throw new Refused("proof_not_single");
  const method = proof.verificationMethod;
  const wellFormed =
    proof.type === "DataIntegrityProof" &&
    Object.keys(proof).every((name) => PROOF_MEMBERS.includes(name)) &&
    typeof method === "string" &&
    method !== "" &&
    [...method].length <= 500;
  if (!wellFormed) throw new Refused("proof_form_unknown");
  if (proof.cryptosuite !== SUITE) throw new Refused("suite_unknown");
  if (proof.proofPurpose !== "assertionMethod") throw new Refused("purpose_wrong");
  const options = without(proof, "proofValue");
  const bare = without(document, "proof");
  if (has(options, "@context")) {
    const first = asList(options["@context"]);
    const own = has(bare, "@context") ? asList(bare["@context"]) : [null];
    if (!same(own.slice(0, first.length), first)) throw new Refused("contexts_differ");
    bare["@context"] = options["@context"];
  }
  const [created, expires] = ["created", "expires"].map((name) => proofMoment(proof, name));
  const signature = fromBase58(proof.proofValue);
  if (!signature || signature.length !== 64) throw new Refused("proof_value_unreadable");
  const signed = new Uint8Array([...(await digest(options)), ...(await digest(bare))]);
  return { method, created, expires, signature, signed };
}

function proofMoment(proof, name) {
  if (!has(proof, name)) return null;
  try {
    return readMoment(proof[name]);
  } catch {
    throw new Refused("proof_date_unreadable");
  }
}

async function digest(value) {
  const bytes = new TextEncoder().encode(canonical(value));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** Whether the key signed; throws `Refused` when this browser knows no Ed25519. */
async function signatureHolds({ signature, signed }, publicKey) {
  try {
    const kind = { name: "Ed25519" };
    const key = await crypto.subtle.importKey("raw", publicKey, kind, false, ["verify"]);
    return await crypto.subtle.verify(kind, key, signature, signed);
  } catch (error) {
    if (error.name === "NotSupportedError") throw new Refused("browser_without_ed25519");
    return false;
  }
}

/* ------------------------------------------------------- the questions, one by one */

function issuerOf({ issuer }) {
  const named = isObject(issuer) ? issuer.id : issuer;
  return typeof named === "string" ? named : "";
}

function askStructure(document) {
  const { credentialSubject: subject, "@context": contexts, type } = document;
  const hasSubject =
    (Array.isArray(subject) && subject.length > 0) ||
    (isObject(subject) && Object.keys(subject).length > 0);
  const wrong = [
    ["context_wrong", asList(contexts)[0] !== CONTEXT],
    ["type_wrong", !asList(type).includes("VerifiableCredential")],
    ["issuer_missing", issuerOf(document) === ""],
    ["subject_missing", !hasSubject],
    ["id_wrong", has(document, "id") && typeof document.id !== "string"],
  ].find(([, isWrong]) => isWrong);
  return wrong ? refuted(wrong[0]) : proven("credential");
}

function askKind(document) {
  if (!isCertificate(document)) return open("not_a_certificate");
  try {
    return proven("kind_known", checkForm(document));
  } catch (error) {
    if (error instanceof Refused) return refuted(error.code, error.about);
    throw error;
  }
}

function askDates(document, at) {
  let begin, end;
  try {
    [begin, end] = ["validFrom", "validUntil"].map((name) =>
      has(document, name) ? readMoment(document[name]) : null,
    );
  } catch (error) {
    return refuted(error.code);
  }
  if (begin !== null && begin > at + TOLERANCE) return refuted("not_yet_valid", document.validFrom);
  if (end !== null && end <= at) return refuted("expired", document.validUntil);
  return proven("in_force");
}

async function askProof(proof, trusted, at) {
  const { method } = proof;
  try {
    const publicKey = trusted ? trusted.publicKey : publicKeyOf(method);
    if (publicKey === null) return open("key_not_at_hand", method);
    if (!(await signatureHolds(proof, publicKey))) return refuted("signature_wrong", method);
  } catch (error) {
    const answer = error.code === "browser_without_ed25519" ? open : refuted;
    return answer(error.code, method);
  }
  if (proof.expires !== null && proof.expires <= at) return refuted("proof_expired", method);
  return proven("signature_sound", method);
}

function askIssuer({ method }, trusted, issuer) {
  const own = trusted ? trusted.controller : cut(method)[0];
  if (!trusted && (own === issuer || !own.startsWith("did:"))) {
    return refuted("key_not_trusted", method);
  }
  return own === issuer ? proven("issuer_trusted", issuer) : refuted("key_of_another", method);
}

function askKey({ method, created: signed }, trusted, at) {
  if (!trusted) return open("not_examined");
  const { validFrom, expires, revoked } = trusted;
  if (signed === null) return open("signing_date_missing", method);
  if (signed > at + TOLERANCE) return refuted("signed_in_future", method);
  if (validFrom !== null && signed < validFrom) return refuted("key_not_yet_valid", method);
  if (expires !== null && signed >= expires) return refuted("key_expired", method);
  if (revoked !== null && revoked <= at) {
    // A thief writes the date he likes: without the public log the stated one proves nothing.
    return signed >= revoked ? refuted("key_revoked", method) : open("key_revoked_since", method);
  }
  return proven("key_valid", method);
}

/** The questions that are the same for every credential, and what the proof states. */
async function examine(document, keys, at) {
  const answers = { structure: askStructure(document), dates: askDates(document, at) };
  answers.issuer = answers.key = open("not_examined");
  let proof;
  try {
    proof = await readProof(document);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { answers: { ...answers, proof: refuted(error.code) }, signed: null, method: "" };
  }
  const trusted = keys.get(proof.method) ?? null;
  answers.proof = await askProof(proof, trusted, at);
  if (answers.proof.finding !== REFUTED) {
    answers.issuer = askIssuer(proof, trusted, issuerOf(document));
    answers.key = askKey(proof, trusted, at);
  }
  return { answers, signed: proof.created, method: proof.method };
}

const isProven = (answers) => Object.values(answers).every(({ finding }) => finding === PROVEN);

/* ------------------------------------------------------- status lists */

/** The bits of a list, or null when they cannot be read or are too few or too many. */
async function decodeList(text) {
  if (typeof text === "string" && text.length > LONGEST_LIST) return null;
  const packed = fromBase64url(text);
  const bits = packed && (await unzipped(packed, MOST_BITS / 8));
  if (!bits || bits.length * 8 < FEWEST_BITS) return null;
  return bits;
}

/** GZIP, unpacked no further than `most` bytes; null when broken, longer, or with a tail. */
async function unzipped(packed, most) {
  const parts = [];
  let length = 0;
  try {
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const reader = stream.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > most) {
        await reader.cancel();
        return null;
      }
      parts.push(value);
    }
  } catch {
    return null;
  }
  const bits = new Uint8Array(length);
  parts.reduce((place, part) => (bits.set(part, place), place + part.length), 0);
  const tail = new DataView(packed.buffer, packed.byteOffset + packed.length - 8, 8);
  const whole = tail.getUint32(0, true) === checksum(bits) && tail.getUint32(4, true) === length;
  return whole ? bits : null;
}

/** CRC-32: not every unpacker refuses a tail, but only the true end repeats the checksum. */
function checksum(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return (rest ^ 0xffffffff) >>> 0;
}

/** The purposes, bits and date of a list that the same issuer signed; null when unusable. */
async function readList(document, keys, at, issuer) {
  const { answers, signed } = await examine(document, keys, at);
  const { credentialSubject: subject, type } = document;
  if (issuerOf(document) !== issuer || !isProven(answers) || signed === null) return null;
  const isList =
    asList(type).includes("BitstringStatusListCredential") &&
    isObject(subject) &&
    subject.type === "BitstringStatusList";
  const bits = isList ? await decodeList(subject.encodedList) : null;
  return bits && { purposes: asList(subject.statusPurpose), bits, asOf: signed };
}

/** By address the newest usable list; null where only unusable ones were given. */
async function usableLists(sources, keys, at, issuer) {
  const found = new Map();
  for (const source of sources) {
    let document;
    try {
      document = asDocument(source);
    } catch {
      continue;
    }
    const address = document.id;
    if (typeof address !== "string") continue;
    const usable = await readList(document, keys, at, issuer);
    const known = found.get(address) ?? null;
    found.set(address, usable && (!known || usable.asOf > known.asOf) ? usable : known);
  }
  return found;
}

/** The entries for revocation and suspension. */
function readEntries(document) {
  const found = [];
  for (const entry of has(document, "credentialStatus") ? asList(document.credentialStatus) : []) {
    const isEntry = isObject(entry) && entry.type === "BitstringStatusListEntry";
    if (!isEntry || typeof entry.statusPurpose !== "string") {
      throw new Refused("status_entry_unreadable");
    }
    const { statusPurpose: purpose, statusListIndex: index, statusListCredential: list } = entry;
    if (!has(SET, purpose)) continue;
    const right =
      typeof index === "string" &&
      /^(0|[1-9][0-9]{0,8})$/.test(index) &&
      typeof list === "string" &&
      (!has(entry, "statusSize") || entry.statusSize === 1);
    if (!right) throw new Refused("status_entry_unreadable");
    found.push({ purpose, list, index: Number(index) });
  }
  return found;
}

function askEntry({ purpose, list, index }, lists) {
  const usable = lists.get(list) ?? null;
  const unknown = (code) => ({ answer: open(code, list), asOf: null });
  if (!usable) return unknown(lists.has(list) ? "list_refused" : "list_missing");
  if (!usable.purposes.includes(purpose)) return unknown("list_of_other_purpose");
  if (index >= usable.bits.length * 8) return unknown("index_outside");
  const isSet = (usable.bits[index >> 3] >> (7 - (index & 7))) & 1;
  const answer = isSet ? refuted(SET[purpose], list) : proven(`not_${SET[purpose]}`, list);
  return { answer, asOf: usable.asOf };
}

/** The answers by purpose, and the older of the two dates, null when one is missing. */
function askStatuses(document, lists) {
  const answers = {};
  const dates = [];
  try {
    const entries = readEntries(document);
    for (const purpose of Object.keys(SET)) {
      const found = entries
        .filter((entry) => entry.purpose === purpose)
        .map((entry) => askEntry(entry, lists));
      const worst = [REFUTED, OPEN, PROVEN]
        .map((finding) => found.find(({ answer }) => answer.finding === finding))
        .find(Boolean);
      answers[purpose] = worst ? worst.answer : open("no_entry");
      dates.push(...(found.length ? found.map(({ asOf }) => asOf) : [null]));
    }
  } catch (error) {
    for (const purpose of Object.keys(SET)) answers[purpose] = open(error.code);
    return { answers, asOf: null };
  }
  return { answers, asOf: dates.includes(null) ? null : Math.min(...dates) };
}

function concerns(document) {
  const { credentialSubject: subject } = document;
  const known = isObject(subject) ? subject : {};
  return [issuerOf(document), known.id ?? null, known.certificateKind ?? null];
}

async function askSuccession(document, sources, keys, at) {
  for (const source of sources) {
    let successor;
    try {
      successor = asDocument(source);
    } catch {
      continue;
    }
    const own = document.id;
    if (own === undefined || own !== successor.replaces || own === successor.id) continue;
    const { answers } = await examine(successor, keys, at);
    const isSound = isProven(answers) && askKind(successor).finding === PROVEN;
    if (isSound && same(concerns(successor), concerns(document))) {
      return refuted("superseded", String(successor.id));
    }
  }
  return open("no_successor_known");
}

/* ------------------------------------------------------- the whole */

function verdictOf(answers) {
  const those = (finding) => QUESTIONS.filter((question) => answers[question].finding === finding);
  const wrong = those(REFUTED);
  if (wrong.some((question) => !has(STATES, question))) return "invalid";
  if (wrong.length) return STATES[wrong[0]];
  const undecided = those(OPEN).filter((question) => !["succession", "log"].includes(question));
  return undecided.length ? "unknown" : "valid";
}

function result(answers, facts = {}) {
  const ordered = QUESTIONS.map((question) => ({ question, ...answers[question] }));
  const none = { kind: "", issuer: "", method: "", signedAt: null, statusAsOf: null };
  return { verdict: verdictOf(answers), answers: ordered, ...none, ...facts };
}

/**
 * Check a certificate.
 *
 * text: the certificate, as text or bytes. keys: what the checker trusts, a DID document or
 * {"keys": [...]}, as text or value. lists: documents of status lists, as texts or values.
 * Options: `at` (a Date; now unless given), `successors` (certificates that may replace this one).
 *
 * Resolves to {verdict, answers: [{question, finding, code, about}], kind, issuer, method,
 * signedAt, statusAsOf}. Rejects with `Refused` when the keys cannot be read.
 */
export async function verifyCredential(text, keys, lists = [], options = {}) {
  const at = (options.at ?? new Date()).getTime();
  const trusted = readKeys(keys);
  const answers = Object.fromEntries(QUESTIONS.map((question) => [question, open("not_examined")]));
  answers.log = open("log_proof_absent");
  let document;
  try {
    document = asDocument(text);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    answers.log = open("not_examined");
    return result({ ...answers, structure: refuted(error.code) });
  }
  const examined = await examine(document, trusted, at);
  Object.assign(answers, examined.answers, { kind: askKind(document) });
  let asOf = null;
  if (!QUESTIONS.some((question) => answers[question].finding === REFUTED)) {
    const usable = await usableLists(lists, trusted, at, issuerOf(document));
    const statuses = askStatuses(document, usable);
    asOf = statuses.asOf;
    Object.assign(answers, statuses.answers);
    answers.succession = await askSuccession(document, options.successors ?? [], trusted, at);
  }
  return result(answers, {
    kind: answers.kind.finding === PROVEN ? answers.kind.about : "",
    issuer: issuerOf(document),
    method: examined.method,
    signedAt: written(examined.signed),
    statusAsOf: written(asOf),
  });
}
