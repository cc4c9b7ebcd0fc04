import { ConnectError } from "@opconnect/core/connect-error";

/** Where sessions come from. */
export interface StsEndpoint {
  readonly url: string;
  /** Whether it is STS of AWS; else it is a LocalStack, say, whose sessions are good only there. */
  readonly isAws: boolean;
}

/**
 * STS of the region, or what AWS_ENDPOINT_URL_STS names. AWS_ENDPOINT_URL does not count: it is set
 * for tests of other services, and the key and the code of an item are real.
 * @throws `ARGUMENT_INVALID` if a code would go to another machine in clear. The error never quotes
 * more of the address than its host.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function stsEndpoint(region: string, env: NodeJS.ProcessEnv): StsEndpoint {
  const given = env.AWS_ENDPOINT_URL_STS;
  // Regional, as tokens of the old global endpoint are refused by newer regions.
  if (!given) return { url: `https://sts.${region}.${domainOf(region)}`, isAws: true };
  const url = URL.parse(given);
  switch (url?.protocol) {
    case "https:":
      return { url: given, isAws: stsOfAws.test(url.host) };
    case "http:":
      if (loopback.test(url.hostname)) return { url: given, isAws: false };
      throw invalid(`names http://${url.host}, to which codes would go in clear`);
    default:
      throw invalid("is no https:// address");
  }
}

function domainOf(region: string): string {
  return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}

/** @see https://docs.aws.amazon.com/general/latest/gr/sts.html, and those of VPC endpoints. */
const stsOfAws =
  /^(sts|(vpce-[\w-]+\.)?sts(-fips)?\.[a-z]{2,}(-[a-z]+)+-\d+(\.vpce)?)\.(amazonaws\.com(\.cn)?|amazonaws\.eu|api\.aws)$/;

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

function invalid(how: string): ConnectError {
  return new ConnectError(
    "ARGUMENT_INVALID",
    `AWS_ENDPOINT_URL_STS ${how}.`,
    "Unset it, or name an https:// address, or an http:// one of this machine.",
  );
}
