/* The certificate inside a PDF: the attached files that are JSON objects, as bytes.

   Nothing is drawn or run. `appraisal/papers/embedded.py` reads the same files on the server. */

const MOST_BYTES = 4 * 1024 * 1024;
const MOST_FILES = 8;
const LONGEST_HEAD = 4096;

/** Whether a file says that it is a PDF. */
export const isPdf = (bytes) => latin(bytes.subarray(0, 1024)).includes("%PDF-");

/** The attached certificates, each once, as bytes; none where none is attached or readable. */
export async function certificatesInside(bytes) {
  const text = latin(bytes);
  const all = [];
  let from = 0;
  for (let count = 0; count < MOST_FILES; count += 1) {
    const mark = text.indexOf("/EmbeddedFile", from);
    if (mark < 0) break;
    from = mark + 13;
    if (/[A-Za-z]/.test(text[from] ?? "")) {
      count -= 1; // /EmbeddedFiles, the list of names
      continue;
    }
    const found = await attached(bytes, text, mark);
    if (found && firstLetter(found) === "{" && !all.some((one) => same(one, found))) {
      all.push(found);
    }
  }
  return all;
}

const same = (one, other) =>
  one.length === other.length && one.every((byte, place) => byte === other[place]);

/** The content of the stream whose dictionary holds the mark. */
async function attached(bytes, text, mark) {
  const begin = text.lastIndexOf(" obj", mark);
  const stream = text.indexOf("stream", mark);
  if (begin < 0 || mark - begin > LONGEST_HEAD || stream < 0 || stream - mark > LONGEST_HEAD) {
    return null;
  }
  const head = text.slice(begin, stream);
  const start = stream + (text.startsWith("\r\n", stream + 6) ? 8 : 7);
  const stated = /\/Length\s+(\d+)(?!\s+\d+\s+R)\b/.exec(head);
  let end = stated ? start + Number(stated[1]) : -1;
  if (end < start || !/^\s*endstream/.test(text.slice(end, end + 20))) {
    end = text.indexOf("endstream", start);
  }
  if (end < start) return null;
  const raw = bytes.subarray(start, end);
  if (!head.includes("/Filter")) return raw.subarray(0, MOST_BYTES + 1);
  const isPlain = /\/Filter\s*\[?\s*\/FlateDecode\s*\]?/.test(head);
  return isPlain && !head.includes("/DecodeParms") ? unpacked(raw) : null;
}

/** Unpacked no further than the limit; what was read when the tail is broken. */
async function unpacked(raw) {
  const parts = [];
  let length = 0;
  try {
    const packed = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate"));
    const reader = packed.getReader();
    while (length <= MOST_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      length += value.length;
    }
    if (length > MOST_BYTES) await reader.cancel();
  } catch {
    if (!length) return null;
  }
  const whole = new Uint8Array(length);
  parts.reduce((place, part) => (whole.set(part, place), place + part.length), 0);
  return whole.subarray(0, MOST_BYTES + 1);
}

function latin(bytes) {
  let text = "";
  for (let place = 0; place < bytes.length; place += 8192) {
    text += String.fromCharCode(...bytes.subarray(place, place + 8192));
  }
  return text;
}

const firstLetter = (bytes) => latin(bytes.subarray(0, 64)).trimStart()[0];
