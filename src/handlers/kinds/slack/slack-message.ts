// The message that Slack shows of an event: one attachment with a colour and two fields (contract opsbro §6.3).
import type { AgentEvent, CheckFacts } from "../../../event/index.ts";
import type { NodeFacts } from "../../handler.ts";
import { plainText } from "../../telling/shown-text.ts";

const longestText = 3000;
const other = "#764FA5";

interface Field {
  readonly title: string;
  readonly value: string;
  readonly short: true;
}

interface Telling {
  readonly text: string;
  readonly color: string;
  readonly fields: readonly (readonly [title: string, value: string])[];
}

/** What `attachments` of chat.postMessage holds. */
export function slackAttachment(event: AgentEvent, node: NodeFacts) {
  const { text, color, fields } = tellingOf(event);
  const shownNode = escaped(nodeText(node));
  const field = ([title, value]: readonly [string, string]): Field => ({
    title: escaped(title),
    value: escaped(value),
    short: true,
  });
  return {
    pretext: " ",
    text: escaped(text),
    color,
    author_name: shownNode,
    footer: `Told by ${shownNode}`,
    ts: Math.floor(event.atMs / 1000),
    fields: [["Node", nodeText(node)] as const, ...fields].map(field),
  };
}

/** `name (address) [display name]`. */
function nodeText({ name, address, displayName }: NodeFacts): string {
  const shown = address === "" ? name : `${name} (${address})`;
  return displayName === "" ? shown : `${shown} [${displayName}]`;
}

function tellingOf(event: AgentEvent): Telling {
  switch (event.type) {
    case "check":
      return tellingOfCheck(event.check, []);
    case "flapping":
      return tellingOfCheck(event.check, [["Flapping", event.change]]);
    case "group": {
      const color = event.change === "add" ? "good" : "danger";
      return { text: "", color, fields: [[`Group:${event.change}`, event.group]] };
    }
    case "node":
      return {
        text: "",
        color: colourOfNode(event.state),
        fields: [
          ["Changed node", event.node],
          ["State", `${event.oldState} → ${event.state}`],
        ],
      };
    case "compliance":
      return tellingOfCompliance(event);
    default:
      return { text: "", color: other, fields: [["Event", event.type]] };
  }
}

function tellingOfCheck(check: CheckFacts, more: Telling["fields"]): Telling {
  const host = check.host === "" ? [] : [["Host", check.host] as const];
  return {
    text: check.output,
    color: colourOfState(check.state),
    fields: [["Check", check.name], ...host, ...more],
  };
}

function tellingOfCompliance(event: Extract<AgentEvent, { type: "compliance" }>): Telling {
  const { compliance, rule, state, oldState, infos } = event;
  return {
    text: infos.map((info) => `${info.state}: ${info.text}`).join("\n"),
    color: colourOfCompliance(state),
    fields: [
      ["Compliance", rule === "" ? compliance : `${compliance}: ${rule}`],
      ["State", `${oldState} → ${state}`],
    ],
  };
}

function colourOfState(state: string): string {
  if (state === "ok") return "good";
  if (state === "warning") return "warning";
  return state === "critical" ? "danger" : other;
}

function colourOfNode(state: string): string {
  if (state === "alive") return "good";
  if (state === "suspect") return "warning";
  return state === "dead" ? "danger" : other;
}

function colourOfCompliance(state: string): string {
  if (state === "COMPLIANT") return "good";
  if (state === "FIXED") return "warning";
  return state === "ERROR" ? "danger" : other;
}

/** Slack's three special signs: without them a text can mention nobody and link to nothing. */
function escaped(text: string): string {
  return plainText(text, longestText)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
