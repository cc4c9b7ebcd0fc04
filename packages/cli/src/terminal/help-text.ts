import type { AddHelpTextContext } from "commander";

/**
 * A text below the help of a command, as wide as what stands above it. Paragraphs are broken anew;
 * one with a line that begins with a blank, such as an example, stays as it is.
 */
export function helpText(text: string): (context: AddHelpTextContext) => string {
  return ({ command }) => {
    const columns = command.configureOutput().getOutHelpWidth?.() ?? 80;
    const broken = (paragraph: string) =>
      unglued(command.createHelp().boxWrap(glued(paragraph), columns));
    const paragraphs = text.trim().split(/\n{2,}/);
    return `\n${paragraphs.map((each) => (/^ /m.test(each) ? each : broken(each))).join("\n\n")}`;
  };
}

/** Keeps an exit code on one line with what it means, where that is short. */
function glued(paragraph: string): string {
  const parts = paragraph.replaceAll("\n", " ").split(" · ");
  if (parts.length === 1) return parts.join();
  const short = 40;
  return parts
    .map((part) => (part.length > short ? part : part.replaceAll(" ", glue)))
    .map((part, index) => (index === 0 ? part : `·${glue}${part}`))
    .join(" ");
}

function unglued(paragraph: string): string {
  return paragraph.replaceAll(glue, " ");
}

/** Takes one column, and is no white space. */
const glue = "\u0000";
