// A line on disk that says whether it is whole: eight hexadecimal digits of CRC-32, a blank, a text without ends of lines.
import { crc32 } from "node:zlib";

const headLength = 9;

/** With the end of the line. */
export function summedLine(text: string): string {
  return `${sumOf(text)} ${text}\n`;
}

/** The text of a line, given without its end; undefined where the sum is wrong. */
export function textOfSummedLine(line: string): string | undefined {
  const text = line.slice(headLength);
  return line.slice(0, headLength) === `${sumOf(text)} ` ? text : undefined;
}

const sumOf = (text: string) => crc32(text).toString(16).padStart(8, "0");
