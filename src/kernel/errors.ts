// Every fault that comes from outside the program, in one catalogue: docs/errors.md is made from it.

/** A row of the catalogue. `message` may name facts in braces; a code is never reused once it was released. */
export interface ErrorRow {
  readonly message: string;
  /** HTTP status when the fault answers a request. */
  readonly http: number;
  /** Exit code when the fault ends a command: 1 failure, 2 usage, 69 unreachable, 77 not allowed, 78 configuration. */
  readonly exit: number;
}

export const catalogue = {
  "usage.wrong": { message: "{reason}", http: 400, exit: 2 },
  "link.foreign": {
    message: "{path} is not ours and stays: move it away, or name those that are to be changed",
    http: 500,
    exit: 1,
  },
  "link.failed": { message: "cannot change {path}: {reason}", http: 500, exit: 1 },
  "config.unreadable": { message: "cannot read the configuration {path}: {reason}", http: 500, exit: 78 },
  "config.untrusted": { message: "the configuration is not read: {reason}", http: 500, exit: 78 },
  "config.invalid": { message: "{report}", http: 500, exit: 78 },
  "program.untrusted": {
    message: "{root} is not run as root: {reason}",
    http: 500,
    exit: 78,
  },
  "state.untrusted": { message: "the state directory is not used: {reason}", http: 500, exit: 78 },
  "state.unusable": { message: "cannot use the state directory {path}: {reason}", http: 500, exit: 1 },
  "state.locked": {
    message:
      "{path} belongs to {holder}, which is running; each agent has a directory of its own: --home, or -d",
    http: 500,
    exit: 1,
  },
  "log.unwritable": { message: "cannot open the log file {path}: {reason}", http: 500, exit: 1 },
  "listen.taken": {
    message: "cannot listen on {address}: the port is already in use; is another agent running?",
    http: 500,
    exit: 1,
  },
  "listen.failed": { message: "cannot listen on {address}: {reason}", http: 500, exit: 1 },
  "tls.unreadable": { message: "cannot read the {what} {path}: {reason}", http: 500, exit: 1 },
  "tls.untrusted": { message: "the {what} is not used: {reason}", http: 500, exit: 78 },
  "tls.unusable": { message: "the certificate {certificate} cannot be used: {reason}", http: 500, exit: 1 },
  "store.locked": {
    message: "the store {path} is in use by another process; is another agent running?",
    http: 503,
    exit: 1,
  },
  "store.failed": { message: "the store {path} failed: {reason}", http: 503, exit: 1 },
  "journal.full": { message: "the journal cannot take more: {reason}", http: 503, exit: 1 },
  "journal.too-large": {
    message: "{sizeBytes} bytes at once are too much for a journal of {limitBytes}",
    http: 413,
    exit: 1,
  },
  "journal.failed": { message: "the journal {path} failed: {reason}", http: 500, exit: 1 },
  "file.unwritable": { message: "cannot write {path}: {reason}", http: 500, exit: 1 },
  "collector.late": { message: "no reading within {deadlineMs} ms", http: 500, exit: 1 },
  "collector.unanswered": { message: "{address} does not answer: {reason}", http: 502, exit: 1 },
  "output.failed": { message: "{address} did not take the metrics: {reason}", http: 502, exit: 1 },
  "host.file": { message: "cannot read {path}: {reason}", http: 500, exit: 1 },
  "module.failed": { message: "{module} did not start: {reason}", http: 500, exit: 1 },
  "module.late": { message: "{module} did not stop within {deadlineMs} ms", http: 500, exit: 1 },
  "queue.full": { message: "the queue of {queue} is full ({limit} waiting)", http: 503, exit: 1 },
  "names.full": {
    message: "the name {name} is not looked up: {limit} others wait for the name servers already",
    http: 503,
    exit: 1,
  },
  "body.not-json": { message: "the body is not JSON: {reason}", http: 400, exit: 1 },
  "body.invalid": { message: "{reason}", http: 400, exit: 1 },
  "body.too-large": { message: "the body is larger than {limitBytes} bytes{limit}", http: 413, exit: 1 },
  "access.rejected": { message: "the credentials of {address} are not known", http: 403, exit: 77 },
  "access.locked-out": {
    message: "too many wrong credentials from {address}; try again in {seconds} s",
    http: 429,
    exit: 77,
  },
  "access.role": {
    message: "{caller} lacks the role {role}: access.callers gives it, and the unix socket has all of them",
    http: 403,
    exit: 77,
  },
  "access.name": {
    message:
      "{name} is no name of this agent; ask by its address or host name, or list the name in api.names",
    http: 403,
    exit: 77,
  },
  "access.header": {
    message:
      "this changes something: send a token, or the header X-Requested-With, which no foreign page can",
    http: 403,
    exit: 77,
  },
  "access.program": {
    message: "{caller} may not run {program}: {reason}; the `commands` of a caller allow it",
    http: 403,
    exit: 77,
  },
  "access.origin": { message: "a page of {origin} may not call this agent", http: 403, exit: 77 },
  "program.option": { message: "the option string cannot be used: {reason}", http: 400, exit: 2 },
  "program.not-started": { message: "{path}: {reason}", http: 500, exit: 1 },
  "program.user": { message: "cannot run programs as {user}: {reason}", http: 500, exit: 1 },
  "program.no-place": { message: "too many programs: {reason}", http: 504, exit: 1 },
  "program.leaking": {
    message:
      "{leaked} programs did not die when killed (programs.leaked_limit); no more are started until some are gone",
    http: 504,
    exit: 1,
  },
  "proxy.target": { message: "the hop {target} is refused: {reason}", http: 403, exit: 77 },
  "proxy.timeout": { message: 'Post "{url}": no answer within {timeoutMs} ms', http: 504, exit: 1 },
  "proxy.failed": { message: 'Post "{url}": {reason}', http: 500, exit: 1 },
  "agent.unreachable": { message: "no agent answers at {address}: {reason}", http: 502, exit: 69 },
  "agent.refused": { message: "the agent at {address} answered {status}: {reason}", http: 502, exit: 77 },
  "agent.answer": { message: "the agent at {address} answered {status}: {reason}", http: 502, exit: 1 },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof catalogue;
export type Facts = Readonly<Record<string, unknown>>;

/** A fault from outside. Programmer errors are plain assertions; expected results are values. */
export class AgentError extends Error {
  override readonly name = "AgentError";
  readonly code: ErrorCode;
  readonly facts: Facts;

  /** The details are the facts that the message names, and `cause` where another error led to this one. */
  constructor(code: ErrorCode, { cause, ...facts }: Facts) {
    super(fill(catalogue[code].message, facts), { cause });
    this.code = code;
    this.facts = facts;
  }

  get http(): number {
    return catalogue[this.code].http;
  }

  get exit(): number {
    return catalogue[this.code].exit;
  }
}

/** The text of anything that was thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The system's own error code, such as `EADDRINUSE`, or undefined. */
export function systemCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}

function fill(template: string, facts: Facts): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole));
}
