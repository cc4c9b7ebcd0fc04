package spacelift

of(run) := {"run_updated": {
	"run": object.union({"id": "1", "type": "TRACKED", "state": "FINISHED", "drift_detection": false, "changes": []}, run),
	"stack": {"name": "acme-prod"},
	"urls": {"run": "the run"},
}}

drift(state, changes) := of({"type": "PROPOSED", "drift_detection": true, "state": state, "changes": changes})

titles contains message.title if some message in inbox

test_who_confirms_is_told if {
	titles == {"acme-prod waits for approval"} with input as of({"state": "UNCONFIRMED"})
}

test_a_failed_apply_is_told if {
	titles == {"acme-prod failed"} with input as of({"state": "FAILED"})
}

test_drift_is_told_and_no_drift_is_not if {
	titles == {"acme-prod has drifted"} with input as drift("FINISHED", [{}])
	titles == {"acme-prod could not be looked at for drift"} with input as drift("FAILED", [])
	count(titles) == 0 with input as drift("FINISHED", [])
}

test_a_pull_request_is_not_told_of_each_stack if {
	count(titles) == 0 with input as of({"type": "PROPOSED", "state": "FAILED"})
	not data.spacelift.pull_request
}

test_another_message_is_none_of_ours if {
	count(titles) == 0 with input as {"internal_error": {"message": "it"}}
}
