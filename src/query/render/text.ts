// Answers as text: rows for spreadsheets, and Graphite's own `raw`. Written as bytes, which are counted before.
import { AsciiWriter } from "../../formats/ascii-writer.ts";
import { floatText } from "../number-text.ts";
import type { Series } from "../series.ts";
import { localTime, type TimeZone } from "../time/time-zone.ts";
import type { Work } from "../work.ts";

const pieceLength = 500;
/** Of a row beside its name and value: the time, commas, the end. */
const rowBytes = 23;

/** Name, local time and value of each point. */
export async function csvOf(list: readonly Series[], zone: TimeZone, work: Work): Promise<Buffer> {
  const writer = new AsciiWriter();
  for (const { name, start, step, values } of list) {
    const field = csvField(name);
    work.takeBytes(values.length * (Buffer.byteLength(field) + rowBytes));
    await work.breathe();
    for (const [place, value] of values.entries()) {
      const text = !Number.isNaN(value) ? floatText(value) : "";
      work.takeBytes(text.length);
      writer.unicode(field);
      writer.text(`,${timeText(zone, start + place * step)},${text}\r\n`);
      if (place % pieceLength === 0) await work.breathe();
    }
  }
  return writer.bytes();
}

/** `name,start,end,step|value,value…`, a line for each series. */
export async function rawOf(list: readonly Series[], work: Work): Promise<Buffer> {
  const writer = new AsciiWriter();
  for (const { name, start, end, step, values } of list) {
    const head = `${lineSafe(name)},${start},${end},${step}|`;
    work.takeBytes(Buffer.byteLength(head) + 1);
    await work.breathe();
    writer.unicode(head);
    for (const [place, value] of values.entries()) {
      const text = `${place === 0 ? "" : ","}${!Number.isNaN(value) ? floatText(value) : "None"}`;
      work.takeBytes(text.length);
      writer.text(text);
      if (place % pieceLength === 0) await work.breathe();
    }
    writer.text("\n");
  }
  return writer.bytes();
}

function lineSafe(name: string): string {
  return name.replace(/[\r\n]/g, " ");
}

/** A text that begins like a formula would be computed by the program that opens the file; a number would not. */
function csvField(text: string): string {
  const isFormula = /^[=+\-@\t\r]/.test(text) && !/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function timeText(zone: TimeZone, timeS: number): string {
  const { year, month, day, hour, minute, second } = localTime(zone, timeS);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}
