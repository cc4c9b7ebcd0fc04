// Keeps one open issue about drift: opens it, updates it, and closes it once there is none.
import { existsSync, readFileSync } from "node:fs";

const {
  OUTCOME,
  AUTHOR,
  RUN,
  GITHUB_API_URL = "https://api.github.com",
  GITHUB_REPOSITORY,
  GITHUB_TOKEN,
} = process.env;
const marker = "<!-- opconnect drift -->";

const open = await findOwn();
if (OUTCOME === "unchanged") {
  if (open) {
    await ask("POST", `/${open.number}/comments`, { body: `No drift any more: ${RUN}` });
    await ask("PATCH", `/${open.number}`, { state: "closed", state_reason: "completed" });
  }
} else {
  const file = process.argv[2];
  const told = existsSync(file)
    ? readFileSync(file, "utf8")
    : "It could not be looked at: no shard of the run came to its end.";
  const body = `${marker}\n${told}\n\nLast looked at by ${RUN}\n`;
  const title = "Environments have drifted";
  if (open) await ask("PATCH", `/${open.number}`, { title, body });
  else await ask("POST", "", { title, body });
}

/** By marker and author: anybody can open an issue with the marker in it. */
async function findOwn() {
  for (let page = 1; ; page += 1) {
    const issues = await ask("GET", `?state=open&per_page=100&page=${page}`);
    const own = issues.find(
      ({ body, user, pull_request }) =>
        !pull_request && user.login === AUTHOR && body?.startsWith(marker),
    );
    if (own || issues.length < 100) return own;
  }
}

async function ask(method, path, body) {
  const response = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/issues${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `bearer ${GITHUB_TOKEN}`,
      "content-type": "application/json",
    },
    body: body && JSON.stringify(body),
  });
  // What the service answers is not quoted: it may repeat what it was sent.
  if (!response.ok)
    throw new Error(`GitHub answers ${response.status} to ${method} issues${path}.`);
  return response.json();
}
