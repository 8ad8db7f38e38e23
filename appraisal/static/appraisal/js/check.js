/* The check on the page: a file is read and judged here, nothing of it is sent.

   Fetched are only this site's public keys and its two status lists, which are the same for every
   certificate. Without script the same form sends the file to the server, which keeps nothing. */

const says = JSON.parse(document.getElementById("check-words").textContent);
const place = document.getElementById("check-result");
const placeOf = (root, name) => root.querySelector(`[data-place="${name}"]`);
const write = (root, name, words) => {
  const found = placeOf(root, name);
  found.textContent = words;
  found.hidden = !words;
};
const PILLS = { proven: "ok", refuted: "live", open: "warn" };

const form = document.querySelector("form[data-check]");
form?.addEventListener("submit", (event) => {
  const [file] = form.elements.file.files;
  if (!file) return;
  event.preventDefault();
  checkFile(file);
}, { capture: true });
form?.addEventListener("change", (event) => {
  if (event.target.files?.length) checkFile(event.target.files[0]);
});
form?.addEventListener("drop", (event) => {
  const [file] = event.dataTransfer?.files ?? [];
  if (file) checkFile(file);
});
document.querySelector("[data-check-this]")?.addEventListener("click", (event) => {
  event.preventDefault();
  checkAddress(event.currentTarget.dataset.checkThis);
});

async function checkFile(file) {
  if (file.size > says.most_bytes) return refuse(says.too_large);
  return check(new Uint8Array(await file.arrayBuffer()));
}

async function checkAddress(address) {
  const text = await fetched(address);
  return text === null ? refuse(says.no_certificate) : check(new TextEncoder().encode(text));
}

async function check(bytes) {
  busy();
  try {
    const [{ verifyCredential, readJson }, inside] = await Promise.all([
      import("./verify.js"),
      import("./embedded.js"),
    ]);
    const all = inside.isPdf(bytes) ? await inside.certificatesInside(bytes) : [bytes];
    if (!all.length) return refuse(says.nothing_inside);
    if (all.length > 1) return refuse(says.several_inside);
    const [given] = all;
    const keys = await fetched(says.keys);
    if (keys === null) return refuse(says.no_keys);
    const document = read(readJson, given);
    const lists = await Promise.all(listsOf(document).map(fetched));
    const found = await verifyCredential(given, keys, lists.filter((list) => list !== null));
    return show(found, document);
  } catch {
    return refuse(says.no_keys);
  }
}

function read(readJson, bytes) {
  try {
    return readJson(bytes);
  } catch {
    return null;
  }
}

/** The status lists that the document names, where they are this site's own. */
function listsOf(document) {
  const entries = [document?.credentialStatus ?? []].flat();
  const own = entries
    .map((entry) => entry?.statusListCredential)
    .filter((address) => typeof address === "string" && address.startsWith(`${says.site}/`))
    .map((address) => address.slice(says.site.length));
  return [...new Set(own)].slice(0, 4);
}

async function fetched(address) {
  try {
    const answer = await fetch(address, { credentials: "omit", cache: "no-cache" });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

/* ------------------------------------------------------- what is shown */

function busy() {
  place.hidden = false;
  place.setAttribute("aria-busy", "true");
}

function refuse(words) {
  const part = document.getElementById("check-refused").content.cloneNode(true);
  write(part, "words", words);
  put(part);
}

function put(part) {
  place.replaceChildren(part);
  place.hidden = false;
  place.removeAttribute("aria-busy");
  place.focus();
}

function show(found, certificate) {
  const part = document.getElementById("check-template").content.cloneNode(true);
  const verdict = says.verdicts[found.verdict];
  placeOf(part, "verdict").className = `verdict verdict-${verdict.kind}`;
  write(part, "title", verdict.title);
  write(part, "text", verdict.text);
  write(part, "kind", found.kind ? says.kinds[found.kind][0] : "");
  write(part, "as-of", found.statusAsOf ? fill(says.as_of, { time: moment(found.statusAsOf) }) : "");
  const wrong = found.answers.filter(({ finding }) => finding === "refuted");
  const rest = found.answers.filter(({ finding }) => finding !== "refuted");
  write(part, "wrong", wrong.map(sentence).join(" "));
  placeOf(part, "answers").append(...[...wrong, ...rest].map(row));
  const facts = certificate ? factsOf(found, certificate) : [];
  placeOf(part, "stated").hidden = !facts.length;
  write(part, "stated-title", found.verdict === "invalid" ? says.unproven : says.stated);
  placeOf(part, "facts").append(...facts.map(fact));
  const isAble = !found.answers.some(({ code }) => code === "browser_without_ed25519");
  placeOf(part, "send").hidden = isAble || !form?.elements.file.files.length;
  placeOf(part, "send-button").addEventListener("click", () => form.submit());
  const number = numberOf(certificate);
  const link = placeOf(part, "link");
  link.hidden = !number;
  if (number) placeOf(part, "by-number").href = says.by_number.replace("NUMBER", number);
  put(part);
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);

function moment(text) {
  const form = { timeZone: "Asia/Shanghai", dateStyle: "long", timeStyle: "short" };
  return new Intl.DateTimeFormat(document.documentElement.lang, form).format(new Date(text));
}

function words({ question, code }) {
  const known = says.codes[question === "suspension" ? "revocation" : question];
  return code === "not_examined" ? says.not_examined : known[code] ?? says.unnamed;
}

const sentence = (answer) =>
  fill(says.sentence, { question: says.questions[answer.question][0], words: words(answer) });

function row(answer) {
  const part = document.getElementById("check-row").content.cloneNode(true);
  const [title, meaning] = says.questions[answer.question];
  write(part, "question", title);
  write(part, "meaning", meaning);
  write(part, "words", words(answer));
  const pill = placeOf(part, "finding");
  pill.textContent = says.findings[answer.finding];
  pill.className = `pill pill-${PILLS[answer.finding]}`;
  part.firstElementChild.dataset.question = answer.question;
  part.firstElementChild.dataset.finding = answer.finding;
  return part;
}

function fact([label, value]) {
  const part = document.getElementById("check-fact").content.cloneNode(true);
  write(part, "label", label);
  write(part, "value", value);
  return part;
}

/** What the file itself says, by the labels of the page; texts only, whatever the file holds. */
function factsOf(found, certificate) {
  const subject = certificate.credentialSubject ?? {};
  const { labels } = says;
  const { panel, confirmation } = subject;
  const size = [subject.dimensions ?? []].flat().map((one) => `${text(one?.value)} ${text(one?.unit)}`);
  return [
    [labels.kind, says.kinds[text(subject.certificateKind)]?.[0] ?? ""],
    [labels.number, numberOf(certificate) ?? ""],
    [labels.registry, text(subject.registryNumber)],
    [labels.title, text(subject.title)],
    [labels.size, size.join(" × ")],
    [labels.statement, inLanguage(subject.statement)],
    [labels.panel, panel ? fill(says.panel, { ...panel, result: says.results[panel.result] }) : ""],
    [labels.author, text(confirmation?.author)],
    [labels.confirmed, text(confirmation?.day)],
    [labels.issuer, found.issuer],
    [labels.signed, found.signedAt ? moment(found.signedAt) : ""],
  ].filter(([, value]) => value);
}

const text = (value) => (typeof value === "string" || typeof value === "number" ? `${value}` : "");

function inLanguage(statement) {
  if (!Array.isArray(statement)) return text(statement);
  const language = document.documentElement.lang.slice(0, 2);
  const one = statement.find((part) => text(part?.["@language"]).startsWith(language));
  return text((one ?? statement[0])?.["@value"]);
}

/** The number at the end of the certificate's address; null when it is not this site's. */
function numberOf(certificate) {
  const address = text(certificate?.id);
  const last = address.split("/").at(-1).replace(/\.json$/, "");
  return address.startsWith(`${says.site}/`) && /^[0-9A-Za-z-]{4,40}$/.test(last) ? last : null;
}
