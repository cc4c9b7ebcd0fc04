/**
 * Which way imports run; `npm run check` holds the code against it (dependency-cruiser), for types
 * as for values. A room is a folder or a file. Each line of a list may import from the lines above
 * it, never from its own line or from one below: what two rooms both need goes up in this list.
 */
const rooms = {
  "packages/core/src": [
    ["error", "json", "defined", "fingerprint", "tag-name"],
    ["duration", "item", "chart", "op-process-env", "holders"],
    ["connect", "error-guide"],
    ["convention"],
  ],
  "packages/provision/src": [
    ["process", "store/contract", "store/aws-sdk", "store/shell-word"],
    ["op", "store/secrets-manager", "store/age-file", "cluster"],
    ["store/kinds"],
    ["store/open-store"],
    ["lease", "store/held-secret", "store/account-token", "delivery"],
    ["minting"],
    ["vault"],
    ["server"],
    ["token"],
    ["adoption", "orphans", "preflight"],
    ["health"],
  ],
  "packages/provision/src/cluster": [
    ["kubernetes-client"],
    ["config", "errors", "rights"],
    ["requests"],
    ["access-reviews"],
    ["api"],
    ["secret", "namespace"],
    ["item", "operator-scope", "certificate"],
    ["inspection", "connect"],
  ],
  "packages/pulumi/src": [
    ["provider", "input"],
    ["resources", "minting"],
    ["chart"],
    ["components"],
    ["access", "external-secrets"],
    ["gitops"],
    ["environment"],
  ],
  "packages/fleet/src": [
    ["report", "stacks", "state"],
    ["render", "workers"],
    ["affected"],
    ["comment", "preview", "mint", "status"],
    ["apply"],
  ],
  "packages/policy/src": [["rule"], ["policies"], ["pack"]],
  "packages/cli/src": [
    ["terminal"],
    ["stack"],
    [
      ...["adopt", "health", "mint", "orphans", "preview", "report", "rotate", "status", "up"],
      "aws-credentials",
    ],
    ["program"],
    ["run-command"],
    ["main"],
  ],
  "packages/cli/src/aws-credentials": [
    ["session"],
    ["op", "sts", "profile"],
    ["item"],
    ["state"],
    ["renewal"],
    ["setup"],
    ["commands"],
  ],
  test: [
    ["rig"],
    ["harness"],
    ["faults"],
    ["soak", "fleet", "matrix"],
    ["e2e", "bench", "demo", "docs", "fuzz", "installs"],
  ],
  "test/rig": [
    ["cache-folder", "progress", "processes", "rig-folder"],
    ["tools"],
    ["chart", "control-plane", "engine", "kubelet", "providers", "secrets-manager"],
    ["rig"],
    ["background"],
  ],
  "test/harness": [["look", "disturb", "secret-scan"], ["act"], ["aws"]],
  "test/faults": [["intercept", "judge"], ["library", "engine"], ["faults"]],
};

const test = "[.]test[.]ts$";
const path = (base, room) => `^${base}/${room.replace("/", "\\/")}(/|[.]ts$)`;

function upward(base, lines) {
  return lines.flatMap((line, index) =>
    line.flatMap((room) => {
      const others = lines
        .slice(index)
        .flat()
        .filter((other) => other !== room);
      if (others.length === 0) return [];
      return {
        name: `${base}: ${room}`,
        severity: "error",
        from: { path: path(base, room), pathNot: test },
        to: { path: others.map((other) => path(base, other)) },
      };
    }),
  );
}

export default {
  forbidden: [
    { name: "no circles", severity: "error", from: {}, to: { circular: true } },
    ...Object.entries(rooms).flatMap(([base, lines]) => upward(base, lines)),
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(node_modules|dist|build)/" },
  },
};
