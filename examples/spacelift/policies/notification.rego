# What somebody is told of, in Spacelift's inbox. No comment on pull requests: it would be one a stack.
package spacelift

update := input.run_updated

run := update.run

inbox contains message("waits for approval", "INFO") if {
	run.type == "TRACKED"
	run.state == "UNCONFIRMED"
}

inbox contains message("failed", "ERROR") if {
	run.type in {"TRACKED", "DESTROY"}
	run.state == "FAILED"
}

inbox contains message("has drifted", "WARNING") if {
	run.drift_detection
	run.state == "FINISHED"
	count(run.changes) > 0
}

inbox contains message("could not be looked at for drift", "ERROR") if {
	run.drift_detection
	run.state == "FAILED"
}

message(says, severity) := {
	"title": sprintf("%s %s", [update.stack.name, says]),
	"body": sprintf("%s [%s]", [update.urls.run, run.id]),
	"severity": severity,
}
