// A question to an agent of a benchmark, over TLS.
import { request } from "node:https";

/** The JSON of the answer. */
export async function ask(port, path, { method = "GET", body } = {}) {
  const { text } = await askText(port, path, { method, body });
  return JSON.parse(text);
}

export function askText(port, path, { method = "GET", body, headers = {}, agent = false } = {}) {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: "127.0.0.1", port, path, method, headers, rejectUnauthorized: false, agent },
      (answer) => {
        const chunks = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({ status: answer.statusCode, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });
}
