// The worst bodies that each route can be sent: wide, deep, long, packed. `size` makes them smaller where less time is to be spent.
import { gzipSync } from "node:zlib";

const mebibyte = 1024 * 1024;
/** Bodies that may be as large as any; the others are built whole and take less. */
const bulk = new Set(["/metric/append", "/write", "/api/v2/write", "/post", "/proxy"]);

/** As many pieces as fit, with commas between. */
function filled(open, piece, close, bytes, between = ",") {
  const pieces = [];
  let length = open.length + close.length;
  for (let number = 0; ; number += 1) {
    const text = piece(number);
    length += text.length + between.length;
    if (length > bytes) break;
    pieces.push(text);
  }
  return open + pieces.join(between) + close;
}

const json = (keys, bytes) => ({
  "keys of its own": filled("{", (n) => `"k${n}":1`, "}", bytes),
  "one key over and over": filled("{", () => `"${keys[0] ?? "a"}":1`, "}", bytes),
  "a list in each key": filled(
    "{",
    (n) => `"${keys[n % Math.max(1, keys.length)] ?? n}":[${"{},".repeat(500)}{}]`,
    "}",
    bytes,
  ),
  "19,000 values in each key": `{${keys.map((key) => `"${key}":[${"1,".repeat(Math.floor(19_000 / Math.max(1, keys.length)))}1]`).join(",")}}`,
  "brackets in brackets": "[".repeat(bytes),
  "objects in objects": '{"a":'.repeat(bytes / 5),
  "a long text": `{"${keys[1] ?? "a"}":"${"x".repeat(bytes - 100)}"}`,
  "a long name": `{"${"n".repeat(bytes - 100)}":1}`,
  "escaped signs": `{"${keys[1] ?? "a"}":"${"\\u0041".repeat((bytes - 100) / 6)}"}`,
  blanks: " ".repeat(bytes),
});

const form = (keys, bytes) => ({
  "fields of its own": filled("", (n) => `f${n}=1`, "", bytes, "&"),
  ...Object.fromEntries(
    keys.map((key) => [`${key} over and over`, filled("", (n) => `${key}=x${n}`, "", bytes, "&")]),
  ),
  ...Object.fromEntries(keys.map((key) => [`a long ${key}`, `${key}=${"x".repeat(bytes - key.length - 1)}`])),
  escapes: `${keys[0] ?? "a"}=${"%41".repeat((bytes - 50) / 3)}`,
  "signs alone": "&".repeat(bytes),
});

const lines = (bytes) => ({
  "short lines": filled("", (n) => `m${n} v=1`, "\n", bytes, "\n"),
  "one long line": filled("m ", (n) => `f${n}=1`, "\n", bytes),
  "tags without end": filled("m,", (n) => `t${n}=1`, " v=1\n", bytes),
  "a quote that stays open": `m v="${"x\n".repeat((bytes - 6) / 2)}`,
  "line ends alone": "\n".repeat(bytes),
  "wrong lines": "x\n".repeat(bytes / 2),
  backslashes: "\\".repeat(bytes),
});

const entry = (metrics) => `{"metric_data":[{"hostname":"h","timestamp":1700000000,"metrics":{${metrics}}}]}`;

/** What only one route takes. */
const special = {
  "POST /metric/append": (bytes) => ({
    "300,000 names": entry(filled("", (n) => `"n${n}":1`, "", Math.min(bytes - 100, 3.5 * mebibyte))),
    "names without end": entry(filled("", (n) => `"n${n}":1`, "", bytes - 100)),
    "empty entries": filled('{"metric_data":[', () => "{}", "]}", bytes),
    "entries of one": filled(
      '{"metric_data":[',
      (n) => `{"hostname":"h${n}","timestamp":1700000000,"metrics":{"a":${n}}}`,
      "]}",
      bytes,
    ),
    "the last one wrong": `${filled('{"metric_data":[', () => "{}", "", bytes - 10)},7]}`,
    "keys of an entry": filled('{"metric_data":[{', (n) => `"k${n}":1`, "}]}", bytes),
    "a long name of a metric": entry(`"${"n".repeat(bytes - 100)}":1`),
  }),
  "POST /post": (bytes) => ({
    items: filled(
      "[",
      (n) => `{"name":"n${n}","value":1,"timestamp":1700000000,"tags":{"a":"b"}}`,
      "]",
      bytes,
    ),
    "empty items": filled("[", () => "{}", "]", bytes),
    numbers: filled("[", () => "1", "]", bytes),
    "one item of tags": filled('[{"name":"n","value":1,"tags":{', (n) => `"t${n}":"1"`, "}}]", bytes),
    "the last one wrong": `${filled("[", () => '{"name":"a"}', "", bytes - 10)},7]`,
  }),
  "POST /metric/config/update": () => ({
    "6,000 programs": `{"config":{"metrics":[{"hostname":"h","plugins":[${Array.from({ length: 6000 }, (_, n) => `{"plugin_name":"p${n}","plugin_option":"-a 'b' \\"${n}\\""}`).join(",")}]}]}}`,
    "6,000 hosts": `{"config":{"metrics":[${Array.from({ length: 6000 }, (_, n) => `{"hostname":"h${n}","plugins":[]}`).join(",")}]}}`,
    "a long option": `{"config":{"metrics":[{"hostname":"h","plugins":[{"plugin_name":"p","plugin_option":"${"a b".repeat(330_000)}"}]}]}}`,
    nothing: '{"config":{"metrics":[]}}',
  }),
  "POST /monitor": (bytes) => ({
    "an option of many words": `{"plugin_name":"check_host_load","plugin_option":"${"a ".repeat((bytes - 100) / 2)}"}`,
    "an option of quotes": `{"plugin_name":"check_host_load","plugin_option":"${"''".repeat((bytes - 100) / 2)}"}`,
    "a long name": `{"plugin_name":"${"a".repeat(bytes - 100)}","plugin_option":""}`,
  }),
  "POST /inventory": (bytes) => ({
    "an option of many words": `{"command":"uname","command_option":"${"a ".repeat((bytes - 100) / 2)}"}`,
  }),
  "POST /proxy": (bytes) => ({
    "hops without end": filled(
      '{"request_type":"monitor","request_json":"","proxy_hostport":[',
      (n) => `"h${n}:1"`,
      "]}",
      bytes,
    ),
    "a long body for the last hop": `{"proxy_hostport":["127.0.0.1:1"],"request_type":"monitor","request_json":"${"A".repeat(bytes - 100)}"}`,
    "a wide body for the last hop": `{"proxy_hostport":["127.0.0.1:1"],"request_type":"metric/append","request_json":"${Buffer.from(entry(filled("", (n) => `"n${n}":1`, "", bytes * 0.7))).toString("base64")}"}`,
  }),
  "POST /render": (bytes) => ({
    "targets without end": filled("", (n) => `target=n${n}`, "", bytes, "&"),
    "targets of everything": filled("", () => "target=*.*", "", Math.min(bytes, 200_000), "&"),
    braces: `target=${filled("{", (n) => `n${n}`, "}", bytes - 10)}`,
    stars: `target=${"*a".repeat((bytes - 10) / 2)}`,
    "calls in calls": `target=${"sum(".repeat((bytes - 10) / 4)}`,
    arguments: `target=${filled("sum(", () => "n1", ")", bytes - 10)}`,
  }),
  "POST /metrics/find": (bytes) => ({
    braces: `query=${filled("{", (n) => `n${n}`, "}", bytes - 10)}`,
    stars: `query=${"*a".repeat((bytes - 10) / 2)}`,
    everything: "query=*",
  }),
  "POST /metrics/expand": (bytes) => ({ "everything, often": filled("", () => "query=*", "", bytes, "&") }),
  "POST /tags/findSeries": (bytes) => ({
    expressions: filled("", (n) => `expr=name%3D~n${n}.*`, "", bytes, "&"),
    "a long expression": `expr=name%3D~${"(a%7Cb)*".repeat((bytes - 20) / 8)}`,
  }),
  "POST /tags": (bytes) => ({ "a long filter": `filter=${"(a%7Cb)*".repeat((bytes - 20) / 8)}` }),
  "POST /agent/evaluator/eval": () =>
    Object.fromEntries(
      Object.entries({
        "a long sum": "1+".repeat(24_000) + "1",
        brackets: "(".repeat(24_000) + "1" + ")".repeat(24_000),
        negations: "not ".repeat(12_000) + "1",
        signs: "-".repeat(48_000) + "1",
        "a long list": `[${"1,".repeat(24_000)}1]`,
        "a long text, many times": `'${"x".repeat(1000)}' * 1000000000`,
        "a number without end": "9 ** 9 ** 9",
        "lists in lists": "[".repeat(24_000) + "]".repeat(24_000),
        comparisons: "1<".repeat(24_000) + "2",
      }).map(([name, text]) => [name, `expr=${encodeURIComponent(Buffer.from(text).toString("base64"))}`]),
    ),
  "PUT /monitoring/checks/{name}": () => definitions(),
  "PUT /monitoring/services/{name}": () => definitions(),
  "POST /downtimes": () => ({
    "19,000 checks": `{"kind":"downtime","until":"2040-01-01T00:00:00Z","checks":[${Array.from({ length: 19_000 }, (_, n) => `"c${n}*?*"`).join(",")}]}`,
  }),
  "POST /checks/results": (bytes) => ({
    "a long output": `{"check":"c","state":0,"output":"${"x|".repeat((bytes - 100) / 2)}"}`,
  }),
};

function definitions() {
  const keys = filled("{", (n) => `"k${n}":"${"v".repeat(30)}"`, "}", 800_000);
  return {
    "19,000 keys": keys,
    "an expression": `{"interval":"60s","ok_output":"'ok'","critical_if":"${"1+".repeat(240_000)}1"}`,
    "brackets in an expression": `{"interval":"60s","critical_if":"${"(".repeat(500_000)}"}`,
    "lists in lists": `{"interval":"60s","x":[${"[1],".repeat(9000)}1]}`,
    "line ends": `{"interval":"60s","notes":"${"\\n".repeat(400_000)}"}`,
    "odd signs": `{"interval":"60s","notes":"${"\\u0001: #".repeat(100_000)}"}`,
  };
}

/** Bodies by their names, each a function: one stands in memory at a time. */
export function bodiesOf({ method, path, takes, keys }, size) {
  const limit = Math.floor((bulk.has(path) ? 16 : 1) * mebibyte * size);
  const shapes = {
    json: () => json(keys, limit),
    fields: () => json(keys, limit),
    form: () => form(keys, limit),
    bytes: () => ({ ...lines(limit), ...json([], limit) }),
  };
  const own = special[`${method} ${path}`];
  const plain = { ...shapes[takes](), ...own?.(limit) };
  const packed = {
    zeros: gzipSync(Buffer.alloc(limit)),
    "more than the limit": gzipSync(Buffer.alloc(Math.floor(200 * mebibyte * size))),
    blanks: gzipSync(" ".repeat(limit)),
  };
  return { plain, packed };
}

/** Routes that have bodies of their own here; each must be one of the agent's. */
export const specialRoutes = Object.keys(special);
