// `yagura docker show`: what each container uses, and each image as the sum of its containers.
import type { DockerStatsAnswer } from "../../api/contract/index.ts";
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { table } from "../table.ts";

type Figures = DockerStatsAnswer["images"][string];
type Figure = Figures[string];

export const command = defineCommand({
  name: "docker show",
  summary: "Show what each container uses, and each image as the sum of its containers.",
  options: clientOptions,
  examples: ["yagura docker show", "yagura docker show --json"],
  async run(input, needs) {
    const answer = await askAgent("/docker/stats", input, needs);
    const { dockerStatsAnswer } = await import("../../api/contract/index.ts");
    const stats = shaped(dockerStatsAnswer, answer);
    if (isOn(input.options, "json")) needs.stdout.write(`${JSON.stringify(stats, null, 2)}\n`);
    else {
      needs.stdout.write(page(stats));
      needs.stderr.write(remark(stats));
    }
    return 0;
  },
});

/** A table for each container, by name, then one for each image. */
function page({ containers, images, names }: DockerStatsAnswer): string {
  const shown = Object.entries(containers).map(([id, figures]) => {
    const { name = id, image = "" } = names[id] ?? {};
    return { title: `${name}  ${image}  ${id.slice(0, 12)}`, figures };
  });
  return [
    ...section("CONTAINER", shown),
    ...section(
      "IMAGE",
      Object.entries(images).map(([title, figures]) => ({ title, figures })),
    ),
  ].join("\n");
}

function section(noun: string, all: readonly { title: string; figures: Figures }[]): string[] {
  return [...all]
    .sort((one, other) => (one.title < other.title ? -1 : 1))
    .map(({ title, figures }) =>
      [
        table([[`${noun} ${title}`]]),
        table(Object.values(figures).map((figure) => [`  ${figure.key}`, valueText(figure)])),
      ].join(""),
    );
}

/** What the tables do not say. */
function remark({ connected, containers, left_out: leftOut }: DockerStatsAnswer): string {
  if (!connected) return "no Docker engine answers there\n";
  const shown = Object.keys(containers).length;
  if (shown === 0 && leftOut === 0) return "no container runs\n";
  if (leftOut === 0) return "";
  return `${leftOut} more run and are not measured yet, or beyond inputs.collectors.docker.at_most\n`;
}

const sizes = ["B", "KiB", "MiB", "GiB", "TiB"];

function valueText({ key, type, value }: Figure): string {
  if (value === null) return "-";
  if (type === "gauge") return sizeText(value);
  return key.startsWith("cpu.") ? `${(value * 100).toFixed(0)} %` : `${value}/s`;
}

function sizeText(bytes: number): string {
  const power = Math.min(4, Math.max(0, Math.floor(Math.log2(Math.abs(bytes) || 1) / 10)));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${sizes[power]}`;
}
