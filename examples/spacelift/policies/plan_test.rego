package spacelift

of(type, change) := {
	"spacelift": {"run": {"type": type, "drift_detection": false}},
	"third_party_metadata": {"custom": {"opconnect": object.union(
		{
			"version": 3,
			"kind": "preview",
			"outcome": "changed",
			"missingShards": [],
			"stacks": {"unchanged": 0, "changed": 1, "failed": 0},
			"risks": [],
		},
		change,
	)}},
}

risk(level, kind) := {"risks": [{"stack": "acme-prod", "level": level, "kind": kind, "text": "it"}]}

test_what_has_no_risk_passes if {
	count(deny) == 0 with input as of("PROPOSED", {})
	count(warn) == 0 with input as of("PROPOSED", {})
}

test_a_high_risk_fails_a_pull_request if {
	deny == {"acme-prod: high: it [vault-deleted]"} with input as of("PROPOSED", risk("high", "vault-deleted"))
}

test_a_high_risk_of_what_is_merged_is_said_to_who_confirms if {
	found := of("TRACKED", risk("high", "vault-deleted"))
	count(deny) == 0 with input as found
	warn == {"acme-prod: high: it [vault-deleted]"} with input as found
}

test_drift_is_no_pull_request if {
	found := of("PROPOSED", risk("high", "vault-deleted"))
	drift := object.union(found, {"spacelift": {"run": {"drift_detection": true}}})
	count(deny) == 0 with input as drift
}

test_what_is_to_be_minted_names_the_command if {
	found := of("TRACKED", risk("medium", "minting"))
	count(warn) == 2 with input as found
	some said in warn with input as found
	endswith(said, "opconnect mint acme-prod")
}

test_a_low_risk_is_not_said if {
	count(warn) == 0 with input as of("PROPOSED", risk("low", "vault-leaves"))
}

test_without_a_report_nothing_passes if {
	count(deny) == 1 with input as {"spacelift": {"run": {"type": "TRACKED"}}}
	count(deny) == 1 with input as {
		"spacelift": {"run": {"type": "PROPOSED"}},
		"third_party_metadata": {"custom": {}},
	}
}

test_a_report_that_says_nothing_does_not_pass if {
	count(deny) == 6 with input as {
		"spacelift": {"run": {"type": "TRACKED"}},
		"third_party_metadata": {"custom": {"opconnect": {}}},
	}
}

test_a_report_of_another_kind_does_not_pass if {
	every change in [
		{"version": 2},
		{"kind": "drift"},
		{"outcome": "failed"},
		{"missingShards": [2]},
		{"risks": null},
		{"stacks": {"changed": 0}},
		{"stacks": {"changed": 1, "unchanged": 1}},
	] {
		count(deny) == 1 with input as of("TRACKED", change)
	}
}
