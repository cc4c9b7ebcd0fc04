import { findingIf, type ResourceRule } from "../../rule/rule.ts";
import { ownType } from "../own-types.ts";
import { durationSetting, secondsOf, settingSeconds } from "./seconds.ts";

const longest = "90d";

/** Whoever copied a token can use it as long as it is good. */
export const tokenRotates: ResourceRule = {
  name: "token-rotates",
  description: "Connect tokens are replaced for their age.",
  looksAt: "`rotateAfter` of Connect tokens",
  fix: 'Set `rotateAfter`, for example to "60d": a preview then shows when the token is due.',
  level: "advisory",
  settings: {
    maxAge: durationSetting(`oldest that a token may become; "${longest}" without it`),
  },
  ofType: ownType("ConnectToken"),
  checkResource({ name, props: { rotateAfter } }, settings) {
    if (rotateAfter === undefined) {
      return [{ says: `The Connect token ${name} is never replaced for its age.` }];
    }
    const seconds = typeof rotateAfter === "string" ? secondsOf(rotateAfter) : undefined;
    const isTooOld = (seconds ?? 0) > settingSeconds(settings, "maxAge", longest);
    return findingIf(isTooOld, `The Connect token ${name} becomes older than the rule allows.`);
  },
};
