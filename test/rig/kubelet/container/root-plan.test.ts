import { posix } from "node:path";
import { expect, test } from "vitest";
import { type FileTree, planRoot, resolveLinks } from "./root-plan.ts";

const machine = createTree({
  "/home": "folder",
  "/home/dev": "folder",
  "/home/dev/checkout": "folder",
  "/run": "folder",
  "/run/lock": "folder",
  "/run/app.pid": "file",
  "/usr": "folder",
  "/bin": "link to usr/bin",
  "/etc": "folder",
  "/etc/hosts": "file",
  "/var": "folder",
  "/var/run": "link to /run",
});

test("a mount point that exists needs nothing but the root itself", () => {
  expect(planRoot(["/etc/hosts"], machine)).toEqual({
    folders: ["/home", "/run", "/usr", "/etc", "/var"],
    files: [],
    links: [{ path: "/bin", target: "usr/bin" }],
    binds: ["/home", "/run", "/usr", "/etc", "/var"],
  });
});

test("folders above a missing mount point show all that they hold", () => {
  const plan = planRoot(["/home/opuser/.op/file", "/run/secrets/token"], machine);
  expect(plan.binds).toEqual(["/usr", "/etc", "/var", "/home/dev", "/run/lock", "/run/app.pid"]);
  expect(plan.files).toEqual(["/run/app.pid"]);
  expect(plan.folders).not.toContain("/home/opuser");
});

test("links are followed, also above what does not exist", () => {
  expect(resolveLinks("/var/run/secrets/kubernetes.io", machine)).toBe(
    "/run/secrets/kubernetes.io",
  );
  expect(resolveLinks("/bin/sh", machine)).toBe("/usr/bin/sh");
  expect(resolveLinks("/home/opuser/.op", machine)).toBe("/home/opuser/.op");
});

test("links that lead in a circle are refused", () => {
  const circle = createTree({ "/a": "link to /b", "/b": "link to /a" });
  expect(() => resolveLinks("/a/x", circle)).toThrow("too many links");
});

function createTree(entries: Readonly<Record<string, string>>): FileTree {
  return {
    kindOf(path) {
      const kind = path === "/" ? "folder" : entries[path];
      if (kind === "folder" || kind === "file") return kind;
      return kind === undefined ? undefined : "link";
    },
    list: (folder) =>
      Object.keys(entries)
        .filter((path) => posix.dirname(path) === folder)
        .map((path) => posix.basename(path)),
    readLink: (path) => (entries[path] ?? "").replace("link to ", ""),
  };
}
