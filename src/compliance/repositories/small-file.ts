// Small files of this host, read only where they are files and no links that somebody planted.
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { systemCode } from "../../kernel/errors.ts";
import { openDirectory, splitPath } from "../host/open-directory.ts";
import { cannot } from "../running/turn.ts";

const limitBytes = 1024 * 1024;

/** Undefined: there is none. Rejects where something else stands, or where it is larger than 1 MiB. */
export async function readSmallFile(root: string, path: string): Promise<Buffer | undefined> {
  const { directory, name } = splitPath(path);
  try {
    const parent = await openDirectory(root, directory);
    try {
      return await readBounded(parent.at(name), path);
    } finally {
      await parent.close();
    }
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}

async function readBounded(place: string, path: string): Promise<Buffer> {
  const file = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile() || found.size > limitBytes)
      throw cannot(`${path} is no file of at most ${limitBytes} bytes`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}
