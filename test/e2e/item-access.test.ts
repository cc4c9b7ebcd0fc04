import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { ConnectEnvironmentArgs } from "@opconnect/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApiRequest, askApiServer } from "../harness/act/api-request.ts";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { typeItem } from "../harness/act/item.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { listedVaults } from "../harness/look/account.ts";
import { changes } from "../harness/look/engine-events.ts";
import { waitForSecret } from "../harness/look/secret-arrival.ts";
import { rig } from "../harness/rig-lane.ts";
import { untilThere } from "../harness/until-there.ts";

const client = "guarded";
const [app, web, bare] = [`${client}-app`, `${client}-web`, `${client}-bare`];
const operator = `system:serviceaccount:${client}-prod-1password:${client}-prod-onepassword-operator`;
const tenant = "tenant@example.com";

const kube = new KubeConfig();
kube.loadFromFile(rig.kubeconfig);
const core = kube.makeApiClient(CoreV1Api);

const rules = [
  { namespaces: [app], vaults: ["app"], items: ["postgres", "app-*"], secretNames: ["db-*"] },
  { namespaces: [web], vaults: ["app", "data"], items: ["a*"] },
];
const namespaces = [app, web, bare];

/** An environment that says itself what others may have. */
const byItself: Partial<ConnectEnvironmentArgs> = {
  items: { own: { namespace: bare, vault: "app", item: "postgres" } },
  itemAccess: { rules: [{ namespaces: [web], vaults: ["data"], secretNames: ["web-*"] }] },
};

/** What was tried, over all the tests: none of it may get through. */
const tried: string[] = [];

describe("an ItemAccessPolicy", () => {
  let project: Project;
  /** Ids of the vaults by their keys. */
  let vaults: Readonly<Record<"app" | "data", string>>;

  const environment = (change: Partial<ConnectEnvironmentArgs>) => ({
    ...environmentConfig(rig, client, {
      operator: { pollingInterval: 2, watchNamespaces: namespaces },
      ...change,
    }),
    namespaces,
  });
  const configure = (access: object, items: ConnectEnvironmentArgs["items"] = {}) =>
    project.configure({
      ...environment({ items, itemAccess: false }),
      access: { namespaces, rules, ...access },
    });

  beforeAll(async () => {
    project = await createProject({ ...rig, name: client, program: "guarded", config: {} });
    await configure({});
    const { exitCode, output } = await project.up();
    expect(exitCode, output).toBe(0);
    const listed = await listedVaults(rig);
    const id = (key: string) => listed.get(`${client}-prod-${key}`) ?? "";
    vaults = { app: id("app"), data: id("data") };
    await typeItem(rig, "postgres", vaults.app);
    await grantTenant();
    // It counts a moment after it is made.
    await untilThere(async () => (await make(path("none"), "db-x")).status === 422);
  });
  afterAll(async () => {
    // The operator has to let go of them while it is there.
    const made = namespaces.flatMap((namespace) => [itemsOf(namespace), deploymentsOf(namespace)]);
    for (const path of made) await ask({ method: "DELETE", path });
    await untilThere(async () => {
      const answers = await Promise.all(made.map((path) => ask({ method: "GET", path })));
      return answers.every(({ answer }) => JSON.parse(answer).items.length === 0);
    });
    await project.destroy();
  });

  const path = (item: string, vault = vaults.app) => `vaults/${vault}/items/${item}`;

  test("lets pass what a rule allows, which the operator then writes", async () => {
    const made = await make(path("postgres"), "db-one");
    expect(made.status, made.answer).toBe(201);
    await waitForSecret(rig, { namespace: app, name: "db-one" });
    const others = [
      await make(path("app-anything"), "db-two"),
      await make(path("postgres"), "", { generateName: "db-" }),
      await make(path("apple", vaults.data), "any", { namespace: web }),
    ];
    expect(others.map(({ status, answer }) => (status === 201 ? 201 : answer))).toEqual([
      201, 201, 201,
    ]);
    const annotated = await deploy("good", { own: { path: path("app-one"), name: "db-good" } });
    expect(annotated.status, annotated.answer).toBe(201);
    expect((await deploy("plain", {})).status).toBe(201);
  });

  test("denies every path to an item that no rule allows", async () => {
    const { app: id, data } = vaults;
    const paths = [
      path("postgres", data),
      path("postgres", `${client}-prod-app`),
      path("postgres", `${client}-PROD-app`),
      path("postgres", id.toUpperCase()),
      path("postgres", ` ${id}`),
      path("postgres", ".."),
      path("postgres", "*"),
      `vaults/../items/${id}`,
      `vaults/${id}/../${data}/items/postgres`,
      ...["/", "/fields/password", "/..", "?x", "#x", "%2f"].map((end) => path(`postgres${end}`)),
      `/${path("postgres")}`,
      `vaults//${id}/items/postgres`,
      `vaults//items/postgres`,
      `vaults/${id}/items/`,
      `vaults/${id}/items`,
      `Vaults/${id}/items/postgres`,
      `vaults/${id}/Items/postgres`,
      `op://${id}/postgres`,
      "",
      ...["mysql", "Postgres", "postgres ", " postgres", "post\u200bgres", "p\u043estgres"].map(
        (item) => path(item),
      ),
      ...["ｐostgres", "postgres\n", "postgres\u0000", "*", "app", "APP-one", "x-app-one"].map(
        (item) => path(item),
      ),
      path("abcdefghijklmnopqrstuvwxyz"),
      // A title goes into a filter, between quotes.
      ...['app-x" or title eq "mysql', "app-\\u0022", "app-\n"].map((item) => path(item)),
    ];
    for (const each of paths) await denied(`item ${each}`, () => make(each, "db-x"));
    // An id is looked up as one, though it starts as the titles that are allowed.
    const start = path("abcdefghijklmnopqrstuvwxyz");
    await denied("item by an id that starts well", () => make(start, "any", { namespace: web }));
    await denied("item without a path", () => make(undefined, "db-x"));
    await denied("item without a spec", () =>
      ask({ method: "POST", path: itemsOf(app), body: { ...item("db-x"), spec: undefined } }),
    );
  });

  test("denies other names and types of Secrets, and a namespace that no rule names", async () => {
    for (const name of ["other", "xdb-one", "dbone", "db"]) {
      await denied(`name ${name}`, () => make(path("postgres"), name));
    }
    await denied("a name that is made up", () =>
      make(path("postgres"), "", { generateName: "other-" }),
    );
    for (const type of ["kubernetes.io/tls", "opaque", "Opaque ", "kubernetes.io/dockercfg"]) {
      await denied(`type ${type}`, () => make(path("postgres"), "db-x", { type }));
    }
    await denied("a namespace without a rule", () =>
      make(path("postgres"), "db-x", { namespace: bare }),
    );
    await denied("a tenant", () => make(path("mysql"), "db-x", { as: tenant }));
    await denied("a dry run", () =>
      ask({
        method: "POST",
        path: `${itemsOf(app)}?dryRun=All`,
        body: item("db-x", path("mysql")),
      }),
    );
  });

  test("denies a change of an item that was allowed, by whatever way", async () => {
    const one = `${itemsOf(app)}/db-one`;
    const spec = { itemPath: path("mysql") };
    const merge = "application/merge-patch+json";
    const apply = "application/apply-patch+yaml";
    const { answer } = await ask({ method: "GET", path: one });
    const now = JSON.parse(answer);
    const changes: readonly [string, ApiRequest][] = [
      ["replaced", { method: "PUT", path: one, body: { ...now, spec } }],
      ["replaced without a spec", { method: "PUT", path: one, body: { ...now, spec: undefined } }],
      ["merged", { method: "PATCH", path: one, contentType: merge, body: { spec } }],
      ["of another type", { method: "PATCH", path: one, contentType: merge, body: { type: "x" } }],
      [
        "patched",
        {
          ...{ method: "PATCH", path: one, contentType: "application/json-patch+json" },
          body: [{ op: "replace", path: "/spec/itemPath", value: spec.itemPath }],
        },
      ],
      [
        "applied",
        {
          ...{ method: "PATCH", contentType: apply, body: item("db-one", spec.itemPath) },
          path: `${one}?fieldManager=tenant&force=true`,
        },
      ],
      [
        "applied anew",
        {
          ...{ method: "PATCH", contentType: apply, body: item("db-new", spec.itemPath) },
          path: `${itemsOf(app)}/db-new?fieldManager=tenant&force=true`,
        },
      ],
      ["by the operator", { method: "PUT", path: one, body: { ...now, spec }, as: operator }],
    ];
    for (const [way, change] of changes) await denied(`a change ${way}`, () => ask(change));
    // The status is all that its subresource changes.
    await ask({
      ...{ method: "PATCH", path: `${one}/status`, contentType: merge },
      body: { spec, status: { conditions: [] } },
    });
    tried.push("a change by way of the status");
    expect(JSON.parse((await ask({ method: "GET", path: one })).answer).spec).toEqual(now.spec);
    // A change of nothing that counts passes: it is how the operator takes its finalizer off.
    const labelled = { method: "PATCH", path: one, contentType: merge } as const;
    const label = await ask({ ...labelled, body: { metadata: { labels: { team: "a" } } } });
    expect(label.status, label.answer).toBe(200);
  });

  test("denies the operator's annotations on a Deployment that no rule allows", async () => {
    const good = { path: path("app-one"), name: "db-good" };
    const bad = { path: path("mysql"), name: "db-bad" };
    const places: readonly [string, Annotated][] = [
      ["on the Deployment", { own: bad }],
      ["on its pods", { pods: bad }],
      ["on both", { own: bad, pods: bad }],
      ["on its pods beside a good one", { own: good, pods: bad }],
      ["on it beside a good one of its pods", { own: bad, pods: good }],
      ["of another vault", { own: { ...good, path: path("app-one", vaults.data) } }],
      ["of a vault's title", { own: { ...good, path: path("app-one", `${client}-prod-app`) } }],
      ["of an id", { own: { ...good, path: path("abcdefghijklmnopqrstuvwxyz") } }],
      ["of a longer path", { own: { ...good, path: `${good.path}/x` } }],
      ["of another name", { own: { ...good, name: "other" } }],
      ["of a name in capitals", { own: { ...good, name: "DB-Good" } }],
      ["of a name that becomes another", { own: { ...good, name: "db-good/../other" } }],
      ["without a name", { own: { path: good.path } }],
      ["without a path", { own: { name: good.name } }],
    ];
    for (const [where, annotated] of places) {
      await denied(`annotations ${where}`, () => deploy("bad", annotated));
    }
    await denied("annotations where no rule is", () => deploy("bad", { own: good }, bare));

    const one = `${deploymentsOf(app)}/good`;
    const own = { metadata: { annotations: annotationsOf(bad) } };
    const pods = { spec: { template: { metadata: { annotations: annotationsOf(bad) } } } };
    const strategic = "application/strategic-merge-patch+json";
    for (const [where, body] of [
      ["the Deployment", own],
      ["its pods", pods],
    ] as const) {
      for (const contentType of [strategic, "application/merge-patch+json"]) {
        await denied(`annotations put on ${where} by ${contentType}`, () =>
          ask({ method: "PATCH", path: one, contentType, body }),
        );
      }
    }
    await denied("annotations applied", () =>
      ask({
        ...{ method: "PATCH", contentType: "application/apply-patch+yaml" },
        path: `${one}?fieldManager=tenant&force=true`,
        body: { ...deployment("good", { own: bad }) },
      }),
    );
    await denied("annotations by way of the status", () =>
      ask({
        ...{ method: "PATCH", path: `${one}/status`, contentType: "application/merge-patch+json" },
        body: own,
      }),
    );
    const { answer } = await ask({ method: "GET", path: one });
    await ask({
      ...{ method: "PATCH", path: `${one}/scale`, contentType: "application/merge-patch+json" },
      body: own,
    });
    tried.push("annotations by way of the scale");
    const after = JSON.parse((await ask({ method: "GET", path: one })).answer);
    expect(after.metadata.annotations).toEqual(JSON.parse(answer).metadata.annotations);
  });

  test("denies the operator's annotations on a Secret that no rule allows", async () => {
    const secrets = (namespace: string) => `/api/v1/namespaces/${namespace}/secrets`;
    const secret = (name: string, itemPath: string, more: object = {}) => {
      const version = { "operator.1password.io/item-version": "0" };
      const metadata = { name, annotations: { ...annotationsOf({ path: itemPath }), ...version } };
      return { ...{ apiVersion: "v1", kind: "Secret" }, metadata, ...more };
    };
    const create = (body: object, namespace = app, as?: string) =>
      ask({ method: "POST", path: secrets(namespace), body, as });
    // The operator asks for the item of each Secret that has them, whoever wrote them.
    expect((await create(secret("db-annotated", path("postgres")))).status).toBe(201);
    await waitForSecret(rig, { namespace: app, name: "db-annotated" });
    const bad: readonly [string, object, string?, string?][] = [
      ["another item", secret("db-bad", path("mysql"))],
      ["another vault", secret("db-bad", path("postgres", vaults.data))],
      ["an id", secret("db-bad", path("abcdefghijklmnopqrstuvwxyz"))],
      ["a longer path", secret("db-bad", `${path("postgres")}/x`)],
      ["another name", secret("bad", path("postgres"))],
      ["another type", secret("db-bad", path("postgres"), { type: "example.com/other" })],
      ["a namespace without a rule", secret("db-bad", path("postgres")), bare],
      ["a tenant's", secret("db-bad", path("mysql")), app, tenant],
    ];
    for (const [what, body, namespace, as] of bad) {
      await denied(`annotations on a Secret: ${what}`, () => create(body, namespace, as));
    }
    const one = `${secrets(app)}/db-annotated`;
    const { metadata } = secret("db-annotated", path("mysql"));
    const annotations = { metadata: { annotations: metadata.annotations } };
    const ways: readonly ApiRequest[] = [
      {
        method: "PATCH",
        path: one,
        contentType: "application/merge-patch+json",
        body: annotations,
      },
      {
        ...{ method: "PATCH", path: `${one}?fieldManager=tenant&force=true` },
        ...{
          contentType: "application/apply-patch+yaml",
          body: secret("db-annotated", path("mysql")),
        },
      },
    ];
    for (const way of ways) {
      await denied(`annotations put on a Secret by ${way.contentType}`, () => ask(way));
    }
    // What the operator has noted, others may leave as it is.
    const labelled = await ask({
      ...{ method: "PATCH", path: one, contentType: "application/merge-patch+json" },
      body: { metadata: { labels: { team: "a" } } },
    });
    expect(labelled.status, labelled.answer).toBe(200);
    await ask({ method: "DELETE", path: one });
  });

  test("says in a denial how far the rules go, and what to do", async () => {
    const dryRun = true;
    const denials = [
      [
        await make(path("postgres"), "db-x", { namespace: bare, dryRun }),
        "None is for this namespace.",
      ],
      [await make(path("postgres", "other"), "db-x", { dryRun }), "None here is for this vault"],
      [await make(path("mysql"), "db-x", { dryRun }), "None here is for this item of the vault"],
      [await make(path("postgres"), "x", { dryRun }), "as a Secret of this name."],
      [await make(path("postgres"), "db-x", { type: "x", dryRun }), "as a Secret of this type."],
      [await deploy("bad", { own: { path: path("app-one") } }), "have to name together"],
    ] as const;
    for (const [{ answer }, why] of denials) {
      const { message } = JSON.parse(answer);
      expect(message).toMatch(
        /No rule of the ItemAccessPolicy allows this in the namespace guarded-/,
      );
      expect(message).toContain(why);
      expect(message).toMatch(
        /A rule goes into itemAccess\.rules of the environment, or rules .*\.$/,
      );
    }
  });

  test("keeps the operator from Secrets that are none of its own", async () => {
    const body = { metadata: { name: "db-foreign" }, stringData: { key: "fixture-foreign" } };
    await core.createNamespacedSecret({ namespace: app, body });
    const foreign = `/api/v1/namespaces/${app}/secrets/db-foreign`;
    const now = JSON.parse((await ask({ method: "GET", path: foreign })).answer);
    const annotations = annotationsOf({ path: path("postgres"), name: "db-foreign" });
    const taken = { ...now, metadata: { ...now.metadata, annotations }, data: {} };
    for (const [what, request] of [
      ["replaced", { method: "PUT", path: foreign, body: taken, as: operator }],
      ["deleted", { method: "DELETE", path: foreign, as: operator }],
    ] as const) {
      await denied(`a foreign Secret ${what}`, () => ask(request));
    }
    // The real one, which is asked to by an item of that name.
    expect((await make(path("postgres"), "db-foreign")).status).toBe(201);
    const conditions = async () => {
      const { answer } = await ask({ method: "GET", path: `${itemsOf(app)}/db-foreign` });
      return JSON.stringify(JSON.parse(answer).status ?? {});
    };
    await expect.poll(conditions).toContain("none that the operator has made");
    tried.push("a foreign Secret taken over by an item");
    await ask({ method: "DELETE", path: `${itemsOf(app)}/db-foreign` });
    await ask({
      ...{ method: "PATCH", path: `${itemsOf(app)}/db-foreign` },
      ...{ contentType: "application/merge-patch+json", body: { metadata: { finalizers: null } } },
    });
    tried.push("a foreign Secret deleted by an item");
    const { data } = await core.readNamespacedSecret({ namespace: app, name: "db-foreign" });
    expect(data).toEqual(now.data);
  });

  test("lets an item take over a Secret that was given the operator's annotation first", async () => {
    const name = "db-taken";
    const annotations = annotationsOf({ path: "" });
    const body = { metadata: { name, annotations }, stringData: { key: "fixture-taken" } };
    await core.createNamespacedSecret({ namespace: app, body });
    expect((await make(path("postgres"), name)).status).toBe(201);
    const keys = async () =>
      Object.keys((await core.readNamespacedSecret({ namespace: app, name })).data ?? {});
    await expect.poll(keys).toContain("password");
  });

  test("lets an item of the program take over a Secret on purpose", async () => {
    const name = "db-adopted";
    const body = { metadata: { name }, stringData: { key: "fixture-adopted" } };
    await core.createNamespacedSecret({ namespace: app, body });
    const adopted = { namespace: app, vault: "app", item: "postgres", adopt: true };
    await configure({}, { [name]: { ...adopted, keys: ["password"] } });
    const { exitCode, output } = await project.up();
    expect(exitCode, output).toBe(0);
    await configure({});
    expect((await project.up()).exitCode).toBe(0);
    const { data, metadata } = await core.readNamespacedSecret({ namespace: app, name });
    expect(Object.keys(data ?? {})).toContain("password");
    expect(metadata?.annotations ?? {}).toEqual({});
  });

  test("is not got rid of by a tenant, nor by another label of a namespace", async () => {
    const kind = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolic";
    const name = `${client}-prod-items`;
    for (const at of [`${kind}ybindings/${name}`, `${kind}ies/${name}`]) {
      for (const method of ["DELETE", "PATCH"] as const) {
        const contentType = "application/merge-patch+json";
        const body = method === "PATCH" ? { metadata: { labels: { a: "b" } } } : undefined;
        const { status } = await ask({ method, path: at, contentType, body, as: tenant });
        tried.push(`${method} ${at}`);
        expect(status, at).toBe(403);
      }
    }
    const contentType = "application/merge-patch+json";
    const metadata = { labels: { "kubernetes.io/metadata.name": "other" } };
    await ask({
      method: "PATCH",
      path: `/api/v1/namespaces/${app}`,
      contentType,
      body: { metadata },
    });
    await denied("another label of the namespace", () => make(path("mysql"), "db-x"));
  });

  test("for the whole cluster holds in a namespace that is made afterwards", async () => {
    await configure({ namespaces: "all" });
    const { exitCode, output } = await project.up();
    expect(exitCode, output).toBe(0);
    const namespace = `${client}-later`;
    await core.createNamespace({ body: { metadata: { name: namespace } } });
    try {
      const item = () => make(path("postgres"), "db-x", { namespace });
      await expect.poll(async () => (await item()).status).toBe(422);
      await denied("a namespace that is made afterwards", item);
    } finally {
      await core.deleteNamespace({ name: namespace });
    }
  });

  test("that only audits lets pass and warns", async () => {
    await configure({ enforcement: "audit" });
    const { exitCode, output } = await project.up();
    expect(exitCode, output).toBe(0);
    const audited = () =>
      ask({ method: "POST", path: `${itemsOf(app)}?dryRun=All`, body: item("x", path("mysql")) });
    await expect.poll(async () => (await audited()).status).toBe(201);
    expect((await audited()).warning).toContain("No rule of the ItemAccessPolicy allows this");
    expect((await make("", "nothing")).status).toBe(201);
  });

  test("of an environment itself names at preview what is there that its program does not allow", async () => {
    await project.configure(environment(byItself));
    const { exitCode, output } = await project.preview();
    expect(exitCode, output).toBe(0);
    const said = /No rule of item access allows what is there already: (.*)\. It stays/.exec(
      output,
    );
    expect(said?.[1]).toContain(`Deployment ${app}/good, OnePasswordItem ${app}/db-`);
    expect(said?.[1]).toContain(`OnePasswordItem ${web}/any`);
    expect(said?.[1]).not.toMatch(/plain|postgres/);
  });

  test("of an environment itself lets its items and its rules pass, and denies all else", async () => {
    const { exitCode, output, events } = await project.up();
    expect(exitCode, output).toBe(0);
    // The environment that had none keeps what it is made of.
    expect(Object.keys(changes(events))).not.toEqual(
      expect.arrayContaining([expect.stringMatching("replace")]),
    );
    await waitForSecret(rig, { namespace: bare, name: "own" });
    const data = `vaults/${client}-prod-data/items/anything`;
    for (const path of [data, data.replace(`${client}-prod-data`, vaults.data)]) {
      const made = await make(path, "web-one", { namespace: web, dryRun: true });
      expect(made.status, made.answer).toBe(201);
    }
    // It was there before, and still names no item: else nobody could take off its finalizer.
    const nothing = await ask({
      ...{ method: "PATCH", path: `${itemsOf(app)}/nothing`, body: { spec: null } },
      contentType: "application/merge-patch+json",
    });
    expect(nothing.status, nothing.answer).toBe(200);
    await denied("an item that the program has in another namespace", () =>
      make(path("postgres"), "own"),
    );
    await denied("an item of the program as another Secret", () =>
      make(path("postgres"), "other", { namespace: bare }),
    );
    await denied("another item as a Secret of the program", () =>
      ask({
        ...{ method: "PATCH", path: `${itemsOf(bare)}/own` },
        ...{ contentType: "application/merge-patch+json", body: { spec: { itemPath: data } } },
      }),
    );
    await denied("another vault than a rule of the environment allows", () =>
      make(path("postgres"), "web-one", { namespace: web }),
    );
    const again = await project.up();
    expect(Object.keys(changes(again.events)), again.output).toEqual(["same"]);
  });

  test("of an environment itself goes where it is not wanted, and nothing else does", async () => {
    await project.configure(environment({ ...byItself, itemAccess: false }));
    const { exitCode, output, events } = await project.up();
    expect(exitCode, output).toBe(0);
    expect(changes(events)).toMatchObject({ delete: 10 });
    expect(Object.keys(changes(events)).sort()).toEqual(["delete", "same"]);
    const made = () => make(path("postgres"), "free", { namespace: bare, dryRun: true });
    await expect.poll(async () => (await made()).status).toBe(201);
    await project.configure(environment(byItself));
    expect((await project.up()).exitCode).toBe(0);
  });

  test("was tried in more than seventy ways, and none got through", () => {
    expect(new Set(tried).size).toBeGreaterThanOrEqual(70);
  });

  const make = (
    itemPath: string | undefined,
    name: string,
    { namespace = app, generateName, type, as, dryRun = false }: Made = {},
  ) =>
    ask({
      ...{ method: "POST", path: `${itemsOf(namespace)}${dryRun ? "?dryRun=All" : ""}`, as },
      body: item(name, itemPath, { generateName, type }),
    });
});

interface Made {
  readonly namespace?: string;
  readonly generateName?: string | undefined;
  readonly type?: string | undefined;
  readonly as?: string | undefined;
  readonly dryRun?: boolean;
}

interface Asked {
  readonly path?: string;
  readonly name?: string;
}

/** A Deployment's annotations for the operator, on itself and on its pods. */
interface Annotated {
  readonly own?: Asked;
  readonly pods?: Asked;
}

const ask = (request: ApiRequest) => askApiServer(rig, request);

/** It is refused by the policy, and not by something else. */
async function denied(what: string, attempt: () => ReturnType<typeof ask>): Promise<void> {
  const { status, answer } = await attempt();
  tried.push(what);
  expect(`${status} ${answer}`, what).toMatch(
    /^422 .*ValidatingAdmissionPolicy '[\w-]+' with binding '[\w-]+' denied request/s,
  );
}

function item(name: string, itemPath?: string, { generateName, type }: Made = {}) {
  return {
    ...{ apiVersion: "onepassword.com/v1", kind: "OnePasswordItem" },
    metadata: name === "" ? { generateName } : { name },
    ...(type === undefined ? {} : { type }),
    spec: itemPath === undefined ? {} : { itemPath },
  };
}

function itemsOf(namespace: string): string {
  return `/apis/onepassword.com/v1/namespaces/${namespace}/onepassworditems`;
}

function deploymentsOf(namespace: string): string {
  return `/apis/apps/v1/namespaces/${namespace}/deployments`;
}

/** One without pods. */
function deploy(name: string, annotated: Annotated, namespace = app) {
  const body = deployment(name, annotated);
  return ask({ method: "POST", path: deploymentsOf(namespace), body });
}

function deployment(name: string, { own, pods }: Annotated) {
  const labels = { app: name };
  return {
    ...{ apiVersion: "apps/v1", kind: "Deployment" },
    metadata: { name, annotations: annotationsOf(own) },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: annotationsOf(pods) },
        spec: { containers: [{ name, image: "pause" }] },
      },
    },
  };
}

function annotationsOf({ path, name }: Asked = {}): Readonly<Record<string, string>> {
  return {
    ...(path !== undefined && { "operator.1password.io/item-path": path }),
    ...(name !== undefined && { "operator.1password.io/item-name": name }),
  };
}

/** Whoever may do all in the namespaces, and nothing in the cluster. */
async function grantTenant(): Promise<void> {
  for (const namespace of namespaces) {
    const at = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
    const rule = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };
    const metadata = { name: "tenant" };
    const role = {
      method: "POST",
      path: `${at}/roles`,
      body: { metadata, rules: [rule] },
    } as const;
    const apiGroup = "rbac.authorization.k8s.io";
    const body = {
      metadata,
      roleRef: { apiGroup, kind: "Role", name: "tenant" },
      subjects: [{ apiGroup, kind: "User", name: tenant }],
    };
    for (const request of [role, { method: "POST", path: `${at}/rolebindings`, body } as const]) {
      const { status, answer } = await ask(request);
      expect(status, answer).toBe(201);
    }
  }
}
