// Every example of opsbro's README, pasted as it stands there: indented by four, with its mixture of tabs and spaces.
import { describe, expect, it } from "vitest";
import { plain } from "../index.ts";
import { load } from "./file-tree.fixture.ts";

const idle = "{collector.cpustats.cpuall.%idle}";

const detector = `
    detector:
        interval: 10s
        apply_if: "grep('centos', '/etc/redhat-release')"
        groups: ["linux", "centos"]
`;

const cpuCheck = `
    check:
        interval:          10s
        if_group:          linux
            
        ok_output:         "'OK: cpu is great: %s%%' % (100-${idle})"
            
        critical_if:       "${idle} < {configuration.thresholds.cpuidle.critical}"
        warning_if:        "${idle} < {configuration.thresholds.cpuidle.warning}"
            
        thresholds :
               cpuidle :
                    warning: 5
                    critical: 1
`;

const pluginCheck = `
    check:
        if_group: linux
        script:   "$nagiosplugins$/check_mailq -w $mailq.warning$ -c $mailq.critical$"
        interval: 60s
    
        mailq:
           warning: 1
           critical: 2
`;

const mail = `
    handler:
        type: mail
        severities:
            - ok
            - warning
            - critical
            - unknown
        contacts:
            - "admin@mydomain.com"
        addr_from: "opsbro@mydomain.com"
        smtp_server: localhost
        subject_template: "email.subject.tpl"
        text_template: "email.text.tpl"
`;

const slack = `
    handler:
       id: slack
       type: slack
       severities:
          - ok
          - warning

       token: ''
       channel: '#alerts'
`;

const dns = `
    dns:
        enabled    : true
\t    port       : 6766
\t    domain     : ".opsbro"
`;

const websocket = `
    websocket:
\t   enabled    : true
\t   port       : 6769
`;

const dedent = (text: string) => text.replaceAll(/^ {4}/gm, "");

describe.each([
  ["as pasted", (text: string) => text],
  ["without the indentation of the page", dedent],
  ["with the line ends of Windows", (text: string) => text.replaceAll("\n", "\r\n")],
])("the examples, %s", (_form, change) => {
  it.each([
    [
      "detector",
      detector,
      {
        interval: "10s",
        apply_if: "grep('centos', '/etc/redhat-release')",
        groups: ["linux", "centos"],
      },
    ],
    [
      "check",
      cpuCheck,
      {
        interval: "10s",
        if_group: "linux",
        ok_output: `'OK: cpu is great: %s%%' % (100-${idle})`,
        critical_if: `${idle} < {configuration.thresholds.cpuidle.critical}`,
        warning_if: `${idle} < {configuration.thresholds.cpuidle.warning}`,
        thresholds: { cpuidle: { warning: 5, critical: 1 } },
      },
    ],
    [
      "check",
      pluginCheck,
      {
        if_group: "linux",
        script: "$nagiosplugins$/check_mailq -w $mailq.warning$ -c $mailq.critical$",
        interval: "60s",
        mailq: { warning: 1, critical: 2 },
      },
    ],
    [
      "handler",
      mail,
      {
        type: "mail",
        severities: ["ok", "warning", "critical", "unknown"],
        contacts: ["admin@mydomain.com"],
        addr_from: "opsbro@mydomain.com",
        smtp_server: "localhost",
        subject_template: "email.subject.tpl",
        text_template: "email.text.tpl",
      },
    ],
    [
      "handler",
      slack,
      { id: "slack", type: "slack", severities: ["ok", "warning"], token: "", channel: "#alerts" },
    ],
  ] as const)("of a %s load as an object: %#", (kind, text, body) => {
    const { objects, told } = load({ "etc/agent.yml": "", "etc/example.yml": change(text) });
    expect(told).toEqual([]);
    expect(objects(kind).map((one) => plain(one.body))).toEqual([body]);
    expect(objects(kind)[0]?.name).toBe("id" in body ? "slack" : "example");
  });

  it.each([
    [
      "shinken",
      '\n    shinken:\n        cfg_path: "/etc/shinken/agent"\n',
      { cfg_path: "/etc/shinken/agent" },
    ],
    [
      "statsd",
      "\n    statsd:\n        enabled    : true\n        port       : 8125\n        interval   : 10\n",
      { enabled: true, port: 8125, interval: 10 },
    ],
    [
      "graphite",
      "    \n    graphite:\n        enabled    : true\n        port       : 2003\n        udp        : true\n        tcp        : true\n",
      { enabled: true, port: 2003, udp: true, tcp: true },
    ],
    ["dns", dns, { enabled: true, port: 6766, domain: ".opsbro" }],
    ["websocket", websocket, { enabled: true, port: 6769 }],
  ] as const)("of the module %s load from the main file and from any other", (name, text, body) => {
    for (const file of ["etc/local.yml", "etc/modules/x.yml", "local/x.yml"]) {
      const { modules, told } = load({ [file]: change(text) });
      const settings = modules.get(name);
      expect(settings && plain(settings.body)).toEqual(body);
      const tabs = told.filter((line) =>
        /^warning .*a tab stands in the indentation; it is read as/.test(line),
      );
      expect(told).toEqual(tabs);
      expect(tabs).toHaveLength(text.includes("\t") ? 1 : 0);
    }
  });
});

it("all examples stand in one file, as documents", () => {
  const text = [detector, cpuCheck, pluginCheck, mail, slack, dns, websocket].join("---\n");
  const { objects, modules, told } = load({ "etc/local.yml": text });
  expect(objects("check").map(({ id, name }) => [id, name])).toEqual([
    ["local", "local"],
    ["local-2", "local-2"],
  ]);
  expect(objects("handler").map(({ id }) => id)).toEqual(["local", "slack"]);
  expect(objects("detector")).toHaveLength(1);
  expect([...modules.keys()]).toEqual(["dns", "websocket"]);
  expect(told).toHaveLength(1);
});

it("different kinds stand in one document", () => {
  const { objects, told } = load({ "local/web.yml": "check: { script: a }\nhandler: { type: mail }\n" });
  expect([...objects("check"), ...objects("handler")].map(({ label }) => label)).toEqual([
    "check web",
    "handler web",
  ]);
  expect(told).toEqual([]);
});

it("places are those of the text with its tabs", () => {
  const { modules, root } = load({ "local/ws.yml": websocket });
  const body = modules.get("websocket")?.body;
  const port = body?.entries.get("port");
  expect(port?.keyPlace).toMatchObject({ source: `${root}/local/ws.yml`, line: 4, column: 5 });
});
