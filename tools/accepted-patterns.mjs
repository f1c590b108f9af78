// Patterns that the analysis cannot judge, or finds slow, and that may stand all the same: each with its bound.

/** File → source of the pattern → what bounds its time. */
export const acceptedPatterns = {
  "src/api/gatekeeper.ts": {
    '(?<=^|, )(?:DNS|URI|email|IP Address):("[^"]*"|[^,]+)':
      "a name is read once: it ends where the next begins",
  },
  "src/formats/proc/core-file.ts": {
    "^core\\.([^/]+)\\.[0-9]+\\.[0-9a-f]{32}\\.([0-9]{1,10})\\.([0-9]{16})(?:\\.[a-z0-9]+)?$":
      "a name of a file has 255 bytes",
  },
  "src/handlers/kinds/mail/mail-address.ts": {
    '^([^<>"\\\\\\p{Cc}\\p{Zl}\\p{Zp}]{1,100}|"[^<>"\\\\\\p{Cc}\\p{Zl}\\p{Zp}]{1,100}") *<([^<>]*)>$':
      "only the first 100 characters can be read in several ways",
  },
  "src/inputs/applications/parsing/stub-status.ts": {
    "^Active connections:\\s+(\\d{1,15})\\s+server accepts handled requests[^\\n]*\\n\\s*\\d+\\s+\\d+\\s+(\\d{1,15})\\b":
      "anchored, and each repeat ends where the next one begins",
  },
  "src/kernel/masked-credentials.ts": {
    "(:\\/\\/)[^\\s/?#@:]{0,200}:(?!\\d*(?:[/?#]|$))\\S{0,1000}@": "1200 characters behind each ://",
    '([?&;](?:[\\w.%-]{0,40}(?:token|auth|key|secret|passw|pass|pwd|sig|credential|session|jwt|code)[\\w.%-]{0,40}|[up])=)[^&;#\\s"]*':
      "90 characters behind each separator",
  },
  "src/languages/expression/pattern.ts": {
    "\\\\.|\\[\\^?\\]?(?:\\\\.|[^\\]\\\\])*\\]|\\{(\\d+)(?:,(\\d*))?\\}|\\(|\\)|[\\s\\S]":
      "patterns of more than 1000 characters are refused before, in compilePattern",
  },
  "src/node/hardware-id.ts": {
    "^(.)\\1*$": "the form of a UUID is asked for before",
    "^\\d+ \\d+ \\S+ \\S+ \\/ .* - overlay ": "each line is looked at once",
  },
  "src/programs/judgement/judge-plugin.ts": {
    "^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$":
      "a label ends at its dot, within 63 characters",
  },
  "src/programs/judgement/plugins.json": {
    "^(?!-).{0,250}$": "250 characters",
  },
};

/** File → why it may make patterns from text. */
export const patternMakers = {
  "src/compliance/drivers/get-url.ts": "the text is a number of digits, a constant",
  "src/inputs/applications/parsing/server-status.ts":
    "the text is the name of a figure, a constant; anchored to a line",
  "src/programs/judgement/plugin-table.ts":
    "the text is of plugins.json, whose patterns are looked at here too",
};
