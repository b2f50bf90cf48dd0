// NLP.js behind two verbs, a line of JSON each: {"learn": [[text, intent]...]} starts afresh and is
// answered by {"learnt": count}; {"ask": text} by the best intents with their scores, best first.
import { createInterface } from "node:readline";
import { containerBootstrap } from "@nlpjs/core";
import { LangEn } from "@nlpjs/lang-en";
import { Nlp } from "@nlpjs/nlp";

const BEST = 3;

async function learn(examples) {
  const container = await containerBootstrap();
  container.use(LangEn);
  // A class for words that it never saw: it costs no right answer, and keeps strangers apart better.
  const nlu = { log: false, useNoneFeature: true };
  const nlp = new Nlp({ container, languages: ["en"], autoSave: false, nlu });
  for (const [text, intent] of examples) nlp.addDocument("en", text, intent);
  await nlp.train();
  return nlp;
}

async function ask(nlp, text) {
  const { classifications } = await nlp.process("en", text);
  return classifications
    .filter(({ intent }) => intent !== "None")
    .slice(0, BEST)
    .map(({ intent, score }) => [intent, score]);
}

let nlp;
for await (const line of createInterface({ input: process.stdin })) {
  const said = JSON.parse(line);
  if (said.learn) nlp = await learn(said.learn);
  const answer = said.learn ? { learnt: said.learn.length } : await ask(nlp, said.ask);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
