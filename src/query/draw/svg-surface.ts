// A chart as the text of a vector graphic.
import type { Work } from "../work.ts";
import { hexOf } from "./colour.ts";
import type { Fill, Point, Stroke, Surface } from "./surface.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as XML holds it; what XML cannot hold is shown as a replacement character. */
function escapedXml(text: string): string {
  return (
    text
      .replace(/\p{Cs}/gu, "\ufffd")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML does not allow.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replace(/[&<>"']/g, (character) => entities[character] ?? character)
  );
}

const anchors = { left: "start", centre: "middle", right: "end" } as const;
/** Of the usual sans-serif letters, in sizes. */
const letterWidth = 0.56;
/** Sizes of these letters are told from below to above; ours from capitals' top. */
const fontShare = 1.12;

export function svgSurface(width: number, height: number, work: Pick<Work, "takeBytes">): Surface {
  const parts: string[] = [];
  const add = (text: string) => {
    work.takeBytes(text.length);
    parts.push(text);
  };
  let clips = 0;
  let isClipped = false;
  const unclip = () => {
    if (isClipped) add("</g>");
    isClipped = false;
  };
  return {
    width,
    height,
    measure: (text, size) => text.length * size * fontShare * letterWidth,
    fillBox({ x, y, width: boxWidth, height: boxHeight }, fill) {
      const at = `x="${short(x)}" y="${short(y)}" width="${short(boxWidth)}" height="${short(boxHeight)}"`;
      add(`<rect ${at} ${fillText(fill)}/>`);
    },
    stroke(lines, style) {
      const path = lines.map(pathOf).join("");
      if (path !== "") add(`<path d="${path}" ${strokeText(style)}/>`);
      return Promise.resolve();
    },
    fillBetween({ upper, lower }, fill) {
      const outline = upper.length < 2 ? "" : pathOf([...upper, ...[...lower].reverse()]);
      if (outline !== "") add(`<path d="${outline}Z" ${fillText(fill)}/>`);
      return Promise.resolve();
    },
    write(text, { x, y }, { colour, size, align }) {
      const at = `x="${short(x)}" y="${short(y)}" font-size="${short(size * fontShare)}" text-anchor="${anchors[align]}"`;
      add(`<text ${at} fill="${hexOf(colour)}">${escapedXml(text)}</text>`);
    },
    clip(box) {
      unclip();
      if (box === undefined) return;
      clips += 1;
      isClipped = true;
      const at = `x="${short(box.x)}" y="${short(box.y)}" width="${short(box.width)}" height="${short(box.height)}"`;
      add(`<clipPath id="c${clips}"><rect ${at}/></clipPath><g clip-path="url(#c${clips})">`);
    },
    finish() {
      unclip();
      const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui,sans-serif">`;
      return Promise.resolve({ contentType: "image/svg+xml", body: `${head}${parts.join("")}</svg>\n` });
    },
  };
}

function pathOf(points: readonly Point[]): string {
  const [first] = points;
  if (first === undefined) return "";
  // A single point is a line of no length: round ends make a dot of it.
  const rest = points.length === 1 ? [first] : points.slice(1);
  return `M${short(first.x)} ${short(first.y)}${rest.map(({ x, y }) => `L${short(x)} ${short(y)}`).join("")}`;
}

function fillText({ colour, alpha = 1 }: Fill): string {
  return `fill="${hexOf(colour)}"${alpha < 1 ? ` fill-opacity="${short(alpha)}"` : ""}`;
}

function strokeText({ colour, width, alpha = 1, dash }: Stroke): string {
  const opacity = alpha < 1 ? ` stroke-opacity="${short(alpha)}"` : "";
  const dashes = dash === undefined ? "" : ` stroke-dasharray="${short(dash)}"`;
  const ends = `stroke-linejoin="round" stroke-linecap="${dash === undefined ? "round" : "butt"}"`;
  return `fill="none" stroke="${hexOf(colour)}" stroke-width="${short(width)}"${opacity}${dashes} ${ends}`;
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
