// Pictures as PNG: eight bits for red, green and blue each, without transparency.
import { crc32, deflate } from "node:zlib";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue of each pixel, row by row from the top. */
  readonly pixels: Uint8Array;
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const truecolour = 2;

/** The bytes of a file (PNG, third edition, §11). */
export async function pngOf({ width, height, pixels }: Picture): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = truecolour;
  const data = await deflated(rowsOf({ width, height, pixels }));
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", data),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** In another thread: a picture of a wall takes a while. */
function deflated(data: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    deflate(data, { level: 5 }, (error, result) => (error === null ? resolve(result) : reject(error)));
  });
}

/** Each row behind the number of its filter: none, as large even areas are well compressed without. */
function rowsOf({ width, height, pixels }: Picture): Buffer {
  const length = width * 3;
  const rows = Buffer.alloc((length + 1) * height);
  for (let y = 0; y < height; y += 1) {
    rows.set(pixels.subarray(y * length, (y + 1) * length), y * (length + 1) + 1);
  }
  return rows;
}

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
