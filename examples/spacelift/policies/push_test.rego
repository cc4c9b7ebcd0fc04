package spacelift

stack := {"name": "acme-prod", "branch": "main"}

pushed(branch, files) := {
	"in_progress": [],
	"pull_request": null,
	"push": {"branch": branch, "tag": "", "affected_files": files},
	"stack": stack,
}

proposed(files) := object.union(pushed("change", []), {"pull_request": {
	"closed": false,
	"diff": files,
	"head": {"branch": "change"},
}})

test_a_change_of_the_program_runs_every_stack if {
	track with input as pushed("main", ["index.ts"])
	propose with input as proposed(["README.md", "package-lock.json"])
}

test_the_file_of_a_stack_runs_that_stack if {
	propose with input as proposed(["Pulumi.acme-prod.yaml"])
	ignore with input as proposed(["Pulumi.globex-prod.yaml"])
	propose with input as proposed(["Pulumi.yaml"])
}

test_what_affects_nothing_is_ignored if {
	every file in ["README.md", "docs/fleet.md", ".github/workflows/ci.yml", "spacelift/index.ts"] {
		ignore with input as proposed([file])
		ignore with input as pushed("main", [file])
	}
}

test_what_names_no_file_is_not_ignored if {
	every files in [[], null] {
		track with input as pushed("main", files)
		propose with input as proposed(files)
	}
}

test_a_branch_without_a_pull_request_is_ignored if {
	ignore with input as pushed("change", ["index.ts"])
	not propose with input as pushed("change", ["index.ts"])
}

test_a_tag_that_has_the_name_of_the_branch_is_not_tracked if {
	tagged := object.union(pushed("main", ["index.ts"]), {"push": {"tag": "main"}})
	ignore with input as tagged
}

test_a_pull_request_is_never_tracked if {
	open := object.union(proposed(["index.ts"]), {"push": {"branch": "main"}})
	not track with input as open
}

test_what_is_merged_is_tracked if {
	merged := object.union(pushed("main", ["index.ts"]), {"pull_request": {
		"closed": true,
		"diff": ["index.ts"],
		"head": {"branch": "change"},
	}})
	track with input as merged
	not propose with input as merged
}

test_no_fork_gets_a_run if {
	not data.spacelift.allow_fork
}

test_a_newer_commit_drops_a_plan_of_its_pull_request_that_waits if {
	waiting := {"id": "1", "type": "PROPOSED", "state": "QUEUED", "branch": "change"}
	others := [
		object.union(waiting, {"id": "2", "branch": "other"}),
		object.union(waiting, {"id": "3", "type": "TRACKED"}),
		object.union(waiting, {"id": "4", "state": "PLANNING"}),
	]
	found := object.union(proposed(["index.ts"]), {"in_progress": array.concat([waiting], others)})
	cancel == {"1"} with input as found
	count(cancel) == 0 with input as object.union(found, {"pull_request": null})
}
