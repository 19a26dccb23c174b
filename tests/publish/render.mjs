// Markdown of a JSON list as pages make HTML of it: node render.mjs PAGE FILE
import { readFileSync } from "fs";
import createDOMPurify from "dompurify";
import { JSDOM } from "jsdom";
import { marked } from "marked";
import rehypeStringify from "rehype-stringify";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import snarkdown from "snarkdown";
import { unified } from "unified";

const { sanitize } = createDOMPurify(new JSDOM("").window);
const remark = unified().use(remarkParse).use(remarkRehype).use(rehypeStringify);
const pages = {
  kener: (text) => sanitize(marked.parse(text, { gfm: true, breaks: true })),
  "uptime-kuma": (text) => sanitize(marked.parse(text)),
  upptime: (text) => `<p>${snarkdown(text)}</p>`,
  openstatus: (text) => String(remark.processSync(text)),
};
const [page, file] = process.argv.slice(2);
console.log(JSON.stringify(JSON.parse(readFileSync(file, "utf8")).map(pages[page])));
