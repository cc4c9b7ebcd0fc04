import {
  type FakeSts,
  type StsRefusal,
  startFakeSts,
} from "../../../../packages/cli/fixtures/fake-sts.ts";
import { renderCommandLine } from "../../../../packages/cli/src/aws-credentials/profile/command-line.ts";
import { requestSession } from "../../../../packages/cli/src/aws-credentials/sts/request-session.ts";
import { totp } from "../../../../packages/sandbox/src/account/totp.ts";
import type { Remedies, Remedy } from "../remedy.ts";

const otpSecret = "JBSWY3DPEHPK3PXP";
/** The STS that these remedies are tried on. */
export const sts: FakeSts = await startFakeSts(otpSecret);
const credentials = { accessKeyId: "AKIAFIXTUREFIXTURE00", secretAccessKey: "fixture" };

const ask = (change: { readonly url?: string; readonly code?: string } = {}) => {
  const { url = sts.url, code } = change;
  const mfa = { serial: "arn:aws:iam::123456789012:mfa/ann", code: code ?? "" };
  const request = { credentials, region: "eu-central-1", endpoint: { url, isAws: false } };
  return requestSession(code === undefined ? request : { ...request, oneTimePassword: mfa }, {
    env: {},
    signal: AbortSignal.timeout(60_000),
  });
};

/** What STS says to every attempt at first, and no more afterwards. */
function passing(refusal: StsRefusal): Remedy {
  return {
    refused() {
      sts.refusals.push(...Array.from({ length: 4 }, () => refusal));
      return ask();
    },
    mended() {
      sts.refusals.length = 0;
      return ask();
    },
  };
}

export const awsRemedies: Remedies = {
  AWS_ITEM_INVALID: {
    file: "packages/cli/src/aws-credentials/commands/failures.process.test.ts",
    test: "a second field of one label is named with the way out",
  },
  AWS_OTP_REFUSED: {
    refused: () => ask({ code: totp("KRSXG5CTMVRXEZLU", new Date()) }),
    mended: () => ask({ code: totp(otpSecret, new Date()) }),
  },
  AWS_STS_DENIED: passing({ status: 403, code: "AccessDenied", message: "not authorized" }),
  AWS_STS_THROTTLED: passing({ status: 400, code: "Throttling", message: "Rate exceeded" }),
  AWS_STS_UNREACHABLE: {
    refused: () => ask({ url: "http://127.0.0.1:9" }),
    mended: () => ask(),
  },
  AWS_CACHE_FAILED: {
    file: "packages/cli/src/aws-credentials/commands/failures.process.test.ts",
    test: "without a Secret Service the keychain is refused with the way out",
  },
  AWS_PROFILE_INVALID: {
    refused: () => renderCommandLine(["opconnect", "aws-credentials", "--item", "two\nlines"]),
    mended: () => renderCommandLine(["opconnect", "aws-credentials", "--item", "two lines"]),
  },
  AWS_TIMED_OUT: {
    file: "packages/cli/src/aws-credentials/commands/failures.process.test.ts",
    test: "an op that never answers is ended at the time limit",
  },
};
