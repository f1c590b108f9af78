// Expressions whose functions need time: nothing is called twice, nothing changes while it waits.
import { describe, expect, it } from "vitest";
import { abortListeners } from "../../../test/support/abort-listeners.ts";
import {
  compileExpression,
  ExpressionError,
  type FunctionDefinition,
  functionsByName,
  type Value,
} from "./index.ts";

interface Scope {
  readonly log: string[];
  count: number;
}

function defined(name: string, answer: (args: readonly Value[], scope: Scope) => Value | Promise<Value>) {
  const definition: FunctionDefinition<Scope> = {
    name,
    group: "basic",
    doc: "",
    parameters: [{ name: "value", fallback: null }],
    call(args, scope) {
      scope.log.push(`${name}(${args.join()})`);
      return answer(args, scope);
    },
  };
  return definition;
}

const functions = functionsByName([
  defined("later", async ([value = null]) => {
    await Promise.resolve();
    return value;
  }),
  defined("now", ([value = null]) => value),
  defined("tick", (_args, scope) => (scope.count += 1)),
  defined("fail", () => Promise.reject(new Error("no route"))),
  defined("throws", () => {
    throw new Error("broken");
  }),
  defined("never", () => new Promise<Value>(() => undefined)),
  defined("strange", () => Promise.resolve(undefined as unknown as Value)),
]);

const compile = (text: string) =>
  compileExpression<Scope>(text, { functions, placeholder: () => (scope) => (scope.count += 1) });

const start = (): Scope => ({ log: [], count: 0 });

describe("waiting", () => {
  it.each([
    ["later(1) + later(2)", 3, ["later(1)", "later(2)"]],
    ["tick() + later(10) + tick() + later(20)", 33, ["tick()", "later(10)", "tick()", "later(20)"]],
    ["later(later(3))", 3, ["later(3)", "later(3)"]],
    ["later(0) and later(1)", 0, ["later(0)"]],
    ["later(1) if later(True) else later(2)", 1, ["later(true)", "later(1)"]],
    ["now(1) + later(1)", 2, ["now(1)", "later(1)"]],
    ["[later(None), later('')]", [null, ""], ["later()", "later()"]],
  ])("%s is %j", async (text, expected, log) => {
    const scope = start();
    const promise = compile(text).evaluateLater(scope);
    expect(promise).toBeInstanceOf(Promise);
    expect(await promise).toEqual(expected);
    expect(scope.log).toEqual(log);
  });

  it("goes on with the data that it began with", async () => {
    expect(await compile("{{a}} * 10 + later(0) + {{a}} * 100").evaluateLater(start())).toBe(210);
  });

  it("does not wait where nothing has to be waited for", () => {
    const scope = start();
    expect(compile("now(1) + tick() + {{a}}").evaluateLater(scope)).toBe(4);
    expect(scope.log).toEqual(["now(1)", "tick()"]);
  });

  it("refuses to wait where there is no time", () => {
    expect(() => compile("later(1)").evaluate(start())).toThrow("later() needs time");
    // Its fault is nobody's: an unhandled rejection would fail the run.
    expect(() => compile("fail(1)").evaluate(start())).toThrow("fail() needs time");
  });

  it.each([
    ["fail(1)", "fail(): no route"],
    ["later(1) + fail(1)", "fail(): no route"],
    ["later(1) + 'a'", "+ does not join number and str"],
    ["strange()", "strange() answers with undefined"],
  ])("%s rejects: %s", async (text, reason) => {
    const promise = compile(text).evaluateLater(start());
    await expect(promise).rejects.toThrow(reason);
    await expect(promise).rejects.toBeInstanceOf(ExpressionError);
  });

  it("names the function that failed", () => {
    expect(() => compile("throws(1)").evaluateLater(start())).toThrow("throws(): broken");
  });

  it("leaves nobody listening for its end once it is over", async () => {
    const { signal } = new AbortController();
    expect(await compile("later(1) + later(2)").evaluateLater(start(), signal)).toBe(3);
    await expect(compile("fail(1)").evaluateLater(start(), signal)).rejects.toThrow("no route");
    expect(abortListeners(signal)).toBe(0);
  });

  it("stops when told to", async () => {
    const control = new AbortController();
    const promise = compile("later(1) + never()").evaluateLater(start(), control.signal);
    control.abort();
    await expect(promise).rejects.toThrow(/has not answered in time/);
    const late = compile("never()").evaluateLater(start(), AbortSignal.abort());
    await expect(late).rejects.toThrow("never() has not answered in time");
  });
});
