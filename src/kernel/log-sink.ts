// Where log lines go: a file that survives rotation by name, or a descriptor of the process.
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { AgentError, reasonOf } from "./errors.ts";
import { targetTrusted } from "./trusted-file.ts";

// A pipe that nobody reads must not hold up the start.
const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

export interface LogSink {
  /** Writes whole lines at once and in order. A full disk loses lines, never the agent. */
  write(text: string): void;
  /** Opens the file again by its name (SIGHUP, contract happo §11). Keeps the old one when that fails. */
  reopen(): void;
  close(): void;
  /** Lines that could not be written. */
  readonly lost: number;
}

/** A file that cannot be opened is no reason not to run: its reason and the lines go to standard error (contract happo §1.2). */
export function openLogSink(file: string | undefined): LogSink {
  if (file === undefined || file === "/dev/stdout") return descriptorSink(1);
  if (file === "/dev/stderr") return descriptorSink(2);
  try {
    return fileSink(file);
  } catch (thrown) {
    const sink = descriptorSink(2);
    sink.write(`yagura: ${reasonOf(thrown)}; logging to standard error\n`);
    return sink;
  }
}

/** To standard output (1) or standard error (2). */
export function descriptorSink(descriptor: 1 | 2): LogSink {
  return sinkOn({ descriptor, reopen: () => descriptor, close: () => {} });
}

/** Appends to `path`, created when missing. Throws `log.unwritable`. */
function fileSink(path: string): LogSink {
  const open = () => {
    try {
      const distrust = targetTrusted(path);
      if (distrust !== undefined) throw new Error(distrust);
      return openSync(path, flags, 0o640);
    } catch (thrown) {
      throw new AgentError("log.unwritable", { path, reason: reasonOf(thrown), cause: thrown });
    }
  };
  return sinkOn({ descriptor: open(), reopen: open, close: closeSync });
}

interface Place {
  readonly descriptor: number;
  reopen(): number;
  close(descriptor: number): void;
}

function sinkOn(place: Place): LogSink {
  let descriptor = place.descriptor;
  let closed = false;
  let lost = 0;
  return {
    write(text) {
      if (closed) return;
      try {
        writeSync(descriptor, text);
      } catch {
        lost += 1;
      }
    },
    reopen() {
      const next = place.reopen();
      if (next !== descriptor) place.close(descriptor);
      descriptor = next;
    },
    close() {
      if (!closed) place.close(descriptor);
      closed = true;
    },
    get lost() {
      return lost;
    },
  };
}
