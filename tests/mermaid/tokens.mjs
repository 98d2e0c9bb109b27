// Reads a JSON list of Markdown pages from standard input and counts what each holds, as a reader of GitHub's Markdown
// takes it: headings, tables, cells, and whatever a report must not have.
import { marked } from "marked";
import { readFileSync } from "node:fs";

const told = [];
for (const page of JSON.parse(readFileSync(0, "utf8"))) {
  const counts = {};
  const count = (type) => (counts[type] = (counts[type] ?? 0) + 1);
  const tokens = marked.lexer(page, { gfm: true });
  marked.walkTokens(tokens, (token) => {
    count(token.type === "heading" ? `h${token.depth}` : token.type);
  });
  told.push(counts);
}
process.stdout.write(JSON.stringify(told));
