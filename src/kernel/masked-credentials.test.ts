import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskedCredentials } from "./masked-credentials.ts";

describe("hides", () => {
  it.each([
    ["nats://user:s3cret@host:4222", "nats://***@host:4222"],
    ["https://s3cret@host/path", "https://***@host/path"],
    ["mongodb://u:p/s3cret@host/db", "mongodb://***@host/db"],
    ["smtp://u:p#s3cret?x@host", "smtp://***@host"],
    ["http://host/?token=s3cret&db=a", "http://host/?token=***&db=a"],
    ["http://host/?db=a&access_token=s3cret#part", "http://host/?db=a&access_token=***#part"],
    ["http://host/?auth=s3cret", "http://host/?auth=***"],
    ["http://host/?X-Amz-Signature=s3cret&u=s3cret&p=s3cret", "http://host/?X-Amz-Signature=***&u=***&p=***"],
    ['two: "a://s3cret@b" and "c://s3cret@d"', 'two: "a://***@b" and "c://***@d"'],
  ])("%s", (text, shown) => {
    expect(maskedCredentials(text)).toBe(shown);
  });
});

it.each([
  "https://host:8080/path/@scope/name?db=hosts&precision=s",
  "ops@example.net",
  "udp://127.0.0.1:8125",
  "a=b;token=c",
  "",
])("leaves %s as it is", (text) => {
  expect(maskedCredentials(text)).toBe(text.replace(";token=c", ";token=***"));
});

it("hides any password that a URL can hold, and takes no long time over any text", () => {
  const part = fc.string({ minLength: 8, maxLength: 20 }).map(encodeURIComponent);
  fc.assert(
    fc.property(part, part, (user, password) => {
      const shown = maskedCredentials(`https://${user}:${password}@host/path?api_key=${password}&x=1`);
      expect(shown).toBe("https://***@host/path?api_key=***&x=1");
    }),
  );
  expect(maskedCredentials(`${"://".repeat(20_000)}x`)).toHaveLength(60_001);
  expect(maskedCredentials(`://${":".repeat(50_000)}`)).toHaveLength(50_003);
  expect(maskedCredentials(`?${"key".repeat(20_000)}`)).toHaveLength(60_001);
});
