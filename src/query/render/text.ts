// Answers as text: rows for spreadsheets, and Graphite's own `raw`.
import { floatText } from "../number-text.ts";
import type { Series } from "../series.ts";
import { localTime, type TimeZone } from "../time/time-zone.ts";
import type { Work } from "../work.ts";

const pieceLength = 2000;

/** Name, local time and value of each point. */
export async function csvOf(list: readonly Series[], zone: TimeZone, work: Work): Promise<string> {
  const rows: string[] = [];
  for (const { name, start, step, values } of list) {
    const field = csvField(name);
    for (const [place, value] of values.entries()) {
      const text = !Number.isNaN(value) ? floatText(value) : "";
      rows.push(`${field},${timeText(zone, start + place * step)},${text}\r\n`);
      if (place % pieceLength === 0) await work.breathe();
    }
  }
  return rows.join("");
}

/** `name,start,end,step|value,value…`, a line for each series. */
export async function rawOf(list: readonly Series[], work: Work): Promise<string> {
  const lines: string[] = [];
  for (const { name, start, end, step, values } of list) {
    const texts: string[] = [];
    for (let place = 0; place < values.length; place += 1) {
      const value = values[place] ?? Number.NaN;
      texts.push(!Number.isNaN(value) ? floatText(value) : "None");
      if (place % pieceLength === 0) await work.breathe();
    }
    lines.push(`${lineSafe(name)},${start},${end},${step}|${texts.join(",")}\n`);
  }
  return lines.join("");
}

function lineSafe(name: string): string {
  return name.replace(/[\r\n]/g, " ");
}

function csvField(text: string): string {
  // A text that begins like a formula would be computed by the program that opens the file.
  const safe = /^[=+@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function timeText(zone: TimeZone, timeS: number): string {
  const { year, month, day, hour, minute, second } = localTime(zone, timeS);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}
