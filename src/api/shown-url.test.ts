import { expect, it } from "vitest";
import { createShowUrl } from "./shown-url.ts";

const show = createShowUrl(["db", "precision", "target"]);

it.each([
  ["/", "/"],
  ["/write?db=x&precision=s", "/write?db=x&precision=s"],
  ["/write?u=joe&p=SECRET&db=x", "/write?u=***&p=***&db=x"],
  ["/write?%70=SECRET", "/write?%70=***"],
  ["/write?P=SECRET;Token=a=b", "/write?P=***;Token=***"],
  ["/x?apikey=SECRET#p=SECRET", "/x?apikey=***#p=***"],
  ["/x?a=1&b=12345", "/x?a=1&b=***"],
  ["/x?access_token=SECRET&auth=SECRET", "/x?access_token=***&auth=***"],
  ["/x?DB=SECRET", "/x?DB=***"],
  ["/x?p", "/x?p"],
  ["/x?S3CRET!without=", "/x?S3CRET!without=***"],
  ["/x?a-secret-without-any-sign-of-a-name", "/x?***"],
  ["/x?%zz=SECRET&p=SECRET", "/x?%zz=***&p=***"],
  ["/render?target=a.p=b", "/render?target=a.p=b"],
  ["https://joe:SECRET@host/x?db=1", "https://***@host/x?db=1"],
  ["https://joe:SECRET@host", "https://***@host"],
  ["/a//b@c", "/a//b@c"],
])("%s is shown as %s", (url, shown) => {
  expect(show(url)).toBe(shown);
});

it("is short, however long it was", () => {
  expect(show(`/${"x".repeat(50_000)}`).length).toBeLessThan(2100);
});
