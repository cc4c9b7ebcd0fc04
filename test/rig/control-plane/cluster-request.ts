import { get } from "node:https";

/** Whether the API server answers a GET with 200. `fetch` cannot be told a certificate to trust. */
export function isPathOk(
  cluster: { readonly url: string; readonly certificate: Buffer },
  path: string,
  token?: string,
): Promise<boolean> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    get(`${cluster.url}${path}`, { ca: cluster.certificate, headers, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    }).on("error", reject);
  });
}
