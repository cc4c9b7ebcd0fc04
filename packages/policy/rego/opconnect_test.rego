package main

report(step) := {"stacks": [{
	"stack": "acme-prod",
	"environment": "prod",
	"steps": [step],
	"risks": [],
}]}

said(path, value) := {"path": path, "after": {"value": value}}

step(kind, changes) := {
	"type": sprintf("pulumi-nodejs:dynamic/opconnect:%s", [kind]),
	"name": "it",
	"operation": "create",
	"changes": changes,
}

kept := step("Vault", [said("deleteWithEnvironment", false)])

dropped := step("Vault", [said("deleteWithEnvironment", true)])

endless := step("ConnectToken", [said("consumer", "ci"), said("rotateAfter", "60d")])

test_a_vault_that_stays_is_neither_denied_nor_warned_of if {
	count(deny) == 0 with input as report(kept)
	count(warn) == 0 with input as report(kept)
}

test_a_vault_that_goes_is_denied if {
	deny == {"acme-prod: it: the vault is deleted with its environment [vaults-kept]"} with input as report(dropped)
}

test_a_vault_that_is_deleted_now_is_no_step_that_leaves_it if {
	count(deny) == 0 with input as report(object.union(dropped, {"operation": "delete"}))
}

test_an_advisory_rule_warns if {
	warn == {"acme-prod: it: the Connect token never expires [token-expires]"} with input as report(endless)
	count(deny) == 0 with input as report(endless)
}

test_a_secret_in_clear_configuration_is_denied_without_a_step if {
	risk := {"kind": "secret-in-clear", "level": "high", "text": "It is in the clear."}
	told := {"stacks": [{"stack": "acme-prod", "environment": "prod", "steps": [], "risks": [risk]}]}
	deny == {"acme-prod: configuration: It is in the clear. [no-secret-in-clear-configuration]"} with input as told
	count(deny) == 0 with input as told with data.levels as {"*": {"no-secret-in-clear-configuration": "advisory"}}
}

test_levels_go_by_environment if {
	count(deny) == 1 with input as report(endless) with data.levels as {"prod": {"token-expires": "mandatory"}}
	count(deny) == 0 with input as report(endless) with data.levels as {"dev": {"token-expires": "mandatory"}}
	count(warn) == 0 with input as report(endless) with data.levels as {"*": {"token-expires": "disabled"}}
}
