# The rules of @opconnect/policy that the report of `opconnect preview --json` tells, for OPA:
#
#   conftest test --policy node_modules/@opconnect/policy/rego report.json
#   opa eval --data opconnect.rego --input report.json 'data.main'
#
# A report holds what changes, and of that only what may be shown: what a stack keeps as it is, is not
# looked at here. Levels by environment come as data: `{"levels": {"prod": {"token-expires": "mandatory"}}}`,
# under "*" for all.
package main

deny contains message(violation) if {
	some violation in violations
	level(violation) == "mandatory"
}

warn contains message(violation) if {
	some violation in violations
	level(violation) == "advisory"
}

message(violation) := sprintf("%s: %s: %s [%s]", [
	violation.stack,
	violation.name,
	violation.says,
	violation.rule,
])

level(violation) := said if {
	said := data.levels[violation.environment][violation.rule]
} else := said if {
	said := data.levels["*"][violation.rule]
} else := levels[violation.rule]

levels := {
	"connect-not-exposed": "mandatory",
	"images-pinned": "mandatory",
	"no-secret-in-clear-configuration": "mandatory",
	"operator-not-cluster-wide": "mandatory",
	"policy-violation": "mandatory",
	"store-secret-not-public": "mandatory",
	"store-secret-own-key": "advisory",
	"store-secret-readers": "advisory",
	"token-expires": "advisory",
	"token-rotates": "advisory",
	"token-scope": "mandatory",
	"vaults-kept": "mandatory",
}

# Every step that leaves a resource there, with the stack that it is of.
steps contains {"stack": stack.stack, "environment": environment(stack), "step": step} if {
	some stack in input.stacks
	some step in stack.steps
	step.operation in {"create", "update", "replace", "import"}
}

environment(stack) := object.get(stack, "environment", stack.stack)

violation_of(found, rule, says) := {
	"stack": found.stack,
	"environment": found.environment,
	"name": found.step.name,
	"rule": rule,
	"says": says,
}

is_own(step, kind) if step.type == sprintf("pulumi-nodejs:dynamic/opconnect:%s", [kind])

# What a property is to be, as far as it is shown.
after(step, path) := change.after.value if {
	some change in step.changes
	change.path == path
}

# Whether something is said of a property, shown or not.
is_said(step, path) if {
	some change in step.changes
	change.path == path
	change.after
}

# What policy packs have found already, told by the risks of the report.
violations contains {
	"stack": stack.stack,
	"environment": environment(stack),
	"name": "policy pack",
	"rule": "policy-violation",
	"says": risk.text,
} if {
	some stack in input.stacks
	some risk in stack.risks
	risk.kind == "policy-violation"
	risk.level == "high"
}

# What no policy pack can tell: `opconnect preview` finds it in the files of the stacks.
violations contains {
	"stack": stack.stack,
	"environment": environment(stack),
	"name": "configuration",
	"rule": "no-secret-in-clear-configuration",
	"says": risk.text,
} if {
	some stack in input.stacks
	some risk in stack.risks
	risk.kind == "secret-in-clear"
}

violations contains violation_of(found, "vaults-kept", "the vault is deleted with its environment") if {
	some found in steps
	is_own(found.step, "Vault")
	some path in ["deleteWithEnvironment", "evenIfNotEmpty"]
	after(found.step, path) == true
}

violations contains violation_of(found, "token-expires", "the Connect token never expires") if {
	some found in steps
	is_own(found.step, "ConnectToken")
	found.step.operation == "create"
	not is_said(found.step, "expiresIn")
}

violations contains violation_of(found, "token-rotates", "the Connect token is never replaced for its age") if {
	some found in steps
	is_own(found.step, "ConnectToken")
	found.step.operation == "create"
	not is_said(found.step, "rotateAfter")
}

violations contains violation_of(found, "token-scope", "the operator's Connect token may change a vault") if {
	some found in steps
	is_own(found.step, "ConnectToken")
	is_operators(found.step)
	some change in found.step.changes
	regex.match(`^vaults\[[^\]]*\]\.access$`, change.path)
	change.after.value == "read-write"
}

# A change of the scope alone does not say whose token it is: its name ends in it.
is_operators(step) if after(step, "consumer") == "operator"

is_operators(step) if {
	not is_said(step, "consumer")
	endswith(step.name, "-operator")
}

violations contains violation_of(found, "store-secret-own-key", "the secret is encrypted with the account's default key") if {
	some found in steps
	is_own(found.step, "CredentialSecret")
	has_default_key(found.step)
}

has_default_key(step) if {
	is_new_secret(step)
	not is_said(step, "store.kmsKeyId")
}

has_default_key(step) if regex.match(`(^|/)aws/secretsmanager$`, after(step, "store.kmsKeyId"))

violations contains violation_of(found, "store-secret-readers", "IAM alone decides who reads the secret") if {
	some found in steps
	is_own(found.step, "CredentialSecret")
	is_new_secret(found.step)
	not has_readers(found.step)
}

is_new_secret(step) if {
	step.operation == "create"
	after(step, "store.kind") == "secrets-manager"
}

has_readers(step) if {
	some change in step.changes
	startswith(change.path, "store.readers")
	change.after
}

violations contains violation_of(found, "store-secret-not-public", "readers of the secret may be of any account") if {
	some found in steps
	is_own(found.step, "CredentialSecret")
	some change in found.step.changes
	startswith(change.path, "store.readers")
	regex.match(`^arn:[^:]*:(iam|sts)::\*:`, change.after.value)
}

violations contains violation_of(found, "operator-not-cluster-wide", "the operator gets its rights in every namespace") if {
	some found in steps
	regex.match(`:ClusterRoleBinding(Patch)?$`, found.step.type)
	regex.match(`onepassword-(connect-)?operator`, after(found.step, "roleRef.name"))
}

violations contains violation_of(found, "operator-not-cluster-wide", "the operator watches every namespace") if {
	some found in steps
	is_own(found.step, "OperatorScope")
	found.step.operation == "create"
	count([change | some change in found.step.changes; startswith(change.path, "namespaces")]) == 0
}

violations contains violation_of(found, "connect-not-exposed", sprintf("the Service of Connect is a %s", [kind])) if {
	some found in steps
	regex.match(`^kubernetes:core/v1:Service(Patch)?$`, found.step.type)
	kind := after(found.step, "spec.type")
	kind in {"NodePort", "LoadBalancer"}
	is_connect(found.step)
}

is_connect(step) if regex.match(`^connect-[0-9]`, after(step, `metadata.labels["helm.sh/chart"]`))

is_connect(step) if {
	some change in step.changes
	regex.match(`^spec\.ports\[connect-(api|sync|https)\]`, change.path)
}

is_connect(step) if endswith(step.name, "-connect")

violations contains violation_of(found, "images-pinned", "an image of 1Password is not pinned") if {
	some found in steps
	some change in found.step.changes
	endswith(change.path, ".image")
	image := change.after.value
	regex.match(`(^|/)(connect-api|connect-sync|onepassword-operator)(:|@|$)`, image)
	not regex.match(`(:v?\d+\.\d+\.\d+|@sha256:[0-9a-f]{64})$`, image)
}
