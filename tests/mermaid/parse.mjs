// Reads a JSON list of diagrams from standard input and says of each what mermaid's own parser makes of it: what is
// wrong with it, or who takes part in it and how many statements it has. A diagram's texts are cleaned by DOMPurify,
// which wants a window.
import { JSDOM } from "jsdom";
import { readFileSync } from "node:fs";

const { window } = new JSDOM("<!doctype html><body></body>");
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false, maxTextSize: 50000 });

const told = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    const { diagramType } = await mermaid.parse(text);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    told.push({
      error: text.length > 50000 ? "too long" : null,
      type: diagramType,
      actors: [...db.getActors().keys()],
      statements: db.getMessages().length,
    });
  } catch (error) {
    told.push({ error: String(error.message ?? error) });
  }
}
process.stdout.write(JSON.stringify(told));
