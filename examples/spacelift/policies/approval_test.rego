package spacelift

review(author, teams) := {"author": author, "session": {"teams": teams}}

of(run, approvals, rejections) := {
	"run": object.union(
		{
			"type": "TRACKED",
			"state": "UNCONFIRMED",
			"based_on_local_workspace": false,
			"commit": {"author": "ada"},
			"creator_session": {"login": "ada"},
			"command": null,
		},
		run,
	),
	"reviews": {"current": {"approvals": approvals, "rejections": rejections}, "older": []},
}

task(command) := of({"type": "TASK", "state": "QUEUED", "command": command}, [], [])

test_a_preview_waits_for_nobody if {
	approve with input as of({"type": "PROPOSED", "state": "QUEUED"}, [], [])
}

test_what_is_merged_is_planned_and_then_waits if {
	approve with input as of({"state": "QUEUED"}, [], [])
	not approve with input as of({}, [], [])
	not reject with input as of({}, [], [])
}

test_another_of_the_platform_team_approves if {
	approve with input as of({}, [review("grace", ["platform"])], [])
}

test_neither_the_author_nor_who_began_it_nor_another_team_approves if {
	every approval in [review("ada", ["platform"]), review("grace", ["sales"]), review("grace", [])] {
		not approve with input as of({}, [approval], [])
	}
	begun := {"creator_session": {"login": "grace"}}
	not approve with input as of(begun, [review("grace", ["platform"])], [])
}

test_where_no_author_is_known_nobody_is_another if {
	nobody := {"run": {"type": "TRACKED", "state": "UNCONFIRMED"}, "reviews": of({}, [review("grace", ["platform"])], []).reviews}
	not approve with input as nobody
}

test_what_somebody_rejects_is_not_approved if {
	not approve with input as of({}, [review("grace", ["platform"])], [review("alan", ["platform"])])
}

test_a_task_of_the_list_runs if {
	every command in tasks {
		approve with input as task(command)
		not reject with input as task(command)
	}
}

test_any_other_task_is_rejected_whoever_approves_it if {
	every command in [
		"pulumi stack export",
		"npx --no-install opconnect status && env",
		" npx --no-install opconnect status",
		"npx opconnect status",
		"",
		null,
	] {
		not approve with input as task(command)
		reject with input as task(command)
		reject with input as of({"type": "TASK", "command": command}, [review("grace", ["platform"])], [])
	}
}

test_a_task_without_a_command_is_rejected if {
	reject with input as {"run": {"type": "TASK"}}
}

test_an_environment_is_not_destroyed_from_here if {
	reject with input as of({"type": "DESTROY"}, [review("grace", ["platform"])], [])
	not approve with input as of({"type": "DESTROY"}, [review("grace", ["platform"])], [])
}

test_what_was_never_pushed_is_rejected if {
	every type in ["PROPOSED", "TRACKED"] {
		local := of({"type": type, "based_on_local_workspace": true}, [review("grace", ["platform"])], [])
		reject with input as local
		not approve with input as local
	}
}

test_a_kind_of_run_that_nobody_foresaw_waits if {
	not approve with input as of({"type": "TESTING"}, [review("grace", ["platform"])], [])
}
