// The machine's own number, which its firmware tells: the same after another installation, another for every machine.
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** Numbers that makers left in unlike machines. */
const common = [/^12345678/, /^03000200-0400-0500-0006-000700080009$/, /^(.)\1*$/];
const containerMarks = ["/.dockerenv", "/run/.containerenv", "/run/systemd/container"];
const containerGroups = /(docker|kubepods|containerd|libpod|lxc|garden)/;
/** A container of a newer kernel sees nothing of its group, but stands on layers of an image. */
const rootOnLayers = /^\d+ \d+ \S+ \S+ \/ .* - overlay /m;

/** In lower case; undefined in a container, where it is the host's, and where it cannot be read or proves nothing. */
export async function readHardwareId(hostRoot: string): Promise<string | undefined> {
  const text = await read(join(hostRoot, "/sys/class/dmi/id/product_uuid"));
  const id = text?.trim().toLowerCase() ?? "";
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined;
  if (common.some((pattern) => pattern.test(id) || pattern.test(id.replaceAll("-", "")))) return undefined;
  return (await isContainer(hostRoot)) ? undefined : id;
}

async function isContainer(hostRoot: string): Promise<boolean> {
  for (const mark of containerMarks) if (await isThere(join(hostRoot, mark))) return true;
  const ofFirstProcess = async (name: string) => (await read(join(hostRoot, "/proc/1", name))) ?? "";
  if (containerGroups.test(await ofFirstProcess("cgroup"))) return true;
  if (rootOnLayers.test(await ofFirstProcess("mountinfo"))) return true;
  return (await ofFirstProcess("environ")).split("\0").some((one) => one.startsWith("container="));
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function read(path: string): Promise<string | undefined> {
  return await readFile(path, "utf8").catch(() => undefined);
}
