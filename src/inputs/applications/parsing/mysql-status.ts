// Rows that MySQL and MariaDB answer to SHOW GLOBAL STATUS and SHOW REPLICA STATUS.

export type MysqlRow = Readonly<Record<string, unknown>>;

/** Variables that are numbers, by their names in lower case. */
export function parseGlobalStatus(rows: readonly MysqlRow[]): ReadonlyMap<string, number> {
  const status = new Map<string, number>();
  for (const { Variable_name: name, Value: value } of rows) {
    if (typeof name !== "string" || typeof value !== "string" || !/^-?\d+(\.\d+)?$/.test(value)) continue;
    const number = Number(value);
    if (Number.isFinite(number)) status.set(name.toLowerCase(), number);
  }
  return status;
}

/** Of all sources the one that it is farthest behind of, in seconds; undefined where none is followed. */
export function secondsBehind(rows: readonly MysqlRow[]): number | undefined {
  const known = rows
    .map((row) => row["Seconds_Behind_Source"] ?? row["Seconds_Behind_Master"])
    .map((value) =>
      typeof value === "number" || (typeof value === "string" && value !== "") ? Number(value) : Number.NaN,
    )
    .filter((value) => Number.isFinite(value));
  return known.length === 0 ? undefined : Math.max(...known);
}
