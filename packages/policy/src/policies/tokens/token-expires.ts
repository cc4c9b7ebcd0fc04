import { findingIf, type ResourceRule } from "../../rule/rule.ts";
import { ownType } from "../own-types.ts";
import { durationSetting, secondsOf, settingSeconds } from "./seconds.ts";

const longest = "365d";

/** A token that nobody revokes ends by itself. */
export const tokenExpires: ResourceRule = {
  name: "token-expires",
  description: "Connect tokens expire.",
  looksAt: "`expiresIn` of Connect tokens",
  fix: 'Set `expiresIn`, for example to "90d", with `rotateAfter` some weeks shorter.',
  level: "advisory",
  settings: {
    maxLife: durationSetting(`longest that a token may be good for; "${longest}" without it`),
  },
  ofType: ownType("ConnectToken"),
  checkResource({ name, props: { expiresIn } }, settings) {
    if (expiresIn === undefined) return [{ says: `The Connect token ${name} never expires.` }];
    const seconds = typeof expiresIn === "string" ? secondsOf(expiresIn) : undefined;
    const isTooLong = (seconds ?? 0) > settingSeconds(settings, "maxLife", longest);
    return findingIf(
      isTooLong,
      `The Connect token ${name} is good for longer than the rule allows.`,
    );
  },
};
