// A route is data: where it is, who may use it, what it takes and gives, and the function that answers.
import type * as z from "zod";
import type { AgentError } from "../kernel/errors.ts";
import type { Caller } from "./access/caller.ts";
import type { Role } from "./access/roles.ts";
import { checkInput } from "./input.ts";

/** An answer that goes on until its reader leaves or the agent stops: then `signal` is aborted, and the stream must end. */
export interface StreamAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly stream: (signal: AbortSignal) => AsyncIterable<string>;
  /** Said while there is nothing else to say, so that both sides see that the other is there. */
  readonly heartbeat?: { readonly everyMs: number; readonly text: string };
}

/** The connection becomes a websocket, and each text a frame, until the client leaves or the agent stops. */
export interface FramesAnswer {
  readonly status: 101;
  readonly frames: (signal: AbortSignal) => AsyncIterable<{ readonly wire: string }>;
}

export type Answer =
  | StreamAnswer
  | FramesAnswer
  | {
      readonly status: number;
      readonly json: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      readonly status: number;
      readonly text: string | Buffer;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** What a route knows of a request besides its body. */
export interface RouteRequest {
  readonly caller: Caller;
  /** Address of the peer; `unix` for the socket in the state directory. */
  readonly address: string;
  /** True: may be handed on to this host's own addresses, which it can reach without this agent. */
  readonly mayGoAnywhere: boolean;
  readonly params: Readonly<Record<string, string | undefined>>;
  /** What stands behind `?` in the address. */
  readonly query: URLSearchParams;
  /** The `Accept` header; empty when there is none. */
  readonly accept: string;
  /** The `Last-Event-ID` header; empty when there is none. */
  readonly lastEventId: string;
  /** Milliseconds that the sender still waits, where it said so. */
  readonly remainingMs: number | undefined;
}

export interface AnswerDoc {
  readonly description: string;
  /** Absent for plain text. */
  readonly schema?: z.ZodType;
}

interface RouteFacts {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** In the router's form: `/machine-state/:key`. */
  readonly path: string;
  readonly summary: string;
  /** Undefined: every allowed host. */
  readonly role: Role | undefined;
  readonly answers: Readonly<Record<number, AnswerDoc>>;
  /**
   * How the body is read when not as JSON: `bytes` hands it to the route as a `Buffer`, the fields of a `form` stand
   * behind those of the query, `fields` hands it over as `BodyFields`, for bodies that may be large.
   */
  readonly takes?: "bytes" | "form" | "fields";
  /** Of `fields`: the keys of the body that the route knows, in lower case, and older ones as they are. */
  readonly fields?: readonly string[];
  /** Bytes of a body, where they are fewer than of others. */
  readonly limitBytes?: number;
  /** What the answer is when it is no whole one: known before anything is opened for it. */
  readonly gives?: "stream" | "frames";
  /** True for a GET that changes something: a page could have a browser send it, but for a header of its own. */
  readonly changes?: boolean;
  /** What may stand behind `?`, by name; a sentence for each. */
  readonly queries?: Readonly<Record<string, string>>;
}

interface RouteDefinition<Input, Needs> extends RouteFacts {
  /** Shape of the JSON body. An empty body counts as `{}`. Of `fields` the route checks it by itself. */
  readonly input?: z.ZodType<Input>;
  /** Older spellings of the input, brought into today's shape before it is checked. */
  readonly prepare?: (body: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  /** How this route tells of a fault; `{ "error": … }` when absent. */
  readonly refuse?: (fault: AgentError) => Answer;
  readonly handle: (input: Input, needs: Needs, request: RouteRequest) => Promise<Answer> | Answer;
}

/** A route with its input's type closed over, so that unlike routes stand in one list. */
export interface Route<Needs> extends RouteFacts {
  readonly input: z.ZodType | undefined;
  /** Checks the body and answers. Throws `AgentError`; what it throws is for `refuse` to word. */
  answer(body: unknown, needs: Needs, request: RouteRequest): Promise<Answer>;
  refuse(fault: AgentError): Answer;
}

export function defineRoute<Input, Needs>(definition: RouteDefinition<Input, Needs>): Route<Needs> {
  const { input, prepare, refuse, handle, ...facts } = definition;
  return {
    ...facts,
    input,
    refuse: refuse ?? ((fault) => ({ status: fault.http, json: { error: fault.message } })),
    async answer(body, needs, request) {
      const isChecked = input === undefined || facts.takes === "fields";
      const value = isChecked ? body : checkInput(input, prepare, body);
      return await handle(value as Input, needs, request);
    },
  };
}
