/**
 * Loaded with `node --import` into a runner: has each change of certain folders knock at the door
 * first, and say when it is done. JavaScript, because types cost every start of a runner 70 ms.
 */
import { promises } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { connect } from "node:net";
import { basename } from "node:path";

const port = Number(process.env.OPCONNECT_SANDBOX_FAULT_DISK_PORT);

/** Functions of `node:fs/promises` that change what is at the path, their first argument. */
const changes = {
  writeFile: "write",
  appendFile: "write",
  copyFile: "write",
  open: "open",
  rename: "rename",
  link: "link",
  symlink: "link",
  mkdir: "make",
  mkdtemp: "make",
  rm: "remove",
  unlink: "remove",
  rmdir: "remove",
  chmod: "protect",
};

for (const [name, verb] of Object.entries(changes)) {
  const original = promises[name];
  promises[name] = async (path, ...rest) => {
    if (!isWatched(path) || (verb === "open" && isForReading(rest[0]))) {
      return original(path, ...rest);
    }
    return knock(`${verb} ${nameOf(path)}`, async (torn) => {
      if (!torn) return original(path, ...rest);
      const [content, ...options] = rest;
      return original(path, content.slice(0, content.length / 2), ...options);
    });
  };
}
syncBuiltinESMExports();

/** Read anew each time: a runner that does several jobs gets other folders for each. */
function isWatched(path) {
  const folders = process.env.OPCONNECT_SANDBOX_FAULT_FOLDERS?.split(":") ?? [];
  return typeof path === "string" && folders.some((folder) => path.startsWith(`${folder}/`));
}

function isForReading(flags = "r") {
  return flags === "r" || flags === 0;
}

/** Names that are made up on the spot are the same in each run. */
function nameOf(path) {
  return basename(path)
    .replace(/^(opconnect-)[A-Za-z0-9-]+$/, "$1*")
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,}|\d{3,}/g, "*");
}

async function knock(name, work) {
  const socket = connect(port, "127.0.0.1");
  const answers = linesOf(socket);
  socket.write(`${name}\n`);
  try {
    const word = await answers();
    if (word === "refuse") {
      throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    }
    const result = await work(word === "tear");
    socket.write("done\n");
    await answers();
    return result;
  } finally {
    socket.destroy();
  }
}

/** The next line of a connection, each time it is called. */
function linesOf(socket) {
  let text = "";
  let wake = () => {};
  let ended = false;
  socket.on("data", (data) => {
    text += data;
    wake();
  });
  for (const event of ["error", "close"]) {
    socket.on(event, () => {
      ended = true;
      wake();
    });
  }
  return async () => {
    while (!text.includes("\n") && !ended) {
      await new Promise((resolve) => {
        wake = resolve;
      });
    }
    const line = text.slice(0, text.indexOf("\n"));
    text = text.slice(text.indexOf("\n") + 1);
    return line;
  };
}
