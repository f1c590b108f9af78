// Answers as JSON, in the shape that Grafana reads: written as bytes, without an object or a text for each point.
import { AsciiWriter } from "../../formats/ascii-writer.ts";
import type { Work } from "../work.ts";
import type { Points } from "./fitting.ts";

const pieceLength = 5000;
/** Of most points. */
const pointBytes = 24;
/** What is larger grows. */
const mostExpectedBytes = 16 * 1024 * 1024;
const [comma, open, close] = [0x2c, 0x5b, 0x5d];

export async function jsonOf(list: readonly Points[], noNullPoints: boolean, work: Work): Promise<Buffer> {
  const expected = list.reduce((sum, { values }) => sum + 1024 + values.length * pointBytes, 0);
  const writer = new AsciiWriter(Math.min(expected, mostExpectedBytes));
  writer.byte(open);
  let isFirst = true;
  for (const points of list) {
    if (noNullPoints && points.values.every(Number.isNaN)) continue;
    if (!isFirst) writer.byte(comma);
    isFirst = false;
    const { name, tags } = points.series;
    const before = writer.length;
    writer.unicode(`{"target":${JSON.stringify(name)},"tags":${JSON.stringify(tags)},"datapoints":[`);
    work.takeBytes(writer.length - before);
    await writePoints(points, { noNullPoints, work, writer });
    writer.text("]}");
  }
  writer.byte(close);
  return writer.bytes();
}

interface Writing {
  readonly noNullPoints: boolean;
  readonly work: Work;
  readonly writer: AsciiWriter;
}

async function writePoints(
  { start, step, values }: Points,
  { noNullPoints, work, writer }: Writing,
): Promise<void> {
  let isFirst = true;
  await work.breathe();
  for (let from = 0; from < values.length; from += pieceLength) {
    const before = writer.length;
    const until = Math.min(values.length, from + pieceLength);
    for (let place = from; place < until; place += 1) {
      const value = values[place] as number;
      if (noNullPoints && Number.isNaN(value)) continue;
      if (!isFirst) writer.byte(comma);
      isFirst = false;
      writer.byte(open);
      writeValue(value, writer);
      writer.byte(comma);
      writer.number(start + place * step);
      writer.byte(close);
    }
    work.takeBytes(writer.length - before);
    await work.breathe();
  }
}

/** JSON has no word for infinity; numbers beyond all doubles are read as such. */
function writeValue(value: number, writer: AsciiWriter): void {
  if (Number.isFinite(value)) writer.number(value);
  else if (Number.isNaN(value)) writer.text("null");
  else writer.text(value > 0 ? "1e9999" : "-1e9999");
}
