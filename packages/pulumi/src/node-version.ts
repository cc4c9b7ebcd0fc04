/**
 * Refuses a Node.js that is too old, before anything else is loaded, which fails on it in words that
 * say nothing.
 */
function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return;
  const refusal = new Error(
    `@opconnect/pulumi needs Node.js 22.12 or newer, and this is ${version}. Install one from https://nodejs.org/en/download, or with \`nvm install 24\`; \`pulumi\` takes the first \`node\` on PATH.`,
  );
  throw Object.assign(refusal, { stack: refusal.message });
}

requireNode(process.versions.node);
