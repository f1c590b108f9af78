// From any document of a server to a reading that is no larger and no deeper than it may be.
import type { Leaf, Reading } from "../../collector.ts";

export interface Bounds {
  /** Levels of objects and lists. */
  readonly depth?: number;
  /** Values of all levels together, and levels without any. */
  readonly leaves?: number;
  /** What stands for a value that JSON does not know; undefined leaves it out. */
  readonly scalar?: (value: object) => Leaf | undefined;
}

interface Room {
  left: number;
  readonly scalar: (value: object) => Leaf | undefined;
}

type Branch = Leaf | Reading;

const longestText = 1000;

/** Undefined for what is no object. What goes beyond the bounds is left out, the last first. */
export function boundedReading(value: unknown, bounds: Bounds = {}): Reading | undefined {
  const { depth = 6, leaves = 2000, scalar = () => undefined } = bounds;
  return isPlain(value) ? levelOf(value, depth, { left: leaves, scalar }) : undefined;
}

/** An object as JSON has them, neither a list nor a value of some class. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function levelOf(level: Readonly<Record<string, unknown>>, depth: number, room: Room): Reading {
  const entries: [string, Branch][] = [];
  for (const key of Object.keys(level)) {
    if (room.left <= 0) break;
    const found = key === "__proto__" ? undefined : branchOf(level[key], depth - 1, room);
    if (found !== undefined) entries.push([key, found]);
  }
  if (entries.length === 0) room.left -= 1;
  return Object.fromEntries(entries);
}

function branchOf(value: unknown, depth: number, room: Room): Branch | undefined {
  if (typeof value !== "object" || value === null) return counted(jsonValue(value), room);
  if (Array.isArray(value)) return depth > 0 ? listOf(value, depth, room) : undefined;
  if (!isPlain(value)) return counted(room.scalar(value), room);
  return depth > 0 ? levelOf(value, depth, room) : undefined;
}

function listOf(list: readonly unknown[], depth: number, room: Room): Leaf {
  const items: Branch[] = [];
  for (const item of list) {
    if (room.left <= 0) break;
    const found = branchOf(item, depth - 1, room);
    if (found !== undefined) items.push(found);
  }
  if (items.length === 0) room.left -= 1;
  return items as Leaf[];
}

function counted(leaf: Leaf | undefined, room: Room): Leaf | undefined {
  if (leaf !== undefined) room.left -= 1;
  return leaf;
}

function jsonValue(value: unknown): Leaf | undefined {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? value : undefined;
    case "bigint":
      return Number(value);
    case "string":
      return value.slice(0, longestText);
    case "boolean":
      return value;
    default:
      return value === null ? null : undefined;
  }
}
