// @ts-check
/** Puts pictures side by side, and one after the other: the contact sheet and the animation of `npm run screenshots`. */
import fs from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';

const escape = (/** @type {string} */ text) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

/**
 * Writes `index.html` with a row for each state and a column for each theme.
 *
 * @param {string} folder with pictures named `<number> <state> (<theme>).png`
 * @returns {string} its path
 */
export function writeSheet(folder) {
  const pictures = fs.readdirSync(folder).flatMap((file) => {
    const [, state = '', theme = ''] = /^(\d+ .*) \((\w+)\)\.png$/.exec(file) ?? [];
    return state === '' ? [] : [{ file, state, theme }];
  });
  const states = [...new Set(pictures.map(({ state }) => state))].sort();
  const themes = [...new Set(pictures.map(({ theme }) => theme))].sort();
  const cell = (/** @type {string} */ state, /** @type {string} */ theme) => {
    const picture = pictures.find((one) => one.state === state && one.theme === theme);
    const address = encodeURIComponent(picture?.file ?? '');
    return picture === undefined
      ? '<td class="none">none</td>'
      : `<td><a href="${address}"><img src="${address}" alt="${escape(`${state}, ${theme}`)}"></a></td>`;
  };
  const page = path.join(folder, 'index.html');
  fs.writeFileSync(
    page,
    `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Contact sheet</title>
<style>
  body { font: 14px sans-serif; margin: 16px; background: #777; }
  table { border-spacing: 8px; } th { text-align: left; color: #fff; } img { width: 600px; display: block; } .none { color: #fff; }
</style>
<table>
<tr><th>${themes.map(escape).join('<th>')}
${states.map((state) => `<tr><th colspan="${themes.length}">${escape(state)}\n<tr>${themes.map((theme) => cell(state, theme)).join('')}`).join('\n')}
</table>
</html>
`,
  );
  return page;
}

/**
 * @param {Buffer} png
 * @returns {{ type: string, data: Buffer }[]} its chunks
 */
function chunksOf(png) {
  const found = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    found.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return found;
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/**
 * An animated PNG (www.w3.org/TR/png-3, section 11.3.7), which shows its first frame where animation is not known.
 *
 * @param {readonly { png: Buffer, milliseconds: number }[]} frames of one size and kind of colour
 * @returns {Buffer}
 * @throws where the frames differ in size or kind
 */
export function animate(frames) {
  const header = chunksOf(frames[0]?.png ?? Buffer.alloc(0)).find(({ type }) => type === 'IHDR')?.data;
  if (header === undefined) {
    throw new Error('An animation needs frames, which are PNGs.');
  }
  let sequence = 0;
  const numbered = (/** @type {number} */ length) => {
    const data = Buffer.alloc(length);
    data.writeUInt32BE(sequence++);
    return data;
  };
  const control = Buffer.alloc(8);
  control.writeUInt32BE(frames.length);
  const parts = frames.flatMap(({ png, milliseconds }, index) => {
    const chunks = chunksOf(png);
    if (chunks.find(({ type }) => type === 'IHDR')?.data.equals(header) !== true) {
      throw new Error('The frames of an animation are of one size and kind.');
    }
    const frame = numbered(26);
    header.copy(frame, 4, 0, 8);
    frame.writeUInt16BE(milliseconds, 20);
    frame.writeUInt16BE(1000, 22);
    const data = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
    return [
      chunk('fcTL', frame),
      index === 0 ? chunk('IDAT', data) : chunk('fdAT', Buffer.concat([numbered(4), data])),
    ];
  });
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('acTL', control),
    ...parts,
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
