#!/usr/bin/env bash
# What people write for themselves: a credential_process that keeps its session in the item. Written
# for these tests after the ones that go round, with the same calls and the same holes: the session
# is an argument of `op item edit`, the keys are in the environment of `aws`, nothing is locked.
set -euo pipefail

item=${1:-AWS Access Key}
vault=${2:-Engineering}
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE

document=$(op item get "$item" --vault "$vault" --format json)

field() {
  jq -r --arg name "$1" '[.fields[] | select(.label == $name).value // empty] | first // empty' <<<"$document"
}

print_session() {
  jq '{Version: 1} + (.Credentials | {AccessKeyId, SecretAccessKey, SessionToken, Expiration})' <<<"$1"
}

is_valid='(.Credentials.Expiration | sub("\\+00:00$"; "Z") | sub("\\.[0-9]+Z$"; "Z") | fromdateiso8601) > now + 30'
cached=$(field session_cache | base64 -d 2>/dev/null || true)
if [ -n "$cached" ] && jq -e "$is_valid" <<<"$cached" >/dev/null 2>&1; then
  print_session "$cached"
  exit 0
fi

serial=$(field "mfa serial")
code=$(op item get "$item" --vault "$vault" --otp)
AWS_ACCESS_KEY_ID=$(field "Access Key ID")
AWS_SECRET_ACCESS_KEY=$(field "Secret Access Key")
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY

session=$(aws sts get-session-token --serial-number "$serial" --token-code "$code" --output json)
op item edit "$item" --vault "$vault" "session_cache[password]=$(base64 <<<"$session")" >/dev/null </dev/null
print_session "$session"
