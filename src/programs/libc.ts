// The few calls of the C library that start a program without copying the agent's page tables, and find what it leaves.
import { createRequire } from "node:module";
import { constants } from "node:os";

/** Numbers as in C: 0 or a descriptor on success, -1 or an error number on failure. Buffers are filled in place. */
export interface Libc {
  pipe2(descriptors: Int32Array, flags: number): number;
  open(path: string, flags: number): number;
  close(descriptor: number): number;
  fcntl(descriptor: number, command: number, argument: number): number;
  read(descriptor: number, into: Buffer, lengthBytes: number): number;
  waitid(idType: number, id: number, info: Buffer, options: number): number;
  waitpid(pid: number, status: Int32Array, options: number): number;
  fileActionsInit(actions: Buffer): number;
  fileActionsDestroy(actions: Buffer): number;
  fileActionsDup2(actions: Buffer, from: number, to: number): number;
  attributesInit(attributes: Buffer): number;
  attributesSetFlags(attributes: Buffer, flags: number): number;
  attributesSetGroup(attributes: Buffer, group: number): number;
  attributesSetDefaultSignals(attributes: Buffer, signals: Buffer): number;
  attributesSetMask(attributes: Buffer, signals: Buffer): number;
  spawn(
    pid: Int32Array,
    path: string,
    actions: Buffer,
    attributes: Buffer,
    argv: readonly (string | null)[],
    environment: readonly (string | null)[],
  ): number;
  /** PR_SET_CHILD_SUBREAPER and PR_GET_CHILD_SUBREAPER: a value, or where to put it. */
  prctl(option: number, value: number): number;
  prctlInto(option: number, into: Int32Array): number;
  /** Limits of this process: two 64-bit numbers each. */
  prlimit(pid: number, resource: number, wanted: Buffer | null, before: Buffer | null): number;
  errno(): number;
}

type Koffi = typeof import("koffi");

/** Undefined where the foreign-function library or the C library is missing; then the portable engine serves. */
export function loadLibc(): Libc | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    return bind(createRequire(import.meta.url)("koffi") as Koffi);
  } catch {
    return undefined;
  }
}

function bind(koffi: Koffi): Libc {
  const c = koffi.load(null);
  // Where longs are short, the C library's own name takes short limits.
  const prlimit = ["arm", "ia32"].includes(process.arch) ? "prlimit64" : "prlimit";
  return {
    pipe2: c.func("int pipe2(int *, int)"),
    open: c.func("int open(const char *, int)"),
    close: c.func("int close(int)"),
    fcntl: c.func("int fcntl(int, int, int)"),
    read: c.func("intptr_t read(int, void *, size_t)"),
    waitid: c.func("int waitid(int, uint32_t, void *, int)"),
    waitpid: c.func("int waitpid(int, int *, int)"),
    fileActionsInit: c.func("int posix_spawn_file_actions_init(void *)"),
    fileActionsDestroy: c.func("int posix_spawn_file_actions_destroy(void *)"),
    fileActionsDup2: c.func("int posix_spawn_file_actions_adddup2(void *, int, int)"),
    attributesInit: c.func("int posix_spawnattr_init(void *)"),
    attributesSetFlags: c.func("int posix_spawnattr_setflags(void *, short)"),
    attributesSetGroup: c.func("int posix_spawnattr_setpgroup(void *, int)"),
    attributesSetDefaultSignals: c.func("int posix_spawnattr_setsigdefault(void *, void *)"),
    attributesSetMask: c.func("int posix_spawnattr_setsigmask(void *, void *)"),
    spawn: c.func("int posix_spawn(int *, const char *, void *, void *, const char **, const char **)"),
    prctl: c.func("int prctl(int, unsigned long)"),
    prctlInto: c.func("int prctl(int, int *)"),
    prlimit: c.func(`int ${prlimit}(int, int, const void *, void *)`),
    errno: () => koffi.errno(),
  };
}

/** An `Error` as Node makes them, with `code` such as `ENOENT`. */
export function systemError(errno: number, call: string): Error & { code: string } {
  const code =
    Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`;
  return Object.assign(new Error(`${call}: ${code}`), { code });
}
