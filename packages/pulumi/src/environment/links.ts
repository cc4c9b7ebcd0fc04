import { ConnectError } from "@opconnect/core/connect-error";
import { isSameOnePasswordId } from "@opconnect/core/op-id";
import { parseShareLink } from "@opconnect/core/share-link";
import * as pulumi from "@pulumi/pulumi";
import type { Vaults } from "../components/vaults.ts";
import { reportAgainst } from "../input/report-against.ts";
import type { VaultGrant } from "../resources/minted-args.ts";
import type { EnvironmentItem } from "./item.ts";

/**
 * The grants of an environment, which are given out only when each link was found to lead into a
 * vault that the operator's token covers: at preview where the ids of these vaults are known, else
 * before anything is minted.
 * @param covered Keys of the vaults that the operator's token covers.
 * @returns The same grants; they fail with `SHARE_LINK_FOREIGN`.
 */
export function withCheckedLinks(
  component: pulumi.Resource,
  items: Readonly<Record<string, EnvironmentItem>>,
  { ids, grants }: Pick<Vaults, "ids" | "grants">,
  covered: readonly string[],
): readonly VaultGrant[] {
  if (Object.values(items).every(({ link }) => link === undefined)) return grants;
  const reached = covered.flatMap((key) => ids[key] ?? []);
  const checked = pulumi
    .all(reached)
    .apply((known) => reportAgainst(component, () => checkLinks(items, known, covered)));
  return grants.map((grant) => ({
    ...grant,
    id: pulumi.all([grant.id, checked]).apply(([id]) => id),
  }));
}

/**
 * Checks that each link leads into one of some vaults. An id of a vault is no secret, so it is named
 * in the error; the link itself never is.
 * @throws `SHARE_LINK_FOREIGN`.
 */
export function checkLinks(
  items: Readonly<Record<string, EnvironmentItem>>,
  ids: readonly string[],
  covered: readonly string[],
): void {
  for (const [key, { link }] of Object.entries(items)) {
    if (link === undefined) continue;
    const { vault } = parseShareLink(link);
    if (ids.some((id) => isSameOnePasswordId(id, vault))) continue;
    throw new ConnectError(
      "SHARE_LINK_FOREIGN",
      `\`items.${key}.link\` leads into the vault ${vault}, which is none of those that the operator's Connect token covers: ${covered.join(", ")}.`,
      `Move the item into one of them and copy its link again, or declare that vault: \`vaults: { …: { id: "${vault}" } }\`.`,
    );
  }
}
